"""What a procedure says: who may apply, with what papers, how long it takes, what it costs, what comes out, and how
the office works on it. Data, no Django: one version of a procedure is one `Content`.

A field left out was not stated by the source, and is shown as blank: nothing is filled in by the program.
docs/procedures.md explains every field to the people who keep the catalogue.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from minhbach.records.structure import (
    Anything,
    Bilingual,
    Choice,
    DayKind,
    Flag,
    ListOf,
    PlainText,
    Record,
    Share,
    Weight,
    Whole,
    has,
)
from minhbach.records.texts import Text
from minhbach.worktime import Duration
from minhbach.worktime.rules import DurationKind

TEXT, TITLE = PlainText(), Bilingual()
CODE = PlainText(
    r"[A-Za-z0-9Đđ][\w.\-/]{0,39}",
    Text("mã thủ tục (ví dụ 1.005142)", "a procedure code (such as 1.005142)"),
)
KEY = PlainText(
    r"[a-z][a-z0-9_]{0,39}",
    Text("khóa (chữ thường không dấu, số, gạch dưới)", "a key (lower-case letters, digits, underscores)"),
)
LEVELS = ("ministry", "province", "commune", "school", "other")
CHANNELS = ("counter", "online", "post")
"""How a dossier is sent: at the counter, online, or by public post (Decree 118/2025; Decision 45/2016)."""
ONLINE = ("full", "part", "none")
"""Decree 42/2022 Art. 11: everything online, part of it online; or not online at all."""
APPLICANTS = (
    "citizen",
    "overseas",
    "foreigner",
    "enterprise",
    "foreign_enterprise",
    "cooperative",
    "organisation",
    "foreign_organisation",
    "official",
)
FORMS_OF_PAPER = ("original", "copy", "certified_copy", "shown")
"""What is handed in of a component: the original, a copy, a certified copy; `shown`: only shown for checking."""
PARTS = ("name", "order", "way", "dossier", "time", "applicants", "agency")
"""The seven parts a to g of Decree 63/2010 Art. 8(2), which index 766 item 1.3 counts. The sources at hand say that
they are seven; their names are from general knowledge and to be checked against the decree."""
ROLES = ("counter", "office_head", "specialist", "head", "clerk")
PLACES = ("one_stop", "office", "agency")
MOVES = ("forward", "back", "supplement", "refuse", "finance", "finish")
FIELD_TYPES = (
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "choice",
    "many",
    "yes_no",
    "id_number",
    "phone",
    "email",
)
MAKES = ("draft", "approval", "signature", "number")
FEE_KINDS = ("fee", "charge")
PAID = ("received", "supplement", "returned")
FROM_PERSON = ("name", "id_number", "born", "address", "phone", "email", "organisation")


@dataclass(frozen=True)
class Citation:
    """A legal document, and the place in it."""

    number: str = has(TEXT, "number and symbol of the document")
    title: str = has(TEXT, default="")
    date: datetime.date | None = has(DayKind(), default=None)
    article: str = has(TEXT, default="")


@dataclass(frozen=True)
class Condition:
    """Holds when the answer to `field` is one of `values`."""

    field: str = has(KEY)
    values: tuple[str, ...] = has(ListOf(TEXT))

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Of a question with several answers, one is enough; a yes_no counts as `yes` or `no`."""
        given = answers.get(self.field)
        if isinstance(given, bool):
            given = "yes" if given else "no"
        return any(str(item) in self.values for item in (given if isinstance(given, list | tuple) else [given]))


@dataclass(frozen=True)
class Component:
    """A paper of the dossier."""

    key: str = has(KEY)
    title: Text = has(TITLE)
    code: str = has(TEXT, "code in the national database", default="")
    form: str = has(TEXT, "the form to use, if one is prescribed", default="")
    paper: str | None = has(Choice(*FORMS_OF_PAPER), default=None)
    copies: int | None = has(Whole(), "number handed in", default=None)
    required: bool = has(Flag(), "false: only in the case that `when` tells", default=True)
    when: Text = has(TITLE, default=Text(""))
    only_if: tuple[Condition, ...] = has(
        ListOf(Record(lambda: Condition)), "required when all these answers of the form hold", default=()
    )
    by_data: str = has(TEXT, "document by which data of a database stand in for it", default="")
    reusable_from: tuple[str, ...] = has(ListOf(TEXT), "codes of results that stand in for it", default=())
    digitise: bool | None = has(Flag(), "must be digitised (Circular 01/2023)", default=None)


@dataclass(frozen=True)
class Channel:
    """One way to send the dossier, and the time if it differs there."""

    kind: str = has(Choice(*CHANNELS))
    time: Duration | None = has(DurationKind(), default=None)
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class Exemption:
    who: Text = has(TITLE)
    amount: int = has(Whole(), "what is still paid, in đồng", default=0)
    source: Citation | None = has(Record(lambda: Citation), default=None)


