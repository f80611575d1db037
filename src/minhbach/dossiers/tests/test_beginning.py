"""Times that the law counts from something else than the reception: said everywhere, stated, counted anew.

Received on Monday 2 November 2026 at 8:30 for five working days, it is due on Monday 9 at 8:30 as long as nobody states
the day. The last day for applications is Friday 6, which does not count: Monday 9 to Friday 13, 17:00.
"""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from minhbach.dossiers import clock
from minhbach.dossiers.actions import ending, waiting
from minhbach.dossiers.actions.beginning import beginning_state
from minhbach.dossiers.actions.intake import HandedIn, dossier_receive
from minhbach.dossiers.actions.issuing import form_issue
from minhbach.dossiers.doing import deeds
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.testing import PROCEDURE, do, offered, page
from minhbach.dossiers.tests.test_api import system_of  # noqa: F401 - a fixture
from minhbach.dossiers.tests.test_screens import INTAKE
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.procedures.models import Offer

pytestmark = pytest.mark.django_db
NOTICE = "Thông báo số 12/TB-SGDĐT ngày 20/10/2026"
TIMES = "times: {by_law: 5 ngày làm việc, counts_from: {vi: ngày hết hạn nhận đơn, en: the last day for applications}}"


def at(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def counting(desk, system):
    """The offer of such a procedure."""
    text = PROCEDURE.replace("1.900001", "1.900006").replace("times: {by_law: 5 ngày làm việc}", TIMES)
    return offered(desk, text, system)


@pytest.fixture
def counted(desk, counting, make_applicant, clock_at):
    """A dossier of such a procedure, and the desk."""
    clock_at("2026-11-02T08:30")
    papers = [HandedIn("request", handed_in="original")]
    dossier = dossier_receive(counting, applicant=make_applicant(), papers=papers, acting=desk.counter)
    return SimpleNamespace(**vars(desk) | {"offer": counting}, dossier=dossier)


def _refused(action, *arguments, **more):
    with pytest.raises(NotPossible) as refused:
        action(*arguments, **more)
    return refused.value.code


def test_until_the_day_is_stated_every_page_says_that_it_counts_from_the_reception(counted, as_, client):
    dossier = counted.dossier
    assert dossier.due_at == at("09/11/2026 08:30")
    for address in (page(dossier), reverse("dossiers:received", args=[dossier.code])):
        shown = as_(counted.counter).get(address).content.decode()
        assert "Pháp luật tính thời hạn này từ: ngày hết hạn nhận đơn" in shown
        assert reverse("dossiers:deed", args=[dossier.code, "begin"]) in shown
    client.logout()
    followed = client.get(reverse("dossiers:followed", args=[dossier.code, token_of(dossier.code)])).content.decode()
    assert "Pháp luật tính thời hạn này từ: ngày hết hạn nhận đơn" in followed
    first = form_issue(dossier, "receipt", acting=counted.counter)
    assert "tạm tính từ khi tiếp nhận" in first.data["allowed"]


def test_once_it_is_stated_the_due_moment_is_counted_from_it(counted, as_):
    dossier = counted.dossier
    before = form_issue(dossier, "receipt", acting=counted.counter)
    answer = do(as_(counted.counter), dossier, "begin", day="2026-11-06", document=NOTICE)
    assert answer.status_code == 200
    dossier.refresh_from_db()
    assert dossier.due_at == dossier.first_due_at == at("13/11/2026 17:00")
    assert clock.reading_of(dossier, at("03/11/2026 10:00")).due == dossier.due_at
    shown = as_(counted.counter).get(page(dossier)).content.decode()
    assert f"tính từ: ngày hết hạn nhận đơn, 06/11/2026 ({NOTICE})" in shown and "chưa bắt đầu tính" in shown
    again = form_issue(dossier, "receipt", acting=counted.counter)
    assert again.symbol != before.symbol and again.data["due"].startswith("2026-11-13T10:00")  # UTC
    assert NOTICE in again.data["allowed"]
    told = Event.objects.get(verb="dossiers.counted_from")
    assert told.data["counted_from"] == "2026-11-06" and told.data["because"] == NOTICE
    assert told.data["due_before"] < told.data["due_at"] == told.data["first_due_at"]
    # A wrong day is put right.
    beginning_state(dossier, day=date(2026, 11, 5), document=NOTICE, acting=counted.counter)
    assert Dossier.objects.get().due_at == at("12/11/2026 17:00")


def test_after_a_supplement_the_time_runs_again_from_its_answer(counted, clock_at):
    dossier = beginning_state(counted.dossier, day=date(2026, 11, 6), document=NOTICE, acting=counted.counter)
    clock_at("2026-11-10T10:00")
    ask = {"items": ["Giấy ủy quyền"], "because": "Thiếu"}
    waiting.supplement_ask(dossier, **ask, acting=counted.counter)
    clock_at("2026-11-12T10:00")
    assert waiting.supplement_take(dossier, acting=counted.counter).due_at == at("19/11/2026 10:00")


def test_what_cannot_be_stated(counted, make_dossier, clock_at):
    dossier, day = counted.dossier, date(2026, 11, 6)
    assert _refused(beginning_state, dossier, day=day, document=" ", acting=counted.counter) == "no_document"
    far = date(2062, 11, 6)
    assert _refused(beginning_state, dossier, day=far, document=NOTICE, acting=counted.counter) == "far"
    with pytest.raises(Refused):
        beginning_state(dossier, day=day, document=NOTICE, acting=counted.specialist)
    usual = make_dossier()
    assert _refused(beginning_state, usual, day=day, document=NOTICE, acting=counted.counter) == "by_reception"
    assert "begin" not in {deed.code for deed in deeds(usual, counted.counter)}
    clock_at("2026-11-03T08:30")
    due = {"due_at": at("16/11/2026 17:00"), "because": "Cần xác minh."}
    ending.due_extend(dossier, **due, acting=counted.head)
    dossier.refresh_from_db()
    assert _refused(beginning_state, dossier, day=day, document=NOTICE, acting=counted.counter) == "extended"
    assert "begin" not in {deed.code for deed in deeds(dossier, counted.counter)}


def test_the_counter_states_the_day_with_the_intake(counted, as_):
    """One transaction: the due moment, and the one receipt, are those of the day stated."""
    address = reverse("dossiers:receive", args=[counted.offer.pk])
    shown = as_(counted.counter).get(address).content.decode()
    assert "Thời hạn tính từ: ngày hết hạn nhận đơn" in shown
    answer = as_(counted.counter).post(address, INTAKE | {"counted_day": "2026-11-06", "counted_document": NOTICE})
    assert answer.status_code == 302, answer.context["form"].errors
    dossier = Dossier.objects.latest("pk")
    assert dossier != counted.dossier and dossier.due_at == dossier.first_due_at == at("13/11/2026 17:00")
    assert (dossier.counted_from, dossier.counted_by) == (date(2026, 11, 6), NOTICE)
    [receipt] = dossier.issued.all()
    assert NOTICE in receipt.data["allowed"] and receipt.data["due"].startswith("2026-11-13T10:00")  # UTC
    after = as_(counted.counter).get(answer.url).content.decode()
    assert f"tính từ: ngày hết hạn nhận đơn, 06/11/2026 ({NOTICE})" in after


def test_left_empty_at_the_counter_it_counts_from_the_reception(counted, as_):
    as_(counted.counter).post(reverse("dossiers:receive", args=[counted.offer.pk]), INTAKE)
    dossier = Dossier.objects.latest("pk")
    assert (dossier.counted_from, dossier.due_at) == (None, at("09/11/2026 08:30"))


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"counted_day": "2026-11-06"}, "counted_document"),
        ({"counted_day": "2062-11-06", "counted_document": NOTICE}, "counted_day"),
        ({"counted_document": NOTICE}, "counted_day"),
        ({"counted_day": "hôm qua", "counted_document": NOTICE}, "counted_day"),
    ],
)
def test_what_is_wrong_at_the_counter_is_said_at_its_field(counted, as_, stated, field):
    answer = as_(counted.counter).post(reverse("dossiers:receive", args=[counted.offer.pk]), INTAKE | stated)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert answer.context["ask"] is None  # no paper is missing
    assert Dossier.objects.count() == 1 and not Event.objects.filter(verb="dossiers.counted_from").exists()


