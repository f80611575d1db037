"""Tallies read, counted anew where they are no longer true, rebuilt and verified.

A tally is true when nothing that it counts has changed since (no mark) and no moment has passed at which time alone
changes it. Whoever recounts holds the unit's shelf, so that an older count never overwrites a newer one; marks are
removed before the rows are read, so that one that comes later stays.

What has been read is remembered by each process for as long as the shelf has the version it was read at. No version is
ever given twice, so what was read in a transaction that was rolled back is never taken for what came instead.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.db import connection, transaction
from django.db.models import Count, F, FilteredRelation, Min, Q, QuerySet, Subquery, Value
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from minhbach.measures.declaring import REGISTRY, STANDING, Rows, Standing, any_row
from minhbach.measures.models import EVERY_UNIT, NEVER, Cell, Mark, Shelf, Sum
from minhbach.org.models import Unit

MOST_DAYS = 500
"""Days named in one recount: of more, all that the unit has is counted."""
_BATCH = 10_000
_FEW = 10
"""Units whose sums are made sooner than kept."""
_PERIODS = 64
"""Tables and periods that a process remembers."""
_BITS = 46
"""Of a version: so many that none comes twice, and so few that a database can add up those of all units."""

Versions = Mapping[str, Mapping[int, int]]
"""By table, the version of what is kept of each unit. The same object as before where nothing has changed."""


@dataclass(frozen=True)
class Sums:
    """What was counted for a unit over a period. `numbers`: each part that has any, with its counts in the order of
    the declaration. Worked out when asked, since a board asks a few of many."""

    of: Rows
    numbers: Mapping[str | int, Sequence[int]]
    _by_part: dict[str, dict[int, int]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _totals(self) -> list[int]:
        return [sum(column) for column in zip(*self.numbers.values(), strict=True)] or [0] * len(self.of.places)

    def count(self, key: str) -> int:
        """The rows of a count."""
        return self._totals[self.of.places[key]]

    def by_part(self, key: str) -> Mapping[int, int]:
        """The rows of a count in each part that has any."""
        if key not in self._by_part:
            place = self.of.places[key]
            found = {int(part): numbers[place] for part, numbers in self.numbers.items() if numbers[place]}
            self._by_part[key] = found
        return self._by_part[key]

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

    def says(self, rows: Rows) -> str:
        """Each count that differs, with what is kept and what its rows say."""
        return ", ".join(f"{rows.by_key[key].title} {self.kept[key]} ≠ {self.counted[key]}" for key in self.kept)


def sums(
    rows: Rows,
    units: Collection[int],
    first: date,
    last: date,
    *,
    at: datetime | None = None,
    versions: Versions | None = None,
) -> dict[int, Sums]:
    """What each unit's rows count from the first day to the last, both in. `versions`: those that `fresh` has just
    given; then nothing is asked of the database for what is remembered."""
    if versions is None:
        versions = fresh([rows], units, at=at)
    known = _remembered(rows.key, rows.layout, first, last)
    missing = {unit for unit in units if unit not in known or known[unit][0] != versions[rows.key][unit]}
    if missing:
        shelves = Shelf.objects.filter(rows=rows.key, unit__in=missing)
        kept = shelves.annotate(sum=FilteredRelation("sums", condition=Q(sums__first=first, sums__last=last)))
        outdated = {}
        for shelf, unit, version, summed, numbers in kept.values_list(
            "pk", "unit", "version", "sum__version", "sum__numbers"
        ):
            if summed == version:
                known[unit] = version, Sums(rows, numbers)
            else:
                outdated[shelf] = unit, version
        if outdated:
            known.update(_sum(rows, outdated, first, last))
    return {unit: known[unit][1] for unit in units if unit in known}


def standing(
    table: Standing, units: Collection[int], first: date, last: date, versions: Versions
) -> dict[str, dict[int, Collection[int]]]:
    """The parts that are such as each count says, by unit, as of now. One query where anything has changed."""
    known = _remembered_standing(table.key, first, table.day_of(last))
    missing = {unit for unit in units if unit not in known or known[unit][0] != versions[table.key][unit]}
    if missing:
        found = table.parts(missing, first, last, None)
        for unit in missing:
            parts = {key: by_unit.get(unit, frozenset()) for key, by_unit in found.items()}
            known[unit] = versions[table.key][unit], parts
    return {key: {unit: known[unit][1][key] for unit in units} for key in table.by_key}


@lru_cache(maxsize=_PERIODS)
def _remembered(_rows: str, _layout: str, _first: date, _last: date) -> dict[int, tuple[int, Sums]]:
    """The sums of a period that this process has read, by unit, each with its version."""
    return {}


@lru_cache(maxsize=_PERIODS)
def _remembered_standing(_table: str, _first: date, _day: date) -> dict[int, tuple[int, Mapping[str, Collection[int]]]]:
    """The parts by count that this process has read, by unit, each with its version."""
    return {}


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


def fresh(tables: Collection[Rows | Standing], units: Iterable[int], *, at: datetime | None = None) -> Versions:
    """Count anew what is no longer true of these units, and tell the versions there are then. Two queries when all is
    true."""
    return _freshened(tables, units, at)[0]


def refresh(tables: Collection[Rows | Standing], units: Iterable[int], *, at: datetime | None = None) -> int:
    """Count anew what is no longer true of these units; returns how many tallies of a unit needed it."""
    return _freshened(tables, units, at)[1]


def _freshened(
    tables: Collection[Rows | Standing], units: Iterable[int], at: datetime | None
) -> tuple[dict[str, Mapping[int, int]], int]:
    units, marked = set(units), defaultdict[str, set[int]](set)
    marks = Mark.objects.filter(rows__in=[table.key for table in tables]).order_by()
    for key, unit in marks.values_list("rows", "unit").distinct():
        marked[key].add(unit)
    versions = _true(tables, at or timezone.now())
    recounted = 0
    for table in tables:
        seen, changed = versions[table.key], marked[table.key]
        stale = sorted((units - seen.keys()) | (units & changed))
        recounted += len(stale)
        if isinstance(table, Rows):
            made = {unit: _recount(table, unit, at) for unit in stale}
        elif EVERY_UNIT in changed:
            made = dict.fromkeys(units, _renew(table, sorted(units), everywhere=True))
        else:
            made = dict.fromkeys(stale, _renew(table, stale)) if stale else {}
        if made:
            versions[table.key] = _last_seen(table.key)[0] = {**seen, **made}
    return versions, recounted


def _true(tables: Collection[Rows | Standing], at: datetime) -> dict[str, Mapping[int, int]]:
    """The versions, of every unit, of what is laid as declared and has not been overtaken by time. Of hundreds of units
    few change between one reading and the next, so that the sum alone is asked first: one query, and another where it
    differs. Units are not named: their keys would take longer to send than the answer."""
    laid = Q(pk=None)
    for table in tables:
        laid |= Q(rows=table.key, layout=table.layout)
    shelves = Shelf.objects.filter(laid, turns_at__gte=at).order_by()
    sums = shelves.values_list("rows").annotate(Count("pk"), Total("version"))
    here = {key: (count, int(total)) for key, count, total in sums}
    seen = {table.key: _last_seen(table.key) for table in tables}
    differ = {key for key, [last] in seen.items() if (len(last), sum(last.values())) != here.get(key, (0, 0))}
    if differ:
        now: dict[str, dict[int, int]] = {key: {} for key in differ}
        for key, unit, version in shelves.filter(rows__in=differ).values_list("rows", "unit_id", "version").iterator():
            now[key][unit] = version
        for key, versions in now.items():
            seen[key][0] = versions
    return {key: last for key, [last] in seen.items()}


@lru_cache(maxsize=_PERIODS)
def _last_seen(_rows: str) -> list[Mapping[int, int]]:
    """In it the versions of a table that this process saw last, by unit; replaced as a whole, never changed."""
    return [{}]


@transaction.atomic
def _renew(table: Standing, units: Sequence[int], *, everywhere: bool = False) -> int:
    """Another version of what stands for these units, or for every one there is: what is remembered of it is read
    anew."""
    version = _new_version()
    own = Q(rows=table.key)
    Mark.objects.filter(own, unit__in=[*units, EVERY_UNIT] if everywhere else units).delete()
    shelves = [Shelf(rows=table.key, unit_id=unit, layout=table.layout) for unit in units]
    Shelf.objects.bulk_create(shelves, ignore_conflicts=True)
    Shelf.objects.filter(own if everywhere else own & Q(unit__in=units)).update(version=version, layout=table.layout)
    return version


def _new_version() -> int:
    return secrets.randbits(_BITS)


def settle() -> int:
    """Count anew all that is marked, so that marks do not heap up where nobody looks; returns how many units."""
    marked: dict[str, set[int]] = {}
    for key, unit in Mark.objects.values_list("rows", "unit").distinct():
        marked.setdefault(key, set()).add(unit)
    tables = {**REGISTRY, **STANDING}
    return sum(refresh([tables[key]], units - {EVERY_UNIT}) for key, units in marked.items() if key in tables)


@transaction.atomic
def rebuild(rows: Rows, *, at: datetime | None = None) -> int:
    """Count everything anew in one pass; returns the number of tallies."""
    at = at or timezone.now()
    units = list(Unit.objects.filter(any_row(rows)).order_by("pk").values_list("pk", flat=True))
    Shelf.objects.bulk_create([Shelf(rows=rows.key, unit_id=unit) for unit in units], ignore_conflicts=True)
    shelves = list(Shelf.objects.select_for_update().filter(rows=rows.key).order_by("unit"))
    Mark.objects.filter(rows=rows.key).delete()
    Cell.objects.filter(shelf__in=shelves).delete()
    laid = _lay(rows, rows.dated(), at, whole=True)
    cells = Cell.objects.filter(shelf__in=shelves, turns_at__lt=NEVER).order_by()
    turns = dict(cells.values_list("shelf").annotate(Min("turns_at")))
    for shelf in shelves:
        shelf.layout, shelf.version, shelf.turns_at = rows.layout, _new_version(), turns.get(shelf.pk, NEVER)
    Shelf.objects.bulk_update(shelves, ["layout", "version", "turns_at"], batch_size=500)
    return laid


def verify(rows: Rows, *, units: Iterable[int] | None = None) -> Iterator[Difference]:
    """Every tally that is not what the rows say once all is fresh, unit by unit; of these units, or of all."""
    if units is None:
        units = set(Unit.objects.filter(any_row(rows)).values_list("pk", flat=True))
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


def _sum(rows: Rows, shelves: Mapping[int, tuple[int, int]], first: date, last: date) -> dict[int, tuple[int, Sums]]:
    """The counts of these shelves over a period, by unit, with the version they had before they were read; those of
    more than a few are kept for as long as they have it. `shelves`: the unit and version of each."""
    numbers: dict[int, dict[str, list[int]]] = {key: {} for key in shelves}
    lines = (
        Cell.objects.filter(shelf__in=shelves, day__gte=first, day__lte=last).order_by().values_list("shelf", "part")
    )
    for key, part, *counted in lines.annotate(*[Total(slot) for slot in rows.slots.values()]).iterator():
        if any(counted):
            numbers[key][str(part)] = counted
    if len(shelves) > _FEW:
        Sum.objects.bulk_create(
            [
                Sum(shelf_id=key, first=first, last=last, version=version, numbers=numbers[key])
                for key, (_unit, version) in shelves.items()
            ],
            update_conflicts=True,
            unique_fields=["shelf", "first", "last"],
            update_fields=["version", "numbers"],
        )
    return {unit: (version, Sums(rows, numbers[key])) for key, (unit, version) in shelves.items()}


@transaction.atomic
def _recount(rows: Rows, unit: int, at: datetime | None) -> int:
    """Count a unit's tallies anew where they are not true; returns their version."""
    own = Shelf.objects.select_for_update().filter(rows=rows.key, unit_id=unit)
    shelf = own.first()
    if shelf is None:
        Shelf.objects.bulk_create([Shelf(rows=rows.key, unit_id=unit)], ignore_conflicts=True)
        shelf = own.get()
    marked = _unmark(rows, unit)
    at = at or timezone.now()  # not before the lock was waited for: what is marked by now has happened by now
    source, cells = rows.dated().filter(**{rows.unit: unit}), shelf.cells.all()
    if shelf.layout == rows.layout:
        days = marked
        if shelf.turns_at < at:
            days.update(shelf.cells.filter(turns_at__lt=at).values_list("day", flat=True))
        if not days:
            return shelf.version  # another reader was here while this one waited for the shelf
        if len(days) <= MOST_DAYS:
            near = rows.between(min(days), max(days))
            source, cells = source.filter(near, tally_day__in=days), cells.filter(day__in=days)
    cells.delete()
    _lay(rows, source, at)
    version, turns = _new_version(), shelf.cells.filter(turns_at__lt=NEVER).order_by("turns_at").values("turns_at")
    own.update(layout=rows.layout, version=version, turns_at=Coalesce(Subquery(turns[:1]), NEVER))
    return version


