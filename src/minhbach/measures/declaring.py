"""The declaration of what can be counted: rows of a table, the unit and day each counts for, and named counts of them.

A room says in its measures.py:

    HANDLED = declare(
        Rows(
            "dossiers.handled",
            _("dossiers handled"),
            model="dossiers.Dossier",
            unit="office",
            days=("finished_at", "first_due_at"),
            part="procedure",
            counts=[Count("on_time", _("finished by the first due moment"), lambda at: Q(…))],
        )
    )

From that come the tallies (`tallies`), the marks that keep them fresh (`triggers`), and the words with which a figure
is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from django.apps import apps
from django.db.models import Expression, F, Model, Q
from django.utils.functional import Promise

SLOTS = 24
"""Counts that one table can declare: columns of a tally."""


_SOME = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment by which a condition is looked at, not asked."""


def _everything(at: datetime) -> Q:
    return Q()


@dataclass(frozen=True)
class Count:
    """How many of the rows are such as `holds` says at a moment. `title` names them in the plural; `says` defines them
    where the title does not."""

    key: str
    title: str | Promise
    holds: Callable[[datetime], Q] = _everything
    says: str | Promise = ""


@dataclass(frozen=True)
class Rows:
    """Rows of a table that can be counted.

    key     the room and what is counted: dossiers.handled
    title   what the rows are, in the plural
    model   the table: app.Model
    of      which of its rows are meant at a moment; by dated facts, never by a present state alone
    unit    the field with the unit for which a row counts
    days    fields of moments or days; the first that is set says on which day the row counts
    part    a field by which the counts are kept apart, so that "procedures with a dossier" can be counted too
    while_  narrows when a moment that lies ahead will change a count: a due moment, while the row is open
    fed_by  tables whose rows change a count of these: the field with which they point at the row
    """

    key: str
    title: str | Promise
    model: str
    unit: str
    days: tuple[str, ...]
    part: str
    counts: Sequence[Count]
    of: Callable[[datetime], Q] = _everything
    while_: Mapping[str, Q] = field(default_factory=dict)
    fed_by: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.counts) > SLOTS:
            raise ValueError(f"{self.key}: {len(self.counts)} counts, at most {SLOTS}")
        if len(self.by_key) != len(self.counts):
            raise ValueError(f"{self.key}: a count is declared twice")

    @cached_property
    def by_key(self) -> dict[str, Count]:
        return {count.key: count for count in self.counts}

    @cached_property
    def slots(self) -> dict[str, str]:
        """The column of each count."""
        return {count.key: f"n{place:02}" for place, count in enumerate(self.counts)}

    @cached_property
    def fields(self) -> frozenset[str]:
        """The table's own fields on which a tally depends: a row that changes in none of them changes no tally."""
        own = {one.name for one in self.table._meta.concrete_fields}
        named = {name for q in self._conditions for name, _with in _named(q)}
        return frozenset((named | {self.unit, self.part, *self.days}) & own)

    @cached_property
    def moments(self) -> dict[str, Q]:
        """Fields compared with the moment of counting: when one that lies ahead is passed, time alone changes a count
        of those rows that are such as its condition says."""
        compared = {name for q in self._conditions for name, value in _named(q) if value == _SOME}
        return {name: self.while_.get(name, Q()) for name in sorted(compared)}

    @property
    def _conditions(self) -> list[Q]:
        return [self.of(_SOME), *(count.holds(_SOME) for count in self.counts), *self.while_.values()]

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    @cached_property
    def layout(self) -> str:
        """Changes when what is counted changes: tallies of another layout are counted anew."""
        said = [self.model, self.unit, self.days, self.part, repr(self.of(_SOME)), sorted(self.fed_by.items())]
        said += [repr(sorted(self.while_.items()))]
        said += [(count.key, repr(count.holds(_SOME))) for count in self.counts]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _named(said: object, value: object = None) -> Iterator[tuple[str, object]]:
    """The fields that a condition names, each as the first step of its path, with what it is compared with."""
    if isinstance(said, Q):
        for child in said.children:
            yield from _named(child)
    elif isinstance(said, tuple):
        yield said[0].partition("__")[0], said[1]
        yield from _named(said[1])
    elif isinstance(said, F):
        yield said.name.partition("__")[0], value
    elif isinstance(said, Expression):
        for part in said.get_source_expressions():
            yield from _named(part)


REGISTRY: dict[str, Rows] = {}


def declare(rows: Rows) -> Rows:
    """Make rows countable. Raises ValueError when the key is taken."""
    if REGISTRY.get(rows.key, rows) != rows:
        raise ValueError(f"{rows.key} is declared twice")
    REGISTRY[rows.key] = rows
    return rows
