"""Workbooks with mistakes and from strangers: each mistake is named with sheet, cell and remedy; nothing raises."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.records.problems import BadInput, Problem
from minhbach.records.texts import Text
from minhbach.scoring import catalogue
from minhbach.scoring.workbook import from_workbook, to_workbook
from minhbach.scoring.workbook.tables import tables

GOOD = to_workbook(catalogue.find("hai-phong-so-2023"))


def changed(change: Callable[[Any], None]) -> bytes:
    """The Hải Phòng workbook after a person has changed it."""
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def found(content: bytes, code: str) -> Problem:
    """The one finding with this code; the set is refused."""
    indicator_set, problems = from_workbook(content, "set.xlsx")
    assert indicator_set is None
    matching = [p for p in problems if p.code == code]
    assert matching, [p.in_("en") for p in problems]
    for problem in problems:
        assert problem.says.vi
        assert problem.says.en
    return matching[0]


def column(book: Any, sheet: str, key: str) -> int:
    return next(cell.column for cell in book[sheet][2] if cell.value == key)


def row_of(book: Any, sheet: str, key: str, value: str) -> int:
    n = column(book, sheet, key)
    return next(row for row in range(3, book[sheet].max_row + 1) if book[sheet].cell(row, n).value == value)


def put(sheet: str, code: str, field: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        row = row_of(book, sheet, "code" if sheet == "Tiêu chí" else "criterion", code)
        book[sheet].cell(row, column(book, sheet, field)).value = value

    return change


def test_every_field_of_the_model_has_a_column_and_every_choice_a_word() -> None:
    for table in tables().values():
        for one in table.columns:
            assert one.label
            assert len(set(one.options)) == len(one.options)
            assert len(",".join(one.options)) <= 250, "Excel's limit for a list to choose from"
    assert {"title.vi", "maximum", "responsible", "source.document", "left_open.en"} <= {
        one.key for one in tables()["Tiêu chí"].columns
    }


def test_a_formula_is_refused_with_its_cell() -> None:
    problem = found(changed(put("Tiêu chí", "3.4.2", "maximum", "=1+0.5")), "formula")
    assert problem.where.startswith("Tiêu chí!")
    assert problem.remedy


def test_text_that_begins_like_a_formula_is_text() -> None:
    indicator_set = catalogue.find("hai-phong-so-2023")
    object.__setattr__(indicator_set, "note", Text('=HYPERLINK("x")', "+1"))
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(indicator_set)))
    values = {row[1].value: row[2] for row in book["Bộ chỉ số"].iter_rows(min_row=2)}
    assert values["note.vi"].data_type == "s"
    assert values["note.vi"].value == '=HYPERLINK("x")'


def test_codes_stay_text_and_a_numeric_code_is_pointed_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    cell = book["Tiêu chí"].cell(row_of(book, "Tiêu chí", "code", "3.1"), column(book, "Tiêu chí", "code"))
    assert cell.data_type == "s"
    assert cell.number_format == "@"
    _, problems = from_workbook(changed(put("Tiêu chí", "7.3", "code", 7.3)), "set.xlsx")
    assert any(p.code == "number-as-text" and p.severity == "warning" for p in problems)


def test_what_excel_makes_of_typed_percentages_and_numbers_is_exact() -> None:
    def change(book: Any) -> None:
        sheet = book["Quy tắc"]
        row = row_of(book, "Quy tắc", "criterion", "7.4.1")
        cell = sheet.cell(row, column(book, "Quy tắc", "points"))
        cell.value = 0.1
        maximum = book["Tiêu chí"].cell(row_of(book, "Tiêu chí", "code", "7.4.1"), column(book, "Tiêu chí", "weight"))
        maximum.value, maximum.number_format = 0.07, "0%"

    indicator_set, problems = from_workbook(changed(change), "set.xlsx")
    assert indicator_set is not None, [p.in_("en") for p in problems]
    leaf = indicator_set.nodes["7.4.1"]
    assert str(leaf.weight) == "7%"
    assert str(next(iter(leaf.rule.expressions()))) == "value >= 60%"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (put("Tiêu chí", "3.4.2", "maximum", "một phẩy năm"), "wrong-value", "Tiêu chí!"),
        (put("Tiêu chí", "3.4.2", "level", 9), "level", "Tiêu chí!"),
        (put("Tiêu chí", "3.4.2", "title.vi", None), "wrong-value", "Tiêu chí!"),
        (put("Tiêu chí", "3.4.2", "code", "3.4.1"), "repeated-code", "Quy tắc!"),
        (put("Đầu vào", "3.4.2", "criterion", "9.9"), "unknown-code", "Đầu vào!A"),
        (put("Đầu vào", "3.4.2", "type", "số phức"), "wrong-value", "Đầu vào!"),
        (put("Quy tắc", "3.4.2", "when", "value >= "), "expression", "Quy tắc!"),
        (put("Quy tắc", "3.4.2", "form", "bậc thang"), "rule-form", "Quy tắc!C"),
        (put("Quy tắc", "3.4.2", "path", "một"), "rule-form", "Quy tắc!B"),
        (put("Quy tắc", "3.4.2", "path", "1"), "rule-form", "Quy tắc!"),
        (put("Ví dụ", "3.4.2", "given", "handled 200"), "wrong-value", "Ví dụ!B"),
        (put("Ví dụ", "3.4.2", "given", 'handled: "200'), "wrong-value", "Ví dụ!B"),
        (lambda book: book.remove(book["Quy tắc"]), "no-sheet", "“Quy tắc”"),
        (lambda book: setattr(book["Tiêu chí"].cell(2, 5), "value", "diem"), "unknown-column", "Tiêu chí!E2"),
        (lambda book: setattr(book["Tiêu chí"].cell(9, 60), "value", 1), "no-column", "Tiêu chí!BH9"),
        (lambda book: setattr(book["Bộ chỉ số"].cell(3, 3), "value", "Hải Phòng"), "wrong-value", "Bộ chỉ số!C3"),
        (lambda book: setattr(book["Bộ chỉ số"].cell(5, 2), "value", "code"), "repeated-key", "Bộ chỉ số!A5"),
    ],
)
def test_each_mistake_is_named_with_its_cell(change: Callable[[Any], None], code: str, where: str) -> None:
    assert where in found(changed(change), code).where


def test_renamed_columns_in_another_order_are_found_by_either_name() -> None:
    def change(book: Any) -> None:
        sheet = book["Không áp dụng"]
        for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row):
            row[0].value, row[1].value = row[1].value, row[0].value
        sheet.cell(2, 1).value = None

    indicator_set, problems = from_workbook(changed(change), "set.xlsx")
    assert indicator_set == catalogue.find("hai-phong-so-2023"), [p.in_("en") for p in problems]


def test_a_sheet_of_ones_own_is_not_read_and_said_so() -> None:
    indicator_set, problems = from_workbook(changed(lambda book: book.create_sheet("Nháp")), "set.xlsx")
    assert indicator_set is not None
    assert [p.code for p in problems] == ["other-sheet"]


def test_a_text_longer_than_a_cell_is_refused_when_writing() -> None:
    indicator_set = catalogue.find("sipas")
    object.__setattr__(indicator_set, "note", Text("x" * 40_000))
    with pytest.raises(BadInput) as error:
        to_workbook(indicator_set)
    assert "32767" in str(error.value)


# Files from strangers -----------------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def repacked(name: str, edit: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = edit(parts[name])
    return zipped(parts)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-readable"),
        (b"not a workbook", "not-readable"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "not-readable"),
        (GOOD[: len(GOOD) // 2], "not-readable"),
        (zipped({"a.txt": b"x"}), "not-readable"),
        (zipped({"xl/worksheets/sheet1.xml": b"0" * 70_000_000}), "too-large"),
        (zipped({f"xl/{n}.xml": b"" for n in range(2100)}), "too-large"),
        (b"\0" * 10_000_001, "too-large"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, code: str) -> None:
    assert found(content, code).severity == "error"


def test_entities_are_refused_before_any_parser_sees_them() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert found(repacked("xl/styles.xml", lambda _: bomb), "not-readable")
    assert found(repacked("xl/workbook.xml", lambda _: b"<x>"), "not-readable")


def test_cells_far_away_are_refused_without_filling_the_memory() -> None:
    def far(xml: bytes) -> bytes:
        row = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
        return xml.replace(b"</sheetData>", row + b"</sheetData>")

    assert found(repacked("xl/worksheets/sheet3.xml", far), "too-many").remedy


def test_formatted_empty_rows_at_the_end_of_a_sheet_do_not_matter() -> None:
    def far(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>')

    indicator_set, _ = from_workbook(repacked("xl/worksheets/sheet3.xml", far), "set.xlsx")
    assert indicator_set == catalogue.find("hai-phong-so-2023")


def test_deeply_nested_rules_and_facts_are_refused() -> None:
    deep = put("Quy tắc", "3.4.2", "path", ".".join("1" * 500))
    assert found(changed(deep), "rule-form")
    assert found(changed(put("Ví dụ", "3.4.2", "given", "a: " + "{a: " * 500 + "1" + "}" * 500)), "wrong-value")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_damaged_files_never_raise(place: int, noise: bytes) -> None:
    indicator_set, problems = from_workbook(GOOD[:place] + noise + GOOD[place + len(noise) :], "set.xlsx")
    assert indicator_set is not None or problems.errors


def test_no_cell_written_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
