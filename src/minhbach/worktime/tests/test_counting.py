"""Working time and due dates: against a clock that looks at every minute, and the laws they must keep."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.worktime import (
    Calendar,
    Duration,
    Session,
    Week,
    WorktimeError,
    add_working_time,
    days,
    due_at,
    due_through,
    find_calendar,
    months,
    same_day,
    starts_at,
    transfer_due,
    working_days,
    working_hours,
    working_time_between,
)

from .making import FIRST, MODES, RULES, Spec, at, moment, moments, office, specs

amounts = st.one_of(st.integers(1, 30), st.sampled_from(["0.25", "0.5", "1/3", "2.75"])).map(Fraction)
limits = st.one_of(
    amounts.map(working_days),
    st.sampled_from([1, 4, 8, 60]).map(working_hours),
    st.integers(1, 60).map(days),
    st.integers(1, 3).map(months),
)
durations = st.one_of(limits, st.just(same_day()), st.tuples(limits, limits).map(lambda two: two[0] + two[1]))
rule_sets = st.builds(
    lambda working, calendar, cutoff: RULES.but(working_days=working, calendar_days=calendar, start_cutoff=cutoff),
    st.sampled_from(MODES),
    st.sampled_from(MODES),
    st.sampled_from([None, 900]),
)


@settings(max_examples=60, deadline=None)
@given(specs(), moments, st.integers(1, 2000))
def test_agrees_with_counting_every_minute(spec: Spec, start: datetime, minutes: int):
    calendar = spec.calendar()
    done = add_working_time(start, minutes, calendar)
    if done - start < timedelta(days=40):
        assert done == spec.done(start, minutes)
        assert working_time_between(start, done, calendar) == minutes


@settings(max_examples=40, deadline=None)
@given(specs(), moments, moments)
def test_time_between_agrees_with_counting_every_minute(spec: Spec, one: datetime, other: datetime):
    first, last = sorted((one, other))
    last = min(last, first + timedelta(days=10))
    counted = spec.count(first, last)
    assert working_time_between(first, last, spec.calendar()) == counted
    assert working_time_between(last, first, spec.calendar()) == -counted


@settings(deadline=None)
@given(specs(), moments, st.integers(0, 20_000))
def test_round_trip(spec: Spec, start: datetime, minutes: int):
    calendar = spec.calendar()
    assert working_time_between(start, add_working_time(start, minutes, calendar), calendar) == minutes


@settings(deadline=None)
@given(specs(), moments, moments, moments, st.integers(1, 5_000), st.integers(1, 5_000))
def test_additive(spec: Spec, a: datetime, b: datetime, c: datetime, one: int, other: int):
    calendar = spec.calendar()
    parts = working_time_between(a, b, calendar) + working_time_between(b, c, calendar)
    assert parts == working_time_between(a, c, calendar)
    in_two = add_working_time(add_working_time(a, one, calendar), other, calendar)
    assert in_two == add_working_time(a, one + other, calendar)


@settings(deadline=None)
@given(specs(), moments, moments, durations, rule_sets)
def test_monotone_in_the_start(spec: Spec, one: datetime, other: datetime, duration: Duration, rules):
    calendar = spec.calendar()
    first, last = sorted((one, other))
    assert due_at(first, duration, calendar, rules) <= due_at(last, duration, calendar, rules)


@settings(deadline=None)
@given(specs(), moments, amounts, amounts, st.integers(1, 40), st.integers(1, 40), rule_sets)
def test_monotone_in_the_duration(spec: Spec, start: datetime, a: Fraction, b: Fraction, m: int, n: int, rules):
    calendar = spec.calendar()
    for of, low, high in ((working_days, *sorted((a, b))), (days, *sorted((m, n))), (working_hours, *sorted((m, n)))):
        assert due_at(start, of(low), calendar, rules) <= due_at(start, of(high), calendar, rules)


@settings(deadline=None)
@given(specs(), moments, durations, rule_sets)
def test_due_in_working_time_after_the_start(spec: Spec, start: datetime, duration: Duration, rules):
    due = due_at(start, duration, spec.calendar(), rules)
    assert due > start
    before = due - timedelta(minutes=1)
    worked_before = spec.works(before.date(), before.hour * 60 + before.minute)
    by_hour = rules.calendar_days.value == "from_the_hour"
    assert worked_before or (by_hour and spec.works(due.date(), due.hour * 60 + due.minute))


@settings(deadline=None)
@given(moments, durations, st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=14))]))
def test_the_zone_of_the_moment_does_not_matter(start: datetime, duration: Duration, zone):
    calendar = find_calendar()
    assert due_at(start.astimezone(zone), duration, calendar, RULES) == due_at(start, duration, calendar, RULES)


def test_seconds_are_cut_off():
    calendar = office()
    assert due_at(at(3, 8, 2026, 9, 12, 50), working_days(1), calendar, RULES) == at(4, 8, 2026, 9, 12)
    assert working_time_between(at(3, 8, 2026, 9, 0, 59), at(3, 8, 2026, 9, 1, 1), calendar) == 1


def test_naive_moments_are_refused():
    with pytest.raises(WorktimeError, match="múi giờ") as refusal:
        due_at(datetime(2026, 8, 3, 9), working_days(1), office(), RULES)
    assert refusal.value.code == "naive-moment"


# Worked by hand with the public holidays; office hours 07:30–11:30 and 13:00–17:00.
BY_HAND = [
    # Tết 2026 (16–20/2 off): 13, 23, 24, 25, 26 February.
    ("12/02/2026 10:00", working_days(5), "26/02/2026 10:00"),
    # 2 September 2026: Sat 22/8 is worked for Mon 31/8: 22, 24, 25, 26, 27, 28 August, 3, 4 September.
    ("21/08/2026 14:00", working_days(8), "04/09/2026 14:00"),
    # 30 April 2025: Sat 26/4 is worked for Fri 2/5: 25, 26, 28, 29 April | 5, 6 May.
    ("24/04/2025 08:00", working_days(4), "29/04/2025 08:00"),
    ("24/04/2025 08:00", working_days(6), "06/05/2025 08:00"),
    # 2024 and 2019: Sat 4/5 is worked for Mon 29/4: 2, 3, 4 May.
    ("26/04/2024 10:00", working_days(3), "04/05/2024 10:00"),
    ("26/04/2019 10:00", working_days(3), "04/05/2019 10:00"),
    # New Year 2026: half an hour on 31/12, 2/1 off, three and a half hours on Mon 5/1; Sat 10/1 is worked.
    ("31/12/2025 16:30", working_hours(4), "05/01/2026 11:00"),
    ("09/01/2026 16:00", working_hours(8), "10/01/2026 16:00"),
    # Halves and quarters of a day: two hours; across noon; into the next day.
    ("03/08/2026 07:30", working_days("0.25"), "03/08/2026 09:30"),
    ("03/08/2026 11:00", working_days("0.25"), "03/08/2026 14:30"),
    ("03/08/2026 16:00", working_days("0.5"), "04/08/2026 10:30"),
    # Outside hours: the clock starts at the next working time, and a whole day ends with the day.
    ("13/02/2026 18:00", working_days(1), "23/02/2026 17:00"),
    ("03/08/2026 12:00", working_hours(1), "03/08/2026 14:00"),
    ("01/08/2026 09:00", working_days(2), "04/08/2026 17:00"),
    # Calendar days: the day of reception is not counted; day 25 is 17/2, in Tết, so Mon 23/2.
    ("23/01/2026 09:00", days(25), "23/02/2026 17:00"),
    ("03/08/2026 09:00", days(1), "04/08/2026 17:00"),
    # Months: to 28/2, a Saturday, so Mon 2/3; to 31/3.
    ("31/12/2025 09:00", months(2), "02/03/2026 17:00"),
    ("27/02/2026 09:00", months(1), "27/03/2026 17:00"),
    # Two months end on Sun 12/4; 13–17, 20–24, 28, 29 April, 4, 5, 6 May (27/4, 30/4 and 1/5 off).
    ("12/02/2026 15:30", months(2) + working_days(15), "06/05/2026 17:00"),
    # Same day until 15:00, else the next working day; received outside hours, the day on which work goes on.
    ("13/02/2026 15:00", same_day(), "13/02/2026 17:00"),
    ("13/02/2026 15:01", same_day(), "23/02/2026 17:00"),
    ("12/02/2026 19:00", same_day(), "13/02/2026 17:00"),
]


@pytest.mark.parametrize(("received", "duration", "due"), BY_HAND)
def test_worked_by_hand(received: str, duration: Duration, due: str):
    assert due_at(moment(received), duration, find_calendar(), RULES) == moment(due)


FROM_THE_NEXT_DAY = [
    ("12/02/2026 10:00", working_days(5), "26/02/2026 17:00"),
    ("21/08/2026 14:00", working_days(8), "04/09/2026 17:00"),
    ("24/04/2025 08:00", working_days(4), "29/04/2025 17:00"),
    # Sent on Friday evening: received on Monday, so counted from Tuesday.
    ("31/07/2026 19:00", working_days(1), "04/08/2026 17:00"),
]


@pytest.mark.parametrize(("received", "duration", "due"), FROM_THE_NEXT_DAY)
def test_worked_by_hand_when_the_day_of_reception_does_not_count(received: str, duration: Duration, due: str):
    rules = RULES.but(working_days="from_the_next_day")
    assert due_at(moment(received), duration, find_calendar(), rules) == moment(due)


def test_calendar_days_from_the_hour():
    rules = RULES.but(calendar_days="from_the_hour")
    # 13/8 is a Thursday; 8/8 a Saturday, so the first minute of Monday.
    assert due_at(moment("03/08/2026 09:12"), days(10), office(), rules) == moment("13/08/2026 09:12")
    assert due_at(moment("03/08/2026 09:12"), days(5), office(), rules) == moment("10/08/2026 07:30")


def test_clock_starts_on_the_next_day_after_a_cutoff():
    late = moment("03/08/2026 15:30")
    assert starts_at(late, office(), RULES) == late
    rules = RULES.but(start_cutoff=15 * 60)
    assert starts_at(late, office(), rules) == moment("04/08/2026 07:30")
    assert starts_at(moment("03/08/2026 15:00"), office(), rules) == moment("03/08/2026 15:00")


def test_saturday_morning_is_half_a_day():
    calendar = office(saturday="07:30-11:30")
    # Fri 16:00 + 1 day: one hour on Friday, four on Saturday, three on Monday.
    assert due_at(moment("07/08/2026 16:00"), working_days(1), calendar, RULES) == moment("10/08/2026 10:30")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("13/02/2026 14:59", "13/02/2026 17:00"),
        ("13/02/2026 15:00", "13/02/2026 17:00"),
        ("13/02/2026 15:01", "23/02/2026 07:30"),
        ("13/02/2026 20:00", "23/02/2026 17:00"),
    ],
)
def test_transfer_to_the_unit_that_handles_it(received: str, due: str):
    assert transfer_due(moment(received), find_calendar(), RULES) == moment(due)


def test_each_agency_counts_by_its_own_calendar():
    one, other = office(), office(saturday="07:30-11:30")
    legs = [(working_days("0.5"), one), (working_days(2), other), (working_days(1), one)]
    # Thursday morning; Thursday afternoon, Friday and Saturday morning; Monday.
    due = due_through(moment("06/08/2026 07:30"), legs, RULES)
    assert due == [moment("06/08/2026 11:30"), moment("08/08/2026 11:30"), moment("10/08/2026 17:00")]


def test_only_the_day_of_reception_does_not_count_on_the_way_through_agencies():
    legs = [(working_days("0.5"), office()), (working_days(1), office()), (days(2), office())]
    rules = RULES.but(working_days="from_the_next_day")
    due = due_through(moment("03/08/2026 10:00"), legs, rules)
    assert due == [moment("04/08/2026 11:30"), moment("05/08/2026 11:30"), moment("07/08/2026 17:00")]


def test_a_week_may_change_from_a_day_on():
    short = Session(480, 690), Session(780, 1020)  # 7½ hours
    weeks = [
        Week(FIRST, {"mon-fri": (Session(450, 690), Session(780, 1020))}),
        Week(at(5, 8, 2026).date(), {"mon-fri": short}),
    ]
    calendar = Calendar("Đổi giờ", weeks)
    # A quarter of Tuesday is behind at 09:30; so is a quarter of Thursday's 450 minutes at 09:52½, rounded up.
    assert due_at(moment("04/08/2026 09:30"), working_days(2), calendar, RULES) == moment("06/08/2026 09:53")
    assert working_time_between(moment("04/08/2026 07:30"), moment("05/08/2026 17:00"), calendar) == 480 + 450


def test_no_working_time_at_all():
    empty = Calendar("Trống", [Week(FIRST, {})])
    for ask in (
        lambda: due_at(moment("03/08/2026 09:00"), working_days(1), empty, RULES),
        lambda: add_working_time(moment("03/08/2026 09:00"), 1, empty),
        lambda: transfer_due(moment("03/08/2026 09:00"), empty, RULES),
    ):
        with pytest.raises(WorktimeError, match="Trống") as refusal:
            ask()
        assert refusal.value.code == "no-working-time"
    assert working_time_between(moment("03/08/2026 09:00"), moment("05/08/2026 09:00"), empty) == 0


def test_a_unit_that_closed_says_since_when():
    closed = Calendar(
        "Phòng",
        [Week(FIRST, {"mon-fri": (Session(450, 690), Session(780, 1020))}), Week(at(1, 7, 2026).date(), {})],
    )
    with pytest.raises(WorktimeError, match="01/07/2026"):
        due_at(moment("29/06/2026 09:00"), working_days(5), closed, RULES)


def test_limits_of_the_years():
    for start, duration in (
        (moment("03/08/1989 09:00"), working_days(1)),
        (moment("03/08/2099 09:00"), working_days(600)),
        (moment("03/08/2026 09:00"), months(10_000)),
    ):
        with pytest.raises(WorktimeError) as refusal:
            due_at(start, duration, office(), RULES)
        assert refusal.value.code == "out-of-range"


def test_beyond_the_table_only_the_week_is_known():
    # Thu 30/12/2027 + 5 days: 31/12, 3–6 January 2028, as no holiday of 2028 is in the table.
    assert due_at(moment("30/12/2027 09:00"), working_days(5), find_calendar(), RULES) == moment("06/01/2028 09:00")
    assert due_at(moment("03/08/1995 09:00"), working_days(1), office(), RULES) == moment("04/08/1995 09:00")


def test_an_early_question_does_not_disturb_a_later_one():
    calendar = office()
    first = due_at(moment("03/08/2026 09:00"), working_days(3), calendar, RULES)
    working_time_between(moment("03/08/1991 09:00"), moment("03/08/2026 09:00"), calendar)
    assert due_at(moment("03/08/2026 09:00"), working_days(3), calendar, RULES) == first == moment("06/08/2026 09:00")


def test_nothing_negative_is_added():
    with pytest.raises(WorktimeError) as refusal:
        add_working_time(moment("03/08/2026 09:00"), -1, office())
    assert refusal.value.code == "negative"