@dataclass(frozen=True)
class Fee:
    """A fee or charge in đồng (phí, lệ phí)."""

    title: Text = has(TITLE)
    amount: int = has(Whole())
    code: str = has(TEXT, default="")
    kind: str = has(Choice(*FEE_KINDS), "fee: phí; charge: lệ phí", default="charge")
    paid: str = has(Choice(*PAID), "when it is paid", default="received")
    channel: str | None = has(Choice(*CHANNELS), "only there", default=None)
    exemptions: tuple[Exemption, ...] = has(ListOf(Record(lambda: Exemption)), default=())
    source: Citation | None = has(Record(lambda: Citation), default=None)


@dataclass(frozen=True)
class Result:
    """What the applicant gets."""

    title: Text = has(TITLE)
    code: str = has(TEXT, "code in the national database", default="")
    template: str = has(TEXT, "template it is drafted from", default="")
    valid_months: int | None = has(Whole(), default=None)
    illustrative: bool = has(Flag(), "no source states it; until an office confirms it", default=False)


@dataclass(frozen=True)
class Publication:
    """How the procedure was announced (Decree 63/2010) and made public."""

    decision: str = has(TEXT, default="")
    decided_on: datetime.date | None = has(DayKind(), default=None)
    effective_on: datetime.date | None = has(DayKind(), default=None)
    public_on: datetime.date | None = has(DayKind(), default=None)
    parts: tuple[str, ...] = has(ListOf(Choice(*PARTS)), "parts made public", default=())


@dataclass(frozen=True)
class Option:
    key: str = has(KEY)
    title: Text = has(TITLE)


@dataclass(frozen=True)
class Field:
    """A question of the form."""

    key: str = has(KEY)
    title: Text = has(TITLE)
    type: str = has(Choice(*FIELD_TYPES), default="text")
    help: Text = has(TITLE, default=Text(""))
    required: bool = has(Flag(), default=True)
    options: tuple[Option, ...] = has(ListOf(Record(lambda: Option)), default=())
    pattern: str = has(TEXT, "what a text must look like, as a regular expression", default="")
    least: str = has(TEXT, "lowest number, earliest day (2020-01-31, today)", default="")
    most: str = has(TEXT, "highest number, latest day, longest text", default="")
    when: tuple[Condition, ...] = has(ListOf(Record(lambda: Condition)), "asked only if all hold", default=())
    prefill: str | None = has(Choice(*FROM_PERSON), "taken from the applicant", default=None)


@dataclass(frozen=True)
class Section:
    title: Text = has(TITLE)
    fields: tuple[Field, ...] = has(ListOf(Record(lambda: Field)))


@dataclass(frozen=True)
class Form:
    """The form of the procedure, the same at the counter and online."""

    sections: tuple[Section, ...] = has(ListOf(Record(lambda: Section)))
    source: str = has(TEXT, "the form it follows", default="")
    illustrative: bool = has(Flag(), "no source states it; until an office confirms it", default=False)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)


@dataclass(frozen=True)
class Move:
    """What may be done at a step. `to` names a step; for `forward` it may be left out: the next one."""

    kind: str = has(Choice(*MOVES))
    to: str | None = has(KEY, default=None)
    title: Text = has(TITLE, "words on the button", default=Text(""))


@dataclass(frozen=True)
class Step:
    """A step: who acts, where, and for how much of the time."""

    key: str = has(KEY)
    title: Text = has(TITLE)
    role: str = has(Choice(*ROLES))
    place: str = has(Choice(*PLACES), "one-stop shop, handling office, or the agency itself", default="office")
    unit: str = has(TEXT, "code of another unit in whose hands the step lies", default="")
    time: Duration | None = has(DurationKind(), "its own time", default=None)
    share: Weight | None = has(Share(), "or its share of the whole time", default=None)
    moves: tuple[Move, ...] = has(ListOf(Record(lambda: Move)), "none: forward, back", default=())
    opinions: tuple[str, ...] = has(ListOf(TEXT), "units asked for an opinion at the same time", default=())
    makes: str | None = has(Choice(*MAKES), "what it adds to the result", default=None)


