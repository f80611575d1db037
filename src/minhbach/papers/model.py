"""What a paper says, apart from how it is drawn: one description, three renderers.

Text is plain text everywhere (no markup is ever read in it); a line break in it is a line break on paper.
Numbers are int or Decimal and are shown exactly, in the document's language. "Annex I" is Annex I of Decree
30/2020/NĐ-CP; its Part I, Section II sets the components named here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict

from minhbach.vietnamese import Lang

Align = Literal["left", "center", "right", "justify"]
Value = str | int | Decimal | date | None


@dataclass(frozen=True)
class Letterhead:
    """The head of the first page: issuing body at the left, the nation's name at the right.

    `superior` is the body above (capitals, 12–13 pt), `agency` the issuing body (bold capitals, 12–13 pt, a
    rule of a third to a half of its line below; Annex I, II.2). `number` under 10 gets a leading zero; None
    leaves the space the clerk fills in. `symbol` is the abbreviation of kind and body, such as BC-SGDĐT
    (II.3). `about` is the "V/v" line of an official letter. `place` and `day` form the italic date line
    (II.4); `day` None leaves blanks.
    """

    agency: str
    place: str
    superior: str | None = None
    number: int | str | None = None
    symbol: str | None = None
    day: date | None = None
    about: str | None = None


@dataclass(frozen=True)
class Signature:
    """A signature block (Annex I, II.7): the lines of authority, the position, room to sign, the name.

    `authority` are the lines such as "TM. ỦY BAN NHÂN DÂN" or "KT. GIÁM ĐỐC" (TM. for a collective, KT. for
    the head, TL. by order, TUQ. by mandate, Q. acting); `name` None leaves the space for it; `hint` is a
    line such as "(Ký, ghi rõ họ tên)" under the position.
    """

    position: str
    name: str | None = None
    authority: tuple[str, ...] = ()
    hint: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """Body text (Annex I, II.6): 13–14 pt, justified, first line indented unless `indent` is False."""

    text: str
    align: Align = "justify"
    bold: bool = False
    italic: bool = False
    indent: bool = True


@dataclass(frozen=True)
class Heading:
    """A numbered part of the text, such as "I. KẾT QUẢ" (`level` 1) or "1. Điểm" (2); 3 is bold italic."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Field:
    """A blank of a form: what it asks for, and what stands in it; empty, a dotted line to write on.

    `value` None leaves the label alone."""

    label: str
    value: str | None = ""
    bold: bool = False


@dataclass(frozen=True)
class Fields:
    """A line of a form: its fields side by side, each as wide as the others."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class QrCode:
    """A QR code holding `text`, drawn here, with `lines` beside it that say what it is for and where it leads."""

    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page (a new sheet's part in XLSX is not broken)."""


@dataclass(frozen=True)
class Column:
    """A column: `share` of the table's width in any unit, how its cells align, and for numbers the decimal
    `places` shown.

    `places` None shows every digit. A number, whatever `align`, stands at the right unless its cell says
    otherwise.
    """

    title: str
    share: int
    align: Align = "left"
    places: int | None = None


@dataclass(frozen=True)
class Cell:
    """A value over `span` columns and `rows` rows; `align`, `bold`, `italic` as in the column and row
    unless given."""

    value: Value = None
    span: int = 1
    rows: int = 1
    align: Align | None = None
    bold: bool | None = None
    italic: bool = False


@dataclass(frozen=True)
class Row:
    """Cells of one line; `kind` "group" heads the rows below it (bold, never left alone at the foot of a
    page), "total" closes them (bold). A plain value stands for a cell of one column and row."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "group", "total"] = "body"

    @classmethod
    def of(cls, *values: "Value | Cell", kind: Literal["body", "group", "total"] = "body") -> "Row":
        """A row of values and cells, mixed."""
        return cls(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), kind)


@dataclass(frozen=True)
class Placed:
    """A cell at its place in the grid: `row` and `column` count from 0, the header's rows included."""

    row: int
    column: int
    cell: Cell
    kind: Literal["header", "body", "group", "total"]


