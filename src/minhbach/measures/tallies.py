"""Tallies read, counted anew where they are no longer true, rebuilt and verified.

A tally is true when nothing that it counts has changed since (no mark) and no moment has passed at which time alone
changes it. Whoever recounts holds the unit's shelf, so that an older count never overwrites a newer one; marks are
removed before the rows are read, so that one that comes later stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from minhbach.measures.declaring import REGISTRY, Rows
from minhbach.measures.models import NEVER, Cell, Mark, Shelf, Sum

MOST_DAYS = 500
"""Days named in one recount: of more, all that the unit has is counted."""
_BATCH = 10_000


@dataclass(frozen=True)
class Sums:
    """What was counted for a unit over a period. `numbers`: each part that has any, with its counts in the order of
    the declaration. Worked out when asked, since a board asks a few of many."""

    of: Rows
    numbers: Mapping[str | int, Sequence[int]]

    def count(self, key: str) -> int:
        """The rows of a count."""
        place = self.of.places[key]
        return sum([numbers[place] for numbers in self.numbers.values()])

    def by_part(self, key: str) -> dict[int, int]:
        """The rows of a count in each part that has any."""
        place = self.of.places[key]
        return {int(part): numbers[place] for part, numbers in self.numbers.items() if numbers[place]}

    @property
    def rows(self) -> dict[str, int]:
        return {key: self.count(key) for key in self.of.places}

    @property
    def parts(self) -> dict[str, int]:
        """In how many parts there is any, by count."""
        return {key: len(self.by_part(key)) for key in self.of.places}


@dataclass(frozen=True)
class Difference:
    """A tally that is not what its rows say. `kept` and `counted` hold what differs, by count."""

    unit: int
    day: date
    part: int
    kept: Mapping[str, int]
    counted: Mapping[str, int]


def sums(
    rows: Rows, units: Collection[int], first: date, last: date, *, at: datetime | None = None, fresh: bool = False
) -> dict[int, Sums]:
    """What each unit's rows count from the first day to the last, both in. Three queries when nothing has changed; one
    if all is known to be `fresh`."""
    if not fresh:
        refresh([rows], units, at=at)
    of = Sum.objects.filter(shelf__rows=rows.key, shelf__unit__in=units, first=first, last=last)
    kept = of.filter(version__gte=F("shelf__version")).values_list("shelf__unit", "numbers")
    numbers = dict(kept.iterator())
    if len(numbers) < len(set(units)):
        numbers |= _sum(rows, set(units).difference(numbers), first, last)
    return {unit: Sums(rows, by_part) for unit, by_part in numbers.items()}


def sums_at(rows: Rows, units: Collection[int], first: date, last: date, at: datetime) -> dict[int, Sums]:
    """The same as they were at a past moment, counted from the rows and not kept. One query."""
    source, when = rows.behind(first, last, at)
    counts = {slot: Count("pk", filter=rows.by_key[key].holds(when)) for key, slot in rows.slots.items()}
    source = source.filter(**{f"{rows.unit}__in": units}).values_list(rows.unit, rows.part)
    found: dict[int, dict[str | int, list[int]]] = {}
    for unit, part, *numbers in source.annotate(**counts):
        found.setdefault(unit, {})[part] = numbers
    return {unit: Sums(rows, by_part) for unit, by_part in found.items()}


def days(
    rows: Rows,
    counts: Sequence[str],
    units: Collection[int],
    first: date,
    last: date,
    *,
    at: datetime | None = None,
    parts: Collection[int] | None = None,
) -> dict[date, list[int]]:
    """These counts day by day, of the units together and of these parts alone; days without any row are left out. After
    `refresh` one query."""
    if at is None:
        found = Cell.objects.filter(shelf__rows=rows.key, shelf__unit__in=units, day__gte=first, day__lte=last)
        day, part = "day", "part"
        numbers = {f"count{n}": Total(rows.slots[key]) for n, key in enumerate(counts)}
    else:
        source, when = rows.behind(first, last, at)
        found, day, part = source.filter(**{f"{rows.unit}__in": units}), "tally_day", rows.part
        numbers = {f"count{n}": Count("pk", filter=rows.by_key[key].holds(when)) for n, key in enumerate(counts)}
    if parts is not None:
        found = found.filter(**{f"{part}__in": parts})
    return {day: numbers for day, *numbers in found.order_by().values_list(day).annotate(**numbers)}


def refresh(tables: Collection[Rows], units: Iterable[int], *, at: datetime | None = None) -> int:
    """Count anew what is no longer true of these units; returns how many tallies of a unit needed it. Two queries when
    none does."""
    units, by_key = set(units), {rows.key: rows for rows in tables}
    at_latest = at or timezone.now()
    marked = set(Mark.objects.filter(rows__in=by_key, unit__in=units).values_list("rows", "unit").distinct())
    shelves = Shelf.objects.filter(rows__in=by_key, unit__in=units, turns_at__gte=at_latest)
    true = {
        (key, unit)
        for key, unit, layout in shelves.values_list("rows", "unit_id", "layout")
        if layout == by_key[key].layout
    }
    stale = [
        (rows, unit)
        for rows in tables
        for unit in sorted(units)
        if (rows.key, unit) in marked or (rows.key, unit) not in true
    ]
    for rows, unit in stale:
        _recount(rows, unit, at)
    return len(stale)


def settle() -> int:
    """Count anew all that is marked, so that marks do not heap up where nobody looks; returns how many units."""
    return sum(
        refresh([rows], list(Mark.objects.filter(rows=rows.key).values_list("unit", flat=True).distinct()))
        for rows in REGISTRY.values()
    )


@transaction.atomic
def rebuild(rows: Rows, *, at: datetime | None = None) -> int:
    """Count everything anew in one pass; returns the number of tallies."""
    at = at or timezone.now()
    units = list(rows.dated().values_list(rows.unit, flat=True).distinct())
    Shelf.objects.bulk_create([Shelf(rows=rows.key, unit_id=unit) for unit in units], ignore_conflicts=True)
    shelves = Shelf.objects.select_for_update().filter(rows=rows.key).order_by("unit")
    keys = [shelf.pk for shelf in shelves]
    Mark.objects.filter(rows=rows.key).delete()
    Cell.objects.filter(shelf__in=keys).delete()
    laid = _lay(rows, rows.dated(), at)
    turns = dict(Cell.objects.filter(shelf__in=keys).values_list("shelf").annotate(Min("turns_at")))
    found = list(Shelf.objects.filter(pk__in=keys))
    for shelf in found:
        shelf.layout, shelf.version, shelf.turns_at = rows.layout, shelf.version + 1, turns.get(shelf.pk, NEVER)
    Shelf.objects.bulk_update(found, ["layout", "version", "turns_at"], batch_size=500)
    return laid


def verify(rows: Rows, *, units: Iterable[int] | None = None) -> Iterator[Difference]:
    """Every tally that is not what the rows say once all is fresh, unit by unit; of these units, or of all."""
    if units is None:
        units = set(rows.dated().values_list(rows.unit, flat=True).distinct())
        units |= set(Shelf.objects.filter(rows=rows.key).values_list("unit_id", flat=True))
    for unit in sorted(units):
        yield from _verified(rows, unit)


def _verified(rows: Rows, unit: int, tries: int = 3) -> list[Difference]:
    with transaction.atomic():
        refresh([rows], [unit])
        shelf = Shelf.objects.select_for_update().get(rows=rows.key, unit_id=unit)
        used = rows.slots
        counted = {
            (row["tally_day"], row["tally_part"]): {name: row[slot] for name, slot in used.items()}
            for row in _counted(rows, rows.dated().filter(**{rows.unit: unit}), timezone.now())
        }
        kept = {
            (cell["day"], cell["part"]): {name: cell[slot] for name, slot in used.items()}
            for cell in shelf.cells.values("day", "part", *used.values())
        }
    found, nothing = [], dict.fromkeys(used, 0)
    for key in sorted(counted.keys() | kept.keys()):
        ours, theirs = kept.get(key, nothing), counted.get(key, nothing)
        if ours != theirs:
            wrong = [name for name in used if ours[name] != theirs[name]]
            found.append(Difference(unit, *key, {n: ours[n] for n in wrong}, {n: theirs[n] for n in wrong}))
    # A row that changed between the two countings, or a moment that passed, is no fault.
    return _verified(rows, unit, tries - 1) if found and tries > 1 else found


def _sum(rows: Rows, units: Collection[int], first: date, last: date) -> dict[int, dict[str, list[int]]]:
    """The counts of these units over a period, by unit and part in the order of the declaration. They are kept for as
    long as the unit's tallies have the version that they had before this was read."""
    found = Shelf.objects.filter(rows=rows.key, unit__in=units)
    shelves = {key: (unit, version) for key, unit, version in found.values_list("pk", "unit", "version")}
    numbers: dict[int, dict[str, list[int]]] = {key: {} for key in shelves}
    lines = (
        Cell.objects.filter(shelf__in=shelves, day__gte=first, day__lte=last).order_by().values_list("shelf", "part")
    )
    for key, part, *counted in lines.annotate(*[Total(slot) for slot in rows.slots.values()]).iterator():
        if any(counted):
            numbers[key][str(part)] = counted
    Sum.objects.bulk_create(
        [
            Sum(shelf_id=key, first=first, last=last, version=version, numbers=numbers[key])
            for key, (_unit, version) in shelves.items()
        ],
        update_conflicts=True,
        unique_fields=["shelf", "first", "last"],
        update_fields=["version", "numbers"],
    )
    return {shelves[key][0]: by_part for key, by_part in numbers.items()}


