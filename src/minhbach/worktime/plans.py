"""One run of the clock: from a start through the parts of a time limit to the due moment. All in instants (minutes).

Between parts nothing is rounded: two months and 15 working days pass through midnight at the end of the two months.
Only the end of the last part is settled to a moment at which an office works.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from .durations import DAY as CALENDAR_DAY
from .durations import MONTH, SAME_DAY, WORKING_DAY, WORKING_HOUR, Part
from .moments import DAY
from .rules import FROM_THE_NEXT_DAY, TimeRules
from .timeline import LATEST, Scale, Timeline

Rest = tuple[str, Fraction]
"""A unit and how much of it is left; as `Part`, but any fraction, and 0 or less on a last day."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the limit in time: counted from `begins` to `ends`. `target` is its end on the scale it counts by."""

    unit: str
    amount: Fraction
    begins: int
    ends: int
    target: int | Fraction = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one run, and the due moment they lead to."""

    start: int
    steps: tuple[Step, ...]
    due: int


def rests(parts: Sequence[Part]) -> tuple[Rest, ...]:
    return tuple((part.unit, part.amount) for part in parts)


def clock_start(received: int, line: Timeline, rules: TimeRules) -> int:
    """The first working minute from the reception on; the next working day's when received after the cut-off."""
    start = line.minutes.opening(line.minutes.at(received))
    cutoff = rules.start_cutoff.value
    if cutoff is not None and start % DAY > cutoff:
        start = line.minutes.opening(line.minutes.at((start // DAY + 1) * DAY))
    return start


def make_plan(start: int, parts: Sequence[Rest], line: Timeline, rules: TimeRules, *, follows: bool = False) -> Plan:
    """The run from `start`. With `follows` it goes on from an earlier run: its first day counts like any other."""
    steps: list[Step] = []
    place = start
    for unit, amount in parts:
        steps.append(_STEPS[unit](place, amount, line, rules, not follows and not steps))
        place = steps[-1].ends
    return Plan(start, tuple(steps), _settled(steps[-1], line, rules))


def rest_of(plan: Plan, paused: int, line: Timeline, rules: TimeRules) -> tuple[Rest, ...]:
    """What is left of a run that is interrupted before it is due, such that going on at once changes nothing."""
    n = next((n for n, step in enumerate(plan.steps) if paused <= step.ends), len(plan.steps) - 1)
    step = plan.steps[n]
    if step.unit == WORKING_DAY:
        # Where the day of the event is not counted, the day of the interruption was, and that of going on is not.
        place = (paused // DAY + 1) * DAY if rules.working_days.value == FROM_THE_NEXT_DAY else paused
        left: Rest = (WORKING_DAY, Fraction(step.target - line.days.at(place)) / line.days.one)
    elif step.unit == WORKING_HOUR:
        left = (WORKING_HOUR, Fraction(step.target - line.minutes.at(paused)) / 60)
    elif step.unit == SAME_DAY:
        left = (WORKING_HOUR, Fraction(line.minutes.at(plan.due) - line.minutes.at(paused), 60))
    elif rules.calendar_days.value == FROM_THE_NEXT_DAY:
        left = (CALENDAR_DAY, Fraction(max(step.ends // DAY - 1 - paused // DAY, 0)))
    else:
        left = (CALENDAR_DAY, Fraction(max(step.ends - paused, 0), DAY))
    return (left, *((later.unit, later.amount) for later in plan.steps[n + 1 :]))


def put_off(plan: Plan, due: int, line: Timeline, rules: TimeRules) -> Plan:
    """The run with another due moment, counted on in the unit of its last part."""
    last = plan.steps[-1]
    scale = line.minutes if last.unit == WORKING_HOUR else line.days
    by_day = last.unit not in (WORKING_DAY, WORKING_HOUR) and rules.calendar_days.value == FROM_THE_NEXT_DAY
    ends = (due // DAY + 1) * DAY if by_day or last.unit == SAME_DAY else due
    unit = CALENDAR_DAY if last.unit in (SAME_DAY, MONTH) else last.unit
    return Plan(plan.start, (Step(unit, last.amount, last.begins, ends, scale.at(due)),), due)


def _working_days(place: int, amount: Fraction, line: Timeline, rules: TimeRules, first: bool) -> Step:
    begins = place
    if first and rules.working_days.value == FROM_THE_NEXT_DAY:
        begins = (place // DAY + 1) * DAY
    scale = line.days
    target = scale.at(begins) + _whole(amount * scale.one)
    return Step(WORKING_DAY, amount, begins, _closing(scale, target, place), target)


def _working_hours(place: int, amount: Fraction, line: Timeline, rules: TimeRules, first: bool) -> Step:
    target = line.minutes.at(place) + _whole(amount * 60)
    return Step(WORKING_HOUR, amount, place, _closing(line.minutes, target, place), target)


def _calendar_days(place: int, amount: Fraction, line: Timeline, rules: TimeRules, first: bool) -> Step:
    if rules.calendar_days.value == FROM_THE_NEXT_DAY:
        begins = (_day(place, first) + 1) * DAY
        return Step(CALENDAR_DAY, amount, begins, begins + int(amount) * DAY)
    return Step(CALENDAR_DAY, amount, place, place + ceil(amount * DAY))


def _months(place: int, amount: Fraction, line: Timeline, rules: TimeRules, first: bool) -> Step:
    """To the day of the same number, or the last day of a month that has none (Civil Code 2015, Article 148)."""
    by_day = rules.calendar_days.value == FROM_THE_NEXT_DAY
    day = date.fromordinal(_day(place, first) if by_day else place // DAY)
    year, month = divmod(day.year * 12 + day.month - 1 + int(amount), 12)
    if year > LATEST:
        line.reach_day(date(LATEST + 1, 1, 1).toordinal())  # refuses, saying why
    last = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()
    if by_day:
        return Step(MONTH, amount, (day.toordinal() + 1) * DAY, (last + 1) * DAY)
    return Step(MONTH, amount, place, last * DAY + place % DAY)


def _same_day(place: int, amount: Fraction, line: Timeline, rules: TimeRules, first: bool) -> Step:
    day = _day(place, first)
    if place - day * DAY > rules.same_day_cutoff.value:
        day = line.minutes.opening(line.minutes.at((day + 1) * DAY)) // DAY
    return Step(SAME_DAY, amount, place, (day + 1) * DAY)


_STEPS: dict[str, Callable[[int, Fraction, Timeline, TimeRules, bool], Step]] = {
    WORKING_DAY: _working_days,
    WORKING_HOUR: _working_hours,
    CALENDAR_DAY: _calendar_days,
    MONTH: _months,
    SAME_DAY: _same_day,
}


def _settled(last: Step, line: Timeline, rules: TimeRules) -> int:
    """The due moment: the end of a working day, or for limits by the hour a moment of work."""
    if last.unit in (WORKING_DAY, WORKING_HOUR):
        return last.ends
    if last.unit == SAME_DAY or rules.calendar_days.value == FROM_THE_NEXT_DAY:
        day = last.ends // DAY - 1
        if not line.shape(day).minutes:
            day = line.minutes.opening(line.minutes.at(last.ends)) // DAY
        return day * DAY + line.shape(day).closes[-1]
    day, minute = divmod(last.ends, DAY)
    if any(session.begins <= minute <= session.ends for session in line.shape(day).hours):
        return last.ends
    return line.minutes.opening(line.minutes.at(last.ends))


def _day(place: int, first: bool) -> int:
    """The day in which a part begins; midnight at the end of an earlier part belongs to the day before it."""
    return place // DAY if first else (place - 1) // DAY


def _closing(scale: Scale, target: int | Fraction, place: int) -> int:
    return scale.closing(target) if target > scale.at(place) else place


def _whole(amount: Fraction) -> int | Fraction:
    return amount.numerator if amount.denominator == 1 else amount
