"""Due dates of a million dossiers against `numpy.busday_offset` on the same days, alternating in one run; and singly.

`busday_offset` knows holidays and gives dates. Ours gives the minute, knows hours, halves of days and swapped
Saturdays, and is checked against the exact path here too.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, datetime

import numpy as np
from run import Measure

from minhbach.worktime import VIETNAM, due_at, find_calendar, find_rules, working_days
from minhbach.worktime.many import due_dates, working_times

ROWS, TIMES, SINGLE = 1_000_000, 9, 5_000
LIMIT_OF_ONE = 50e-6


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def run() -> list[Measure]:
    """Medians of columns against numpy, and of one due date against its limit."""
    calendar, rules = find_calendar(), find_rules().on(date(2026, 1, 1))
    next_day = rules.but(working_days="from_the_next_day")
    random = np.random.default_rng(2026)
    starts = np.datetime64("2019-01-01T00:00") + random.integers(0, 8 * 365 * 24 * 60, ROWS).astype("m8[m]")
    days = random.integers(1, 40, ROWS)
    start_days = starts.astype("M8[D]")
    off = sorted(day for day, rows in calendar.days.items() if rows[-1].kind == "off")
    busdays = np.busdaycalendar(holidays=np.array(off, dtype="M8[D]"))

    due = due_dates(starts, days, calendar, rules)
    rows = range(0, ROWS, ROWS // SINGLE)
    moments = [(starts[row].astype(datetime).replace(tzinfo=VIETNAM), working_days(int(days[row]))) for row in rows]
    for row, (start, duration) in zip(rows, moments, strict=True):
        assert due_at(start, duration, calendar, rules).replace(tzinfo=None) == due[row].astype(datetime)
    print(f"  equal to the exact path to the minute: {len(rows)} of {ROWS:,} rows")

    works: dict[str, Callable[[], object]] = {
        "numpy": lambda: np.busday_offset(start_days, days, roll="forward", busdaycal=busdays),
        "from the hour": lambda: due_dates(starts, days, calendar, rules),
        "from the next day": lambda: due_dates(starts, days, calendar, next_day),
        "numpy count": lambda: np.busday_count(start_days, due_days, busdaycal=busdays),
        "working time": lambda: working_times(starts, due, calendar),
        "one": lambda: [due_at(start, duration, calendar, rules) for start, duration in moments],
    }
    due_days = due.astype("M8[D]")
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(TIMES + 1):
        for name, work in works.items():
            seconds = _seconds(work)
            if number:  # the first round warms up
                times[name].append(seconds)
    median = {name: statistics.median(found) for name, found in times.items()}
    one = median["one"] / len(moments)
    print(f"  one due date: {one * 1e6:.1f} µs; medians of {TIMES}")
    return [
        Measure(f"due dates, {ROWS:,} rows", median["from the hour"], median["numpy"], "numpy.busday_offset", 3.0),
        Measure(
            f"due dates from the next day, {ROWS:,} rows",
            median["from the next day"],
            median["numpy"],
            "numpy.busday_offset",
            3.0,
        ),
        Measure(
            f"working time, {ROWS:,} rows", median["working time"], median["numpy count"], "numpy.busday_count", 3.0
        ),
        Measure(f"{SINGLE:,} due dates one by one", median["one"], SINGLE * LIMIT_OF_ONE, "50 µs each", 1.0),
    ]
