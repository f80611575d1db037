"""The working calendar on screen: a year on one page, and what an administrator sets."""

from datetime import date

import pytest
from django.urls import reverse

from minhbach.org.calendars import pages
from minhbach.org.calendars.actions import day_set
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.models import SpecialDay, WorkingWeek
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def so(make_unit):
    return make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo")


@pytest.fixture
def admin(make_account, so, client):
    account = make_account("quan-tri", so, "administrator")
    client.force_login(account)
    return account


def cells(unit, year):
    months = pages.year_of(calendar_of(unit), year)
    return {cell.day: cell for month in months for week in month for cell in week if cell}


def test_every_day_of_the_year_is_drawn_with_its_reason(so):
    found = cells(so, 2026)
    assert len(found) == 365
    assert (found[date(2026, 11, 20)].kind, found[date(2026, 11, 21)].kind) == ("work", "rest")
    assert found[date(2026, 9, 2)].kind == "off" and "Quốc khánh" in found[date(2026, 9, 2)].says
    # The Saturday on which the work of 31 August is made up.
    assert found[date(2026, 8, 22)].kind == "made_up" and "31/08/2026" in found[date(2026, 8, 22)].says
    assert found[date(2026, 8, 31)].kind == "off"
    day_set(unit=so, day=date(2026, 11, 20), kind="off", part="afternoon", reason="Bão", acting=SYSTEM)
    assert (cells(so, 2026)[date(2026, 11, 20)].kind, cells(so, 2026)[date(2026, 11, 20)].says) == ("half", "Bão")


def test_a_visitor_reads_the_year(client, so):
    shown = client.get(reverse("org:calendar"), {"unit": so.pk, "year": 2026}).content.decode()
    assert "Quốc khánh" in shown and "07:30-11:30, 13:00-17:00" in shown
    assert reverse("org:calendar_day", args=[so.pk]) not in shown


def test_the_year_costs_the_same_whatever_is_set(client, so, django_assert_max_num_queries):
    address = reverse("org:calendar")
    client.get(address, {"unit": so.pk, "year": 2026})
    with django_assert_max_num_queries(12) as few:
        client.get(address, {"unit": so.pk, "year": 2026})
    usual = len(few.captured_queries)
    for day in range(1, 11):
        day_set(unit=so, day=date(2026, 6, day), kind="off", reason="Nghỉ", acting=SYSTEM)
    client.get(address, {"unit": so.pk, "year": 2026})
    with django_assert_max_num_queries(usual):
        client.get(address, {"unit": so.pk, "year": 2026})


def test_a_day_is_set_and_taken_back(client, so, admin):
    sent = {"day": "2026-12-24", "kind": "off", "part": "morning", "reason": "Khánh thành trụ sở", "decision": "12/QĐ"}
    answer = client.post(reverse("org:calendar_day", args=[so.pk]), sent, follow=True)
    assert "Khánh thành trụ sở" in answer.content.decode() and "12/QĐ" in answer.content.decode()
    special = SpecialDay.objects.get()
    assert (special.unit, special.part, special.decision) == (so, "morning", "12/QĐ")
    client.post(reverse("org:calendar_day_remove", args=[special.pk]))
    assert not SpecialDay.objects.exists()
    assert client.post(reverse("org:calendar_day", args=[so.pk]), sent | {"reason": ""}).status_code == 422


def test_weekly_hours_are_set_from_a_day_on(client, so, admin):
    address = reverse("org:calendar_hours", args=[so.pk])
    assert 'value="07:30-11:30, 13:00-17:00"' in client.get(address).content.decode()
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:00-11:00, 13:30-17:30")
    client.post(address, {"since": "2027-01-01", **week, "sat": "07:00-11:00", "decision": "99/QĐ-UBND"})
    [row] = WorkingWeek.objects.all()
    assert row.hours["sat"] == ["07:00-11:00"] and "sun" not in row.hours
    assert cells(so, 2027)[date(2027, 1, 9)].kind == "half"
    wrong = client.post(address, {"since": "2027-01-01", "mon": "17:00-07:00"})
    assert wrong.status_code == 422 and "17:00-07:00" in wrong.content.decode()


def test_strangers_change_nothing(client, so, make_account, make_unit):
    other = make_account("khac", make_unit("so-khac", kind="so"), "administrator")
    client.force_login(other)
    for name in ("calendar_day", "calendar_hours"):
        assert client.get(reverse(f"org:{name}", args=[so.pk])).status_code == 403
    special = day_set(unit=so, day=date(2026, 12, 24), kind="off", reason="Nghỉ", acting=SYSTEM)
    assert client.post(reverse("org:calendar_day_remove", args=[special.pk])).status_code == 403
    assert SpecialDay.objects.exists()


def test_a_year_is_confirmed_by_who_sets_all_calendars(client, so, admin, make_unit):
    def doubts():
        return calendar_of(so).doubts(date(2027, 3, 1), date(2027, 3, 31))

    address = reverse("org:calendar_year", args=[2027])
    assert doubts()
    client.post(address, {"unit": so.pk})
    assert not doubts()
    client.post(address, {"unit": so.pk, "not": "1"})
    assert doubts()
    make_unit("so-khac", kind="so")  # whose calendar is not theirs
    assert client.post(address, {"unit": so.pk}).status_code == 403


def test_a_day_for_every_unit_on_screen(client, so, admin, make_unit):
    address = reverse("org:calendar_day_everywhere")
    assert address in client.get(reverse("org:calendar")).content.decode()
    said = {"day": "2026-09-03", "kind": "off", "part": "whole", "reason": "Nghỉ hoán đổi"}
    wrong = client.post(address, said)
    assert wrong.status_code == 422 and not SpecialDay.objects.exists()
    client.post(address, {**said, "decision": "Thông báo 1/TB-BNV"})
    special = SpecialDay.objects.get()
    assert special.unit is None and special.decision == "Thông báo 1/TB-BNV"
    below = make_unit("thpt", parent=so)
    page = client.get(reverse("org:calendar"), {"unit": below.pk, "year": 2026}).content.decode()
    assert "Nghỉ hoán đổi" in page and "cả nước" in page
    remove = reverse("org:calendar_day_remove", args=[special.pk])
    assert remove in page
    make_unit("so-khac", kind="so")  # whose calendar is not theirs
    assert client.get(address).status_code == client.post(remove).status_code == 403
    assert remove not in client.get(reverse("org:calendar"), {"unit": so.pk, "year": 2026}).content.decode()
