"""The forms of the one-stop shop: what each says, worked by hand; which set is whose."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from minhbach.papers.one_stop import (
    Case,
    Handover,
    Issue,
    Line,
    Office,
    Party,
    control_slip,
    find_forms,
    forms_from_yaml,
    forms_on,
    letter,
    register,
)
from minhbach.papers.one_stop.letters import in_lines
from minhbach.records.problems import BadInput

from .samples import pdf_text, read_docx, read_xlsx

NEW = forms_on(date(2026, 11, 13)).by_kind
OLD = forms_on(date(2024, 5, 6)).by_kind
OFFICE = Office("Sở Giáo dục và Đào tạo", "Bộ phận Tiếp nhận và Trả kết quả", "BPTNTKQ", "Hải Phòng", "0225 3 800 001")
CASE = Case(
    "H24.15-261113-0001",
    Party("Nguyễn Văn An", "031099000001", "Số 12, phố Trần Phú", "0912 345 678"),
    "Cấp bản sao văn bằng từ sổ gốc",
    papers=("Phiếu đề nghị (bản chính)", "Giấy khai sinh (bản sao)"),
    sets=1,
    allowed="5 ngày làm việc",
    received=datetime(2026, 11, 13, 10, 0),
    due=datetime(2026, 11, 20, 10, 0),
    return_at="Bộ phận Tiếp nhận và Trả kết quả",
    missing=("Ảnh 3x4",),
    reason="Ảnh bị mờ.",
    until=date(2026, 11, 27),
    old_due=datetime(2026, 11, 20, 10, 0),
    new_due=datetime(2026, 11, 24, 16, 30),
    ended=datetime(2026, 11, 18, 9, 5),
    office="Phòng Quản lý chất lượng",
)
ISSUE = Issue(7, date(2026, 11, 13), "Lê Thị Mai", "https://mot-cua.example/H24.15-261113-0001")


def said(kind, forms=NEW, case=CASE):
    return pdf_text(letter(forms[kind], case, OFFICE, ISSUE))


def test_the_head_names_agency_shop_number_and_day():
    text = said("receipt")
    for words in (
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 07/BPTNTKQ",
        "Hải Phòng, ngày 13 tháng 11 năm 2026",
    ):
        assert words in text, words


def test_form_01_receipt():
    text = said("receipt")
    for words in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ Mã hồ sơ: H24.15-261113-0001",
        "Tiếp nhận hồ sơ của Ông (Bà)/Tổ chức: Nguyễn Văn An",
        "Số định danh cá nhân/tổ chức: 031099000001",
        "Địa chỉ: Số 12, phố Trần Phú",
        "Số điện thoại: 0912 345 678",
        "1. Phiếu đề nghị (bản chính) 2. Giấy khai sinh (bản sao)",
        "Số lượng hồ sơ: 01 (bộ)",
        "theo quy định là: 5 ngày làm việc",
        "Thời gian nhận hồ sơ: 10 giờ 00 phút, ngày 13 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 10 giờ 00 phút, ngày 20 tháng 11 năm 2026",
        "https://mot-cua.example/H24.15-261113-0001",
        "NGƯỜI NỘP HỒ SƠ",
        "Lê Thị Mai",
    ):
        assert words in text, words
    assert "ủy quyền" not in text
    assert "Email:....." in text.replace(" ", "")


def test_a_representative_has_lines_of_their_own_and_signs():
    text = said(
        "receipt", case=replace(CASE, representative=Party("Trần Thị Bình", warrant="Giấy ủy quyền 10/11/2026"))
    )
    assert "Người được ủy quyền: Trần Thị Bình" in text and "Giấy tờ ủy quyền: Giấy ủy quyền 10/11/2026" in text
    assert text.count("Trần Thị Bình") == 2 and text.count("Nguyễn Văn An") == 1


def test_form_02_names_all_that_is_missing_and_until_when():
    text = said("supplement")
    assert "Số: 07/PBS-BPTNTKQ" in text and "1. Ảnh 3x4 Lý do: Ảnh bị mờ." in text
    assert "trước khi hết ngày 27 tháng 11 năm 2026" in text
    assert "liên hệ với Lê Thị Mai, số điện thoại 0225 3 800 001" in text
    assert "lần thứ hai" not in text
    again = said("supplement", case=replace(CASE, again_because="Ảnh gửi lại vẫn mờ", until=None))
    assert "lần thứ hai trở đi, vì: Ảnh gửi lại vẫn mờ" in again and "trước khi hết" not in again


def test_form_03_refuses_with_the_reason():
    text = said("refusal")
    assert "Số: 07/PTC-BPTNTKQ" in text and "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in text
    assert "với lý do cụ thể như sau: Ảnh bị mờ. Xin thông báo" in text


def test_form_04_apologises_and_names_both_moments():
    text = said("apology")
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT Kính gửi: Nguyễn Văn An" in text
    assert "Số: 07/PXL" in text and "Ngày 13 tháng 11 năm 2026, Sở Giáo dục và Đào tạo tiếp nhận" in text
    assert "10 giờ 00 phút, ngày 20 tháng 11 năm 2026" in text
    assert "sẽ trả kết quả giải quyết hồ sơ cho Ông (Bà) vào 16 giờ 30 phút, ngày 24 tháng 11 năm 2026." in text
    assert "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ (Ký và ghi rõ họ tên)" in text


def test_form_05_stops_and_says_at_whose_wish():
    text = said("stop")
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in text and "kể từ 09 giờ 05 phút, ngày 18 tháng 11 năm 2026." in text
    assert "theo đề nghị" not in text
    assert "theo đề nghị của Ông (Bà)" in said("stop", case=replace(CASE, withdrawn=True))
    assert NEW["stop"].ours and "chờ đối chiếu" in NEW["stop"].note.vi


def test_an_organisation_is_not_called_mr_or_mrs():
    case = replace(CASE, applicant=Party("Trường THPT Lê Lợi", is_organisation=True))
    assert "cho Tổ chức vào" in said("apology", case=case)


def test_form_06_has_a_line_for_each_hand_over_and_no_personal_data():
    lines = [
        Handover("Bộ phận Một cửa", "Phòng QL", datetime(2026, 11, 13, 10, 12), "Mai", "Hùng"),
        Handover("Phòng QL", "Phòng QL", datetime(2026, 11, 13, 14, 5), "Hùng", "Lan", "Quá hạn", "Giao lại"),
        Handover("Phòng QL"),
    ]
    text = pdf_text(control_slip(NEW["control"], CASE, OFFICE, lines, ISSUE))
    assert "Số: 07/PKS-BPTNTKQ" in text and "Mã số hồ sơ: H24.15-261113-0001" in text
    assert "giải quyết hồ sơ: Phòng Quản lý chất lượng" in text
    assert "10 giờ 12 phút, ngày 13/11/2026" in text and "14 giờ 05 phút, ngày 13/11/2026" in text
    assert "Quá hạn" in text and "Giao lại" in text and "…giờ…phút" in text
    assert "Nguyễn Văn An" not in text and "031099000001" not in text


def test_form_07_counts_and_has_its_columns():
    line = Line(
        CASE.code,
        CASE.procedure,
        "Nguyễn Văn An",
        "Số 12, phố Trần Phú",
        "Sở Giáo dục và Đào tạo",
        1,
        CASE.received,
        CASE.due,
        datetime(2026, 11, 20, 9, 40),
        "Trực tiếp",
    )
    lines = [line, replace(line, code="H24.15-261113-0002", returned=None)]
    document = register(NEW["register"], lines, OFFICE, subject="Lĩnh vực Văn bằng")
    text = pdf_text(document)
    assert "/STD-BPTNTKQ" in text and "Tổng số: 2 hồ sơ; đã trả kết quả 1 hồ sơ." in text
    sheet = read_xlsx(document).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    place = next(n for n, row in enumerate(rows) if row[0] == "STT")
    assert rows[place][1:7] == [
        "Mã hồ sơ",
        "Tên TTHC",
        "Tên tổ chức, cá nhân",
        "Địa chỉ/SĐT",
        "Cơ quan chủ trì giải quyết",
        "Nhận và trả kết quả",
    ]
    assert rows[place + 1][6:] == [
        "Nhận hồ sơ",
        "Hẹn trả kết quả",
        "Trả kết quả",
        "Phương thức nhận kết quả",
        "Ký nhận",
    ]
    first, second = rows[place + 3], rows[place + 4]
    assert first[:2] == [1, "H24.15-261113-0001"]
    assert first[6:9] == ["10:00\n13/11/2026", "10:00\n20/11/2026", "09:40\n20/11/2026"]
    assert (second[0], second[8]) == (2, None)


@pytest.mark.parametrize("kind", [kind for kind in NEW if kind not in ("control", "register")])
def test_word_says_the_same_as_pdf(kind):
    document = letter(NEW[kind], CASE, OFFICE, ISSUE)
    written = " ".join(" ".join(node.itertext()) for node in read_docx(document).element.body)
    shown = set(pdf_text(document).replace("\u00a0", " ").split())
    assert {word for word in " ".join(written.split()).split() if word.isalnum()} <= {
        piece for word in shown for piece in (word, word.strip(".,;:()/“”"), *word.split("/"))
    }


def test_old_dossiers_keep_the_six_forms_of_2018():
    book = find_forms()
    assert [form.code for form in book.named("tt-01-2018").forms] == ["01", "02", "03", "04", "05", "06"]
    assert [form.code for form in book.named("tt-03-2025").forms] == ["01", "02", "03", "04", "05", "06", "07"]
    assert OLD["control"].code == "05" and OLD["register"].code == "06" and "stop" not in OLD
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in said("apology", OLD)
    assert "031099000001" not in said("receipt", OLD) and "031099000001" not in said("apology", OLD)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2015, 1, 1), "tt-01-2018"),
        (date(2025, 9, 14), "tt-01-2018"),
        (date(2025, 9, 15), "tt-03-2025"),
        (date(2030, 1, 1), "tt-03-2025"),
    ],
)
def test_the_day_of_reception_chooses_the_set(day, code):
    assert forms_on(day).code == code


def test_a_centre_has_its_own_symbol():
    book = find_forms()
    assert book.shop_symbol("Trung tâm Phục vụ hành chính công xã Ba Đồn") == "TTPVHCC"
    assert book.shop_symbol("Bộ phận Tiếp nhận và Trả kết quả") == book.shop_symbol("Một cửa") == "BPTNTKQ"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("{text: 'a {nobody}'}", "nobody"),
        ("{text: a, centre: b}", "một trong"),
        ("{fields: [{label: a, fact: b}]}", "“b”"),
    ],
)
def test_a_form_that_asks_for_what_there_is_not_is_refused(part, said):
    form = f"{{code: '01', kind: receipt, title: t, symbol: s, body: [{part}]}}"
    with pytest.raises(BadInput) as error:
        forms_from_yaml(
            f"{{format: 1, shops: [{{name: a, symbol: b}}],"
            f" sets: [{{code: c, title: t, begins: 2020-01-01, forms: [{form}]}}]}}"
        )
    assert any(said in problem.says.vi for problem in error.value.problems.errors)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Sở Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo"),
        ("Bộ phận Tiếp nhận và Trả kết quả", "Bộ phận Tiếp nhận\nvà Trả kết quả"),
        (
            "Bộ phận Tiếp nhận và Trả kết quả, Sở Giáo dục và Đào tạo",
            "Bộ phận Tiếp nhận\nvà Trả kết quả, Sở\nGiáo dục và Đào tạo",
        ),
        ("Vụ-không-có-chỗ-nào-để-ngắt-dòng", "Vụ-không-có-chỗ-nào-để-ngắt-dòng"),
    ],
)
def test_a_name_takes_as_many_lines_as_its_column_asks_for(name, lines):
    assert in_lines(name, 25) == lines
