"""The forms of dossiers: numbered without gaps, saying what happened, in the set of the day."""

from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
from django.db import transaction

from minhbach.dossiers.actions import ending, intake, moving, opinions, waiting
from minhbach.dossiers.actions.desks import desk_set
from minhbach.dossiers.actions.issuing import form_issue, forms_issue
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.printing import form_docx, form_pdf, form_xlsx
from minhbach.dossiers.testing import LONG_AGO
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def text_of(pdf):
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def refused(code, action, *args, **kwargs):
    with pytest.raises(NotPossible) as error:
        action(*args, **kwargs)
    assert error.value.code == code


@pytest.fixture
def clock(monkeypatch):
    """clock("2026-11-13T10:00"): it is now that moment in Việt Nam."""

    def turn(text):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(text))

    turn("2026-11-13T10:00")
    return turn


@pytest.fixture
def received(clock, desk, make_dossier, make_applicant):
    """A dossier received on Friday 13 November 2026 at 10:00; its five working days end on the 20th at 10:00."""
    applicant = make_applicant(phone="0912345678", address="Số 12, phố Trần Phú")
    return make_dossier(applicant=applicant)


def with_specialist(desk, clock, dossier, moment="2026-11-13T14:05"):
    clock("2026-11-13T10:12")
    moving.dossier_forward(dossier, acting=desk.counter)
    clock(moment)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)


def test_the_receipt_says_what_was_promised_and_has_one_number(desk, received):
    issued = form_issue(received, "receipt", acting=desk.counter)
    assert (issued.form, issued.form_set, issued.number, issued.symbol) == ("01", "tt-03-2025", 1, "01/BPTNTKQ")
    assert form_issue(received, "receipt", acting=desk.counter) == issued
    text = text_of(form_pdf(received, "receipt", follow="https://mot-cua.example/{code}", acting=desk.counter))
    for words in (
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO BỘ PHẬN MỘT CỬA SỞ",
        "Số: 01/BPTNTKQ",
        "ngày 13 tháng 11 năm 2026",
        "Mã hồ sơ: H24.15-261113-0001",
        "Tiếp nhận hồ sơ của Ông (Bà)/Tổ chức: Nguyễn Văn An",
        "Số định danh cá nhân/tổ chức: 031099000001",
        "Địa chỉ: Số 12, phố Trần Phú",
        "Số điện thoại: 0912345678",
        "Nội dung yêu cầu giải quyết: Cấp bản sao để kiểm thử",
        "1. Phiếu đề nghị (bản chính, 01 bản)",
        "Số lượng hồ sơ: 01 (bộ)",
        "theo quy định là: 5 ngày làm việc",
        "Thời gian nhận hồ sơ: 10 giờ 00 phút, ngày 13 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 10 giờ 00 phút, ngày 20 tháng 11 năm 2026",
        "Đăng ký nhận kết quả tại: Bộ phận Một cửa Sở",
        "https://mot-cua.example/H24.15-261113-0001",
        "Mai",
    ):
        assert words in text, words


def test_issuing_is_told_in_the_trail_without_personal_data(desk, received):
    form_issue(received, "receipt", acting=desk.counter)
    event = Event.objects.get(chain__name=received.chain, verb="dossiers.form_issued")
    assert event.data == {"to_status": 2, "form": "01", "form_set": "tt-03-2025", "symbol": "01/BPTNTKQ"}
    kept = str(received.issued.get().data)
    assert "031099000001" not in kept and "Nguyễn" not in kept


def test_numbers_have_no_gaps_and_begin_anew_each_year(desk, clock, make_dossier):
    first, second, third = (make_dossier() for _ in range(3))
    assert [row.number for row in forms_issue([second, first], "receipt", acting=desk.counter)] == [1, 2]
    with pytest.raises(RuntimeError), transaction.atomic():
        assert form_issue(third, "receipt", acting=desk.counter).number == 3
        raise RuntimeError
    assert form_issue(third, "receipt", acting=desk.counter).symbol == "03/BPTNTKQ"
    assert form_issue(first, "control", acting=desk.counter).symbol == "01/PKS-BPTNTKQ"
    clock("2027-01-04T08:00")
    assert form_issue(make_dossier(), "receipt", acting=desk.counter).symbol == "01/BPTNTKQ"


