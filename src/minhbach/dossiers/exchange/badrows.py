"""Rows that could not be used, in words: which line, which column, what is wrong, what to do."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from minhbach.dossiers.exchange.checking import FAULTS
from minhbach.dossiers.exchange.columns import FIELDS
from minhbach.dossiers.models import BadRow, Batch

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def titles() -> list[str]:
    return [_("line"), _("column"), _("what it says"), _("what is wrong"), _("what to do")]


def cells_of(row: BadRow) -> list[str]:
    wrong, remedy = FAULTS[row.code]
    column = row.column or (str(FIELDS[row.field].title) if row.field in FIELDS else "")
    return [str(row.line), column, row.value, str(wrong), str(remedy)]


def said(row: BadRow) -> str:
    line, column, value, wrong, remedy = cells_of(row)
    shown = f" “{value}”" if value else ""
    return f"{_('line')} {line}, {column}:{shown} {wrong}; {remedy}"


def csv_lines(batch: Batch) -> bytes:
    """All that are kept, as a CSV that Excel opens; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles())
    for row in batch.bad_rows.iterator(2000):
        writer.writerow(["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells_of(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx(batch: Batch) -> bytes:
    """The same as a workbook."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(titles())
    for row in batch.bad_rows.iterator(2000):
        cells = []
        for value in cells_of(row):
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
