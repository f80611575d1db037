"""The calendar of a unit, as the clock reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from minhbach.org.models import CalendarYear, Chain, SpecialDay, Unit, WorkingWeek
from minhbach.org.rows import only_row
from minhbach.org.units.models import STEP
from minhbach.records.problems import Problems
from minhbach.records.structure import FAILED, read_record
from minhbach.records.texts import Text
from minhbach.worktime import Calendar, Week, find_calendar
from minhbach.worktime import SpecialDay as Day
from minhbach.worktime import Year as CoveredYear

CHAIN = "calendars"
"""The chain in which every change of a calendar is recorded. Its head tells any process whether what it knows still
holds."""


def calendar_of(unit: Unit) -> Calendar:
    """The working time of a unit: its own hours or those of the nearest unit above that has some, the holidays of the
    country, and the special days of everything above it, the nearer winning. One query when nothing has changed."""
    return Calendars().of(unit)


class Calendars:
    """The calendars as they stand at one moment: for a list, one query however many units."""

    def __init__(self) -> None:
        self._head = only_row(Chain.objects.filter(name=CHAIN).values_list("hash", flat=True)) or ""

    def of(self, unit: Unit) -> Calendar:
        return _calendar(self._head, unit.path)


def week_of(since: date, hours: Any, problems: Problems) -> Week | None:
    """Weekly hours as they are typed or stored; None when they cannot be read, with what is wrong in `problems`."""
    read = read_record(Week, {"from": since, "hours": hours}, (), problems)
    return None if read is FAILED or problems.errors else read


@lru_cache(maxsize=4096)
def _calendar(head: str, path: str) -> Calendar:
    above = (int(path[:end][-STEP:]) for end in range(STEP, len(path) + 1, STEP))
    return _built(head, tuple(unit for unit in above if unit in _with_own_time(head)))


@lru_cache(maxsize=8)
def _with_own_time(_head: str) -> frozenset[int]:
    """The units that have hours or special days of their own; the others share the calendar of those above them."""
    weeks = WorkingWeek.objects.order_by().values_list("unit", flat=True)
    days = SpecialDay.objects.order_by().exclude(unit=None).values_list("unit", flat=True)
    return frozenset(weeks) | frozenset(days)


@lru_cache(maxsize=2048)
def _built(_head: str, above: tuple[int, ...]) -> Calendar:
    national = find_calendar()
    years = {row.year: CoveredYear(row.year, row.confirmed, note=Text(row.note)) for row in CalendarYear.objects.all()}
    rows = SpecialDay.objects.filter(unit=None) | SpecialDay.objects.filter(unit__in=above)
    levels: dict[int | None, list[SpecialDay]] = {}
    for row in rows:
        levels.setdefault(row.unit_id, []).append(row)
    return Calendar(
        national.title,
        _weeks(above) or national.weeks,
        (special for days in national.days.values() for special in days),
        *([_special(row) for row in levels.get(level, ())] for level in (None, *above)),
        years=(national.years | years).values(),
    )


def _weeks(above: Iterable[int]) -> list[Week]:
    by_unit: dict[int, list[WorkingWeek]] = {}
    for row in WorkingWeek.objects.filter(unit__in=above):
        by_unit.setdefault(row.unit_id, []).append(row)
    nearest: list[WorkingWeek] = next((by_unit[unit] for unit in reversed(list(above)) if unit in by_unit), [])
    return [week for row in nearest if (week := week_of(row.since, row.hours, Problems()))]


def _special(row: SpecialDay) -> Day:
    return Day(
        row.day,
        row.kind,
        Text(row.reason, row.reason_en),
        part=row.part,
        swap=row.swap,
        decision=row.decision,
        confirmed=row.confirmed,
    )
