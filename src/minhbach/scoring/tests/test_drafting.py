"""Drafts from a decision's table: the constructed table of data/decision_table.txt as text, DOCX and XLSX."""

from __future__ import annotations

import datetime
import io
import unicodedata
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.records.problems import BadInput
from minhbach.scoring import reading
from minhbach.scoring.drafting import MARK, Draft, draft_from_bytes, draft_from_file
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.tests.strategies import any_text

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


def flags(draft: Draft, code: str) -> set[str]:
    """What is doubtful about a criterion (notes left out)."""
    found = (p for p in draft.problems if p.severity == "warning" and p.where.split(" ")[0] == code)
    return {p.code for p in found}


def points(draft: Draft, code: str, **facts: object) -> Fraction | str:
    """The points for these facts (figures in percent are given as text), or the state."""
    values = {
        key: Fraction(value[:-1]) / 100 if isinstance(value, str) and value.endswith("%") else
        Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in facts.items()
    }  # fmt: skip
    node = draft.indicator_set.nodes[code]
    result = score_leaf(LeafFacts(draft.indicator_set, node, values, "", {}))  # type: ignore[arg-type]
    return result.score if result.score is not None else result.state


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


# Wordings -----------------------------------------------------------------------------------------------------


def drafted(text: str, worth: str = "") -> Draft:
    rows = "\n".join(f"\t{line}\t" for line in text.split("\n"))
    return draft_from_bytes(f"TT\tTiêu chí\tĐiểm\n1\tLĩnh vực\t\n1.1\tTiêu chí\t{worth}\n{rows}\n".encode(), "a.txt")


