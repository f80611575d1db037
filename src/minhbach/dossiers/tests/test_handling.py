"""The quality of handling: what events tell, what people say, and what both come to."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.dossiers import handling
from minhbach.dossiers.actions import ending, moving
from minhbach.dossiers.actions.handling import handling_mark
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.tests.test_way import refused
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.org.trail.verifying import verify
from minhbach.records.problems import Problems
from minhbach.scoring.checking import check

BY_HAND = ("3", "5", "6", "7", "8", "9")


@pytest.fixture
def make_finished(desk, make_dossier):
    """make_finished(late=…): a dossier whose result is there, its moments moved to where the test wants them."""

    def make(*, early=0, supplements=0, apologised=None, late=False):
        dossier = make_dossier()
        moving.dossier_forward(dossier, acting=desk.counter)
        moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
        for who in (desk.specialist, desk.office_head, desk.head):
            moving.dossier_forward(dossier, acting=who)
        ending.dossier_finish(dossier, acting=desk.clerk)
        dossier.refresh_from_db()
        due = dossier.finished_at - timedelta(hours=1) if late else dossier.finished_at + timedelta(days=early)
        Dossier.objects.filter(pk=dossier.pk).update(
            first_due_at=due,
            due_at=due,
            supplements=supplements,
            apologised_at=due + apologised if apologised is not None else None,
        )
        return Dossier.objects.get(pk=dossier.pk)

    return make


def points(scored):
    return {code: result.score for code, result in scored.result.nodes.items() if result.is_known}


def test_the_sheet_is_sound_and_has_nine_criteria_of_two_points():
    sheet = handling.sheet_on(date(2024, 5, 6))
    problems = Problems("x")
    check(sheet.criteria, problems)
    assert not problems.errors
    assert [leaf.maximum for leaf in sheet.criteria.leaves] == [2] * 9
    assert [leaf.id for leaf in handling.by_hand(sheet)] == list(BY_HAND)
    assert handling.sheet_on(date(2026, 1, 1)).confirmed is False and handling.sheet_on(date(2017, 1, 1)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"early": 3}, {"1": 2, "2": 2, "4": 2}),
        ({"early": 0}, {"1": 1, "2": 2, "4": 2}),
        ({"early": 3, "supplements": 1}, {"1": 2, "2": 1, "4": 2}),
        ({"early": 3, "supplements": 5}, {"1": 2, "2": 0, "4": 2}),
        ({"late": True}, {"1": 0, "2": 2, "4": 0}),
        ({"late": True, "apologised": timedelta(days=-1)}, {"1": 0, "2": 2, "4": 1}),
        ({"late": True, "apologised": timedelta(minutes=1)}, {"1": 0, "2": 2, "4": 0}),
    ],
)
def test_what_the_events_tell(make_finished, how, expected):
    dossier = make_finished(**how)
    scored = handling.scored(dossier)
    assert points(scored) == expected
    assert scored.level is None and set(scored.result.open_) == set(BY_HAND)
    # The list and the database tell the same as the page.
    assert points(handling.scored_row(dossier)) == expected
    [summary] = handling.summaries(Dossier.objects.all()).values()
    assert {code: summary.mean_of(code) for code in expected} == expected and summary.complete == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("each", "total", "level"), [(2, 18, "XS"), (1, 12, "T"), (0, 6, "TB")])
def test_points_of_people_complete_the_sheet_and_give_the_level(desk, make_finished, each, total, level):
    dossier = make_finished(early=3)
    scored = handling_mark(dossier, dict.fromkeys(BY_HAND, each), acting=desk.office_head)
    assert (scored.result.score, scored.level.code, scored.result.is_complete) == (total, level, True)
    [told] = Event.objects.filter(verb="dossiers.handling_marked")
    assert told.data["points"] == dict.fromkeys(BY_HAND, each)
    handling_mark(dossier, dict.fromkeys(BY_HAND, each), acting=desk.office_head)
    assert Event.objects.filter(verb="dossiers.handling_marked").count() == 1 and not list(verify())


@pytest.mark.django_db
def test_who_may_not_and_what_cannot_be_scored(desk, make_dossier, make_finished):
    dossier = make_finished(early=3)
    for account in (desk.counter, desk.specialist, desk.clerk):
        with pytest.raises(Refused):
            handling_mark(dossier, {"3": 2}, acting=account)
    refused("points", handling_mark, dossier, {"3": 3}, acting=desk.head)
    refused("points", handling_mark, dossier, {"3": -1}, acting=desk.head)
    refused("criterion", handling_mark, dossier, {"1": 2}, acting=desk.head)
    refused("criterion", handling_mark, dossier, {"99": 2}, acting=desk.head)
    refused("unfinished", handling_mark, make_dossier(), {"3": 2}, acting=desk.head)
    assert not dossier.marks.exists()
    handling_mark(dossier, {"3": 2}, acting=desk.head)
    handling_mark(dossier, {"3": None}, acting=desk.head)
    assert not dossier.marks.exists()


@pytest.mark.django_db
def test_an_office_is_the_mean_of_its_dossiers(desk, make_finished):
    good, bad = make_finished(early=3), make_finished(late=True)
    make_finished(early=3)
    handling_mark(good, dict.fromkeys(BY_HAND, 2), acting=desk.head)
    handling_mark(bad, dict.fromkeys(BY_HAND, 1), acting=desk.head)
    found = handling.summaries(Dossier.objects.all())
    assert list(found) == [desk.office.pk]
    summary = found[desk.office.pk]
    # 18 and 0 + 2 + 0 + 6 = 8 points; the third is not scored in full.
    assert (summary.count, summary.complete, summary.mean) == (3, 2, Fraction(13))
    assert summary.mean_of("1") == Fraction(4, 3) and summary.mean_of("5") == Fraction(3, 2)
    assert dict(summary.levels) == {"XS": 1, "TB": 1}
    assert handling.together([summary, summary]).count == 6


@pytest.mark.django_db
def test_the_screens(client, desk, make_finished, make_dossier):
    dossier = make_finished(early=3)
    client.force_login(desk.head)
    address = reverse("dossiers:quality_sheet", args=[dossier.code])
    text = client.get(address).content.decode()
    assert "Thái độ phục vụ" in text and "61/2018/NĐ-CP" in text and "trước ngày hẹn" in text
    sent = {f"points_{code}": "2" for code in BY_HAND}
    text = client.post(address, sent, follow=True).content.decode()
    assert "Xuất sắc" in text
    assert client.post(address, {"points_3": "7"}).status_code == 422
    listed = client.get(reverse("dossiers:quality")).content.decode()
    assert dossier.code in listed and "18" in listed and "Xuất sắc" in listed
    book = client.get(reverse("dossiers:quality"), {"as": "xlsx"})
    assert book.content[:2] == b"PK" and "attachment" in book["Content-Disposition"]
    wrong = client.get(reverse("dossiers:quality"), {"begins": "2026-02-01", "ends": "2026-01-01"})
    assert "Ngày cuối" in wrong.content.decode()
    client.force_login(desk.specialist)
    assert client.post(address, sent).status_code == 403
    assert client.get(reverse("dossiers:quality_sheet", args=[make_dossier().code])).status_code == 200


@pytest.mark.django_db
def test_the_list_costs_the_same_however_many_dossiers(client, desk, make_finished):
    client.force_login(desk.head)
    address = reverse("dossiers:quality")

    def cost():
        with CaptureQueriesContext(connection) as said:
            client.get(address)
        return len(said)

    handling_mark(make_finished(early=3), {"3": 1}, acting=desk.head)
    make_finished()
    cost()
    first = cost()
    for n in range(3):
        handling_mark(make_finished(early=n, supplements=n), {"3": 1}, acting=desk.head)
        make_finished(late=True)
    assert cost() == first <= 16
