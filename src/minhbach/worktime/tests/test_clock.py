"""The clock over a history: waiting, extension, hand-over, lateness, and any moment of the past."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.worktime import (
    Clock,
    Duration,
    Extended,
    Finished,
    HandedOver,
    HistoryError,
    Paused,
    Received,
    Resumed,
    Stopped,
    TakenOver,
    Told,
    WorktimeError,
    days,
    due_at,
    find_calendar,
    months,
    same_day,
    working_days,
    working_hours,
    working_time_between,
)

from .making import CONTINUES, MODES, RULES, Spec, moment, moments, office, specs

RECEIVED = Received(moment("03/08/2026 08:00"))  # a Monday; five working days end on Monday 10/8 at 08:00


def clock(*events, duration: Duration | None = None, rules=CONTINUES, calendar=None) -> Clock:
    return Clock([RECEIVED, *events], duration or working_days(5), calendar or office(), rules)


def test_running():
    reading = clock().at(moment("05/08/2026 10:00"))
    assert reading.state == "running"
    assert reading.started == moment("03/08/2026 08:00")
    assert reading.promised == reading.first_due == reading.due == moment("10/08/2026 08:00")
    assert (reading.used, reading.left) == (2 * 480 + 120, 2 * 480 + 360)
    assert not reading.overdue and reading.standing == "on_time" and reading.waited == timedelta(0)


def test_overdue():
    reading = clock().at(moment("11/08/2026 10:00"))
    assert reading.overdue and reading.standing == "late"
    assert reading.left == -(480 + 120)
    assert reading.over == timedelta(days=1, hours=2)
    assert not clock().at(moment("10/08/2026 08:00")).overdue
    assert clock().at(moment("10/08/2026 08:01")).overdue


def test_late_without_a_working_minute():
    calendar, rules = office(), CONTINUES.but(working_days="from_the_next_day")
    reading = Clock([RECEIVED, Finished(moment("10/08/2026 17:20"))], working_days(5), calendar, rules).at(
        moment("11/08/2026 08:00")
    )
    assert reading.due == moment("10/08/2026 17:00")
    assert reading.overdue and reading.standing == "late"
    assert reading.left == 0 and reading.over == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("end", "standing", "by_moment"),
    [
        ("07/08/2026 16:00", "early", "early"),
        ("10/08/2026 07:45", "on_time", "early"),
        ("10/08/2026 08:00", "on_time", "on_time"),
        ("10/08/2026 08:01", "late", "late"),
    ],
)
def test_how_it_ended(end: str, standing: str, by_moment: str):
    for kind, state in ((Finished, "finished"), (Stopped, "stopped")):
        reading = clock(kind(moment(end))).at(moment("20/08/2026 08:00"))
        assert (reading.state, reading.standing, reading.ended) == (state, standing, moment(end))
    rules = CONTINUES.but(early="earlier_moment")
    assert clock(Finished(moment(end)), rules=rules).at(moment("20/08/2026 08:00")).standing == by_moment


def test_nothing_moves_after_the_end():
    ended = clock(Finished(moment("06/08/2026 08:00")))
    one, other = (ended.at(moment(f"{day}/08/2026 08:00")) for day in ("07", "28"))
    assert (one.used, one.left, one.overdue) == (other.used, other.left, other.overdue) == (3 * 480, 2 * 480, False)


def test_waiting_on_the_citizen_does_not_count():
    waiting = clock(Paused(moment("05/08/2026 08:00")))
    reading = waiting.at(moment("25/08/2026 08:00"))
    assert reading.state == "waiting" and reading.waiting_since == moment("05/08/2026 08:00")
    assert (reading.used, reading.left, reading.overdue) == (2 * 480, 3 * 480, False)
    assert reading.waited == timedelta(days=20)


def test_going_on_with_what_was_left():
    # Three days were left; from Monday 13:00 they end on Thursday at noon.
    reading = clock(Paused(moment("05/08/2026 08:00")), Resumed(moment("10/08/2026 13:00"))).at(
        moment("11/08/2026 13:00")
    )
    assert reading.due == reading.first_due == moment("13/08/2026 11:30")
    assert reading.promised == moment("10/08/2026 08:00")
    assert (reading.used, reading.left) == (3 * 480, 2 * 480)


def test_running_again_from_the_full_supplement():
    events = [RECEIVED, Paused(moment("05/08/2026 08:00")), Resumed(moment("10/08/2026 13:00"))]
    reading = Clock(events, working_days(5), office(), RULES).at(moment("10/08/2026 13:00"))
    assert reading.due == reading.first_due == moment("17/08/2026 11:30")
    assert (reading.used, reading.left) == (2 * 480, 5 * 480)


def test_waiting_for_payment_never_makes_the_time_run_again():
    events = [RECEIVED, Paused(moment("05/08/2026 08:00"), "payment"), Resumed(moment("10/08/2026 13:00"))]
    assert Clock(events, working_days(5), office(), RULES).at(moment("11/08/2026 13:00")).due == moment(
        "13/08/2026 11:30"
    )


@pytest.mark.parametrize("rules", [RULES, CONTINUES])
def test_asking_for_papers_does_not_undo_lateness(rules):
    events = [RECEIVED, Paused(moment("12/08/2026 08:00")), Resumed(moment("19/08/2026 08:00"))]
    reading = Clock(events, working_days(5), office(), rules).at(moment("20/08/2026 08:00"))
    assert reading.due == moment("10/08/2026 08:00") and reading.overdue


def test_asking_for_papers_in_the_last_minute_is_not_late():
    asked = [RECEIVED, Paused(moment("10/08/2026 08:00")), Resumed(moment("19/08/2026 09:00"))]
    reading = Clock(asked, working_days(5), office(), CONTINUES).at(moment("19/08/2026 09:00"))
    assert reading.due == moment("19/08/2026 09:00") and not reading.overdue
    again = Clock(asked, working_days(5), office(), RULES).at(moment("19/08/2026 09:00"))
    assert again.due == moment("26/08/2026 09:00")


def test_waiting_with_calendar_days():
    # Ten days from 3/8 end on 13/8. Eight were left on 5/8; from 12/8 they end on 20/8.
    reading = clock(Paused(moment("05/08/2026 08:00")), Resumed(moment("12/08/2026 16:00")), duration=days(10)).at(
        moment("12/08/2026 16:00")
    )
    assert reading.promised == moment("13/08/2026 17:00")
    assert reading.due == moment("20/08/2026 17:00")


def test_waiting_when_the_day_of_reception_does_not_count():
    # Five days after 3/8 end on 10/8; three were left after 5/8; the three after 12/8 end on Monday 17/8.
    rules = CONTINUES.but(working_days="from_the_next_day")
    reading = clock(Paused(moment("05/08/2026 10:00")), Resumed(moment("12/08/2026 10:00")), rules=rules).at(
        moment("12/08/2026 10:00")
    )
    assert reading.promised == moment("10/08/2026 17:00")
    assert reading.due == moment("17/08/2026 17:00")


def test_waiting_in_the_second_part():
    # One month ends on 3/9 (off days of the table: none then); 4, 7, 8, 9, 10 September follow. On 7/9 at 17:00 three
    # days are left; from Monday 14/9 at 07:30 they end on the 16th.
    reading = clock(
        Paused(moment("07/09/2026 17:00")),
        Resumed(moment("14/09/2026 07:30")),
        duration=months(1) + working_days(5),
        calendar=find_calendar(),
    ).at(moment("14/09/2026 07:30"))
    assert reading.promised == moment("10/09/2026 17:00")
    assert reading.due == moment("16/09/2026 17:00")


def test_ended_while_waiting():
    reading = clock(Paused(moment("05/08/2026 08:00")), Stopped(moment("28/08/2026 08:00"))).at(
        moment("31/08/2026 08:00")
    )
    assert reading.state == "stopped" and not reading.overdue
    assert (reading.used, reading.left) == (2 * 480, 3 * 480)
    assert reading.waited == timedelta(days=23)


def test_extension_keeps_the_first_due_date():
    extended = clock(Extended(moment("06/08/2026 08:00"), moment("14/08/2026 17:00")))
    before, after = extended.at(moment("05/08/2026 08:00")), extended.at(moment("13/08/2026 08:00"))
    assert before.due == moment("10/08/2026 08:00") and before.extensions == 0
    assert after.due == moment("14/08/2026 17:00") and after.extensions == 1
    assert after.promised == after.first_due == moment("10/08/2026 08:00")
    assert (after.standing, after.first_standing, after.breaches) == ("on_time", "late", ())


def test_extension_then_waiting():
    # Extended to 14/8 17:00; two days are left on Thursday 13/8 at 07:30, and go on from Monday 17/8.
    reading = clock(
        Extended(moment("06/08/2026 08:00"), moment("14/08/2026 17:00")),
        Paused(moment("13/08/2026 07:30")),
        Resumed(moment("17/08/2026 07:30")),
    ).at(moment("17/08/2026 07:30"))
    assert reading.due == moment("18/08/2026 17:00")
    assert reading.first_due == moment("10/08/2026 08:00") and reading.first_standing == "late"


@pytest.mark.parametrize(
    ("at", "to", "code"),
    [
        ("07/08/2026 08:00", "14/08/2026 17:00", None),
        ("07/08/2026 08:01", "14/08/2026 17:00", "too-late"),
        ("11/08/2026 08:00", "14/08/2026 17:00", "too-late"),
        ("06/08/2026 08:00", "10/08/2026 08:00", "not-later"),
        ("06/08/2026 08:00", "15/08/2026 08:00", "not-working-day"),
    ],
)
def test_when_an_extension_is_allowed(at: str, to: str, code: str | None):
    refusal = clock().refuse_extension(moment(at), moment(to))
    assert (refusal and refusal.code) == code
    breaches = clock(Extended(moment(at), moment(to))).at(moment("12/08/2026 08:00")).breaches
    assert [breach.code for breach in breaches] == ([code] if code else [])


def test_a_second_extension_is_refused():
    extended = clock(Extended(moment("06/08/2026 08:00"), moment("14/08/2026 17:00")))
    assert extended.refuse_extension(moment("11/08/2026 08:00"), moment("20/08/2026 17:00")).code == "too-many"
    twice = clock(
        Extended(moment("06/08/2026 08:00"), moment("14/08/2026 17:00")),
        Extended(moment("11/08/2026 08:00"), moment("20/08/2026 17:00")),
    )
    reading = twice.at(moment("12/08/2026 08:00"))
    assert reading.due == moment("20/08/2026 17:00")
    assert [breach.code for breach in reading.breaches] == ["too-many"]


def test_no_extension_while_the_time_does_not_run():
    for stopped in (Paused(moment("05/08/2026 08:00")), Finished(moment("05/08/2026 08:00"))):
        refusal = clock(stopped).refuse_extension(moment("06/08/2026 08:00"), moment("14/08/2026 17:00"))
        assert refusal.code == "not-running"


def test_each_leg_by_its_own_calendar():
    counter = Received(moment("06/08/2026 08:00"), "Một cửa", working_days("0.5"))
    saturday = office(saturday="07:30-11:30")
    events = [
        counter,
        HandedOver(moment("06/08/2026 13:30"), "Phòng chuyên môn", saturday, working_days(2)),
        HandedOver(moment("08/08/2026 10:00"), "Lãnh đạo", office()),
    ]
    reading = Clock(events, working_days(5), office(), CONTINUES).at(moment("10/08/2026 09:30"))
    desk, handlers, head = reading.legs
    # Thursday 08:00–11:30 and 13:00–13:30; due after half a day, at 13:30.
    assert (desk.used, desk.due, desk.left, desk.overdue) == (240, moment("06/08/2026 13:30"), 0, False)
    # Thursday afternoon, Friday, Saturday to 10:00; due on Monday at 08:00.
    assert (handlers.used, handlers.due) == (210 + 480 + 150, moment("10/08/2026 08:00"))
    assert (handlers.left, handlers.until, handlers.overdue) == (120, moment("08/08/2026 10:00"), False)
    assert (head.used, head.due, head.left, head.until) == (120, None, None, None)
    assert reading.due == moment("13/08/2026 08:00")  # the promise does not change hands


def test_a_leg_waits_too():
    events = [
        Received(moment("03/08/2026 08:00"), "A", working_days(2)),
        Paused(moment("04/08/2026 08:00")),
        HandedOver(moment("05/08/2026 08:00"), "B", office(), working_days(2)),
        Resumed(moment("06/08/2026 08:00")),
    ]
    one, other = Clock(events, working_days(5), office(), CONTINUES).at(moment("07/08/2026 08:00")).legs
    assert one.used == 480 and not one.overdue
    assert (other.used, other.due) == (480, moment("10/08/2026 08:00"))


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([], "no-reception"),
        ([Finished(moment("03/08/2026 08:00"))], "no-reception"),
        ([RECEIVED, RECEIVED], "received-twice"),
        ([RECEIVED, Finished(moment("02/08/2026 08:00"))], "order"),
        ([RECEIVED, Resumed(moment("04/08/2026 08:00"))], "not-waiting"),
        ([RECEIVED, Paused(moment("04/08/2026 08:00")), Paused(moment("05/08/2026 08:00"))], "already-waiting"),
        ([RECEIVED, Finished(moment("04/08/2026 08:00")), Stopped(moment("05/08/2026 08:00"))], "after-end"),
        (
            [RECEIVED, Paused(moment("04/08/2026 08:00")),
             Extended(moment("05/08/2026 08:00"), moment("20/08/2026 08:00"))],
            "extended-while-waiting",
        ),
    ],
)  # fmt: skip
def test_histories_that_cannot_have_happened(events, code: str):
    with pytest.raises(HistoryError) as refusal:
        Clock(events, working_days(5), office(), RULES)
    assert refusal.value.code == code
    assert refusal.value.text("vi") and refusal.value.text("en")


def test_moments_without_a_zone_are_refused():
    for events in ([Received(datetime(2026, 8, 3, 8))], [RECEIVED, Finished(datetime(2026, 8, 4, 8))]):
        with pytest.raises(WorktimeError) as refusal:
            Clock(events, working_days(5), office(), RULES)
        assert refusal.value.code == "naive-moment"


def test_before_the_reception_there_is_no_clock():
    with pytest.raises(HistoryError) as refusal:
        clock().at(moment("03/08/2026 07:59"))
    assert refusal.value.code == "not-received"


def test_any_past_moment_is_as_it_was_then():
    whole = clock(
        Paused(moment("05/08/2026 08:00")),
        Resumed(moment("10/08/2026 13:00")),
        Extended(moment("11/08/2026 08:00"), moment("20/08/2026 17:00")),
        Finished(moment("19/08/2026 08:00")),
    )
    for n, when in enumerate(("04/08/2026 08:00", "06/08/2026 08:00", "10/08/2026 14:00", "12/08/2026 08:00")):
        then = Clock(whole.events[: n + 1], working_days(5), office(), CONTINUES).at(moment(when))
        assert whole.at(moment(when)) == then


running = st.one_of(
    st.integers(1, 20).map(working_days),
    st.sampled_from(["0.5", "1/3", "3.25"]).map(working_days),
    st.integers(1, 40).map(working_hours),
)
any_duration = st.one_of(
    running,
    st.integers(1, 40).map(days),
    st.just(months(1)),
    st.just(same_day()),
    running.map(lambda duration: months(1) + duration),
)
modes = st.builds(
    lambda working, calendar: CONTINUES.but(working_days=working, calendar_days=calendar),
    st.sampled_from(MODES),
    st.sampled_from(MODES),
)


@settings(deadline=None)
@given(specs(), moments, any_duration, modes, st.integers(0, 100))
def test_a_pause_without_length_changes_nothing(spec: Spec, start: datetime, duration: Duration, rules, percent: int):
    calendar = spec.calendar()
    due = due_at(start, duration, calendar, rules)
    pause = start + (due - start) * percent / 100
    if rules.calendar_days.value == "from_the_hour" and working_time_between(pause, due, calendar) == 0:
        return  # nothing is left in which to go on
    if not spec.works(pause.date(), pause.hour * 60 + pause.minute):
        return  # going on outside hours is going on at the next working time
    paused = Clock([Received(start), Paused(pause), Resumed(pause)], duration, calendar, rules)
    assert paused.at(due).due == due


@settings(deadline=None)
@given(specs(), moments, running, st.lists(st.tuples(st.integers(0, 100), moments), max_size=4))
def test_pauses_take_nothing_and_add_nothing(spec: Spec, start: datetime, duration: Duration, pauses):
    """Working time used and left always come to the whole, however often the citizen is waited for."""
    calendar = spec.calendar()
    whole = working_time_between(start, due_at(start, duration, calendar, CONTINUES), calendar)
    changing = len(spec.weeks) > 1  # where the day's length changes, a day is not always the same minutes
    events = [Received(start)]
    for percent, other in pauses:
        due = Clock(events, duration, calendar, CONTINUES).at(events[-1].at).due
        pause = events[-1].at + (due - events[-1].at) * percent / 100
        resume = max(pause, other)
        if not events[-1].at <= pause <= due:
            continue
        events += [Paused(pause), Resumed(resume)]
    reading = Clock(events, duration, calendar, CONTINUES).at(events[-1].at)
    if not changing:
        assert abs(reading.used + reading.left - whole) <= len(pauses)  # thirds of a day are rounded up to a minute
    assert working_time_between(events[-1].at, reading.due, calendar) == reading.left


def test_what_another_system_promised_counts():
    """Our calendar has it due on Monday 10/8 at 08:00; that system promised Wednesday 12/8, and has waited already."""
    told = Told(moment("07/08/2026 17:00"), moment("12/08/2026 17:00"))
    asked = [Paused(moment("04/08/2026 08:00")), Resumed(moment("05/08/2026 08:00"))]
    mirrored = Clock([RECEIVED, *asked], working_days(5), office(), CONTINUES, told)
    reading = mirrored.at(moment("11/08/2026 17:00"))
    assert (reading.promised, reading.first_due, reading.due) == (told.first_due, told.first_due, told.due)
    assert (reading.left, reading.overdue, reading.standing) == (480, False, "on_time")
    assert reading.first_standing == "late" and reading.used == 450 + 30 + 450 + 4 * 480
    late = mirrored.at(moment("13/08/2026 17:00"))
    assert (late.left, late.standing, late.over) == (-480, "late", timedelta(days=1))
    ended = Clock([RECEIVED, Finished(moment("12/08/2026 17:00"))], working_days(5), office(), CONTINUES, told)
    assert ended.at(moment("20/08/2026 08:00")).standing == "on_time"


@pytest.mark.parametrize(("rules", "due"), [(CONTINUES, "13/08/2026 17:00"), (RULES, "14/08/2026 08:00")])
def test_taken_over_with_the_due_moment_that_another_system_promised(rules, due):
    """Promised to Wednesday 12/8, 17:00; asked on Thursday 6/8 at 8:00, answered a working day later."""
    history = [RECEIVED, TakenOver(moment("05/08/2026 08:00"), moment("12/08/2026 17:00"))]
    reading = Clock(history, working_days(5), office(), rules).at(moment("06/08/2026 08:00"))
    assert (reading.promised, reading.first_due, reading.due) == (moment("12/08/2026 17:00"),) * 3
    assert reading.left == 4 * 480 + 450
    asked = [Paused(moment("06/08/2026 08:00")), Resumed(moment("07/08/2026 08:00"))]
    reading = Clock([*history, *asked], working_days(5), office(), rules).at(moment("10/08/2026 08:00"))
    assert (reading.first_due, reading.due) == (moment(due),) * 2
    late = Clock(history, working_days(5), office(), rules).at(moment("13/08/2026 08:00"))
    assert late.standing == "late"
    with pytest.raises(HistoryError):
        Clock([RECEIVED, Paused(moment("04/08/2026 08:00")), history[1]], working_days(5), office(), rules)


@pytest.mark.parametrize(
    ("duration", "counted_from", "due"),
    [
        (working_days(5), "07/08/2026", "14/08/2026 17:00"),  # Friday 7/8 does not count: Monday 10/8 to Friday 14/8
        (days(14), "07/08/2026", "21/08/2026 17:00"),
        (days(14), "08/08/2026", "24/08/2026 17:00"),  # Saturday 22/8 gives way to Monday
        (months(1), "07/08/2026", "07/09/2026 17:00"),
        (working_hours(8), "08/08/2026", "10/08/2026 17:00"),
        (working_days(5), "01/08/2026", "10/08/2026 08:00"),  # received after that day: from the reception
        (working_days(5), "03/08/2026", "10/08/2026 17:00"),  # received on that day
    ],
)
def test_counted_from_the_day_of_an_event(duration, counted_from, due):
    day = moment(f"{counted_from} 00:00").date()
    reading = Clock([RECEIVED], duration, office(), RULES, counted_from=day).at(RECEIVED.at)
    assert (reading.due, reading.first_due, reading.promised) == (moment(due),) * 3
    assert (reading.used, reading.state) == (0, "running")


def test_a_wait_before_the_time_counts_moves_nothing():
    day = moment("07/08/2026 00:00").date()

    def due(asked, answered):
        events = [RECEIVED, Paused(moment(asked)), Resumed(moment(answered))]
        return [
            Clock(events, working_days(5), office(), rules, counted_from=day).at(moment("12/08/2026 08:00")).due
            for rules in (RULES, CONTINUES)
        ]

    assert due("04/08/2026 08:00", "05/08/2026 08:00") == [moment("14/08/2026 17:00")] * 2
    # Asked before it counts, answered on Tuesday 11/8: all of the time is left.
    assert due("06/08/2026 08:00", "11/08/2026 08:00") == [moment("18/08/2026 08:00")] * 2