def test_each_request_for_a_supplement_is_a_form_of_its_own(desk, clock, received):
    with_specialist(desk, clock, received)
    refused("not_yet", form_issue, received, "supplement", acting=desk.specialist)
    waiting.supplement_ask(
        received,
        items=["Bản sao khai sinh"],
        because="Thiếu giấy tờ",
        until=at("2026-11-25T00:00").date(),
        acting=desk.specialist,
    )
    form_issue(received, "supplement", acting=desk.specialist)
    text = text_of(form_pdf(received, "supplement", acting=desk.specialist))
    assert "Số: 01/PBS-BPTNTKQ" in text and "1. Bản sao khai sinh Lý do: Thiếu giấy tờ" in text
    assert "hết ngày 25 tháng 11 năm 2026" in text and "liên hệ với Lan" in text
    clock("2026-11-16T09:00")
    waiting.supplement_take(received, acting=desk.counter)
    waiting.supplement_ask(
        received, items=["Ảnh"], because="Mờ", again_because="Ảnh gửi kèm bị mờ", acting=desk.specialist
    )
    assert form_issue(received, "supplement", acting=desk.specialist).number == 2
    text = text_of(form_pdf(received, "supplement", acting=desk.specialist))
    assert "1. Ảnh Lý do: Mờ" in text and "vì: Ảnh gửi kèm bị mờ" in text and "khai sinh" not in text


def test_the_receipt_keeps_what_it_said_after_a_supplement(desk, clock, received):
    form_issue(received, "receipt", acting=desk.counter)
    with_specialist(desk, clock, received)
    waiting.supplement_ask(received, items=["Ảnh"], because="Thiếu", acting=desk.specialist)
    clock("2026-11-17T08:00")
    waiting.supplement_take(
        received, papers=[intake.HandedIn("", "Ảnh 3x4", handed_in="original")], acting=desk.counter
    )
    text = text_of(form_pdf(received, "receipt", acting=desk.counter))
    assert "10 giờ 00 phút, ngày 20 tháng 11 năm 2026" in text and "Ảnh 3x4" not in text


def test_a_dossier_not_received_gets_the_refusal(desk, clock, make_applicant):
    sent = intake.dossier_submit(desk.offer, applicant=make_applicant(), acting=desk.counter)
    refused("not_yet", form_issue, sent, "refusal", acting=desk.counter)
    intake.dossier_decline(sent, because="Không thuộc thẩm quyền của Sở", acting=desk.counter)
    form_issue(sent, "refusal", acting=desk.counter)
    text = text_of(form_pdf(sent, "refusal", acting=desk.counter))
    assert "Số: 01/PTC-BPTNTKQ" in text and "như sau: Không thuộc thẩm quyền của Sở" in text
    refused("not_yet", form_pdf, sent, "receipt", acting=desk.counter)


def test_an_extension_is_apologised_for_with_both_moments(desk, clock, received):
    with_specialist(desk, clock, received)
    clock("2026-11-17T08:00")
    ending.due_extend(received, due_at=at("2026-11-25T16:30"), because="Cần xác minh", acting=desk.office_head)
    with pytest.raises(Refused):
        form_issue(received, "apology", acting=desk.counter)
    form_issue(received, "apology", acting=desk.office_head)
    text = text_of(form_pdf(received, "apology", acting=desk.office_head))
    for words in (
        "Số: 01/PXL",
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN",
        "Kính gửi: Nguyễn Văn An",
        "Ngày 13 tháng 11 năm 2026, Sở Giáo dục và Đào tạo tiếp nhận",
        "kết quả giải quyết hồ sơ: 10 giờ 00 phút, ngày 20 tháng 11 năm 2026.",
        "Lý do: Cần xác minh",
        "vào 16 giờ 30 phút, ngày 25 tháng 11 năm 2026.",
    ):
        assert words in text, words


def test_a_late_dossier_is_apologised_for_with_a_promise(desk, clock, received):
    with_specialist(desk, clock, received)
    clock("2026-11-23T08:00")
    ending.delay_apologise(received, because="Sự cố hệ thống", acting=desk.office_head)
    refused("past", form_issue, received, "apology", promised=at("2026-11-20T08:00"), acting=desk.office_head)
    form_issue(received, "apology", promised=at("2026-11-26T09:00"), acting=desk.office_head)
    text = text_of(form_pdf(received, "apology", acting=desk.office_head))
    assert "Lý do: Sự cố hệ thống" in text and "vào 09 giờ 00 phút, ngày 26 tháng 11 năm 2026." in text


