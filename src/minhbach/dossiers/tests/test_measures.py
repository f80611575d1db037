"""What is counted of dossiers: by hand, after every kind of change, and as time alone passes."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from minhbach.dossiers.actions import ending, moving, waiting
from minhbach.dossiers.measures import HANDLED, IN_PROCESS, RECEIVED, RETURNED
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel
from minhbach.measures import tallies
from minhbach.measures.models import Cell, Mark
from minhbach.org.permissions import SYSTEM
from minhbach.org.tests.concurrency import python
from minhbach.org.units.actions import unit_open

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def moment(day: int, hour: int = 9) -> datetime:
    """In March 2026: the 2nd is a Monday."""
    return timezone.make_aware(datetime(2026, 3, day, hour))


def counted(rows, desk, at=None) -> dict[str, int]:
    """The counts of the office that are not nought."""
    found = tallies.sums(rows, [desk.office.pk], *YEAR, at=at).get(desk.office.pk)
    return {key: number for key, number in found.rows.items() if number} if found else {}


@pytest.fixture
def received(make_dossier):
    """Received on Monday 2 March 2026 at 9:00 with five working days: due on Monday 9 March at 9:00."""

    def make(**more):
        return make_dossier(submitted_at=moment(2), at=moment(2), **more)

    return make


def test_dossiers_received_are_counted_by_channel(desk, received):
    received()
    received(channel=Channel.ONLINE)
    received(channel=Channel.POST)
    assert counted(RECEIVED, desk) == {"all": 3, "online": 1, "post": 1, "counter": 1}
    march = date(2026, 3, 1), date(2026, 3, 31)
    assert tallies.sums(RECEIVED, [desk.office.pk], *march)[desk.office.pk].rows["all"] == 3
    april = date(2026, 4, 1), date(2026, 4, 30)
    assert tallies.sums(RECEIVED, [desk.office.pk], *april)[desk.office.pk].rows["all"] == 0
    found = tallies.sums(RECEIVED, [desk.office.pk], *YEAR)[desk.office.pk]
    assert found.parts["online"] == 1 and found.parts["supplemented"] == 0  # one procedure


def test_time_alone_makes_an_open_dossier_late(desk, received):
    dossier = received()
    assert dossier.first_due_at == moment(9)
    assert counted(HANDLED, desk, at=moment(9)) == {}
    late = {"all": 1, "late": 1, "late_open": 1, "late_without_apology": 1}
    assert counted(HANDLED, desk, at=moment(9) + timedelta(minutes=1)) == late
    assert not Mark.objects.filter(rows=HANDLED.key).exists()


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        (moment(9), {"on_time": 1, "on_time_extended": 1}),
        (moment(9, 10), {"late": 1, "late_ended": 1, "late_extended": 1, "late_without_apology": 1}),
    ],
)
def test_a_dossier_counts_on_the_day_it_ended(desk, received, finished, expected):
    dossier = received()
    Dossier.objects.filter(pk=dossier.pk).update(status=9, outcome="granted", finished_at=finished)
    assert counted(HANDLED, desk) == {"all": 1, "ended": 1, "granted": 1, **expected}
    [cell] = Cell.objects.filter(shelf__rows=HANDLED.key)
    assert cell.day == date(2026, 3, 9)


def test_a_second_supplement_costs_where_the_set_says_so(desk, received):
    dossier = received()
    done = {"status": 9, "outcome": "granted", "finished_at": moment(6), "supplements": 2}
    Dossier.objects.filter(pk=dossier.pk).update(**done)
    assert counted(HANDLED, desk)["on_time"] == 1
    assert counted(IN_PROCESS, desk) == {"all": 1, "past_due": 1}


def test_an_apology_is_seen_at_once(desk, received):
    dossier = received()
    assert counted(HANDLED, desk)["late_without_apology"] == 1
    Dossier.objects.filter(pk=dossier.pk).update(apologised_at=moment(9, 11))
    found = counted(HANDLED, desk)
    assert (found["late_apologised"], found.get("late_without_apology", 0)) == (1, 0)


def test_a_dossier_that_moves_to_another_day_or_office_leaves_the_old_one(desk, received):
    dossier = received()
    assert counted(RECEIVED, desk)["all"] == 1
    Dossier.objects.filter(pk=dossier.pk).update(office=desk.one_stop, received_at=moment(3), submitted_at=moment(3))
    assert counted(RECEIVED, desk) == {}
    found = tallies.sums(RECEIVED, [desk.one_stop.pk], *YEAR)[desk.one_stop.pk]
    assert found.rows["all"] == 1


def test_the_day_is_the_local_one(desk, make_dossier):
    """At 6:30 in Vietnam it is still yesterday in UTC."""
    early = timezone.make_aware(datetime(2026, 3, 3, 6, 30))
    make_dossier(submitted_at=early, at=early)
    counted(RECEIVED, desk)
    assert [cell.day for cell in Cell.objects.filter(shelf__rows=RECEIVED.key)] == [date(2026, 3, 3)]


def test_actions_keep_the_tallies_true(desk, make_dossier):
    one, two, three = (make_dossier() for _n in range(3))
    for rows in (RECEIVED, HANDLED, RETURNED):
        tallies.refresh([rows], [desk.office.pk])
    moving.dossier_forward(one, acting=desk.counter)
    waiting.supplement_ask(two, items=["giấy"], because="thiếu", acting=desk.counter)
    ending.dossier_stop(three, because="người nộp đề nghị", acting=desk.counter)
    for rows in (RECEIVED, HANDLED, RETURNED):
        assert list(tallies.verify(rows)) == []
    today = timezone.localdate()
    found = tallies.sums(HANDLED, [desk.office.pk], today, today)[desk.office.pk]
    assert found.rows["all"] == 1 and found.rows["on_time"] == 1


def test_what_is_true_and_known_is_read_in_two_queries(desk, received, django_assert_num_queries):
    for _n in range(3):
        received()
    units = [desk.office.pk, desk.agency.pk, desk.one_stop.pk]
    first = tallies.sums(RECEIVED, units, *YEAR)
    with django_assert_num_queries(2):
        assert tallies.sums(RECEIVED, units, *YEAR) == first


def test_sums_of_many_units_are_kept_for_the_next_process(desk, received, django_assert_num_queries):
    received()
    units = [unit_open(code=f"p{n}", name=f"Phòng {n}", kind=desk.office.kind, begins=date(2020, 1, 1),
                       parent=desk.agency, acting=SYSTEM).pk for n in range(11)]  # fmt: skip
    units.append(desk.office.pk)
    assert tallies.sums(RECEIVED, units, *YEAR)[desk.office.pk].count("all") == 1
    tallies._remembered.cache_clear()
    tallies._last_seen.cache_clear()
    with django_assert_num_queries(4):  # marks, the sum of versions, the versions, the sums
        assert tallies.sums(RECEIVED, units, *YEAR)[desk.office.pk].count("all") == 1
    received()
    assert tallies.sums(RECEIVED, units, *YEAR)[desk.office.pk].count("all") == 2


def test_what_was_read_in_a_transaction_rolled_back_is_forgotten(desk, received):
    received()
    assert counted(RECEIVED, desk)["all"] == 1
    with pytest.raises(RuntimeError), transaction.atomic():
        received()
        assert counted(RECEIVED, desk)["all"] == 2
        raise RuntimeError
    assert counted(RECEIVED, desk)["all"] == 1
    received(channel=Channel.ONLINE)
    assert counted(RECEIVED, desk)["all"] == 2 and counted(RECEIVED, desk)["online"] == 1


def test_verify_names_a_tally_that_is_wrong(desk, received):
    received()
    counted(RECEIVED, desk)
    Cell.objects.filter(shelf__rows=RECEIVED.key).update(n00=7)
    [wrong] = tallies.verify(RECEIVED)
    assert (wrong.unit, wrong.day) == (desk.office.pk, date(2026, 3, 2))
    assert (wrong.kept, wrong.counted) == ({"all": 7}, {"all": 1})


def test_a_rebuild_counts_the_same(desk, received):
    received()
    received(channel=Channel.ONLINE)
    before = counted(RECEIVED, desk)
    assert tallies.rebuild(RECEIVED) == 1  # one office, day and procedure
    assert counted(RECEIVED, desk) == before and not Mark.objects.filter(rows=RECEIVED.key).exists()


def test_a_storm_of_actions_and_readers_leaves_every_tally_true(fresh_database):
    said = python(fresh_database, "-m", "minhbach.dossiers.tests.storming", "40", "1")
    found = json.loads(said.splitlines()[-1])
    assert found["dossiers"] > 5 and found["tallies"] and found["recounts"] > 10, found  # they really worked
    assert found["differences"] == []


def test_the_daily_work_leaves_no_marks(desk, received):
    received()
    assert Mark.objects.exists()
    # Received, what became of it, in process; and handled, since it is late. And the procedure offered, read anew.
    assert tallies.settle() == 5 and not Mark.objects.exists()


def test_a_reader_who_comes_second_finds_nothing_to_count(desk, received):
    """Both saw the mark; the first recounted while the second waited for the shelf."""
    received()
    counted(RECEIVED, desk)
    before = Cell.objects.values_list("pk", flat=True).get(shelf__rows=RECEIVED.key)
    tallies._recount(RECEIVED, desk.office.pk, None)
    assert Cell.objects.values_list("pk", flat=True).get(shelf__rows=RECEIVED.key) == before


def test_waiting_for_the_applicant_is_not_late_unless_it_was_late_before(desk, received):
    early, late = received(), received()
    Dossier.objects.filter(pk=early.pk).update(status=5, paused_at=moment(6))
    Dossier.objects.filter(pk=late.pk).update(status=5, paused_at=moment(10))
    assert counted(HANDLED, desk) == {"all": 1, "late": 1, "late_open": 1, "late_without_apology": 1}
