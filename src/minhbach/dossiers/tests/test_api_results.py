"""Results, files and forms through the API: drafted, signed by hash, recorded; what may not be is refused."""

import base64
import hashlib
import io
from datetime import timedelta

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minhbach.dossiers import resulting
from minhbach.dossiers.actions.desks import desk_set
from minhbach.dossiers.actions.moving import dossier_back
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.testing import LONG_AGO
from minhbach.dossiers.tests.test_api import EVERYTHING, SENT, system_of  # noqa: F401 - a fixture
from minhbach.dossiers.tests.test_counter import PDF
from minhbach.org.models import Event, KeptFile
from minhbach.org.permissions import SYSTEM
from minhbach.signatures import check

pytestmark = pytest.mark.django_db
ALL = [*EVERYTHING, "files:write"]


@pytest.fixture
def caller(system_of):  # noqa: F811
    def make(*roles, codes=ALL, **more):
        return system_of(*roles, codes=codes, **more)

    return make


def send(caller, content=PDF, name="phieu.pdf"):
    return caller.client.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)}, headers=caller.headers)


def signed(caller, code, token, way="sign", **more):
    """Prepare, sign the hash with the token, finish."""
    order = caller.post(f"/dossiers/{code}/{way}", more)
    assert order.status_code == 200, order.content
    order = order.json()
    assert order["algorithm"] == "sha256" and order["done_at"] is None
    signature = base64.b64encode(token.sign(bytes.fromhex(order["digest"]))).decode()
    return caller.post(f"/signatures/{order['id']}", {"signature": signature})


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_scan_is_sent_ahead_used_once_and_read_by_those_who_may(caller, desk):
    counter, other, clerk = caller("counter"), caller("counter"), caller("clerk", codes=["dossiers:read"])
    sent = send(counter)
    assert sent.status_code == 201, sent.content
    told = sent.json()
    assert (told["name"], told["size"], told["media_type"]) == ("phieu.pdf", len(PDF), "application/pdf")
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest()
    paper = {"component": "request", "handed_in": "original", "file": told["id"]}
    wrong = other.post("/dossiers", {**SENT, "papers": [paper], "receive": True})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "no_file")
    code = counter.post("/dossiers", {**SENT, "papers": [paper], "receive": True}).json()["code"]
    again = counter.post(f"/dossiers/{code}/papers", {"title": "Ảnh", "file": told["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "no_file")
    [paper] = counter.get(f"/dossiers/{code}").json()["papers"]
    assert (paper["digitised"], paper["file_name"]) == (1, "phieu.pdf")
    there = counter.get(f"/files/{paper['file']}")
    assert (there.status_code, there["Content-Type"], body(there)) == (200, "application/pdf", PDF)
    assert "sandbox" in there["Content-Security-Policy"] and there["X-Content-Type-Options"] == "nosniff"
    assert clerk.get(f"/files/{paper['file']}").status_code == 403  # the scope
    assert not KeptFile.objects.exists()


def test_a_call_that_fails_leaves_the_file_for_the_next(caller):
    counter = caller("counter")
    paper = {"component": "request", "file": send(counter).json()["id"]}
    early = counter.post("/dossiers", {**SENT, "agency": "khong-co", "papers": [paper]})
    assert early.status_code == 409 and KeptFile.objects.count() == 1
    late = counter.post("/dossiers", {**SENT, "papers": [paper], "submitted_at": "2099-01-01T00:00:00+07:00"})
    assert late.status_code == 409 and KeptFile.objects.count() == 1
    assert counter.post("/dossiers", {**SENT, "papers": [paper]}).status_code == 201


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ\x90\x00", "type_not_allowed"),
        ("a.pdf", b"<html><script>alert(1)</script>", "type_unknown"),
        ("a.png", PDF, "extension_differs"),
        ("a.pdf", b"", "empty"),
    ],
)
def test_files_are_judged_by_their_content(caller, name, content, code):
    answer = send(caller("counter"), content, name)
    assert answer.status_code == 409, answer.content
    if code != "type_unknown":
        assert answer.json()["code"] == code
    assert not KeptFile.objects.exists()


def test_too_large_and_no_form(caller, settings):
    counter = caller("counter")
    settings.MAX_UPLOAD_BYTES = 2000
    large = send(counter, PDF + b"%" * 3000)
    assert (large.status_code, large.json()["code"]) == (409, "too_large")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 500
    assert send(counter, PDF + b"%" * 30_000).status_code == 413
    for sent, kind in (
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"{}", ""),
    ):
        answer = counter.client.generic("POST", "/api/v1/files", sent, content_type=kind, headers=counter.headers)
        assert answer.status_code in (400, 422), (kind, answer.content)
    assert send(caller("reform_officer")).status_code == 403


