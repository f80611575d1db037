"""The sheets of a workbook, written: cells that read back the same, lists to choose from, widths, heights, print."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.structure import Bilingual, Choice, DayKind, Flag
from minhbach.records.texts import Text
from minhbach.records.workbook.cells import LONGEST, escaped, fits_number, write_list, write_map, write_pairs
from minhbach.records.workbook.columns import LIST, MAP, NO, PAIRS, YES, Column, Table

HEADER_ROWS = 2
_SPARE = 500  # rows below the last one that still have the lists to choose from
_GREY, _PALE, _MUTED = "FFD9E2EC", "FFF3F6F9", "FF5A6B7B"
_LINE, _TALLEST = 15.0, 300.0  # points

Row = dict[str, Any]
"""A row before it is written: the record as plain data, and the key columns by name."""


def at(row: Mapping[str, Any], column: Column) -> Any:
    """The plain value of one column; None when the row has none."""
    current: Any = row
    for step in column.path:
        if isinstance(current, str) and step in ("vi", "en"):  # a text without English is written as one string
            return current if step == "vi" else None
        if not isinstance(current, Mapping) or step not in current:
            return None
        current = current[step]
    return current


# Cells --------------------------------------------------------------------------------------------------------


def _fill(cell: Any, value: Any, column: Column, problems: Problems) -> None:
    """Write one value so that it reads back the same."""
    text: str | None = None
    if value is None:
        return
    if column.shape == LIST:
        text = write_list([column.says.get(item, item) for item in value]) if value else None
    elif column.shape == MAP:
        text = write_map(value) if value else None
    elif column.shape == PAIRS:
        text = write_pairs(value) if value else None
    elif isinstance(column.kind, Flag):
        text = YES if value else NO
    elif isinstance(column.kind, Choice):
        text = column.says[value]
    elif isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, datetime.date):
        if value.year < 1950:  # spreadsheets count days wrongly or not at all before 1900
            text = value.isoformat()
        else:
            cell.value = value
            cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int | Decimal):
        if fits_number(value):
            cell.value = value
        else:
            text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if text is None:
        return
    text = escaped(text)
    if len(text) > LONGEST:
        problems.error(
            "too-long",
            (column.key,),
            Text(
                f"văn bản dài {len(text)} ký tự, một ô chỉ chứa {LONGEST}",
                f"a text of {len(text)} characters; a cell holds {LONGEST}",
            ),
            Text("rút ngắn, hoặc dùng YAML", "shorten it, or use YAML"),
        )
        return
    cell.value = text
    cell.data_type = "s"  # never a formula, whatever it begins with
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")


# Sheets -------------------------------------------------------------------------------------------------------


def write_table(sheet: Any, table: Table, rows: list[Row], problems: Problems) -> None:
    """A sheet with a row for each record. Rows with a `level` are indented, those of level 1 bold."""
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    wrap, grey, pale = (
        Alignment(wrap_text=True, vertical="top"),
        PatternFill("solid", _GREY),
        PatternFill("solid", _PALE),
    )
    used = {column.key for column in table.columns for row in rows if at(row, column) is not None}
    for n, column in enumerate(table.columns, 1):
        head, key = sheet.cell(1, n, column.label), sheet.cell(2, n, column.key)
        head.font, head.fill, head.alignment = _font(bold=True), grey, wrap
        key.font, key.fill = _font(italic=True, color=_MUTED), pale
        letter = get_column_letter(n)
        look = sheet.column_dimensions[letter]
        look.width = _width(column)
        if column.is_code or column.shape != "value":
            look.number_format = "@"
        # What most sets do not need is folded away, and unfolds with one click.
        if len(table.columns) > 12 and column.key not in used and not column.required and n > 8:
            look.outlineLevel, look.hidden = 1, True
        _choices(sheet, letter, column, HEADER_ROWS + len(rows) + _SPARE)
    for r, row in enumerate(rows, HEADER_ROWS + 1):
        for n, column in enumerate(table.columns, 1):
            value = at(row, column)
            if value is None:
                continue
            cell = sheet.cell(r, n)
            if column.is_code or column.shape != "value":
                cell.number_format = "@"
            _fill(cell, value, column, problems)
            level = row.get("level")
            indent = level - 1 if column.key in ("code", "title.vi") and isinstance(level, int) else 0
            cell.alignment = Alignment(wrap_text=True, vertical="top", indent=min(indent, 15)) if indent else wrap
        _height(sheet, r, [(at(row, column), _width(column)) for column in table.columns])
        if row.get("level") == 1:
            for n in range(1, len(table.columns) + 1):
                sheet.cell(r, n).font = _font(bold=True)
    sheet.freeze_panes = sheet.cell(HEADER_ROWS + 1, 3 if table.columns[0].key == "level" else 2)
    _printed(sheet, HEADER_ROWS)


def write_fields(sheet: Any, table: Table, raw: Row, problems: Problems) -> None:
    """A sheet with one record, one field per row: label, key, value."""
    from openpyxl.styles import Alignment, PatternFill

    for n, (head, width) in enumerate((("Trường", 38), ("field", 24), ("Giá trị", 90)), 1):
        cell = sheet.cell(1, n, head)
        cell.font, cell.fill = _font(bold=True), PatternFill("solid", _GREY)
        sheet.column_dimensions["ABC"[n - 1]].width = width
    for r, column in enumerate(table.columns, 2):
        sheet.cell(r, 1, column.label).font = _font(bold=column.required)
        sheet.cell(r, 2, column.key).font = _font(italic=True, color=_MUTED)
        cell = sheet.cell(r, 3)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if column.is_code or column.shape != "value":
            cell.number_format = "@"
        _fill(cell, at(raw, column), column, problems)
        _height(sheet, r, [(cell.value, 90)])
        _choices(sheet, "C", column, r, r)
    sheet.freeze_panes = "C2"
    _printed(sheet, 1)


def _choices(sheet: Any, letter: str, column: Column, last: int, first: int = HEADER_ROWS + 1) -> None:
    """A list to choose from, where the column has one."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if not column.options:
        return
    listed = DataValidation(type="list", formula1=f'"{",".join(column.options)}"', allow_blank=True)
    listed.error, listed.errorTitle = "Chọn một giá trị trong danh sách.", column.label[:30]
    sheet.add_data_validation(listed)
    listed.add(f"{letter}{first}:{letter}{last}")