@dataclass(frozen=True)
class Process:
    """The internal procedure: steps in their order."""

    steps: tuple[Step, ...] = has(ListOf(Record(lambda: Step)))
    source: Citation | None = has(Record(lambda: Citation), default=None)
    illustrative: bool = has(Flag(), "no source states it; until an office confirms it", default=False)

    @cached_property
    def by_key(self) -> Mapping[str, Step]:
        return {step.key: step for step in self.steps}

    def after(self, key: str) -> Step | None:
        """The next step in the order; None after the last."""
        keys = [step.key for step in self.steps]
        place = keys.index(key) + 1
        return self.steps[place] if place < len(keys) else None

    def before(self, key: str) -> Step | None:
        keys = [step.key for step in self.steps]
        place = keys.index(key)
        return self.steps[place - 1] if place else None

    def targets(self, key: str, kind: str) -> Iterator[Step]:
        """The steps a move of this kind leads to from here."""
        for move in self.by_key[key].moves or (Move("forward"), Move("back")):
            if move.kind != kind:
                continue
            found = self.by_key[move.to] if move.to else self.after(key) if kind == "forward" else self.before(key)
            if found is not None:
                yield found


@dataclass(frozen=True)
class TimeCase:
    """A case for which the law gives another time. Without `when` no answer decides: it is for the office to know."""

    title: Text = has(TITLE)
    time: Duration = has(DurationKind())
    counts_from: Text = has(TITLE, "from what it is counted, if not from the reception", default=Text(""))
    when: tuple[Condition, ...] = has(ListOf(Record(lambda: Condition)), "when all these answers hold", default=())


@dataclass(frozen=True)
class Times:
    """How long it takes: by law, and the shorter time the agency commits to."""

    by_law: Duration | None = has(DurationKind(), default=None)
    counts_from: Text = has(TITLE, "from what it is counted, if not from the reception", default=Text(""))
    cases: tuple[TimeCase, ...] = has(ListOf(Record(lambda: TimeCase)), default=())
    committed: Duration | None = has(DurationKind(), default=None)
    supplement: Duration | None = has(DurationKind(), "how long the applicant has for a supplement", default=None)
    note: Text = has(TITLE, "cases in which it differs", default=Text(""))
    source: Citation | None = has(Record(lambda: Citation), default=None)
    illustrative: bool = has(Flag(), "no source states it; until an office confirms it", default=False)

    def by_law_for(self, answers: Mapping[str, object]) -> Duration | None:
        """The time by law for these answers: that of the first case that holds, else the general one."""
        case = self._case(answers)
        return case.time if case else self.by_law

    def counts_from_for(self, answers: Mapping[str, object]) -> Text:
        """From what the time is counted for these answers, in words; nothing for the reception."""
        case = self._case(answers)
        return case.counts_from if case else self.counts_from

    def _case(self, answers: Mapping[str, object]) -> TimeCase | None:
        held = (case for case in self.cases if case.when)
        return next((case for case in held if all(one.holds(answers) for one in case.when)), None)


@dataclass(frozen=True)
class Content:
    """One version of one procedure."""

    code: str = has(CODE, "national code, or one's own for an internal procedure")
    name: Text = has(TITLE)
    field: str = has(TEXT, "field (lĩnh vực)", default="")
    field_code: str = has(TEXT, default="")
    level: str | None = has(Choice(*LEVELS), default=None)
    agency: Text = has(TITLE, "who carries it out, in words", default=Text(""))
    decided_by: Text = has(TITLE, "deciding authority", default=Text(""))
    delegated_to: Text = has(TITLE, "who decides by delegation", default=Text(""))
    internal: bool = has(Flag(), "between agencies: not for citizens (Decision 1085/2022)", default=False)
    applicants: tuple[str, ...] = has(ListOf(Choice(*APPLICANTS)), default=())
    components: tuple[Component, ...] = has(ListOf(Record(lambda: Component)), default=())
    sets: int | None = has(Whole(), "number of sets of papers", default=None)
    order: Text = has(TITLE, "order of carrying it out", default=Text(""))
    conditions: Text = has(TITLE, default=Text(""))
    times: Times = has(Record(lambda: Times), default=Times())
    channels: tuple[Channel, ...] = has(ListOf(Record(lambda: Channel)), default=())
    fees: tuple[Fee, ...] = has(ListOf(Record(lambda: Fee)), default=())
    results: tuple[Result, ...] = has(ListOf(Record(lambda: Result)), default=())
    legal_basis: tuple[Citation, ...] = has(ListOf(Record(lambda: Citation)), default=())
    online: str | None = has(Choice(*ONLINE), default=None)
    former_level: int | None = has(Whole(), "level 1 to 4 before 2022 (Decree 43/2011), kept apart", default=None)
    post: bool | None = has(Flag(), "taken and returned by public post", default=None)
    iso_document: str = has(TEXT, "procedure of the ISO 9001 system", default="")
    publication: Publication = has(Record(lambda: Publication), default=Publication())
    replaced_by: tuple[str, ...] = has(ListOf(CODE), default=())
    form: Form | None = has(Record(lambda: Form), default=None)
    process: Process | None = has(Record(lambda: Process), default=None)
    source: str = has(TEXT, "where this was read", default="")
    note: str = has(TEXT, default="")
    extra: Mapping[str, object] = has(Anything(), "what a foreign list says beyond", default={})
