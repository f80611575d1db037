"""The sheets of a workbook, read: each cell as the plain value of its column, each mistake with its sheet and cell."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.structure import Bilingual, Choice, Flag, PlainText
from minhbach.records.texts import Text
from minhbach.records.workbook.cells import CellError, read_list, read_map, read_pairs
from minhbach.records.workbook.columns import LIST, MAP, NO, PAIRS, YES, Column, Table
from minhbach.records.workbook.grid import Cell, Grid, same
from minhbach.records.workbook.sheets import HEADER_ROWS

Values = dict[str, tuple[Cell, Any]]
"""What a row says: by key of the column its cell and its plain value."""


class SheetReader:
    """Reads the sheets that `tables` declares. `other` is said of a sheet that is none of them, `again` tells whoever
    lacks one what to do."""

    def __init__(
        self, grid: Grid, tables: Iterable[Table], problems: Problems, *, guide: str, other: Text, again: Text
    ):
        self.problems = problems
        names = {same(name): name for name in grid}
        self.grid: Grid = {}
        wanted = [table.name for table in tables]
        if not any(same(name) in names for name in wanted):
            self.say("", "no-sheet", Text("không có trang tính nào của mẫu", "it has no sheet of the form"), again)
            return
        for name in wanted:
            if same(name) in names:
                self.grid[name] = grid[names.pop(same(name))]
            else:
                self.say(
                    f"“{name}”",
                    "no-sheet",
                    Text(f"thiếu trang tính “{name}”", f"the sheet “{name}” is missing"),
                    again,
                )
        names.pop(same(guide), None)
        for left in names.values():
            self.problems.locate = lambda path, left=left: (0, f"“{left}”")  # type: ignore[misc]
            self.problems.warning("other-sheet", (), other)

    def say(self, where: str, code: str, says: Text, remedy: Text | None = None) -> None:
        self.problems.locate = lambda path: (0, where)
        self.problems.error(code, (), says, remedy)

    # Sheets ---------------------------------------------------------------------------------------------------

    def fields(self, table: Table) -> Values:
        """A sheet with one record: label, key and value in the columns A, B, C."""
        found: Values = {}
        columns = {same(column.key): column for column in table.columns}
        labels = {same(column.label): column for column in table.columns}
        for row in self.grid[table.name]:
            by_letter = {cell.letter: cell for cell in row}
            if row[0].row == 1 or "C" not in by_letter:
                continue
            key, label = (str(by_letter[c].value) if c in by_letter else "" for c in "BA")
            column = columns.get(same(key)) or labels.get(same(label))
            if column is None:
                self.say(
                    row[0].place,
                    "unknown-field",
                    Text(f"không có trường “{key or label}”", f"there is no field “{key or label}”"),
                    Text("xóa dòng, hoặc sửa tên trường ở cột B", "delete the row, or correct the name in column B"),
                )
            elif column.key in found:
                self._twice(row[0], column.key)
            else:
                self._keep(found, column, by_letter["C"])
        return found

    def rows(self, table: Table) -> list[tuple[int, Values]]:
        """The rows of a sheet: row number, and by column key the cell and its plain value."""
        rows = self.grid[table.name]
        columns = self._columns(table, [row for row in rows if row[0].row <= HEADER_ROWS])
        found = []
        for row in rows:
            if row[0].row <= HEADER_ROWS:
                continue
            values: Values = {}
            for cell in row:
                if cell.letter in columns:
                    self._keep(values, columns[cell.letter], cell)
                elif not isinstance(cell.value, str) or cell.value.strip():
                    self.say(
                        cell.place,
                        "no-column",
                        Text("ô nằm ngoài các cột có tên", "the cell stands outside the named columns"),
                        Text("xóa ô, hoặc đặt tên cột ở dòng 2", "delete it, or name its column in row 2"),
                    )
            if values:
                found.append((row[0].row, values))
        return found

    def _columns(self, table: Table, head: list[list[Cell]]) -> dict[str, Column]:
        """Which column stands under which letter, by the name in row 2, or else by the label in row 1."""
        names: dict[str, Cell] = {}
        for row in head:
            for cell in row:
                if str(cell.value).strip():
                    names[cell.letter] = cell
        by_name = {same(column.label): column for column in table.columns}
        by_name |= {same(column.key): column for column in table.columns}
        found: dict[str, Column] = {}
        for letter, cell in names.items():
            column = by_name.get(same(str(cell.value)))
            if column is None:
                self.say(
                    cell.place,
                    "unknown-column",
                    Text(f"không có cột “{cell.value}”", f"there is no column “{cell.value}”"),
                    Text("sửa tên ở dòng 2, hoặc xóa cột", "correct the name in row 2, or delete the column"),
                )
            elif column in found.values():
                self._twice(cell, column.key)
            else:
                found[letter] = column
        if len(head) or self.grid[table.name]:
            for column in table.columns:
                if column.required and column not in found.values():
                    self.say(
                        f"{table.name}!2",
                        "no-column",
                        Text(f"thiếu cột “{column.label}” ({column.key})", f"the column “{column.key}” is missing"),
                        Text("thêm cột với tên này ở dòng 2", "add a column with this name in row 2"),
                    )
        return found

    def _twice(self, cell: Cell, name: str) -> None:
        self.say(
            cell.place,
            "repeated-key",
            Text(f"“{name}” viết hai lần", f"“{name}” is written twice"),
            Text("xóa một trong hai", "delete one of them"),
        )

    # Cells ----------------------------------------------------------------------------------------------------

    def _keep(self, values: Values, column: Column, cell: Cell) -> None:
        """The cell's plain value among `values`, or a finding."""
        if cell.fault:
            self.say(
                cell.place,
                "formula" if "formula" in cell.fault.en else "wrong-value",
                cell.fault,
                Text("thay bằng giá trị gõ tay", "replace it by a typed value"),
            )
            return
        value = cell.value
        if isinstance(value, str) and not value.strip() and not isinstance(column.kind, PlainText | Bilingual):
            return  # blanks typed by accident
        try:
            values[column.key] = (cell, self._plain(value, column, cell))
        except CellError as error:
            self.say(cell.place, "wrong-value", error.says, error.remedy)

    def _plain(self, value: Any, column: Column, cell: Cell) -> Any:
        kind = column.kind
        if column.shape in (LIST, MAP, PAIRS):
            if isinstance(value, datetime.date | bool):
                raise _not_text(value)
            if column.shape != LIST:
                return read_map(str(value)) if column.shape == MAP else read_pairs(str(value))
            spoken = {same(said): option for option, said in column.says.items()}
            return [spoken.get(same(item), item) for item in read_list(str(value))]
        if isinstance(kind, Flag) and isinstance(value, str):
            return {YES: True, NO: False}.get(same(value), value.strip())
        if isinstance(kind, Choice):
            spoken = {same(column.says[option]): option for option in kind.options}
            return spoken.get(same(str(value)), str(value).strip())
        if isinstance(kind, PlainText | Bilingual):
            if isinstance(value, datetime.date | bool):
                raise _not_text(value)
            if isinstance(kind, PlainText) and isinstance(value, Decimal):
                self.problems.locate = lambda path: (0, cell.place)
                self.problems.warning(
                    "number-as-text",
                    (),
                    Text(
                        f"ô là số {value}, được đọc là mã “{value}”", f"the cell is the number {value}, read as a code"
                    ),
                    Text(
                        "định dạng ô là Văn bản rồi gõ lại: dạng số làm 3.10 thành 3.1",
                        "format the cell as Text and type it again: as a number 3.10 becomes 3.1",
                    ),
                )
            return str(value)
        return value.strip() if isinstance(value, str) else value


def _not_text(value: Any) -> CellError:
    return CellError(
        Text(f"ô là ngày hoặc giá trị đúng/sai ({value}), cần văn bản", f"a text is needed, not {value}"),
        Text("định dạng ô là Văn bản rồi gõ lại", "format the cell as Text and type it again"),
    )
