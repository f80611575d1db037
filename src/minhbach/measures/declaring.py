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

import dataclasses
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise

from minhbach.measures.conditions import LocalDay, having, named, renamed

SLOTS = 24
"""Counts that one table can declare: columns of a tally."""
THEN = "then_"
"""Before the name of a field: as it stood at the past moment asked for."""
_SOME = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment by which a condition is looked at, not asked."""


def _everything(at: object) -> Q:
    return Q()


@dataclass(frozen=True)
class Count:
    """How many of the rows are such as `holds` says at a moment (of a `Standing`, on a day). `title` names them in the
    plural; `says` defines them where the title does not; `why_not` says of a row that is not one of them why it is not,
    with what it knows of that row. `later`: a row that is not one of them may still become one, as by a letter of
    apology; without it, what has counted stays as it is, and only other rows can outweigh it."""

    key: str
    title: str | Promise
    holds: Callable[[Any], Q] = _everything
    says: str | Promise = ""
    why_not: Callable[[Any, Any], str] | None = None
    later: bool = False


def because(words: str | Promise) -> Callable[[Any, Any], str]:
    """The same reason why not (`Count.why_not`) for every row."""
    return lambda row, at: str(words)


@dataclass(frozen=True)
class Listing:
    """How the rows behind a figure are shown.

    columns   the title of each and what it says of a row; nothing that tells who a person is
    open_to   of these rows those that an account may open
    address   the page of a row
    related   what is read with the rows, for the columns
    fields    of the rows and of those related, what the columns and reasons need; empty: all
    order     by what they are sorted, the row's key last
    notes     what a reader must know of the rows together: each is given the rows, the first and the last day, and the
              past moment asked for, if any; what it says is a sentence, or nothing
    """

    columns: Sequence[tuple[str | Promise, Callable[[Any], str]]]
    open_to: Callable[[Any, QuerySet], QuerySet]
    address: Callable[[Any], str]
    related: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    order: tuple[str, ...] = ("pk",)
    notes: tuple[Callable[[QuerySet, date, date, datetime | None], str], ...] = ()

    def laid(self, rows: QuerySet) -> QuerySet:
        """The rows in their order, with what is shown of them and no more. One query."""
        found = rows.select_related(*self.related).order_by(*self.order)
        return found.only(*self.fields) if self.fields else found


@dataclass(frozen=True)
class Past:
    """Fields that are written over in time, and what gives each row `then_<field>`: how they stood at a moment."""

    fields: tuple[str, ...]
    read: Callable[[QuerySet, datetime], QuerySet]


def stood(row: Any, name: str) -> Any:
    """A field of a row behind a figure, as it stood at the moment of the figure."""
    then = THEN + name
    return row.__dict__[then] if then in row.__dict__ else getattr(row, name)


@dataclass(frozen=True)
class Rows:
    """Rows of a table that can be counted.

    key     the room and what is counted: dossiers.handled
    title   what the rows are, in the plural
    model   the table: app.Model
    of      which of its rows are meant at a moment; by dated facts, never by a present state alone
    listing how they are shown
    unit    the field with the unit for which a row counts
    days    fields of moments or days; the first that is set says on which day the row counts
    part    a field by which the counts are kept apart, so that "procedures with a dossier" can be counted too
    while_  narrows when a moment that lies ahead will change a count: a due moment, while the row is open
    fed_by  tables whose rows change a count of these: the field with which they point at the row; those that a
            condition names (`Has`) need not be said again
    past    how the rows stood at a past moment, where fields of theirs are written over
    """

    key: str
    title: str | Promise
    model: str
    unit: str
    days: tuple[str, ...]
    part: str
    counts: Sequence[Count]
    of: Callable[[datetime], Q] = _everything
    listing: Listing | None = None
    while_: Mapping[str, Q] = field(default_factory=dict)
    fed_by: Mapping[str, str] = field(default_factory=dict)
    past: Past | None = None

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
    def places(self) -> dict[str, int]:
        """The place of each count in the order of the declaration."""
        return {count.key: place for place, count in enumerate(self.counts)}

    @cached_property
    def fields(self) -> frozenset[str]:
        """The table's own fields on which a tally depends: a row that changes in none of them changes no tally."""
        own = {one.name for one in self.table._meta.concrete_fields}
        asked = {name for q in self._conditions for name, _with in named(q)}
        return frozenset((asked | {self.unit, self.part, *self.days}) & own)

    @cached_property
    def moments(self) -> dict[str, Q]:
        """Fields compared with the moment of counting: when one that lies ahead is passed, time alone changes a count
        of those rows that are such as its condition says."""
        compared = {name for q in self._conditions for name, value in named(q) if value == _SOME}
        return {name: self.while_.get(name, Q()) for name in sorted(compared)}

    @cached_property
    def feeding(self) -> dict[str, str]:
        """The tables whose rows change a count of these, with the field by which they point at the row."""
        return {**self.fed_by, **{one.model: one.pointing for q in self._conditions for one in having(q)}}

    @cached_property
    def then(self) -> Rows:
        """The same, counted as the rows stood at a past moment."""
        if self.past is None:
            return self
        said = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        counts = [dataclasses.replace(one, holds=self._as_then(one.holds)) for one in self.counts]
        return _Then(**{**said, "of": self._as_then(self.of), "counts": counts})

    def _as_then(self, asked: Callable[[datetime], Q]) -> Callable[[datetime], Q]:
        assert self.past is not None
        names = {name: THEN + name for name in self.past.fields}
        return lambda at: renamed(asked(at), names)

    @property
    def _conditions(self) -> list[Q]:
        return [self.of(_SOME), *(count.holds(_SOME) for count in self.counts), *self.while_.values()]

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    def behind(self, first: date, last: date, at: datetime | None = None) -> tuple[QuerySet, datetime]:
        """The rows that count from the first day to the last, both in, each with its `tally_day`; and the moment by
        which they are judged: now, or `at`."""
        when = at or timezone.now()
        period = self.between(first, last) if at is None else Q(tally_day__gte=first, tally_day__lte=last)
        return self.dated(at).filter(period, self.of(when)), when

    def dated(self, at: datetime | None = None) -> QuerySet:
        """The rows that count for a day, now or later, each with its `tally_day`; as they did `at` a past moment, when
        what has happened since had not: of several `days` all but the last are such that have happened."""
        names = self._names_of_days
        days: list[Combinable] = [F(name) for name in names]
        if at is not None:
            days[:-1] = [Case(When(**{f"{name}__lte": at}, then=F(name))) for name in names[:-1]]
        value = days[0] if len(days) == 1 else Coalesce(*days)
        found = self._read(self.table._default_manager.order_by(), at)
        return found.annotate(tally_day=LocalDay(value) if self.by_moment else value).exclude(tally_day=None)

    @cached_property
    def by_moment(self) -> bool:
        """Whether the fields in `days` hold moments, not days."""
        return isinstance(self.table._meta.get_field(self.days[0]), DateTimeField)

    def between(self, first: date, last: date) -> Q:
        """Rows whose day lies between two days, both in: said of the fields themselves, which a database compares
        sooner than days worked out from them."""
        low: date = first
        high = last + timedelta(days=1)
        if self.by_moment:
            low, high = (timezone.make_aware(datetime.combine(day, time())) for day in (low, high))
        found, before = Q(), Q()
        for name in self._names_of_days:
            found |= before & Q(**{f"{name}__gte": low, f"{name}__lt": high})
            before &= Q(**{name: None})
        return found

    @property
    def _names_of_days(self) -> tuple[str, ...]:
        return self.days

    def _read(self, rows: QuerySet, at: datetime | None) -> QuerySet:
        return rows

    @cached_property
    def layout(self) -> str:
        """Changes when what is counted changes: tallies of another layout are counted anew."""
        said = [self.model, self.unit, self.days, self.part, repr(self.of(_SOME)), sorted(self.feeding.items())]
        said += [repr(sorted(self.while_.items()))]
        said += [(count.key, repr(count.holds(_SOME))) for count in self.counts]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


