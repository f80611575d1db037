"""The sets of forms, by date, read from data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.structure import (
    FAILED,
    Bilingual,
    Choice,
    DayKind,
    Flag,
    ListOf,
    PlainText,
    Record,
    Whole,
    has,
    read_record,
)
from minhbach.records.texts import Text
from minhbach.vietnamese import fold

from .facts import FACTS

FORMAT = 1
KINDS = ("receipt", "supplement", "refusal", "apology", "stop", "control", "register")
COLUMNS = (
    "place",
    "code",
    "procedure",
    "sets",
    "applicant",
    "contact",
    "agency",
    "received",
    "due",
    "returned",
    "way",
    "signed",
    "note",
)
WORD = re.compile(r"\{(\w+)\}")
_TEXT = PlainText()


@dataclass(frozen=True)
class Blank:
    label: str = has(_TEXT)
    fact: str = has(_TEXT)
    bold: bool = has(Flag(), default=False)


@dataclass(frozen=True)
class Part:
    """One of `text`, `line`, `centre`, `fields`, `each`; drawn only `when` a fact is known, or `unless` it is."""

    text: str = has(_TEXT, default="")
    line: str = has(_TEXT, default="")
    centre: str = has(_TEXT, default="")
    fields: tuple[Blank, ...] = has(ListOf(Record(lambda: Blank)), default=())
    each: str = has(_TEXT, default="")
    when: str = has(_TEXT, default="")
    unless: str = has(_TEXT, default="")

    def facts(self) -> set[str]:
        """The facts it asks for."""
        named = {blank.fact for blank in self.fields} | {self.each, self.when, self.unless}
        return {*named, *(word.lower() for word in WORD.findall(self.text + self.line + self.centre))} - {""}


@dataclass(frozen=True)
class Signs:
    position: str = has(_TEXT)
    fact: str = has(_TEXT, "whose name stands below", default="")


@dataclass(frozen=True)
class Form:
    """A form: `code` is its number in the circular, `kind` what it is for, the same in every set."""

    code: str = has(PlainText(r"[0-9]{2}", Text("số của mẫu (01)", "the number of a form (01)")))
    kind: str = has(Choice(*KINDS))
    title: str = has(_TEXT)
    symbol: str = has(_TEXT)
    body: tuple[Part, ...] = has(ListOf(Record(lambda: Part)), default=())
    columns: tuple[str, ...] = has(ListOf(Choice(*COLUMNS)), default=())
    notes: tuple[str, ...] = has(ListOf(_TEXT), default=())
    signatures: tuple[Signs, ...] = has(ListOf(Record(lambda: Signs)), default=())
    follow: bool = has(Flag(), "bears a QR code by which the dossier is followed", default=False)
    confirmed: bool = has(Flag(), "false: not read in the circular itself", default=True)
    ours: bool = has(Flag(), "no source states its fields", default=False)
    note: Text = has(Bilingual(), default=Text(""))

    def symbol_at(self, shop_symbol: str) -> str:
        """ "PBS-BPTNTKQ" """
        return self.symbol.replace("{shop_symbol}", shop_symbol)


@dataclass(frozen=True)
class FormSet:
    """The forms of one circular, for dossiers received from `begins` on."""

    code: str = has(_TEXT)
    title: str = has(_TEXT)
    begins: datetime.date = has(DayKind())
    forms: tuple[Form, ...] = has(ListOf(Record(lambda: Form)))
    confirmed: bool = has(Flag(), default=True)
    note: Text = has(Bilingual(), default=Text(""))

    @cached_property
    def by_kind(self) -> Mapping[str, Form]:
        return {form.kind: form for form in self.forms}


@dataclass(frozen=True)
class Shop:
    name: str = has(_TEXT)
    symbol: str = has(_TEXT)


@dataclass(frozen=True)
class FormBook:
    """All sets, and how one-stop shops are written in symbols."""

    format: int = has(Whole())
    shops: tuple[Shop, ...] = has(ListOf(Record(lambda: Shop)))
    sets: tuple[FormSet, ...] = has(ListOf(Record(lambda: FormSet)))

    def on(self, day: datetime.date) -> FormSet:
        """The set for a dossier received that day; before the first one, the first."""
        begun = [forms for forms in self.sets if forms.begins <= day]
        return max(begun or self.sets[:1], key=lambda forms: forms.begins)

    def named(self, code: str) -> FormSet:
        """LookupError for a set that is not known."""
        for forms in self.sets:
            if forms.code == code:
                return forms
        raise LookupError(f"no set of forms {code!r}")

    @property
    def usual_shop(self) -> str:
        """What a one-stop shop is called that has no name of its own."""
        return self.shops[-1].name

    def shop_symbol(self, name: str) -> str:
        """ "TTPVHCC" for “Trung tâm Phục vụ hành chính công xã …”; the last one where no name fits."""
        folded = fold(name)
        return next((shop.symbol for shop in self.shops if fold(shop.name) in folded), self.shops[-1].symbol)


def forms_from_yaml(text: str, file: str = "") -> FormBook:
    """BadInput, with the line of every mistake, for what cannot be used."""
    raw, lines = yaml_text.load(text, file)
    problems = Problems(file, lambda path: (lines.line(path), ".".join(map(str, path))))
    book = read_record(FormBook, raw, (), problems)
    if book is not FAILED:
        for number, forms in enumerate(book.sets):
            _check(forms, ("sets", number), problems)
        if not book.sets or not book.shops:
            problems.error("empty", (), Text("cần ít nhất một bộ mẫu và một tên Bộ phận Một cửa", "no set or no shop"))
    if problems.errors:
        raise BadInput(problems)
    assert isinstance(book, FormBook)
    return book


def _check(forms: FormSet, path: Path, problems: Problems) -> None:
    for place, form in enumerate(forms.forms):
        at = (*path, "forms", place)
        asked = set().union(*(part.facts() for part in form.body)) | {sign.fact for sign in form.signatures} - {""}
        for fact in sorted(asked - FACTS):
            problems.error("fact", at, Text(f"mẫu {form.code} hỏi “{fact}”, không có", f"no fact is called “{fact}”"))
        for part in form.body:
            if sum(map(bool, (part.text, part.line, part.centre, part.fields, part.each))) != 1:
                says = Text("mỗi phần chỉ là một trong text, line, centre, fields, each", "a part is one thing")
                problems.error("part", at, says)
        if (form.kind == "register") != bool(form.columns):
            problems.error("columns", at, Text("chỉ sổ theo dõi có cột", "a register has columns, and nothing else"))
    if len(forms.by_kind) != len(forms.forms):
        problems.error("twice", path, Text("một loại mẫu có hai lần", "a kind of form stands there twice"))


@cache
def find_forms() -> FormBook:
    """The sets that come with the product."""
    source = files("minhbach.catalog") / "one_stop_forms" / "mot-cua.yaml"
    return forms_from_yaml(source.read_text(encoding="utf-8"), "one_stop_forms/mot-cua.yaml")


def forms_on(day: datetime.date) -> FormSet:
    """The set for a dossier received that day."""
    return find_forms().on(day)
