"""Due dates and working time of whole columns at once: the same answers as `counting`, to the minute.

Moments are numpy datetime64 in Vietnam's wall-clock time, as numpy knows no zones; `to_wall_clock` makes them from UTC.
NaT stays NaT.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .calendar import EARLIEST, Calendar
from .errors import WorktimeError
from .moments import DAY
from .rules import FROM_THE_NEXT_DAY, TimeRules
from .timeline import LATEST, Scale, Timeline

Moments = npt.NDArray[np.datetime64]

_EPOCH = 719_163
"""Ordinal of 1 January 1970."""
_UTC_OFFSET = np.timedelta64(7, "h")
_FIRST = np.datetime64(f"{EARLIEST}-01-01", "m")
_LAST = np.datetime64(f"{LATEST}-12-31T23:59", "m")
_ROWS = 16_384
"""Rows handled at a time, so that what lies between two steps stays in the processor's cache."""
_MOST_SLOTS = 8_000_000


def to_wall_clock(utc: Moments) -> Moments:
    """UTC moments as Vietnam's wall clock shows them (UTC+7, without summer time since 1975)."""
    return utc + _UTC_OFFSET


def due_dates(starts: npt.ArrayLike, days: npt.ArrayLike, calendar: Calendar, rules: TimeRules) -> Moments:
    """When dossiers received at `starts` are due after so many working `days` (whole, or fractions such as 0.25 that a
    working day has in whole minutes), as `due_at` has it. One shape or broadcast against each other.

    WorktimeError for days that are no such amount, and for moments before `EARLIEST`.
    """
    moments = np.asarray(starts, dtype="datetime64[m]")
    amounts = np.asarray(days)
    moments, amounts = np.broadcast_arrays(moments, amounts)
    shape = moments.shape
    if not moments.size:
        return np.empty(shape, dtype="datetime64[m]")
    moments, amounts = moments.ravel(), amounts.ravel()
    known = _known(moments)
    instants = _instants(moments, known)
    line = _timeline(calendar, instants)
    units = _units(amounts, line.days.one)
    due = np.empty(len(moments), dtype=np.int64)
    for low in range(0, len(moments), _ROWS):
        rows = slice(low, low + _ROWS)
        due[rows] = _due(instants[rows], units[rows], line, rules)
    return _moments(due, known).reshape(shape)


def working_times(begins: npt.ArrayLike, ends: npt.ArrayLike, calendar: Calendar) -> npt.NDArray[np.int64]:
    """Working minutes between moments, as `working_time_between` has it. WorktimeError where one is NaT."""
    first, last = np.broadcast_arrays(
        np.asarray(begins, dtype="datetime64[m]"), np.asarray(ends, dtype="datetime64[m]")
    )
    if np.isnat(first).any() or np.isnat(last).any():
        raise WorktimeError(
            "no-moment",
            "Có dòng thiếu thời điểm: hãy lọc các dòng đó trước khi tính.",
            "Some rows lack a moment: leave them out before counting.",
        )
    if not first.size:
        return np.empty(first.shape, dtype=np.int64)
    one, other = _instants(first.ravel(), None), _instants(last.ravel(), None)
    line = _timeline(calendar, np.concatenate([one, other]))
    columns = _columns(line, line.minutes)
    result = np.empty(len(one), dtype=np.int64)
    for low in range(0, len(one), _ROWS):
        rows = slice(low, low + _ROWS)
        result[rows] = columns.at(other[rows]) - columns.at(one[rows])
    return result.reshape(first.shape)


def _due(received: npt.NDArray[np.int64], units: npt.NDArray[np.int64], line: Timeline, rules: TimeRules) -> Any:
    columns = _columns(line, line.days)
    place = columns.at(received)
    cutoff = rules.start_cutoff.value
    if cutoff is not None or rules.working_days.value == FROM_THE_NEXT_DAY:
        columns = _reaching(line, int(place.max()))
        day = columns.day(place)
        if cutoff is not None:
            late = columns.opens(place, day) > cutoff
            place = np.where(late, columns.before[day + 1], place)
            columns = _reaching(line, int(place.max()))
            day = columns.day(place)
        if rules.working_days.value == FROM_THE_NEXT_DAY:
            place = columns.before[day + 1]
    target = place + units
    return _reaching(line, int(target.max())).closing(target)