def test_a_stopped_dossier_gets_its_notice(desk, clock, received):
    ending.withdrawal_ask(received, because="Không cần nữa", acting=desk.counter)
    clock("2026-11-16T09:05")
    ending.dossier_stop(received, because="Người nộp rút hồ sơ", acting=desk.counter)
    form_issue(received, "stop", acting=desk.counter)
    text = text_of(form_pdf(received, "stop", acting=desk.counter))
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in text and "Lý do: Người nộp rút hồ sơ" in text
    assert "kể từ 09 giờ 05 phút, ngày 16 tháng 11 năm 2026, theo đề nghị của Ông (Bà)" in text


def whole_way(desk, clock, dossier):
    with_specialist(desk, clock, dossier)
    for moment, acting in (
        ("2026-11-18T08:31", desk.specialist),
        ("2026-11-18T15:59", desk.office_head),
        ("2026-11-19T07:45", desk.head),
    ):
        clock(moment)
        moving.dossier_forward(dossier, acting=acting)
    clock("2026-11-19T09:20")
    ending.dossier_finish(dossier, acting=desk.clerk)
    clock("2026-11-20T08:03")
    ending.result_return(dossier, acting=desk.counter)


def test_the_control_slip_agrees_with_the_stays_to_the_minute(desk, clock, received):
    whole_way(desk, clock, received)
    text = text_of(form_pdf(received, "control", acting=desk.counter))
    moments = [
        "10 giờ 12 phút, ngày 13/11/2026",
        "14 giờ 05 phút, ngày 13/11/2026",
        "08 giờ 31 phút, ngày 18/11/2026",
        "15 giờ 59 phút, ngày 18/11/2026",
        "07 giờ 45 phút, ngày 19/11/2026",
        "09 giờ 20 phút, ngày 19/11/2026",
        "08 giờ 03 phút, ngày 20/11/2026",
    ]
    places = [text.find(moment) for moment in moments]
    assert -1 not in places and places == sorted(places)
    arrived = Stay.objects.filter(dossier=received).values_list("arrived_at", flat=True)[1:]
    assert [moment.astimezone(VIETNAM).strftime("%H giờ %M phút, ngày %d/%m/%Y") for moment in arrived] == moments[:-1]
    # Five working days of 8 hours: 5 % are 2 hours. Assigning took from 10:12 to 14:05, less the noon: 2 hours 23
    # minutes, late. Approving was done the day before it was due; the whole, due on the 20th, was finished on the 19th.
    assert (text.count("Trước hạn"), text.count("Đúng hạn"), text.count("Quá hạn")) == (2, 3, 1)
    assert "1. Giao: Bộ phận Một cửa 2. Nhận: Phòng Quản lý" in text
    assert "2. Nhận: Cá nhân, tổ chức nộp hồ sơ" in text
    assert "Hẹn trả kết quả vào: 10 giờ 00 phút, ngày 20 tháng 11 năm 2026" in text
    assert "Nguyễn Văn An" not in text and "031099000001" not in text


def test_an_open_dossier_leaves_a_line_and_notes_the_waiting(desk, clock, received):
    with_specialist(desk, clock, received)
    opinions.opinion_ask(received, desk.one_stop, question="Có ý kiến gì không?", acting=desk.specialist)
    waiting.supplement_ask(received, items=["Ảnh"], because="Thiếu", acting=desk.specialist)
    text = text_of(form_pdf(received, "control", acting=desk.specialist))
    assert "chờ bổ sung hồ sơ từ 14:05 ngày 13/11/2026" in text and "…giờ…phút" in text
    assert "phối hợp giải quyết hồ sơ: Bộ phận Một cửa" in text


