"""PDF by Typst: Tinos embedded, tagged for screen readers, titled, in the document's language."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from .model import Block, Document, Fields, Heading, Letterhead, PageBreak, Paragraph, QrCode, Table
from .qr import qr_svg
from .wording import clean, date_line, file_title, is_number, is_short, labels, number_line, recipient_lines, shown

_POINT = 0.3528  # mm
_MEAN_CHARACTER = 0.56  # of the type size; wide enough for capitals in most words
_WIDTH = {False: 165.0, True: 252.0}  # mm between the margins, upright and landscape
_CELL_MARGINS = 2.4  # mm
_SOFT_BREAK = "\u200b"


class PaperError(RuntimeError):
    """The typesetter refused or warned: a fault of this package or its installation, not of the document's
    texts."""


def to_pdf(document: Document) -> bytes:
    """The document as PDF, the same bytes for the same document.

    The file conforms to PDF/UA-1 (accessible to screen readers) unless it holds a sign that no font here has. Any text
    is safe: it is handed over as data and never read as markup. Words longer than their column are
    broken. The system's fonts are not used. PaperError when a font is missing or Typst has anything else to
    say.
    """
    return batch_pdf([document])


def batch_pdf(documents: Sequence[Document]) -> bytes:
    """Many documents in one file, each on pages of its own numbered from 1; typeset once for all of them. The file has
    the title and language of the first. Raises as `to_pdf`, and ValueError for no document."""
    if not documents:
        raise ValueError("no document to draw")
    data = [_data(document) for document in documents]
    try:
        for document in data:
            if _closing_stands_alone(document):
                _split_last_table(document)
        return _typeset(data)
    except _Unreadable:
        # A sign no font here has (an emoji, another script) is drawn as an empty box, and that is no PDF/UA.
        return _typeset(data, accessible=False)
    except _Crash:
        # Its table layout once crashed on headers within tables; they only keep groups with their first row.
        for block in (block for document in data for block in document["blocks"] if block["kind"] == "table"):
            for row in block["body"]:
                row["level"] = 0
        return _typeset(data, accessible=False)


class _Unreadable(PaperError):
    """The document cannot conform to PDF/UA-1."""


class _Crash(PaperError):
    """Typst itself broke down."""


def _typeset(documents: list[dict[str, Any]], *, accessible: bool = True) -> bytes:
    import typst

    with _troubles():
        pdf, warnings = typst.compile_with_warnings(
            _template(),
            sys_inputs={"documents": json.dumps(documents, ensure_ascii=False)},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"] if accessible else [],
        )
    if warnings:
        raise PaperError("typst warns: " + "; ".join(str(warning) for warning in warnings))
    return bytes(pdf)


def _closing_stands_alone(data: dict[str, Any]) -> bool:
    """Whether recipients and signatures would fall on a page of their own after a table; asked only of such papers."""
    import typst

    last = data["blocks"][-1] if data["blocks"] else None
    if not last or last["kind"] != "table" or not (data["recipients"] or data["signatures"]):
        return False
    if len(last["body"]) < 3 or not last["body"][-1]["cells"]:
        return False
    last["body"][-1]["cells"][0]["last"] = True
    with _troubles():
        answer = typst.query(
            _template(),
            "<apart>",
            field="value",
            one=True,
            format="json",
            sys_inputs={"documents": json.dumps([data], ensure_ascii=False)},
            font_paths=_fonts(),
            ignore_system_fonts=True,
        )
    return bool(json.loads(answer))


def _split_last_table(data: dict[str, Any]) -> None:
    """Let the last rows of the last table begin a page, under the table's header, for the signatures to follow them."""
    table = data["blocks"].pop()
    rows = table["body"]
    reach, cuts = 0, []  # where no merged cell crosses and no group is parted from its first row
    for number, row in enumerate(rows):
        if number > 0 and number >= reach and not rows[number - 1]["level"]:
            cuts.append(number)
        reach = max([reach, *(number + cell["rows"] for cell in row["cells"])])
    cut = max((number for number in cuts if number <= len(rows) - 2), default=0)
    if not cut:
        data["blocks"].append(table)
        return
    data["blocks"] += [{**table, "body": rows[:cut]}, {"kind": "break"}, {**table, "body": rows[cut:]}]


@contextmanager
def _troubles() -> Iterator[None]:
    """Typst's refusals as PaperErrors."""
    import typst

    try:
        yield
    except typst.TypstError as error:
        raise (_Unreadable if "PDF/UA" in str(error) else PaperError)(f"typst: {error}") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a Rust panic, which is no Exception and would end a worker
            raise _Crash(f"typst broke down: {error}") from error
        raise


@cache
def _template() -> bytes:
    return files("minhbach.papers").joinpath("decree30.typ").read_bytes()


@cache
def _fonts() -> Any:
    """Tinos, and the fonts inside Typst for signs Tinos lacks (≥, ☐)."""
    import typst

    path = Path(str(files("minhbach.catalog"))) / "fonts"
    if not (path / "Tinos-Regular.ttf").is_file():
        raise PaperError("the Tinos fonts are missing from the installation (minhbach/catalog/fonts)")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(path)])