class _Columns:
    """A scale of a timeline as arrays; every question is a few look-ups per row."""

    def __init__(self, line: Timeline, scale: Scale) -> None:
        count = len(line.days.before) - 1
        self.length = count
        self.first = line.first
        self.before = np.array(scale.before[: count + 1], dtype=np.int64)
        kinds: dict[tuple[int, int], int] = {}
        factors = scale.factors[:count]
        shapes = {id(shape): shape for shape in line.shapes[:count]}
        keys = [(id(shape), factor) for shape, factor in zip(line.shapes[:count], factors, strict=True)]
        self.kind = np.array([kinds.setdefault(key, len(kinds)) for key in keys], dtype=np.int64) * (DAY + 1)
        self.elapsed = np.concatenate([np.array(shapes[key].elapsed) * factor for key, factor in kinds])
        self._closes = np.concatenate([_padded(shapes[key].closes) for key, _ in kinds])
        self._opens = np.concatenate([_padded(shapes[key].opens) for key, _ in kinds])
        self.factor = None if set(factors) <= {1} else np.array(factors, dtype=np.int64)
        # Days are stretches of whole slots; the day of a position is that of its slot.
        self.slot = max(int(np.gcd.reduce(self.before)), 1)
        total = int(self.before[-1])
        self.slots = None
        if 0 < total // self.slot <= _MOST_SLOTS:
            self.slots = np.repeat(np.arange(count), np.diff(self.before) // self.slot)

    def at(self, instants: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """`Scale.at`."""
        day = instants // DAY
        minute = instants - day * DAY
        day -= self.first
        return self.before.take(day) + self.elapsed.take(self.kind.take(day) + minute)

    def day(self, place: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The day, from the beginning of the timeline, in which work goes on from a position."""
        if self.slots is None:
            return np.searchsorted(self.before, place, side="right") - 1
        return self.slots.take(place // self.slot)

    def opens(self, place: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The minute of the day at which work goes on from a position."""
        done = place - self.before.take(day)
        if self.factor is not None:
            done //= self.factor.take(day)
        return self._opens.take(self.kind.take(day) + done)

    def closing(self, target: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """`Scale.closing`."""
        day = self.day(target - 1)
        done = target - self.before.take(day)
        if self.factor is not None:
            done = -(-done // self.factor.take(day))
        return (day + self.first) * DAY + self._closes.take(self.kind.take(day) + done)


def _padded(table: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.pad(np.array(table, dtype=np.int64), (0, DAY + 1 - len(table)))


def _columns(line: Timeline, scale: Scale) -> _Columns:
    known = line.columns.get(scale.one)
    if known is None or known.length < len(line.days.before) - 1:
        known = line.columns[scale.one] = _Columns(line, scale)
    return known


def _reaching(line: Timeline, position: int) -> _Columns:
    line.reach(line.days, position)
    return _columns(line, line.days)


def _known(moments: Moments) -> npt.NDArray[np.bool_] | None:
    """Which rows have a moment; None when all have."""
    missing = np.isnat(moments)
    return ~missing if missing.any() else None


def _instants(moments: Moments, known: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.int64]:
    if known is not None:
        moments = np.where(known, moments, _FIRST)
    if moments.min() < _FIRST or moments.max() > _LAST:
        raise WorktimeError(
            "out-of-range",
            f"Chỉ tính thời hạn trong các năm {EARLIEST}–{LATEST}: hãy kiểm tra ngày.",
            f"Time limits are counted in {EARLIEST}–{LATEST} only: check the dates.",
        )
    return moments.astype(np.int64) + _EPOCH * DAY


def _timeline(calendar: Calendar, instants: npt.NDArray[np.int64]) -> Timeline:
    line = calendar.timeline(int(instants.min()))
    line.reach_day(int(instants.max()) // DAY)
    return line


def _units(amounts: npt.NDArray[Any], one: int) -> npt.NDArray[np.int64]:
    """The amounts on the scale of days, which must be whole there."""
    if amounts.dtype.kind in "iu":
        units = amounts.astype(np.int64) * one
    else:
        exact = amounts.astype(np.float64) * one
        units = np.rint(exact).astype(np.int64)
        if not np.allclose(exact, units, rtol=0, atol=1e-6):
            units = np.zeros(1, dtype=np.int64)
    if units.min() <= 0:
        raise WorktimeError(
            "amount",
            "Số ngày làm việc phải lớn hơn 0 và chẵn phút: hãy kiểm tra cột thời hạn.",
            "Working days must be over 0 and come to whole minutes: check the column of limits.",
        )
    return units


def _moments(instants: npt.NDArray[np.int64], known: npt.NDArray[np.bool_] | None) -> Moments:
    moments = (instants - _EPOCH * DAY).astype("datetime64[m]")
    if known is not None:
        moments[~known] = np.datetime64("NaT")
    return moments
