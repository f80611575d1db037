"""Drafts of constructed tables in the styles of other provinces, from Word, Excel, CSV and text.

What each criterion is worth for given figures was worked out by hand from the table. A criterion without a warning has
to score right; whatever cannot be told from the words has to carry a warning.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from minhbach.records.problems import BadInput
from minhbach.scoring.drafting import Draft, draft_from_bytes
from minhbach.scoring.tests import tables_of
from minhbach.scoring.tests.drafts import points

YES, NO = {"fulfilled": True}, {"fulfilled": False}

#: Table → criterion → maximum, warnings, and points or state for figures (a rate as text).
EXPECTED: dict[str, dict[str, tuple[Any, set[str], list[tuple[dict[str, Any], Any]]]]] = {
    "so_nganh": {
        "1.1.1": (1, set(), [({"case": "case_1"}, 1), ({"case": "case_2"}, "0.5"), ({"case": "case_3"}, 0)]),
        "1.1.2": (2, set(), [({"rate": "100%"}, 2), ({"rate": "99.9%"}, 1), ({"rate": "79%"}, 0)]),
        "1.2": (2, {"several-conditions"}, [(YES, 2), (NO, 0)]),
        "1.3": (2, set(), [({"rate": "91%"}, 2), ({"rate": "90%"}, 1), ({"rate": "70%"}, 1), ({"rate": "69%"}, 0)]),
        "1.4": (1, set(), [(YES, 1), (NO, 0)]),
        "2.1": (3, set(), [({"rate": "95%"}, "2.85"), ({"rate": "100%"}, 3), ({"rate": "94%"}, 0)]),
        "2.2": (1, set(), [(YES, 1), (NO, 0)]),
        "2.3": (2, set(), [({}, "unstated")]),
        "2.4": (2, set(), [({"grade": "tot"}, 2), ({"grade": "trung_binh"}, "0.5"), ({"grade": "yeu"}, 0)]),
    },
    "cap_xa": {
        "I.1": (2, set(), [({"amount": 0}, 2), ({"amount": 3}, "1.25"), ({"amount": 4}, 1), ({"amount": 9}, 1)]),
        "I.2": (3, set(), [({"rate": "80%"}, "2.4")]),
        "I.3": (2, set(), [({"amount": 0}, 0), ({"amount": 3}, "1.5"), ({"amount": 4}, 2), ({"amount": 6}, 2)]),
        "I.4": (2, set(), [({"amount": 24}, 2), ({"amount": 23}, 1), ({"amount": 12}, 1), ({"amount": 11}, 0)]),
        "II.1": (
            2,
            set(),
            [
                ({"figure": "51%", "figure@previous": "50%"}, 2),
                ({"figure": "50%", "figure@previous": "50%"}, 1),
                ({"figure": "49%", "figure@previous": "50%"}, 0),
                ({"figure": "49%"}, "missing"),
            ],
        ),
        "II.2": (3, set(), [({"amount": 0}, 3), ({"amount": 5}, "0.5"), ({"amount": 6}, 0), ({"amount": 7}, 0)]),
        "II.3": (2, set(), [({"rate": "80%"}, 2), ({"rate": "79%"}, "1.58"), ({"rate": "49%"}, 0)]),
        "II.4": (1, set(), [(YES, 1), (NO, 0)]),
        "II.5": (2, set(), [({"rate": "20%"}, 2), ({"rate": "10%"}, 1), ({"rate": "9%"}, 0)]),
        "II.6": (2, {"points-range", "not-recognised"}, [({}, "unstated")]),
    },
    "chi_tieu": {
        "1.1": (3, {"cases"}, [({"case": "case_1"}, 3), ({"case": "case_2"}, 0), ({"case": "other"}, "undefined")]),
        "1.2": (
            5,
            set(),
            [
                ({"amount_1": 40, "amount_2": 40}, 5),
                ({"amount_1": 36, "amount_2": 40}, 4),
                ({"amount_1": 32, "amount_2": 40}, 2),
                ({"amount_1": 31, "amount_2": 40}, 0),
                ({"amount_1": 0, "amount_2": 0}, "undefined"),
                ({"amount_1": 41, "amount_2": 40}, "error"),
            ],
        ),
        "2.1": (4, set(), [({"rate": "90%"}, 4), ({"rate": "89%"}, 2), ({"rate": "0%"}, 1)]),
        "2.2": (2, set(), [(YES, 2), (NO, 0)]),
    },
    "chuyen_doi_so": {
        "1.1": (10, set(), [({"case": "case_1"}, 10), ({"case": "case_2"}, 5), ({"case": "case_3"}, 0)]),
        "1.2": (20, set(), [({"a": 3, "b": 4}, 15), ({"a": 0, "b": 0}, "undefined")]),
        "1.3": (20, {"checklist"}, [({"amount": 12, **YES}, 16), ({"amount": 40, **NO}, 10)]),
        "2.1": (20, set(), [({"a": 70, "b": 100}, 20), ({"a": 35, "b": 100}, 10), ({"a": 99, "b": 100}, 20)]),
        "2.2": (10, set(), [(YES, 10), (NO, 0)]),
    },
    "thi_dua_truong": {
        "A.1": (10, set(), [({"rate": "99%"}, 10), ({"rate": "98.9%"}, 6), ({"rate": "96%"}, 2)]),
        "A.2": (10, {"no-floor"}, [({"amount": 3}, 7), ({"amount": 10}, 0), ({"amount": 11}, "undefined")]),
        "A.3": (10, {"cases"}, [({"case": "case_1"}, 10), ({"case": "case_3"}, 4), ({"case": "other"}, 0)]),
        "B.1": (10, set(), [({"case": "case_1"}, 10), ({"case": "case_3"}, 5), ({"case": "case_4"}, 0)]),
        "a": (5, {"cases"}, [({"case": "case_1"}, 5), ({"case": "case_2"}, 0)]),
        "b": (5, set(), [(YES, 5), (NO, 0)]),
        "C.1": (3, set(), [({"amount": 5}, "2.5"), ({"amount": 7}, 3)]),
        "C.2": (2, set(), [(YES, 2), (NO, 0)]),
        "D.1": (5, set(), [({"amount": 2}, 2), ({"amount": 6}, 5)]),
    },
    "so_phong": {
        "1": (5, set(), [({"rate": "100%"}, 5), ({"rate": "70%"}, 3), ({"rate": "69%"}, 0)]),
        "2": (5, {"checklist"}, [({"item_1": True, "item_2": False, "item_3": True}, 3)]),
        "3": (5, set(), [({"case": "case_1"}, 5), ({"case": "case_2"}, "2.5"), ({"case": "case_3"}, 0)]),
        "4": (10, set(), [({"amount_1": 98, "amount_2": 100}, 10), ({"amount_1": 97, "amount_2": 100}, 7),
                          ({"amount_1": 94, "amount_2": 100}, 0)]),
        "5": (5, set(), [({"amount": 0}, 5), ({"amount": 3}, "3.5"), ({"amount": 10}, 0), ({"amount": 12}, 0)]),
        "6": (5, set(), [({"rate": "83%"}, "4.15")]),
        "7": (5, {"cases"}, [({"case": "case_1"}, 3), ({"case": "case_2"}, 0), ({"case": "case_3"}, 5)]),
        "8": (10, set(), [({}, "unstated")]),
        "9": (3, set(), [({"amount": 2}, 2), ({"amount": 4}, 3)]),
    },
    "gach_dau_dong": {
        "A.1": (15, set(), [({"rate": "99.5%"}, 15), ({"rate": "99.4%"}, 12), ({"rate": "97%"}, 8)]),
        "A.2": (10, set(), [({"rate": "100%"}, 10), ({"rate": "99%"}, 5)]),
        "A.3": (15, {"cases"}, [({"case": "case_1"}, 15), ({"case": "case_2"}, 10), ({"case": "case_4"}, 0)]),
        "B.1": (5, {"no-floor"}, [({"amount": 0}, 5), ({"amount": 2}, 1), ({"amount": 3}, "undefined")]),
        "B.2": (5, set(), [({"amount": 0}, 5), ({"amount": 5}, 0), ({"amount": 6}, 0)]),
    },
    "hai_phu_luc": {
        "I.1": (2, set(), [(YES, 2), (NO, 0)]),
        "I.2": (4, set(), [({"rate": "100%"}, 4), ({"rate": "80%"}, 2), ({"rate": "79%"}, 0)]),
        "II.1": (
            3,
            {"several-events"},
            [({"amount_1": 2, "amount_2": 1}, 1), ({"amount_1": 7, "amount_2": 1}, 0)],
        ),
    },
}  # fmt: skip

#: Table → warnings about the whole, or a group.
WHOLE = {
    "so_nganh": {("", "draft"), ("2", "maximum-sum")},
    "cap_xa": {("", "draft"), ("", "maximum-sum"), ("", "footnote")},
    "chi_tieu": {("", "draft")},
    "chuyen_doi_so": {("", "draft")},
    "thi_dua_truong": {("", "draft")},
    "so_phong": {("", "draft")},
    "gach_dau_dong": {("", "draft")},
    "hai_phu_luc": {("", "draft"), ("", "parts")},
}


@pytest.fixture(scope="module", params=[(name, form) for name in EXPECTED for form in tables_of.FORMS], ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, Draft]:
    name, form = request.param
    return name, draft_from_bytes(tables_of.FORMS[form](tables_of.parse(name)), f"{name}.{form}")


def test_every_criterion_has_its_code_maximum_rule_and_warnings(case: tuple[str, Draft]) -> None:
    name, draft = case
    leaves = {leaf.id: leaf for leaf in draft.indicator_set.leaves}
    leaves |= {leaf.id: leaf for leaf in draft.indicator_set.adjustments}
    assert list(leaves) == list(EXPECTED[name])
    warned: dict[str, set[str]] = {}
    for problem in draft.problems:
        if problem.severity == "warning":
            warned.setdefault(problem.where.split(" ")[0], set()).add(problem.code)
    for code, (maximum, warnings, scores) in EXPECTED[name].items():
        assert leaves[code].maximum == maximum, code
        assert warned.get(code, set()) == warnings, code
        for facts, expected in scores:
            given = Fraction(expected) if not str(expected).isalpha() else expected
            assert points(draft, code, **facts) == given, (code, facts)


def test_sums_parts_and_footnotes_are_pointed_out(case: tuple[str, Draft]) -> None:
    name, draft = case
    found = {
        (problem.where.split(" ")[0] if problem.where.split(" ")[0] in draft.indicator_set.nodes else "", problem.code)
        for problem in draft.problems
        if problem.severity == "warning"
    }
    assert {pair for pair in found if pair[0] not in EXPECTED[name]} == WHOLE[name]


def test_what_is_recognised_without_a_warning_is_most_of_it() -> None:
    leaves = [warnings for table in EXPECTED.values() for _, warnings, _ in table.values()]
    clear = [warnings for warnings in leaves if not warnings]
    assert len(clear) >= len(leaves) * 3 / 4


def draft_of(name: str, part: int = 1) -> Draft:
    return draft_from_bytes(tables_of.as_docx(tables_of.parse(name)), f"{name}.docx", part)


def test_titles_survey_bonus_penalty_and_totals() -> None:
    departments = draft_of("so_nganh").indicator_set
    assert departments.nodes["2.3"].stream == "survey"
    assert departments.maximum == 15
    assert departments.extent == "whole"
    assert draft_of("chi_tieu").indicator_set.extent == "part"
    schools = draft_of("thi_dua_truong").indicator_set
    assert [(node.title.vi, node.kind) for node in schools.adjustments] == [
        ("Học sinh đạt giải cấp tỉnh", "bonus"),
        ("Tập thể được khen thưởng", "bonus"),
        ("Vi phạm quy chế chuyên môn", "penalty"),
    ]
    assert {node.id: (node.title.vi, node.maximum) for node in schools.criteria} == {
        "A": ("THỰC HIỆN NHIỆM VỤ NĂM HỌC", 30),
        "B": ("CƠ SỞ VẬT CHẤT, NỀN NẾP", 20),
    }
    assert schools.nodes["B.1"].title.vi == "Trường xanh, sạch, đẹp"
    assert schools.nodes["B.1"].code == "1"


def test_what_the_offices_are_asked_for_is_named_in_the_words_of_the_table() -> None:
    nodes = draft_of("cap_xa").indicator_set.nodes
    assert nodes["I.1"].inputs["amount"].title.vi == "số báo cáo gửi chậm"
    assert nodes["I.2"].inputs["rate"].title.vi == "tỷ lệ nhiệm vụ hoàn thành đúng hạn"
    assert nodes["II.1"].inputs["figure"].previous
    digital = draft_of("chuyen_doi_so").indicator_set
    assert draft_of("so_phong").indicator_set.nodes["5"].inputs["amount"].title.vi == "số thủ tục chậm cập nhật"
    assert digital.nodes["1.2"].inputs["a"].part_of == "b"
    assert not digital.responsibles  # who checks the figures is not who supplies them


def test_each_appendix_is_a_set_of_its_own() -> None:
    second = draft_of("hai_phu_luc", 2)
    assert [leaf.title.vi for leaf in second.indicator_set.leaves] == ["Ban hành kế hoạch"]
    assert second.indicator_set.nodes["1"].maximum == 5
    assert "Nơi nhận" not in str(second.indicator_set)
    assert second.indicator_set.code == "hai-phu-luc-2"
    with pytest.raises(BadInput) as error:
        draft_of("hai_phu_luc", 3)
    assert "2" in error.value.problems.errors[0].says.vi


def test_the_numbers_word_puts_before_paragraphs_are_read() -> None:
    import io

    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, [("STT", "Tiêu chí", "Điểm"), ("", "Một", "2"), ("", "Hai", "3")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for row in table.rows[1:]:
        properties = row.cells[0].paragraphs[0]._p.get_or_add_pPr()
        numbering = OxmlElement("w:numPr")
        for name, value in (("w:ilvl", "0"), ("w:numId", _decimal_list(document))):
            part = OxmlElement(name)
            part.set(qn("w:val"), value)
            numbering.append(part)
        properties.append(numbering)
    target = io.BytesIO()
    document.save(target)
    found = draft_from_bytes(target.getvalue(), "a.docx").indicator_set
    assert [(node.code, node.title.vi, node.maximum) for node in found.leaves] == [("1", "Một", 2), ("2", "Hai", 3)]


@pytest.mark.parametrize(("start", "words"), [("999999999", "%1."), ("²", "%1."), ("1", "%1" * 100_000)])
def test_numbers_of_word_that_would_never_end_are_cut(start: str, words: str) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    from minhbach.scoring.drafting.numbering import Numbering

    document = docx.Document()
    level = f'<w:start w:val="{start}"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="{words}"/>'
    root = document.part.numbering_part.element
    root.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99"><w:lvl w:ilvl="0">{level}</w:lvl></w:abstractNum>'
        ),
    )
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    paragraph = document.add_paragraph("Một")._p
    properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="99"/></w:numPr>'
    paragraph.get_or_add_pPr().append(parse_xml(properties))
    assert set(Numbering(document).of(paragraph)) <= set("I. ") and len(Numbering(document).of(paragraph)) < 100


def _decimal_list(document: Any) -> str:
    """A numbered list of Word's own template."""
    from docx.oxml.ns import qn

    root = document.part.numbering_part.element
    decimal = {
        definition.get(qn("w:abstractNumId"))
        for definition in root.iterchildren(qn("w:abstractNum"))
        if definition.find(f"{qn('w:lvl')}/{qn('w:numFmt')}").get(qn("w:val")) == "decimal"
    }
    return next(
        num.get(qn("w:numId"))
        for num in root.iterchildren(qn("w:num"))
        if num.find(qn("w:abstractNumId")).get(qn("w:val")) in decimal
    )


