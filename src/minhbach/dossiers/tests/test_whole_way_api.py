"""The whole way by the API alone, against a calendar counted by hand.

A dossier is received on Tuesday 30 December 2025 at 9:00, for 5 working days: Wednesday 31 (1); Thursday 1 January is
New Year, Friday 2 is off in exchange for Saturday 10 (12729/VPCP-KGVX), then the weekend; Monday 5 (2), Tuesday 6 (3),
Wednesday 7 (4), Thursday 8 January (5). So it is due on 8 January at 9:00.

A supplement is asked for on 31 December and answered in full on Thursday 8 January at 10:00: the whole time runs again
(Decree 61/2018): Friday 9 (1), Saturday 10, worked (2), Monday 12 (3), Tuesday 13 (4), Wednesday 14 January (5), 10:00.
"""

import base64
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.tests.test_api import Caller
from minhbach.dossiers.tests.test_counter import PDF
from minhbach.dossiers.tests.test_forms_issued import text_of
from minhbach.org.dates import today
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, scopes
from minhbach.org.tokens.actions import token_make
from minhbach.signatures import check

pytestmark = pytest.mark.django_db
SENT = {
    "procedure": "1.900004",
    "agency": "so-gd",
    "applicant": {
        "name": "Nguyễn Văn An", "id_number": "031099000001", "phone": "0912345678", "address": "12 Lê Lợi",
    },
    "channel": "counter",
    "return_by": "post",
    "receive": True,
}  # fmt: skip


@pytest.fixture
def callers(whole_desk, client):
    """A system in each of the roles, with every scope."""
    codes = [scope.code for scope in scopes()]

    def make(role, unit):
        more = {"codes": codes, "roles": [role], "expires": today() + timedelta(days=60), "acting": SYSTEM}
        return Caller(client, token_make(name=f"Hệ thống {role}", unit=unit, **more)[1])

    desk = whole_desk
    offices = {"specialist": desk.office, "office_head": desk.office}
    return {
        role: make(role, offices.get(role, desk.agency))
        for role in ("counter", "office_head", "specialist", "head", "clerk")
    }


