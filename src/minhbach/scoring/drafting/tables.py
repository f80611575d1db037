"""Tables out of files: rows of cells with the place of each, from XLSX, DOCX, CSV, tabbed text and loose text."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minhbach.records.archives import BROKEN, is_sound, not_readable
from minhbach.records.incoming import text_of
from minhbach.records.problems import BadInput, Problems
from minhbach.records.tables import BadTable, tables_of
from minhbach.records.texts import Text
from minhbach.scoring.drafting.loose import loose_rows
from minhbach.scoring.drafting.numbering import Numbering
from minhbach.scoring.drafting.plain import LINE_ENDS, cleaned, folded
from minhbach.scoring.drafting.rows import Fault, Row

if TYPE_CHECKING:
    from minhbach.records.workbook.grid import Cell

_SPLIT = Text("chỉ giữ bảng tiêu chí, xóa phần còn lại", "keep the table of criteria, delete the rest")
MAX_FILE_BYTES = 10_000_000
MAX_TEXT_BYTES = 1_000_000
MAX_ROWS = 5_000
MAX_CELL = 8_000


@dataclass
class Source:
    """What was read: the rows in order; `loose` when the columns had to be guessed from running text."""

    rows: list[Row] = field(default_factory=list)
    loose: bool = False


def read(content: bytes, filename: str, problems: Problems) -> Source:
    """The rows of every table in the file. Raises BadInput when it cannot be read."""
    name = filename.lower()
    if name.endswith(".xlsx"):
        source = Source(list(_xlsx(content, problems)))
    elif name.endswith(".docx"):
        source = Source(list(_docx(content, problems)))
    elif name.endswith(".csv"):
        source = _csv(content, problems)
    elif name.endswith((".txt", ".tsv", ".md")):
        source = _text(content, problems)
    else:
        problems.error(
            "format",
            (),
            Text("không biết định dạng tệp này", "the format of this file is not known"),
            Text("dùng tệp .xlsx, .docx, .csv hoặc .txt", "use a file in .xlsx, .docx, .csv or .txt"),
        )
        raise BadInput(problems)
    long = next((row for row in source.rows if any(len(cell) >= MAX_CELL for cell in row.cells)), None)
    if long is not None:
        problems.locate = lambda path: (long.line, long.where)
        problems.error(
            "too-long",
            (),
            Text(f"ô dài hơn {MAX_CELL} ký tự", f"a cell of over {MAX_CELL} characters"),
            Text("chia bảng thành từng dòng tiêu chí", "split the table into one row per criterion"),
        )
    if len(source.rows) > MAX_ROWS:
        problems.error(
            "too-large", (), Text(f"quá nhiều dòng (trên {MAX_ROWS})", f"too many rows (over {MAX_ROWS})"), _SPLIT
        )
    if problems.errors:
        raise BadInput(problems)
    return source


def _cell(text: str) -> str:
    """The cleaned text, cut only where `read` refuses it for its length."""
    return text[:MAX_CELL] if len(text) > 4 * MAX_CELL else cleaned(text)[:MAX_CELL]


def _xlsx(content: bytes, problems: Problems) -> Iterator[Row]:
    from openpyxl.utils import column_index_from_string

    from minhbach.records.workbook.grid import read_grid

    grid = read_grid(content, problems) or {}
    for number, (sheet, rows) in enumerate(grid.items(), 1):
        for row in rows:
            cells = [""] * max(column_index_from_string(cell.letter) for cell in row)
            faults = {}
            for cell in row:
                column = column_index_from_string(cell.letter) - 1
                value = format(cell.value, "f") if isinstance(cell.value, Decimal) else str(cell.value)
                cells[column] = _cell(value)
                if fault := _fault(cell):
                    faults[column] = fault
            yield Row(cells, 0, f"{sheet}!{row[0].row}", number, faults=faults)


def _fault(cell: Cell) -> Fault | None:
    """Numbers and days are faults where a code is meant."""
    if cell.fault is not None:
        vi, en = ": chép giá trị vào thay cho nó", ": put its value in its place"
        return Fault("formula-cell", Text(cell.fault.vi + vi, cell.fault.en + en))
    if isinstance(cell.value, Decimal):
        vi = f"mã là số {cell.value}: dạng số làm 3.10 thành 3.1; định dạng ô Văn bản, gõ lại mã"
        en = f"the code is the number {cell.value}, and 3.10 would be 3.1: format the cell as text, type the code anew"
        return Fault("number-as-text", Text(vi, en))
    if isinstance(cell.value, datetime.date):
        day = f"{cell.value:%d/%m/%Y}"
        vi = f"mã là ngày {day}: bảng tính đổi 3.11 thành ngày; định dạng ô Văn bản, gõ lại mã"
        en = f"the code is the day {day}, as spreadsheets make of 3.11: format the cell as text, type the code anew"
        return Fault("day-for-code", Text(vi, en))
    return None


def _docx(content: bytes, problems: Problems) -> Iterator[Row]:
    if not is_sound(content, "DOCX", problems):
        return
    import docx
    from docx.oxml.ns import qn

    try:
        document = docx.Document(io.BytesIO(content))
        numbers = Numbering(document)
        number = 0
        for block in _blocks(document.element.body):
            if block.tag == qn("w:p"):
                if text := _cell("".join(_runs(block))):
                    yield Row([text], 0, "", number, outside=True)
                continue
            number += 1
            for n, row in enumerate(_within(block, "w:tr"), 1):
                cells = []
                for cell in _within(row, "w:tc"):
                    paragraphs = (f"{numbers.of(p)}{''.join(_runs(p))}" for p in _within(cell, "w:p"))
                    cells.append(_cell("\n".join(paragraphs)))
                    cells += [""] * (_span(cell) - 1)  # a merged cell takes the columns it covers
                yield Row(cells, 0, f"bảng {number}, dòng {n}", number)
    except BROKEN:
        not_readable("DOCX", problems)


def _blocks(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order; tables inside tables come after their own."""
    from docx.oxml.ns import qn

    for block in body.iter(qn("w:p"), qn("w:tbl")):
        if block.tag == qn("w:tbl") or not any(True for _ in block.iterancestors(qn("w:tbl"))):
            yield block


