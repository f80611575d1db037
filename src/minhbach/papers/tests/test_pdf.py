"""PDF: every letter readable, page and numbers where Decree 30 puts them, tagged, safe."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.papers import (
    Cell,
    Column,
    Document,
    Heading,
    PaperError,
    Paragraph,
    Row,
    Signature,
    Table,
    pdf,
    self_score_sheet,
    to_pdf,
)

from .samples import DOCUMENT, HOSTILE, pdf_text, read_pdf, score_rows

LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"


def test_all_134_letters_are_drawn_and_found():
    assert len(LETTERS) == 67
    line = f"{LETTERS} {LETTERS.upper()}"
    for style in ({}, {"bold": True}, {"italic": True}, {"bold": True, "italic": True}):
        found = pdf_text(Document("", blocks=(Paragraph(line, indent=False, align="left", **style),)))
        assert found.replace(" ", "") == line.replace(" ", ""), style


def test_everything_is_on_paper():
    text = pdf_text(DOCUMENT)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "Số: 05/BC-SGDĐT",
        "Hải Phòng, ngày 05 tháng 12 năm 2023",
        "BÁO CÁO",
        "(Kèm theo Kế hoạch số 12/KH-UBND)",
        "1.234,25",
        "15/01/2023",
        "1.235,13",  # two places asked for
        "Nơi nhận: - Sở Nội vụ; - Lưu: VT, VP.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
    ):
        assert words in text, words


def test_english_words_and_numbers():
    text = pdf_text(replace(DOCUMENT, lang="en"))
    assert "Independence - Freedom - Happiness" in text and "1,234.25" in text and "Recipients:" in text


def test_page_language_title_tags_and_fonts():
    reader = read_pdf(DOCUMENT)
    assert reader.metadata.title.startswith("Báo cáo Kết quả")
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "vi" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    page = reader.pages[0].mediabox
    assert (round(page.width), round(page.height)) == (595, 842)
    wide = read_pdf(replace(DOCUMENT, landscape=True)).pages[0].mediabox
    assert (round(wide.width), round(wide.height)) == (842, 595)
    fonts = {font["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].get_object().values()}
    assert fonts and all("Tinos" in font for font in fonts)


def test_page_numbers_from_the_second_page():
    reader = read_pdf(DOCUMENT)
    assert len(reader.pages) == 2
    assert reader.pages[1].extract_text().split()[0] == "2"
    assert reader.pages[0].extract_text().split()[0] != "1"


def test_a_sheet_of_sixty_rows_is_quick_and_repeats_its_header():
    document = self_score_sheet("Chỉ số năm 2023", score_rows(60))
    to_pdf(document)
    start = time.perf_counter()
    to_pdf(document)
    assert time.perf_counter() - start < 2  # 0.05 s on two idle cores
    pages = read_pdf(document).pages
    assert len(pages) > 3
    assert all("Tài liệu kiểm chứng" in " ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("count", range(29, 41))
def test_signatures_never_stand_alone(count):
    rows = [Row.of(f"Dòng {n}", n, kind="group" if n % 5 == 0 else "body") for n in range(count)]
    table = Table((Column("Đầu bảng", 5), Column("b", 1)), tuple(rows))
    document = Document("Bảng", blocks=(Paragraph("Mở đầu"), table), signatures=(Signature("Giám đốc"),))
    last = read_pdf(document).pages[-1].extract_text()
    assert "GIÁM ĐỐC" in last and f"Dòng {count - 1}" in last and "Đầu bảng" in last


def test_the_same_document_gives_the_same_file():
    assert to_pdf(DOCUMENT) == to_pdf(DOCUMENT)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text):
    table = Table((Column(text, 1), Column("b", 1)), (Row.of(text, text, kind="group"), Row.of(text, 1)))
    document = Document(
        text, subtitle=text, note=text, blocks=(Paragraph(text), Heading(text), table), recipients=(text,)
    )
    assert to_pdf(document).startswith(b"%PDF")


def test_markup_is_not_read():
    text = '#strong[x] *a* _b_ $x$ <label> #read("/etc/passwd")'
    assert text in pdf_text(Document("", blocks=(Paragraph(text, align="left"),)))


def test_long_words_stay_in_their_column():
    word = "Siêu" * 60
    table = Table((Column("a", 1), Column("b", 9)), (Row.of(word, "bên cạnh"),))
    page = read_pdf(Document("", blocks=(table,))).pages[0]
    ends = []
    page.extract_text(visitor_text=lambda text, _cm, matrix, _font, size: ends.append((matrix[4], text)))
    assert word in "".join(page.extract_text().replace("\u200b", "").split())
    assert all(len(text.strip()) < 12 for left, text in ends if text.strip() and "bên" not in text and left < 120)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["group", "body", "total"]), max_size=40), st.text(max_size=80), st.integers(0, 700))
def test_any_table_anywhere_on_the_page_is_drawn(kinds, text, words):
    rows = tuple(Row.of("1", text, Decimal("0.5"), kind=kind) for kind in kinds)
    table = Table((Column("a", 1), Column(text, 5), Column("c", 1)), rows, numbered=True)
    assert to_pdf(Document("T", blocks=(Paragraph("đoạn " * words), table, Paragraph("x"))))


def test_cells_over_several_rows_in_a_group_are_drawn():
    rows = (Row.of(Cell("x", rows=2), "nhóm", kind="group"), Row.of("y"))
    assert "nhóm" in pdf_text(Document("T", blocks=(Table((Column("a", 1), Column("b", 1)), rows),)))


def test_missing_fonts_are_an_error_not_another_typeface(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "files", lambda _package: tmp_path)
    pdf._fonts.cache_clear()
    try:
        with pytest.raises(PaperError, match="Tinos"):
            pdf._fonts()
    finally:
        pdf._fonts.cache_clear()
