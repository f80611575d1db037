"""XLSX for Excel and LibreOffice: real numbers and dates to go on calculating with, and a page that prints
as it should.

Each table has a worksheet of its own, because columns belong to one table; headings and paragraphs stand
above the table they lead to. The letterhead is on the first sheet, the signatures on the last.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from math import ceil
from textwrap import wrap
from typing import Any

from .docx_styles import FONT
from .model import Block, Cell, Column, Document, Fields, Heading, Paragraph, Placed, QrCode, Table, Value
from .wording import clean, date_line, file_title, is_number, labels, number_line, recipient_lines

LONGEST_TEXT = 32_767
"""Excel's limit for one cell; longer text is cut there, with "…" as its last character."""

_CHARACTERS = {False: 84, True: 129}  # column widths that fill the page between the margins at 100 %
_LINE = 1.25  # height of a line, of the type size
_FITS = 1.1  # letters of running text in the width of a digit, the unit of column widths
_TALLEST = 409.0  # points; Excel's limit for a row
_MOST_FROZEN = 16  # rows; more would leave no room to scroll on a small screen
_BODY: dict[str, Any] = {"size": 12}
_FORMULA = ("=", "+", "-", "@")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")

_Line = tuple[str, dict[str, Any]]


def to_xlsx(document: Document) -> bytes:
    """The document as a workbook: A4, one page wide, header rows repeated in print and frozen on screen.

    Numbers are stored as numbers with their exact decimal digits (Excel itself calculates with about 15),
    dates as dates. Text is stored as text: what begins with = + - or @ is never a formula, also after
    editing.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    book._named_styles["Normal"].font = Font(name=FONT, size=11)  # column widths are counted in its digits
    parts = _parts(document.blocks)
    names: list[str] = []
    for place, (lead, table) in enumerate(parts):
        names.append(_name(table.name if table and table.name else document.title, names))
        sheet = _Sheet(book.create_sheet(names[-1]), document, table)
        if place == 0:
            sheet.letterhead()
        for block in lead:
            sheet.text(block)
        if table:
            sheet.table(table)
        if place == len(parts) - 1:
            sheet.closing()
        sheet.finish()
    book.properties.title = file_title(document)
    book.properties.creator = ""
    book.properties.language = document.lang
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _parts(blocks: Sequence[Block]) -> list[tuple[list[Paragraph | Heading], Table | None]]:
    """The blocks cut into sheets: texts with the table after them; texts after the last table stay with it
    as a part of their own."""
    parts: list[tuple[list[Paragraph | Heading], Table | None]] = []
    lead: list[Paragraph | Heading] = []
    for block in blocks:
        if isinstance(block, Table):
            parts.append((lead, block))
            lead = []
        elif isinstance(block, Fields):
            line = "      ".join(f"{field.label} {field.value or ''}".rstrip() for field in block.fields)
            lead.append(Paragraph(line, align="left"))
        elif isinstance(block, QrCode):
            lead += [Paragraph(line, align="left") for line in block.lines]
        elif isinstance(block, Paragraph | Heading):
            lead.append(block)
    if lead or not parts:
        parts.append((lead, None))
    return parts


def _name(wanted: str, taken: Sequence[str]) -> str:
    """A worksheet name Excel accepts: 31 characters, some signs forbidden, different from the others in any
    case."""
    base = " ".join(_FORBIDDEN_IN_NAMES.sub(" ", clean(wanted)).split())[:31].strip() or "1"
    used = {name.casefold() for name in taken}
    name, number = base, 2
    while name.casefold() in used or name.casefold() == "history":
        name = f"{base[: 30 - len(str(number))].strip()} {number}"
        number += 1
    return name


class _Sheet:
    """One worksheet, filled from the top."""

    def __init__(self, sheet: Any, document: Document, table: Table | None) -> None:
        self.sheet, self.document = sheet, document
        shares = table.shares() if table else [0.4, 0.6]
        self.columns = max(2, len(shares))
        shares = [*shares, *[0.5] * (self.columns - len(shares))]
        self.widths = [max(4.0, share * _CHARACTERS[document.landscape]) for share in shares]
        for number, width in enumerate(self.widths, start=1):
            sheet.column_dimensions[self._letter(number)].width = round(width, 1)
        # The letterhead's halves meet at the column nearest to two fifths of the width.
        whole, reach = sum(self.widths), 0.0
        edges = []
        for width in self.widths[:-1]:
            reach += width
            edges.append(abs(reach / whole - 0.4))
        self.half = edges.index(min(edges)) + 1
        self.row = 1

    def letterhead(self) -> None:
        document, head = self.document, self.document.letterhead
        if head:
            words = labels(document.lang)
            agency = clean(head.agency).upper()
            left: list[_Line] = [(clean(head.superior).upper(), {})] if head.superior else []
            left.append((agency, {"bold": True, "underline": "single"}))
            if number := number_line(head, document.lang):
                left.append((number, {}))
            if head.about:
                left.append((f"{words.about} {clean(head.about)}", {}))
            right: list[_Line] = [
                (words.nation, {"bold": True}),
                (words.motto, {"bold": True, "underline": "single"}),
                (date_line(head, document.lang), {"italic": True}),
            ]
            for place in range(max(len(left), len(right))):
                heights = []
                if place < len(left):
                    heights.append(self._merged(left[place][0], 1, self.half, size=12, **left[place][1]))
                if place < len(right):
                    heights.append(
                        self._merged(right[place][0], self.half + 1, self.columns, size=12, **right[place][1])
                    )
                self._next(max(heights))
            self._next(6)
        titles: list[_Line] = [
            (clean(document.title).upper(), {"bold": True}),
            (clean(document.subtitle or ""), {"bold": True}),
            (clean(document.note or ""), {"italic": True}),
        ]
        for text, look in titles:
            if text:
                self._next(self._merged(text, 1, self.columns, size=13, **look))
        self._next(6)

    def text(self, block: Paragraph | Heading) -> None:
        heading = isinstance(block, Heading)
        look: dict[str, Any] = {"bold": True} if heading else {}
        align = "left"
        if isinstance(block, Paragraph):
            look = {"bold": block.bold, "italic": block.italic}
            align = block.align
        self._next(self._merged(clean(block.text), 1, self.columns, size=12, align=align, **look))

    def table(self, table: Table) -> None:
        from openpyxl.styles import Alignment, Border, Font, Side

        side = Side(style="thin", color="000000")
        border = Border(left=side, right=side, top=side, bottom=side)
        fonts: dict[tuple[bool, bool], Any] = {}
        first, head = self.row, len(table.header_rows)
        heights: dict[int, float] = {}
        for placed in table.placed():
            cell, column = placed.cell, table.columns[placed.column]
            top, left = first + placed.row, placed.column + 1
            bottom, right = top + cell.rows - 1, left + cell.span - 1
            bold = placed.kind != "body" if cell.bold is None else cell.bold
            target = self.sheet.cell(top, left)
            self._fill(target, cell.value, column)
            key = (bold, cell.italic)
            if key not in fonts:
                fonts[key] = Font(name=FONT, size=table.size - 1, bold=bold, italic=cell.italic)
            target.font = fonts[key]
            target.alignment = Alignment(
                horizontal=_align(placed, column),
                vertical="center" if placed.kind == "header" else "top",
                wrap_text=True,
            )
            for row in range(top, bottom + 1):
                for place in range(left, right + 1):
                    self.sheet.cell(row, place).border = border
            if bottom > top or right > left:
                self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
            room = sum(self.widths[left - 1 : right])
            height = self._height(str(target.value or ""), room, table.size - 1, bold) / cell.rows
            for row in range(top, bottom + 1):
                heights[row] = max(heights.get(row, 0.0), height)
        for row, height in heights.items():
            self.sheet.row_dimensions[row].height = min(_TALLEST, ceil(height))
        self.sheet.print_title_rows = f"{first}:{first + head - 1}"
        if first + head - 1 <= _MOST_FROZEN:
            self.sheet.freeze_panes = self.sheet.cell(first + head, 1)
        self.row = first + head + len(table.rows)
        self._next(8)

    def closing(self) -> None:
        document = self.document
        if not document.recipients and not document.signatures:
            return
        blocks: list[list[tuple[str, dict[str, Any]]]] = []
        for signature in document.signatures:
            lines = [(clean(line).upper(), {"bold": True}) for line in (*signature.authority, signature.position)]
            if signature.hint:
                lines.append((clean(signature.hint), {"italic": True}))
            lines += [("", {})] * 4
            lines.append((clean(signature.name or ""), {"bold": True}))
            blocks.append(lines)
        if document.recipients or len(blocks) == 1:
            words = labels(document.lang).recipients if document.recipients else ""
            title: _Line = (words, {"bold": True, "italic": True, "align": "left"})
            listed: list[_Line] = [(line, {"align": "left", "size": 11}) for line in recipient_lines(document)]
            blocks.insert(0, [title, *listed])
        spans = self._spans(len(blocks))
        for place in range(max(len(lines) for lines in blocks)):
            heights = [16.0]
            for (left, right), lines in zip(spans, blocks, strict=False):
                if place < len(lines):
                    text, look = lines[place]
                    heights.append(self._merged(text, left, right, **_BODY | look))
            self._next(max(heights))

    def finish(self) -> None:
        """Print settings: A4, one page wide, page numbers from page 2 at the top."""
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet = self.sheet
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape" if self.document.landscape else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = sheet.page_margins
        margins.top = margins.bottom = 20 / 25.4
        margins.left, margins.right = 30 / 25.4, 15 / 25.4
        margins.header = margins.footer = 10 / 25.4
        sheet.HeaderFooter.differentFirst = True
        sheet.oddHeader.center.text, sheet.oddHeader.center.size = "&P", 13
        sheet.sheet_view.showGridLines = False
        sheet.print_area = f"A1:{self._letter(self.columns)}{max(1, self.row - 1)}"

    def _fill(self, target: Any, value: Value, column: Column) -> None:
        if value is None:
            return
        if isinstance(value, str):
            _set_text(target, clean(value))
            return
        target.value = value
        if isinstance(value, date):
            target.number_format = "dd/mm/yyyy"
        elif is_number(value):
            places = column.places
            if places is None:
                exponent = value.normalize().as_tuple().exponent if isinstance(value, Decimal) else 0
                places = max(0, -int(exponent))
            target.number_format = "#,##0" + ("." + "0" * places if places else "")

    def _merged(self, text: str, left: int, right: int, *, size: int, align: str = "center", **look: Any) -> float:
        """Write `text` across columns of the current row; the height it needs, in points."""
        from openpyxl.styles import Alignment, Font

        target = self.sheet.cell(self.row, left)
        _set_text(target, text)
        target.font = Font(name=FONT, size=size, **look)
        target.alignment = Alignment(horizontal=align, vertical="top", wrap_text=True)
        if right > left:
            self.sheet.merge_cells(start_row=self.row, start_column=left, end_row=self.row, end_column=right)
        return self._height(text, sum(self.widths[left - 1 : right]), size, bool(look.get("bold")))

    def _height(self, text: str, room: float, size: int, bold: bool) -> float:
        """About how many points `text` needs at `size` in a column `room` characters (of 11 pt) wide."""
        fits = max(2, int(room * _FITS * 11 / size / (1.3 if text.isupper() else 1.06 if bold else 1.0) - 0.8))
        lines = sum(len(wrap(line, fits)) or 1 for line in text.split("\n"))
        return lines * size * _LINE + 3

    def _next(self, height: float) -> None:
        self.sheet.row_dimensions[self.row].height = min(_TALLEST, ceil(height))
        self.row += 1

    def _spans(self, count: int) -> list[tuple[int, int]]:
        """The columns cut into `count` neighbouring groups of about the same width."""
        whole, reach, start = sum(self.widths), 0.0, 1
        spans: list[tuple[int, int]] = []
        for number, width in enumerate(self.widths, start=1):
            reach += width
            left = count - len(spans)
            if left > 1 and (reach >= whole * (len(spans) + 1) / count or self.columns - number < left):
                spans.append((start, number))
                start = number + 1
        if start <= self.columns:
            spans.append((start, self.columns))
        return spans

    @staticmethod
    def _letter(number: int) -> str:
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(number))


def _set_text(target: Any, text: str) -> None:
    """Store text as text, whatever it begins with."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    target.value = text or None
    if text:
        target.data_type = "s"  # openpyxl would make a formula of "=…" and an error value of "#N/A"
        if text.lstrip().startswith(_FORMULA):
            target.quotePrefix = True


def _align(placed: Placed, column: Column) -> str:
    cell: Cell = placed.cell
    if cell.align:
        return cell.align
    if placed.kind == "header":
        return "center"
    return "right" if is_number(cell.value) else column.align
