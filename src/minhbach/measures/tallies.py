"""Tallies read, counted anew where they are no longer true, rebuilt and verified.

A tally is true when nothing that it counts has changed since (no mark) and no moment has passed at which time alone
changes it. Whoever recounts holds the unit's shelf, so that an older count never overwrites a newer one; marks are
removed only if they were there before the recount began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    """What was counted for a unit over a period: rows by count, and in how many parts there was any."""

    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """A tally that is not what its rows say. `kept` and `counted` hold what differs, by count."""

    unit: int
    day: date
    part: int
    kept: Mapping[str, int]
    counted: Mapping[str, int]


def sums(rows: Rows, units: Collection[int], first: date, last: date, *, at: datetime | None = None) -> dict[int, Sums]:
    """What each unit's rows count from the first day to the last, both in: four queries when all is fresh."""
    refresh(rows, units, at=at)
    found = Shelf.objects.filter(rows=rows.key, unit__in=units)
    shelves = {key: (unit, version) for key, unit, version in found.values_list("pk", "unit", "version")}
    used = list(rows.slots.values())

    known = Sum.objects.filter(shelf__in=shelves, first=first, last=last)
    read = known.values_list("shelf", "version", *used, *map(_parts, used))
    found = {key: numbers for key, version, *numbers in read if version >= shelves[key][1]}
    if missing := {key: version for key, (_unit, version) in shelves.items() if key not in found}:
        found |= _sum(rows, missing, first, last)
    return {
        shelves[key][0]: Sums(
            dict(zip(rows.slots, numbers, strict=False)), dict(zip(rows.slots, numbers[len(used) :], strict=True))
        )
        for key, numbers in found.items()
    }


def sums_at(rows: Rows, units: Collection[int], first: date, last: date, at: datetime) -> dict[int, Sums]:
    """The same as they were at a past moment, counted from the rows and not kept. One query."""
    source, when = rows.behind(first, last, at)
    counts = {slot: Count("pk", filter=rows.by_key[key].holds(when)) for key, slot in rows.slots.items()}
    source = source.filter(**{f"{rows.unit}__in": units}).values_list(rows.unit, rows.part)
    found: dict[int, Sums] = {}
    for unit, _part, *numbers in source.annotate(**counts):
        sums = found.setdefault(unit, Sums(dict.fromkeys(rows.slots, 0), dict.fromkeys(rows.slots, 0)))
        for key, number in zip(rows.slots, numbers, strict=True):
            sums.rows[key] += number
            sums.parts[key] += bool(number)
    return found


def parts(
    rows: Rows, count: str, units: Collection[int], first: date, last: date, *, at: datetime | None = None
) -> dict[int, set[int]]:
    """The parts with any row of a count, by unit: procedures with a dossier. After `sums`, two queries at most."""
    found: dict[int, set[int]] = {}
    if at is None:
        slot = rows.slots[count]
        cells = Cell.objects.filter(
            shelf__rows=rows.key, shelf__unit__in=units, day__gte=first, day__lte=last, **{f"{slot}__gt": 0}
        )
        pairs = cells.order_by().values_list("shelf__unit", "part").distinct()
    else:
        source, when = rows.behind(first, last, at)
        source = source.filter(rows.by_key[count].holds(when), **{f"{rows.unit}__in": units})
        pairs = source.values_list(rows.unit, rows.part).distinct()
    for unit, part in pairs:
        found.setdefault(unit, set()).add(part)
    return found


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


def by_part(rows: Rows, count: str, units: Collection[int], first: date, last: date) -> dict[int, int]:
    """How many rows of a count each part has. After `refresh` one query."""
    slot = rows.slots[count]
    cells = Cell.objects.filter(
        shelf__rows=rows.key, shelf__unit__in=units, day__gte=first, day__lte=last, **{f"{slot}__gt": 0}
    )
    return dict(cells.order_by().values_list("part").annotate(Total(slot)))