def _width(column: Column) -> float:
    if isinstance(column.kind, Bilingual):
        return 44 if column.path[-1] == "vi" else 30
    if column.kind.is_long or column.shape == MAP:
        return 40 if column.key != "given" else 70
    if column.shape == LIST or column.options:
        return 20
    return 13 if isinstance(column.kind, DayKind) or column.key != "document" else 18


def _font(**look: Any) -> Any:
    from openpyxl.styles import Font

    return Font(name="Calibri", size=11, **look)


def _height(sheet: Any, row: int, cells: list[tuple[Any, float]]) -> None:
    """Rows as high as their longest text, since not every program fits them by itself."""
    lines = 1.0
    for value, width in cells:
        shown = write_map(value) if isinstance(value, dict) else value
        if isinstance(shown, str):
            lines = max(lines, sum(1 + len(line) * 1.05 // width for line in shown.split("\n")))
    sheet.row_dimensions[row].height = min(lines * _LINE + 1, _TALLEST)


def _printed(sheet: Any, head: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{head}"


def write_guide(sheet: Any, rows: Iterable[tuple[str, str]]) -> None:
    """The first sheet: how to fill in the others. A row without its right half is a heading."""
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 110
    for r, (left, right) in enumerate(rows, 1):
        for n, text in enumerate((left, right), 1):
            cell = sheet.cell(r, n)
            cell.value, cell.data_type = text, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = _font(bold=n == 1 or not right)
        _height(sheet, r, [(right, 110)])