def test_a_rule_goes_on_below_the_header_of_the_next_page() -> None:
    head = "STT\tTiêu chí\tĐiểm tối đa\tCách chấm\n"
    table = f"{head}1\tMột\t2\ta = Số hồ sơ đúng hạn;\n\t\t\tb = Tổng số hồ sơ;\n{head}"
    table += "\t\t\tTỷ lệ = a/b\n\t\t\tĐiểm = Tỷ lệ * Điểm tối đa\n"
    draft = draft_from_bytes(table.encode(), "a.txt")
    assert points(draft, "1", a=3, b=4) == Fraction(3, 2)


def test_columns_that_would_change_the_points_are_pointed_out() -> None:
    table = "STT\tTiêu chí\tĐiểm tối đa cấp sở\tĐiểm tối đa cấp xã\tTrọng số\n1\tMột\t2\t3\t30%\n"
    draft = draft_from_bytes(table.encode(), "a.txt")
    assert draft.indicator_set.nodes["1"].maximum == 2
    said = {problem.code: problem.says.vi for problem in draft.problems if problem.severity == "warning"}
    assert "Điểm tối đa cấp xã" in said["several-maxima"]
    assert "Trọng số" in said["weights"]


def test_a_code_that_excel_shortened_is_put_right() -> None:
    rows = "\n".join(f"{code}\tTiêu chí\t1" for code in ("1", *(f"1.{n}" for n in range(1, 10)), "1.1", "1.11"))
    draft = draft_from_bytes(f"STT\tTiêu chí\tĐiểm\n{rows}\n".encode(), "a.txt")
    assert [leaf.code for leaf in draft.indicator_set.leaves][-3:] == ["1.9", "1.10", "1.11"]
    assert any(p.code == "code-repaired" for p in draft.problems)


