"""DOCX for Word and LibreOffice: a file people go on editing, with real styles, repeated table headers and
page fields."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from .docx_styles import prepare
from .model import Block, Document, Fields, Heading, Letterhead, PageBreak, Paragraph, Placed, QrCode, Signature, Table
from .qr import qr_png
from .wording import clean, date_line, file_title, is_number, is_short, labels, number_line, recipient_lines, shown

_TWIPS = 1440 / 25.4  # per mm
_WIDTH = {False: 165.0, True: 252.0}  # mm between the margins, upright and landscape
_CAPITAL = 0.61  # mean width of a bold capital, of the type size
_SMALL = 0.45  # mean width of a bold small letter
_POINT = 0.3528  # mm
_MOTTO = {
    "vi": 12.25,
    "en": 15.9,
}  # width of the motto in bold, of the type size
_QR = 22.0  # mm
_FIELD_GAP = 4.0  # mm
_LINES_TO_SIGN = 4


def to_docx(document: Document) -> bytes:
    """The document as a Word file (Office Open XML), in Times New Roman, its language tagged for spelling.

    Every kind of text has its own paragraph style, so a reader may restyle the whole file at once. Any text
    is safe: characters that XML forbids are left out.
    """
    import docx

    file = docx.Document()
    prepare(file, document)
    writer = _Writer(file, document)
    writer.write()
    facts = file.core_properties
    facts.title, facts.language = file_title(document), document.lang
    facts.author = facts.comments = facts.last_modified_by = ""
    facts.created = facts.modified = datetime.now(UTC).replace(microsecond=0)
    target = BytesIO()
    file.save(target)
    return target.getvalue()


class _Writer:
    """Appends the document's parts to the file's body."""

    def __init__(self, file: Any, document: Document) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.element, self.qn = OxmlElement, qn
        self.file, self.document = file, document
        self.words = labels(document.lang)
        self.width = _WIDTH[document.landscape]
        self.body = file.element.body
        for old in self.body.findall(qn("w:p")):
            self.body.remove(old)
        self.section = self.body.find(qn("w:sectPr"))

    def write(self) -> None:
        document = self.document
        if document.letterhead:
            self.add(self.letterhead(document.letterhead))
        if document.title:
            self.add(self.paragraph(clean(document.title).upper(), "Title"))
        if document.subtitle:
            subtitle = clean(document.subtitle)
            self.add(self.paragraph(subtitle, "Subtitle"))
            self.add(self.rule(0.4 * self._line(subtitle, document.size, _SMALL), self.width))
        if document.note:
            self.add(self.paragraph(clean(document.note), "MBNote"))
        self.add(self.paragraph("", "MBGap", follow=True))
        closing = bool(document.recipients or document.signatures)
        for place, block in enumerate(document.blocks, start=1):
            # The signatures never stand alone on a page.
            self.block(block, follow=closing and place == len(document.blocks))
        if closing:
            self.add(self.paragraph("", "MBGap", follow=True))
            self.add(self.closing())
            self.add(self.paragraph("", "MBGap"))

    def add(self, element: Any) -> None:
        self.section.addprevious(element)

    def block(self, block: Block, *, follow: bool) -> None:
        match block:
            case Heading():
                self.add(self.paragraph(clean(block.text), f"Heading{block.level}"))
            case Paragraph():
                plain = block.align == "justify"
                paragraph = self.paragraph(
                    clean(block.text),
                    "BodyText" if block.indent and plain else "MBFlat",
                    align=None if plain else block.align,
                    bold=block.bold,
                    italic=block.italic,
                    follow=follow,
                )
                self.add(paragraph)
            case Fields():
                self.add(self.fields(block, follow=follow))
            case QrCode():
                self.add(self.code(block))
                self.add(self.paragraph("", "MBGap", follow=follow))
            case Table():
                self.add(self.table(block, follow=follow))
                self.add(self.paragraph("", "MBGap", follow=follow))
            case PageBreak():
                paragraph = self.paragraph("", "MBGap")
                self._child(self._child(paragraph, "w:r"), "w:br", type="page")
                self.add(paragraph)

    # Parts

    def letterhead(self, head: Letterhead) -> Any:
        size = 13 if self.document.landscape else 12
        left, right = 0.4 * self.width, 0.6 * self.width
        agency = clean(head.agency).upper()
        issuer = [self.paragraph(clean(head.superior).upper(), "MBSuperior")] if head.superior else []
        issuer.append(self.paragraph(agency, "MBAgency"))
        issuer.append(self.rule(0.4 * min(self._line(agency, size, _CAPITAL), left), left))
        nation = [
            self.paragraph(self.words.nation, "MBNation"),
            self.paragraph(self.words.motto, "MBMotto"),
            self.rule(_MOTTO[self.document.lang] * (size + 1) * _POINT, right),
        ]
        number = [self.paragraph(number_line(head, self.document.lang) or "", "MBNumber")]
        if head.about:
            number.append(self.paragraph(f"{self.words.about} {clean(head.about)}", "MBAbout"))
        day = [self.paragraph(date_line(head, self.document.lang), "MBDate")]
        return self.frame([left, right], [[issuer, nation], [number, day]])

    def closing(self) -> Any:
        columns = [self.signature(signature) for signature in self.document.signatures]
        if self.document.recipients:
            lines = [self.paragraph(line, "MBRecipient") for line in recipient_lines(self.document)]
            columns.insert(0, [self.paragraph(self.words.recipients, "MBRecipients"), *lines])
        if len(columns) == 1:
            columns.insert(0, [self.paragraph("", "MBRecipient")])
        return self.frame([self.width / len(columns)] * len(columns), [columns], together=True)

    def signature(self, signature: Signature) -> list[Any]:
        lines = [self.paragraph(clean(line).upper(), "MBPosition") for line in signature.authority]
        lines.append(self.paragraph(clean(signature.position).upper(), "MBPosition"))
        if signature.hint:
            lines.append(self.paragraph(clean(signature.hint), "MBHint"))
        lines += [self.paragraph("", "MBPosition") for _ in range(_LINES_TO_SIGN)]
        lines.append(self.paragraph(clean(signature.name or ""), "MBSigner"))
        return lines

    def fields(self, block: Fields, *, follow: bool) -> Any:
        """A line of fields, set apart by tabs; the tab after an empty one is dotted."""
        line = self.paragraph("", "MBField", follow=follow)
        tabs = self._child(line.find(self.qn("w:pPr")), "w:tabs")
        count = len(block.fields)
        for place, field in enumerate(block.fields, start=1):
            last, end = place == count, place * self.width / count
            self._text(line, clean(field.label) if field.value is None else f"{clean(field.label)} ")
            if field.value:
                self._text(line, clean(field.value), bold=field.bold)
            elif field.value == "":
                dots = end if last else end - _FIELD_GAP
                self._child(tabs, "w:tab", val="right", leader="dot", pos=_twips(dots))
                self._child(self._child(line, "w:r"), "w:tab")
            if not last:
                self._child(tabs, "w:tab", val="left", pos=_twips(end))
                self._child(self._child(line, "w:r"), "w:tab")
        if not len(tabs):
            tabs.getparent().remove(tabs)
        return line

    def code(self, block: QrCode) -> Any:
        """The QR code with its lines beside it."""
        from docx.shared import Mm

        lines = [clean(line) for line in block.lines]
        picture = self.file.part.new_pic_inline(BytesIO(qr_png(clean(block.text))), Mm(_QR), Mm(_QR))
        picture.docPr.set("descr", " ".join(lines) or clean(block.text))
        holder = self.paragraph("", "MBCell")
        self._child(self._child(holder, "w:r"), "w:drawing").append(picture)
        beside = [self.paragraph(line, "MBBeside") for line in lines] or [self.paragraph("", "MBBeside")]
        frame = self.frame([_QR + 6, self.width - _QR - 6], [[[holder], beside]], together=True)
        for cell in frame.iter(self.qn("w:tcPr")):
            self._child(cell, "w:vAlign", val="center")
        return frame

    def table(self, table: Table, *, follow: bool) -> Any:
        shares = table.shares()
        widths = [share * self.width for share in shares]
        element = self._table(widths, style="TableGrid", margin=1.2)
        covered: dict[tuple[int, int], Placed] = {}
        starts: dict[tuple[int, int], Placed] = {}
        for placed in table.placed():
            starts[placed.row, placed.column] = placed
            for below in range(1, placed.cell.rows):
                covered[placed.row + below, placed.column] = placed
        head = len(table.header_rows)
        for number in range(head + len(table.rows)):
            kind = "header" if number < head else table.rows[number - head].kind
            texts = [cell.value for cell in table.rows[number - head].cells] if number >= head else []
            whole = all(is_short(value) for value in texts if isinstance(value, str))
            row = self._row(element, header=number < head, together=whole)
            column = 0
            while column < len(widths):
                placed = starts.get((number, column)) or covered[number, column]
                span = placed.cell.span
                merge = ("restart" if placed.row == number else "continue") if placed.cell.rows > 1 else None
                cell = self._cell(row, sum(widths[column : column + span]), span=span, merge=merge)
                if kind == "header":
                    self._child(cell.find(self.qn("w:tcPr")), "w:vAlign", val="center")
                last = follow and number == head + len(table.rows) - 1
                text = self._value(table, placed, follow=last or kind in ("header", "group"))
                cell.append(text if placed.row == number else self.paragraph("", "MBCell"))
                column += span
        return element

    def _value(self, table: Table, placed: Placed, *, follow: bool) -> Any:
        cell, column = placed.cell, table.columns[placed.column]
        head = placed.kind == "header"
        align = cell.align or ("center" if head else "right" if is_number(cell.value) else column.align)
        return self.paragraph(
            shown(cell.value, self.document.lang, column.places),
            "MBCellHead" if head else "MBCell",
            align=align,
            bold=(placed.kind != "body" if cell.bold is None else cell.bold) and not head,
            light=head and cell.bold is False,
            italic=cell.italic,
            size=table.size,
            follow=follow,
        )

    # Elements

    def paragraph(
        self,
        text: str,
        style: str,
        *,
        align: str | None = None,
        bold: bool = False,
        light: bool = False,
        italic: bool = False,
        size: int | None = None,
        follow: bool = False,
    ) -> Any:
        """A paragraph in a style; `light` takes the style's bold away, `follow` keeps it with the next
        one."""
        paragraph = self.element("w:p")
        settings = self._child(paragraph, "w:pPr")
        self._child(settings, "w:pStyle", val=style)
        if follow:
            self._child(settings, "w:keepNext")
        if align:
            self._child(settings, "w:jc", val="both" if align == "justify" else align)
        self._text(paragraph, text, bold=bold, light=light, italic=italic, size=size)
        return paragraph

    def _text(
        self,
        paragraph: Any,
        text: str,
        *,
        bold: bool = False,
        light: bool = False,
        italic: bool = False,
        size: int | None = None,
    ) -> None:
        for place, line in enumerate(text.split("\n") if text else []):
            run = self._child(paragraph, "w:r")
            look = self._child(run, "w:rPr")
            if bold or light:
                self._child(look, "w:b", **({"val": "0"} if light else {}))
            if italic:
                self._child(look, "w:i")
            if size:
                self._child(look, "w:sz", val=str(size * 2))
                self._child(look, "w:szCs", val=str(size * 2))
            if place:
                self._child(run, "w:br")
            written = self._child(run, "w:t")
            written.text = line
            written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def rule(self, length: float, width: float) -> Any:
        """A line of `length` mm in the middle of `width` mm: the upper border of a thin paragraph."""
        side = str(round(max(0.0, width - length) / 2 * _TWIPS))
        paragraph = self.paragraph("", "MBRule")
        settings = paragraph.find(self.qn("w:pPr"))
        borders = self._child(settings, "w:pBdr")
        self._child(borders, "w:top", val="single", sz="6", space="1", color="000000")
        self._child(settings, "w:ind", left=side, right=side)
        return paragraph

    def frame(self, widths: list[float], rows: list[list[list[Any]]], *, together: bool = False) -> Any:
        """A table without rules that only arranges paragraphs."""
        table = self._table(widths, style=None, margin=0.5)
        for cells in rows:
            row = self._row(table, together=together)
            for width, paragraphs in zip(widths, cells, strict=True):
                cell = self._cell(row, width)
                cell.extend(paragraphs)
        return table

    def _table(self, widths: list[float], style: str | None, margin: float) -> Any:
        table = self.element("w:tbl")
        settings = self._child(table, "w:tblPr")
        if style:
            self._child(settings, "w:tblStyle", val=style)
        self._child(settings, "w:tblW", w=_twips(sum(widths)), type="dxa")
        self._child(settings, "w:tblLayout", type="fixed")
        margins = self._child(settings, "w:tblCellMar")
        for side in ("left", "right"):
            self._child(margins, f"w:{side}", w=_twips(margin), type="dxa")
        grid = self._child(table, "w:tblGrid")
        for width in widths:
            self._child(grid, "w:gridCol", w=_twips(width))
        return table

    def _row(self, table: Any, *, header: bool = False, together: bool = False) -> Any:
        row = self._child(table, "w:tr")
        settings = self._child(row, "w:trPr")
        if together:
            self._child(settings, "w:cantSplit")
        if header:
            self._child(settings, "w:tblHeader")
        return row

    def _cell(self, row: Any, width: float, *, span: int = 1, merge: str | None = None) -> Any:
        cell = self._child(row, "w:tc")
        settings = self._child(cell, "w:tcPr")
        self._child(settings, "w:tcW", w=_twips(width), type="dxa")
        if span > 1:
            self._child(settings, "w:gridSpan", val=str(span))
        if merge:
            self._child(settings, "w:vMerge", val=merge)
        return cell

    def _child(self, parent: Any, tag: str, **attributes: str) -> Any:
        child = self.element(tag)
        for name, value in attributes.items():
            child.set(self.qn(f"w:{name}"), value)
        parent.append(child)
        return child

    def _line(self, text: str, size: float, mean: float) -> float:
        """About how many mm the longest line of `text` takes, at most the width between the margins."""
        return min(self.width, max(len(line) for line in text.split("\n")) * size * _POINT * mean)


def _twips(mm: float) -> str:
    return str(round(mm * _TWIPS))