def done(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def vietnam(text):
    """A moment of an answer as the wall clock of the office shows it."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(text).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y-%m-%dT%H:%M")


def test_from_the_counter_to_the_post(whole_desk, callers, clock_at, client):
    desk = whole_desk
    counter, office, specialist, head, clerk = (
        callers[role] for role in ("counter", "office_head", "specialist", "head", "clerk")
    )

    # The counter: the scan is sent ahead, the dossier received, its receipt issued, the fee paid in cash.
    clock_at("2025-12-30T09:00")
    file = done(
        client.post("/api/v1/files", {"file": SimpleUploadedFile("don.pdf", PDF)}, headers=counter.headers), 201
    )
    papers = [{"component": "request", "handed_in": "original", "file": file["id"]}]
    code = done(counter.post("/dossiers", {**SENT, "papers": papers}), 201)["code"]
    assert code == "H24.15-251230-0001"
    way = f"/dossiers/{code}"

    def told():
        return done(counter.get(way))

    first = told()
    assert vietnam(first["due_at"]) == vietnam(first["first_due_at"]) == "2026-01-08T09:00"
    receipt = done(counter.post(f"{way}/forms/receipt"))
    assert receipt["symbol"] == "01/BPTNTKQ"
    printed = text_of(counter.get(f"{way}/forms/receipt/pdf").content)
    assert "Thời gian nhận hồ sơ: 09 giờ 00 phút, ngày 30 tháng 12 năm 2025" in printed
    assert "trả kết quả giải quyết hồ sơ: 09 giờ 00 phút, ngày 08 tháng 01 năm 2026" in printed
    dues = [{"due": due["id"], "amount": due["amount"]} for due in first["dues"]]
    assert [due["amount"] for due in dues] == [150_000, 20_000]
    done(counter.post(f"{way}/cash", {"dues": dues}))
    assert [(one["way"], one["amount"]) for one in told()["payments"]] == [("cash", 170_000)]
    twice = counter.post(f"{way}/cash", {"dues": dues})
    assert twice.status_code == 409

    # To the specialist, who asks for a supplement.
    clock_at("2025-12-30T10:00")
    done(counter.post(f"{way}/forward"))
    done(office.post(f"{way}/forward"))  # to the office; whoever is a specialist there takes it
    clock_at("2025-12-31T10:00")
    done(specialist.post(f"{way}/supplement", {"items": ["Giấy ủy quyền"], "because": "Nộp thay"}))
    assert (told()["status"], told()["clock"]["state"]) == (5, "waiting")
    assert done(counter.post(f"{way}/forms/supplement"))["symbol"].startswith("01/")
    stops = specialist.post(f"{way}/forward")
    assert (stops.status_code, stops.json()["code"]) == (409, "state")
    follow = first["follow"].replace("http://testserver", "")
    assert "Giấy ủy quyền" in client.get(follow).content.decode()

    # Answered in full: the time runs again, and the first due moment stays beside it.
    clock_at("2026-01-08T10:00")
    done(counter.post(f"{way}/supplemented", {"papers": [{"component": "warrant"}], "answer": "Đã nộp đủ"}))
    again = told()
    assert vietnam(again["due_at"]) == "2026-01-14T10:00" and again["supplements"] == 1
    assert again["clock"]["state"] == "running"

    # Drafted, approved, signed by the director's own token, numbered, signed for the department.
    clock_at("2026-01-12T09:00")
    answers = {"diploma_number": "B 0123", "register_number": "45/1999", "register_entry": "Bằng tốt nghiệp THPT"}
    done(specialist.post(f"{way}/draft", {"template": "ban-sao-van-bang", "answers": answers}))
    done(specialist.post(f"{way}/forward"))
    clock_at("2026-01-12T14:00")
    done(office.post(f"{way}/approve"))
    clock_at("2026-01-13T09:00")
    early = clerk.post(f"{way}/finish")
    assert early.status_code in (403, 409)
    order = done(head.post(f"{way}/sign", {"signer": desk.head.person_id}))
    signature = base64.b64encode(desk.tokens.head.sign(bytes.fromhex(order["digest"]))).decode()
    done(head.post(f"/signatures/{order['id']}", {"signature": signature}))
    done(head.post(f"{way}/forward"))
    clock_at("2026-01-13T10:00")
    done(clerk.post(f"{way}/number"))
    order = done(clerk.post(f"{way}/seal"))
    signature = base64.b64encode(desk.tokens.agency.sign(bytes.fromhex(order["digest"]))).decode()
    done(clerk.post(f"/signatures/{order['id']}", {"signature": signature}))
    assert done(clerk.post(f"{way}/finish"))["status"] == 9

    # Returned by post; the paper is checked at the address in its QR code.
    clock_at("2026-01-14T09:30")
    posted = {"by": "post", "sent_on": "2026-01-14", "tracking": "EB123456789VN", "fee": 32_000}
    done(counter.post(f"{way}/return", posted))
    final = told()
    assert (final["status"], final["outcome"], final["return_by"]) == (10, "granted", "post")
    assert vietnam(final["finished_at"]) == "2026-01-13T10:00" and vietnam(final["returned_at"]) == "2026-01-14T09:30"
    assert final["clock"]["standing"] == "early"  # on the day before the due one
    [posting] = Dossier.objects.get(code=code).postings.all()
    assert (posting.way, posting.tracking, posting.fee) == ("out", "EB123456789VN", 32_000)
    [result] = final["results"]
    assert (result["symbol"], result["issued_on"], result["signed_by"]["name"]) == ("01", "2026-01-13", "Dung")
    paper = b"".join(counter.get(f"/files/{result['file']}").streaming_content)
    assert check(paper).intact and len(check(paper).signatures) == 2
    public = done(counter.get(f"{way}/draft"))["verify"].replace("http://testserver", "")
    shown = client.post(public, {"file": SimpleUploadedFile("kq.pdf", paper)}).content.decode()
    assert "Nguyễn Văn An" not in shown and "031099000001" not in shown
    assert client.get(public).status_code == 200 and "EB123456789VN" not in shown

    # Register, control slip and clock agree to the minute.
    period = {"agency": "so-gd", "first": "2025-12-30", "last": "2025-12-30"}
    book = openpyxl.load_workbook(io.BytesIO(counter.get("/register.xlsx", **period).content))
    row = next(row for row in book.active.iter_rows(values_only=True) if code in map(str, row))
    said = " ".join(str(cell) for cell in row)
    assert moments(said) == {"09:00 30/12/2025", "10:00 14/01/2026", "09:30 14/01/2026"}  # received, due, returned
    slip = text_of(counter.get(f"{way}/forms/control/pdf").content)
    told_there = {"09:00 30/12/2025", "10:00 30/12/2025", "14:00 12/01/2026", "10:00 13/01/2026", "09:30 14/01/2026"}
    assert told_there <= moments(slip), slip
    quality = done(counter.get(f"{way}/quality"))
    points = {one["code"]: one["points"] for one in quality["criteria"]}
    assert "2" in points.values() and "1" in points.values()  # early; one supplement asked for
    events = [event["verb"].removeprefix("dossiers.") for event in final["events"]]
    assert events[:2] == ["org.file_attached", "received"] and "supplement_asked" in events and events[-1] == "returned"
    assert events.count("result_signed") == events.count("result_sealed") == 1
    chain = Event.objects.filter(chain__name=Dossier.objects.get(code=code).chain).order_by("seq")
    assert [event.seq for event in chain] == list(range(1, len(chain) + 1))


def test_another_becomes_late_and_is_apologised_for(whole_desk, callers, clock_at, client):
    counter, office = callers["counter"], callers["office_head"]
    clock_at("2025-12-30T09:30")
    code = done(counter.post("/dossiers", {**SENT, "papers": [{"component": "request"}]}), 201)["code"]
    way = f"/dossiers/{code}"
    done(counter.post(f"{way}/forward"))
    clock_at("2026-01-08T09:29")
    assert done(office.get(way))["clock"]["standing"] != "late"
    not_late = office.post(f"{way}/apologise", {"because": "Mất điện"})
    assert (not_late.status_code, not_late.json()["code"]) == (409, "not_late")
    clock_at("2026-01-08T09:31")
    told = done(office.get(way))
    assert told["clock"]["standing"] == "late" and "apologise" in [deed["code"] for deed in told["deeds"]]
    late = office.post(f"{way}/extend", {"due_at": "2026-01-12T09:30:00+07:00", "because": "Mất điện"})
    assert late.status_code == 409  # once, and a day before
    done(office.post(f"{way}/apologise", {"because": "Mất điện"}))
    again = office.post(f"{way}/apologise", {"because": "Mất điện"})
    assert (again.status_code, again.json()["code"]) == (409, "apologised")
    promised = {"promised": "2026-01-12T09:30:00+07:00"}
    letter = done(office.post(f"{way}/forms/apology", promised))
    assert letter["symbol"].startswith("01/")
    text = text_of(office.get(f"{way}/forms/apology/pdf").content)
    assert "09:30 12/01/2026" in moments(text), text
    follow = told["follow"].replace("http://testserver", "")
    assert "văn bản xin lỗi" in client.get(follow).content.decode()


def moments(text):
    """Every moment that a paper tells, in whichever of its ways: 09 giờ 00 phút, ngày 30 tháng 12 năm 2025."""
    text = re.sub(r"(\d{1,2}) giờ (\d\d) phút", r"\1:\2", text)
    text = re.sub(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})", r"ngày \1/\2/\3", text)
    found = re.findall(r"\b(\d{1,2}):(\d\d),?\s+(?:ngày )?(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return {f"{int(hour):02}:{minute} {int(day):02}/{int(month):02}/{year}" for hour, minute, day, month, year in found}
