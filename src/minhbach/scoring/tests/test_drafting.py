"""Drafts from a decision's table: the constructed table of data/decision_table.txt as text, DOCX and XLSX."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest

from minhbach.scoring import reading
from minhbach.scoring.drafting import MARK, Draft, draft_from_bytes
from minhbach.scoring.tests.drafts import flags, points

DATA = Path(__file__).parent / "data"
TABLE = (DATA / "decision_table.txt").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines() if "\t" in line]


def as_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("1. Không thuộc bảng")
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        cells = table.add_row().cells
        for cell, text in zip(cells, [*row, "", ""], strict=False):
            cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([cell or None for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


FILES = {"table.txt": TABLE.encode(), "table.docx": as_docx(), "table.xlsx": as_xlsx()}


@pytest.fixture(scope="module", params=FILES)
def draft(request: pytest.FixtureRequest) -> Draft:
    return draft_from_bytes(FILES[request.param], request.param)


def test_every_row_with_a_code_is_a_criterion_in_its_place(draft: Draft) -> None:
    assert list(draft.indicator_set.nodes) == [
        *("3", "3.1", "3.2", "3.2.1", "3.2.2", "3.2.3", "3.3", "3.4", "khong-ma-1"),
        *("7", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "8", "8.1", "8.2"),
    ]
    assert draft.indicator_set.parents["3.2.1"] == "3.2"
    assert draft.indicator_set.nodes["7.3"].title.vi == "Tỷ lệ ký số"
    assert draft.indicator_set.nodes["7.6"].title.vi == "Áp dụng ISO 9001:2015"


def test_units_are_declared_with_codes_of_their_own(draft: Draft) -> None:
    indicator_set = draft.indicator_set
    named = {code: title.vi for code, title in indicator_set.responsibles.items()}
    assert named == {"VPS": "Văn phòng Sở", "CPS": "Các phòng Sở", "DVTT": "Đơn vị trực thuộc", "TTS": "Thanh tra Sở"}
    assert indicator_set.nodes["3.2"].responsible == ("CPS", "DVTT")


@pytest.mark.parametrize(
    ("code", "facts", "expected"),
    [
        ("3.1", {"fulfilled": True}, Fraction(1, 4)),
        ("3.1", {"fulfilled": False}, 0),
        ("3.2.1", {"rate": "100%"}, Fraction(3, 2)),
        ("3.2.1", {"rate": "95%"}, Fraction(1425, 1000)),
        ("3.2.1", {"rate": "94%"}, 0),
        ("3.2.2", {"rate": "70%"}, Fraction(7, 10)),
        ("3.2.2", {"rate": "69%"}, 0),
        ("3.2.3", {"day_du": True, "kip_thoi": False}, Fraction(1, 4)),
        ("3.2.3", {"day_du": False, "kip_thoi": True}, "undefined"),
        ("3.3", {"grade": "tot"}, Fraction(1, 2)),
        ("3.3", {"grade": "yeu"}, 0),
        ("3.4", {"arose": False}, Fraction(1, 2)),
        ("3.4", {"arose": True, "rate": "100%"}, Fraction(1, 2)),
        ("3.4", {"arose": True, "rate": "99%"}, Fraction(1, 4)),
        ("3.4", {"arose": True, "rate": "89%"}, 0),
        ("khong-ma-1", {"fulfilled": True}, Fraction(1, 2)),
        ("7.1", {}, "unstated"),
        ("7.3", {"rate": "60%"}, Fraction(1, 2)),
        ("7.4", {"item_1": True, "item_2": True}, Fraction(4, 5)),
        ("7.5", {"amount": 201}, Fraction(1, 2)),
        ("7.5", {"amount": 200}, "undefined"),
        ("7.5", {"amount": 52}, Fraction(3, 10)),
        ("7.6", {"case": "case_2"}, Fraction(1, 4)),
        ("8.1", {"amount_1": 39, "amount_2": 40}, Fraction(39, 16)),
        ("8.1", {"amount_1": 0, "amount_2": 0}, "undefined"),
        ("8.2", {}, "unstated"),
    ],
)
def test_rules_score_as_the_source_says(
    draft: Draft, code: str, facts: dict[str, object], expected: Fraction | str
) -> None:
    assert points(draft, code, **facts) == expected


def test_a_formula_over_defined_letters(draft: Draft) -> None:
    node = draft.indicator_set.nodes["7.2"]
    assert {key: spec.title.vi for key, spec in node.inputs.items()} == {
        "a": "tổng số văn bản đi (trừ văn bản mật)",
        "b": "số văn bản gửi điện tử",
        "c": "số văn bản gửi song song",
    }
    assert points(draft, "7.2", a=400, b=300, c=60) == Fraction(33, 40)
    assert "may-exceed" in flags(draft, "7.2")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("3.1", "several-conditions"),
        ("3.2.3", "gap"),
        ("khong-ma-1", "no-code"),
        ("7.1", "no-rule"),
        ("7.4", "checklist"),
        ("7.5", "gap"),
        ("7.5", "points-in-title"),
        ("8.2", "not-recognised"),
    ],
)
def test_what_is_doubtful_is_said(draft: Draft, code: str, expected: str) -> None:
    assert expected in flags(draft, code)


def test_remedies_fit_the_screen_and_the_command_line(draft: Draft) -> None:
    for problem in draft.problems:
        for lang in ("vi", "en"):
            assert "minhbach" not in problem.remedy.in_(lang)
            assert "sets check" not in problem.remedy.in_(lang)


def test_what_is_plain_is_not_flagged(draft: Draft) -> None:
    assert not any(flags(draft, code) for code in ("3.2.1", "3.2.2", "3.3", "3.4", "7.3", "7.6", "8.1"))


def test_the_wording_of_the_source_stands_in_the_note(draft: Draft) -> None:
    note = draft.indicator_set.nodes["8.2"].note
    assert note.vi.startswith(MARK.vi)
    assert "Cứ mỗi sáng kiến" in note.vi
    assert draft.indicator_set.nodes["8.2"].is_unstated


def test_a_draft_is_readable_as_a_set_and_carries_nothing_from_outside_the_table(draft: Draft) -> None:
    text = reading.to_yaml(draft.indicator_set)
    again, problems = reading.from_yaml(text)
    assert again == draft.indicator_set, [p.in_("en") for p in problems]
    assert "Người ký" not in text
    assert "Mục đích" not in text


def test_findings_name_line_or_cell() -> None:
    place = {
        name: next(p for p in draft_from_bytes(content, name).problems if p.code == "checklist")
        for name, content in FILES.items()
    }
    assert TABLE.splitlines()[place["table.txt"].line - 1].startswith("7.4\t")
    assert place["table.docx"].where == "7.4 bảng 1, dòng 32"
    assert place["table.xlsx"].where == "7.4 Sheet!32"


def test_headings_across_merged_cells_of_a_word_table() -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=3)
    for row, texts in zip(table.rows, [("STT", "Tiêu chí", "Điểm"), ("A. PHẦN MỘT", "", ""), ("1", "Một", "2"),
                                       ("1.1", "Một một", "2")], strict=True):  # fmt: skip
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[2])
    table.rows[1].cells[0].text = "A. PHẦN MỘT"
    target = io.BytesIO()
    document.save(target)
    indicator_set = draft_from_bytes(target.getvalue(), "a.docx").indicator_set
    assert {code: node.title.vi for code, node in indicator_set.nodes.items()} == {
        "A": "PHẦN MỘT",
        "1": "Một",
        "1.1": "Một một",
    }
    assert indicator_set.parents == {"1": "A", "1.1": "1"}


def test_a_cell_broken_over_lines_is_one_cell() -> None:
    draft = draft_from_bytes(FILES["table.txt"], "table.txt")
    assert draft.indicator_set.nodes["8.2"].title.vi == "Sáng kiến được công nhận"
