"""Rows out of running text that lost its columns, as a PDF gives it when it is copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from minhbach.scoring.drafting.plain import folded, one_line
from minhbach.scoring.drafting.rows import Row

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


def loose_rows(lines: list[str]) -> Iterator[Row]:
    """Rows out of running text that lost its columns: code, title, and units told by their words."""
    inside = False
    row: Row | None = None
    in_units = False
    for number, line in enumerate(lines, 1):
        text = one_line(line)
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
