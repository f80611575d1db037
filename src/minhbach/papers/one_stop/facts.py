"""What the forms say about a dossier, and the words in which they say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from minhbach.vietnamese import official_date, official_time

Words = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Party:
    """A person or organisation; what is not known stays empty and is a dotted line on the form."""

    name: str
    id_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    warrant: str = ""
    """The paper by which a representative acts."""
    is_organisation: bool = False


@dataclass(frozen=True)
class Office:
    """Who issues the form: the competent `agency`, the name of its one-stop `shop`, and where they can be asked."""

    agency: str
    shop: str
    shop_symbol: str
    place: str
    phone: str = ""


@dataclass(frozen=True)
class Issue:
    """One paper of a form: its number (None leaves the clerk's space), its day, the officer who made it out, and the
    address under which the dossier is followed."""

    number: int | None = None
    day: date | None = None
    officer: str = ""
    follow: str = ""


UNNUMBERED = Issue()


@dataclass(frozen=True)
class Case:
    """The dossier as the forms ask for it. Moments are in the office's time; None was not, or is not known."""

    code: str
    applicant: Party
    procedure: str
    request: str = ""
    representative: Party | None = None
    papers: tuple[str, ...] = ()
    sets: int | None = None
    allowed: str = ""
    received: datetime | None = None
    due: datetime | None = None
    return_at: str = ""
    missing: tuple[str, ...] = ()
    reason: str = ""
    again_because: str = ""
    until: date | None = None
    old_due: datetime | None = None
    new_due: datetime | None = None
    ended: datetime | None = None
    withdrawn: bool = False
    contact: str = ""
    office: str = ""
    partners: tuple[str, ...] = ()
    book: str = ""
    place_in_book: str = ""


@dataclass(frozen=True)
class Handover:
    """A line of the control slip: who gave to whom, when, and how the giver kept its time.

    `at` None: not given on yet."""

    giver: str
    taker: str = ""
    at: datetime | None = None
    given_by: str = ""
    taken_by: str = ""
    result: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the register."""

    code: str
    procedure: str
    applicant: str
    contact: str = ""
    agency: str = ""
    sets: int | None = None
    received: datetime | None = None
    due: datetime | None = None
    returned: datetime | None = None
    way: str = ""
    note: str = ""


def moment_words(moment: datetime | None) -> str:
    """ "10 giờ 00 phút, ngày 13 tháng 11 năm 2026"; nothing for None."""
    return f"{official_time(moment)}, {official_date(moment)}" if moment else ""


def words_of(case: Case, office: Office, issue: Issue) -> Words:
    """Every fact by the name under which a form asks for it."""
    applicant = case.applicant
    other = case.representative or Party("")
    return {
        "agency": office.agency,
        "shop": office.shop,
        "shop_of": office.shop if office.agency.casefold() in office.shop.casefold() else _of(office),
        "code": case.code,
        "you": "Tổ chức" if applicant.is_organisation else "Ông\u00a0(Bà)",
        "applicant": applicant.name,
        "id_number": applicant.id_number,
        "address": applicant.address,
        "phone": applicant.phone,
        "email": applicant.email,
        "representative": other.name,
        "representative_id": other.id_number,
        "representative_address": other.address,
        "representative_phone": other.phone,
        "representative_email": other.email,
        "warrant": other.warrant,
        "procedure": case.procedure,
        "request": case.request or case.procedure,
        "papers": case.papers,
        "sets": f"{case.sets:02} (bộ)" if case.sets else "",
        "allowed": case.allowed,
        "received": moment_words(case.received),
        "received_day": official_date(case.received) if case.received else "",
        "due": moment_words(case.due),
        "return_at": case.return_at,
        "missing": case.missing,
        "reason": case.reason,
        "again_because": case.again_because,
        "until": official_date(case.until) if case.until else "",
        "old_due": moment_words(case.old_due),
        "new_due": moment_words(case.new_due),
        "ended": moment_words(case.ended),
        "withdrawn": "x" if case.withdrawn else "",
        "contact": case.contact or issue.officer or office.shop,
        "contact_phone": office.phone,
        "office": case.office,
        "partners": ", ".join(case.partners),
        "book": case.book,
        "place_in_book": case.place_in_book,
        "submitter": other.name or applicant.name,
        "officer": issue.officer,
    }


def _of(office: Office) -> str:
    return f"{office.shop} – {office.agency}"


FACTS = frozenset(words_of(Case("", Party(""), ""), Office("", "", "", ""), Issue()))
"""The names a form may ask for."""