@pytest.mark.parametrize(
    ("text", "worth", "facts", "expected"),
    [
        ("≥80%: 1; 60–dưới 80: 0,5; dưới 60: 0", "", {"rate": "60%"}, Fraction(1, 2)),
        ("Trên 80%: 1, từ 50 - 80%: 0,5, dưới 50%: 0", "", {"rate": "80%"}, Fraction(1, 2)),
        ("Đạt 100%: 0.5; dưới 100%: 0", "", {"rate": "99%"}, 0),
        ("Từ 1.000 hồ sơ trở lên: 1\nDưới 1.000 hồ sơ: 0", "", {"amount": 999}, 0),
        ("Từ 05 sáng kiến trở lên: 1 điểm\nDưới 05 sáng kiến: 0 điểm", "", {"amount": 5}, 1),
        ("80–100% kế hoạch: theo tỷ lệ; dưới 80% kế hoạch: 0", "2", {"rate": "90%"}, Fraction(9, 5)),
        ("Đạt từ 80% trở lên: điểm tối đa; dưới 80%: tỷ lệ × điểm tối đa/80%", "2", {"rate": "40%"}, 1),
        ("Tỷ lệ quá hạn dưới 5%: 1\nTừ 5% trở lên: 0", "", {"rate": "5%"}, 0),
        ("Ban hành đúng hạn: 1\nBan hành trễ: 0\nKhông ban hành: -1", "", {"case": "case_3"}, -1),
        ("Họp 4 lần/năm: 20; 3 lần: 15; còn lại: 0", "", {"case": "other"}, 0),
        ("Không có vi phạm: 1\nCó vi phạm: 0", "", {"fulfilled": True}, 1),
        ("Mỗi ứng dụng 1 điểm, tổng không quá 5 điểm", "", {"amount": 7}, 5),
        ("Mỗi ứng dụng 1 điểm, tổng không quá 5 điểm", "", {"amount": 3}, 3),
        ("Đầy đủ: 2\nBáo cáo chậm: -0,25 điểm/báo cáo, trừ đến hết điểm", "2", {"amount": 3}, Fraction(5, 4)),
        ("Đầy đủ: 2\nBáo cáo chậm: -0,25 điểm/báo cáo, trừ đến hết điểm", "2", {"amount": 9}, 0),
        ("2 điểm: đạt 100%\n1 điểm: dưới 100%", "2", {"rate": "99%"}, 1),
        ("Đạt 95% trở lên 2 điểm\nDưới 95% không điểm", "2", {"rate": "95%"}, 2),
        ("Đạt 95% trở lên: 100% số điểm\nDưới 95%: 50% số điểm", "3", {"rate": "94%"}, Fraction(3, 2)),
        ("Không: 0; Có: 2", "2", {"fulfilled": True}, 2),
        ("Đúng hạn: 2\nQuá hạn: 0", "2", {"fulfilled": False}, 0),
        ("Từ 3,5 điểm trở lên: 2\nDưới 3,5 điểm: 0", "2", {"amount": Fraction(36, 10)}, 2),
        ("Có kế hoạch: 0,5\nCó báo cáo: 0,5\nCó kiểm tra: 1", "2", {"item_1": True, "item_2": False, "item_3": True},
         Fraction(3, 2)),
    ],
)  # fmt: skip
def test_other_wordings(text: str, worth: str, facts: dict[str, object], expected: Fraction) -> None:
    assert points(drafted(text, worth), "1.1", **facts) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Từ 80% trở lên: 1\nDưới 80%: 0,5\nKhông thực hiện: 0",
        "Ban hành đúng hạn và hoàn thành 100%: 1\nBan hành chậm và hoàn thành 100%: 0,5\nDưới 100%: 0",
        "Giảm từ 5% trở lên: 1\nKhông giảm: 0",
        "Hoàn thành: 1\nHoàn thành 50% nhiệm vụ: 0,5\nKhông hoàn thành: 0",
        "Trên 90%: 1\nTừ 70% đến dưới 90%: 0,5\nDưới 70%: 0",
        "Từ 95% - 100%: 1\nTừ 90% đến 95%: 0,5\nDưới 90%: 0",
        "Báo cáo trễ: -0,25 điểm/báo cáo; không gửi: -0,5 điểm/báo cáo",
        "Mỗi 10 hồ sơ được 0,5 điểm, tối đa 2 điểm",
        "Đầy đủ 100% danh mục: 10đ; thiếu từ 1-3 nội dung: 5đ; thiếu trên 3 nội dung: 0đ",
        "Từ vụ thứ hai trở đi, mỗi vụ trừ 0,5 điểm",
        "Đạt 100%: 2 điểm; mỗi 1% thiếu trừ 0,1 điểm",
        "Thực hiện tốt: từ 1,5 - 2 điểm; chưa tốt: dưới 1,5 điểm",
        "Tỷ lệ đúng hạn x 1 + Tỷ lệ trực tuyến x 1",
        "Hồ sơ đúng hạn từ 95% trở lên: 2\nHồ sơ trễ hạn dưới 95%: 0",
        "Tăng từ 5% trở lên: 2\nTăng dưới 5%: 1",
        "Không phát sinh: không tính điểm\nĐạt 100%: 2\nDưới 100%: 0",
        "Tính theo công thức: [(số A + tích B)/số C] x 2",
        "Từ 80% trở lên: 1",
        "Đầy đủ: 1\nKhông đầy đủ: 0,5",
    ],
)
def test_what_can_be_misread_is_flagged(text: str) -> None:
    draft = drafted(text)
    assert flags(draft, "1.1")


