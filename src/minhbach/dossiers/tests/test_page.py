"""The page of a dossier: opinions, supplements with papers, times of the steps, what happened in words."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.actions import moving, opinions, waiting
from minhbach.dossiers.actions.intake import HandedIn
from minhbach.dossiers.models import Involvement
from minhbach.dossiers.states import Digitised, Status
from minhbach.dossiers.testing import do, page
from minhbach.dossiers.tests.test_counter import scan

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_the_unit_asked_answers_on_screen(desk, as_, make_dossier, make_unit, make_account):
    beside = make_unit("phong-tc", parent=desk.agency, name="Phòng Tài chính")
    asked = make_account("tai-chinh", beside, "specialist")
    dossier = make_dossier()
    opinion = opinions.opinion_ask(dossier, beside, question="Có đồng ý mức thu không?", acting=desk.counter)
    assert "Cho ý kiến" in text_of(as_(asked).get(page(dossier)))
    assert "Cho ý kiến" not in text_of(as_(desk.counter).get(page(dossier)))
    address = reverse("dossiers:opinion", args=[dossier.code, opinion.pk])
    assert as_(desk.counter).get(address).status_code == 403
    assert as_(asked).post(address, {"agrees": "no", "answer": ""}).status_code == 422
    shown = text_of(as_(asked).post(address, {"agrees": "no", "answer": "Mức thu chưa đúng."}, follow=True))
    opinion.refresh_from_db()
    assert (opinion.agrees, opinion.answer, opinion.answered_by) == (False, "Mức thu chưa đúng.", asked.person)
    assert "không đồng ý" in shown and "Phòng Tài chính" in shown
    assert as_(asked).post(address, {"answer": "Nữa"}).status_code == 422


def test_a_supplement_comes_in_with_its_papers_and_scans(desk, as_, make_dossier):
    dossier = make_dossier()
    waiting.supplement_ask(dossier, items=["Giấy ủy quyền", "Ảnh 3x4"], because="Thiếu", acting=desk.counter)
    client = as_(desk.counter)
    answer = do(client, dossier, "supplemented", listed="1", item_0="on")
    assert answer.status_code == 422 and "Chưa nộp đủ: Ảnh 3x4" in answer.content.decode()
    do(client, dossier, "supplemented", listed="1", item_0="on", scan_1=scan("anh.pdf"))
    dossier.refresh_from_db()
    assert dossier.status == Status.RECEIVED
    added = [(paper.component, paper.title, paper.digitised) for paper in dossier.papers.exclude(pause=None)]
    assert added == [("warrant", "Giấy ủy quyền", Digitised.NOT), ("", "Ảnh 3x4", Digitised.DIGITISED)]


def test_a_second_request_is_warned_of_and_needs_its_own_reason(desk, as_, make_dossier):
    dossier = make_dossier()
    client = as_(desk.counter)
    waiting.supplement_ask(dossier, items=["Ảnh"], because="Thiếu", acting=desk.counter)
    waiting.supplement_take(dossier, acting=desk.counter)
    form = reverse("dossiers:deed", args=[dossier.code, "supplement"])
    assert "chỉ cho yêu cầu một lần" in client.get(form).content.decode()
    assert do(client, dossier, "supplement", items="Khai sinh", because="Thiếu").status_code == 422
    do(client, dossier, "supplement", items="Khai sinh", because="Thiếu", again_because="Ảnh bị mờ")
    dossier.refresh_from_db()
    assert dossier.supplements == 2
    assert "yêu cầu lần 2" in text_of(client.get(page(dossier)))


def test_steps_have_their_share_of_the_time_and_are_marked_late(desk, as_, make_dossier, monkeypatch):
    # Five working days of 8 hours from Friday 13/11/2026, 10:00. Receiving has 5 %: two hours, over the noon.
    dossier = make_dossier(submitted_at=at("2026-11-13T10:00"))
    [stay] = dossier.stays.all()
    assert stay.due_at == at("2026-11-13T13:30")
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-13T14:00"))
    moving.dossier_forward(dossier, acting=desk.counter)
    first, second = dossier.stays.all()
    assert second.due_at == at("2026-11-13T16:00")
    moving.dossier_assign(dossier, desk.office_head.person, acting=desk.office_head)
    assert dossier.stays.last().due_at == second.due_at, "another person, the same step"
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-13T15:00"))
    waiting.supplement_ask(dossier, items=["Ảnh"], because="Thiếu", acting=desk.office_head)
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-16T09:00"))
    waiting.supplement_take(dossier, acting=desk.counter)
    # One of the two hours had gone; the whole time runs again, and so does that of the step.
    assert dossier.stays.last().due_at == at("2026-11-16T11:00")
    shown = text_of(as_(desk.counter).get(page(dossier)))
    assert "Hạn của bước" in shown and "13:30 ngày 13/11/2026 quá hạn" in shown


def test_what_happened_is_told_in_words(desk, as_, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, note="Ưu tiên", acting=desk.office_head)
    moving.dossier_assign(dossier, desk.second.person, acting=desk.specialist)
    shown = text_of(as_(desk.counter).get(page(dossier)))
    assert "từ bước “Tiếp nhận” sang bước “Phân công”" in shown
    assert "từ bước “Phân công” sang bước “Thẩm định” cho Lan" in shown and "lý do: Ưu tiên" in shown
    assert "từ Lan sang Binh" in shown


def test_names_are_masked_for_those_who_only_look(desk, as_, make_dossier, make_account):
    dossier = make_dossier()
    auditor = make_account("kiem-toan", desk.agency, "auditor")
    shown = as_(auditor).get(page(dossier)).content.decode()
    assert "Nguyễn Văn An" not in shown and "N••• V••• A•••" in shown
    assert "Nguyễn Văn An" in as_(desk.specialist).get(page(dossier)).content.decode()


def test_scans_are_listed_and_not_opened_for_those_who_only_look(desk, as_, make_dossier, make_account):
    dossier = make_dossier(papers=[HandedIn("request", scan=scan())])
    link = dossier.papers.get().attachment.get_absolute_url()
    assert link in as_(desk.specialist).get(page(dossier)).content.decode()
    auditor = make_account("kiem-toan", desk.agency, "auditor")
    shown = as_(auditor).get(page(dossier)).content.decode()
    assert link not in shown and "đã số hóa" in shown.lower()


def test_whoever_has_a_dossier_in_hands_may_see_it(desk, as_, make_dossier, make_account, make_unit):
    """A one-stop shop beside the handling office, and a step in the hands of another agency."""
    clerk = make_account("quay", desk.one_stop, "counter")
    dossier = make_dossier(acting=clerk)
    assert as_(clerk).get(page(dossier)).status_code == 200
    other = make_account("xa", make_unit("xa-khac", kind="xa"), "specialist")
    assert as_(other).get(page(dossier)).status_code == 404
    assert list(Involvement.objects.values_list("dossier", "unit")) == [(dossier.pk, desk.one_stop.pk)]


def test_papers_are_changed_on_their_own_page(desk, as_, make_dossier):
    dossier = make_dossier()
    client, address = as_(desk.counter), reverse("dossiers:papers", args=[dossier.code])
    client.post(address, {"do": "add", "title": "Ảnh 3x4", "handed_in": "original", "copies": "2"})
    client.post(address, {"do": "scan", "paper": dossier.papers.last().pk, "scan": scan("anh.pdf")})
    paper = dossier.papers.last()
    assert (paper.title, paper.copies, paper.attachment.name) == ("Ảnh 3x4", 2, "anh.pdf")
    assert client.post(address, {"do": "remove", "paper": paper.pk, "because": ""}).status_code == 422
    client.post(address, {"do": "remove", "paper": paper.pk, "because": "Nhập nhầm"})
    assert [row.title for row in dossier.papers.filter(removed_at=None)] == ["Phiếu đề nghị"]
    assert client.post(address, {"do": "scan", "paper": "999999", "scan": scan()}).status_code == 404


def test_the_page_costs_the_same_however_much_happened(desk, as_, make_dossier, django_assert_max_num_queries):
    dossier = make_dossier()
    client = as_(desk.counter)
    client.get(page(dossier))
    with django_assert_max_num_queries(28) as few:
        client.get(page(dossier))
    moving.dossier_forward(dossier, acting=desk.counter)
    for person in (desk.specialist, desk.second, desk.specialist, desk.second):
        moving.dossier_assign(dossier, desk.office_head.person, acting=desk.office_head)
        dossier.refresh_from_db()
        assert person is not None
    with django_assert_max_num_queries(len(few.captured_queries) + 3):
        client.get(page(dossier))
    assert timezone.now() - dossier.received_at < timedelta(minutes=5)


def test_a_step_in_the_hands_of_another_agency(desk, as_, make_dossier, make_unit, make_account):
    """The process names the other agency's unit: the dossier goes there and comes back, its time going on."""
    other = make_unit("so-tc", kind="so", name="Sở Tài chính")
    officer = make_account("tai-chinh", other, "specialist")
    content = dict(desk.version.content)
    content["process"]["steps"][1] |= {"role": "specialist", "unit": "so-tc"}
    type(desk.version).objects.filter(pk=desk.version.pk).update(content=content, digest="changed")
    dossier = make_dossier()
    assert as_(officer).get(page(dossier)).status_code == 404
    moving.dossier_forward(dossier, acting=desk.counter)
    dossier.refresh_from_db()
    assert dossier.at_unit == other
    assert as_(officer).get(page(dossier)).status_code == 200
    assert dossier.stays.last().due_at is not None
    moving.dossier_forward(dossier, acting=officer)
    dossier.refresh_from_db()
    assert dossier.at_unit == desk.office
    assert [stay.unit for stay in dossier.stays.all()] == [desk.one_stop, other, desk.office]