def test_papers_are_added_scanned_and_taken_out(caller):
    counter = caller("counter")
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    added = counter.post(f"/dossiers/{code}/papers", {"title": "Ảnh 3x4", "handed_in": "copy"})
    assert (added.status_code, added.json()["title"]) == (201, "Ảnh 3x4")
    way = f"/dossiers/{code}/papers/{added.json()['id']}"
    scanned = counter.post(f"{way}/scan", {"file": send(counter, name="anh.pdf").json()["id"]})
    assert (scanned.status_code, scanned.json()["file_name"], scanned.json()["digitised"]) == (200, "anh.pdf", 1)
    assert counter.post(f"{way}/remove", {"because": "Nhầm"}).status_code == 204
    assert counter.get(f"/files/{scanned.json()['file']}").status_code == 404
    assert counter.post(f"{way}/remove", {"because": "Nhầm"}).status_code == 404
    unknown = counter.post(f"/dossiers/{code}/papers", {"component": "khong-co"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "no_component")
    untitled = counter.post(f"/dossiers/{code}/papers", {})
    assert (untitled.status_code, untitled.json()["code"]) == (409, "no_title")
    assert [paper["component"] for paper in counter.get(f"/dossiers/{code}").json()["papers"]] == ["request"]


def test_a_draft_answers_what_its_template_asks(caller, signing_desk, to_step):
    dossier = to_step("handle")
    office = caller("office_head", "specialist", unit=signing_desk.office)
    way = f"/dossiers/{dossier.code}/draft"
    told = office.get(way).json()
    assert [one["template"] for one in told["templates"]] == ["ban-sao-van-bang", "tu-choi-giai-quyet"]
    keys = {one["key"]: one["required"] for one in told["templates"][0]["asks"]}
    assert "diploma_number" in keys and told["verify"] is None
    answers = {"diploma_number": "B 0123", "register_number": "45/1999", "register_entry": "Bằng tốt nghiệp THPT"}
    sent = {"template": "ban-sao-van-bang", "answers": answers}
    empty = office.post(way)
    asked = {"answers.diploma_number", "answers.register_number", "answers.register_entry"}
    assert {one["place"] for one in empty.json()["errors"]} == asked
    assert resulting.current(dossier) is None
    missing = office.post(way, {"template": "ban-sao-van-bang", "answers": {"diploma_number": "B 0123"}})
    assert {one["place"] for one in missing.json()["errors"]} == {"answers.register_number", "answers.register_entry"}
    assert office.post(way, sent).status_code == 200
    told = office.get(way).json()
    assert told["answers"] == answers and "Số hiệu: B 0123" in " ".join(told["said"]["body"])
    changed = office.post(way, {"said": {"body": ["Câu thứ nhất.", "Câu thứ hai."]}})
    assert changed.status_code == 200, changed.content
    result = resulting.current(dossier)
    assert result.said["body"] == ["Câu thứ nhất.", "Câu thứ hai."] and result.draft == answers
    file = office.get(f"/dossiers/{dossier.code}/result.docx")
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(file.content)).paragraphs)
    assert "Câu thứ hai." in text
    empty = office.post(way, {"said": {"body": []}})
    assert (empty.status_code, empty.json()["errors"][0]["place"]) == (409, "said.body")
    unknown = office.post(way, {"template": "thanh-lap-truong"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "no_template")
    extra = office.post(way, {"answers": {"la": "x"}})
    assert (extra.status_code, extra.json()["errors"][0]["place"]) == (409, "answers.la")
    late = office.post(way, {"edition": 1})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert caller("counter").post(way, sent).status_code == 403


def test_a_person_signs_by_their_own_token_through_another_system(
    caller, signing_desk, to_step, make_account, make_token
):
    desk, dossier = signing_desk, to_step("sign")
    head, clerk = caller("head"), caller("clerk")
    none = head.post(f"/dossiers/{dossier.code}/sign")
    assert (none.status_code, none.json()["code"]) == (409, "no_certificate")  # the system has none of its own
    stranger = make_account("la", desk.agency, "specialist")
    make_token(stranger.person)
    for signer in (stranger.person_id, desk.counter.person_id):
        assert head.post(f"/dossiers/{dossier.code}/sign", {"signer": signer}).status_code == 403
    assert clerk.post(f"/dossiers/{dossier.code}/sign", {"signer": desk.head.person_id}).status_code in (403, 409)

    order = head.post(f"/dossiers/{dossier.code}/sign", {"signer": desk.head.person_id}).json()
    assert order["holder"] == "Dung" and order == head.get(f"/signatures/{order['id']}").json()
    assert clerk.get(f"/signatures/{order['id']}").status_code == 404
    forged = base64.b64encode(desk.tokens.agency.sign(bytes.fromhex(order["digest"]))).decode()
    wrong = head.post(f"/signatures/{order['id']}", {"signature": forged})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "does_not_fit")
    good = base64.b64encode(desk.tokens.head.sign(bytes.fromhex(order["digest"]))).decode()
    done = head.post(f"/signatures/{order['id']}", {"signature": good})
    assert done.status_code == 200 and done.json()["done_at"]
    again = head.post(f"/signatures/{order['id']}", {"signature": good})
    assert (again.status_code, again.json()["code"]) == (409, "done")
    result = resulting.current(dossier)
    assert result.signed_by == desk.head.person
    event = Event.objects.get(chain__name=dossier.chain, verb="dossiers.result_signed")
    assert event.actor_name == "Hệ thống head"  # who brought it; whose it is, the signature says


