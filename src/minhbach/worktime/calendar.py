"""The working days and hours of one unit, and what is doubtful about them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from minhbach.records.texts import Text

from .errors import WorktimeError
from .hours import Hours, Week, joined, part_of, total
from .moments import DAY
from .tables import WORKING, SpecialDay, Year
from .timeline import LATEST, DayPlan, Shape, Timeline

EARLIEST, _USUAL = 1990, 2015
"""The first year a calendar can count in, and the one from which the timeline is laid unless an older day is asked."""

shape_of = lru_cache(maxsize=512)(Shape)


class Doubt(NamedTuple):
    """Days whose arrangement is not sure, from `first` to `last`, why, and what to do."""

    first: date
    last: date
    says: Text
    remedy: Text


@dataclass(frozen=True)
class DayFacts:
    """What the calendar says of one day."""

    day: date
    hours: Hours
    usual: Hours
    """The hours the week alone would give."""
    full_day: int
    """Minutes of a full working day at that time."""
    special: tuple[SpecialDay, ...] = ()

    @property
    def minutes(self) -> int:
        return total(self.hours)


class Calendar:
    """Weeks, special days and years of one unit. Never changes; `but` gives another one.

    `weeks` hold from their day until the next; before the first there is no working time. Of two rows for one day or
    half-day, that of the later of `tables` wins, so that a unit's own rows go after the country's.
    """

    def __init__(
        self,
        title: Text | str,
        weeks: Iterable[Week],
        *tables: Iterable[SpecialDay],
        years: Iterable[Year] = (),
        code: str = "",
    ) -> None:
        self.title = Text(title) if isinstance(title, str) else title
        self.code = code
        self.weeks = tuple(sorted(weeks, key=lambda week: week.since))
        if not self.weeks:
            raise WorktimeError(
                "no-week",
                f"Lịch “{self.title.vi}” chưa có giờ làm việc hằng tuần: hãy thêm ít nhất một tuần làm việc.",
                f"The calendar “{self.title.in_('en')}” has no weekly hours: add at least one week.",
            )
        self.days: dict[date, tuple[SpecialDay, ...]] = {}
        for table in tables:
            own: dict[date, tuple[SpecialDay, ...]] = {}
            for special in table:
                own[special.day] = (*own.get(special.day, ()), special)
            self.days |= {day: (*_kept(self.days.get(day, ()), rows), *rows) for day, rows in own.items()}
        self.years = {year.year: year for year in years}
        self._since = [week.since for week in self.weeks]
        self._week_days = [week.days for week in self.weeks]
        self._full_days = [week.full_day for week in self.weeks]
        self._one = lcm(*self._full_days)
        self._timeline: Timeline | None = None

    def but(
        self,
        *,
        title: Text | str | None = None,
        weeks: Iterable[Week] | None = None,
        days: Iterable[SpecialDay] = (),
        code: str = "",
    ) -> Calendar:
        """This calendar under another title, with other weeks, or with `days` that win over its own."""
        kept = [special for specials in self.days.values() for special in specials]
        return Calendar(
            title or self.title,
            self.weeks if weeks is None else weeks,
            kept,
            days,
            years=self.years.values(),
            code=code or self.code,
        )

    def facts(self, day: date) -> DayFacts:
        """Hours and special rows of one day."""
        week = bisect_right(self._since, day) - 1
        usual = self._week_days[week][day.weekday()] if week >= 0 else ()
        full_day = self._full_days[max(week, 0)]
        special = self.days.get(day, ())
        return DayFacts(day, self._hours(day, usual, special) if special else usual, usual, full_day, special)

    def is_working_day(self, day: date) -> bool:
        return self.facts(day).minutes > 0

    def full_day(self, day: date) -> int:
        """Minutes of a full working day in the week in force."""
        return self._full_days[max(bisect_right(self._since, day) - 1, 0)]

    def doubts(self, first: date, last: date) -> list[Doubt]:
        """What is not sure about the days from `first` to `last`: years without a table, estimates, open days."""
        found = []
        for year in range(first.year, last.year + 1):
            low, high = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
            row = self.years.get(year)
            if row is None:
                found.append(Doubt(low, high, *_no_table(year)))
            elif not row.confirmed:
                found.append(Doubt(low, high, *_estimate(row)))
        for day in sorted(self.days):
            year_row = self.years.get(day.year)
            if first <= day <= last and (year_row is None or year_row.confirmed):
                found += [Doubt(day, day, *_unconfirmed(s)) for s in self.days[day] if not s.confirmed]
        if first < self._since[0]:
            before = self._since[0] - timedelta(days=1)
            found.append(Doubt(first, min(last, before), *_no_week(self._since[0])))
        return sorted(found, key=lambda doubt: doubt.first)

    def timeline(self, instant: int) -> Timeline:
        """The timeline, beginning before this instant."""
        line = self._timeline
        ordinal = instant // DAY
        if line is None or ordinal < line.first:
            asked = date.fromordinal(ordinal).year
            if asked < EARLIEST:
                raise WorktimeError(
                    "out-of-range",
                    f"Không tính thời hạn cho năm {asked} (trước {EARLIEST}): hãy kiểm tra ngày.",
                    f"Time limits are not counted in {asked} (before {EARLIEST}): check the date.",
                )
            first_year = _USUAL if asked >= _USUAL else EARLIEST
            known = [year for year in (*self.years, *(day.year for day in self.days)) if year < LATEST]
            last_year = max(first_year, *known, 0) + 1
            line = Timeline(self._plan, self._one, first_year, last_year, self.title.vi)
            self._timeline = line
        return line

    def _plan(self, ordinal: int) -> DayPlan:
        day = date.fromordinal(ordinal)
        week = bisect_right(self._since, day) - 1
        hours = self._week_days[week][day.weekday()] if week >= 0 else ()
        if special := self.days.get(day):
            hours = self._hours(day, hours, special)
        return DayPlan(shape_of(hours), self._one // self._full_days[max(week, 0)])

    def _hours(self, day: date, usual: Hours, special: tuple[SpecialDay, ...]) -> Hours:
        hours = usual
        for row in special:
            others = {"whole": (), "morning": part_of(hours, "afternoon"), "afternoon": part_of(hours, "morning")}
            worked: Hours = ()
            if row.kind == WORKING:
                worked = row.hours or part_of(self._worked_hours(day, row.swap), row.part)
            hours = joined((*others[row.part], *worked))
        return hours

    def _worked_hours(self, day: date, swap: date | None) -> Hours:
        """The hours of a day that is worked against the week: those of the day it was swapped with, or a full day's."""
        week = self._week_days[max(bisect_right(self._since, day) - 1, 0)]
        if swap and week[swap.weekday()]:
            return week[swap.weekday()]
        return max(week, key=total)


