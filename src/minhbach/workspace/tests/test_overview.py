"""Who holds what and how late, and how long it took: the numbers, and the dossiers behind each."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from minhbach.dossiers import clock
from minhbach.dossiers.actions import moving
from minhbach.dossiers.models import Dossier, Pause
from minhbach.workspace import overview

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")
ADDRESS = "/overview/"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=VN)


@pytest.fixture
def done(make_dossier):
    """done("2026-11-02 08:00", "2026-11-04 10:00", waits=[(…, …)]): a dossier of that course."""

    def make(received, finished, waits=(), due="2026-11-30 17:00"):
        dossier = make_dossier()
        for number, (asked, answered) in enumerate(waits, 1):
            Pause.objects.create(
                dossier=dossier, kind="supplement", number=number, asked_at=moment(asked), answered_at=moment(answered)
            )
        Dossier.objects.filter(pk=dossier.pk).update(
            submitted_at=moment(received),
            received_at=moment(received),
            first_due_at=moment(due),
            due_at=moment(due),
            finished_at=moment(finished),
            outcome="granted",
            status=9,
            paused_at=None,
        )
        dossier.refresh_from_db()
        return dossier

    return make


def test_durations_are_working_time_without_waiting(desk, done):
    """Eight working hours a day, 07:30–11:30 and 13:00–17:00 (the calendar of the catalogue)."""
    done("2026-11-02 08:00", "2026-11-02 09:00")  # one hour
    done("2026-11-02 08:00", "2026-11-03 08:00")  # eight hours
    done("2026-11-06 16:00", "2026-11-09 08:30")  # over a weekend: two hours
    done("2026-11-02 08:00", "2026-11-12 09:00", [("2026-11-02 10:00", "2026-11-12 08:00")])  # two hours and one
    done("2026-11-02 19:00", "2026-11-03 08:30")  # received after hours: one hour
    [line] = overview.spent(desk.head, date(2026, 11, 1), date(2026, 11, 30))
    assert sorted(line.used) == [60, 60, 120, 180, 480]
    assert (line.count, line.median, line.ninth) == (5, 120, 480)


def test_the_batch_and_the_clock_of_each_dossier_agree(desk, done):
    made = [
        done("2026-11-02 08:07", "2026-11-05 15:59"),
        done("2026-10-30 17:20", "2026-11-10 07:10", [("2026-11-02 12:00", "2026-11-04 18:00")]),
        done(
            "2026-10-26 07:30",
            "2026-11-13 17:00",
            [("2026-10-28 09:00", "2026-11-01 09:00"), ("2026-11-03 13:30", "2026-11-09 07:00")],
        ),
    ]
    [line] = overview.spent(desk.head, date(2026, 11, 1), date(2026, 11, 30))
    by_clock = [clock.reading_of(d, timezone.now() + timedelta(days=60)).used for d in made]
    assert sorted(line.used) == sorted(by_clock)


def test_on_time_is_against_the_first_due_moment(desk, done):
    done("2026-11-02 08:00", "2026-11-04 09:00", due="2026-11-04 09:00")
    late = done("2026-11-02 08:00", "2026-11-04 09:01", due="2026-11-04 09:00")
    Dossier.objects.filter(pk=late.pk).update(due_at=moment("2026-11-20 17:00"), extended=True)
    [line] = overview.spent(desk.head, date(2026, 11, 1), date(2026, 11, 30))
    assert (line.kept, line.judged) == (1, 2)
    assert overview.spent(desk.head, date(2026, 11, 5), date(2026, 11, 30)) == []


def test_who_holds_what(desk, make_dossier, due, at):
    made = [make_dossier() for _n in range(4)]
    for dossier in made[1:]:
        moving.dossier_forward(dossier, acting=desk.counter)
    for dossier in made[2:]:
        moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    now = at("2026-11-18 09:00")
    due(made[2], moment("2026-11-17 17:00"))
    due(made[3], moment("2026-11-18 17:00"))
    lines = {(line.title, line.hint): line for line in overview.held(desk.head, overview.BY_PERSON, now)}
    lan = lines["Lan", "Phòng Quản lý"]
    assert (lan.open, lan.counts["late"], lan.counts["today"]) == (2, 1, 1)
    assert sum(line.open for line in lines.values()) == 4
    steps = {line.title: line.open for line in overview.held(desk.head, overview.BY_STEP, now)}
    assert steps == {"Tiếp nhận": 1, "Phân công": 1, "Thẩm định": 2}
    # The head of the office oversees that office alone.
    assert [line.title for line in overview.held(desk.office_head, overview.BY_UNIT, now)] == ["Phòng Quản lý"]


@pytest.mark.parametrize("by", ["unit", "person", "step"])
def test_each_number_leads_to_as_many_dossiers(desk, make_dossier, due, as_, by, done):
    now = timezone.now()
    for number in range(5):
        dossier = make_dossier()
        if number > 1:
            moving.dossier_forward(dossier, acting=desk.counter)
        due(dossier, now + timedelta(days=number * 10 - 15))
    done("2026-11-02 08:00", "2026-11-04 09:01", due="2026-11-04 09:00")
    client = as_(desk.head)
    shown = client.get(ADDRESS, {"by": by, "first": "2026-11-01", "last": "2026-11-30"}).content.decode()
    links = re.findall(r'href="(/dossiers/\?[^"]+)"[^>]*>([\d.]+)</a>', shown)
    assert len(links) > 8
    for address, number in links:
        listed = client.get(unescape(address)).content.decode().count("data-open")
        assert listed == int(number), address


def test_it_costs_the_same_however_many(desk, make_dossier, as_, done, django_assert_max_num_queries):
    client = as_(desk.head)

    def make(count):
        for number in range(count):
            dossier = make_dossier()
            if number % 2:
                moving.dossier_forward(dossier, acting=desk.counter)
        done("2026-11-02 08:00", "2026-11-04 09:00", [("2026-11-02 10:00", "2026-11-03 08:00")])

    make(3)
    client.get(ADDRESS)
    with django_assert_max_num_queries(24) as few:
        client.get(ADDRESS, {"by": "person"})
    make(60)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(ADDRESS, {"by": "person"})


def test_a_period_that_cannot_be_is_said(desk, as_):
    shown = as_(desk.head).get(ADDRESS, {"first": "2026-12-01", "last": "2026-11-01"}).content.decode()
    assert "Ngày cuối trước ngày đầu" in shown
    assert as_(desk.head).get(ADDRESS, {"first": "x", "last": "", "by": "moon"}).status_code == 200
