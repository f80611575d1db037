"""What single wordings of a rule or title tell, apart from what becomes of them."""

from __future__ import annotations

import re
from typing import Any

from minhbach.scoring.drafting.plain import NUMBER, one_line

POINTS_IN_TITLE = (
    "tên tiêu chí cũng nêu điểm, có thể mâu thuẫn với quy tắc",
    "the title states points too, which may contradict the rule",
)


def states_points(title: str) -> bool:
    """Whether a title gives points by itself: `…: 0,5 điểm`, `… được tính 03 điểm`, a tier in the cell of the title."""
    return bool(re.search(rf"{NUMBER}\s*điểm\b|\d\s*%[^:;]{{0,20}}:\s*{NUMBER}\s*$", title, re.I))


def bare(wording: str) -> str:
    """The wording without `tỷ lệ` or `(tổng) số` in front."""
    return re.sub(r"^(?:(?:tỷ|tỉ) lệ|(?:tổng )?số)\s+", "", one_line(wording), flags=re.I)


_COMPOUND = re.compile(r"\bhoặc\b|\bnhưng\b|\bkhông\b|\bchưa\b|\bchậm\b|\bmuộn\b|\bvà\b", re.I)


def is_compound(rest: str) -> bool:
    return bool(_COMPOUND.search(rest))


CHANGE = re.compile(r"^(?:co )?(?:tang|giam)(?: (?:them|duoc|tu|tren|duoi|\d)|$)")
SURVEY = re.compile(
    r"(?:(?:cham|danh gia|thuc hien|ket qua)? ?(?:diem)? ?(?:theo|qua|tu|bang)? ?)?(?:ket qua )?(?:phieu )?"
    r"(?:dieu tra xa hoi hoc|dieu tra xhh|dtxhh|dt xhh|khao sat)[^\d%:]*"
)


def renamed(rule: Any) -> Any:
    """The rule with `value` for `rate`."""
    if isinstance(rule, dict):
        return {key: renamed(part) for key, part in rule.items()}
    if isinstance(rule, list):
        return [renamed(part) for part in rule]
    return re.sub(r"\brate\b", "value", rule) if isinstance(rule, str) else rule
