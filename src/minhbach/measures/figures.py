"""Figures: what an indicator set may name as supplied by the work itself, and the rows behind each.

A room says in its measures.py which of its counts a figure is:

    figure("dossiers_on_time", HANDLED, "on_time")
    figure("procedures_with_dossiers", RECEIVED, "all", parts=True)   # how many procedures had any
    figure("procedures_competent", OFFERED, "all")                    # as it stands on the last day of the period

Indicator sets name the figure of each input; which of two ways of counting is meant is theirs to say, by naming one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from minhbach.measures import tallies
from minhbach.measures.declaring import Count, Rows, Standing
from minhbach.org.models import Unit

FIGURES: dict[str, Figure] = {}
BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True)
class Figure:
    """A count by the name that indicator sets use.

    of        the table
    count     which of its rows
    parts     not the rows, but of how many parts there was any
    also      further counts whose parts belong to them: procedures with a dossier or a result by post
    unless    without parts that have a row of this count: one late decision makes a procedure late
    among     only parts that this other figure counts: dossiers of the procedures offered online
    carried   a count of rows that last: those from before the period belong to it, too, as it stands at its end
    named     what it is called, where the title of the count does not say it
    why       of a row that is counted where this figure is the part that earns points, why it is not in that part; what
              the count says, if nothing is given
    """

    key: str
    of: Rows | Standing
    count: Count
    parts: bool = False
    also: tuple[tuple[Rows, Count], ...] = ()
    unless: Count | None = None
    among: Figure | None = None
    carried: Count | None = None
    named: str | Promise = ""
    why: Callable[[Any, Any], str] | None = None

    @property
    def title(self) -> str | Promise:
        return self.named or self.count.title

    @cached_property
    def tables(self) -> dict[str, Rows | Standing]:
        """The tables from which it is read, by their keys."""
        found = {each.key: each for each in (self.of, *(rows for rows, _count in self.also))}
        return found | (self.among.tables if self.among is not None else {})

    @property
    def why_not(self) -> Callable[[Any, Any], str] | None:
        """Of a row that is counted where this figure is the part that earns points: why it is not in that part."""
        return self.why or (None if self.parts and isinstance(self.of, Rows) else self.count.why_not)


def figure(
    key: str,
    of: Rows | Standing,
    count: str,
    *,
    parts: bool = False,
    also: Iterable[tuple[Rows, str]] = (),
    unless: str = "",
    among: Figure | None = None,
    carried: str = "",
    named: str | Promise = "",
    why: Callable[[Any, Any], str] | None = None,
) -> Figure:
    """Make a count known to indicator sets. Raises ValueError when the name is taken, KeyError when there is no such
    count."""
    more = tuple((rows, rows.by_key[name]) for rows, name in also)
    spoilt, lasting = (of.by_key[name] if name else None for name in (unless, carried))
    made = Figure(key, of, of.by_key[count], parts, more, spoilt, among, lasting, named, why)
    if FIGURES.get(key, made) != made:
        raise ValueError(f"the figure {key} is declared twice")
    FIGURES[key] = made
    return made


def counted_for(units: Iterable[Unit]) -> dict[int, list[int]]:
    """The units whose rows count for each of these: itself and all below it in the present tree, closed ones too,
    without those that are scored by themselves (`Unit.group`) and what is below them. Two queries at most."""
    units = list(units)
    if not units:
        return {}
    near = Q()
    for unit in units:
        near |= Q(path__gte=unit.path, path__lt=unit.path + "z")
    wanted = {unit.path: unit.pk for unit in units}
    found: dict[int, list[int]] = {unit.pk: [] for unit in units}
    owners: dict[str, int | None] = {}
    for pk, path, parent, group in (
        Unit.objects.filter(near).order_by("path").values_list("pk", "path", "parent__path", "group")
    ):
        owner = wanted.get(path, None if group else owners.get(parent or ""))
        owners[path] = owner
        if owner is not None:
            found[owner].append(pk)
    return found


def values(
    keys: Iterable[str], units: Mapping[int, Collection[int]], first: date, last: date, *, at: datetime | None = None
) -> dict[int, dict[str, int]]:
    """Each unit's figures over a period, first and last day in. `units`: for each unit those whose rows count for it.

    `at`: as they were at a past moment, counted from the rows; else as they are, from the tallies.
    A unit of which nothing was counted has 0. Figures that nobody declares are left out.
    """
    every = {member for members in units.values() for member in members}
    wanted = [one for key in dict.fromkeys(keys) if (one := FIGURES.get(key))]
    # What lasts is judged by how it stood when the period was over.
    over = end_of(last)
    lasting = [one for one in wanted if one.carried and over < (at or timezone.now())]
    others = [one for one in wanted if one not in lasting]
    if at is None:
        found = _now(others, units, every, first, last)
    else:
        found = _Asked(every, first, last, at).all(others, units)
    if lasting:
        then = _Asked(every, first, last, over).all(lasting, units)
        found = {unit: {one.key: (own | then[unit])[one.key] for one in wanted} for unit, own in found.items()}
    return found


def _now(
    wanted: Sequence[Figure], units: Mapping[int, Collection[int]], every: Collection[int], first: date, last: date
) -> dict[int, dict[str, int]]:
    """The figures as they are. Those of a unit are worked out again when a table of one of its members has changed."""
    tables = {key: table for one in wanted for key, table in one.tables.items()}
    versions = tallies.fresh(list(tables.values()), every)
    holder = _worked_out(tuple(one.key for one in wanted), first, last, timezone.localdate())
    known = holder[0]
    changed = set[int]()
    for key, new in versions.items():
        old = known.versions.get(key, {})
        if new is not old:
            changed.update(unit for unit, version in new.items() if old.get(unit) != version)
    values = {unit: own for unit, own in known.values.items() if changed.isdisjoint(own[0])}
    asked = {unit: own for unit, own in units.items() if unit not in values or values[unit][0] != own}
    if asked:
        members = {member for own in asked.values() for member in own}
        made = _Asked(members, first, last, None, versions).all(wanted, asked)
        values |= {unit: (units[unit], own) for unit, own in made.items()}
    holder[0] = _Known(values, versions)
    return {unit: values[unit][1] for unit in units}


@dataclass(frozen=True)
class _Known:
    """Figures that a process has worked out, by unit with the members whose rows count for it; and the versions of what
    they were read from. Replaced as a whole, never changed, so that the two always belong together."""

    values: Mapping[int, tuple[Collection[int], dict[str, int]]]
    versions: tallies.Versions


@lru_cache(maxsize=64)
def _worked_out(_keys: tuple[str, ...], _first: date, _last: date, _today: date) -> list[_Known]:
    """In it what is known of these figures over a period."""
    return [_Known({}, {})]


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def daily(
    keys: Iterable[str], units: Collection[int], first: date, last: date, *, at: datetime | None = None
) -> dict[str, dict[date, int]]:
    """The figures day by day, of these units together: rows by the day they count for, days without any left out; of
    what is carried over only what is new. Only rows have days: figures of parts, and of what stands, are left out."""
    asked = _Asked(set(units), first, last, at)
    found: dict[str, dict[date, int]] = {}
    together: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        one = FIGURES.get(key)
        if one is not None and isinstance(one.of, Rows) and not one.parts:
            together[one.of.key, one.among.key if one.among else ""].append(one)
    for ones in together.values():
        table, among = ones[0].of, ones[0].among
        assert isinstance(table, Rows)
        if at is None:
            tallies.fresh([table], units)
        counts = list(dict.fromkeys(one.count.key for one in ones))
        parts = asked.parts(among, units) if among else None
        by_day = tallies.days(table if at is None else table.then, counts, units, first, last, at=at, parts=parts)
        for one in ones:
            place = counts.index(one.count.key)
            found[one.key] = {day: numbers[place] for day, numbers in by_day.items() if numbers[place]}
    return found


def by_part(one: Figure, units: Collection[int], first: date, last: date) -> dict[int, int]:
    """A figure's rows by their part: dossiers of each procedure."""
    asked, found = _Asked(set(units), first, last, None), Counter[int]()
    for table, count in ((one.of, one.count), *one.also):
        assert isinstance(table, Rows)
        for sums in asked.sums(table, first, last).values():
            found.update(sums.by_part(count.key))
    wanted = asked.parts(one.among, units) if one.among else found.keys()
    return {part: n for part, n in found.items() if part in wanted}


