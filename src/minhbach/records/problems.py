"""What is wrong with some input: where, what, and what to do, in both languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from minhbach.records.texts import Text

Path = tuple[str | int, ...]
Locate = Callable[[Path], tuple[int, str]]
ERROR, WARNING, NOTE = "error", "warning", "note"
_WORD = {ERROR: Text("lỗi", "error"), WARNING: Text("cảnh báo", "warning"), NOTE: Text("lưu ý", "note")}


def printable(text: str) -> str:
    """One line that no terminal takes for commands: a stranger's file may hold anything."""
    return "".join(" " if c in "\n\r\t" else "␛" if unicodedata.category(c) == "Cc" else c for c in text)


@dataclass(frozen=True)
class Problem:
    """One finding. `line` is 0 where the input has no lines."""

    severity: str
    code: str
    says: Text
    remedy: Text = Text("")
    file: str = ""
    line: int = 0
    where: str = ""
    path: Path = field(default=(), compare=False)
    """Where it is in the data."""

    def in_(self, lang: str) -> str:
        """One line for a person: file:line: what is wrong, where, and what to do. Control characters are shown as ␛."""
        place = f"{self.file}:{self.line}: " if self.line else (f"{self.file}: " if self.file else "")
        where = f"{self.where}: " if self.where else ""
        remedy = f" → {self.remedy.in_(lang)}" if self.remedy else ""
        return printable(f"{place}{_WORD[self.severity].in_(lang)}: {where}{self.says.in_(lang)}{remedy}")

    def with_code(self, lang: str) -> str:
        """As `in_`, and its code, which docs/findings.md explains."""
        return f"{self.in_(lang)} [{self.code}]"


@dataclass
class Problems:
    """A collection of findings about one input. `locate` gives the line and the name of a path in it."""

    file: str = ""
    locate: Callable[[Path], tuple[int, str]] = lambda path: (0, ".".join(map(str, path)))
    found: list[Problem] = field(default_factory=list)

    def _add(self, severity: str, code: str, path: Path, says: Text, remedy: Text | None) -> None:
        line, where = self.locate(path)
        self.found.append(Problem(severity, code, says, remedy or Text(""), self.file, line, where, path))

    def error(self, code: str, path: Path, says: Text, remedy: Text | None = None) -> None:
        self._add(ERROR, code, path, says, remedy)

    def warning(self, code: str, path: Path, says: Text, remedy: Text | None = None) -> None:
        self._add(WARNING, code, path, says, remedy)

    def note(self, code: str, path: Path, says: Text, remedy: Text | None = None) -> None:
        self._add(NOTE, code, path, says, remedy)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found, key=lambda p: (p.line, (ERROR, WARNING, NOTE).index(p.severity))))

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self if p.severity == ERROR]


class BadInput(ValueError):
    """Input that cannot be used. Carries every finding."""

    def __init__(self, problems: Problems):
        super().__init__("\n".join(p.in_("en") for p in problems.errors))
        self.problems = problems
