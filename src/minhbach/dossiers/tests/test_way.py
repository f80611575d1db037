"""The way of a dossier from the counter to the returned result, and what is refused on it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from minhbach.dossiers import clock
from minhbach.dossiers.actions import ending, intake, moving, waiting
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.states import Outcome, Status
from minhbach.org.errors import NotPossible
from minhbach.org.models import Counter, Event
from minhbach.org.permissions import Refused

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def refused(code, action, *args, **kwargs):
    with pytest.raises(NotPossible) as error:
        action(*args, **kwargs)
    assert error.value.code == code


def verbs(dossier):
    return list(Event.objects.filter(chain__name=dossier.chain).order_by("seq").values_list("verb", flat=True))


def test_the_whole_way(desk, make_dossier):
    dossier = make_dossier()
    today = timezone.localdate()
    assert dossier.code == f"H24.15-{today:%y%m%d}-0001"
    assert (dossier.status, dossier.step, dossier.at_unit) == (Status.RECEIVED, "receive", desk.one_stop)
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    moving.dossier_forward(dossier, acting=desk.specialist)
    moving.dossier_forward(dossier, acting=desk.office_head)
    moving.dossier_forward(dossier, acting=desk.head)
    done = ending.dossier_finish(dossier, acting=desk.clerk)
    assert (done.status, done.outcome, done.step) == (Status.FINISHED, Outcome.GRANTED, "hand_back")
    done = ending.result_return(dossier, acting=desk.counter)
    assert (done.status, done.is_ended) == (Status.RETURNED, True)
    stays = list(Stay.objects.filter(dossier=dossier).values_list("step", "unit__code", "move"))
    assert stays == [
        ("receive", "mot-cua", "forward"),
        ("assign", "phong-ql", "forward"),
        ("handle", "phong-ql", "forward"),
        ("approve", "phong-ql", "forward"),
        ("sign", "so-gd", "forward"),
        ("number", "so-gd", "finished"),
        ("hand_back", "mot-cua", "returned"),
    ]
    assert verbs(dossier) == [
        "dossiers.received",
        *["dossiers.moved"] * 5,
        "dossiers.finished",
        "dossiers.returned",
    ]


def test_codes_count_by_agency_and_day(make_dossier):
    codes = [make_dossier().code[-4:] for _ in range(3)]
    assert codes == ["0001", "0002", "0003"]


def test_due_moment_worked_by_hand(make_dossier):
    # Received Friday 13 November 2026, 10:00; five working days on is Friday the 20th, at the same hour.
    dossier = make_dossier(submitted_at=at("2026-11-13T10:00"))
    assert dossier.due_at == dossier.first_due_at == at("2026-11-20T10:00")


def test_papers_that_are_missing_are_named(desk, make_applicant):
    with pytest.raises(NotPossible, match="Phiếu đề nghị") as error:
        intake.dossier_receive(desk.offer, applicant=make_applicant(), papers=[], acting=desk.counter)
    assert error.value.code == "incomplete"
    assert not Dossier.objects.exists() and not Counter.objects.filter(series__startswith="dossier").exists()


def test_who_may_act_at_a_step(desk, make_dossier):
    dossier = make_dossier()
    with pytest.raises(Refused):
        moving.dossier_forward(dossier, acting=desk.specialist)
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    with pytest.raises(Refused, match="Lan"):
        moving.dossier_forward(dossier, acting=desk.second)
    moving.dossier_assign(dossier, desk.second.person, acting=desk.specialist)
    moving.dossier_forward(dossier, acting=desk.second)


def test_the_later_of_two_officers_is_told(desk, make_dossier):
    dossier = make_dossier()
    seen = dossier.edition
    moving.dossier_forward(dossier, edition=seen, acting=desk.counter)
    refused("conflict", moving.dossier_forward, dossier, edition=seen, acting=desk.office_head)


def test_a_supplement_stops_the_clock_and_starts_it_again(desk, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    refused("no_items", waiting.supplement_ask, dossier, items=[" "], because="thiếu", acting=desk.specialist)
    waiting.supplement_ask(dossier, items=["Bản sao khai sinh"], because="Thiếu giấy tờ", acting=desk.specialist)
    dossier.refresh_from_db()
    assert dossier.status == Status.SUPPLEMENT and dossier.paused_at is not None
    assert clock.reading_of(dossier).state == "waiting"
    refused("state", moving.dossier_forward, dossier, acting=desk.specialist)
    waiting.supplement_take(dossier, answer="Đã nộp đủ", acting=desk.counter)
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS and dossier.paused_at is None
    again = {"items": ["Ảnh"], "because": "Mờ", "acting": desk.specialist}
    refused("second", waiting.supplement_ask, dossier, **again)
    waiting.supplement_ask(dossier, again_because="Giấy đã nộp bị mờ", **again)
    dossier.refresh_from_db()
    assert dossier.supplements == 2


def test_withdrawal_and_stop(desk, make_dossier):
    dossier = make_dossier()
    ending.withdrawal_ask(dossier, because="Không cần nữa", acting=desk.counter)
    stopped = ending.dossier_stop(dossier, because="Theo đề nghị", acting=desk.counter)
    assert (stopped.status, stopped.outcome) == (Status.STOPPED, Outcome.WITHDRAWN)
    refused("state", ending.dossier_stop, dossier, because="x", acting=desk.counter)


def test_registered_online_then_received_or_declined(desk, make_applicant):
    sent = intake.dossier_submit(
        desk.offer, applicant=make_applicant(), papers=[intake.HandedIn("request")], acting=desk.counter
    )
    assert (sent.status, sent.due_at) == (Status.NEW, None)
    received = intake.dossier_accept(sent, acting=desk.counter)
    assert received.status == Status.RECEIVED and received.due_at
    other = intake.dossier_submit(desk.offer, applicant=make_applicant(), acting=desk.counter)
    refused("incomplete", intake.dossier_accept, other, acting=desk.counter)
    declined = intake.dossier_decline(other, because="Không thuộc thẩm quyền", acting=desk.counter)
    assert (declined.status, declined.outcome) == (Status.NOT_RECEIVED, Outcome.NOT_RECEIVED)


def test_a_wrong_result_is_recalled(desk, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    ending.dossier_refuse(dossier, because="Không đủ điều kiện", acting=desk.head)
    again = ending.result_recall(dossier, because="Xét lại", acting=desk.head)
    assert (again.status, again.outcome, again.step) == (Status.IN_PROCESS, "", "handle")