# Title and tiers in one cell ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "title", "facts", "expected"),
    [
        ("Tỷ lệ TTHC có hồ sơ qua dịch vụ BCCI Từ 75% trở lên: 0,1 Từ 50% đến dưới 75%: 0,05 Dưới 50%: 0",
         "Tỷ lệ TTHC có hồ sơ qua dịch vụ BCCI", {"rate": "75%"}, Fraction(1, 10)),
        ("Tỷ lệ TTHC có hồ sơ qua dịch vụ BCCI Từ 75% trở lên: 0,1 Từ 50% đến dưới 75%: 0,05 Dưới 50%: 0",
         "Tỷ lệ TTHC có hồ sơ qua dịch vụ BCCI", {"rate": "74%"}, Fraction(1, 20)),
        ("Tỷ lệ ký số: từ 80% trở lên: 1; từ 60% đến dưới 80%: 0,5; dưới 60%: 0", "Tỷ lệ ký số", {"rate": "80%"}, 1),
        ("Hồ sơ đúng hạn - Từ 95 % - 100% thì điểm được tính theo công thức (Tỷ lệ hồ sơ đúng hạn x 1.5)/100% "
         "Dưới 95%: 0", "Hồ sơ đúng hạn", {"rate": "96%"}, Fraction(144, 100)),
        ("Đăng tin bài Trên 200 tin, bài/năm đạt 0,5 Từ 52 – 199 tin, bài/năm đạt 0,3 Dưới 52 tin, bài/năm: 0",
         "Đăng tin bài", {"amount": 201}, Fraction(1, 2)),
        ("Chất lượng giải quyết Mức xuất sắc: 1 Mức tốt: 0,5 Mức yếu: 0", "Chất lượng giải quyết",
         {"grade": "xuat_sac"}, 1),
        ("Kiểm tra phân cấp Có thực hiện: 0,5 Không thực hiện: 0", "Kiểm tra phân cấp", {"fulfilled": True},
         Fraction(1, 2)),
    ],
)  # fmt: skip
def test_title_and_tiers_of_one_cell_are_told_apart(
    cell: str, title: str, facts: dict[str, object], expected: Fraction
) -> None:
    draft = draft_from_bytes(f"TT\tTiêu chí\n1\tLĩnh vực\n1.1\t{cell}\n".encode(), "a.txt")
    assert draft.indicator_set.nodes["1.1"].title.vi == title
    assert points(draft, "1.1", **facts) == expected
    assert next(p for p in draft.problems if p.code == "split-title").line == 3


def test_the_tiers_after_the_first_may_stand_in_rows_of_their_own() -> None:
    table = "TT\tTiêu chí\n1.1\tTỷ lệ trả qua bưu chính Từ 75% trở lên: 0,1\n\tDưới 75%: 0\n"
    draft = draft_from_bytes(table.encode(), "a.txt")
    assert draft.indicator_set.nodes["1.1"].title.vi == "Tỷ lệ trả qua bưu chính"
    assert draft.indicator_set.nodes["1.1"].maximum == Fraction(1, 10)


@pytest.mark.parametrize(
    "cell",
    [
        "Tỷ lệ giảm Từ 80% trở lên: 1 Không giảm: 0",  # another scale
        "Tỷ lệ xã có hồ sơ từ 80% trở lên: 1; từ 50% đến dưới 80%: 0,5; dưới 50%: 0",  # which words are the title?
        "Tỷ lệ hồ sơ Từ 80% trở lên: 1 Từ 70% đến 90%: 0,5",  # tiers that overlap
        "Tỷ lệ 100% đơn vị Từ 80% trở lên: 1 Dưới 80%: 0",  # a figure in the title
    ],
)
def test_a_cell_that_cannot_be_told_apart_stays_whole_without_a_rule(cell: str) -> None:
    draft = draft_from_bytes(f"TT\tTiêu chí\n1\tLĩnh vực\n1.1\t{cell}\n".encode(), "a.txt")
    assert {"points-in-title", "not-recognised"} <= flags(draft, "1.1")
    assert draft.indicator_set.nodes["1.1"].is_unstated


def test_points_of_a_title_that_are_no_tier_leave_the_rule_alone() -> None:
    table = "TT\tTiêu chí\n1\tLĩnh vực\n1.1\tBan hành kế hoạch: 1 điểm\n\tĐúng hạn: 1\n\tKhông đúng hạn: 0\n"
    draft = draft_from_bytes(table.encode(), "a.txt")
    assert draft.indicator_set.nodes["1.1"].title.vi == "Ban hành kế hoạch: 1 điểm"
    assert points(draft, "1.1", fulfilled=True) == 1
    assert "points-in-title" in flags(draft, "1.1")


# Formulas over two counts inside tiers ------------------------------------------------------------------------

