"""The control slip, which goes with a dossier from hand to hand, and the register of the one-stop shop."""

from __future__ import annotations

from collections.abc import Sequence

from minhbach.vietnamese import format_date, format_datetime, official_time

from ..model import Block, Cell, Column, Document, Paragraph, Row, Table, Value
from .facts import UNNUMBERED, Case, Handover, Issue, Line, Office, words_of
from .letters import filled, letterhead, notes
from .sets import Form

_TITLES = {
    "place": ("STT", 11),
    "code": ("Mã hồ sơ", 27),
    "procedure": ("Tên TTHC", 38),
    "sets": ("Số lượng hồ sơ (bộ)", 13),
    "applicant": ("Tên tổ chức, cá nhân", 30),
    "contact": ("Địa chỉ/SĐT", 34),
    "agency": ("Cơ quan chủ trì giải quyết", 27),
    "received": ("Nhận hồ sơ", 23),
    "due": ("Hẹn trả kết quả", 23),
    "returned": ("Trả kết quả", 23),
    "way": ("Phương thức nhận kết quả", 21),
    "signed": ("Ký nhận", 15),
    "note": ("Ghi chú", 18),
}
_BOTH_WAYS = ("received", "due", "returned", "way", "signed")
"""The columns under “Nhận và trả kết quả”."""
_CENTRED = {"place", "received", "due", "returned", "sets"}


def control_slip(
    form: Form,
    case: Case,
    office: Office,
    handovers: Sequence[Handover],
    issue: Issue = UNNUMBERED,
) -> Document:
    """The control slip: each hand-over with its moment, to the minute. It bears no data of the applicant."""
    return Document(
        form.title,
        letterhead(form, office, issue),
        blocks=(*filled(form.body, words_of(case, office, issue)), _handovers(handovers), *notes(form)),
        size=13,
    )


def _handovers(handovers: Sequence[Handover]) -> Table:
    rows = []
    for line in handovers:
        moment = f"{official_time(line.at)},\nngày {format_date(line.at)}" if line.at else "…giờ…phút,\nngày…/…/……"
        rows.append(
            Row.of(
                f"1. Giao: {line.giver}\n2. Nhận: {line.taker or '…………………'}",
                Cell(moment, align="center"),
                Cell(line.result, rows=2, align="center"),
                Cell(line.note, rows=2),
            )
        )
        people = (f"Người giao\n{line.given_by}", f"Người nhận\n{line.taken_by}")
        rows.append(Row.of(*(Cell(text, align="center") for text in people)))
    return Table(
        (
            Column("Tên đơn vị", 58),
            Column("Thời gian giao, nhận hồ sơ", 42),
            Column("Kết quả giải quyết hồ sơ (trước hạn/đúng hạn/quá hạn)", 33),
            Column("Ghi chú", 32),
        ),
        tuple(rows),
        name="Phiếu kiểm soát",
    )


def register(
    form: Form,
    lines: Sequence[Line],
    office: Office,
    issue: Issue = UNNUMBERED,
    *,
    subject: str = "",
    note: str = "",
) -> Document:
    """The register of dossiers, in the order given: landscape; `subject` says of which field or period."""
    count = len(lines)
    returned = sum(line.returned is not None for line in lines)
    blocks: tuple[Block, ...] = (
        _register_table(form, lines),
        Paragraph(f"Tổng số: {count} hồ sơ; đã trả kết quả {returned} hồ sơ.", indent=False),
        *notes(form),
    )
    return Document(
        form.title,
        letterhead(form, office, issue, landscape=True),
        subtitle=subject or None,
        note=note or None,
        blocks=blocks,
        landscape=True,
        size=13,
    )


def _register_table(form: Form, lines: Sequence[Line]) -> Table:
    keys = form.columns
    columns = tuple(Column(_TITLES[key][0], _TITLES[key][1], "center" if key in _CENTRED else "left") for key in keys)
    # The columns of receiving and returning stand side by side, under one heading.
    inner = [key for key in keys if key in _BOTH_WAYS]
    top = [
        Cell(_TITLES[key][0], rows=2) if key not in inner else Cell("Nhận và trả kết quả", span=len(inner))
        for key in keys
        if key not in inner[1:]
    ]
    header = (Row(tuple(top)), Row.of(*(_TITLES[key][0] for key in inner)))
    rows = tuple(
        Row(tuple(Cell(_value(line, key, place), align="center" if key == "place" else None) for key in keys))
        for place, line in enumerate(lines, start=1)
    )
    return Table(columns, rows, header=header, numbered=True, name="Sổ theo dõi hồ sơ", size=11)


def _value(line: Line, key: str, place: int) -> Value:
    match key:
        case "place":
            return place
        case "received" | "due" | "returned":
            moment = getattr(line, key)
            return format_datetime(moment).replace(" ngày ", "\n") if moment else None
        case "signed":
            return None
        case _:
            value: Value = getattr(line, key)
            return value