def _counted(rows: Rows, source: QuerySet, at: datetime) -> QuerySet:
    """A line for each unit, day and part: the counts by their columns, and the next turn."""
    counts = {rows.slots[count.key]: Count("pk", filter=rows.of(at) & count.holds(at)) for count in rows.counts}
    ahead = [
        Coalesce(Min(name, filter=condition & Q(**{f"{name}__gte": at})), NEVER)
        for name, condition in rows.moments.items()
    ]
    turn = Least(*ahead, Value(NEVER)) if ahead else Value(NEVER)
    # Grouped in the order in which cells are laid: on PostgreSQL a list of groups keeps the order it is said in.
    lines = source.annotate(tally_unit=F(rows.unit), tally_part=F(rows.part)).order_by()
    return lines.values("tally_unit", "tally_day", "tally_part").annotate(**counts, next_turn=turn)


def _lay(rows: Rows, source: QuerySet, at: datetime, *, whole: bool = False) -> int:
    """Count the source into new cells, within the database; their shelves are there. `whole`: of a whole table."""
    query, given = _counted(rows, source, at).query.sql_with_params()
    slots = list(rows.slots.values())
    into = ", ".join(["shelf_id", "day", "part", "turns_at", *slots])
    what = ", ".join(["s.id", *(f"c.{name}" for name in ("tally_day", "tally_part", "next_turn", *slots))])
    shelves = f'{Shelf._meta.db_table} s ON s.unit_id = c.tally_unit AND s."rows" = %s'
    order = "c.tally_unit, c.tally_day, c.tally_part"  # all but that of the index: shelves are made by units
    # Names are the declaration's, values are parameters: nothing here comes from a person.
    laid = f"SELECT {what} FROM ({query}) c JOIN {shelves} ORDER BY {order}"  # noqa: S608
    statement = f"INSERT INTO {Cell._meta.db_table} ({into}) {laid}"
    with connection.cursor() as cursor:
        if whole and connection.vendor == "postgresql":
            # A million groups fit into memory, and compiling the conditions takes longer than they do.
            cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
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
