"""The whole way in the browser: the counter, a specialist who asks for a supplement, the head of the office, the
director and the clerk, each with their own token, and back to the citizen by post.

The due moments are counted by hand in dossiers/tests/test_whole_way_api.py: received on Tuesday 30 December 2025 at
9:00 it is due on 8 January at 9:00 (New Year and Friday the 2nd are off); answered on 8 January at 10:00 it is due on
14 January at 10:00 (Saturday the 10th is worked).
"""

import io
import re
import threading
from urllib.parse import urlsplit

import openpyxl
import pytest
import segno

from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.tests.test_counter import PDF
from minhbach.dossiers.tests.test_forms_issued import text_of
from minhbach.dossiers.tests.test_whole_way_api import moments
from minhbach.signatures import check
from minhbach.signatures.signer import server


@pytest.fixture
def signer(whole_desk, settings, live_server):
    """The signing program, with the tokens of the director and of the department plugged in."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    tokens = [whole_desk.tokens.head, whole_desk.tokens.agency]
    running = server(tokens, origins=[origin], port=0)
    settings.SIGNER_ADDRESS = f"http://127.0.0.1:{running.server_port}"
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield
    running.shutdown()
    running.server_close()


@pytest.fixture
def drawn(monkeypatch):
    """What the QR codes drawn in this test say."""
    said, make = [], segno.make_qr

    def told(text, **how):
        said.append(text)
        return make(text, **how)

    monkeypatch.setattr(segno, "make_qr", told)
    return said


class Office:
    """People at their screens, one page for each."""

    def __init__(self, page_at, sign_in):
        self.page_at, self.sign_in, self.pages = page_at, sign_in, {}

    def __call__(self, account):
        if account.pk not in self.pages:
            self.pages[account.pk] = self.page_at(1280, "vi")
        return self.sign_in(self.pages[account.pk], account)  # days pass, and sessions end


def done(page, code, name, **typed):
    """Do something with the dossier from its page: open the deed, fill its form in, send it."""
    page.goto(f"/dossiers/of/{code}/do/{name}/")
    for field, value in typed.items():
        place = page.locator(f"[name='{field}']")
        kind = place.first.get_attribute("type") or place.first.evaluate("node => node.tagName")
        if kind == "checkbox":
            place.first.check()
        elif kind == "SELECT":
            place.select_option(value)
        else:
            place.fill(value)
    page.click("main .form-actions button.btn")
    page.wait_for_load_state()


def received(page, offer, scan=None):
    """An intake at the counter; the code of the dossier."""
    page.goto(f"/dossiers/new/{offer.pk}/")
    page.fill("[name=id_number]", "031099000001")
    page.check("#id_paper_request")
    if scan:
        page.set_input_files(
            "[name='paper_request.scan']", {"name": "don.pdf", "mimeType": "application/pdf", "buffer": scan}
        )
        page.click("[name=go][value=receive]")  # the name was forgotten
        page.get_by_text("Giữ lại don.pdf").wait_for()
    page.fill("[name=name]", "Nguyễn Văn An")
    page.fill("[name=phone]", "0912345678")
    page.fill("[name=address]", "12 Lê Lợi")
    page.select_option("[name=return_by]", "post")
    page.click("[name=go][value=receive]")
    page.wait_for_url("**/received/")
    return Dossier.objects.order_by("-pk").first().code


@pytest.mark.django_db(transaction=True)
def test_from_the_counter_to_the_post(page_at, sign_in, sound, whole_desk, clock_at, signer, drawn):
    desk, at = whole_desk, Office(page_at, sign_in)

    # The counter: find the procedure, receive, print, take the fee.
    clock_at("2025-12-30T09:00")
    page = at(desk.counter)
    page.goto("/dossiers/new/?q=bang+tot+nghiep")
    assert page.url.endswith(f"/dossiers/new/{desk.offer.pk}/")  # the only one that fits
    code = received(page, desk.offer, PDF)
    assert code == "H24.15-251230-0001"
    assert "09:00" in page.inner_text(".big-figures") and "08/01/2026" in page.inner_text(".big-figures")
    sound(page)
    receipt = text_of(page.request.get(f"/dossiers/of/{code}/forms/receipt.pdf").body())
    assert {"09:00 30/12/2025", "09:00 08/01/2026"} <= moments(receipt)
    page.click("a[href$='/do/cash/']")
    for box in page.locator("[name=dues]").all():
        box.check()
    sound(page)
    page.click("main .form-actions button.btn")
    page.wait_for_url(f"**/{code}/")
    [payment] = Dossier.objects.get(code=code).payments.all()
    assert (payment.way, payment.amount) == ("cash", 170_000)
    assert Dossier.objects.get(code=code).papers.get().attachment.name == "don.pdf"  # chosen once

    clock_at("2025-12-30T10:00")
    done(page, code, "forward")
    done(at(desk.office_head), code, "forward", person=str(desk.specialist.person_id))

    # The specialist finds it in the inbox, and asks for what is missing.
    clock_at("2025-12-31T10:00")
    page = at(desk.specialist)
    page.goto("/inbox/")
    page.click(f"a:has-text('{code}')")
    done(page, code, "supplement", items="Giấy ủy quyền", because="Người nộp thay chưa có giấy ủy quyền")
    sound(page)
    citizen = page_at(360, "vi")
    follow = f"/follow/{code}/{token_of(code)}/"
    assert any(text.endswith(follow) for text in drawn), drawn  # the QR code of the receipt
    citizen.goto(follow)
    assert "Giấy ủy quyền" in citizen.inner_text("main") and "Nguyễn" not in citizen.inner_text("main")
    sound(citizen)

    # Answered in full: the time runs again.
    clock_at("2026-01-08T10:00")
    page = at(desk.counter)
    done(page, code, "supplemented", item_0="on")
    assert re.search(r"10:00,? (ngày )?14/01/2026", page.inner_text("main"))
    citizen.reload()
    assert "14/01/2026" in citizen.inner_text(".big-figures")

    # Drafted, approved, signed, numbered, signed for the department.
    clock_at("2026-01-12T09:00")
    page = at(desk.specialist)
    page.goto(f"/dossiers/of/{code}/result/")
    page.fill("[name=draft-diploma_number]", "B 0123")
    page.fill("[name=draft-register_number]", "45/1999")
    page.fill("[name=draft-register_entry]", "Bằng tốt nghiệp THPT")
    page.click("button:has-text('Đưa vào văn bản')")
    page.click("button:has-text('Lưu dự thảo')")
    page.wait_for_url(f"**/{code}/")
    done(page, code, "forward")
    clock_at("2026-01-12T14:00")
    done(at(desk.office_head), code, "approve")
    clock_at("2026-01-13T09:00")
    page = at(desk.head)
    done(page, code, "sign")
    page.wait_for_url("**/signing/*/")
    sound(page)
    page.click("button:has-text('Ký bằng thiết bị')")
    page.wait_for_url(f"**/{code}/")
    done(page, code, "forward")
    clock_at("2026-01-13T10:00")
    page = at(desk.clerk)
    done(page, code, "number")
    done(page, code, "seal")
    page.wait_for_url("**/signing/*/")
    page.click("button:has-text('Ký bằng thiết bị')")
    page.wait_for_url(f"**/{code}/")
    done(page, code, "finish")
    sound(page)

    # Returned by post; anybody who holds the paper can check it.
    clock_at("2026-01-14T09:30")
    page = at(desk.counter)
    done(page, code, "return", by="post", sent_on="2026-01-14", tracking="EB123456789VN", fee="32000")
    sound(page)
    assert "EB123456789VN" in page.inner_text("main")
    citizen.reload()
    assert "Đã trả kết quả" in citizen.inner_text("main")
    sound(citizen)
    address = next(text for text in drawn if "/ket-qua/" in text)
    citizen.goto(urlsplit(address).path)
    sound(citizen)
    assert "01" in citizen.inner_text("main") and "Nguyễn Văn An" not in citizen.inner_text("main")
    page.goto(f"/dossiers/of/{code}/")
    paper = page.request.get(page.get_attribute("a:has-text('Văn bản đã ký')", "href")).body()
    assert check(paper).intact and len(check(paper).signatures) == 2
    for name, content, worth in (("kq.pdf", paper, "callout-ok"), ("khac.pdf", PDF, "callout-bad")):
        citizen.set_input_files("[name=file]", {"name": name, "mimeType": "application/pdf", "buffer": content})
        citizen.click("main form button")
        citizen.wait_for_load_state()
        assert citizen.locator(f".{worth}").count() >= 1, (name, citizen.inner_text("main"))

    # Register, control slip, clock and quality sheet tell the same.
    page.goto(f"/dossiers/print/?agency={desk.agency.pk}&first=2025-12-30&last=2025-12-30")
    page.select_option("[name=ending]", "xlsx")
    with page.expect_download() as download:
        page.click("button:has-text('In')")
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    row = next(row for row in book.active.iter_rows(values_only=True) if code in map(str, row))
    said = moments(" ".join(str(cell) for cell in row))
    assert said == {"09:00 30/12/2025", "10:00 14/01/2026", "09:30 14/01/2026"}  # received, due, returned
    slip = text_of(page.request.get(f"/dossiers/of/{code}/forms/control.pdf").body())
    told = {"09:00 30/12/2025", "10:00 30/12/2025", "14:00 12/01/2026", "10:00 13/01/2026", "09:30 14/01/2026"}
    assert told <= moments(slip), slip
    page = at(desk.office_head)
    page.goto(f"/dossiers/of/{code}/quality/")
    sound(page)
    assert "Nghị định 61/2018" in page.inner_text("main") or "61/2018/NĐ-CP" in page.inner_text("main")


@pytest.mark.django_db(transaction=True)
def test_another_becomes_late_and_is_apologised_for(page_at, sign_in, sound, whole_desk, clock_at):
    desk, at = whole_desk, Office(page_at, sign_in)
    clock_at("2025-12-30T09:30")
    code = received(at(desk.counter), desk.offer)
    done(at(desk.counter), code, "forward")
    clock_at("2026-01-08T09:31")
    page = at(desk.office_head)
    page.goto("/inbox/")
    assert code in page.inner_text("main") and re.search("[Qq]uá hạn", page.inner_text("main"))
    sound(page)
    done(page, code, "apologise", because="Mất điện ba ngày")
    assert "Mất điện ba ngày" in page.inner_text("main")
    sound(page)
    issue = page.locator("form[action$='/forms/apology/issue/'] button")
    issue.click()
    page.wait_for_load_state()
    letter = text_of(page.request.get(f"/dossiers/of/{code}/forms/apology.pdf").body())
    assert code in letter and "Mất điện ba ngày" in letter
    citizen = page_at(360, "vi")
    citizen.goto(f"/follow/{code}/{token_of(code)}/")
    assert "văn bản xin lỗi" in citizen.inner_text("main")
    sound(citizen)
