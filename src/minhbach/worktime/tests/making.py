"""Calendars for tests, and a clock so plain that it is its own proof: it looks at every minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from minhbach.records.texts import Text
from minhbach.worktime import VIETNAM, Calendar, Session, SpecialDay, Week, Year, find_rules
from minhbach.worktime.hours import WEEKDAYS

RULES = find_rules().on(date(2026, 8, 1))
CONTINUES = RULES.but(after_supplement="continue")
MODES = ("from_the_hour", "from_the_next_day")

FIRST = date(2026, 1, 1)
"""Generated calendars differ from their week only in the eight weeks from here."""


def at(day: int, month: int, year: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


def moment(text: str) -> datetime:
    """ "21/08/2026 14:00"."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def office(*days: SpecialDay, saturday: str | None = None) -> Calendar:
    """07:30–11:30 and 13:00–17:00 from Monday to Friday, perhaps Saturday morning, and no public holidays."""
    spans = {"mon-fri": (Session(450, 690), Session(780, 1020))}
    if saturday:
        spans["sat"] = (Session(450, 690),)
    return Calendar("Thử", [Week(date(1990, 1, 1), spans)], days, years=[Year(y) for y in range(2019, 2031)])


def off(day: date, part: str = "whole") -> SpecialDay:
    return SpecialDay(day, "off", Text("Nghỉ"), part=part)


@dataclass(frozen=True)
class Spec:
    """What a generated calendar was made from: hours by weekday, and whole hours of single days."""

    weeks: tuple[tuple[date, tuple[tuple[tuple[int, int], ...], ...]], ...]
    days: tuple[tuple[date, str, str], ...]

    def works(self, day: date, minute: int) -> bool:
        hours: tuple[tuple[int, int], ...] = ()
        for since, week in self.weeks:
            if since <= day:
                hours = week[day.weekday()]
        working = any(begin <= minute < end for begin, end in hours)
        for special, kind, part in self.days:
            if special == day and (part == "whole" or (part == "morning") == (minute < 720)):
                working = kind == "working" and (420 <= minute < 660 or 840 <= minute < 1000)
        return working

    def calendar(self) -> Calendar:
        weeks = [
            Week(since, {WEEKDAYS[n]: tuple(Session(*s) for s in hours) for n, hours in enumerate(week) if hours})
            for since, week in self.weeks
        ]
        days = [
            SpecialDay(day, kind, Text("Thử"), part=part, hours=_WORKED[part] if kind == "working" else ())
            for day, kind, part in self.days
        ]
        return Calendar("Thử", weeks, days, years=[Year(y) for y in range(2019, 2031)])

    def count(self, first: datetime, last: datetime) -> int:
        """Working minutes between two moments, minute by minute."""
        minutes, now = 0, first.replace(second=0)
        while now < last.replace(second=0):
            minutes += self.works(now.date(), now.hour * 60 + now.minute)
            now += timedelta(minutes=1)
        return minutes

    def done(self, start: datetime, minutes: int) -> datetime:
        """The first moment with so many working minutes behind it."""
        now = start.replace(second=0)
        while minutes:
            minutes -= self.works(now.date(), now.hour * 60 + now.minute)
            now += timedelta(minutes=1)
        return now


_MORNING, _AFTERNOON = Session(420, 660), Session(840, 1000)
_WORKED = {"whole": (_MORNING, _AFTERNOON), "morning": (_MORNING,), "afternoon": (_AFTERNOON,)}

_HOURS = st.sampled_from(
    [
        (),
        ((450, 690), (780, 1020)),
        ((480, 720), (810, 1050)),
        ((450, 690),),
        ((780, 1020),),
        ((420, 870),),
        ((0, 1440),),
        ((0, 1), (719, 721), (1439, 1440)),
    ]
)
_WEEKS = st.tuples(*[_HOURS] * 7).filter(any)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Weeks that may change in February, days off and worked days, whole or half."""
    weeks = [(date(2020, 1, 1), draw(_WEEKS))]
    if draw(st.booleans()):
        weeks.append((date(2026, 2, draw(st.integers(1, 28))), draw(_WEEKS)))
    days = draw(st.dictionaries(st.integers(0, 55), st.tuples(_KINDS, _PARTS), max_size=12))
    return Spec(tuple(weeks), tuple((FIRST + timedelta(n), kind, part) for n, (kind, part) in days.items()))


_KINDS = st.sampled_from(["off", "working"])
_PARTS = st.sampled_from(["whole", "morning", "afternoon"])
moments = st.integers(0, 56 * 24 * 60 * 60).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=VIETNAM) + timedelta(seconds=seconds)
)
