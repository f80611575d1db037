"""What a paper keeps open for later: blanks for number and day, and the places of the signatures.

They are laid out before anybody signs. So the first signature covers the blanks as such, says that filling them in and
signing at the places is all that may follow (DocMDP level 2), and stays whole when the clerk does just that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from .errors import SignatureError, no_pdf_breaks_us, reader_of, require_modest

_SEAL = 102.0
"""A seal is 36 mm wide; in points."""


@dataclass(frozen=True)
class Box:
    """A rectangle on a page (from 0), in points from its lower left."""

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
class Place:
    """Where a signature will stand. After the `last` one nothing may change any more."""

    name: str
    box: Box
    title: str = ""
    last: bool = False


@dataclass(frozen=True)
class Filling:
    """What goes into a blank: the value, and how it looks as a one-page PDF of the blank's size."""

    value: str
    look: bytes


def seal_box(person: Box) -> Box:
    """Where the organisation's signature stands: over the left third of the person's (Decree 30/2020, Annex I, Part I,
    Section II, item 8)."""
    right = person.left + person.width / 3
    middle = (person.bottom + person.top) / 2
    return Box(person.page, right - _SEAL, middle - _SEAL / 2, right, middle + _SEAL / 2)


def with_blanks(pdf: bytes, blanks: Mapping[str, Box], places: Sequence[Place]) -> bytes:
    """The file with its blanks and places for signatures. Raises SignatureError with code `pdf` or `signed`."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

    if reader_of(pdf).embedded_signatures:
        raise SignatureError(
            "signed",
            "Văn bản đã được ký: không thể thay đổi bố cục.",
            "The paper is signed already: its layout cannot change.",
        )
    with no_pdf_breaks_us():
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        for place in places:
            spec = SigFieldSpec(
                place.name,
                on_page=place.box.page,
                box=_corners(place.box),
                readable_field_name=place.title or None,
                field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if place.last else None,
                doc_mdp_update_value=MDPPerm.NO_CHANGES if place.last else None,
            )
            append_signature_field(writer, spec)
        fields = writer.root["/AcroForm"]["/Fields"]
        for name, box in blanks.items():
            page, _resources = writer.find_page_for_modification(box.page)
            field = generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Annot"),
                    pdf_name("/Subtype"): pdf_name("/Widget"),
                    pdf_name("/FT"): pdf_name("/Tx"),
                    pdf_name("/T"): generic.pdf_string(name),
                    pdf_name("/Rect"): generic.ArrayObject(map(generic.FloatObject, _corners(box))),
                    pdf_name("/P"): page,
                    pdf_name("/F"): generic.NumberObject(4),  # is printed
                    pdf_name("/Ff"): generic.NumberObject(1),  # not for the reader to fill in
                    pdf_name("/DA"): generic.pdf_string("/Times-Roman 13 Tf 0 g"),
                }
            )
            reference = writer.add_object(field)
            fields.append(reference)
            writer.register_annotation(page, reference)
        writer.update_container(fields)
        return _written(writer)


def fill(pdf: bytes, fillings: Mapping[str, Filling]) -> bytes:
    """The file with blanks filled in, as an addition at its end: signatures that permit it stay whole.

    Raises SignatureError with code `pdf`, `no_blank` or `filled` (a blank is filled once).
    """
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader

    require_modest(pdf)
    with no_pdf_breaks_us():
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        fields = {str(field.get_object()["/T"]): field.get_object() for field in _fields(writer)}
        for name, filling in fillings.items():
            field = fields.get(name)
            if field is None or field.get("/FT") != "/Tx":
                raise SignatureError(
                    "no_blank", f"Văn bản không có ô trống “{name}”.", f"The paper has no blank “{name}”."
                )
            if "/V" in field:
                raise SignatureError(
                    "filled", f"Ô “{name}” đã được điền.", f"The blank “{name}” has been filled in already."
                )
            look = writer.import_page_as_xobject(PdfFileReader(BytesIO(filling.look)))
            field[pdf_name("/V")] = generic.pdf_string(filling.value)
            field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look})
            writer.update_container(field)
        return _written(writer)


def filled_in(pdf: bytes) -> dict[str, str]:
    """The values of the blanks; those still open are left out."""
    reader = reader_of(pdf)
    with no_pdf_breaks_us():
        found = [field.get_object() for field in _fields(reader)]
        return {str(one["/T"]): str(one["/V"]) for one in found if one.get("/FT") == "/Tx" and "/V" in one}


def _fields(handler: Any) -> Any:
    root = handler.root
    return root["/AcroForm"]["/Fields"] if "/AcroForm" in root else []


def _corners(box: Box) -> tuple[Any, Any, Any, Any]:
    return tuple(round(side, 2) for side in (box.left, box.bottom, box.right, box.top))  # type: ignore[return-value]


def _written(writer: Any) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def boxes(pdf: bytes) -> dict[str, Box]:
    """Where blanks and places lie, by name. Raises SignatureError with code `pdf`."""
    reader = reader_of(pdf)
    with no_pdf_breaks_us():
        pages = {}
        for number in range(int(reader.root["/Pages"]["/Count"])):
            page, _resources = reader.find_page_for_modification(number)
            pages[page.idnum] = number
        found = {}
        for reference in _fields(reader):
            field = reference.get_object()
            left, bottom, right, top = (float(side) for side in field["/Rect"])
            found[str(field["/T"])] = Box(pages[field.raw_get("/P").idnum], left, bottom, right, top)
        return found
