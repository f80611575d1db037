"""Drafts from what people and programs bring: lost columns, spoiled cells, hostile files."""

from __future__ import annotations

import datetime
import io
import unicodedata
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.records.problems import BadInput
from minhbach.scoring import checking_rules, reading, sampling
from minhbach.scoring.drafting import draft_from_bytes, draft_from_file
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.tests import tables_of
from minhbach.scoring.tests.drafts import flags
from minhbach.scoring.tests.strategies import any_text

DATA = Path(__file__).parent / "data"


def test_text_that_lost_its_columns() -> None:
    draft = draft_from_file(DATA / "loose_text.txt")
    indicator_set = draft.indicator_set
    assert {code: node.title.vi for code, node in indicator_set.nodes.items()} == {
        "3": "CẢI CÁCH THỦ TỤC VÀ MỘT CỬA LIÊN THÔNG",
        "3.1": "Công tác chỉ đạo",
        "3.2": "Xử lý các vấn đề phát hiện qua rà soát năm 2023 theo mức độ 3",
        "3.3": "Công khai thủ tục",
        "3.3.1": "Tỷ lệ 95% hồ sơ đúng hạn của các đơn vị theo Quyết định số 19",
    }
    assert [indicator_set.responsibles[c].vi for c in indicator_set.nodes["3.1"].responsible] == [
        "Văn phòng Sở",
        "Các phòng cơ quan Sở",
    ]
    assert all(leaf.is_unstated for leaf in indicator_set.leaves)
    assert "loose" in {p.code for p in draft.problems}
    assert "Người ký" not in reading.to_yaml(indicator_set)


# Files from strangers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.txt", "no-table"),
        (b"mot hai ba", "a.txt", "no-table"),
        (b"\xff\xfe\x00a", "a.txt", "encoding"),
        (b"a\tb\0\tc", "a.txt", "encoding"),
        (b"x" * 5_000_001, "a.txt", "too-large"),
        (b"PK", "a.xlsx", "not-readable"),
        (b"PK", "a.docx", "not-readable"),
        (tables_of.as_xlsx([["TT", "Tiêu chí"]]), "a.docx", "not-readable"),
        (tables_of.as_docx([["TT", "Tiêu chí"]]), "a.xlsx", "not-readable"),
        (b"%PDF-1.7", "a.pdf", "format"),
    ],
)
def test_bad_files_are_refused_in_words(content: bytes, name: str, code: str) -> None:
    with pytest.raises(BadInput) as error:
        draft_from_bytes(content, name)
    problem = error.value.problems.errors[0]
    assert problem.code == code
    assert problem.says.vi
    assert problem.says.en


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="no such file"):
        draft_from_file(Path("khong-co.txt"))


def workbook(rows: list[list[object]], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for row in (["STT", "Tiêu chí", "Điểm"], *rows):
        book.active.append(row)
    if hidden:
        book.create_sheet("Ẩn").append(["9", "Trong trang ẩn", 1])
        book["Ẩn"].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ([3.1, "Mười", 1], "repeated-code", "mã 3.1 lặp lại"),  # typed as 3.10
        ([datetime.date(2023, 11, 3), "Ngày", 1], "day-for-code", "mã là ngày 03/11/2023"),
        (["3.2", '=CONCATENATE("a", "b")', 1], "formula-cell", "ô có công thức"),
        (["3.2", "Hai", "=SUM(C2:C3)"], "points", "cột điểm không phải số"),
        (["3.2", "Hai", "1.000"], "points", "cột điểm không phải số"),
        (["3.2", "Hai", "≤ 2"], "points", "cột điểm không phải số"),
    ],
)
def test_cells_that_lost_what_was_meant_are_named_with_their_place(row: list[object], code: str, says: str) -> None:
    draft = draft_from_bytes(workbook([["3", "Lĩnh vực", None], ["3.1", "Một", 1], row]), "a.xlsx")
    problem = next(p for p in draft.problems if p.code == code)
    assert problem.severity == "warning"
    assert problem.where.endswith("Sheet!4")
    assert says in problem.in_("vi")


def test_a_code_kept_as_a_number_is_noted() -> None:
    draft = draft_from_bytes(workbook([[3, "Lĩnh vực", None], [3.1, "Một", 1]]), "a.xlsx")
    assert [(p.severity, p.where) for p in draft.problems if p.code == "number-as-text"] == [("note", "3.1 Sheet!3")]


