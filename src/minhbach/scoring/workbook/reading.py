"""From the bytes of a workbook to a set, every mistake with its sheet and cell."""

from __future__ import annotations

from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.texts import Text
from minhbach.records.workbook.grid import Grid, read_grid
from minhbach.records.workbook.rows import SheetReader
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.reading import from_data
from minhbach.scoring.unsound import report_nothing
from minhbach.scoring.workbook import tables as t
from minhbach.scoring.workbook.assembling import Assembly
from minhbach.scoring.workbook.tables import tables

_OTHER = Text("trang tính này không thuộc bộ chỉ số, không được đọc", "this sheet is not part of a set: not read")
_AGAIN = Text(
    "đặt lại tên trang tính, hoặc lấy lại tệp XLSX của bộ chỉ số; bảng tiêu chí của văn bản thì nhập thành bản nháp",
    "restore its name, or get the XLSX file of the set anew; import the table of a decision as a draft",
)


def from_workbook(content: bytes, file: str, *, checked: bool = False) -> tuple[IndicatorSet | None, Problems]:
    """The set of a workbook as `to_workbook` makes it, or None, with everything found wrong on the way.

    `checked`: see `reading.from_data`. Findings name sheet and cell (`Tiêu chí!C12`) in `where`. No file can make this
    raise.
    """
    problems = Problems(file, lambda path: (0, ""))
    grid = read_grid(content, problems, ours=True)
    if grid is not None:
        reader = _Reader(grid, problems)
        raw = reader.read()
    if problems.errors:
        if checked:
            report_nothing(problems)
        return None, problems
    indicator_set, found = from_data(raw, file, reader.assembly.locate, checked=checked)
    found.found[:0] = problems.found
    return indicator_set, found


class _Reader(SheetReader):
    def __init__(self, grid: Grid, problems: Problems):
        self.assembly = Assembly(self)
        super().__init__(grid, tables().values(), problems, guide=t.GUIDE, other=_OTHER, again=_AGAIN)

    def read(self) -> dict[str, Any]:
        if self.problems.errors:
            return {}
        self.assembly.set(self.fields(tables()[t.SET]))
        for table in list(tables().values())[1:]:
            self.assembly.rows(table, self.rows(table))
        self.assembly.finish()
        return self.assembly.raw
