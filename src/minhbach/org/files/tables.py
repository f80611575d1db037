"""Rows of a table that somebody sends, XLSX or CSV: read one after another, within bounds, each with its line.

What is read was sniffed before (`org.files.sniff`): no archive that unpacks to too much comes here.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from minhbach.org.files.sniff import BadFile

MOST_COLUMNS = 60
MOST_CELL = 20_000
"""Characters of one cell; more is a broken quotation mark."""
LEGACY = "cp1258"
"""Windows-1258, in which older Vietnamese systems write."""
_SAMPLE = 65536
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ";\t,|"

Row = tuple[int, list[Any]]


def encoding_of(content: IO[bytes]) -> str:
    """The encoding of a text: by its mark, as UTF-8 where it is that, else the legacy Vietnamese one.

    The stream is left at its start.
    """
    content.seek(0)
    start = content.read(4)
    content.seek(0)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    try:
        reader = io.TextIOWrapper(content, encoding="utf-8", newline="")
        try:
            while reader.read(_SAMPLE):
                pass
        finally:
            reader.detach()
    except UnicodeDecodeError:
        return LEGACY
    finally:
        content.seek(0)
    return "utf-8"


def to_utf8(content: IO[bytes], encoding: str) -> bytes:
    """The text of a file in UTF-8, its accents composed. Raises BadFile with code `encoding`."""
    content.seek(0)
    try:
        text = content.read().decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadFile(
            _("The text is in no known encoding. Save the file as UTF-8 (in Excel: CSV UTF-8)."), "encoding"
        ) from error
    return unicodedata.normalize("NFC", text).replace("\0", "").encode()


def rows_of(content: IO[bytes], extension: str) -> Iterator[Row]:
    """The rows of the first sheet, or of a UTF-8 text, with the number of their line, empty ones left out.

    Cells are text, numbers, dates or None. Raises BadFile with code `damaged`, naming the line where it can.
    """
    content.seek(0)
    return _xlsx(content) if extension == "xlsx" else _csv(content)


def _csv(content: IO[bytes]) -> Iterator[Row]:
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    line = 1
    try:
        head = text.read(_SAMPLE).split("\n", 1)[0]
        text.seek(0)
        reader = csv.reader(text, delimiter=max(_DELIMITERS, key=head.count), strict=True)
        for cells in reader:
            if len(cells) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in cells):
                raise csv.Error
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadFile(
            _("Line %(line)s cannot be read: it has too many columns, or quotation marks that do not match."),
            "damaged",
            {"line": line},
        ) from error
    finally:
        with suppress(ValueError):  # the stream was closed before all was read
            text.detach()


def _xlsx(content: IO[bytes]) -> Iterator[Row]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is not believed
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            last = len(cells)
            while last and cells[last - 1] is None:
                last -= 1
            if last:
                yield line, list(cells[:last])
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, TypeError, AttributeError) as error:
        raise BadFile(_("The workbook cannot be read. Save it as a new XLSX file and send that."), "damaged") from error


def text_of(cell: Any) -> str:
    """A cell as people see it, spaces tidied; a figure without the dust of binary fractions."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return " ".join(str(cell).split())