class _Then(Rows):
    """Rows whose conditions ask how fields stood at a past moment, never how they stand now."""

    @property
    def _names_of_days(self) -> tuple[str, ...]:
        assert self.past is not None
        return tuple(THEN + name if name in self.past.fields else name for name in self.days)

    def _read(self, rows: QuerySet, at: datetime | None) -> QuerySet:
        if at is None or self.past is None:
            raise ValueError(f"{self.key}: as of which moment?")
        return self.past.read(rows, at)


@dataclass(frozen=True)
class Standing:
    """Rows that count on each day they are in force: a procedure offered, not a dossier received. What counts for a
    period is what stands on its last day, or today while that lies ahead. Not tallied: the table is small.

    The fields mean what they do in `Rows`; `of` and the counts' conditions are given a day. With `dated`, a field that
    holds a day, they are those whose day lies in the period: procedures announced. `fed_by`: the other tables that the
    conditions, or the way to the unit, ask; when a row of theirs changes, all that stands is read anew.
    """

    key: str
    title: str | Promise
    model: str
    unit: str
    part: str
    counts: Sequence[Count]
    of: Callable[[date], Q]
    listing: Listing | None = None
    dated: str = ""
    fed_by: tuple[str, ...] = ()
    layout: ClassVar[str] = "standing"

    @cached_property
    def by_key(self) -> dict[str, Count]:
        return {count.key: count for count in self.counts}

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    def day_of(self, last: date, at: datetime | None = None) -> date:
        """The day on which it is asked what stands, for a period that ends on `last`."""
        return min(last, timezone.localdate(at))

    def behind(self, first: date, last: date, at: datetime | None = None) -> tuple[QuerySet, date]:
        """The rows in force on the last day of the period, today at the latest, or those dated in it; and that day."""
        day = self.day_of(last, at)
        within = Q(**{f"{self.dated}__gte": first, f"{self.dated}__lte": day}) if self.dated else Q()
        return self.table._default_manager.order_by().filter(self.of(day), within), day

    def parts(
        self, units: Collection[int], first: date, last: date, at: datetime | None
    ) -> dict[str, dict[int, set[int]]]:
        """The parts that are such as each count says, by unit. One query, besides those of the conditions."""
        source, day = self.behind(first, last, at)
        such = {f"c{n}": count.holds(day) for n, count in enumerate(self.counts)}
        asked = {
            name: ExpressionWrapper(q, output_field=BooleanField()) if q else Value(True) for name, q in such.items()
        }
        rows = source.filter(**{f"{self.unit}__in": units}).annotate(**asked)
        found: dict[str, dict[int, set[int]]] = {count.key: {} for count in self.counts}
        for unit, part, *holds in rows.values_list(self.unit, self.part, *asked):
            for count, held in zip(self.counts, holds, strict=True):
                if held:
                    found[count.key].setdefault(unit, set()).add(part)
        return found


REGISTRY: dict[str, Rows] = {}
STANDING: dict[str, Standing] = {}


def any_row(table: Rows | Standing) -> Exists:
    """Of units: whether the table holds any row of theirs, of whatever day."""
    return Exists(table.table._default_manager.order_by().filter(**{table.unit: OuterRef("pk")}))


Table = TypeVar("Table", Rows, Standing)


def declare(table: Table) -> Table:
    """Make rows countable. Raises ValueError when the key is taken."""
    known: dict[str, Any] = REGISTRY if isinstance(table, Rows) else STANDING
    if known.get(table.key, table) != table:
        raise ValueError(f"{table.key} is declared twice")
    known[table.key] = table
    return table
