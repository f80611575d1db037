"""Tables of decisions as people bring them: one text of rows made into DOCX, XLSX, CSV and text.

In the files of `data/tables` cells are separated by tabs, `⏎` is a line break inside a cell, a line without a tab is a
paragraph between tables, and a first line with `#` says what the table is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "tables"
PER_PAGE = 9
"""Rows after which the DOCX begins a new table with the header again, as tables pasted page by page do."""

Rows = list[list[str]]


def parse(name: str) -> Rows:
    """The rows; a paragraph is a row of one cell."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [[cell.strip().replace(" ⏎ ", "\n") for cell in line.split("\t")] for line in lines if line[:1] != "#"]


def as_text(rows: Rows) -> bytes:
    """As Excel copies it: tabs, and quotation marks around cells of several lines."""
    return "\n".join("\t".join(f'"{c}"' if "\n" in c else c for c in row) for row in rows).encode()


def as_csv(rows: Rows) -> bytes:
    """As Excel saves it in Vietnam: semicolons, and a mark of the encoding at the beginning."""
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Rows) -> bytes:
    """Whole numbers and decimals as numbers, headings merged across the table."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    width = max(map(len, rows))
    for n, row in enumerate(rows, 1):
        for m, cell in enumerate(row, 1):
            if cell:
                number = cell.replace(",", ".", 1)
                sheet.cell(n, m).value = float(number) if m > 1 and number.replace(".", "", 1).isdigit() else cell
        if len([cell for cell in row if cell]) == 1 and row[0]:
            sheet.merge_cells(start_row=n, end_row=n, start_column=1, end_column=width)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_docx(rows: Rows) -> bytes:
    """Tables broken over pages with their header again, headings merged across, header cells merged downwards."""
    import docx

    document = docx.Document()
    header: Rows = []
    begun = False
    table = None
    for row in rows:
        if len(row) == 1:
            document.add_paragraph(row[0])
            header, table, begun = [], None, False
            continue
        begun = begun or bool(header) and not _goes_on(row)
        if not begun:
            header.append(row)
        elif table is not None and len(table.rows) >= PER_PAGE:
            document.add_paragraph("")
            table = _table(document, header)
        if table is None or len(row) != len(table.columns):
            table = document.add_table(rows=0, cols=len(row))
        _add(table, row)
        if len(header) == 2 and header[1] is row:
            _merge_header(table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _goes_on(row: list[str]) -> bool:
    return (not row[0] and not row[1]) or row[0] == "(1)"


def _table(document, header: Rows):  # type: ignore[no-untyped-def]
    table = document.add_table(rows=0, cols=len(header[0]))
    for row in header:
        _add(table, row)
    return table


def _add(table, row: list[str]) -> None:  # type: ignore[no-untyped-def]
    cells = table.add_row().cells
    for cell, text in zip(cells, row, strict=True):
        cell.text = text
    if len([text for text in row if text]) == 1 and row[0]:
        cells[0].merge(cells[-1]).text = row[0]


def _merge_header(table) -> None:  # type: ignore[no-untyped-def]
    """The cells of the first row down over the empty ones below them."""
    first, second = table.rows[-2].cells, table.rows[-1].cells
    for one, other in zip(first, second, strict=True):
        if one.text and not other.text:
            text = one.text
            one.merge(other).text = text


FORMS: dict[str, Callable[[Rows], bytes]] = {"txt": as_text, "csv": as_csv, "xlsx": as_xlsx, "docx": as_docx}
