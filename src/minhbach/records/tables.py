"""Tables that people send, XLSX or CSV: read one row after another, within bounds, each with its line.

Other systems and old spreadsheets write in UTF-8 or UTF-16, with or without a mark, or in the code pages of Windows,
with commas, semicolons, tabs or bars, with titles above the head row. All that is settled here, once; what the columns
say is the business of whoever asks.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from minhbach.records.archives import BROKEN, MAX_BYTES, is_sound
from minhbach.records.problems import Problems
from minhbach.records.texts import Text
from minhbach.records.workbook.cells import LONGEST, exact

MOST_COLUMNS = 60
ENDINGS = ("xlsx", "csv", "tsv", "txt")
WINDOWS = ("cp1258", "cp1252")
"""The code pages in which older Vietnamese systems write, the likelier first."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 65_536
_DELIMITERS = ";\t,|"
_TONES = re.compile("(?<![aăâeêioôơuưyAĂÂEÊIOÔƠUƯY])[\u0300\u0301\u0303\u0309\u0323]")
"""In Windows-1258 a tone is a sign of its own after its vowel; anywhere else the text is in another code page."""
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([;,|\t])\s*", re.IGNORECASE)
"""The first line that Excel writes to say what stands between cells."""

Row = tuple[int, list[Any]]
"""The line or row in the file, and the cells: text, int, Decimal, date, datetime, True, False or None."""


