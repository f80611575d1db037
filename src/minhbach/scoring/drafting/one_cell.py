"""A title and the tiers of its rule in one cell without line breaks: told apart where the tiers prove it.

`Tỷ lệ hồ sơ nhận qua bưu chính Từ 20% trở lên: 0,2` is a title and a tier only if the lines that follow go on with the
same scale. Where they do not, the title stays as it is printed and is pointed out as doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from minhbach.records.texts import Text
from minhbach.scoring.drafting.conditions import Range, grades_of, opposite, range_of
from minhbach.scoring.drafting.formulas import split_formula
from minhbach.scoring.drafting.items import Doubt, Item, Line
from minhbach.scoring.drafting.plain import NUMBER, is_rule_line, points_at_end

# A capital in the middle of a line begins something new; a small letter does so only after a mark.
_FIGURE = rf"(?:{NUMBER})\s*%?"
_OPENING = re.compile(
    rf"(?:\s+|(?<=[:,;(-])\s*)(?=(?:Đạt tỷ lệ từ|Đạt từ|Đạt|Từ|Dưới|Trên)\s+{_FIGURE}|[≥<>]=?\s*{_FIGURE}|100\s*%"
    rf"|Có |Không |Chưa |Mức |Loại |Xếp loại )"
    rf"|(?<=[:,;-])\s*(?=(?:đạt tỷ lệ từ|đạt từ|đạt|từ|dưới|trên)\s+{_FIGURE}|có |không |chưa |mức |loại )"
)
_FEWEST_WORDS = 2  # of a title


def separate(item: Item) -> None:
    """Take the first tier out of the title of a criterion, when the lines after it show that it is one."""
    if not item.lines or not is_rule_line(item.title):
        return
    openings = list(_OPENING.finditer(item.title))
    found = [
        (match.start(), tier)
        for match in openings
        if len(item.title[: match.start()].split()) >= _FEWEST_WORDS
        and "%" not in item.title[: match.start()]
        and _goes_on(tier := item.title[match.end() :].strip(), item.lines)
    ]
    if len(found) != 1:
        item.holds_tier = bool(openings) or "%" in (_condition(item.title) or "")
        return
    start, tier = found[0]
    item.title = item.title[:start].rstrip(" :,;(-")
    item.lines.insert(0, Line(tier, item.row))
    item.doubts.append(
        Doubt(
            "split-title",
            Text(
                f"tên và mức điểm in chung một ô: tên được hiểu là “{item.title}”",
                f"title and tiers share one cell: the title is taken to be “{item.title}”",
            ),
            item.row,
            tier,
            serious=False,
        )
    )


def _goes_on(tier: str, lines: list[Line]) -> bool:
    """Whether the tier and the lines are steps of one scale: ranges side by side, grades, or done and not done."""
    conditions = [found for line in (Line(tier, lines[0].row), *lines) if (found := _condition(line.text)) is not None]
    if len(conditions) < 2 or conditions[0] != _condition(tier):
        return False
    grades = [grades_of(condition) for condition in conditions]
    if all(grades):
        named = [grade for row in grades for grade in row or ()]
        return len(set(named)) == len(named)
    if len(conditions) == 2 and (opposite(*conditions) or opposite(conditions[0].removeprefix("Có "), conditions[1])):
        return True
    rates = any("%" in condition for condition in conditions)
    ranges = [range_of(condition, rates) for condition in conditions]
    first = ranges[0]
    others = [found for found in ranges[1:] if found is not None]
    return (
        first is not None
        and bool(others)
        and not any(word.isdigit() for word in first.rest.split())
        and all(other.is_rate == first.is_rate and _apart(first, other) for other in others)
    )


def _condition(text: str) -> str | None:
    """The condition of a tier, None when the line is none."""
    if formula := split_formula(text):
        return formula[0] or None
    ended = points_at_end(text)
    return ended[0] if ended else None


def _apart(one: Range, other: Range) -> bool:
    """Whether no figure beyond a common end lies in both."""
    return any(
        upper is not None and lower is not None and upper <= lower
        for upper, lower in ((one.high, other.low), (other.high, one.low))
    )


def separate_all(top: list[Item]) -> None:
    """`separate` for every criterion that has none below it."""
    for leaf in _leaves(top):
        separate(leaf)


def _leaves(top: list[Item]) -> Iterator[Item]:
    return (item for start in top for item in start.walk() if not item.children)
