"""Beginnings of a criterion's figures and rule: out of the decision's own wording, or a pattern to be filled in.

What is put into a set is in the set's own language, Vietnamese.
"""

from __future__ import annotations

import copy
from typing import Any

from django.utils.translation import gettext_lazy as _

from minhbach.indices.set_forms.fields import Data
from minhbach.indices.set_forms.titles import title_in
from minhbach.records.problems import BadInput, Problem
from minhbach.scoring.drafting import draft_from_bytes
from minhbach.scoring.reading import to_data

#: What a beginning replaces; everything else of the criterion stays.
REPLACED = ("inputs", "value", "rule", "constraints", "examples", "not_applicable", "minimum", "left_open")

_TOTAL = {"tong_so": {"type": "count", "title": "tổng số"}}
_OF_TOTAL = {**_TOTAL, "so_dat": {"type": "count", "title": "số đạt yêu cầu", "part_of": "tong_so"}}
_RATE = {"inputs": _OF_TOTAL, "value": "so_dat / tong_so"}
_COUNT = {"so_luong": {"type": "count", "title": "số lượng"}}


def _tiers(*rows: tuple[str, str], otherwise: str = "0") -> Data:
    return {"tiers": [*({"when": when, "points": points} for when, points in rows), {"otherwise": otherwise}]}


#: Code → what it is called, and what it puts in. The thresholds are there to be replaced by the decision's.
PATTERNS: dict[str, tuple[Any, Data]] = {
    "yes_no": (
        _("Yes or no: done brings the maximum, otherwise 0"),
        {"inputs": {"dat": {"type": "bool", "title": ""}}, "rule": _tiers(("dat", "maximum"))},
    ),
    "cases": (
        _("Cases: fully, partly, not done"),
        {
            "inputs": {
                "muc": {
                    "type": "grade",
                    "title": "",
                    "options": {
                        "day_du": "thực hiện đầy đủ, đúng quy định",
                        "mot_phan": "có thực hiện nhưng chưa đầy đủ",
                        "khong": "không thực hiện",
                    },
                }
            },
            "rule": _tiers(("muc == day_du", "maximum"), ("muc == mot_phan", "maximum / 2")),
        },
    ),
    "rate": (_("Rate × maximum points"), {**_RATE, "rule": {"formula": "value * maximum"}}),
    "rate_floor": (
        _("Rate × maximum points from a floor on, below it 0"),
        {**_RATE, "rule": _tiers(("value >= 80%", "value * maximum"))},
    ),
    "rate_target": (
        _("Rate up to a target: from the target on the maximum, below it in proportion"),
        {**_RATE, "rule": _tiers(("value >= 80%", "maximum"), otherwise="value / 80% * maximum")},
    ),
    "rate_tiers": (
        _("Rate in tiers"),
        {**_RATE, "rule": _tiers(("value >= 80%", "maximum"), ("60% <= value < 80%", "maximum / 2"))},
    ),
    "kinds": (
        _("Full and partial results, each with its weight"),
        {
            "inputs": {
                **_TOTAL,
                "so_dat": {"type": "count", "title": "số đạt hoàn toàn", "part_of": "tong_so"},
                "so_mot_phan": {"type": "count", "title": "số đạt một phần", "part_of": "tong_so"},
            },
            "constraints": [
                {
                    "must": "so_dat + so_mot_phan <= tong_so",
                    "says": "Số đạt hoàn toàn và số đạt một phần cộng lại không quá tổng số.",
                }
            ],
            "rule": {"formula": "(so_dat + so_mot_phan * 0.5) / tong_so * maximum"},
        },
    ),
    "count_tiers": (
        _("Number in tiers"),
        {"inputs": _COUNT, "rule": _tiers(("so_luong >= 10", "maximum"), ("5 <= so_luong < 10", "maximum / 2"))},
    ),
    "per_item": (
        _("Points for each, up to the maximum"),
        {"inputs": _COUNT, "rule": _tiers(("so_luong * 1 >= maximum", "maximum"), otherwise="so_luong * 1")},
    ),
    "deduction": (
        _("Points taken off for each, not below 0"),
        {
            "inputs": {"so_lan": {"type": "count", "title": "số lần vi phạm"}},
            "rule": _tiers(("so_lan * 0.25 <= maximum", "maximum - so_lan * 0.25")),
        },
    ),
    "violation": (
        _("One violation and the points are gone"),
        {
            "inputs": {"so_lan": {"type": "count", "title": "số lần vi phạm"}},
            "rule": _tiers(("so_lan == 0", "maximum")),
        },
    ),
    "checklist": (
        _("Checklist: the points of all items are added"),
        {
            "inputs": {
                "y_1": {"type": "bool", "title": "nội dung thứ nhất"},
                "y_2": {"type": "bool", "title": "nội dung thứ hai"},
            },
            "rule": {"sum": [{"when": "y_1", "points": "maximum / 2"}, {"when": "y_2", "points": "maximum / 2"}]},
        },
    ),
    "survey": (
        _("Survey: share of the answers by their weights"),
        {
            "inputs": {
                "phieu": {
                    "type": "survey",
                    "title": "số phiếu theo câu trả lời",
                    "obtained": "survey",
                    "options": {
                        "A": {"vi": "rất hài lòng", "weight": "100%"},
                        "B": {"vi": "hài lòng", "weight": "60%"},
                        "C": {"vi": "không hài lòng", "weight": "0%"},
                    },
                }
            },
            "value": "survey_share(phieu)",
            "rule": {"formula": "value * maximum"},
        },
    ),
    "relative": (
        _("In proportion to the best unit of the round"),
        {**_RATE, "rule": {"relative": {"over": "round", "rule": {"formula": "value / highest * maximum"}}}},
    ),
    "by_hand": (_("Scored by hand: the decision states no rule"), {"rule": {"unstated": True}}),
}


