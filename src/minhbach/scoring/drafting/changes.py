"""Tiers that compare with the year before: `tăng so với năm trước`, `bằng năm trước`, `giảm`."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from minhbach.records.structure import exact_number
from minhbach.scoring.drafting.conditions import REST
from minhbach.scoring.drafting.found import Branch, Recognised
from minhbach.scoring.drafting.items import Item
from minhbach.scoring.drafting.plain import folded

_BEFORE = re.compile(
    r"\b(?:so )?(?:voi )?(?:cung ky )?(?:cua )?(?:nam (?:truoc|ngoai)(?: lien ke| do)?|cung ky(?: nam truoc)?)\b"
)
MENTION = re.compile(r"\b(?:nam truoc|nam ngoai|cung ky)\b")
_MOVES = (
    ({">", "=="}, r"(?:tang|cao hon) (?:hoac|va) (?:bang|giu nguyen|ngang)|(?:bang|ngang) (?:hoac|va) (?:tang|cao hon)"
                  r"|khong giam|khong thap hon|tu bang tro len"),
    ({"<", "=="}, r"khong tang|khong cao hon|(?:giam|thap hon) (?:hoac|va) (?:bang|giu nguyen)"
                  r"|(?:bang|giu nguyen) (?:hoac|va) (?:giam|thap hon)"),
    ({">"}, r"(?:co )?tang|cao hon|nhieu hon|lon hon"),
    ({"=="}, r"bang|bang voi|ngang bang|giu nguyen|khong doi|khong thay doi|khong tang,? khong giam"),
    ({"<"}, r"(?:bi )?giam|thap hon|it hon"),
)  # fmt: skip
_SIGNS = {
    frozenset({">"}): ">",
    frozenset({"=="}): "==",
    frozenset({"<"}): "<",
    frozenset({">", "=="}): ">=",
    frozenset({"<", "=="}): "<=",
}


def by_change(item: Item, branches: list[Branch], doubt: Callable[..., None]) -> Recognised | None:
    """The rule when the branches are the ways a figure can move, and together leave none out."""
    texts = [folded(branch.condition) for branch in branches]
    if len(texts) < 2 or not any(MENTION.search(text) for text in [*texts, folded(item.title)]):
        return None
    if any(branch.points is None for branch in branches):
        return None
    moves = [_move(text) for text in texts]
    seen: set[str] = set()
    tiers: list[dict[str, Any]] = []
    for branch, move in zip(branches, moves, strict=True):
        points = exact_number(branch.points or Fraction(0))
        if move is None and branch is branches[-1] and REST.match(branch.condition):
            tiers.append({"otherwise": points})
            seen = {">", "==", "<"}
            break
        if move is None or move & seen:
            return None
        seen |= move
        tiers.append({"when": f"figure {_SIGNS[frozenset(move)]} prev(figure)", "points": points})
    if seen != {">", "==", "<"}:
        return None
    if re.search(r"\bhạng\b", item.title, re.I):
        return None  # a lower rank is the better one: what "tăng" means is not told by the figure
    title = folded(item.title)
    kind = "rate" if title.startswith(("ty le", "ti le")) else "count" if title.startswith("so ") else "number"
    if kind == "number":
        doubt(
            "figure",
            "chưa rõ so sánh số liệu gì với năm trước: kiểm tra loại đầu vào",
            "what is compared with the year before is not said: check the type of the input",
        )
    inputs = {"figure": {"type": kind, "title": item.title, "previous": True}}
    return Recognised(
        {"tiers": tiers}, inputs=inputs, value="figure", best=max(b.points or Fraction(0) for b in branches)
    )


def _move(text: str) -> set[str] | None:
    bare = " ".join(_BEFORE.sub(" ", text).split()).strip(" .,:;-")
    bare = re.sub(r"^ty le ", "", bare)
    return next((signs for signs, pattern in _MOVES if re.fullmatch(pattern, bare)), None)
