"""What the interface gives out about a dossier."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from minhbach.org.api.types import Told


class UnitOut(Told):
    code: str
    name: str


class PersonOut(Told):
    id: int
    name: str


class ProcedureRef(Told):
    code: str = Field(description="National code of the procedure.")
    name: str


class Row(Told):
    """A line of a list."""

    code: str
    edition: int = Field(description="Counts the changes; send it with a deed to act on what you saw.")
    status: int = Field(description="1 to 10, by the official codes of the National Public Service Portal.")
    status_name: str
    outcome: str = Field(description="Empty while open; granted, refused, not_received, stopped, withdrawn.")
    subject: str
    procedure: str
    agency: str
    office: str
    at_unit: str
    at_person: PersonOut | None
    step: str
    applicant_name: str
    channel: str
    submitted_at: datetime
    received_at: datetime | None
    first_due_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    changed_at: datetime


class Page(Told):
    rows: list[Row]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Beginning(Told):
    """Where the law counts the time from another event than the reception."""

    counts_from: str = Field(description="The event, in words.")
    day: date | None = Field(description="Null while nobody has stated it: then the time counts from the reception.")
    document: str


class Applicant(Told):
    kind: str
    name: str
    id_kind: str
    id_number: str
    phone: str
    email: str
    address: str
    born: date | None = None


class Clock(Told):
    """The clock at the moment of the answer. Amounts are working minutes by the agency's calendar."""

    state: str = Field(description="running, waiting (for the applicant), finished or stopped.")
    standing: str = Field(description="early, on_time or late against the present due moment.")
    first_standing: str
    due: datetime
    first_due: datetime
    used: int
    left: int = Field(description="Negative when overdue.")
    full_day: int = Field(description="Minutes of a working day.")
    words: str


class Paper(Told):
    id: int
    component: str
    title: str
    handed_in: str
    copies: int
    digitised: int
    file: str | None = Field(description="Identifier for GET /files/{id}.")
    file_name: str | None
    reused_code: str
    added_at: datetime


class Stay(Told):
    step: str
    title: str
    unit: UnitOut
    person: PersonOut | None
    arrived_at: datetime
    left_at: datetime | None
    move: str
    note: str


class Pause(Told):
    kind: str
    number: int
    asked_at: datetime
    items: list[str]
    reason: str
    until: date | None
    answered_at: datetime | None
    answer: str


class DueOut(Told):
    id: int
    kind: str
    title: str
    code: str
    stage: str = Field(description="When it is to be paid: received, supplement, returned.")
    tariff: int = Field(description="In full, in đồng.")
    amount: int = Field(description="To pay, after an exemption, in đồng.")
    exempt_as: str
    is_open: bool


class PaymentOut(Told):
    id: int
    way: str
    amount: int
    refunded: int
    at: datetime
    receipt_code: str
    cancelled_at: datetime | None


class Opinion(Told):
    id: int
    unit: UnitOut
    question: str
    asked_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    agrees: bool | None
    answer: str
    by_process: bool
    waived: bool


class ApprovalOut(Told):
    step: str
    person: PersonOut | None
    at: datetime
    holds: bool = Field(description="Whether the draft still reads as it did.")


class ResultOut(Told):
    """What the applicant gets, from the draft to the paper signed for the organisation; recalled ones too."""

    kind: str = Field(description="grant or refusal.")
    title: str
    code: str
    template: str
    on_paper: bool
    fingerprint: str = Field(description="SHA-256 of the words: approvals hold for them alone.")
    drafted_at: datetime
    drafted_by: PersonOut | None
    approvals: list[ApprovalOut]
    signed_at: datetime | None
    signed_by: PersonOut | None
    signed_as: str
    symbol: str
    issued_on: date | None
    numbered_at: datetime | None
    sealed_at: datetime | None
    valid_until: date | None
    recalled_at: datetime | None
    recalled_because: str
    file: str | None = Field(description="The signed paper or the scan: GET /files/{id}.")


class Asked(Told):
    """A question of a form: what may be answered, by its key."""

    key: str
    title: str
    type: str
    required: bool
    options: list[str]


class FormOut(Told):
    """A form of the one-stop shop that can be issued or printed now."""

    kind: str
    title: str
    symbol: str | None = Field(description="Its number, once issued on this occasion.")
    issued_at: datetime | None


class Criterion(Told):
    code: str
    title: str
    points: str | None = Field(description="A decimal number; null while a person has to give them.")
    maximum: str | None
    why: list[str]


class Quality(Told):
    """How the dossier was handled, by the sheet of its time."""

    points: str | None
    level: str
    criteria: list[Criterion]


class EventOut(Told):
    seq: int
    at: datetime
    verb: str
    label: str
    who: str
    post: str
    data: dict[str, Any]
    hash: str = Field(description="Covers everything of this event and the one before it.")


class Way(Told):
    key: str
    title: str


class DeedOut(Told):
    """Something that can be done now, by this token: POST /dossiers/{code}/{deed}."""

    code: str
    title: str
    first: bool = Field(description="What usually comes next.")
    grave: bool
    to: list[Way] | None = Field(default=None, description="The steps one can choose from.")


class DossierOut(Told):
    """One dossier: what it is, its clock, its papers, its course, and what can be done now."""

    code: str
    edition: int
    status: int
    status_name: str
    outcome: str
    subject: str
    procedure: ProcedureRef
    version: int
    agency: UnitOut
    office: UnitOut
    at_unit: UnitOut
    at_person: PersonOut | None
    step: str
    applicant: Applicant
    masked: Literal[True] = Field(
        default=True, description="The applicant's data are masked here; see GET /dossiers/{code}/personal."
    )
    channel: str
    return_by: str
    source: str | None = Field(description="The system it is mirrored from; then it is read-only here.")
    foreign_code: str
    submitted_at: datetime
    received_at: datetime | None
    allowed: str
    beginning: Beginning | None = Field(description="Null where the time counts from the reception.")
    first_due_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    changed_at: datetime
    extended: bool
    supplements: int
    clock: Clock | None
    papers: list[Paper]
    stays: list[Stay]
    pauses: list[Pause]
    dues: list[DueOut]
    payments: list[PaymentOut]
    opinions: list[Opinion]
    results: list[ResultOut]
    follow: str = Field(
        description="Where the applicant follows it, as the QR code of the receipt says; keep it apart."
    )
    events: list[EventOut]
    deeds: list[DeedOut]


class Personal(Told):
    """The applicant's data in full, and what the form asked; that they were looked at is recorded."""

    applicant: Applicant
    sender: dict[str, Any]
    answers: dict[str, Any]