@transaction.atomic
def _recount(rows: Rows, unit: int, at: datetime | None) -> None:
    Shelf.objects.get_or_create(rows=rows.key, unit_id=unit)
    shelf = Shelf.objects.select_for_update().get(rows=rows.key, unit_id=unit)
    marked = _unmark(rows, unit)
    at = at or timezone.now()  # not before the lock was waited for: what is marked by now has happened by now
    source, cells = rows.dated().filter(**{rows.unit: unit}), shelf.cells.all()
    if shelf.layout == rows.layout:
        days = marked
        if shelf.turns_at < at:
            days.update(shelf.cells.filter(turns_at__lt=at).values_list("day", flat=True))
        if not days:
            return  # another reader was here while this one waited for the shelf
        if len(days) <= MOST_DAYS:
            near = rows.between(min(days), max(days))
            source, cells = source.filter(near, tally_day__in=days), cells.filter(day__in=days)
    cells.delete()
    _lay(rows, source, at)
    shelf.layout, shelf.version = rows.layout, shelf.version + 1
    shelf.turns_at = shelf.cells.aggregate(next=Min("turns_at"))["next"] or NEVER
    shelf.save()


def _counted(rows: Rows, source: QuerySet, at: datetime) -> QuerySet:
    """A line for each unit, day and part: the counts by their columns, and the next turn."""
    counts = {rows.slots[count.key]: Count("pk", filter=rows.of(at) & count.holds(at)) for count in rows.counts}
    ahead = [
        Coalesce(Min(name, filter=condition & Q(**{f"{name}__gte": at})), NEVER)
        for name, condition in rows.moments.items()
    ]
    turn = Least(*ahead, Value(NEVER)) if ahead else Value(NEVER)
    lines = source.values("tally_day", tally_unit=F(rows.unit), tally_part=F(rows.part))
    return lines.annotate(**counts, next_turn=turn)


