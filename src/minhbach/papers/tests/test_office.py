"""DOCX and XLSX, opened again with other eyes."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.papers import Column, Document, Heading, Paragraph, Row, Table, to_docx, to_xlsx

from .samples import DOCUMENT, HOSTILE, read_docx, read_xlsx


def cells(sheet):
    return {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}


def found(sheet, value):
    return next(cell for cell in cells(sheet).values() if cell.value == value)


class TestDocx:
    def test_page(self):
        """Annex I, Part I, Section I: A4, margins, page number centred above from page 2."""
        section = read_docx(DOCUMENT).sections[0]
        near = pytest.approx
        assert section.page_width == near(Mm(210), abs=999) and section.page_height == near(Mm(297), abs=999)
        assert section.left_margin == near(Mm(30), abs=999) and section.right_margin == near(Mm(15), abs=999)
        assert section.top_margin == section.bottom_margin == near(Mm(20), abs=999)
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml and "PAGE" not in section.first_page_header._element.xml
        wide = read_docx(replace(DOCUMENT, landscape=True)).sections[0]
        assert wide.orientation == WD_ORIENT.LANDSCAPE and wide.page_width > wide.page_height

    def test_letterhead(self):
        file = read_docx(DOCUMENT)
        head = file.tables[0]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head.cell(0, 1).text
        assert head.cell(0, 0).text.split("\n")[:3] == [
            "ỦY BAN NHÂN DÂN",
            "THÀNH PHỐ HẢI PHÒNG",
            "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        ]
        assert head.cell(1, 0).text == "Số: 05/BC-SGDĐT"
        assert head.cell(1, 1).text == "Hải Phòng, ngày 05 tháng 12 năm 2023"
        nation = head.cell(0, 1).paragraphs[0].style
        assert nation.name == "Quốc hiệu" and nation.font.bold and nation.font.size.pt == 12

    def test_styles_are_real_and_in_times_new_roman(self):
        file = read_docx(DOCUMENT)
        used = {paragraph.style.name for paragraph in file.paragraphs}
        assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Body Text"} <= used
        assert file.styles["Body Text"].font.size.pt == 14
        for name in used:
            fonts = file.styles[name].element.find(f".//{qn('w:rFonts')}")
            assert fonts is None or fonts.get(qn("w:ascii")) == "Times New Roman"
        language = file.styles.element.find(f".//{qn('w:lang')}")
        assert language.get(qn("w:val")) == "vi-VN"

    def test_table(self):
        table = read_docx(DOCUMENT).tables[1]
        repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert repeated == [True] * 3 + [False] * 5
        assert table.cell(0, 0)._tc is table.cell(1, 0)._tc  # merged over two rows
        assert table.cell(0, 2)._tc is table.cell(0, 3)._tc
        assert table.cell(5, 1).text == table.cell(6, 1).text == "Báo cáo định kỳ"
        assert table.cell(3, 3).text == "1.234,25"
        assert table.cell(3, 3).paragraphs[0].alignment == 2  # right
        assert table.cell(7, 0).paragraphs[0].runs[0].bold

    def test_recipients_and_signature(self):
        closing = read_docx(DOCUMENT).tables[-1]
        assert closing.cell(0, 0).text == "Nơi nhận:\n- Sở Nội vụ;\n- Lưu: VT, VP."
        assert closing.cell(0, 1).text.startswith("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n(Ký, ghi rõ họ tên)\n\n")

    def test_properties(self):
        facts = read_docx(DOCUMENT).core_properties
        assert facts.title.startswith("Báo cáo Kết quả") and facts.language == "vi" and not facts.comments


class TestXlsx:
    def test_numbers_are_numbers(self):
        sheet = read_xlsx(DOCUMENT).worksheets[0]
        points = found(sheet, 1234.25)
        assert points.data_type == "n" and points.number_format == "#,##0.00"
        assert points.alignment.horizontal == "right" and points.font.name == "Times New Roman"
        day = found(sheet, datetime(2023, 1, 15))
        assert day.is_date and day.number_format == "dd/mm/yyyy"

    def test_every_digit_is_shown_without_places(self):
        table = Table((Column("a", 1),), (Row.of(Decimal("0.125")), Row.of(7), Row.of(Decimal("1E+2"))))
        sheet = read_xlsx(Document("T", blocks=(table,))).active
        assert found(sheet, 0.125).number_format == "#,##0.000"
        assert found(sheet, 7).number_format == found(sheet, 100).number_format == "#,##0"

    def test_print_setup(self):
        sheet = read_xlsx(DOCUMENT).worksheets[0]
        header = found(sheet, "STT").row
        assert sheet.print_title_rows == f"${header}:${header + 2}"
        assert sheet.freeze_panes == f"A{header + 3}"
        assert int(sheet.page_setup.paperSize) == 9 and sheet.page_setup.orientation == "portrait"
        assert sheet.page_setup.fitToWidth == 1 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_margins.left == pytest.approx(30 / 25.4)
        assert sheet.HeaderFooter.differentFirst and "&P" in str(sheet.oddHeader.center.text)

    def test_letterhead_first_and_signatures_last(self):
        book = read_xlsx(DOCUMENT)
        assert book.sheetnames == ["Bảng điểm", "Báo cáo"]
        first, last = book.worksheets
        assert found(first, "Số: 05/BC-SGDĐT") and found(first, "BÁO CÁO") and found(last, "PHÓ GIÁM ĐỐC")
        assert found(last, "Trang hai.") and found(last, "- Lưu: VT, VP.")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", " =1", "#N/A", '=HYPERLINK("x")', "007", "1e5"])
    def test_text_is_never_a_formula(self, text):
        table = Table((Column(text, 1),), (Row.of(text),))
        sheet = read_xlsx(Document(text, blocks=(table, Paragraph(text)), recipients=(text,))).worksheets[0]
        same = [cell for cell in cells(sheet).values() if str(cell.value).strip() == text.strip()]
        assert len(same) >= 2 and all(cell.data_type == "s" for cell in same)
        if text.strip()[0] in "=+-@":
            assert all(cell.quotePrefix for cell in same)

    def test_sheet_names_are_made_acceptable(self):
        one = Table((Column("a", 1),), (), name="Bảng: điểm [2023] / tổng hợp của các đơn vị")
        book = read_xlsx(Document("T", blocks=(one, one, replace(one, name="?*"))))
        assert book.sheetnames[0] == "Bảng điểm 2023 tổng hợp của các"
        assert len(set(book.sheetnames)) == 3 and all(len(name) <= 31 for name in book.sheetnames)

    def test_very_long_text_is_cut_where_excel_would_fail(self):
        sheet = read_xlsx(Document("T", blocks=(Table((Column("a", 1),), (Row.of("à" * 40_000),)),))).active
        (long,) = (cell.value for cell in cells(sheet).values() if str(cell.value).startswith("àà"))
        assert len(long) == 32_767 and long.endswith("…")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("reader", [read_docx, read_xlsx])
def test_hostile_text_opens_again(reader, text):
    table = Table((Column(text, 1), Column("b", 1)), (Row.of(text, text, kind="group"), Row.of(text, 1)), name=text)
    assert reader(
        Document(text, subtitle=text, note=text, blocks=(Paragraph(text), Heading(text), table), recipients=(text,))
    )


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_makes_files(text):
    table = Table((Column(text, 1),), (Row.of(text),), name=text)
    document = Document(text, blocks=(Paragraph(text), table))
    assert read_docx(document) and read_xlsx(document)


def test_an_empty_document_is_still_a_file():
    assert to_docx(Document("")) and to_xlsx(Document(""))
