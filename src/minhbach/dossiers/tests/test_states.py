"""Whatever people try, in whatever order: a dossier is always in one place, in one state, with its whole story told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.dossiers import clock
from minhbach.dossiers.actions import ending, moving, results, waiting
from minhbach.dossiers.actions.common import content_of
from minhbach.dossiers.models import Dossier, Result, Stay
from minhbach.dossiers.states import ENDED, NEXT, OPEN, WAITING, Outcome, Status
from minhbach.dossiers.testing import signed_with
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.trail.verifying import verify
from minhbach.signatures import check
from minhbach.signatures.blanks import filled_in

PEOPLE = ("counter", "office_head", "specialist", "second", "head", "clerk")
ACTIONS = {
    "forward": lambda dossier, desk, who: moving.dossier_forward(dossier, acting=who),
    "forward to a person": lambda dossier, desk, who: moving.dossier_forward(
        dossier, person=desk.specialist.person, acting=who
    ),
    "back": lambda dossier, desk, who: moving.dossier_back(dossier, note="làm lại", acting=who),
    "assign": lambda dossier, desk, who: moving.dossier_assign(dossier, desk.second.person, acting=who),
    "supplement": lambda dossier, desk, who: waiting.supplement_ask(
        dossier, items=["giấy"], because="thiếu", again_because="mờ", acting=who
    ),
    "supplement answered": lambda dossier, desk, who: waiting.supplement_take(dossier, acting=who),
    "finance": lambda dossier, desk, who: waiting.finance_ask(dossier, items=["lệ phí"], because="phí", acting=who),
    "finance met": lambda dossier, desk, who: waiting.finance_settle(dossier, acting=who),
    "finish": lambda dossier, desk, who: ending.dossier_finish(dossier, acting=who),
    "refuse": lambda dossier, desk, who: ending.dossier_refuse(dossier, because="không đủ", acting=who),
    "stop": lambda dossier, desk, who: ending.dossier_stop(dossier, because="dừng", acting=who),
    "withdraw": lambda dossier, desk, who: ending.withdrawal_ask(dossier, acting=who),
    "go on": lambda dossier, desk, who: ending.withdrawal_decline(dossier, because="đã ký", acting=who),
    "return": lambda dossier, desk, who: ending.result_return(dossier, acting=who),
    "recall": lambda dossier, desk, who: ending.result_recall(dossier, because="sai", acting=who),
    "extend": lambda dossier, desk, who: ending.due_extend(
        dossier, due_at=dossier.due_at + timedelta(days=3), because="việc khó", acting=who
    ),
    "apologise": lambda dossier, desk, who: ending.delay_apologise(dossier, because="chậm", acting=who),
}
ABLE = {"refuse": "head", "recall": "head", "extend": "head", "apologise": "head"}
AT_COUNTER = ("return", "withdraw", "supplement answered", "finance met")
# Mostly people who may, and often the plain way, so that dossiers come far.
attempts = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(sorted(ACTIONS)), st.just("forward"), st.sampled_from(AT_COUNTER)),
        st.one_of(st.just("able"), st.just("able"), st.just("able"), st.sampled_from(PEOPLE)),
    ),
    min_size=20,
    max_size=60,
)


def who(desk, dossier, name, person):
    """The account of a person by name, or of one who may do this with the dossier as it stands."""
    if person == "able":
        step = content_of(dossier).process.by_key.get(dossier.step)
        person = ABLE.get(name) or ("counter" if name in AT_COUNTER or step is None else step.role)
    if person == "specialist" and dossier.at_person_id == desk.second.person_id:
        person = "second"
    return getattr(desk, person)


MAKING = {
    "draft": lambda dossier, desk, who: results.result_draft(
        dossier, template="ban-sao-van-bang", draft={"diploma_number": "B 1"}, acting=who
    ),
    "sign": lambda dossier, desk, who: signed_with(desk.tokens.head, dossier, who),
    "number": lambda dossier, desk, who: results.result_number(dossier, acting=who),
    "seal": lambda dossier, desk, who: signed_with(desk.tokens.agency, dossier, who, seal=True),
    "discard": lambda dossier, desk, who: results.result_discard(dossier, because="sai sót", acting=who),
}
ON_THE_WAY = ("forward", "back", "finish", "return", "recall", "refuse")
# The plain way of a result, disturbed after any of its steps.
PLAIN = ("draft", "forward", "forward", "sign", "forward", "number", "seal", "finish", "forward", "return")
disturbances = st.lists(
    st.tuples(
        st.integers(0, len(PLAIN)),
        st.sampled_from(sorted(MAKING) + sorted(ON_THE_WAY)),
        st.sampled_from(("able", "able", *PEOPLE)),
    ),
    max_size=6,
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=disturbances)
def test_a_result_is_made_in_its_order_whatever_people_try(signing_desk, to_step, tries):
    desk, dossier = signing_desk, to_step("handle")
    plan = [[(name, "able")] for name in PLAIN] + [[]]
    for place, name, person in tries:
        plan[place].insert(0, (name, person))
    for name, person in (one for part in plan for one in part):
        before, told = (stored(dossier), made(dossier)), story(dossier)
        try:
            with transaction.atomic():
                now = Dossier.objects.get(pk=dossier.pk)
                (MAKING | ACTIONS)[name](now, desk, who(desk, now, name, person))
        except (NotPossible, PermissionDenied):
            assert ((stored(dossier), made(dossier)), story(dossier)) == (before, told), name
        now = Dossier.objects.get(pk=dossier.pk)
        whole(now)
        whole_results(now)
    assert not list(verify())


def made(dossier):
    return list(Result.objects.filter(dossier=dossier).order_by("pk").values())


def whole_results(dossier):
    """Signed by the person, numbered, signed for the organisation, in this order, and the file says just that."""
    rows = list(Result.objects.filter(dossier=dossier).select_related("pdf__file").order_by("pk"))
    assert sum(row.recalled_at is None for row in rows) <= 1
    for row in rows:
        signed, numbered, sealed = (at is not None for at in (row.signed_at, row.numbered_at, row.sealed_at))
        assert signed >= numbered >= sealed and numbered == bool(row.symbol)
        if signed:
            pdf = results.file_of(row)
            assert [one.intact for one in check(pdf).signatures] == [True] * (1 + sealed)
            assert filled_in(pdf).get("number", "").strip() == (f"{row.number:02}" if numbered else "")
    # Whatever was thrown away, no number is given twice or left out.
    given = sorted(Result.objects.exclude(number=None).values_list("series", "number"))
    assert [number for _series, number in given] == list(range(1, len(given) + 1))
    if dossier.outcome == Outcome.GRANTED and dossier.status in (Status.FINISHED, Status.RETURNED):
        assert rows and rows[-1].is_valid


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=attempts)
def test_any_sequence_of_attempts_leaves_a_whole_dossier(desk, make_dossier, tries):
    dossier = make_dossier()
    for name, person in tries:
        before, told = stored(dossier), story(dossier)
        try:
            with transaction.atomic():
                now = Dossier.objects.get(pk=dossier.pk)
                ACTIONS[name](now, desk, who(desk, now, name, person))
        except (NotPossible, PermissionDenied):
            assert (stored(dossier), story(dossier)) == (before, told)
        else:
            assert story(dossier)[:-1] == told
            assert stored(dossier)["status"] in NEXT[told[-1]] | {told[-1]}
        whole(Dossier.objects.get(pk=dossier.pk))
    assert not list(verify())


def stored(dossier):
    return Dossier.objects.values().get(pk=dossier.pk)


def story(dossier):
    """The statuses the trail tells; a file attached leads to none."""
    events = Event.objects.filter(chain__name=dossier.chain).order_by("seq")
    return [Status(event.data["to_status"]) for event in events if "to_status" in event.data]


def whole(dossier):
    assert story(dossier)[-1] == dossier.status
    stays = list(Stay.objects.filter(dossier=dossier).order_by("id"))
    assert [stay.left_at is None for stay in stays[:-1]] == [False] * (len(stays) - 1)
    assert (stays[-1].left_at is None) == (dossier.status not in ENDED)
    for one, other in zip(stays, stays[1:], strict=False):
        # Nobody holds a dossier whose result has been returned; recalled, it begins again later.
        assert one.left_at == other.arrived_at or (one.move == "returned" and one.left_at < other.arrived_at)
    if dossier.status not in ENDED:
        assert (stays[-1].unit_id, stays[-1].step) == (dossier.at_unit_id, dossier.step)
    waits = dossier.pauses.filter(answered_at=None).count()
    assert waits == (dossier.paused_at is not None)
    assert waits or dossier.status not in WAITING
    assert (dossier.outcome == "") == (dossier.status in OPEN)
    reading = clock.reading_of(dossier, timezone.now())
    assert reading.due == dossier.due_at and reading.promised <= reading.due
