"""What an outline is made of: criteria of the source before their rules are recognised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.drafting.rows import Row


@dataclass
class Line:
    """One statement of a rule, as the source words it."""

    text: str
    row: Row


@dataclass
class Doubt:
    """Something a person has to look at. `row` is where it stands in the source."""

    code: str
    says: Text
    row: Row
    text: str = ""
    serious: bool = True


@dataclass
class Item:
    """A criterion of the source. `label`: the word before its number (`Chỉ tiêu 2`), or `heading`; `kind`: bonus or
    penalty; `survey`: marked as scored by a survey."""

    code: str
    title: str
    row: Row
    units: list[str] = field(default_factory=list)
    points: Fraction | None = None
    lines: list[Line] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    id: str = ""
    label: str = ""
    kind: str = ""
    survey: bool = False
    holds_tier: bool = False
    """The title seems to hold a tier of the rule, but where it begins is not certain."""

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Part:
    """One table of criteria: a file with an appendix for each unit group has several.

    `begins`: its first label and code; `appendix`: its number; `total`: of the row that sums up; `unused`: headings of
    columns that nothing is taken from; `rivals`: further columns of maxima; `weights`: columns of weights.
    """

    title: str = ""
    top: list[Item] = field(default_factory=list)
    begins: tuple[str, str] = ("", "")
    total: Fraction | None = None
    footnotes: list[Line] = field(default_factory=list)
    appendix: str = ""
    unused: list[str] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)
    weights: list[str] = field(default_factory=list)
