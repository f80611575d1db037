"""The papers around a self-score."""

from datetime import date
from decimal import Decimal

import pytest

from minhbach.papers import (
    EvidenceRow,
    ExplanationRow,
    ScoreRow,
    Signature,
    SummaryRow,
    evidence_list,
    explanation_sheet,
    self_score_report,
    self_score_sheet,
)

from .samples import HEAD, pdf_text, read_docx, read_xlsx, score_rows

SUBJECT = "Chỉ số cải cách hành chính năm 2023"


def sheet(**changes):
    rows = [
        ScoreRow("1", "CẢI CÁCH THỂ CHẾ", 1, Decimal("2"), Decimal("1.5"), Decimal("1.25")),
        ScoreRow("1.1", "Rà soát văn bản", 2, Decimal("1"), Decimal("0.125"), None, "[1] Báo cáo 5/BC", "", "Phòng A"),
        ScoreRow("", "Tiêu chí không có mã", 2, Decimal("1"), "không áp dụng", None, "", "Chưa có văn bản", "Phòng B"),
    ]
    total = ScoreRow("", "", 1, Decimal("2"), Decimal("1.5"), Decimal("1.25"))
    return self_score_sheet(SUBJECT, rows, total=total, letterhead=HEAD, **changes)


def test_the_official_columns():
    table = read_docx(sheet()).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == [
        "STT",
        "Lĩnh vực/Tiêu chí/Tiêu chí thành phần",
        "Điểm tối đa",
        "Điểm đánh giá",
        "Điểm đánh giá",
        "Tài liệu kiểm chứng",
        "Giải trình",
        "Công chức phụ trách",
        "Công chức phụ trách",
    ]
    assert [cell.text for cell in table.rows[1].cells][3:5] == ["Tự chấm", "Thẩm định"]
    assert [cell.text for cell in table.rows[2].cells][-1] == "(9)"
    assert [cell.text for cell in table.rows[4].cells][:5] == ["1.1", "Rà soát văn bản", "1,000", "0,125", ""]
    assert table.rows[5].cells[3].text == "không áp dụng"
    assert [cell.text for cell in table.rows[-1].cells][1:5] == ["Tổng cộng", "2,000", "1,500", "1,250"]


def test_columns_can_be_left_out():
    table = read_docx(sheet(appraised=False, officers=False)).tables[1]
    assert [cell.text for cell in table.rows[1].cells] == [
        "STT",
        "Lĩnh vực/Tiêu chí/Tiêu chí thành phần",
        "Điểm tối đa",
        "Tự chấm",
        "Tài liệu kiểm chứng",
        "Giải trình",
    ]


def test_no_digit_of_a_score_is_lost():
    book = read_xlsx(sheet())
    assert any(cell.value == 0.125 and cell.number_format == "#,##0.000" for row in book.active.rows for cell in row)
    assert "0,125" in pdf_text(sheet())


def test_in_english():
    text = pdf_text(sheet(lang="en"))
    assert "SELF-ASSESSMENT SCORE SHEET" in text and "Evidence" in text and "0.125" in text and "Tổng" not in text


def report(**changes):
    total = SummaryRow("", "", Decimal("59.5"), Decimal("50.75"), Decimal("85.29"))
    summary = [SummaryRow("1", "Cải cách thể chế", Decimal("8.5"), Decimal("7.25"), Decimal("85.29"))]
    return self_score_report(SUBJECT, HEAD, summary, total, **changes)


def test_the_report_has_its_parts():
    text = pdf_text(
        report(
            basis="Kế hoạch số 12/KH-UBND",
            unexplained=[row for row in score_rows(8) if row.level == 3][:2],
            difficulties=["Một.", "Hai."],
            signatures=(Signature("Giám đốc"),),
        )
    )
    places = [
        text.index(words)
        for words in (
            "BÁO CÁO Kết quả tự đánh giá",
            "Thực hiện Kế hoạch số 12/KH-UBND, Sở Giáo dục và Đào tạo báo cáo",
            "I. KẾT QUẢ",
            "Tổng điểm tự chấm là 50,75 điểm trên tổng số 59,50 điểm, đạt 85,29%.",
            "II. GIẢI TRÌNH",
            "1.1.1",
            "III. KHÓ KHĂN",
            "1. Một.",
            "2. Hai.",
            "IV. ĐỀ XUẤT",
            "Không có.",
            "GIÁM ĐỐC",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_empty_report_says_so(lang):
    text = pdf_text(report(lang=lang))
    assert text.count("None." if lang == "en" else "Không có.") == 3


def test_the_list_of_evidence():
    rows = [EvidenceRow(7, "1.1", "12/KH-SGDĐT", date(2023, 1, 15), "Kế hoạch năm", "007_12-KH-SGDDT.pdf")]
    table = read_docx(evidence_list(SUBJECT, rows)).tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [
        "7",
        "1.1",
        "12/KH-SGDĐT",
        "15/01/2023",
        "Kế hoạch năm",
        "007_12-KH-SGDDT.pdf",
    ]


def test_the_explanations():
    rows = [ExplanationRow("1.1", "Kế hoạch", Decimal("1"), Decimal("0.5"), "Vì sao?", "Vì thế.", "[8]")]
    text = pdf_text(explanation_sheet(SUBJECT, rows, letterhead=HEAD))
    assert "BẢN GIẢI TRÌNH" in text and "Vì sao? Vì thế. [8]" in text and "0,50" in text
