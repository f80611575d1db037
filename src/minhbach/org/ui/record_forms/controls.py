"""What stands on the screen for a record, and what a room says about its own records."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from minhbach.records.structure import (
    Bilingual,
    Choice,
    DayKind,
    Flag,
    Kind,
    ListOf,
    PlainText,
    Record,
    Whole,
    fields_of,
)

Path = tuple[str | int, ...]
Data = dict[str, Any]


def name_of(path: Path) -> str:
    """The name of the control at a place in the data."""
    return "-".join(map(str, path))


@dataclass(frozen=True)
class Look:
    """How a field is shown, where its kind alone does not tell. `more`: behind “More”; `long`: several lines; `mark`: a
    class of its own."""

    hint: Any = ""
    width: str = ""
    more: bool = False
    long: bool = False
    choices: Callable[[Data], Mapping[str, Any]] | None = None
    """What is chosen from, out of the whole data at hand: steps, questions."""
    mark: str = ""
    hidden: bool = False
    """Not shown; what the data say there is kept."""


@dataclass(frozen=True)
class Special:
    """A field shown in a way of its own. `show` gives what stands in the control (and what is chosen from), `take` the
    plain value typed, or None."""

    kind: str
    show: Callable[[Any, Data], tuple[Any, list[tuple[str, Any, bool]]]]
    take: Callable[[QueryDict, str], Any]


@dataclass(frozen=True)
class Shape:
    """How the records of a room are shown.

    `label` names a field of a record, `words` the options of a choice, `one` and `add` the rows of a list by the name
    of their record.
    """

    label: Callable[[str, str], Any]
    words: Callable[[Kind], Mapping[str, Any]]
    looks: Mapping[tuple[str, str], Look] = field(default_factory=dict)
    special: Mapping[tuple[str, str], Special] = field(default_factory=dict)
    one: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Any] = field(default_factory=dict)

    def look(self, record: str, name: str) -> Look:
        return self.looks.get((record, name), Look())


@dataclass
class Control:
    """One field on screen. `choices`: code, label, whether chosen. Its kinds are those of `control_kind`, and `figure`,
    `expression`, `options`, `pairs`."""

    name: str
    label: Any
    kind: str
    value: Any = ""
    english: str = ""
    choices: list[tuple[str, Any, bool]] = field(default_factory=list)
    look: Look = field(default_factory=Look)
    optional: bool = True
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "id_" + self.name.replace(".", "_").replace("@", "_")

    @property
    def noted(self) -> bool:
        """Whether something stands between its label and the control."""
        return bool(self.look.hint or self.errors)

    def walk(self) -> Iterator[Control | Rows | Group]:
        yield self


@dataclass
class Group:
    """A record inside a record."""

    name: str
    label: Any
    parts: list[Control | Rows | Group]
    look: Look = field(default_factory=Look)
    errors: list[str] = field(default_factory=list)
    kind: str = "group"

    def walk(self) -> Iterator[Control | Rows | Group]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass
class Row:
    """A record of a list, that can be moved and taken away."""

    name: str
    index: int
    title: str
    parts: list[Control | Rows | Group]
    open: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def first(self) -> list[Control | Rows | Group]:
        return first_of(self.parts)

    @property
    def more(self) -> list[Control | Rows | Group]:
        return more_of(self.parts)

    @property
    def is_more_open(self) -> bool:
        return any(one.errors for part in self.more for one in part.walk())

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors) or any(one.errors for part in self.parts for one in part.walk())


@dataclass
class Rows:
    """A list of records on screen."""

    name: str
    label: Any
    one: Any
    add: Any
    rows: list[Row]
    look: Look = field(default_factory=Look)
    errors: list[str] = field(default_factory=list)
    kind: str = "rows"

    def walk(self) -> Iterator[Control | Rows | Group]:
        yield self
        for row in self.rows:
            for part in row.parts:
                yield from part.walk()


def first_of(parts: list[Control | Rows | Group]) -> list[Control | Rows | Group]:
    return [part for part in parts if not part.look.more]


def more_of(parts: list[Control | Rows | Group]) -> list[Control | Rows | Group]:
    """What stands behind “More”."""
    return [part for part in parts if part.look.more]


def control_kind(kind: Kind, spec: dataclasses.Field[Any], look: Look) -> str:
    """The sort of control for a field: text, area, two, two_area, flag, maybe, choice, checks, lines, whole, day."""
    match kind:
        case Flag():
            # A question without a usual answer may be left open.
            return "maybe" if spec.default is None else "flag"
        case Choice():
            return "choice"
        case ListOf() if isinstance(kind.kind, Choice):
            return "checks"
        case ListOf():
            return "lines"
        case Bilingual():
            return "two_area" if look.long else "two"
        case Whole():
            return "whole"
        case DayKind():
            return "day"
        case PlainText() if look.choices is not None:
            return "choice"
    return "area" if look.long else "text"


def record_of(kind: Kind) -> type | None:
    """The record of a field that holds one, or a list of them."""
    inner = kind.kind if isinstance(kind, ListOf) else kind
    return inner.make() if isinstance(inner, Record) else None


def fields(record: type, shape: Shape) -> Iterator[tuple[str, dataclasses.Field[Any], Look]]:
    """The fields of a record that are shown."""
    for key, spec in fields_of(record).items():
        look = shape.look(record.__name__, key)
        if not look.hidden:
            yield key, spec, look


def is_required(spec: dataclasses.Field[Any]) -> bool:
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