def _data(document: Document) -> dict[str, Any]:
    words = labels(document.lang)
    return {
        "lang": document.lang,
        "name": file_title(document) or "…",
        "signable": document.signable,
        "code": _block(document.code, document) if document.code else None,
        "landscape": document.landscape,
        "size": document.size,
        "head-size": 13 if document.landscape else 12,
        "head": _head(document.letterhead, document) if document.letterhead else None,
        "title": clean(document.title).upper(),
        "subtitle": _optional(document.subtitle),
        "note": _optional(document.note),
        "blocks": [_block(block, document) for block in document.blocks],
        "recipients": {"title": words.recipients, "lines": recipient_lines(document)} if document.recipients else None,
        "signatures": [
            {
                "authority": [clean(line).upper() for line in signature.authority],
                "position": clean(signature.position).upper(),
                "hint": _optional(signature.hint),
                "name": _optional(signature.name),
            }
            for signature in document.signatures
        ],
    }


def _head(head: Letterhead, document: Document) -> dict[str, str | None]:
    words = labels(document.lang)
    return {
        "nation": words.nation,
        "motto": words.motto,
        "superior": clean(head.superior).upper() if head.superior else None,
        "agency": clean(head.agency).upper(),
        "number": number_line(head, document.lang, signable=document.signable),
        "about": f"{words.about} {clean(head.about)}" if head.about else None,
        "date": date_line(head, document.lang, signable=document.signable),
    }


def _block(block: Block, document: Document) -> dict[str, Any]:
    width = _WIDTH[document.landscape]
    match block:
        case Paragraph():
            return {
                "kind": "paragraph",
                "text": _broken(clean(block.text), width, document.size),
                "align": block.align,
                "bold": block.bold,
                "italic": block.italic,
                "indent": block.indent,
            }
        case Heading():
            return {
                "kind": "heading",
                "text": _broken(clean(block.text), width, document.size),
                "level": block.level,
            }
        case Fields():
            room = width / len(block.fields)
            fields = [
                {
                    "label": _broken(clean(field.label), room, document.size),
                    "value": None if field.value is None else _broken(clean(field.value), room, document.size),
                    "bold": field.bold,
                }
                for field in block.fields
            ]
            return {"kind": "fields", "fields": fields}
        case QrCode():
            lines = [clean(line) for line in block.lines]
            return {
                "kind": "qr",
                "svg": qr_svg(clean(block.text)),
                "alt": " ".join(lines) or clean(block.text),
                "lines": [_broken(line, 120, document.size - 1) for line in lines],
            }
        case Table():
            return _table(block, document, width)
        case PageBreak():
            return {"kind": "break"}


def _table(table: Table, document: Document, width: float) -> dict[str, Any]:
    shares = table.shares()
    header: list[dict[str, Any]] = []
    body: list[dict[str, Any]] = [{"cells": [], "level": 0} for _ in table.rows]
    first = len(table.header_rows)
    for placed in table.placed():
        cell, column = placed.cell, table.columns[placed.column]
        head = placed.kind == "header"
        text = shown(cell.value, document.lang, column.places)
        room = width * sum(shares[placed.column : placed.column + cell.span]) - _CELL_MARGINS
        align = cell.align or ("center" if head else "right" if is_number(cell.value) else column.align)
        item = {
            "text": _broken(text, room, table.size),
            "span": cell.span,
            "rows": cell.rows,
            "align": "left" if align == "justify" else align,
            "bold": placed.kind != "body" if cell.bold is None else cell.bold,
            "italic": cell.italic,
            "head": head,
            "whole": is_short(text),
        }
        if head:
            header.append(item)
        else:
            body[placed.row - first]["cells"].append(item)
    level = 0
    for number, row in enumerate(table.rows):
        flat = all(cell.rows == 1 for cell in row.cells)
        alone = flat and sum(cell.span for cell in row.cells) == len(shares)
        # Groups that follow each other directly go one level deeper each: Typst fails on equal neighbours.
        level = level + 1 if row.kind == "group" and alone and number + 1 < len(table.rows) else 0
        body[number]["level"] = level
    return {"kind": "table", "size": table.size, "shares": shares, "header": header, "body": body}


def _optional(text: str | None) -> str | None:
    return clean(text) if text else None


def _broken(text: str, room: float, size: int) -> str:
    """`text` with places to break in words too long for `room` mm at `size` pt: after signs first, else
    anywhere."""
    longest = max(1, int(room / (size * _POINT * _MEAN_CHARACTER)))
    return re.sub(rf"\S{{{longest + 1},}}", lambda word: _SOFT_BREAK.join(_pieces(word[0], longest)), text)


def _pieces(word: str, longest: int) -> list[str]:
    pieces = re.findall(rf"[^/\-_.,;:?&=@]{{0,{longest - 1}}}(?:[/\-_.,;:?&=@]|.)", word, re.DOTALL)
    return list(pieces)
