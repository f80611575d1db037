"""The cells of a workbook from a stranger: opened within bounds, as exact values, formulas refused."""

from __future__ import annotations

import datetime
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from minhbach.scoring.archives import BROKEN, is_sound, not_readable
from minhbach.scoring.problems import Problems
from minhbach.scoring.texts import Text
from minhbach.scoring.workbook.cells import exact, unescaped

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


def read_grid(content: bytes, problems: Problems) -> Grid | None:
    """Every filled cell by sheet, or None with the reason in `problems`."""
    if not is_sound(content, "XLSX", problems):
        return None
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) > MAX_SHEETS:
            raise _TooMuch
        budget = _Budget()
        return {sheet.title: list(_rows(sheet, budget.spend)) for sheet in book.worksheets}
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


class _TooMuch(Exception):
    pass


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_CELLS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooMuch


def _rows(sheet: Any, spend: Callable[[], None]) -> Iterator[list[Cell]]:
    """The filled cells as the file has them. `iter_rows` would fill every gap up to the last cell in memory."""
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
