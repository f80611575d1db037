"""The screens of the one-stop shop, walked by those who use them."""

import pytest
from django.urls import reverse

from minhbach.dossiers.doing import DEEDS, deeds
from minhbach.dossiers.masking import masked, masked_email
from minhbach.dossiers.models import Applicant, Dossier
from minhbach.dossiers.states import Status
from minhbach.dossiers.testing import do, page
from minhbach.org.models import Event

pytestmark = pytest.mark.django_db


INTAKE = {
    "id_kind": "personal_id",
    "id_number": "031099000001",
    "name": "Nguyễn Văn An",
    "kind": "citizen",
    "phone": "0912345678",
    "subject": "Cấp bản sao",
    "channel": "counter",
    "return_by": "post",
    "sets": "1",
    "go": "receive",
    "paper_request": "on",
}


def test_a_dossier_is_received_and_walks_its_way_on_screen(desk, as_):
    counter = as_(desk.counter)
    found = counter.get(reverse("dossiers:choose"), {"q": "cap ban sao"}, follow=True)
    assert desk.offer.procedure.code in found.content.decode()
    answer = counter.post(reverse("dossiers:receive", args=[desk.offer.pk]), INTAKE, follow=True)
    dossier = Dossier.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("dossiers:received", args=[dossier.code])
    assert [issued.form for issued in dossier.issued.all()] == ["01"]
    assert (dossier.status, dossier.return_by, dossier.applicant.phone) == (Status.RECEIVED, "post", "0912345678")
    do(counter, dossier, "forward")
    do(as_(desk.office_head), dossier, "forward", person=desk.specialist.person.pk)
    specialist = as_(desk.specialist)
    do(specialist, dossier, "supplement", items="Bản sao khai sinh\nẢnh", because="Thiếu giấy tờ")
    assert [pause.items for pause in dossier.pauses.all()] == [["Bản sao khai sinh", "Ảnh"]]
    do(as_(desk.counter), dossier, "supplemented", answer="Đủ")
    do(as_(desk.specialist), dossier, "forward")
    do(as_(desk.office_head), dossier, "forward")
    do(as_(desk.head), dossier, "forward")
    do(as_(desk.clerk), dossier, "finish")
    shown = do(as_(desk.counter), dossier, "return", by="post").content.decode()
    dossier.refresh_from_db()
    assert (dossier.status, dossier.return_by) == (Status.RETURNED, "post")
    assert "Đã trả kết quả" in shown


def test_what_is_missing_or_wrong_is_said_at_its_place_and_nothing_typed_is_lost(desk, as_):
    address = reverse("dossiers:receive", args=[desk.offer.pk])
    answer = as_(desk.counter).post(address, {**INTAKE, "paper_request": "", "id_number": "12"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "12 chữ số" in shown and "Nguyễn Văn An" in shown
    answer = as_(desk.counter).post(address, {**INTAKE, "paper_request": ""})
    assert "Phiếu đề nghị" in answer.content.decode() and answer.status_code == 422
    assert not Dossier.objects.exists() and not Applicant.objects.exists()


def test_an_applicant_known_before_is_filled_in(desk, as_, make_applicant):
    make_applicant(phone="0987654321")
    address = reverse("dossiers:receive", args=[desk.offer.pk])
    answer = as_(desk.counter).post(address, {"look": "1", "id_kind": "personal_id", "id_number": "031 099 000001"})
    assert answer.status_code == 200
    assert "Nguyễn Văn An" in answer.content.decode() and "0987654321" in answer.content.decode()


def test_the_later_officer_is_told_on_the_form(desk, as_, make_dossier):
    dossier = make_dossier()
    seen = dossier.edition
    client = as_(desk.counter)
    do(client, dossier, "withdraw", because="Không cần nữa")
    answer = client.post(reverse("dossiers:deed", args=[dossier.code, "stop"]), {"edition": seen, "because": "x"})
    assert answer.status_code == 422 and "Người khác vừa xử lý" in answer.content.decode()


def test_personal_data_are_masked_until_asked_for_and_the_asking_is_recorded(desk, as_, make_dossier, make_applicant):
    dossier = make_dossier(applicant=make_applicant(phone="0912345678", address="12 Lê Lợi"))
    client = as_(desk.counter)
    shown = client.get(page(dossier)).content.decode()
    assert "031099000001" not in shown and "0912345678" not in shown and "12 Lê Lợi" not in shown
    assert "031••••••001" in shown
    shown = client.post(reverse("dossiers:personal", args=[dossier.code]), follow=True).content.decode()
    assert "031099000001" in shown and "12 Lê Lợi" in shown
    assert Event.objects.filter(chain__name=dossier.chain, verb="dossiers.personal_seen").count() == 1


def test_auditors_and_strangers(desk, as_, make_dossier, make_account, make_unit):
    dossier = make_dossier()
    auditor = make_account("kiem-toan", desk.agency, "auditor")
    assert as_(auditor).get(page(dossier)).status_code == 200
    assert as_(auditor).post(reverse("dossiers:personal", args=[dossier.code])).status_code == 403
    assert deeds(dossier, auditor) == []
    other = make_account("xa-khac", make_unit("xa", kind="xa"), "counter", "head")
    assert as_(other).get(page(dossier)).status_code == 404
    for name in DEEDS:
        assert as_(other).post(reverse("dossiers:deed", args=[dossier.code, name]), {}).status_code == 404


def test_every_deed_not_offered_is_refused(desk, as_, make_dossier):
    dossier = make_dossier()
    offered = {deed.code for deed in deeds(dossier, desk.counter)}
    assert offered == {"forward", "assign", "supplement", "opinion", "withdraw", "stop"}
    client = as_(desk.counter)
    for name in DEEDS:
        status = client.get(reverse("dossiers:deed", args=[dossier.code, name])).status_code
        assert status == (200 if name in offered else 403), name


def test_masks():
    assert masked("031099000001", first=3, last=3) == "031••••••001"
    assert masked("0912345678", first=2, last=3) == "09•••••678"
    assert masked("12345", first=3, last=3) == "•••••"
    assert masked("") == ""
    assert masked("12 Lê Lợi, phường Minh Khai", first=0, last=0) == "••••••••"
    assert masked_email("nguyenvanan@vidu.vn") == "n•••••••••n@vidu.vn"