TASKS = "Từ 80% trở lên thì điểm được tính theo công thức (số nhiệm vụ xong/số nhiệm vụ được giao) x 2\nDưới 80%: 0"
LETTERS = "Từ 80% trở lên số hồ sơ đúng hạn: tính theo công thức (a/b) x 2\nDưới 80%: 0\nTrong đó: "


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        (TASKS, {"amount_1": 40, "amount_2": 50}, Fraction(8, 5)),  # 80 % × 2
        (TASKS, {"amount_1": 39, "amount_2": 50}, 0),  # 78 %
        (TASKS, {"amount_1": 50, "amount_2": 50}, 2),
        (TASKS, {"amount_1": 0, "amount_2": 0}, "undefined"),
        (LETTERS + "a là số hồ sơ đúng hạn b là tổng số hồ sơ", {"a": 9, "b": 10}, Fraction(9, 5)),
        (LETTERS + "a là số hồ sơ đúng hạn; b là tổng số hồ sơ", {"a": 7, "b": 10}, 0),
        ("Từ 90% trở lên: 2\nTừ 50% đến dưới 90%: tính theo công thức 2 x (số việc xong/số việc được giao)"
         "\nDưới 50%: 0", {"amount_1": 6, "amount_2": 8}, Fraction(3, 2)),
    ],
)  # fmt: skip
def test_a_formula_of_two_counts_in_a_tier(text: str, facts: dict[str, object], expected: Fraction | str) -> None:
    draft = drafted(text)
    assert points(draft, "1.1", **facts) == expected
    assert draft.indicator_set.nodes["1.1"].maximum == 2


@pytest.mark.parametrize(
    "text",
    [
        "Từ 80% trở lên: tính theo công thức (a/b) x 2\nDưới 80%: 0",  # letters without a meaning
        "Từ 80% trở lên hồ sơ quá hạn: tính theo công thức (số hồ sơ đúng hạn/tổng số hồ sơ) x 2\nDưới 80%: 0",
        "Từ 80% trở lên: tính theo công thức (số A/số B) x 2\nTừ 50% đến dưới 80%: tính theo công thức (số C/số B) x 1"
        "\nDưới 50%: 0",
        "Từ 80% trở lên: tính theo công thức (số A/số B) x (số C/số B)\nDưới 80%: 0",
        "Từ 80% trở lên: tính theo công thức (số A/số B) x 2 + số C\nDưới 80%: 0",
    ],
)
def test_a_formula_in_a_tier_that_may_mean_another_rate_stays_unstated(text: str) -> None:
    draft = drafted(text, "2")
    assert draft.indicator_set.nodes["1.1"].is_unstated
    assert "not-recognised" in flags(draft, "1.1")


def test_a_column_of_points_wins_and_a_difference_is_said() -> None:
    draft = drafted("Từ 80% trở lên: 1\nDưới 80%: 0", "2")
    assert draft.indicator_set.nodes["1.1"].maximum == 2
    assert "maximum" in flags(draft, "1.1")


def test_outlines_with_letters_and_roman_numbers() -> None:
    text = "TT\tTiêu chí\tĐiểm\nI\tPhần một\t\n1\tMột\t1\na)\tÝ a\t\nII\tPhần hai\t\n1\tMột khác\t2\n"
    text += "1.1\tCon\t2\nA.2.1\tLạ\t1\n"
    draft = draft_from_bytes(text.encode(), "a.txt")
    parents = draft.indicator_set.parents
    assert list(draft.indicator_set.nodes) == ["I", "I.1", "a", "II", "II.1", "1.1", "A.2.1"]
    assert parents["a"] == "I.1"
    assert parents["1.1"] == "II.1"
    assert "no-parent" in flags(draft, "A.2.1")


def test_a_cell_broken_over_lines_is_one_cell() -> None:
    draft = draft_from_bytes(FILES["table.txt"], "table.txt")
    assert draft.indicator_set.nodes["8.2"].title.vi == "Sáng kiến được công nhận"


# Loose text ---------------------------------------------------------------------------------------------------


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
        (as_xlsx(), "a.docx", "not-readable"),
        (as_docx(), "a.xlsx", "not-readable"),
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


def test_a_cell_too_long_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match="a.txt:2: error: a cell of over 8000 characters"):
        draft_from_bytes(("STT\tTiêu chí\t\n1\t" + "x" * 9000 + "\t\n").encode(), "a.txt")