def test_no_key_of_the_server_signs_for_a_person_who_is_not_there(caller, signing_desk, to_step, monkeypatch):
    desk, dossier = signing_desk, to_step("sign")
    from minhbach.org.signing import server_keys

    monkeypatch.setattr(server_keys, "key_for", lambda _fingerprint: desk.tokens.head)
    order = caller("head").post(f"/dossiers/{dossier.code}/sign", {"signer": desk.head.person_id})
    assert order.json()["done_at"] is None and resulting.current(dossier).signed_at is None


def test_a_paper_that_changed_since_is_not_signed(caller, signing_desk, to_step):
    desk, dossier = signing_desk, to_step("sign")
    head = caller("head")
    order = head.post(f"/dossiers/{dossier.code}/sign", {"signer": desk.head.person_id}).json()
    dossier_back(dossier, note="Sai", acting=desk.head)
    good = base64.b64encode(desk.tokens.head.sign(bytes.fromhex(order["digest"]))).decode()
    answer = head.post(f"/signatures/{order['id']}", {"signature": good})
    assert answer.status_code in (403, 409) and resulting.current(dossier).signed_at is None


def test_numbered_and_signed_for_the_organisation(caller, signing_desk, to_step):
    desk, dossier = signing_desk, to_step("number")
    clerk = caller("clerk")
    early = clerk.post(f"/dossiers/{dossier.code}/seal")
    assert (early.status_code, early.json()["code"]) == (409, "unnumbered")
    assert clerk.post(f"/dossiers/{dossier.code}/number").status_code == 200
    done = signed(clerk, dossier.code, desk.tokens.agency, "seal")
    assert done.status_code == 200, done.content
    [result] = clerk.get(f"/dossiers/{dossier.code}").json()["results"]
    assert (result["symbol"], result["signed_by"]["name"]) == ("01", "Dung")
    file = body(clerk.get(f"/files/{result['file']}"))
    found = check(file)
    assert found.intact and len(found.signatures) == 2
    verify = clerk.get(f"/dossiers/{dossier.code}/draft").json()["verify"]
    shown = clerk.client.post(
        verify.replace("http://testserver", ""), {"file": SimpleUploadedFile("kq.pdf", file)}
    ).content.decode()
    assert "01" in shown and "Nguyễn Văn An" not in shown


