"""The cells of a workbook from a stranger: opened within bounds, as exact values, formulas refused."""

from __future__ import annotations

import datetime
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from minhbach.records.archives import BROKEN, is_sound, not_readable
from minhbach.records.problems import Problems
from minhbach.records.texts import Text
from minhbach.records.workbook.cells import exact, unescaped

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_SHEETS = 20_000, 200, 400_000, 60


@dataclass(frozen=True)
class Cell:
    """A filled cell. Numbers are int or Decimal; a percentage is the text `80%`. `fault` is what is wrong with it."""

    sheet: str
    row: int
    letter: str
    value: Any
    fault: Text | None = None

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.letter}{self.row}"


Grid = dict[str, list[list[Cell]]]
"""The rows of each sheet, in order, each with its filled cells; empty rows are left out."""


def same(name: str) -> str:
    """Names that people take for the same: of any case, spacing and way of composing accents."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def read_grid(content: bytes, problems: Problems, *, ours: bool = False) -> Grid | None:
    """Every filled cell by sheet, or None with the reason in `problems`.

    Hidden sheets are named. `ours`: a workbook of our own making, in which merged cells, of which only the first keeps
    its value, are refused.
    """
    if not is_sound(content, "XLSX", problems):
        return None
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) > MAX_SHEETS:
            raise _TooMuch
        budget = _Budget()
        merged: list[str] = []
        grid = {sheet.title: list(_rows(sheet, budget.spend, merged)) for sheet in book.worksheets}
        locate = problems.locate
        if ours:
            _refuse_merged(merged, problems)
        _name_hidden([sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"], problems)
        problems.locate = locate
        return grid
    except _TooMuch:
        problems.error(
            "too-many",
            (),
            Text(
                f"quá nhiều ô (trên {MAX_ROWS} dòng, {MAX_COLUMNS} cột hoặc {MAX_CELLS} ô)",
                f"too many cells (over {MAX_ROWS} rows, {MAX_COLUMNS} columns or {MAX_CELLS} cells)",
            ),
            Text("xóa hẳn các dòng và cột thừa", "delete the superfluous rows and columns"),
        )
    except BROKEN:
        not_readable("XLSX", problems)
    return None


def _refuse_merged(merged: list[str], problems: Problems) -> None:
    for place in merged[:20]:
        problems.locate = lambda path, place=place: (0, place)  # type: ignore[misc]
        problems.error(
            "merged",
            (),
            Text("các ô bị gộp: chỉ ô đầu giữ giá trị", "merged cells: only the first keeps its value"),
            Text("bỏ gộp ô rồi ghi giá trị vào từng ô", "unmerge them and write a value into each"),
        )


def _name_hidden(hidden: list[str], problems: Problems) -> None:
    for title in hidden:
        problems.locate = lambda path, title=title: (0, f"“{title}”")  # type: ignore[misc]
        problems.warning(
            "hidden-sheet",
            (),
            Text("trang tính bị ẩn vẫn được đọc", "a hidden sheet is read all the same"),
            Text("cho hiện trang tính rồi xem lại", "unhide it and look it through"),
        )


class _TooMuch(Exception):
    pass


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_CELLS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooMuch


def _rows(sheet: Any, spend: Callable[[], None], merged: list[str]) -> Iterator[list[Cell]]:
    """The filled cells as the file has them; to `merged` goes what is merged.

    `iter_rows` would fill every gap up to the last cell in memory.
    """
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=False,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, row in parser.parse():
            found = []
            for raw in row:
                if raw["value"] is None:
                    continue
                spend()
                if raw["column"] > MAX_COLUMNS or number > MAX_ROWS:
                    raise _TooMuch
                value, fault = _value(ReadOnlyCell(sheet, **raw))
                found.append(Cell(sheet.title, number, get_column_letter(raw["column"]), value, fault))
            if found:
                yield found
        if parser.merged_cells:
            merged += [f"{sheet.title}!{cells.ref}" for cells in parser.merged_cells.mergeCell]


def _value(cell: Any) -> tuple[Any, Text | None]:
    value = cell.value
    match cell.data_type:
        case "f":
            return str(value), Text("ô có công thức", "the cell holds a formula")
        case "e":
            return str(value), Text(f"ô báo lỗi {value}", f"the cell shows the error {value}")
    match value:
        case bool():
            return value, None
        case int() | float():
            number = exact(value)
            if "%" in str(cell.number_format or "") and '"' not in str(cell.number_format):
                share = Decimal(number) * 100
                return f"{format(share.normalize(), 'f')}%", None
            return number, None
        case datetime.datetime():
            return value.date(), None
        case datetime.time() | datetime.timedelta():
            return str(value), Text("ô là giờ", "the cell is a time of day")
        case datetime.date():
            return value, None
    return unescaped(str(value)), None
