"""Papers that are signed as files: drawn with exact room for number, day and signatures, and what is later put there.

drawn = signable(document)              # the file, and where its blanks lie
look = stamp(["Ký bởi: …"], room.width, room.height, colour="blue")
"""

import base64
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from .model import Document
from .pdf import _data, _fonts, _template, _troubles, to_pdf

_PAGE_HEIGHT = {False: 841.89, True: 595.28}  # points, A4 upright and landscape


@dataclass(frozen=True)
class Spot:
    """A blank: on which page (from 0), and its corners in points from the page's lower left, as PDF counts."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True)
class Drawn:
    """`spots` has number, day, month, year (those the letterhead leaves open) and signature-0, signature-1, … in the
    order of the document's signatures."""

    pdf: bytes
    spots: dict[str, Spot]


def signable(document: Document) -> Drawn:
    """The document with room for what is filled in after it is drawn. Raises as `to_pdf`."""
    import typst

    document = replace(document, signable=True)
    with _troubles():
        found = typst.query(
            _template(),
            "<spot>",
            field="value",
            format="json",
            sys_inputs={"documents": json.dumps([_data(document)], ensure_ascii=False)},
            font_paths=_fonts(),
            ignore_system_fonts=True,
        )
    height = _PAGE_HEIGHT[document.landscape]
    spots = {
        item["name"]: Spot(
            item["page"] - 1,
            item["x"],
            height - item["y"] - item["height"],
            item["x"] + item["width"],
            height - item["y"],
        )
        for item in json.loads(found)
    }
    return Drawn(to_pdf(document), spots)


def stamp(
    lines: list[str],
    width: float,
    height: float,
    *,
    colour: Literal["blue", "red"] = "blue",
    free: float = 0,
    image: bytes | None = None,
) -> bytes:
    """What a signature looks like: a one-page PDF of this size in points. `image` is a PNG of the handwritten signature
    or of the seal, drawn in place of the words (Decree 30/2020, Annex I, Part I, Section II, items 7 and 8: blue, red).
    `free` is the part at the left that the words leave to the organisation's signature.
    """
    svg = None
    if image is not None:
        data = base64.b64encode(image).decode()
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}">'
            f'<image width="{width:.2f}" height="{height:.2f}" href="data:image/png;base64,{data}"/></svg>'
        )
    return _drawn(lines, width, height, colour=colour, size=9, frame=svg is None, free=free, svg=svg)


def blank_filled(
    text: str, width: float, height: float, *, size: float = 13, italic: bool = False, right: bool = False
) -> bytes:
    """What stands in a blank, in the middle or at its right: a one-page PDF of this size in points."""
    return _drawn([text], width, height, colour="black", size=size, italic=italic, right=right)


def _drawn(
    lines: list[str],
    width: float,
    height: float,
    *,
    colour: str,
    size: float,
    italic: bool = False,
    right: bool = False,
    frame: bool = False,
    free: float = 0,
    svg: str | None = None,
) -> bytes:
    import typst

    style = "italic" if italic else "normal"
    more = {"frame": frame, "free": free, "right": right, "svg": svg}
    items = {"lines": lines, "width": width, "height": height, "colour": colour, "size": size, "style": style}
    with _troubles():
        pdf = typst.compile(
            _stamp_template(),
            sys_inputs={"stamp": json.dumps({**items, **more}, ensure_ascii=False)},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
        )
    return bytes(pdf)


@cache
def _stamp_template() -> bytes:
    return files("minhbach.papers").joinpath("stamp.typ").read_bytes()