def _kept(rows: tuple[SpecialDay, ...], over: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    """The rows of an earlier table that those of a later one leave something of."""
    parts = {row.part for row in over}
    whole = "whole" in parts or {"morning", "afternoon"} <= parts
    return () if whole else tuple(row for row in rows if row.part not in parts)


def _no_table(year: int) -> tuple[Text, Text]:
    return (
        Text(f"Lịch chưa có ngày nghỉ lễ, Tết của năm {year}.", f"The calendar has no holidays of {year} yet."),
        Text(f"Nhập ngày nghỉ, ngày làm bù của năm {year}.", f"Enter the days off and worked Saturdays of {year}."),
    )


def _estimate(year: Year) -> tuple[Text, Text]:
    return (
        Text(
            f"Ngày nghỉ của năm {year.year} là dự kiến. {year.note.vi}".strip(),
            f"The days off of {year.year} are an estimate. {year.note.in_('en')}".strip(),
        ),
        Text("Đối chiếu với văn bản chính thức rồi xác nhận.", "Compare with the official document, then confirm."),
    )


def _unconfirmed(special: SpecialDay) -> tuple[Text, Text]:
    return (
        Text(
            f"{special.reason.vi} {special.day:%d/%m/%Y} chưa được xác nhận. {special.note.vi}".strip(),
            f"{special.reason.in_('en')} on {special.day:%d/%m/%Y} is not confirmed. {special.note.in_('en')}".strip(),
        ),
        Text("Đối chiếu với văn bản chính thức rồi xác nhận.", "Compare with the official document, then confirm."),
    )


def _no_week(since: date) -> tuple[Text, Text]:
    return (
        Text(f"Lịch chưa có giờ làm việc trước ngày {since:%d/%m/%Y}.", f"No hours are known before {since:%d/%m/%Y}."),
        Text("Thêm giờ làm việc của thời gian trước đó.", "Add the hours of the time before."),
    )
