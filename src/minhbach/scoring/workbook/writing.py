"""From a set to the bytes of a workbook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.problems import BadInput, Problems
from minhbach.scoring.structure import Bilingual, Choice, DayKind, Flag, Formula
from minhbach.scoring.texts import Text
from minhbach.scoring.workbook import words
from minhbach.scoring.workbook.cells import LONGEST, escaped, fits_number, write_list, write_map
from minhbach.scoring.workbook.guide import guide_rows
from minhbach.scoring.workbook.rule_rows import rows_of
from minhbach.scoring.workbook.tables import (
    ADJUSTMENTS,
    ALTERNATIVES,
    BANDS,
    CHOICES,
    CONSTRAINTS,
    CRITERIA,
    EXAMPLES,
    GUIDE,
    INPUTS,
    LIST,
    LISTS,
    MAP,
    NOT_APPLICABLE,
    OPTIONS,
    PARAMETERS,
    RULES,
    SET,
    Column,
    Table,
    tables,
)

HEADER_ROWS = 2
_SPARE = 500  # rows below the last one that still have the lists to choose from
_GREY, _PALE, _MUTED = "FFD9E2EC", "FFF3F6F9", "FF5A6B7B"
_LINE, _TALLEST = 15.0, 300.0  # points


def to_workbook(indicator_set: IndicatorSet) -> bytes:
    """The set as XLSX, which `from_workbook` reads back to an equal set.

    Raises BadInput when a text is longer than a cell of a spreadsheet holds.
    """
    from openpyxl import Workbook

    from minhbach.scoring.reading import to_data

    book = Workbook()
    book.remove(book.active)
    rows = _Rows(to_data(indicator_set)).all()
    problems = Problems()
    _guide(book.create_sheet(GUIDE))
    for table in tables().values():
        sheet = book.create_sheet(table.name)
        if table.name == SET:
            _fields(sheet, table, rows[SET][0], problems)
        else:
            _table(sheet, table, rows[table.name], problems)
    if problems.errors:
        raise BadInput(problems)
    book.active = 1
    book.properties.title = indicator_set.title.vi[:200]
    book.properties.creator = ""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


Row = dict[str, Any]
"""A row before it is written: the record as plain data, and the key columns by name."""


class _Rows:
    """The rows of every sheet, from plain data as in YAML."""

    def __init__(self, raw: dict[str, Any]):
        self.raw = raw
        self.rows: dict[str, list[Row]] = {name: [] for name in tables()}
        self.counts: dict[str, int] = {}
        for top in (*raw["criteria"], *raw.get("adjustments", ())):
            self._count(top)

    def _count(self, node: Row) -> None:
        name = str(node.get("id") or node.get("code") or "")
        self.counts[name] = self.counts.get(name, 0) + 1
        for child in node.get("criteria", ()):
            self._count(child)

    def all(self) -> dict[str, list[Row]]:
        raw = self.raw
        self.rows[SET].append(raw)
        for sheet, field in ((CRITERIA, "criteria"), (ADJUSTMENTS, "adjustments")):
            for node in raw.get(field, ()):
                self._node(sheet, node, 1)
        for name in ("responsibles", "appraisers", "groups"):
            self.rows[LISTS] += [{"list": name, "key": k, "title": v} for k, v in raw.get(name, {}).items()]
        self.rows[PARAMETERS] = [{"key": key, **value} for key, value in raw.get("parameters", {}).items()]
        for key, choice in raw.get("choices", {}).items():
            self.rows[CHOICES].append({"key": key, **choice})
            self.rows[ALTERNATIVES] += [{"choice": key, **other} for other in choice["alternatives"]]
        for n, bands in enumerate(raw.get("bands", ()), 1):
            head = {"table": n, **bands}
            for step in bands["steps"] or [{}]:
                self.rows[BANDS].append({**head, **step})
                head = {"table": n}
        return self.rows

    def _node(self, sheet: str, node: Row, level: int) -> None:
        rows = self.rows[sheet]
        rows.append({"level": level, **node})
        name = str(node.get("id") or node.get("code") or "")
        if not name or self.counts[name] > 1:
            name = f"#{sheet}!{HEADER_ROWS + len(rows)}"
        of = {"criterion": name}
        for key, spec in node.get("inputs", {}).items():
            self.rows[INPUTS].append({**of, "key": key, **spec})
            for option, title in spec.get("options", {}).items():
                weight = {"weight": title["weight"]} if isinstance(title, dict) and "weight" in title else {}
                self.rows[OPTIONS].append({**of, "input": key, "key": option, "title": title, **weight})
        for field, table in (
            ("constraints", CONSTRAINTS),
            ("not_applicable", NOT_APPLICABLE),
            ("examples", EXAMPLES),
        ):
            self.rows[table] += [{**of, **item} for item in node.get(field, ())]
        if "rule" in node:
            for row in rows_of(node["rule"]):
                path = {"path": ".".join(map(str, row.path))} if row.path else {}
                self.rows[RULES].append({**of, **path, "form": row.form, **row.values})
        for child in node.get("criteria", ()):
            self._node(sheet, child, level + 1)


def _at(row: Mapping[str, Any], column: Column) -> Any:
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
        text = write_list(list(value)) if value else None
    elif column.shape == MAP:
        text = write_map(value) if value else None
    elif isinstance(column.kind, Flag):
        text = words.YES if value else words.NO
    elif isinstance(column.kind, Choice):
        text = words.WORDS[value]
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


def _table(sheet: Any, table: Table, rows: list[Row], problems: Problems) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    wrap, grey, pale = (
        Alignment(wrap_text=True, vertical="top"),
        PatternFill("solid", _GREY),
        PatternFill("solid", _PALE),
    )
    used = {column.key for column in table.columns for row in rows if _at(row, column) is not None}
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
            value = _at(row, column)
            if value is None:
                continue
            cell = sheet.cell(r, n)
            if column.is_code or column.shape != "value":
                cell.number_format = "@"
            _fill(cell, value, column, problems)
            indent = row["level"] - 1 if column.key in ("code", "title.vi") and "level" in row else 0
            cell.alignment = Alignment(wrap_text=True, vertical="top", indent=min(indent, 15)) if indent else wrap
        _height(sheet, r, [(_at(row, column), _width(column)) for column in table.columns])
        if row.get("level") == 1:
            for n in range(1, len(table.columns) + 1):
                sheet.cell(r, n).font = _font(bold=True)
    sheet.freeze_panes = sheet.cell(HEADER_ROWS + 1, 3 if table.columns[0].key == "level" else 2)
    _printed(sheet)


def _fields(sheet: Any, table: Table, raw: Row, problems: Problems) -> None:
    """The fields of the set: label, key, value, one per row."""
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
        _fill(cell, _at(raw, column), column, problems)
        _height(sheet, r, [(cell.value, 90)])
        _choices(sheet, "C", column, r, r)
    sheet.freeze_panes = "C2"
    _printed(sheet)


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
    if isinstance(column.kind, Formula) or column.shape == MAP:
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


def _printed(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{HEADER_ROWS if sheet.title != SET else 1}"


def _guide(sheet: Any) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 110
    for r, (left, right) in enumerate(_guide_rows(), 1):
        for n, text in enumerate((left, right), 1):
            cell = sheet.cell(r, n)
            cell.value, cell.data_type = text, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = _font(bold=n == 1 or not right)
        _height(sheet, r, [(right, 110)])


def _guide_rows() -> Iterator[tuple[str, str]]:
    yield from guide_rows(list(tables().values()))
