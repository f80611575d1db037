"""Working time laid end to end: what makes one due date a look-up instead of a walk over days.

For a window of years the working time before each day is added up once. A moment then has a *position*, the working
time before it, and going on from it by some amount is an addition and a bisection. There are two scales over the same
days: `minutes`, and `days`, on which a full working day of whatever length is the same amount (`one`) and half a day
half of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from threading import Lock
from typing import Any, NamedTuple

from .errors import WorktimeError
from .hours import Hours, total
from .moments import DAY

GROWS_BY = 5
"""Years added when a due date lies beyond the window; the search ends when so many years have no working time."""
LATEST = 2100


class Shape:
    """The hours of a day as tables: minutes worked before each minute, and the way back."""

    __slots__ = ("closes", "elapsed", "hours", "minutes", "opens")

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.minutes = total(hours)
        worked = [minute for session in hours for minute in range(session.begins, session.ends)]
        self.opens = (*worked, 0)
        """The minute at which work goes on after so many minutes of it."""
        self.closes = (0, *(minute + 1 for minute in worked))
        """The minute at which so many minutes of work are done."""
        counts = [0] * (DAY + 1)
        for minute in worked:
            counts[minute + 1] = 1
        for minute in range(DAY):
            counts[minute + 1] += counts[minute]
        self.elapsed = tuple(counts)


class DayPlan(NamedTuple):
    """What the timeline needs of a day: its shape, and the amount on the scale of days one of its minutes is."""

    shape: Shape
    factor: int


class Scale:
    """Positions on one scale. Amounts may be fractions; positions of moments are whole."""

    __slots__ = ("before", "factors", "line", "one")

    def __init__(self, line: Timeline, one: int) -> None:
        self.line = line
        self.one = one
        self.before = [0]
        self.factors: list[int] = []

    def add(self, minutes: int, factor: int) -> None:
        self.factors.append(factor)
        self.before.append(self.before[-1] + minutes * factor)

    def at(self, instant: int) -> int:
        """The working time before an instant, which is not before the window."""
        day, minute = divmod(instant, DAY)
        day -= self.line.first
        if day + 1 >= len(self.before):
            self.line.reach_day(day + self.line.first)
        return self.before[day] + self.factors[day] * self.line.shapes[day].elapsed[minute]

    def opening(self, position: int) -> int:
        """The instant at which work goes on from a position: the first one with working time right after it."""
        self.line.reach(self, position)
        day = bisect_right(self.before, position) - 1
        return (self.line.first + day) * DAY + self.line.shapes[day].opens[
            (position - self.before[day]) // self.factors[day]
        ]

    def closing(self, position: int | Fraction) -> int:
        """The earliest instant with so much working time before it, rounded up to the minute.

        For a position after the first one; it is the end of a stretch of work rather than the beginning of the next.
        """
        self.line.reach(self, position)
        day = bisect_left(self.before, position) - 1
        minutes = -((self.before[day] - position) // self.factors[day])
        return (self.line.first + day) * DAY + self.line.shapes[day].closes[minutes]


class Timeline:
    """The window from the first day of a year on; it grows at its end when needed, never at its beginning."""

    def __init__(self, plan: Callable[[int], DayPlan], one: int, first_year: int, last_year: int, name: str) -> None:
        self.first = date(first_year, 1, 1).toordinal()
        self.first_year = first_year
        self.name = name
        self.shapes: list[Shape] = []
        self.minutes = Scale(self, 1)
        self.days = Scale(self, one)
        self.columns: dict[int, Any] = {}
        """The scales as arrays, kept here by `many`, by the amount of one day."""
        self._plan = plan
        self._year = first_year - 1
        self._lock = Lock()
        self._grow(last_year)

    @property
    def end(self) -> int:
        """The ordinal of the day after the window."""
        return self.first + len(self.days.before) - 1

    def shape(self, ordinal: int) -> Shape:
        self.reach_day(ordinal)
        return self.shapes[ordinal - self.first]

    def reach_day(self, ordinal: int) -> None:
        """Grow so that the day is inside."""
        if ordinal >= self.end:
            self._grow(date.fromordinal(ordinal).year)

    def reach(self, scale: Scale, position: int | Fraction) -> None:
        """Grow until there is working time after the position."""
        while position >= scale.before[-1]:
            known = scale.before[-1]
            self._grow(self._year + GROWS_BY)
            if scale.before[-1] == known:
                raise self._no_working_time()

    def _grow(self, last_year: int) -> None:
        with self._lock:
            if last_year > LATEST:
                raise WorktimeError(
                    "out-of-range",
                    f"Thời hạn vượt quá năm {LATEST}: hãy kiểm tra ngày bắt đầu và thời hạn.",
                    f"The time limit reaches beyond {LATEST}: check the start and the limit.",
                )
            for year in range(self._year + 1, last_year + 1):
                for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
                    shape, factor = self._plan(ordinal)
                    # Readers of other threads trust `days.before`, so it is added to last.
                    self.shapes.append(shape)
                    self.minutes.add(shape.minutes, 1)
                    self.days.add(shape.minutes, factor)
            self._year = max(self._year, last_year)

    def _no_working_time(self) -> WorktimeError:
        worked = bisect_left(self.minutes.before, self.minutes.before[-1])
        since = f"{date.fromordinal(self.first + worked):%d/%m/%Y}"
        return WorktimeError(
            "no-working-time",
            f"Lịch làm việc “{self.name}” không có giờ làm việc nào từ {since} đến hết năm {self._year}: "
            "hãy kiểm tra giờ làm việc hằng tuần và các ngày nghỉ của lịch.",
            f"The calendar “{self.name}” has no working time from {since} to the end of {self._year}: "
            "check its weekly hours and its days off.",
        )
