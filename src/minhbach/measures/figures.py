"""Figures: what an indicator set may name as supplied by the work itself, and the rows behind each.

A room says in its measures.py which of its counts a figure is:

    figure("dossiers_on_time", HANDLED, "on_time")
    figure("procedures_with_dossiers", RECEIVED, "all", parts=True)   # how many procedures had any
    figure("procedures_competent", OFFERED, "all")                    # as it stands on the last day of the period

Indicator sets name the figure of each input; which of two ways of counting is meant is theirs to say, by naming one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from minhbach.measures import tallies
from minhbach.measures.declaring import Count, Rows, Standing
from minhbach.org.models import Unit

FIGURES: dict[str, Figure] = {}


@dataclass(frozen=True)
class Figure:
    """A count by the name that indicator sets use. `parts`: not the rows, but of how many parts there was any."""

    key: str
    of: Rows | Standing
    count: Count
    parts: bool = False

    @property
    def title(self) -> str | Promise:
        return self.count.title


def figure(key: str, of: Rows | Standing, count: str, *, parts: bool = False) -> Figure:
    """Make a count known to indicator sets. Raises ValueError when the name is taken, KeyError when there is no such
    count."""
    made = Figure(key, of, of.by_key[count], parts)
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
    found: dict[int, dict[str, int]] = {unit: {} for unit in units}
    of_table: defaultdict[str, list[Figure]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        if one := FIGURES.get(key):
            of_table[one.of.key].append(one)
    for ones in of_table.values():
        table = ones[0].of
        sums: Mapping[int, tallies.Sums] = {}
        if isinstance(table, Rows):
            sums = (
                tallies.sums(table, every, first, last)
                if at is None
                else tallies.sums_at(table, every, first, last, at)
            )
        for one in ones:
            if isinstance(table, Standing):
                parts = table.parts(one.count, every, last, at)
            elif one.parts:
                parts = tallies.parts(table, one.count.key, every, first, last, at=at)
            else:
                for unit, members in units.items():
                    found[unit][one.key] = sum(sums[each].rows[one.count.key] for each in members if each in sums)
                continue
            for unit, members in units.items():
                found[unit][one.key] = len(set().union(*(parts.get(each, ()) for each in members)))
    return found


def daily(
    keys: Iterable[str], units: Collection[int], first: date, last: date, *, at: datetime | None = None
) -> dict[str, dict[date, int]]:
    """The figures day by day, of these units together: rows by the day they count for, days without any left out.
    Only rows have days: figures of parts, and of what stands, are left out. After `values` one query for each table."""
    of_table: defaultdict[str, list[Figure]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        one = FIGURES.get(key)
        if one is not None and isinstance(one.of, Rows) and not one.parts:
            of_table[one.of.key].append(one)
    found: dict[str, dict[date, int]] = {}
    for ones in of_table.values():
        table = ones[0].of
        assert isinstance(table, Rows)
        counts = list(dict.fromkeys(one.count.key for one in ones))
        by_day = tallies.days(table, counts, units, first, last, at=at)
        for one in ones:
            place = counts.index(one.count.key)
            found[one.key] = {day: numbers[place] for day, numbers in by_day.items() if numbers[place]}
    return found


def by_part(one: Figure, units: Collection[int], first: date, last: date) -> dict[int, int]:
    """A figure's rows by their part: dossiers of each procedure. After `values` one query."""
    assert isinstance(one.of, Rows)
    return tallies.by_part(one.of, one.count.key, units, first, last)


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
    points. Raises ValueError when the two are not of the same table."""
    source, when = one.of.behind(first, last, at)
    found = source.filter(one.count.holds(when), **{f"{one.of.unit}__in": units})
    if without is None:
        return found
    if without.of.key != one.of.key:
        raise ValueError(f"{without.key} counts other rows than {one.key}")
    return found.exclude(pk__in=found.filter(without.count.holds(when)).values("pk"))