def test_a_drafted_set_scores_a_unit_as_worked_out_by_hand() -> None:
    """The table of the communes: 1.25 + 2.625 + 1.5 + 1 + 2 + 1 + 1.3 + 1 + 1 + 1.5 = 14.175 of 21."""
    from minhbach.scoring.facts_files import read_csv
    from minhbach.scoring.rounds import close

    indicator_set = draft_of("cap_xa").indicator_set
    given = {
        "I.1,amount": "3", "I.2,rate": "87.5%", "I.3,amount": "3", "I.4,amount": "15", "II.1,figure": "62%",
        "II.1,figure@previous": "60%", "II.2,amount": "4", "II.3,rate": "65%", "II.4,fulfilled": "có",
        "II.5,rate": "12%", "II.6,points": "1.5",
    }  # fmt: skip
    text = "unit,criterion,input,value\n" + "".join(f"xa,{key},{value}\n" for key, value in given.items())
    units, problems = read_csv(text, indicator_set, "facts.csv", "SET")
    assert not problems.errors
    [result], _ = close(indicator_set, units)
    assert (result.score, result.maximum) == (Fraction("14.175"), 21)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1258"])
def test_csv_of_older_programs(encoding: str) -> None:
    import unicodedata

    text = "STT;Ti\u00eau ch\u00ed;\u0110i\u1ec3m\r\n1;M\u1ed9t;2\r\n2;Hai;3\r\n"
    if encoding == "cp1258":  # tones are signs of their own there
        text = text.replace("\u1ec3", "\u00ea\u0309").replace("\u1ed9", "\u00f4\u0323").replace("\u00ed", "i\u0301")
    found = draft_from_bytes(text.encode(encoding), "a.csv").indicator_set
    named = [(unicodedata.normalize("NFC", node.title.vi), node.maximum) for node in found.leaves]
    assert named == [("M\u1ed9t", 2), ("Hai", 3)]