def rows(
    one: Figure,
    units: Collection[int],
    first: date,
    last: date,
    *,
    at: datetime | None = None,
    without: Figure | None = None,
) -> QuerySet:
    """The rows a figure counts; with `without`, those of them that this other figure does not: the rows that cost
    points. Of parts, the rows of parts that the other has none of. Raises ValueError when the two have nothing in
    common."""
    if one.carried and (over := end_of(last)) < (at or timezone.now()):
        at = over
    asked = _Asked(set(units), first, last, at)
    found = asked.rows(one)
    if without is None:
        return found
    if one.parts or without.parts:
        if one.of.part != without.of.part:
            raise ValueError(f"{without.key} counts other parts than {one.key}")
        return found.exclude(**{f"{one.of.part}__in": asked.parts(without, units)})
    if one.of.model != without.of.model:
        raise ValueError(f"{without.key} counts other rows than {one.key}")
    return found.exclude(pk__in=asked.rows(without).values("pk"))


class _Asked:
    """Everything that is asked for some units and a period: what several figures need is read once."""

    def __init__(
        self,
        units: Collection[int],
        first: date,
        last: date,
        at: datetime | None,
        versions: tallies.Versions | None = None,
    ) -> None:
        self.units, self.first, self.last, self.at, self.versions = units, first, last, at, versions
        self._sums: dict[tuple[str, date, date], Mapping[int, tallies.Sums]] = {}
        self._standing: dict[str, Mapping[str, Mapping[int, Collection[int]]]] = {}
        self._parts: dict[tuple[str, str], Mapping[int, Collection[int]]] = {}

    def all(self, wanted: Iterable[Figure], units: Mapping[int, Collection[int]]) -> dict[int, dict[str, int]]:
        """The figures of each unit."""
        wanted = list(wanted)
        return {unit: {one.key: self.value(one, members) for one in wanted} for unit, members in units.items()}

    def value(self, one: Figure, members: Collection[int]) -> int:
        """The figure of a unit for which these units' rows count."""
        if one.parts or isinstance(one.of, Standing):
            return len(self.parts(one, members))
        if one.among is not None:
            wanted, sums = self.parts(one.among, members), self.sums(one.of, self.first, self.last)
            numbers = [sums[each].by_part(one.count.key) for each in members if each in sums]
            return sum(n for by_part in numbers for part, n in by_part.items() if part in wanted)
        found = self._sum(self.sums(one.of, self.first, self.last), members, one.count)
        if one.carried is not None:
            before = self.sums(one.of, BEGINNING, self.first - timedelta(days=1))
            found += self._sum(before, members, one.carried)
        return found

    @staticmethod
    def _sum(sums: Mapping[int, tallies.Sums], members: Collection[int], count: Count) -> int:
        return sum(sums[each].count(count.key) for each in members if each in sums)

    def sums(self, rows: Rows, first: date, last: date) -> Mapping[int, tallies.Sums]:
        asked = rows.key, first, last
        if asked not in self._sums:
            self._sums[asked] = (
                tallies.sums(rows, self.units, first, last, versions=self.versions)
                if self.at is None
                else tallies.sums_at(rows.then, self.units, first, last, self.at)
            )
        return self._sums[asked]

    def parts(self, one: Figure, members: Collection[int]) -> set[int]:
        """The parts that a figure counts for a unit."""
        found: set[int] = set()
        for table, count in ((one.of, one.count), *one.also):
            found |= self._parts_of(table, count, members)
        if one.unless is not None:
            found -= self._parts_of(one.of, one.unless, members)
        return found & self.parts(one.among, members) if one.among is not None else found

    def _parts_of(self, table: Rows | Standing, count: Count, members: Collection[int]) -> set[int]:
        by_unit = self._parts_by_unit(table, count)
        return set().union(*(by_unit.get(each, ()) for each in members))

    def _parts_by_unit(self, table: Rows | Standing, count: Count) -> Mapping[int, Collection[int]]:
        asked = table.key, count.key
        if asked not in self._parts:
            if isinstance(table, Standing):
                if table.key not in self._standing:
                    self._standing[table.key] = self._stands(table)
                self._parts[asked] = self._standing[table.key][count.key]
            else:
                sums = self.sums(table, self.first, self.last)
                self._parts[asked] = {unit: each.by_part(count.key).keys() for unit, each in sums.items()}
        return self._parts[asked]

    def _stands(self, table: Standing) -> Mapping[str, Mapping[int, Collection[int]]]:
        if self.at is not None:
            return table.parts(self.units, self.first, self.last, self.at)
        versions = self.versions or tallies.fresh([table], self.units)
        return tallies.standing(table, self.units, self.first, self.last, versions)

    def rows(self, one: Figure) -> QuerySet:
        """The rows that a figure counts for all of the units together."""
        found = self._behind(one.of, one.count, one.carried)
        for table, count in one.also:
            of_either = Q(pk__in=found.values("pk")) | Q(pk__in=self._behind(table, count).values("pk"))
            assert isinstance(one.of, Rows)
            found = self._then(one.of).dated(self.at).filter(of_either)
        if one.unless is not None:
            found = found.exclude(**{f"{one.of.part}__in": self._parts_of(one.of, one.unless, self.units)})
        if one.among is not None:
            found = found.filter(**{f"{one.of.part}__in": self.parts(one.among, self.units)})
        return found

    def _behind(self, table: Rows | Standing, count: Count, carried: Count | None = None) -> QuerySet:
        if isinstance(table, Standing):
            source, day = table.behind(self.first, self.last, self.at)
            return source.filter(count.holds(day), **{f"{table.unit}__in": self.units})
        dated = self._then(table)
        source, when = dated.behind(BEGINNING if carried else self.first, self.last, self.at)
        counts = dated.by_key[count.key].holds(when)
        if carried is not None:
            counts = Q(tally_day__gte=self.first) & counts | Q(tally_day__lt=self.first) & dated.by_key[
                carried.key
            ].holds(when)
        return source.filter(counts, **{f"{table.unit}__in": self.units})

    def _then(self, rows: Rows) -> Rows:
        return rows if self.at is None else rows.then
