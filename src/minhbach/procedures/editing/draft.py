"""A draft being edited: its pages, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.record_forms import (
    Checked,
    Control,
    Finding,
    Group,
    Rows,
    checked,
    in_text,
    mark,
    name_of,
    shown,
    taken,
)
from minhbach.org.ui.record_forms.controls import record_of
from minhbach.procedures.content import model
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.reading import from_data
from minhbach.procedures.content.words import label
from minhbach.procedures.editing.shape import SHAPE
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Path, Problem, Problems
from minhbach.records.structure import ListOf, fields_of
from minhbach.records.texts import Text

Data = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A page of the editor: the fields of a procedure that stand on it."""

    code: str
    title: Any
    fields: tuple[str, ...]


PARTS = {
    part.code: part
    for part in (
        Part(
            "facts",
            _("The procedure"),
            (
                "name",
                "field",
                "field_code",
                "level",
                "agency",
                "decided_by",
                "delegated_to",
                "internal",
                "applicants",
                "online",
                "former_level",
                "post",
                "iso_document",
                "order",
                "conditions",
            ),
        ),
        Part("papers", _("Papers"), ("sets", "components")),
        Part("times", _("Times, ways, fees"), ("times", "channels", "fees")),
        Part("results", _("Results, legal basis"), ("results", "legal_basis")),
        Part("form", _("Form"), ("form",)),
        Part("process", _("Process"), ("process",)),
        Part("publication", _("Publication"), ("publication", "replaced_by", "source", "note")),
    )
}


def read(data: Data, lang: str) -> Checked[Content]:
    """Read and check plain data."""
    problems = Problems()
    content = from_data(data, problems)
    return checked(content, problems, lambda problem: _finding(problem, problem.path, lang))


def read_text(text: str, lang: str) -> tuple[Checked[Content], Data | None]:
    """As `read`, of YAML text with one procedure; its plain data, or None where it is no YAML."""
    try:
        raw, lines = yaml_text.load(text, "")
    except BadInput as error:
        return Checked(None, tuple(in_text(problem, lang, place=_page(())) for problem in error.problems)), None
    prefix: Path = (0,) if isinstance(raw, list) and len(raw) == 1 else ()
    data = raw[0] if prefix else raw
    found = read(data, lang)
    placed = [replace(one, line=lines.line((*prefix, *one.path))) for one in found.findings]
    return Checked(found.content, tuple(placed)), data if isinstance(data, dict) else None


def typed(post: QueryDict, part: Part, old: Data, *, keep_empty: bool = False) -> Data:
    """The procedure with one page of it as typed."""
    new = taken(Content, post, SHAPE, only=part.fields, keep_empty=keep_empty)
    for name, rows in (("form", "sections"), ("process", "steps")):
        # Without questions there is no form, without steps no process.
        if name in new and not new[name].get(rows):
            del new[name]
    return {**{key: value for key, value in old.items() if key not in part.fields}, **new}


def controls(data: Data, part: Part, findings: Iterable[Finding] = ()) -> list[Control | Rows | Group]:
    """The controls of one page, each with what is wrong at it."""
    found = shown(Content, data, SHAPE, only=part.fields)
    every = {control.name: control for one in found for control in one.walk()}
    mark(every, findings, lambda finding: _nearest(every, finding.path))
    return found


def _nearest(every: dict[str, Control | Rows | Group], path: Path) -> str:
    """The name of the control at a place; where the place has none, of the one around it."""
    while path and name_of(path) not in every:
        path = path[:-1]
    return name_of(path)


def _page(path: Path) -> str:
    """The page on which a place is put right."""
    head = path[0] if path else ""
    return next((part.code for part in PARTS.values() if head in part.fields), "facts")


def _finding(problem: Problem, path: Path, lang: str) -> Finding:
    says = problem.says
    if problem.code == "missing-field":
        missing = problem.says.en.partition("“")[2].partition("”")[0]
        path = (*path, missing)
        says = Text("cần điền ô này", "this must be filled in")
    remedy = problem.remedy.in_(lang)
    return Finding(problem.severity, says.in_(lang), remedy, where(path, lang), path, place=_page(path))


def where(path: Sequence[str | int], lang: str) -> str:
    """A place as the forms call it: “Thành phần hồ sơ 3 › Tên giấy tờ”."""
    record: type | None = model.Content
    steps: list[str] = []
    for step in path:
        if isinstance(step, int):
            if steps:
                steps[-1] += f" {step + 1}"
            continue
        spec = fields_of(record).get(step) if record is not None else None
        if record is None or spec is None:
            break
        steps.append(label(record.__name__, step).in_(lang))
        kind = spec.metadata["kind"]
        record = record_of(kind)
        if record is None and not isinstance(kind, ListOf):
            break
    return " › ".join(steps)
