"""Tiers that a table prints as rows or columns of their own, brought back to lines of the criterion's rule."""

from __future__ import annotations

import re
from fractions import Fraction

from minhbach.records.texts import Text, decimal_text
from minhbach.scoring.drafting.items import Doubt, Item, Line
from minhbach.scoring.drafting.plain import NUMBER, one_line, points_at_end

_POINTS = re.compile(rf"(-?{NUMBER})\s*(?:điểm|đ)?", re.I)
_BULLET = re.compile(r"^(?:[-+•*]|[a-zđ]\))\s+")


def written(points: Fraction) -> str:
    """Points as a decision prints them, with a comma."""
    return decimal_text(points).replace(".", ",")


def paired(conditions: str, points: str) -> list[str] | None:
    """`Từ 90% trở lên ⏎ Dưới 90%` beside `10 ⏎ 0`, line by line; None when the lines do not match."""
    texts = [_BULLET.sub("", line).rstrip(" .:;,") for line in conditions.split("\n") if line.strip()]
    figures = [_POINTS.fullmatch(line.strip(" .;")) for line in points.split("\n") if line.strip()]
    if len(texts) != len(figures) or not all(figures) or any(points_at_end(text) for text in texts):
        return None
    return [f"{text}: {figure[1]}" for text, figure in zip(texts, figures, strict=True) if figure]


def fold_tiers(items: list[Item]) -> None:
    """`a) Đầy đủ | 3`, `b) Không đầy đủ | 0` are no criteria, though they have letters: what is worth 0, or as much as
    the whole, is a tier."""
    for item in items:
        fold_tiers(item.children)
        points = [child.points for child in item.children]
        if len(points) < 2 or item.lines or any(p is None for p in points):
            continue
        if any(child.children or child.lines or child.survey for child in item.children):
            continue
        if not all(re.fullmatch(r"(?:.*\.)?[a-zđ]", child.code) for child in item.children):
            continue
        known = [p for p in points if p is not None]
        if min(known) != 0 and not (max(known) == item.points and sum(known) != item.points):
            continue
        for child in item.children:
            item.lines.append(Line(f"{one_line(child.title)}: {written(child.points or Fraction(0))}", child.row))
            item.doubts += [doubt for doubt in child.doubts if doubt.code != "no-title"]
        item.doubts.append(
            Doubt(
                "lettered-tiers",
                Text(
                    "các dòng a, b, c… được hiểu là các mức điểm của tiêu chí",
                    "the rows a, b, c… are taken for tiers of the criterion",
                ),
                item.row,
                serious=False,
            )
        )
        item.children = []