def test_a_hidden_sheet_is_named() -> None:
    draft = draft_from_bytes(workbook([["1", "Một", 1]], hidden=True), "a.xlsx")
    assert list(draft.indicator_set.nodes) == ["1", "9"]
    assert [p.where for p in draft.problems if p.code == "hidden-sheet"] == ["“Ẩn”"]


@pytest.mark.parametrize(
    ("written", "worth"),
    [("0,5đ", "1/2"), ("0,5 điểm", "1/2"), ("tối đa 2 điểm", "2"), ("Tối đa: 3", "3"), ("\u00a02,0\u00a0", "2"),
     ("٢", "2"), ("１", "1"), ("1\u200b", "1")],
)  # fmt: skip
def test_points_as_people_write_them(written: str, worth: str) -> None:
    draft = draft_from_bytes(f"STT\tTiêu chí\tĐiểm\n1\tMột\t{written}\n".encode(), "a.txt")
    assert draft.indicator_set.nodes["1"].maximum == Fraction(worth)


@pytest.mark.parametrize(
    "text",
    ["STT\tTiêu chí\r1\tA\r1.1\tB\r", "STT\tTiêu chí\u20281\tA\u20281.1\tB",
     "STT\tTiêu chí\r\n1\tA\t\u00a0\t\r\n1.1\u200b\tB\r\n",
     "STT\tTiêu chí\n１\tA\n１.１.\tB\n"],
    ids=["old Mac", "line separators", "trailing blanks", "wide digits"],
)  # fmt: skip
def test_lines_and_signs_as_programs_leave_them(text: str) -> None:
    draft = draft_from_bytes(text.encode(), "a.txt")
    assert {code: node.title.vi for code, node in draft.indicator_set.nodes.items()} == {"1": "A", "1.1": "B"}


def test_codes_with_letters_before_figures_in_either_way_of_composing() -> None:
    text = unicodedata.normalize("NFD", "STT\tTiêu chí\nTC1\tMột\nĐ-2\tHai\nTC1\tBa\n")
    draft = draft_from_bytes(text.encode(), "a.txt")
    assert [node.title.vi for node in draft.indicator_set.nodes.values()] == ["Một", "Hai", "Ba"]
    assert "repeated-code" in flags(draft, "TC1-2")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(any_text, st.sampled_from(["1", "1.1", "A", "Từ 80% trở lên: 1", "(a/b)*2"])),
                         min_size=2, max_size=4), min_size=1, max_size=8))  # fmt: skip
def test_no_table_makes_the_importer_fail_otherwise(rows: list[list[str]]) -> None:
    text = "STT\tTiêu chí\t\n" + "\n".join("\t".join(row) for row in rows)
    try:
        draft = draft_from_bytes(text.encode(), "a.txt")
    except BadInput:
        return
    assert reading.from_yaml(reading.to_yaml(draft.indicator_set))[0] == draft.indicator_set


@pytest.mark.parametrize(
    "cell", ["(" * 7900, "Tính theo công thức: " + "(a/b)+" * 1200 + "1", "a là b; " * 900, ": 1; " * 1500, "1." * 3900]
)
def test_strange_cells_take_no_long_time(cell: str) -> None:
    import time

    start = time.monotonic()
    draft_from_bytes(f"STT\tTiêu chí\t\n1\tMột\t\n\t{cell}\t\n1.1\t{cell}\t\n".encode(), "a.txt")
    assert time.monotonic() - start < 5


def test_however_wide_the_rules_of_a_table_they_are_tried_on_a_bounded_number_of_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts: list[int] = []

    def counted(indicator_set: IndicatorSet, node: Node, most: int) -> sampling.Sample:
        facts.append(len(node.inputs) * most)
        return sampling.sample(indicator_set, node, 1)

    monkeypatch.setattr(checking_rules, "sample", counted)
    rule = "; ".join(f"Có việc {n}: 0,05" for n in range(50))
    rows = "".join(f"1.{n}\tTiêu chí\t\n\t{rule}\t\n" for n in range(1, 41))
    draft_from_bytes(f"STT\tTiêu chí\tĐiểm\n1\tMột\t\n{rows}".encode(), "a.txt")
    assert len(facts) == 40 and sum(facts) < 1_000_000


def test_a_cell_too_long_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match="a.txt:2: error: a cell of over 8000 characters"):
        draft_from_bytes(("STT\tTiêu chí\t\n1\t" + "x" * 9000 + "\t\n").encode(), "a.txt")
