"""Calendars: weeks that change, halves of days, rows of one's own over those of the country."""

from datetime import date

import pytest

from minhbach.records.texts import Text
from minhbach.worktime import (
    Calendar,
    Session,
    SpecialDay,
    Week,
    WorktimeError,
    find_calendar,
    working_time_between,
)

from .making import moment, off, office

MORNING, AFTERNOON = Session(450, 690), Session(780, 1020)
MONDAY, SATURDAY, SUNDAY = date(2026, 8, 3), date(2026, 8, 8), date(2026, 8, 9)


def worked(day: date, **more) -> SpecialDay:
    return SpecialDay(day, "working", Text("Làm bù"), **more)


@pytest.mark.parametrize(
    ("rows", "day", "hours"),
    [
        ([], MONDAY, (MORNING, AFTERNOON)),
        ([], SATURDAY, ()),
        ([off(MONDAY)], MONDAY, ()),
        ([off(MONDAY, "morning")], MONDAY, (AFTERNOON,)),
        ([off(MONDAY, "afternoon")], MONDAY, (MORNING,)),
        ([off(MONDAY, "morning"), off(MONDAY, "afternoon")], MONDAY, ()),
        ([worked(SUNDAY)], SUNDAY, (MORNING, AFTERNOON)),
        ([worked(SUNDAY, part="morning")], SUNDAY, (MORNING,)),
        ([worked(SUNDAY, hours=(Session(480, 600),))], SUNDAY, (Session(480, 600),)),
        ([worked(SATURDAY, swap=MONDAY)], SATURDAY, (MORNING, AFTERNOON)),
        ([off(MONDAY, "morning"), worked(MONDAY, part="afternoon", hours=(Session(780, 1080),))], MONDAY,
         (Session(780, 1080),)),
    ],
)  # fmt: skip
def test_hours_of_a_day(rows, day, hours):
    assert office(*rows).facts(day).hours == hours


def test_noon_divides_an_unbroken_day():
    week = Week(date(2026, 1, 1), {"mon-fri": (Session(420, 870),)})
    calendar = Calendar("Liền ca", [week], [off(MONDAY, "afternoon")])
    assert calendar.facts(MONDAY).hours == (Session(420, 720),)


def test_a_saturday_worked_by_habit_gets_a_whole_day_when_swapped():
    assert office(worked(SATURDAY, swap=MONDAY), saturday="07:30-11:30").facts(SATURDAY).minutes == 480


def test_a_holiday_on_saturday_closes_a_saturday_centre():
    # Reunification Day 2022 and the first day of Tết 2024 were Saturdays.
    calendar = find_calendar().but(
        weeks=[Week(date(2019, 1, 1), {"mon-fri": (MORNING, AFTERNOON), "sat": (MORNING,)})], title="Trung tâm"
    )
    assert not calendar.is_working_day(date(2022, 4, 30)) and not calendar.is_working_day(date(2024, 2, 10))
    assert calendar.facts(date(2022, 4, 23)).minutes == 240


def test_own_rows_win_over_those_of_the_country():
    day = date(2026, 2, 16)
    own = find_calendar().but(days=[worked(day, part="morning")])
    assert own.facts(day).minutes == 240 and find_calendar().facts(day).minutes == 0
    assert own.facts(date(2026, 2, 17)).minutes == 0


def test_weeks_hold_from_their_day():
    calendar = Calendar(
        "Mùa",
        [
            Week(date(2026, 8, 5), {"mon-sun": (Session(0, 1440),)}),
            Week(date(2026, 8, 3), {"mon-fri": (MORNING,)}),
            Week(date(2026, 8, 7), {}),
        ],
    )
    assert [calendar.facts(date(2026, 8, day)).minutes for day in range(2, 9)] == [0, 240, 240, 1440, 1440, 0, 0]
    assert working_time_between(moment("01/08/2026 00:00"), moment("31/08/2026 00:00"), calendar) == 3360
    (doubt,) = [d for d in calendar.doubts(date(2026, 8, 1), date(2026, 8, 9)) if "03/08/2026" in d.says.vi]
    assert (doubt.first, doubt.last) == (date(2026, 8, 1), date(2026, 8, 2))


def test_a_calendar_needs_a_week():
    with pytest.raises(WorktimeError) as refusal:
        Calendar("Trống", [])
    assert refusal.value.code == "no-week"
