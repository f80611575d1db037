"""The counter: recognising, receiving with everything that belongs to it, asking to complete, printing, following."""

from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minhbach.dossiers.actions import ending, moving, waiting
from minhbach.dossiers.actions.intake import HandedIn, Posted, dossier_receive
from minhbach.dossiers.actions.papers import paper_add, paper_remove, paper_scan
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Digitised, Status
from minhbach.dossiers.tests.test_forms_issued import text_of
from minhbach.dossiers.tests.test_screens import INTAKE
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import Refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def counter(client, desk):
    client.force_login(desk.counter)
    return client


@pytest.fixture
def address(desk):
    return reverse("dossiers:receive", args=[desk.offer.pk])


def scan(name="phieu.pdf"):
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def test_everything_about_an_intake_is_kept(counter, address, desk):
    sent = {
        **INTAKE,
        "channel": "post",
        "sent_on": "2026-11-18",
        "arrived_on": "2026-11-20",
        "tracking": "EB123456789VN",
        "fee": "32000",
        "sets": "2",
        "by_other": "on",
        "sender_name": "Lê Văn Bình",
        "sender_id_number": "031099000777",
        "sender_warrant": "Giấy ủy quyền ngày 18/11/2026",
        "paper_request.as": "certified_copy",
        "paper_request.copies": "3",
        "paper_request.scan": scan(),
        "paper_warrant.state": "3",
        "paper_warrant.code": "KQ.T.1-0007",
        "other": "Ảnh 3x4",
    }
    counter.post(address, sent)
    dossier = Dossier.objects.get()
    [posting] = dossier.postings.all()
    assert (posting.way, posting.sent_on, posting.arrived_on) == ("in", date(2026, 11, 18), date(2026, 11, 20))
    assert (posting.tracking, posting.fee, dossier.sets) == ("EB123456789VN", 32000, 2)
    assert dossier.sender["name"] == "Lê Văn Bình" and dossier.sender["warrant"].startswith("Giấy ủy quyền")
    request, warrant, other = dossier.papers.all()
    assert (request.handed_in, request.copies, request.digitised) == ("certified_copy", 3, Digitised.DIGITISED)
    assert request.attachment.name == "phieu.pdf"
    assert (warrant.digitised, warrant.reused_code) == (Digitised.REUSED_RESULT, "KQ.T.1-0007")
    assert (other.component, other.title) == ("", "Ảnh 3x4")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"by_other": "on"}, "Nhập họ tên người nộp thay"),
        ({"paper_warrant.state": "3"}, "Cho biết lấy từ kết quả nào"),
        ({"channel": "post", "sent_on": "2026-11-20", "arrived_on": "2026-11-18"}, "không sớm hơn ngày gửi"),
        ({"paper_request.scan": SimpleUploadedFile("a.exe", b"MZ\x90")}, "a.exe"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(counter, address, wrong, says):
    answer = counter.post(address, {**INTAKE, **wrong})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not Dossier.objects.exists() and not Event.objects.filter(verb="dossiers.received").exists()


def test_an_enterprise_is_recognised_by_the_shape_of_its_code(counter, address):
    counter.post(address, {**INTAKE, "id_number": "0201234567", "name": "Trung tâm Ngoại ngữ Bến Bắc"})
    applicant = Dossier.objects.get().applicant
    assert (applicant.id_kind, applicant.kind) == ("tax_code", "organisation")


def test_missing_papers_lead_to_a_request_to_complete(counter, address):
    without = {**INTAKE, "paper_request": ""}
    shown = counter.post(address, without).content.decode()
    assert "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu 02)" in shown and 'name="ask-items"' in shown
    assert not Dossier.objects.exists()
    ask = {"ask-items": "Phiếu đề nghị", "ask-because": "Thiếu giấy tờ", "go": "complete"}
    counter.post(address, {**without, **ask})
    dossier = Dossier.objects.get()
    assert (dossier.status, dossier.received_at, dossier.supplements) == (Status.SUPPLEMENT, None, 1)
    assert [issued.form for issued in dossier.issued.all()] == ["02"]
    assert dossier.pauses.get().items == ["Phiếu đề nghị"]
    page = counter.get(reverse("dossiers:received", args=[dossier.code])).content.decode()
    assert reverse("dossiers:form", args=[dossier.code, "supplement", "pdf"]) in page


def test_looking_up_is_recorded_and_shows_what_is_open(counter, address, make_applicant, make_dossier, desk):
    dossier = make_dossier(applicant=make_applicant(phone="0987654321"))
    headers = {"HX-Request": "true"}
    sent = {"look": "1", "id_kind": "personal_id", "id_number": "031099000001"}
    shown = counter.post(address, sent, headers=headers).content.decode()
    assert "0987654321" in shown and dossier.code in shown and "<html" not in shown
    assert Event.objects.filter(chain__name=f"unit:{desk.one_stop.pk}", verb="dossiers.applicant_found").count() == 1
    assert "031099000001" not in str(Event.objects.get(verb="dossiers.applicant_found").data)
    counter.post(address, sent | {"id_number": "031099009999"}, headers=headers)
    assert Event.objects.filter(verb="dossiers.applicant_found").count() == 1


def test_the_next_dossier_of_the_same_applicant(counter, address, make_dossier):
    dossier = make_dossier()
    shown = counter.get(address, {"applicant": dossier.applicant_id}).content.decode()
    assert 'value="031099000001"' in shown
    assert 'value="031099000001"' not in counter.get(address, {"applicant": "99999"}).content.decode()


def test_scans_are_seen_by_those_who_may_see_the_applicant(client, desk, counter, make_dossier, make_account):
    dossier = make_dossier(papers=[HandedIn("request", scan=scan())])
    url = dossier.papers.get().attachment.get_absolute_url()
    got = {}
    for name, account in {
        "counter": desk.counter,
        "specialist": desk.specialist,
        "auditor": make_account("kiem-toan", desk.agency, "auditor"),
        "administrator": make_account("quan-tri", desk.agency, "administrator"),
    }.items():
        client.force_login(account)
        got[name] = client.get(url).status_code
    assert got == {"counter": 200, "specialist": 200, "auditor": 404, "administrator": 404}


def test_papers_are_digitised_added_and_taken_away_later(desk, make_dossier):
    dossier = make_dossier()
    paper = dossier.papers.get()
    paper_scan(paper, scan("mot.pdf"), acting=desk.counter)
    paper_scan(paper, scan("hai.pdf"), acting=desk.counter)
    paper.refresh_from_db()
    assert (paper.attachment.name, paper.digitised) == ("hai.pdf", Digitised.DIGITISED)
    added = paper_add(dossier, HandedIn("", title="Ảnh"), acting=desk.counter)
    paper_remove(added, because="Nhập nhầm", acting=desk.counter)
    assert dossier.papers.filter(removed_at=None).count() == 1
    with pytest.raises(NotPossible, match="rồi"):
        paper_remove(added, because="Nhập nhầm", acting=desk.counter)
    with pytest.raises(Refused):
        paper_scan(paper, scan(), acting=desk.clerk)
    told = Event.objects.filter(chain__name=dossier.chain).values_list("verb", flat=True)
    assert [
        verb for verb in told if verb in ("dossiers.scanned", "dossiers.paper_added", "dossiers.paper_removed")
    ] == [
        "dossiers.scanned",
        "dossiers.scanned",
        "dossiers.paper_added",
        "dossiers.paper_removed",
    ]


def test_post_of_the_future_is_refused(desk, make_applicant):
    with pytest.raises(NotPossible) as refused:
        dossier_receive(
            desk.offer,
            applicant=make_applicant(),
            papers=[HandedIn("request")],
            posted=Posted(arrived_on=date(2999, 1, 1)),
            acting=desk.counter,
        )
    assert refused.value.code == "post_dates" and not Dossier.objects.exists()


def test_forms_are_printed_and_numbered_and_the_look_is_recorded(counter, make_dossier):
    dossier = make_dossier()
    answer = counter.get(reverse("dossiers:form", args=[dossier.code, "receipt", "pdf"]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert Event.objects.filter(chain__name=dossier.chain, verb="dossiers.personal_seen").count() == 1
    for _n in range(2):
        counter.post(reverse("dossiers:issue", args=[dossier.code, "receipt"]))
    assert [issued.number for issued in dossier.issued.all()] == [1]
    word = counter.get(reverse("dossiers:form", args=[dossier.code, "receipt", "docx"]))
    assert word.content[:2] == b"PK" and "attachment" in word["Content-Disposition"]
    # What has not happened cannot be printed.
    answer = counter.get(reverse("dossiers:form", args=[dossier.code, "apology", "pdf"]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("dossiers:dossier", args=[dossier.code])


def test_the_receipt_leads_to_the_page_for_following(counter, make_dossier):
    dossier = make_dossier()
    answer = counter.get(reverse("dossiers:form", args=[dossier.code, "receipt", "pdf"]))
    wanted = f"/follow/{dossier.code}/{token_of(dossier.code)}/"
    assert wanted in text_of(answer.content).replace(" ", "")


def test_many_dossiers_on_one_print(counter, desk, make_dossier, django_assert_max_num_queries):
    dossiers = [make_dossier() for _n in range(3)]
    day = dossiers[0].received_at.date().isoformat()
    period = {"agency": desk.agency.pk, "first": day, "last": "2999-12-31"}
    with django_assert_max_num_queries(14):
        shown = counter.get(reverse("dossiers:batch"), period).content.decode()
    assert all(dossier.code in shown for dossier in dossiers)
    answer = counter.post(reverse("dossiers:batch"), {**period, "kind": "register", "ending": "xlsx"})
    assert answer.content[:2] == b"PK"
    chosen = {**period, "kind": "receipt", "ending": "pdf", "dossier": [dossiers[0].pk, dossiers[2].pk]}
    answer = counter.post(reverse("dossiers:batch"), chosen)
    assert answer.content.startswith(b"%PDF")
    assert [dossier.issued.count() for dossier in dossiers] == [1, 0, 1]
    answer = counter.post(reverse("dossiers:batch"), {**period, "kind": "control", "ending": "docx"})
    assert answer.status_code == 422


def test_a_dossier_is_followed_without_personal_data(client, desk, make_dossier, make_applicant):
    cache.clear()
    dossier = make_dossier(applicant=make_applicant(phone="0912345678", address="12 Lê Lợi"))
    shown = client.get(reverse("dossiers:followed", args=[dossier.code, token_of(dossier.code)])).content.decode()
    assert dossier.code in shown and "Cấp bản sao" in shown
    assert not any(secret in shown for secret in ("Nguyễn Văn An", "031099000001", "0912345678", "Lê Lợi", "Mai"))
    answer = client.post(reverse("dossiers:follow"), {"code": dossier.code.lower(), "digits": "0001"})
    assert answer.url == reverse("dossiers:followed", args=[dossier.code, token_of(dossier.code)])
    assert client.get(reverse("dossiers:followed", args=[dossier.code, "0" * 20])).status_code == 404


def test_whoever_follows_is_told_what_to_do(client, desk, make_dossier):
    cache.clear()
    client.cookies["django_language"] = "en"

    def shown(dossier):
        return client.get(reverse("dossiers:followed", args=[dossier.code, token_of(dossier.code)])).content.decode()

    dossier = make_dossier()
    page = shown(dossier)
    assert "Result due" in page and reverse("procedures:procedure", args=[dossier.procedure_id]) in page
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    waiting.supplement_ask(dossier, items=["Ảnh 3x4"], because="Thiếu", acting=desk.specialist)
    page = shown(dossier)
    # while time stands still, the moment it was due says nothing
    assert "Ảnh 3x4" in page and "Result due" not in page
    stopped = make_dossier()
    ending.dossier_stop(stopped, because="Người nộp đề nghị", acting=desk.counter)
    page = shown(stopped)
    assert "Nothing more is done on this dossier" in page and "Người nộp đề nghị" not in page


def test_guessing_is_stopped(client, desk, make_dossier):
    cache.clear()
    dossier = make_dossier()
    wrong = {"code": dossier.code, "digits": "9999"}
    assert [client.post(reverse("dossiers:follow"), wrong).status_code for _n in range(11)] == [422] * 10 + [429]
    # Neither the right digits nor another machine help for a while.
    right = {"code": dossier.code, "digits": "0001"}
    assert client.post(reverse("dossiers:follow"), right, REMOTE_ADDR="203.0.113.9").status_code == 429
    cache.clear()