@dataclass(frozen=True)
class Table:
    """A ruled table whose header repeats on every page.

    `header` gives header rows with merged cells; without it the columns' titles are the header. `numbered`
    adds the usual row (1), (2), … below it. `name` names the worksheet in XLSX. ValueError when cells do
    not exactly fill the grid.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    header: tuple[Row, ...] = ()
    numbered: bool = False
    name: str | None = None
    size: int = 12

    def __post_init__(self) -> None:
        if not self.columns or any(column.share <= 0 for column in self.columns):
            raise ValueError("a table needs columns, each with a share above 0")
        for _ in self.placed():
            pass

    @property
    def header_rows(self) -> tuple[Row, ...]:
        """The rows that repeat on every page."""
        titles = self.header or (Row.of(*(column.title for column in self.columns)),)
        if not self.numbered:
            return titles
        numbers = (Cell(f"({place})", bold=False, italic=True) for place in range(1, len(self.columns) + 1))
        return (*titles, Row(tuple(numbers)))

    def shares(self) -> list[float]:
        """Each column's part of the width; together 1."""
        whole = sum(column.share for column in self.columns)
        return [column.share / whole for column in self.columns]

    def placed(self) -> Iterator[Placed]:
        """Every cell at its place. A cell over several rows must not reach out of the header, or of the
        body."""
        header = self.header_rows
        yield from _place(header, len(self.columns), 0, "header")
        yield from _place(self.rows, len(self.columns), len(header), None)


Block = Paragraph | Heading | Fields | QrCode | Table | PageBreak


@dataclass(frozen=True)
class Document:
    """A paper in the layout of Decree 30/2020/NĐ-CP, Annex I: A4, margins 20 (top, bottom), 30 (left), 15
    mm (right).

    `title` is the kind of document or its name (bold capitals as given, 13–14 pt), `subtitle` its summary
    (*trích yếu*, bold, a rule below; II.5), `note` a line in italics below such as "(Kèm theo Báo cáo số
    …)" (III.1). `recipients` are the lines of *Nơi nhận* without dashes and stops, the record copy last
    (II.9). `signatures` stand side by side, the most senior at the right. `size` is that of the body, 13 or
    14 pt. `lang` chooses the language of the fixed words, of number and date forms, and tags the file. `signable`
    leaves exact room for a number, a day and signatures that come later (`signable.py`). `code` stands under the
    recipients in the PDF.
    """

    title: str
    letterhead: Letterhead | None = None
    subtitle: str | None = None
    note: str | None = None
    blocks: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    landscape: bool = False
    size: Literal[13, 14] = 14
    lang: Lang = "vi"
    signable: bool = False
    code: QrCode | None = None


class Around(TypedDict, total=False):
    """What stands around the content of a sheet and in which language; `Document` says what each is."""

    letterhead: Letterhead | None
    note: str | None
    recipients: tuple[str, ...]
    signatures: tuple[Signature, ...]
    lang: Lang


def _place(rows: Sequence[Row], width: int, first: int, kind: Literal["header"] | None) -> Iterator[Placed]:
    held = [0] * width  # how many more rows a cell from above covers in each column
    for number, row in enumerate(rows):
        column, covered = 0, [max(0, left - 1) for left in held]
        for cell in row.cells:
            while column < width and held[column]:
                column += 1
            if cell.span < 1 or cell.rows < 1:
                raise ValueError(f"table row {number + 1}: a cell covers at least one column and one row")
            if column + cell.span > width or any(held[column : column + cell.span]):
                raise ValueError(f"table row {number + 1}: its cells are wider than the {width} columns")
            if number + cell.rows > len(rows):
                raise ValueError(f"table row {number + 1}: a cell reaches below the last row")
            yield Placed(first + number, column, cell, kind or row.kind)
            covered[column : column + cell.span] = [cell.rows - 1] * cell.span
            column += cell.span
        if not all(held[column:]):
            raise ValueError(f"table row {number + 1}: its cells do not fill the {width} columns")
        held = covered