def _lay(rows: Rows, source: QuerySet, at: datetime) -> int:
    """Count the source into new cells, within the database; their shelves are there."""
    query, given = _counted(rows, source, at).query.sql_with_params()
    slots = list(rows.slots.values())
    into = ", ".join(["shelf_id", "day", "part", "turns_at", *slots])
    what = ", ".join(["s.id", *(f"c.{name}" for name in ("tally_day", "tally_part", "next_turn", *slots))])
    shelves = f'{Shelf._meta.db_table} s ON s.unit_id = c.tally_unit AND s."rows" = %s'
    # Names are the declaration's, values are parameters: nothing here comes from a person.
    laid = f"SELECT {what} FROM ({query}) c JOIN {shelves} ORDER BY 1, 2, 3"  # noqa: S608  # in the order of the index
    statement = f"INSERT INTO {Cell._meta.db_table} ({into}) {laid}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, rows.key])
        return cursor.rowcount


def _unmark(rows: Rows, unit: int) -> set[date]:
    """Take the marks of a unit away and tell their days. Before the rows are read: what a mark seen here announces has
    been committed, so that it is read; one that comes later stays."""
    marks = dict(Mark.objects.filter(rows=rows.key, unit=unit).values_list("pk", "day"))
    keys = list(marks)
    for begin in range(0, len(keys), _BATCH):
        Mark.objects.filter(pk__in=keys[begin : begin + _BATCH]).delete()
    return set(marks.values())
