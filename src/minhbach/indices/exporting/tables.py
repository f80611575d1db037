"""Rows of a table that somebody sends: XLSX or CSV, each row with its line in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from minhbach.org.errors import NotPossible
from minhbach.org.files.sniff import BadFile, sniff

LARGEST = 5 * 1024 * 1024
MOST_COLUMNS = 60


class BrokenCsv(ValueError):
    """Quotation marks that do not match; `line` is where reading stopped."""

    def __init__(self, line: int):
        super().__init__(line)
        self.line = line


def rows_of(upload: UploadedFile) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet, or of the text. Raises NotPossible (`too_large`), BadFile, BrokenCsv."""
    if upload.size is not None and upload.size > LARGEST:
        raise NotPossible(_("The file is larger than 5 MB; keep only the table and send it again."), "too_large")
    kind = sniff(upload.file, upload.name or "")
    if kind.extension not in ("xlsx", "csv"):
        raise BadFile(_("Send the result as XLSX or CSV."), "type_not_allowed")
    return _xlsx(upload) if kind.extension == "xlsx" else _csv(upload)


def _csv(upload: UploadedFile) -> Iterator[tuple[int, list[Any]]]:
    upload.seek(0)
    text = upload.read().decode("utf-8-sig")  # sniff has found it to be UTF-8
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";\t,", key=head.count), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, list(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BrokenCsv(line) from error


def _xlsx(upload: UploadedFile) -> Iterator[tuple[int, list[Any]]]:
    import zipfile

    from openpyxl import load_workbook

    upload.seek(0)
    try:
        book = load_workbook(upload.file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            yield line, list(cells)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise BadFile(_("The workbook cannot be read. Save it as a new XLSX file and send that."), "damaged") from error


def text_of(cell: Any) -> str:
    """A cell as people see it; a figure without the dust of binary fractions."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return " ".join(str(cell).split())
