"""A table copied out of Word or Excel, as the clipboard gives it: cells between tabs, several lines in a cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

#: How a row of a decision's table begins: I, 1, 1.2, a), 3.4.1.
_CODE = re.compile(r'\s*"?(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđA-ZĐ])[.)]?"?\t')


def rows(text: str) -> list[list[str]]:
    """The rows of the table. Excel puts a cell of several lines in quotation marks; Word just breaks the line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if re.search(r'(?:^|\t)"[^"\t]*\n', text, re.M):
        try:
            return list(csv.reader(io.StringIO(text), delimiter="\t", strict=True))
        except csv.Error:
            pass  # quotation marks of the text itself
    return list(_broken(text))


def _broken(text: str) -> Iterator[list[str]]:
    """Rows whose cells were broken over lines: a line goes on with the last cell unless it begins a row."""
    lines = text.split("\n")
    width = max((line.count("\t") + 1 for line in lines), default=1)
    row: list[str] | None = None
    for line in lines:
        cells = line.split("\t")
        begins = row is None or _CODE.match(line) or (len(cells) == width and len(row) == width)
        if row is not None and not begins and line.strip():
            row[-1] = f"{row[-1]}\n{cells[0]}".strip("\n")
            row += cells[1:]
        elif line.strip():
            if row is not None:
                yield row
            row = cells
    if row is not None:
        yield row


def as_workbook(text: str, name: str) -> bytes:
    """The table as XLSX, which the drafting reads cell by cell. `name`: of its sheet, at most 31 characters."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for n, cells in enumerate(rows(text), start=1):
        for m, cell in enumerate(cells, start=1):
            place = sheet.cell(n, m)
            place.value = "".join(char for char in cell if char >= " " or char == "\n").strip()
            place.data_type = "s"  # what begins with “=” is text here, no formula
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