def test_the_register_counts_in_the_order_of_reception(desk, clock, received, make_dossier, make_applicant):
    whole_way(desk, clock, received)
    clock("2026-11-23T09:00")
    later = make_dossier(applicant=make_applicant(name="Trần Thị Bình", id_number="031188000002"))
    found = Dossier.objects.order_by("-id")
    text = text_of(form_pdf(found, "register", subject="Lĩnh vực Văn bằng", acting=desk.counter))
    assert "SỔ THEO DÕI HỒ SƠ Lĩnh vực Văn bằng" in text and "Tổng số: 2 hồ sơ; đã trả kết quả 1 hồ sơ." in text
    sheet = openpyxl.load_workbook(BytesIO(form_xlsx(found, acting=desk.counter))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(n for n, row in enumerate(rows) if row[0] == 1)
    assert rows[first][1:10] == [
        received.code,
        "Cấp bản sao để kiểm thử",
        "Nguyễn Văn An",
        "Số 12, phố Trần Phú; 0912345678",
        "Sở Giáo dục và Đào tạo",
        "10:00\n13/11/2026",
        "10:00\n20/11/2026",
        "08:03\n20/11/2026",
        "Trực tiếp",
    ]
    assert rows[first + 1][:2] == [2, later.code] and rows[first + 1][8] is None


def test_a_dossier_received_under_the_old_circular_keeps_its_forms(desk, clock, make_dossier):
    old = make_dossier(submitted_at=at("2024-05-06T09:00"))
    issued = form_issue(old, "control", acting=desk.counter)
    assert (issued.form, issued.form_set, issued.symbol) == ("05", "tt-01-2018", "01/BPTNTKQ")
    form_issue(old, "receipt", acting=desk.counter)
    text = text_of(form_pdf(old, "receipt", acting=desk.counter))
    assert "lập thành 2 liên" in text and "Số định danh" not in text
    ending.dossier_stop(old, because="Theo đề nghị", acting=desk.counter)
    refused("no_form", form_issue, old, "stop", acting=desk.counter)
    refused("no_form", form_pdf, old, "stop", acting=desk.counter)


def test_a_centre_and_the_old_name_of_a_unit(desk, clock, make_dossier):
    name = "Trung tâm Phục vụ hành chính công"
    desk_set(desk.agency, begins=LONG_AGO, agency_code="H24.15", name=name, phone="1900 1234", acting=SYSTEM)
    dossier = make_dossier(return_by="post")
    assert form_issue(dossier, "receipt", acting=desk.counter).symbol == "01/TTPVHCC"
    assert "qua dịch vụ bưu chính công ích" in text_of(form_pdf(dossier, "receipt", acting=desk.counter))


def test_a_representative_stands_on_the_receipt(desk, clock, make_dossier):
    dossier = make_dossier(sender={"name": "Trần Thị Bình", "id_number": "031188000002", "warrant": "Giấy ủy quyền"})
    text = text_of(form_pdf(dossier, "receipt", acting=desk.counter))
    assert "Người được ủy quyền: Trần Thị Bình" in text and "031188000002" in text


def test_who_may_issue_and_who_may_print(desk, received, make_unit, make_account):
    stranger = make_account("la", make_unit("so-khac", kind="so"), "counter")
    auditor = make_account("kiem", desk.agency, "auditor")
    with pytest.raises(Refused):
        form_issue(received, "receipt", acting=stranger)
    for account in (stranger, auditor):
        with pytest.raises(Refused):
            form_pdf(received, "receipt", acting=account)
        with pytest.raises(Refused):
            form_xlsx([received], acting=account)
    with pytest.raises(Refused):
        form_pdf(received, "control", acting=stranger)
    assert form_pdf(received, "control", acting=auditor)
    refused("nothing", form_pdf, [], "receipt", acting=desk.counter)


def test_word_has_the_same_words(desk, received):
    import docx

    file = docx.Document(BytesIO(form_docx(received, "receipt", acting=desk.counter)))
    lines = " ".join(paragraph.text for paragraph in file.paragraphs)
    assert "Tiếp nhận hồ sơ của Ông (Bà)/Tổ chức: Nguyễn Văn An" in lines
    assert "Thời gian trả kết quả giải quyết hồ sơ: 10 giờ 00 phút, ngày 20 tháng 11 năm 2026" in lines
    with pytest.raises(ValueError, match="one dossier"):
        form_docx([received, received], "receipt", acting=desk.counter)


@pytest.mark.parametrize(("kind", "queries"), [("receipt", 11), ("control", 13), ("register", 7)])
def test_queries_do_not_grow_with_the_dossiers(kind, queries, desk, clock, make_dossier, django_assert_max_num_queries):
    for _ in range(6):
        make_dossier()
    found = Dossier.objects.all()
    with django_assert_max_num_queries(queries):
        form_pdf(found, kind, acting=desk.counter)