def _within(part: Any, name: str) -> Iterator[Any]:
    """The rows, cells or paragraphs right below, also those that a form field wraps."""
    from docx.oxml.ns import qn

    for child in part.iterchildren(qn(name), qn("w:sdt"), qn("w:sdtContent")):
        if child.tag == qn(name):
            yield child
        else:
            yield from _within(child, name)


def _span(cell: Any) -> int:
    from docx.oxml.ns import qn

    found = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    value = str(found.get(qn("w:val"))) if found is not None else "1"
    return min(int(value), 60) if value.isdigit() and int(value) else 1


def _runs(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph; a line break inside it stays one, deleted text of tracked changes is left out."""
    for part in paragraph.iter():
        name = str(part.tag).rsplit("}", 1)[-1]
        if name == "t":
            yield part.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "tab":
            yield " "


def _csv(content: bytes, problems: Problems) -> Source:
    try:
        return Source(list(_separated(content, "table.csv")))
    except BadTable as error:
        problems.locate = lambda path, line=error.line: (line, "")  # type: ignore[misc]
        problems.error(error.code.replace("_", "-"), (), error.says, error.remedy)
        raise BadInput(problems) from error


def _text(content: bytes, problems: Problems) -> Source:
    if len(content) > MAX_TEXT_BYTES:
        problems.error(
            "too-large", (), Text("tệp văn bản quá lớn (trên 1 MB)", "the text is too large (over 1 MB)"), _SPLIT
        )
        raise BadInput(problems)
    text = text_of(content, problems)
    if text is not None and "\0" in text:
        problems.error(
            "encoding",
            (),
            Text("không phải tệp văn bản", "this is not a text file"),
            Text("lưu lại dưới dạng văn bản UTF-8", "save it as UTF-8 text"),
        )
        text = None
    if text is None:
        raise BadInput(problems)
    text = LINE_ENDS.sub("\n", text)
    lines = text.split("\n")
    tabbed: list[Row] = []
    if "\t" in text and _QUOTED.search(text):
        with suppress(BadTable):  # quotation marks of the text itself
            tabbed = list(_separated(text.encode(), "table.tsv"))
    tabbed = tabbed or list(_tabbed(lines))
    if sum(not row.outside for row in tabbed) > 1:
        return Source(tabbed)
    return Source(list(loose_rows([_cell(line) for line in lines])), loose=True)


_QUOTED = re.compile(r'(?:^|\t)"[^"\t]*\n', re.M)


def _separated(content: bytes, name: str) -> Iterator[Row]:
    """The rows of CSV, or of text as Excel copies it, with cells of several lines in quotation marks."""
    for table in tables_of(content, name, most=MAX_ROWS):
        for line, cells in table.rows:
            filled = [_cell(str(cell)) for cell in cells]
            yield Row(filled, line, outside=_is_heading(filled))


def _is_heading(cells: list[str]) -> bool:
    """Whether a line of text is the title of an appendix and no row of a table."""
    return sum(map(bool, cells)) == 1 and folded(cells[0]).startswith("phu luc")


def _tabbed(lines: list[str]) -> Iterator[Row]:
    """Lines with tabs are rows; a line without one right below a row goes on with its last cell."""
    row: Row | None = None
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            if row is not None:
                yield row
            row = Row([_cell(cell) for cell in line.split("\t")], number)
        elif not line.strip() or _is_heading([line]):
            if row is not None:
                yield row
            row = None
            if line.strip():
                yield Row([_cell(line)], number, outside=True)
        elif row is not None:
            filled = max((n for n, cell in enumerate(row.cells) if cell), default=0)
            row.cells[filled] = f"{row.cells[filled]}\n{_cell(line)}"[:MAX_CELL]
    if row is not None:
        yield row