class BadTable(ValueError):
    """A table that cannot be read: what is wrong and what to do, in both languages; `line` is 0 where it has no place.

    `code`: `encoding`, `not_text`, `damaged` (with a line: that line), `too_large`,
    `too_many` or `type`.
    """

    def __init__(self, code: str, says: Text, remedy: Text, line: int = 0):
        super().__init__(f"{says.en}; {remedy.en}")
        self.code, self.says, self.remedy, self.line = code, says, remedy, line

    def in_(self, lang: str) -> str:
        """As two sentences, the first with the line."""
        place = Text(f"dòng {self.line}: ", f"line {self.line}: ") if self.line else Text("")
        told = (place.in_(lang) + self.says.in_(lang), self.remedy.in_(lang))
        return " ".join(f"{part[:1].upper()}{part[1:]}." for part in told)


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook, or a whole text, whose name is empty."""

    name: str
    rows: list[Row]


# Texts ------------------------------------------------------------------------------------------------------------


def encoding_of(content: IO[bytes]) -> str:
    """In what a text is written: by its mark, as UTF-8 or UTF-16 where it is that, else in a code page of Windows.

    The stream is left at its start. Raises BadTable.
    """
    content.seek(0)
    start = content.read(_SAMPLE)
    content.seek(0)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if 0 in start:
        odd, even = start[1::2].count(0), start[::2].count(0)
        if max(odd, even) * 4 > len(start) // 2 and not min(odd, even):
            return "utf-16-le" if odd else "utf-16-be"
        raise BadTable(
            "not_text",
            Text("đây không phải là tệp văn bản", "this is no text"),
            Text("lưu bảng dưới dạng CSV UTF-8 hoặc XLSX", "save the table as CSV UTF-8 or XLSX"),
        )
    return next((name for name in ("utf-8", *WINDOWS) if _is_in(content, name)), WINDOWS[0])


def _is_in(content: IO[bytes], encoding: str) -> bool:
    reader = io.TextIOWrapper(content, encoding=encoding, newline="")
    try:
        while part := reader.read(_SAMPLE):
            if encoding == WINDOWS[0] and _TONES.search(part, 1):
                return False
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
        content.seek(0)
    return True


def decoded(content: bytes) -> str:
    """The text of a file, its accents composed. Raises BadTable."""
    return to_utf8(io.BytesIO(content)).decode()


def to_utf8(content: IO[bytes], encoding: str = "") -> bytes:
    """The text of a file in UTF-8 without a mark, its accents composed. Raises BadTable."""
    encoding = encoding or encoding_of(content)
    content.seek(0)
    try:
        text = content.read().decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadTable(
            "encoding",
            Text("không nhận ra bảng mã của tệp", "the text is in no known encoding"),
            Text(
                "hãy lưu lại với bảng mã UTF-8 (trong Excel: CSV UTF-8)",
                "save the file as UTF-8 (in Excel: CSV UTF-8)",
            ),
        ) from error
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\0", "").encode()


# Rows -------------------------------------------------------------------------------------------------------------


def rows_of(content: IO[bytes], extension: str) -> Iterator[Row]:
    """The rows of the first sheet, or of a text in UTF-8, empty ones left out. Raises BadTable while it is read.

    What is read was found sound before: no archive that unpacks to too much comes here.
    """
    content.seek(0)
    if extension != "xlsx":
        yield from _text_rows(content)
        return
    for _name, rows in _sheets(content):
        yield from rows
        return


def tables_of(content: bytes, name: str, *, most: int) -> list[Table]:
    """Every table of a file of any kind, however strange, with at most so many rows each. Raises BadTable."""
    ending = name.lower().rpartition(".")[2]
    if len(content) > MAX_BYTES:
        size = MAX_BYTES // 10**6
        raise BadTable(
            "too_large",
            Text(f"tệp quá lớn (trên {size} MB)", f"the file is too large (over {size} MB)"),
            Text("chia thành nhiều tệp nhỏ hơn", "split it into smaller files"),
        )
    if ending == "xlsx":
        problems = Problems()
        if not is_sound(content, "XLSX", problems):
            first = problems.errors[0]
            raise BadTable("damaged", first.says, first.remedy)
        return [Table(title, _at_most(most, rows)) for title, rows in _sheets(io.BytesIO(content))]
    if ending in ENDINGS:
        return [Table("", _at_most(most, _text_rows(io.BytesIO(to_utf8(io.BytesIO(content))))))]
    raise BadTable(
        "type",
        Text("không đọc được định dạng này", "this format is not read"),
        Text("dùng tệp XLSX hoặc CSV", "use XLSX or CSV"),
    )


def _at_most(most: int, rows: Iterator[Row]) -> list[Row]:
    found = list(islice(rows, most + 1))
    if len(found) > most:
        raise BadTable(
            "too_many",
            Text(f"quá {most} dòng", f"more than {most} rows"),
            Text("chia thành nhiều tệp nhỏ hơn", "split it into smaller files"),
        )
    return found


def _text_rows(content: IO[bytes]) -> Iterator[Row]:
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    line = 1
    try:
        sample = text.read(_SAMPLE)
        said = _SEPARATOR_LINE.match(sample)
        text.seek(0)
        reader = csv.reader(text, delimiter=said[1] if said else _delimiter(sample), strict=True)
        for cells in reader:
            if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST for cell in cells):
                raise BadTable("damaged", *_UNREADABLE, line)
            if any(map(str.strip, cells)) and not (said and line == 1):
                yield line, cells
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadTable("damaged", *_UNREADABLE, line) from error
    finally:
        with suppress(ValueError):  # the stream was closed before all was read
            text.detach()


_UNREADABLE = (
    Text(
        "quá nhiều cột, hoặc dấu ngoặc kép không khớp",
        "it has too many columns, or quotation marks that do not match",
    ),
    Text("sửa dòng này rồi gửi lại tệp", "put this line right and send the file again"),
)


def _delimiter(sample: str) -> str:
    """What parts most lines into equally many cells; of equals, what makes more cells."""

    def agreeing(delimiter: str) -> tuple[int, int]:
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            for cells in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 100):
                widths[len(cells)] += len(cells) > 1
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(_DELIMITERS, key=agreeing)


def _sheets(content: IO[bytes]) -> Iterator[tuple[str, Iterator[Row]]]:
    from openpyxl import load_workbook

    with _in_words():
        book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
        sheets = list(book.worksheets)
        if not sheets:
            raise ValueError("no sheet")
    for sheet in sheets:
        yield sheet.title, _sheet_rows(sheet)


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    """As wide as the widest row so far, as the rows of a text are."""
    width = 0
    with _in_words():
        sheet.reset_dimensions()  # what a file says of its size is not believed
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            last = len(cells)
            while last and cells[last - 1] is None:
                last -= 1
            if last:
                width = max(width, last)
                found = [exact(cell) if type(cell) is float else cell for cell in cells[:width]]
                yield line, found + [None] * (width - len(found))


@contextmanager
def _in_words() -> Iterator[None]:
    """What the library raises on broken workbooks, said as BadTable."""
    try:
        yield
    except BROKEN as error:
        raise BadTable(
            "damaged",
            Text("không đọc được tệp bảng tính", "the workbook cannot be read"),
            Text("hãy lưu thành tệp XLSX mới rồi gửi lại", "save it as a new XLSX file and send that"),
        ) from error


# Cells ------------------------------------------------------------------------------------------------------------


def text_of(cell: Any) -> str:
    """A cell as people see it, spaces tidied; a figure without the dust of binary fractions."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float | Decimal):
        return format((cell if isinstance(cell, Decimal) else Decimal(repr(cell))).normalize(), "f")
    return " ".join(str(cell).split())


def shown(cell: Any) -> str:
    """The same, with a day as it is written here: 21/11/2026, 21/11/2026 08:15."""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}" if cell.time() != time() else f"{cell:%d/%m/%Y}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else text_of(cell)