def test_a_result_on_paper_is_recorded_with_its_scan(caller, signing_desk, to_step):
    desk = signing_desk
    desk_set(desk.agency, begins=LONG_AGO, agency_code="H24.15", e_signatures=False, acting=SYSTEM)
    dossier = to_step("assign")
    from minhbach.dossiers.actions.moving import dossier_forward

    for acting in (desk.office_head, desk.specialist, desk.office_head, desk.head):
        dossier = dossier_forward(dossier, acting=acting)
    clerk = caller("clerk")
    sent = {"symbol": "15/QĐ-SGDĐT", "issued_on": "2026-01-05", "file": send(clerk, name="kq.pdf").json()["id"]}
    late = clerk.post(f"/dossiers/{dossier.code}/record", {**sent, "issued_on": "2090-01-01"})
    assert (late.status_code, late.json()["code"]) == (409, "future") and KeptFile.objects.count() == 1
    done = clerk.post(f"/dossiers/{dossier.code}/record", sent)
    assert done.status_code == 200, done.content
    [result] = clerk.get(f"/dossiers/{dossier.code}").json()["results"]
    assert (result["symbol"], result["on_paper"], result["valid_until"]) == ("15/QĐ-SGDĐT", True, "2026-07-05")


def test_forms_are_issued_once_and_printed(caller):
    counter = caller("counter")
    code = counter.post("/dossiers", {**SENT, "receive": True}).json()["code"]
    kinds = {form["kind"]: form["symbol"] for form in counter.get(f"/dossiers/{code}/forms").json()}
    assert kinds == {"receipt": None, "control": None}
    issued = counter.post(f"/dossiers/{code}/forms/receipt").json()
    assert issued["symbol"].startswith("01/")
    assert counter.post(f"/dossiers/{code}/forms/receipt").json() == issued
    early = counter.post(f"/dossiers/{code}/forms/stop")
    assert (early.status_code, early.json()["code"]) == (409, "not_yet")
    pdf = counter.get(f"/dossiers/{code}/forms/receipt/pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    word = docx.Document(io.BytesIO(counter.get(f"/dossiers/{code}/forms/receipt/docx").content))
    assert any(issued["symbol"].split("/")[1] in row.text for table in word.tables for row in table._cells)
    seen = Event.objects.filter(chain__name=Dossier.objects.get().chain, verb="dossiers.personal_seen")
    assert seen.count() == 2
    assert counter.get(f"/dossiers/{code}/forms/register/pdf").status_code == 422
    specialist = caller("specialist", codes=["dossiers:read", "dossiers:act"])
    assert specialist.post(f"/dossiers/{code}/forms/receipt").status_code == 403
    assert specialist.get(f"/dossiers/{code}/forms/receipt/pdf").status_code == 403


def test_the_register_of_a_period(caller, make_unit):
    counter = caller("counter")
    codes = [counter.post("/dossiers", {**SENT, "receive": True}).json()["code"] for _n in range(2)]
    day = timezone.localdate()
    period = {"agency": "so-gd", "first": day.isoformat(), "last": day.isoformat()}
    book = openpyxl.load_workbook(io.BytesIO(counter.get("/register.xlsx", **period).content))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row}
    assert all(any(code in cell for cell in cells) for code in codes)
    before = {**period, "first": (day - timedelta(days=9)).isoformat(), "last": (day - timedelta(days=1)).isoformat()}
    assert counter.get("/register.xlsx", **before).json()["code"] == "nothing"
    assert counter.get("/register.pdf", **{**period, "last": "2020-01-01"}).json()["code"] == "period"
    assert counter.get("/register.pdf", **period, la="x").status_code == 422
    make_unit("so-khac", kind="so")
    assert counter.get("/register.pdf", **{**period, "agency": "so-khac"}).status_code == 404
