"""Tables out of files: rows of cells with the place of each, from XLSX, DOCX, tabbed text and loose text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from minhbach.records.archives import BROKEN, is_sound, not_readable
from minhbach.records.incoming import text_of
from minhbach.records.problems import BadInput, Problems
from minhbach.records.texts import Text
from minhbach.scoring.drafting.plain import cleaned, folded, one_line

_SPLIT = Text("chỉ giữ bảng tiêu chí, xóa phần còn lại", "keep the table of criteria, delete the rest")
MAX_FILE_BYTES = 10_000_000
MAX_TEXT_BYTES = 1_000_000
MAX_ROWS = 5_000
MAX_CELL = 8_000


@dataclass
class Row:
    """One row of the source. `cells` are cleaned; `line` is 0 where the source has no lines."""

    cells: list[str]
    line: int = 0
    where: str = ""


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
    elif name.endswith((".txt", ".tsv", ".md")):
        source = _text(content, problems)
    else:
        problems.error(
            "format",
            (),
            Text("không biết định dạng tệp này", "the format of this file is not known"),
            Text("dùng tệp .xlsx, .docx hoặc .txt", "use a file in .xlsx, .docx or .txt"),
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
    for sheet, rows in grid.items():
        for row in rows:
            cells = [""] * max(column_index_from_string(cell.letter) for cell in row)
            for cell in row:
                value = format(cell.value, "f") if type(cell.value).__name__ == "Decimal" else str(cell.value)
                cells[column_index_from_string(cell.letter) - 1] = _cell(value)
            yield Row(cells, 0, f"{sheet}!{row[0].row}")


def _docx(content: bytes, problems: Problems) -> Iterator[Row]:
    if not is_sound(content, "DOCX", problems):
        return
    import docx
    from docx.oxml.ns import qn

    try:
        body = docx.Document(io.BytesIO(content)).element.body
        tables = list(body.iter(qn("w:tbl")))
        for number, table in enumerate(tables, 1):
            for n, row in enumerate(table.iterchildren(qn("w:tr")), 1):
                cells = []
                for cell in row.iterchildren(qn("w:tc")):
                    paragraphs = ("".join(_runs(p)) for p in cell.iterchildren(qn("w:p")))
                    cells.append(_cell("\n".join(paragraphs)))
                    cells += [""] * (_span(cell) - 1)  # a merged cell takes the columns it covers
                yield Row(cells, 0, f"bảng {number}, dòng {n}")
    except BROKEN:
        not_readable("DOCX", problems)


def _span(cell: object) -> int:
    from docx.oxml.ns import qn

    found = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")  # type: ignore[attr-defined]
    value = str(found.get(qn("w:val"))) if found is not None else "1"
    return min(int(value), 60) if value.isdigit() and int(value) else 1


def _runs(paragraph: object) -> Iterator[str]:
    """The text of a paragraph; a line break inside it stays one, deleted text of tracked changes is left out."""
    for part in paragraph.iter():  # type: ignore[attr-defined]
        name = str(part.tag).rsplit("}", 1)[-1]
        if name == "t":
            yield part.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "tab":
            yield " "


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
    lines = text.split("\n")
    tabbed = list(_tabbed(lines))
    return Source(tabbed) if len(tabbed) > 1 else Source(list(_loose(lines)), loose=True)


def _tabbed(lines: list[str]) -> Iterator[Row]:
    """Lines with tabs are rows; a line without one right below a row goes on with its last cell."""
    row: Row | None = None
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            if row is not None:
                yield row
            row = Row([_cell(cell) for cell in line.split("\t")], number)
        elif not line.strip():
            if row is not None:
                yield row
            row = None
        elif row is not None:
            filled = max((n for n, cell in enumerate(row.cells) if cell), default=0)
            row.cells[filled] = f"{row.cells[filled]}\n{_cell(line)}"[:MAX_CELL]
    if row is not None:
        yield row


# Loose text ---------------------------------------------------------------------------------------------------

_LOOSE_HEAD = re.compile(r"^\s*(?:STT|TT|Số TT)\s+\S", re.I)
_LOOSE_CODE = re.compile(r"^\s*(\d+(?:\.\d+)*\.?)(?:\s+(\S.*))?\s*$")
_LOOSE_END = re.compile(r"^\s*(?:[IVX]+\.\s|Nơi nhận|\*\*)")
_UNIT_START = re.compile(
    r"^(?:Văn phòng|Các phòng|Phòng |Các đơn vị|Đơn vị|Ban chỉ đạo|Thanh tra|Sở |UBND|Các sở|Các cơ quan|Tổ )"
)
_UNIT_WORDS = re.compile(
    "(van|phong|so|cac|co|quan|don|vi|giao|duc|truc|thuoc|ban|chi|dao|iso|thanh|tra|lien|ubnd|huyen|xa|phuong|to|ke|hoach"
    "|tai|chinh|va)"
)


def _loose(lines: list[str]) -> Iterator[Row]:
    """Rows out of running text that lost its columns: code, title, and units told by their words."""
    inside = False
    row: Row | None = None
    in_units = False
    for number, line in enumerate(lines, 1):
        text = one_line(_cell(line))
        if not inside:
            inside = bool(_LOOSE_HEAD.match(line))
            if inside:
                yield Row(["STT", "Nội dung", "Đơn vị thực hiện"], number)
            continue
        if not text:
            continue
        if _LOOSE_END.match(line):
            break
        code = _LOOSE_CODE.match(text)
        if code and row is not None and not _follows(code[1], row.cells[0]):
            code = None
        if code:
            if row is not None:
                yield row
            row, in_units = Row([code[1].rstrip("."), (code[2] or "").strip(), ""], number), False
            continue
        if row is None:
            continue
        looks = _looks_like_units(text)
        if row.cells[1] and (_UNIT_START.match(text) and looks or (in_units and looks)):
            in_units = True
            row.cells[2] = f"{row.cells[2]} {text}".strip()
        else:
            in_units = False
            row.cells[1] = f"{row.cells[1]} {text}".strip()
    if row is not None:
        yield row


def _looks_like_units(text: str) -> bool:
    return all(_UNIT_WORDS.fullmatch(word.strip(",;.")) for word in folded(text).split())


def _follows(code: str, last: str) -> bool:
    """Whether the code can come after the last one; a bare figure in the middle of a title cannot."""
    one = [int(part) for part in code.strip(".").split(".")]
    other = [int(part) for part in last.split(".")]
    return one > other and one[0] - other[0] < 10 and all(part < 100 for part in one)