def refresh(rows: Rows, units: Iterable[int], *, at: datetime | None = None) -> int:
    """Count anew what is no longer true of these units; returns how many needed it."""
    units = set(units)
    marked = set(Mark.objects.filter(rows=rows.key, unit__in=units).values_list("unit", flat=True).distinct())
    true = Shelf.objects.filter(rows=rows.key, unit__in=units, layout=rows.layout, turns_at__gte=at or timezone.now())
    stale = marked | units.difference(true.values_list("unit_id", flat=True))
    for unit in sorted(stale):
        _recount(rows, unit, at)
    return len(stale)


def settle() -> int:
    """Count anew all that is marked, so that marks do not heap up where nobody looks; returns how many units."""
    return sum(
        refresh(rows, list(Mark.objects.filter(rows=rows.key).values_list("unit", flat=True).distinct()))
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
    marks = list(Mark.objects.filter(rows=rows.key).values_list("pk", flat=True))
    Cell.objects.filter(shelf__rows=rows.key).delete()
    laid = _lay(rows, rows.dated(), at)
    _unmark(marks)
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
        refresh(rows, [unit])
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


def _parts(slot: str) -> str:
    return "p" + slot[1:]


def _sum(rows: Rows, shelves: Mapping[int, int], first: date, last: date) -> dict[int, list[int]]:
    """The sums over a period of these shelves, given with their versions: of the rows, then of the parts. Each is kept
    for as long as the shelf has this version."""
    used = list(rows.slots.values())
    kept = [*used, *map(_parts, used)]
    by_part = (
        Cell.objects.filter(shelf__in=shelves, day__gte=first, day__lte=last)
        .order_by()
        .values("part", kept_by=F("shelf"))
    )
    query, given = by_part.annotate(**{f"s{slot}": Total(slot) for slot in used}).query.sql_with_params()
    totals = [f"CAST(SUM(c.s{slot}) AS bigint)" for slot in used] + [
        f"COUNT(*) FILTER (WHERE c.s{slot} > 0)" for slot in used
    ]
    with connection.cursor() as cursor:
        # Names are the declaration's, values are parameters: nothing here comes from a person.
        cursor.execute(f"SELECT c.kept_by, {', '.join(totals)} FROM ({query}) c GROUP BY c.kept_by", given)  # noqa: S608
        counted = dict.fromkeys(shelves, [0] * len(kept)) | {key: numbers for key, *numbers in cursor.fetchall()}
    Sum.objects.bulk_create(
        [
            Sum(
                shelf_id=key,
                first=first,
                last=last,
                version=version,
                **dict(zip(kept, counted[key], strict=True)),
            )
            for key, version in shelves.items()
        ],
        update_conflicts=True,
        unique_fields=["shelf", "first", "last"],
        update_fields=["version", *kept],
    )
    return counted


@transaction.atomic
def _recount(rows: Rows, unit: int, at: datetime | None) -> None:
    Shelf.objects.get_or_create(rows=rows.key, unit_id=unit)
    shelf = Shelf.objects.select_for_update().get(rows=rows.key, unit_id=unit)
    marks = dict(Mark.objects.filter(rows=rows.key, unit=unit).values_list("pk", "day"))
    at = at or timezone.now()  # not before the lock was waited for: what is marked by now has happened by now
    source, cells = rows.dated().filter(**{rows.unit: unit}), shelf.cells.all()
    if shelf.layout == rows.layout:
        days = set(marks.values())
        if shelf.turns_at < at:
            days.update(shelf.cells.filter(turns_at__lt=at).values_list("day", flat=True))
        if not days:
            return  # another reader was here while this one waited for the shelf
        if len(days) <= MOST_DAYS:
            near = rows.between(min(days), max(days))
            source, cells = source.filter(near, tally_day__in=days), cells.filter(day__in=days)
    cells.delete()
    _lay(rows, source, at)
    _unmark(list(marks))
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
    statement = f"INSERT INTO {Cell._meta.db_table} ({into}) SELECT {what} FROM ({query}) c JOIN {shelves}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, rows.key])
        return cursor.rowcount


def _unmark(marks: Sequence[int]) -> None:
    for begin in range(0, len(marks), _BATCH):
        Mark.objects.filter(pk__in=marks[begin : begin + _BATCH]).delete()
