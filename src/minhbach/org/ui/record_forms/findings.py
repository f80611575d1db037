"""What is wrong with a record being edited, brought back to the control it was typed into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from minhbach.org.ui.record_forms.controls import Control, Group, Rows
from minhbach.records.problems import ERROR, Path, Problem, Problems

_KINDS = {"error": "bad", "warning": "warn", "note": "info"}
Content = TypeVar("Content")


@dataclass(frozen=True)
class Finding:
    """One thing wrong or doubtful, in one language. `place`: the page of the editor at which it is put right."""

    severity: str
    says: str
    remedy: str
    where: str
    path: Path = ()
    line: int = 0
    place: str = ""

    @property
    def kind(self) -> str:
        """The kind of state it is shown as."""
        return _KINDS[self.severity]

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def text(self) -> str:
        return f"{self.says} → {self.remedy}" if self.remedy else self.says


@dataclass(frozen=True)
class Checked(Generic[Content]):
    """What plain data mean (None when their structure is wrong) and all that was found."""

    content: Content | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.is_error]

    def at(self, place: str) -> list[Finding]:
        return [one for one in self.findings if one.place == place]

    def elsewhere(self, place: str) -> list[Finding]:
        return [one for one in self.findings if one.place != place]


def checked(content: Content | None, problems: Problems, told: Callable[[Problem], Finding]) -> Checked[Content]:
    """What was read, with all that was found in words; the errors come first."""
    order = list(_KINDS)
    found = sorted(map(told, problems.found), key=lambda one: order.index(one.severity))
    return Checked(content, tuple(found))


def in_text(problem: Problem, lang: str, line: int = 0, path: Path = (), place: str = "") -> Finding:
    """A finding for whoever has the text before them."""
    says, remedy = problem.says.in_(lang), problem.remedy.in_(lang)
    return Finding(problem.severity, says, remedy, problem.where, path, line or problem.line, place)


def mark(
    controls: Mapping[str, Control | Rows | Group],
    findings: Iterable[Finding],
    name: Callable[[Finding], str],
) -> None:
    """Write each error at the control of this name; one without a control stays with the summary."""
    for finding in findings:
        if finding.is_error and (control := controls.get(name(finding))):
            control.errors.append(finding.text)
