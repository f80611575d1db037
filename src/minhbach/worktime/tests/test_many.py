"""Columns of due dates: the same as one by one."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.worktime import (
    Calendar,
    Session,
    Week,
    WorktimeError,
    due_at,
    find_calendar,
    working_days,
    working_time_between,
)
from minhbach.worktime.many import due_dates, to_wall_clock, working_times

from .making import FIRST, MODES, RULES, Spec, moments, office, specs

rule_sets = st.builds(
    lambda working, cutoff: RULES.but(working_days=working, start_cutoff=cutoff),
    st.sampled_from(MODES),
    st.sampled_from([None, 900]),
)


def wall(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "s")


@settings(deadline=None)
@given(
    specs(),
    st.lists(st.tuples(moments, st.one_of(st.integers(1, 60), st.sampled_from([0.25, 0.5, 2.75]))), min_size=1),
    rule_sets,
)
def test_due_dates_are_those_of_the_exact_path(spec: Spec, rows, rules):
    calendar = spec.calendar()
    lengths = {sum(end - begin for begin, end in hours) for _, week in spec.weeks for hours in week}
    if any(length % 4 for length in lengths):
        rows = [(start, max(int(days), 1)) for start, days in rows]
    due = due_dates([wall(start) for start, _ in rows], [days for _, days in rows], calendar, rules)
    assert due.dtype == np.dtype("datetime64[m]")
    exact = [due_at(start, working_days(str(days)), calendar, rules) for start, days in rows]
    assert due.tolist() == [moment.replace(tzinfo=None) for moment in exact]


@settings(deadline=None)
@given(specs(), st.lists(st.tuples(moments, moments), min_size=1))
def test_working_times_are_those_of_the_exact_path(spec: Spec, rows):
    calendar = spec.calendar()
    found = working_times([wall(one) for one, _ in rows], [wall(other) for _, other in rows], calendar)
    assert found.tolist() == [working_time_between(one, other, calendar) for one, other in rows]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9 * 365 * 24 * 60), st.integers(1, 200)), min_size=1), rule_sets)
def test_across_years_holidays_and_swapped_saturdays(rows, rules):
    calendar, first = find_calendar(), datetime(2019, 1, 1)
    starts = [first + timedelta(minutes=minutes) for minutes, _ in rows]
    due = due_dates(np.array(starts, dtype="datetime64[s]"), [days for _, days in rows], calendar, rules)
    from minhbach.worktime import VIETNAM

    exact = [
        due_at(start.replace(tzinfo=VIETNAM), working_days(days), calendar, rules)
        for start, (_, days) in zip(starts, rows, strict=True)
    ]
    assert due.tolist() == [moment.replace(tzinfo=None) for moment in exact]


def test_shapes_broadcast_and_missing_moments_stay_missing():
    starts = np.array([["2026-08-03T09:12:50", "NaT"], ["2026-08-07T16:00", "2026-08-01T09:00"]], dtype="M8[s]")
    due = due_dates(starts, 1, office(), RULES)
    assert due.tolist() == [
        [datetime(2026, 8, 4, 9, 12), None],
        [datetime(2026, 8, 10, 16, 0), datetime(2026, 8, 3, 17, 0)],
    ]
    assert due_dates(np.array([], dtype="M8[m]"), 5, office(), RULES).shape == (0,)
    assert working_times(starts[0, 0], np.datetime64("2026-08-03T10:00"), office()).tolist() == 48


def test_many_rows_and_a_window_that_grows():
    starts = np.full(50_000, np.datetime64("2026-08-03T08:00"))
    due = due_dates(starts, np.arange(1, 50_001) % 5000 + 1, office(), RULES)
    assert due[0] == np.datetime64("2026-08-05T08:00") and (due[:4999] <= due[1:5000])[:-1].all()
    assert (due[:5000] == due[5000:10_000]).all()


def test_the_cutoff_itself_is_not_after_it():
    rules = RULES.but(start_cutoff=15 * 60)
    due = due_dates(np.array(["2026-08-03T15:00", "2026-08-03T15:01"], dtype="M8[m]"), 1, office(), rules)
    assert due.tolist() == [datetime(2026, 8, 4, 15, 0), datetime(2026, 8, 4, 17, 0)]


def test_moments_in_utc():
    utc = np.array(["2026-08-03T02:12"], dtype="M8[m]")
    assert due_dates(to_wall_clock(utc), 1, office(), RULES)[0] == np.datetime64("2026-08-04T09:12")


def test_a_day_of_which_slots_would_fill_the_memory():
    odd = [
        Week(FIRST, {"mon-fri": (Session(450, 450 + 479),)}),
        Week(FIRST + timedelta(days=60), {"mon-fri": (Session(450, 450 + 461),)}),
    ]
    calendar = Calendar("Lẻ", odd)
    starts = np.array(["2026-02-20T09:00", "2026-03-20T08:01"], dtype="M8[m]")
    from minhbach.worktime import VIETNAM

    due = due_dates(starts, [10, 17], calendar, RULES)
    exact = [
        due_at(start.replace(tzinfo=VIETNAM), working_days(days), calendar, RULES)
        for start, days in zip(starts.tolist(), (10, 17), strict=True)
    ]
    assert due.tolist() == [moment.replace(tzinfo=None) for moment in exact]


@pytest.mark.parametrize(
    ("starts", "days", "code"),
    [
        (["2026-08-03T09:00"], [0], "amount"),
        (["2026-08-03T09:00"], [-2], "amount"),
        (["2026-08-03T09:00"], [0.3333], "amount"),
        (["1980-08-03T09:00"], [1], "out-of-range"),
        (["2500-08-03T09:00"], [1], "out-of-range"),
        (["2099-08-03T09:00"], [900], "out-of-range"),
    ],
)
def test_refused(starts, days, code: str):
    with pytest.raises(WorktimeError) as refusal:
        due_dates(np.array(starts, dtype="M8[m]"), days, office(), RULES)
    assert refusal.value.code == code


def test_an_empty_calendar_is_refused():
    with pytest.raises(WorktimeError) as refusal:
        due_dates(np.array(["2026-08-03T09:00"], dtype="M8[m]"), 1, Calendar("Trống", [Week(FIRST, {})]), RULES)
    assert refusal.value.code == "no-working-time"


def test_a_row_without_moment_has_no_working_time():
    with pytest.raises(WorktimeError) as refusal:
        working_times(np.array(["NaT"], dtype="M8[m]"), np.array(["2026-08-03T09:00"], dtype="M8[m]"), office())
    assert refusal.value.code == "no-moment"
