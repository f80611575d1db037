"""The plain questions: how much working time lies between two moments, when it is over, when something is due.

All of them take aware datetimes, answer in Vietnam's time, and count in whole minutes (see `moments`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .calendar import Calendar
from .durations import Duration
from .errors import WorktimeError
from .moments import DAY, instant, moment_of
from .plans import clock_start, make_plan, rests
from .rules import TimeRules


def working_time_between(first: datetime, last: datetime, calendar: Calendar) -> int:
    """Working minutes from one moment to another; negative when `last` is before `first`."""
    begin, end = instant(first), instant(last)
    scale = calendar.timeline(min(begin, end)).minutes
    return scale.at(end) - scale.at(begin)


def add_working_time(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The earliest moment with so many working minutes since `start`; for 0, the next moment of work.

    It is the end of a stretch of work rather than the beginning of the next: a day's work from Monday morning is done
    on Monday at 17:00, not on Tuesday at 07:30. WorktimeError for a negative amount and for a calendar without work.
    """
    if minutes < 0:
        raise WorktimeError(
            "negative",
            f"Không cộng được {minutes} phút làm việc: hãy dùng số không âm.",
            f"{minutes} working minutes cannot be added: use a number that is not negative.",
        )
    begin = instant(start)
    scale = calendar.timeline(begin).minutes
    place = scale.at(begin)
    return moment_of(scale.closing(place + minutes) if minutes else scale.opening(place))


def starts_at(received: datetime, calendar: Calendar, rules: TimeRules) -> datetime:
    """When the clock of a dossier received in full at this moment starts."""
    begin = instant(received)
    return moment_of(clock_start(begin, calendar.timeline(begin), rules))


def due_at(received: datetime, duration: Duration, calendar: Calendar, rules: TimeRules) -> datetime:
    """When a dossier received in full at this moment is due."""
    begin = instant(received)
    line = calendar.timeline(begin)
    return moment_of(make_plan(clock_start(begin, line, rules), rests(duration.parts), line, rules).due)


def due_through(received: datetime, legs: Iterable[tuple[Duration, Calendar]], rules: TimeRules) -> list[datetime]:
    """When each leg of a way through several agencies is due, by its own calendar, following on the one before."""
    due: list[datetime] = []
    place = instant(received)
    for duration, calendar in legs:
        line = calendar.timeline(place)
        start = place if due else clock_start(place, line, rules)
        place = make_plan(start, rests(duration.parts), line, rules, follows=bool(due)).due
        due.append(moment_of(place))
    return due


def transfer_due(received: datetime, calendar: Calendar, rules: TimeRules) -> datetime:
    """When a dossier must have been passed to the unit that handles it: by the end of the working day of reception, or
    at the start of the next one when received after the rules' `transfer_cutoff` (Decree 118/2025, Article 18(2))."""
    begin = instant(received)
    line = calendar.timeline(begin)
    start = line.minutes.opening(line.minutes.at(begin))
    day, minute = divmod(start, DAY)
    if minute > rules.transfer_cutoff.value:
        return moment_of(line.minutes.opening(line.minutes.at((day + 1) * DAY)))
    return moment_of(day * DAY + line.shape(day).closes[-1])
