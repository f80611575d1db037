"""Templates of results: what the specialist's draft of a decision, certificate or notice begins with.

A template is data (`catalog/results/`); docs/procedures.md explains the fields and the names in braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from minhbach.procedures.content.model import TEXT, TITLE, Condition, Field
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.structure import FAILED, Flag, Kind, ListOf, PlainText, Record, has, read_record
from minhbach.records.texts import Text

BLANK = "……"
"""What stands where nothing is known: room for the officer's pen."""
KNOWN = (
    "agency.name",
    "agency.superior",
    "agency.symbol",
    "office.name",
    "head.position",
    "applicant.name",
    "applicant.id_number",
    "applicant.address",
    "dossier.code",
    "dossier.received_on",
    "procedure.name",
    "legal_basis",
)
"""The names in braces a template may use, besides `answers.KEY` and `draft.KEY`."""
_BRACES = re.compile(r"\{([^{}]*)\}")
CODE = PlainText(
    r"[a-z0-9]+(-[a-z0-9]+)*", Text("mã (chữ thường không dấu, gạch nối)", "a code (lower-case letters, hyphens)")
)


@dataclass(frozen=True)
class BodyText:
    """A paragraph; with conditions, only where they hold."""

    text: str = has(TEXT)
    when: tuple[Condition, ...] = has(ListOf(Record(lambda: Condition)), "answers that must hold", default=())
    if_given: str = has(TEXT, "a name that must have a value", default="")


class _Paragraph(Kind):
    """A plain text stands for a paragraph without conditions."""

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        return read_record(BodyText, raw if isinstance(raw, dict) else {"text": raw}, path, problems)


@dataclass(frozen=True)
class ResultTemplate:
    """A paper in the layout of Decree 30/2020, with names in braces for what the dossier knows."""

    code: str = has(CODE)
    title: Text = has(TITLE)
    kind: str = has(TEXT, "kind of document, as it heads the paper")
    body: tuple[BodyText, ...] = has(ListOf(_Paragraph()))
    recipients: tuple[str, ...] = has(ListOf(TEXT))
    signed_by: str = has(TEXT, "position above the signature")
    about: str = has(TEXT, "summary (trích yếu)", default="")
    symbol: str = has(TEXT, "symbol after the number", default="")
    fields: tuple[Field, ...] = has(ListOf(Record(lambda: Field)), "asked of the officer: draft.KEY", default=())
    by: str = has(TEXT, "who decides, over the legal bases", default="")
    bases: tuple[str, ...] = has(ListOf(TEXT), "legal bases and reasons", default=())
    decides: str = has(TEXT, "line between the bases and the body", default="")
    illustrative: bool = has(Flag(), "no source states it; until an office confirms it", default=False)

    def texts(self) -> Iterator[str]:
        """Every text in which names may stand."""
        yield from (self.about, self.symbol, self.by, *self.bases, self.decides, *self.recipients, self.signed_by)
        for paragraph in self.body:
            yield paragraph.text
            if paragraph.if_given:
                yield f"{{{paragraph.if_given}}}"


def template_from_yaml(text: str, file: str = "") -> tuple[ResultTemplate | None, Problems]:
    """The template, or None when it cannot be used, with all findings."""
    try:
        raw, lines = yaml_text.load(text, file)
    except BadInput as error:
        return None, error.problems
    problems = Problems(file, lambda path: (lines.line(path), ".".join(map(str, path))))
    template = read_record(ResultTemplate, raw, (), problems)
    if template is FAILED or problems.errors:
        return None, problems
    asked = {f"draft.{field.key}" for field in template.fields}
    for name in sorted({name for part in template.texts() for name in names_in(part)}):
        if name not in KNOWN and name not in asked and not name.startswith("answers."):
            problems.error("name", (), Text(f"không có “{{{name}}}”", f"there is no “{{{name}}}”"))
    return (None if problems.errors else template), problems


def names_in(text: str) -> Iterator[str]:
    """The names in braces: of `{answers.holder|answers.name}` both."""
    for found in _BRACES.findall(text):
        yield from found.split("|")


def filled(text: str, value: Callable[[str], str]) -> str:
    """The text with each `{a|b}` replaced by the first of its names that has a value; by dots if none has."""
    return _BRACES.sub(lambda found: next(filter(None, map(value, found[1].split("|"))), BLANK), text)
