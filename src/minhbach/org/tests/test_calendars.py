"""The calendar of a unit: its own hours or those above it, the country's holidays, and days set along the way."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from minhbach.org.calendars.actions import day_remove, day_set, week_set, year_confirm
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.worktime import working_time_between

pytestmark = pytest.mark.django_db
OFFICE_HOURS = {"mon-fri": ["07:30-11:30", "13:00-17:00"]}
FULL_DAY = 8 * 60


def minutes(unit, day):
    return calendar_of(unit).facts(day).minutes


@pytest.fixture
def so(make_unit):
    return make_unit("so", kind="so")


def test_without_settings_office_hours_and_the_national_holidays(so):
    assert minutes(so, date(2026, 11, 20)) == FULL_DAY  # a Friday
    assert minutes(so, date(2026, 11, 21)) == 0  # a Saturday
    assert minutes(so, date(2026, 9, 2)) == 0  # National Day
    assert minutes(so, date(2026, 8, 22)) == FULL_DAY  # the Saturday swapped with 31 August
    assert minutes(so, date(2026, 8, 31)) == 0


def test_hours_come_from_the_nearest_unit_that_has_some(so, make_unit):
    school = make_unit("truong", so, kind="truong")
    week_set(so, since=date(2026, 1, 1), hours={**OFFICE_HOURS, "sat": ["07:30-11:30"]}, acting=SYSTEM)
    assert minutes(school, date(2026, 11, 21)) == 4 * 60
    week_set(school, since=date(2026, 1, 1), hours={"mon-sat": ["07:00-11:00"]}, acting=SYSTEM)
    assert minutes(school, date(2026, 11, 20)) == 4 * 60
    assert minutes(so, date(2026, 11, 20)) == FULL_DAY


def test_a_day_set_here_wins_over_the_country(so, make_unit):
    other = make_unit("khac", kind="so")
    storm = day_set(unit=so, day=date(2026, 11, 20), kind="off", part="afternoon", reason="Bão", acting=SYSTEM)
    assert minutes(so, date(2026, 11, 20)) == 4 * 60
    assert minutes(other, date(2026, 11, 20)) == FULL_DAY
    friday = [datetime(2026, 11, 20, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")) for hour in (8, 17)]
    assert working_time_between(*friday, calendar_of(so)) == 3 * 60 + 30
    day_remove(storm, acting=SYSTEM)
    assert minutes(so, date(2026, 11, 20)) == FULL_DAY
    day_set(day=date(2026, 11, 24), kind="working", reason="Chưa áp dụng", decision="CV 1", acting=SYSTEM)
    assert minutes(so, date(2026, 11, 24)) == minutes(other, date(2026, 11, 24)) == FULL_DAY


def test_a_year_is_confirmed(so):
    def doubts():
        return calendar_of(so).doubts(date(2027, 3, 1), date(2027, 3, 31))

    assert doubts()
    year_confirm(2027, acting=SYSTEM)
    assert doubts() == []


def test_a_day_for_everybody_is_set_by_who_administers_all_units(so, make_unit, make_account):
    school, day = make_unit("thpt", parent=so), date(2026, 9, 3)
    administrator = make_account("an", so, "administrator")
    said = {"day": day, "kind": "off", "reason": "Nghỉ hoán đổi", "acting": administrator}
    with pytest.raises(NotPossible) as error:
        day_set(**said)
    assert error.value.code == "no_decision"
    special = day_set(**said, decision="Thông báo 1/TB-BNV")
    assert minutes(so, day) == minutes(school, day) == 0
    own = day_set(unit=school, day=day, kind="working", reason="Khai giảng bù", acting=administrator)
    assert minutes(so, day) == 0 and minutes(school, day) == FULL_DAY, "the nearer wins"
    assert Event.objects.filter(verb="org.day_set", data__decision="Thông báo 1/TB-BNV").count() == 1
    day_remove(own, acting=administrator)
    make_unit("so-khac", kind="so")
    with pytest.raises(Refused):
        day_remove(special, acting=administrator)
    day_remove(special, acting=SYSTEM)
    assert minutes(school, day) == FULL_DAY


def test_what_is_refused(so, make_unit, make_account):
    make_unit("so-khac", kind="so")
    administrator, officer = make_account("an", so, "administrator"), make_account("ba", so, "reform_officer")
    with pytest.raises(Refused):
        week_set(so, since=date(2026, 1, 1), hours=OFFICE_HOURS, acting=officer)
    with pytest.raises(Refused):
        day_set(day=date(2026, 12, 1), kind="off", reason="x", acting=administrator)  # for the whole country
    for hours in ({"mon": ["17:00-13:00"]}, {"mon": []}, {"someday": ["07:00-11:00"]}, {"mon": "morning"}):
        with pytest.raises(NotPossible) as error:
            week_set(so, since=date(2026, 1, 1), hours=hours, acting=administrator)
        assert error.value.code == "hours"
    with pytest.raises(NotPossible):
        day_set(unit=so, day=date(2026, 12, 1), kind="off", reason=" ", acting=administrator)
