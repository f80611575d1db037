"""Drafts of rules in the many ways in which decisions write them: one criterion at a time."""

from __future__ import annotations

from fractions import Fraction

import pytest

from minhbach.scoring.drafting import draft_from_bytes
from minhbach.scoring.tests.drafts import drafted, flags, points


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
        ("Không dưới 80%: 2\nDưới 80%: 0", "2", {"rate": "80%"}, 2),
        ("Không vượt quá 5%: 2\nTrên 5%: 0", "2", {"rate": "5%"}, 2),
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


@pytest.mark.parametrize(
    ("title", "compared"),
    [("Số sáng kiến hằng năm của khách hàng", True), ("Thứ hạng chỉ số hài lòng", False)],
)
def test_more_than_last_year_is_better_unless_it_is_a_rank(title: str, compared: bool) -> None:
    rule = "Tăng so với năm trước: 2\n\tBằng năm trước: 1\n\tGiảm so với năm trước: 0"
    draft = draft_from_bytes(f"TT\tTiêu chí\n1\tLĩnh vực\n1.1\t{title}\n\t{rule}\n".encode(), "a.txt")
    [spec] = draft.indicator_set.nodes["1.1"].inputs.values()
    assert (spec.type, spec.previous) == (("count", True) if compared else ("grade", False))


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
