"""Whatever people try, in whatever order: a dossier is always in one place, in one state, with its whole story told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.dossiers import clock
from minhbach.dossiers.actions import ending, moving, waiting
from minhbach.dossiers.actions.common import content_of
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.states import ENDED, NEXT, OPEN, WAITING, Status
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.trail.verifying import verify

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
    """The statuses the trail tells."""
    events = Event.objects.filter(chain__name=dossier.chain).order_by("seq")
    return [Status(event.data["to_status"]) for event in events]


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
