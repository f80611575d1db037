"""YAML ↔ procedure ↔ XLSX without loss; what is wrong in a workbook is named with sheet, cell and remedy."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib.resources import files

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.procedures.content.model import Component, Content, Field, Form, Section
from minhbach.procedures.content.reading import from_data, from_yaml, stored, to_data, to_json, to_yaml
from minhbach.procedures.content.words import label, records
from minhbach.procedures.content.workbook import from_workbook, tables, to_workbook
from minhbach.procedures.tests.strategies import contents
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Problems
from minhbach.records.structure import fields_of
from minhbach.records.texts import Text

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SHIPPED = sorted((files("minhbach.catalog") / "procedures").iterdir(), key=lambda path: path.name)


def read_data(data: object) -> Content:
    problems = Problems()
    content = from_data(data, problems)
    assert content is not None, [p.in_("en") for p in problems]
    return content


def through_workbook(*some: Content) -> list[Content]:
    """As a workbook and back; what the check says of the sense of a random procedure is not asked here."""
    from minhbach.procedures.content import reading, workbook

    kept = reading.check
    reading.check = lambda content, problems: None
    try:
        read, problems = workbook.from_workbook(to_workbook(some), "x.xlsx")
    finally:
        reading.check = kept
    assert not problems.errors, [p.in_("en") for p in problems]
    return read


@SLOW
@given(contents)
def test_any_procedure_survives_yaml(content: Content) -> None:
    raw, _lines = yaml_text.load(to_yaml([content]), "")
    assert read_data(raw[0]) == content


@SLOW
@given(contents)
def test_any_procedure_survives_a_json_column(content: Content) -> None:
    assert stored(to_json(content)) == content


@SLOW
@given(st.lists(contents, max_size=2, unique_by=lambda content: content.code))
def test_any_procedures_survive_a_workbook(some: list[Content]) -> None:
    assert through_workbook(*some) == some


def test_the_catalogue_survives_a_workbook():
    shipped = [content for path in SHIPPED for content in from_yaml(path.read_text(encoding="utf-8"), path.name)[0]]
    read, problems = from_workbook(to_workbook(shipped), "danh-muc.xlsx")
    assert [p.in_("en") for p in problems] == []
    assert read == shipped and len(read) == 140


def test_every_field_has_words():
    assert {"Content", "Component", "Field", "Move", "Exemption"} <= set(records())
    for name, record in records().items():
        for key in fields_of(record):
            text = label(name, key)
            assert text.vi and text.en, (name, key)


def test_every_field_stands_in_a_sheet():
    """A new field of the model appears by itself, so that nothing is lost in a workbook."""
    columns = {column.key for table in tables().values() for column in table.columns}
    for name, record in records().items():
        for key in fields_of(record):
            inside = {one for one in columns if key in one.split(".")}
            in_sheets_of_their_own = {
                "components", "cases", "channels", "fees", "exemptions", "results", "legal_basis", "sections", "fields",
                "options", "steps", "moves",
            }  # fmt: skip
            of_conditions = {"field", "values"} if name == "Condition" else set()
            assert inside or key in in_sheets_of_their_own | of_conditions, (name, key)


# What is wrong --------------------------------------------------------------------------------------------------

SMALL = Content(
    code="1.900001",
    name=Text("Thủ tục thử"),
    components=(Component("request", Text("Đơn")), Component("card", Text("Thẻ"), copies=2)),
    form=Form((Section(Text("Phần một"), (Field("name", Text("Họ và tên")),)),)),
)


def changed(sheet: str, cell: str, value: object, content: Content = SMALL) -> list[str]:
    """The findings of a workbook with one cell changed."""
    book = openpyxl.load_workbook(io.BytesIO(to_workbook([content])))
    book[sheet][cell] = value
    target = io.BytesIO()
    book.save(target)
    read, problems = from_workbook(target.getvalue(), "x.xlsx")
    assert (read == []) == bool(problems.errors)
    return [problem.in_("vi") for problem in problems]


def cell_of(sheet: str, key: str, row: int = 3) -> str:
    at = [column.key for column in tables()[sheet].columns].index(key)
    return f"{openpyxl.utils.get_column_letter(at + 1)}{row}"


def test_a_word_that_is_no_choice_is_named_with_its_cell_and_what_may_stand_there():
    cell = cell_of("Thành phần hồ sơ", "paper", 4)
    [said] = changed("Thành phần hồ sơ", cell, "bản photo")
    assert f"Thành phần hồ sơ!{cell}: “bản photo” không phải là một trong" in said


def test_a_row_of_an_unknown_procedure_is_named_with_what_to_do():
    [said] = changed("Thành phần hồ sơ", "A4", "9.999999")
    assert "Thành phần hồ sơ!A4: không có thủ tục mã “9.999999”" in said
    assert "→ ghi mã có ở trang “Thủ tục”" in said


def test_a_question_of_a_section_that_is_not_there_is_named():
    [said] = changed("Câu hỏi", "B3", 7)
    assert "Câu hỏi!B3: thủ tục này không có “7” ở trang “Phần của đơn”" in said


def test_a_time_that_cannot_be_read_is_named_with_how_to_write_it():
    cell = cell_of("Thủ tục", "times.by_law")
    [said] = changed("Thủ tục", cell, "khoảng 5 ngày")
    assert f"Thủ tục!{cell}" in said and "05 ngày làm việc" in said


def test_a_formula_is_refused():
    [said] = changed("Thủ tục", cell_of("Thủ tục", "note"), "=1+1")
    assert "ô có công thức" in said


def test_a_code_of_two_rows_is_named():
    book = openpyxl.load_workbook(io.BytesIO(to_workbook([SMALL])))
    book["Thủ tục"].append([cell.value for cell in book["Thủ tục"][3]])
    target = io.BytesIO()
    book.save(target)
    read, problems = from_workbook(target.getvalue(), "x.xlsx")
    assert read == []
    assert "Thủ tục!A4: mã “1.900001” có ở hai dòng" in problems.errors[0].in_("vi")


def test_sheets_one_has_nothing_for_may_be_left_out():
    book = openpyxl.load_workbook(io.BytesIO(to_workbook([SMALL])))
    for name in ("Kết quả", "Phí, lệ phí", "Miễn, giảm", "Các bước", "Thao tác"):
        del book[name]
    target = io.BytesIO()
    book.save(target)
    assert from_workbook(target.getvalue(), "x.xlsx")[0] == [SMALL]


def test_what_the_check_says_is_named_with_its_row_too():
    wrong = replace(SMALL, components=(replace(SMALL.components[0], copies=0),))
    read, problems = from_workbook(to_workbook([wrong]), "x.xlsx")
    cell = cell_of("Thành phần hồ sơ", "copies")
    assert read == [] and f"Thành phần hồ sơ!{cell}" in problems.errors[0].in_("vi")


def test_a_key_that_comes_twice_is_not_written():
    twice = replace(SMALL, form=Form((Section(Text("A"), (Field("a", Text("A")), Field("a", Text("B")))),)))
    with pytest.raises(BadInput):
        to_workbook([twice])
    with pytest.raises(BadInput):
        to_workbook([SMALL, SMALL])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"code: x"])
def test_what_is_no_workbook_is_said_to_be_none(content):
    read, problems = from_workbook(content, "x.xlsx")
    assert read == [] and problems.errors


def test_data_of_a_default_are_left_out():
    assert to_data(SMALL) == {
        "code": "1.900001",
        "name": "Thủ tục thử",
        "components": [{"key": "request", "title": "Đơn"}, {"key": "card", "title": "Thẻ", "copies": 2}],
        "form": {"sections": [{"title": "Phần một", "fields": [{"key": "name", "title": "Họ và tên"}]}]},
    }