def test_what_is_not_received_yet_has_no_such_day(counted, as_):
    sent = INTAKE | {"paper_request": "", "go": "complete", "ask-items": "Phiếu", "ask-because": "Thiếu"}
    stated = {"counted_day": "2026-11-06", "counted_document": NOTICE}
    answer = as_(counted.counter).post(reverse("dossiers:receive", args=[counted.offer.pk]), sent | stated)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["counted_day"]
    assert Dossier.objects.count() == 1


def test_the_counter_is_not_asked_where_the_time_counts_from_the_reception(counted, as_, desk):
    usual = as_(counted.counter).get(reverse("dossiers:receive", args=[desk.offer.pk]))
    assert "counted_day" not in usual.context["form"].fields
    Offer.objects.filter(pk=counted.offer.pk).update(committed="3 ngày làm việc")  # the agency's own time
    own = as_(counted.counter).get(reverse("dossiers:receive", args=[counted.offer.pk]))
    assert "counted_day" not in own.context["form"].fields


def test_by_another_system(counted, system_of):  # noqa: F811
    caller = system_of("counter")
    told = caller.get(f"/dossiers/{counted.dossier.code}").json()
    assert told["beginning"] == {"counts_from": "the last day for applications", "day": None, "document": ""}
    answer = caller.post(f"/dossiers/{counted.dossier.code}/begin", {"day": "2026-11-06", "document": NOTICE})
    assert answer.status_code == 200, answer.content
    assert datetime.fromisoformat(answer.json()["due_at"]) == at("13/11/2026 17:00")
    assert caller.get(f"/dossiers/{counted.dossier.code}").json()["beginning"]["day"] == "2026-11-06"
