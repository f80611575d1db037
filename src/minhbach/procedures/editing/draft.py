"""A draft being edited: its pages, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.record_forms import Control, Group, Rows, name_of, shown, taken
from minhbach.org.ui.record_forms.controls import record_of
from minhbach.procedures.content import model
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.reading import from_data
from minhbach.procedures.content.words import label
from minhbach.procedures.editing.shape import SHAPE
from minhbach.records import yaml_text
from minhbach.records.problems import ERROR, BadInput, Path, Problem, Problems
from minhbach.records.structure import ListOf, fields_of
from minhbach.records.texts import Text

Data = dict[str, Any]
_KINDS = {"error": "bad", "warning": "warn", "note": "info"}


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


@dataclass(frozen=True)
class Finding:
    """One thing wrong or doubtful, in one language, with the place it is at."""

    severity: str
    says: str
    remedy: str
    where: str
    path: Path
    line: int = 0

    @property
    def kind(self) -> str:
        """The kind of state it is shown as."""
        return _KINDS[self.severity]

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def part(self) -> str:
        """The page on which it is put right."""
        head = self.path[0] if self.path else ""
        return next((part.code for part in PARTS.values() if head in part.fields), "facts")

    @property
    def control(self) -> str:
        return name_of(self.path)


@dataclass(frozen=True)
class Checked:
    """The content of plain data (None when its structure is wrong) and all that was found."""

    content: Content | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.is_error]

    def at(self, part: str) -> list[Finding]:
        return [one for one in self.findings if one.part == part]

    def elsewhere(self, part: str) -> list[Finding]:
        return [one for one in self.findings if one.part != part]


def read(data: Data, lang: str) -> Checked:
    """Read and check plain data."""
    paths: list[Path] = []

    def locate(path: Path) -> tuple[int, str]:
        paths.append(path)
        return 0, ""

    problems = Problems("", locate)
    content = from_data(data, problems)
    found = [_finding(problem, path, lang) for problem, path in zip(problems.found, paths, strict=True)]
    order = list(_KINDS)
    return Checked(content, tuple(sorted(found, key=lambda one: order.index(one.severity))))


def read_text(text: str, lang: str) -> tuple[Checked, Data | None]:
    """As `read`, of YAML text with one procedure; its plain data, or None where it is no YAML."""
    try:
        raw, lines = yaml_text.load(text, "")
    except BadInput as error:
        found = [Finding(p.severity, p.says.in_(lang), p.remedy.in_(lang), p.where, (), p.line) for p in error.problems]
        return Checked(None, tuple(found)), None
    prefix: Path = (0,) if isinstance(raw, list) and len(raw) == 1 else ()
    data = raw[0] if prefix else raw
    checked = read(data, lang)
    placed = [
        Finding(one.severity, one.says, one.remedy, one.where, one.path, lines.line((*prefix, *one.path)))
        for one in checked.findings
    ]
    return Checked(checked.content, tuple(placed)), data if isinstance(data, dict) else None


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
    for finding in findings:
        if finding.is_error and (control := _nearest(every, finding.path)):
            control.errors.append(f"{finding.says}{f' → {finding.remedy}' if finding.remedy else ''}")
    return found


def _nearest(every: dict[str, Control | Rows | Group], path: Path) -> Control | Rows | Group | None:
    """The control at a place; where the place has none, the one around it."""
    while path:
        if control := every.get(name_of(path)):
            return control
        path = path[:-1]
    return None


def _finding(problem: Problem, path: Path, lang: str) -> Finding:
    says = problem.says
    if problem.code == "missing-field":
        missing = problem.says.en.partition("“")[2].partition("”")[0]
        path = (*path, missing)
        says = Text("cần điền ô này", "this must be filled in")
    return Finding(problem.severity, says.in_(lang), problem.remedy.in_(lang), where(path, lang), path)


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