def is_untouched(node: Data) -> bool:
    """Whether nobody has given the criterion figures or a rule yet."""
    return not node.get("inputs") and node.get("rule") in (None, {"unstated": True})


def from_pattern(node: Data, pattern: str) -> Data:
    """The criterion with the figures and the rule of a pattern; an unknown pattern changes nothing."""
    if pattern not in PATTERNS:
        return node
    parts = copy.deepcopy(PATTERNS[pattern][1])
    for spec in parts.get("inputs", {}).values():
        spec["title"] = spec["title"] or _sentence(title_in(node.get("title"), "vi"))
    return _begun(node, parts)


def from_wording(node: Data, text: str) -> tuple[Data, list[Problem]]:
    """The criterion with the figures and the rule that the decision's wording states, and what is doubtful about it.

    Raises BadInput when no rule can be told from it: “the decision states none” would not be true then.
    """
    cells = ["1", title_in(node.get("title"), "vi") or "–", str(node.get("maximum") or "")]
    lines = [line.replace("\t", " ").strip() for line in text.splitlines() if line.strip()]
    rows = ["\t".join(("STT", "Tiêu chí", "Điểm tối đa", "Cách chấm"))]
    rows += ["\t".join([*(" ".join(cell.split()) for cell in cells), *lines[:1]])]
    rows += [f"\t\t\t{line}" for line in lines[1:]]
    draft = draft_from_bytes("\n".join(rows).encode(), "wording.txt")
    [parts, *more] = to_data(draft.indicator_set)["criteria"]
    if more or parts.get("criteria") or parts.get("rule") == {"unstated": True}:
        raise BadInput(draft.problems)
    if isinstance(parts.get("left_open"), dict):
        parts["left_open"] = parts["left_open"]["vi"]
    if node.get("maximum") in (None, "") and "maximum" in parts:
        node = {**node, "maximum": parts["maximum"]}
    doubts = [problem for problem in draft.problems if problem.code not in ("draft", "units")]
    return _begun(node, {key: parts[key] for key in REPLACED if key in parts}), doubts


def _begun(node: Data, parts: Data) -> Data:
    return {**{key: value for key, value in node.items() if key not in REPLACED}, **parts}


def _sentence(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
