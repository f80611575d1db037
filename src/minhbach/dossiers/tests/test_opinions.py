"""Opinions that the process asks for when a step begins: who is asked, what waits for them, how one goes on without."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.actions import ending, moving
from minhbach.dossiers.actions.intake import HandedIn, dossier_receive
from minhbach.dossiers.actions.opinions import opinion_ask, opinion_give, opinions_waive
from minhbach.dossiers.doing import deeds
from minhbach.dossiers.queries import opinions_to_give
from minhbach.dossiers.testing import PROCEDURE, offered
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(desk, make_unit, make_account, system):
    """A procedure of `desk` whose step “handle” asks two units, one of them by name, and one that there is not."""
    finance = make_unit("phong-tc", parent=desk.agency, name="Phòng Tài chính")
    police = make_unit("ca-tp", name="Công an thành phố")
    named = "role: specialist\n      opinions: [phong-tc, Công an thành phố, Sở Thủy sản]"
    text = PROCEDURE.replace("1.900001", "1.900004").replace("role: specialist", named)
    people = {
        "treasurer": make_account("ngan", finance, "specialist"),
        "officer": make_account("cong", police, "specialist"),
    }
    offer = offered(desk, text, system)
    return SimpleNamespace(**{**vars(desk), "offer": offer, "finance": finance, "police": police, **people})


@pytest.fixture
def at_handle(asking, make_applicant):
    papers = [HandedIn("request", handed_in="original")]
    dossier = dossier_receive(asking.offer, applicant=make_applicant(), papers=papers, acting=asking.counter)
    dossier = moving.dossier_forward(dossier, acting=asking.counter)
    assert not dossier.opinions.exists()
    return moving.dossier_forward(dossier, person=asking.specialist.person, acting=asking.office_head)


def _codes(dossier, account):
    return {deed.code for deed in deeds(dossier, account)}


def _refused(action, *arguments, **more):
    with pytest.raises(NotPossible) as refused:
        action(*arguments, **more)
    return refused.value.code


def test_the_units_are_asked_when_the_step_begins(asking, at_handle):
    asked = list(at_handle.opinions.order_by("unit__code"))
    assert [one.unit.code for one in asked] == ["ca-tp", "phong-tc"]
    lies = at_handle.stays.get(left_at=None)
    assert all(one.by_process and one.step == "handle" and one.due_at == lies.due_at for one in asked)
    assert "Thẩm định" in asked[0].question and asked[0].asked_by == asking.office_head.person
    verbs = list(Event.objects.filter(chain__name=at_handle.chain).values_list("verb", flat=True))
    assert verbs.count("dossiers.opinion_asked") == 2
    unknown = Event.objects.get(verb="dossiers.opinion_unknown")
    assert unknown.data["unit"] == "Sở Thủy sản"


def test_the_step_is_not_left_before_all_have_answered(asking, at_handle):
    assert not {"forward", "approve"} & _codes(at_handle, asking.specialist)
    assert _refused(moving.dossier_forward, at_handle, acting=asking.specialist) == "opinions"
    first, second = at_handle.opinions.order_by("unit__code")
    opinion_give(first, agrees=True, answer="Đồng ý.", acting=asking.officer)
    assert _refused(moving.dossier_forward, at_handle, acting=asking.specialist) == "opinions"
    opinion_give(second, agrees=False, answer="Thiếu dự toán.", acting=asking.treasurer)
    at_handle.refresh_from_db()
    assert "forward" in _codes(at_handle, asking.specialist)
    assert moving.dossier_forward(at_handle, acting=asking.specialist).step == "approve"


def test_who_goes_on_without_an_opinion_says_why(asking, at_handle):
    assert "waive" in _codes(at_handle, asking.specialist)
    with pytest.raises(Refused):
        opinions_waive(at_handle, because="gấp", acting=asking.treasurer)
    assert _refused(opinions_waive, at_handle, because=" ", acting=asking.specialist) == "no_reason"
    first, second = at_handle.opinions.order_by("unit__code")
    opinion_give(first, agrees=True, answer="Đồng ý.", acting=asking.officer)
    opinions_waive(at_handle, because="Đã hết hạn lấy ý kiến.", acting=asking.specialist)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.waived, second.waived, second.answer) == (False, True, "Đã hết hạn lấy ý kiến.")
    assert second.agrees is None and second.answered_by == asking.specialist.person
    told = Event.objects.get(verb="dossiers.opinions_waived")
    assert told.data["units"] == ["phong-tc"] and told.data["because"] == "Đã hết hạn lấy ý kiến."
    assert _refused(opinion_give, second, agrees=True, answer="Muộn", acting=asking.treasurer) == "answered"
    assert moving.dossier_forward(at_handle, acting=asking.specialist).step == "approve"


def test_nobody_is_asked_twice_when_the_dossier_comes_back(asking, at_handle):
    opinions_waive(at_handle, because="Không cần.", acting=asking.specialist)
    there = moving.dossier_forward(at_handle, acting=asking.specialist)
    back = moving.dossier_back(there, note="Xem lại.", acting=asking.office_head)
    assert back.step == "handle" and back.opinions.count() == 2
    assert moving.dossier_forward(back, acting=asking.specialist).step == "approve"


def test_sending_back_and_stopping_wait_for_nobody(asking, at_handle):
    back = moving.dossier_back(at_handle, note="Nhầm phòng.", acting=asking.specialist)
    assert back.step == "assign"
    there = moving.dossier_forward(back, person=asking.specialist.person, acting=asking.office_head)
    assert there.opinions.count() == 2
    assert opinions_to_give(asking.treasurer).count() == 1
    assert not ending.dossier_stop(there, because="Người nộp rút.", acting=asking.specialist).is_open
    asked = there.opinions.get(unit=asking.finance)
    assert not opinions_to_give(asking.treasurer).exists()
    assert _refused(opinion_give, asked, agrees=True, answer="Đồng ý.", acting=asking.treasurer) == "state"


def test_whoever_the_process_names_is_asked_when_a_recalled_dossier_comes_to_the_step(asking, make_applicant):
    """Refused before the step was reached, and taken back: nobody had been asked."""
    papers = [HandedIn("request", handed_in="original")]
    dossier = dossier_receive(asking.offer, applicant=make_applicant(), papers=papers, acting=asking.counter)
    dossier = ending.dossier_refuse(dossier, because="Không thuộc thẩm quyền.", acting=asking.head)
    dossier = ending.result_recall(dossier, because="Nhầm.", acting=asking.head)
    assert dossier.step == "handle" and sorted(one.unit.code for one in dossier.opinions.all()) == ["ca-tp", "phong-tc"]
    assert _refused(moving.dossier_forward, dossier, acting=asking.specialist) == "opinions"


def test_on_screen(asking, at_handle, client):
    client.force_login(asking.specialist)
    page = client.get(reverse("dossiers:dossier", args=[at_handle.code])).content.decode()
    assert "Công an thành phố" in page and reverse("dossiers:deed", args=[at_handle.code, "waive"]) in page
    address = reverse("dossiers:deed", args=[at_handle.code, "waive"])
    assert client.get(address).status_code == 200
    said = {"because": "Quá hạn lấy ý kiến.", "edition": at_handle.edition}
    assert client.post(address, said).status_code == 302
    page = client.get(reverse("dossiers:dossier", args=[at_handle.code])).content.decode()
    assert page.count("Quá hạn lấy ý kiến.") >= 2


def test_a_dossier_is_not_finished_before_whoever_was_asked_has_answered(desk, make_dossier, make_unit, make_account):
    """One asked by a person holds up no step but the last; what would be refused is not offered."""
    police = make_unit("ca-tp", name="Công an thành phố")
    officer = make_account("cong", police, "specialist")
    dossier = make_dossier()
    people = {"receive": desk.counter, "assign": desk.office_head, "handle": desk.specialist}
    people |= {"approve": desk.office_head, "sign": desk.head}
    while dossier.step != "number":
        if dossier.step == "handle":
            asked = opinion_ask(dossier, police, question="Có vi phạm gì không?", acting=desk.specialist)
            assert "refuse" not in _codes(dossier, desk.head)
        assert "forward" in _codes(dossier, people[dossier.step])
        dossier = moving.dossier_forward(dossier, acting=people[dossier.step])
    assert "finish" not in _codes(dossier, desk.clerk) and "waive" in _codes(dossier, desk.clerk)
    assert _refused(ending.dossier_finish, dossier, acting=desk.clerk) == "opinions"
    assert _refused(ending.dossier_refuse, dossier, because="Không đủ điều kiện.", acting=desk.head) == "opinions"
    opinion_give(asked, agrees=True, answer="Không.", acting=officer)
    assert "finish" in _codes(dossier, desk.clerk) and "refuse" in _codes(dossier, desk.head)
    dossier.refresh_from_db()
    assert ending.dossier_finish(dossier, acting=desk.clerk).outcome == "granted"


def test_the_page_says_who_is_awaited_since_when(asking, at_handle, as_):
    at = timezone.localtime(at_handle.opinions.order_by("unit__code").first().asked_at)
    page = as_(asking.specialist).get(reverse("dossiers:dossier", args=[at_handle.code])).content.decode()
    assert f"Công an thành phố, hỏi lúc {at:%H:%M}" in page and "Phòng Tài chính, hỏi lúc" in page
    assert reverse("dossiers:deed", args=[at_handle.code, "forward"]) not in page
    opinions_waive(at_handle, because="Đã quá hạn lấy ý kiến.", acting=asking.specialist)
    page = as_(asking.specialist).get(reverse("dossiers:dossier", args=[at_handle.code])).content.decode()
    assert "hỏi lúc" not in page and reverse("dossiers:deed", args=[at_handle.code, "forward"]) in page
