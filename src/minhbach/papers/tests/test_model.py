"""The description: grids that fit, words and numbers as they will be read."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from minhbach.papers import Cell, Column, Row, Table, attached_to
from minhbach.papers.wording import clean, date_line, number_line, recipient_lines, shown

from .samples import DOCUMENT, HEAD, TABLE

COLUMNS = (Column("a", 1), Column("b", 2), Column("c", 1))


def test_merged_cells_push_the_others_aside():
    placed = {str(item.cell.value): (item.row, item.column) for item in TABLE.placed() if item.kind == "header"}
    assert placed["STT"] == (0, 0) and placed["Điểm"] == (0, 2) and placed["Ngày ban hành"] == (0, 4)
    assert placed["Tối đa"] == (1, 2) and placed["Tự chấm"] == (1, 3) and placed["(5)"] == (2, 4)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((Row.of(1, 2),), "row 1: its cells do not fill"),
        ((Row.of(1, 2, 3, 4),), "row 1: its cells are wider"),
        ((Row.of(1, Cell(2, span=3)),), "row 1: its cells are wider"),
        ((Row.of(1, 2, Cell(3, rows=2)),), "reaches below"),
        ((Row.of(1, Cell(2, rows=2), 3), Row.of(Cell(1, span=2), 3)), "row 2: its cells are wider"),
        ((Row.of(1, Cell(2, rows=2), 3), Row.of(1)), "row 2: its cells do not fill"),
        ((Row.of(1, 2, Cell(3, span=0)),), "at least one column"),
    ],
)
def test_a_grid_that_does_not_fit_is_refused(rows, problem):
    with pytest.raises(ValueError, match=problem):
        Table(COLUMNS, rows)


def test_a_table_needs_columns_with_width():
    with pytest.raises(ValueError, match="share"):
        Table((Column("a", 0),))


def test_numbers_and_dates_in_the_documents_language():
    assert shown(Decimal("1234.50"), "vi") == "1.234,5" and shown(Decimal("1234.5"), "en", 2) == "1,234.50"
    assert shown(date(2023, 3, 5), "vi") == "05/03/2023" and shown(None, "vi") == ""


def test_number_and_date_lines():
    """Decree 30/2020, Annex I, Part I, Section II, items 3 and 4."""
    assert number_line(HEAD, "vi") == "Số: 05/BC-SGDĐT"
    assert number_line(replace(HEAD, number=123), "vi") == "Số: 123/BC-SGDĐT"
    blank = number_line(replace(HEAD, number=None), "vi")
    assert blank and blank.startswith("Số:\u00a0") and blank.endswith("\u00a0/BC-SGDĐT")
    assert number_line(replace(HEAD, number=None, symbol=None), "vi") is None
    assert date_line(HEAD, "vi") == "Hải Phòng, ngày 05 tháng 12 năm 2023"
    assert date_line(HEAD, "en") == "Hải Phòng, 5 December 2023"
    assert "ngày\u00a0" in date_line(replace(HEAD, day=None), "vi")


def test_the_line_of_an_annex():
    assert (
        attached_to("Báo cáo", HEAD)
        == "(Kèm theo Báo cáo số 05/BC-SGDĐT ngày 05 tháng 12 năm 2023 của Sở Giáo dục và Đào tạo)"
    )
    assert attached_to("Report", HEAD, "en").startswith("(Attached to Report No. 05/BC-SGDĐT of 5 December 2023")


def test_recipients_end_in_a_stop():
    assert recipient_lines(DOCUMENT) == ["- Sở Nội vụ;", "- Lưu: VT, VP."]


def test_clean_text_keeps_words_and_loses_traps():
    assert clean("a\x00b\x0b\u202ec\ufffe\ud800") == "abc"
    assert clean("a\r\nb\rc\td") == "a\nb\nc d"
    assert clean("e\u0302\u0323") == "ệ"
    assert clean("<&>#*_$") == "<&>#*_$"


def test_heavy_libraries_wait_for_the_first_file():
    code = "import sys, minhbach.papers; print({'typst', 'docx', 'openpyxl', 'django'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
