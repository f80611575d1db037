"""Looking ahead: what is forecast from the work itself, what would win points, and who sees it."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.indices.actions import criteria
from minhbach.indices.actions.plans import plan_keep
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import KeptPlan, Round
from minhbach.indices.outlook import advice, reading
from minhbach.indices.tests.boards import get
from minhbach.indices.tests.outlook import DAY, DAYS, LEFT, copies, entry, officer
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.ui.firstpage import work_of
from minhbach.procedures.models import Offer

__all__ = ["entry", "officer"]
pytestmark = pytest.mark.django_db


def line_of(found, criterion):
    return next(line for line in found.lines if line.node.id == criterion)


def test_figures_go_on_as_they_were(entry):
    found = reading.outlook(entry)
    line = line_of(found, "7.4.2")
    received, online = line.by_key["received"], line.by_key["online"]
    assert (found.days_left, received.so_far, online.so_far) == (LEFT, DAYS, DAYS // 2)
    assert received.end.holds(DAYS + LEFT)  # one a day
    assert online.end.holds((DAYS + LEFT) / 2)
    assert received.end.middle == pytest.approx(DAYS + LEFT, abs=8)
    assert received.end.low > DAYS + LEFT / 4 and received.end.high < DAYS + 4 * LEFT  # the first year: a wide one
    assert (online.ends <= received.ends).all()
    # Half of all online earn half of 2.5 points.
    assert line.interval.holds(1.25) and line.interval.low > 1 and line.interval.high < 1.5


def test_what_is_open_and_falls_due_can_be_saved(entry):
    found = reading.outlook(entry)
    handled = line_of(found, "3.4.2").by_key["handled"]
    assert handled.so_far == DAYS - 5
    waiting = reading.rows_to_save(found, handled.figure.of)
    due = list(waiting.values_list("first_due_at", flat=True))
    assert len(due) == 5 and due == sorted(due)


def test_as_of_a_past_day_only_what_was_known_then(entry):
    then = reading.outlook(entry, at=timezone.now() - 100 * DAY)
    received = line_of(then, "7.4.2").by_key["received"]
    assert received.so_far == DAYS - 99
    assert received.end.holds(DAYS + LEFT)


def test_other_sets_are_forecast_too(entry):
    """Index 766 counts parts of a whole from another table: a dossier and what it reused."""
    entry.set_version = catalogue_load("qd766-2022", acting=SYSTEM)
    entry.save()
    found = reading.outlook(entry)
    assert all(line_of(found, code).is_known for code in ("2.1", "3.1", "4.1", "4.2", "4.3"))
    reused = line_of(found, "4.3").by_key["reusing"]
    assert (reused.so_far, reused.end.low) == (0, 0) and reused.end.high <= 2
    able = advice.advice(found)
    most = able.most({}, Fraction(1))
    assert most.total > able.expected
    target = (most.total + able.expected) / 2
    reached = able.cheapest(target, {}, Fraction(1))
    assert target <= reached.total <= most.total and reached.plan.effort <= most.plan.effort


def test_the_advice_names_the_rows_that_reach_the_next_tier(entry):
    able = advice.advice(reading.outlook(entry))
    line = line_of(able.outlook, "7.4.2")
    received, online = line.by_key["received"], line.by_key["online"]
    goals = {goal.branch: goal for goal in able.of(line)}
    # 80 % of all cannot be reached with the rows to come, all of them online: 200 of 340.
    assert all(goal.points < Fraction("2.5") for goal in goals.values())
    best = max(goals.values(), key=lambda goal: goal.points)
    assert best.rows == received.to_come
    share = Fraction(online.so_far + received.to_come, received.expected)
    assert best.points == pytest.approx(float(share) * 2.5)
    assert best.gain == best.points - line.end.score
    assert best.chance < 0.05


def test_a_late_dossier_stays_late_and_is_outweighed(entry, client, officer):
    # 15 late of 275: 94.5 %, no points. Of about 340 at the end 95 % must be in time, so 323, and 260 are: 63 of 65.
    ended = Dossier.objects.filter(finished_at__isnull=False).order_by("received_at")
    for dossier in ended[:15]:
        Dossier.objects.filter(pk=dossier.pk).update(finished_at=dossier.first_due_at + DAY)
    able = advice.advice(reading.outlook(entry))
    line = line_of(able.outlook, "3.4.2")
    handled, on_time = line.by_key["handled"], line.by_key["on_time"]
    assert (handled.so_far, on_time.so_far, line.now.score) == (275, 260, 0)
    goal = able.of(line)[0]
    assert goal.rows == -(-95 * handled.expected // 100) - 260
    assert goal.rows <= goal.room == handled.to_come
    assert goal.points >= Fraction("1.425")
    assert 0 < goal.chance < 1
    text = get(client, officer, "outlook", entry.pk).content.decode()
    assert "15 of 275 are not “dossiers handled on time” and stay so" in text


def test_about_to_fall_through_a_threshold(entry, client, officer):
    """Everything in time for long, but now and lately much is late: 95.3 % so far, and falling."""
    lately = Dossier.objects.filter(finished_at__isnull=False).order_by("-received_at").values_list("pk", flat=True)
    for dossier in Dossier.objects.filter(pk__in=list(lately[:13])):
        Dossier.objects.filter(pk=dossier.pk).update(first_due_at=dossier.finished_at - DAY)
    found = reading.outlook(entry)
    line = line_of(found, "3.4.2")
    assert line.now.score > 0
    assert found.alarms == [line]
    assert 0.1 <= line.alarm.chance < 1 and line.alarm.points == 0
    # Of 275 so far 262 are in time; at the end 95 % of all must be.
    handled = line.by_key["handled"]
    assert advice.advice(found).hold(line).rows == -(-95 * handled.expected // 100) - 262
    page = get(client, officer, "outlook", entry.pk).content.decode()
    assert "To keep the points:" in page
    assert "About to fall through a threshold" in page
    found = work_of(officer)
    [block] = [block for block in found.blocks if block.title == "About to fall through a threshold"]
    [item] = block.items
    assert item.label.startswith("3.4.2") and item.url == reverse("indices:outlook", args=[entry.pk])


def test_nothing_falls_where_nothing_is_near(entry):
    assert reading.outlook(entry).alarms == []


def test_a_target_and_the_cheapest_way(entry, client, officer):
    criteria.criterion_score(entry, "3.4.5", stage="self", inputs={"petitions": "20", "handled": "17"}, acting=SYSTEM)
    able = advice.advice(reading.outlook(entry))
    target = able.expected + Fraction("0.1")
    # One procedure, or one petition, more; for the same effort the procedure's process brings 0.5, the petition 0.25.
    reached = able.cheapest(target, {}, Fraction(1))
    assert [(each.node.id, each.effort) for each in reached.chosen] == [("3.3.2", 1)]
    assert (reached.total, reached.plan.effort) == (able.expected + Fraction("0.5"), 1)
    assert reached.adds_up
    dear = {kind: Fraction(1000) for kind, goal in able.kinds.items() if goal.ahead.stands}
    reached = able.cheapest(target, dear, Fraction(1))
    assert [(each.node.id, each.effort) for each in reached.chosen] == [("3.4.5", 1)]
    # All that dear, the points come from the channels.
    reached = able.cheapest(target, dear, Fraction(1000))
    assert {each.node.id for each in reached.chosen} <= {"7.4.2", "7.5.1", "7.5.2", "7.5.3"}
    assert reached.total >= target
    page = get(client, officer, "outlook", entry.pk, target="23")
    assert page.context["missed"]
    assert page.context["plan"]["total"] == able.most({}, Fraction(1)).total < 23
    page = get(client, officer, "outlook", entry.pk, target="0,5")
    assert page.context["enough"]


def test_channels_add_up_to_the_rows_to_come(entry):
    able = advice.advice(reading.outlook(entry))
    most = able.most({}, Fraction(1))
    rows, room = most.plan.rows, line_of(able.outlook, "7.4.2").by_key["received"].to_come
    assert rows["dossiers_online"] + rows["dossiers_received_by_post"] <= room


# The plan that is kept ------------------------------------------------------------------------------------------------


def test_what_was_kept_is_the_plan_of_the_next_day(entry, client, officer, desk):
    criteria.criterion_score(entry, "3.4.5", stage="self", inputs={"petitions": "20", "handled": "17"}, acting=SYSTEM)
    able = advice.advice(reading.outlook(entry))
    target = f"{float(able.expected) + 0.1:.2f}"
    # Everything that is counted is dear here, so that the petition is the way.
    asked = {f"w{n}": "1000" for n in range(len(able.kinds))}
    asked |= {"target": target, "deed": "2.5"}
    shown = get(client, officer, "outlook", entry.pk, **asked)
    assert shown.context["may_keep"] and not shown.context["is_kept"]
    answer = client.post(reverse("indices:outlook_keep", args=[entry.pk]), asked)
    assert answer.status_code == 302
    again = get(client, officer, "outlook", entry.pk)
    assert again.context["is_kept"] and again.context["plan"] == shown.context["plan"]
    assert [step["label"][:5] for step in again.context["plan"]["steps"]] == ["3.4.5"]
    assert again.context["plan"]["effort"] == Fraction("2.5")
    assert again.context["form"]["deed"].value() == "2.5"
    plan = KeptPlan.objects.get()
    assert (plan.weights["deed"], plan.by) == ("2.5", officer)
    told = Event.objects.get(verb="indices.plan_kept")
    assert told.data["target"] == plan.target and told.data["weights"] == plan.weights
    # Another question is answered, and what is kept stays.
    other = get(client, officer, "outlook", entry.pk, target="23")
    assert other.context["missed"] and not other.context["is_kept"]
    assert "Another way is kept" in other.content.decode()
    # The same again is no new event.
    client.post(reverse("indices:outlook_keep", args=[entry.pk]), asked)
    assert Event.objects.filter(verb="indices.plan_kept").count() == 1


def test_who_keeps_a_plan_and_when(entry, client, officer, desk, make_account):
    head = make_account("giam-doc", desk.agency, "head")
    shown = get(client, head, "outlook", entry.pk, target="3")
    assert not shown.context["may_keep"]
    address = reverse("indices:outlook_keep", args=[entry.pk])
    assert client.post(address, {"target": "3"}).status_code == 403
    with pytest.raises(Refused):
        plan_keep(entry, target=Fraction(3), weights={}, acting=head)
    for what, code in (
        ({"target": Fraction(-1), "weights": {}}, "target"),
        ({"target": Fraction(3), "weights": {"deed": Fraction(1001)}}, "weight"),
    ):
        with pytest.raises(NotPossible) as refused:
            plan_keep(entry, **what, acting=officer)
        assert refused.value.code == code
    get(client, officer, "outlook", entry.pk)
    assert client.post(address, {"target": "nhiều"}).status_code == 422
    Round.objects.filter(pk=entry.round_id).update(status=Round.Status.CLOSED)
    with pytest.raises(NotPossible) as refused:
        plan_keep(entry, target=Fraction(3), weights={}, acting=officer)
    assert refused.value.code == "over"
    assert not KeptPlan.objects.exists()


def test_what_stands_ends_as_is_entered_for_the_last_day(entry, client, officer, desk):
    """The one procedure offered: until tomorrow, so on the last day none is."""
    line = line_of(reading.outlook(entry), "3.3.2")
    assert {(each.so_far, each.expected) for each in line.inputs if each.key == "procedures"} == {(1, 1)}
    Offer.objects.filter(pk=desk.offer.pk).update(ends=timezone.localdate() + DAY)
    line = line_of(reading.outlook(entry), "3.3.2")
    assert {(each.so_far, each.expected) for each in line.inputs if each.key == "procedures"} == {(1, 0)}
    assert "as entered for that day" in get(client, officer, "outlook", entry.pk).content.decode()
    then = line_of(reading.outlook(entry, at=timezone.now() - 100 * DAY), "3.3.2")
    assert {(each.so_far, each.expected) for each in then.inputs if each.key == "procedures"} == {(1, 1)}


def test_what_is_wrong_is_said_at_its_field(entry, client, officer):
    page = get(client, officer, "outlook", entry.pk, target="nhiều", deed="-1", w0="9999")
    assert set(page.context["form"].errors) == {"target", "deed", "w0"}
    assert "plan" not in page.context
    assert "is not a number" in page.content.decode()


def test_who_sees_it(entry, client, desk, make_unit, make_account):
    other = make_account("nguoi-ngoai", make_unit("so-khac", kind="so"), "reform_officer")
    for account, status in ((None, 404), (other, 404), (desk.specialist, 404)):
        assert get(client, account, "outlook", entry.pk).status_code == status


def test_queries_do_not_grow_with_the_dossiers(entry, client, officer, make_dossier):
    first = make_dossier()
    get(client, officer, "outlook", entry.pk)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert get(client, officer, "outlook", entry.pk).status_code == 200
        return len(queries)

    asked()
    few = asked()
    copies(first, [2] * 60)
    asked()  # counts anew what changed
    assert asked() == few
