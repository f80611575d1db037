"""The demonstration's past: actions take the clock from `django.utils.timezone.now`, and here it is set.

Only the filling of an empty demonstration database does this, in its own process and before any server runs, so that
rounds of last year carry last year's dates in their rows and in the trail. Nothing else in the product moves the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone


class Clock:
    """A clock that is put to a moment and then runs on a little with every action."""

    def __init__(self) -> None:
        self._real = timezone.now
        self.today = timezone.localdate()
        self.started = self._real()
        self._moment = self.started

    @contextmanager
    def running(self) -> Iterator[Clock]:
        """Inside, `timezone.now()` is this clock."""
        timezone.now = self.read
        try:
            yield self
        finally:
            timezone.now = self._real

    def read(self) -> datetime:
        # Two rows are never of the same instant, and nothing lies in the future.
        self._moment = min(self._moment + timedelta(seconds=7), self._real())
        return self._moment

    def set(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Go to this time of this day, never past the real moment."""
        self.go(at(day, hour, minute))

    def go(self, moment: datetime) -> None:
        """Go to this moment, never past the real one."""
        self._moment = min(moment, self._real() - timedelta(minutes=5))


def at(day: date, hour: int = 17, minute: int = 0) -> datetime:
    """A moment by the clock of Vietnam."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
