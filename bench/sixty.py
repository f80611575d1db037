"""The set that is measured: sixty criteria, as realistic as can be made (constructed), described once in plain data.

The standard library alone is used here, because both sides read it: `scoring.py` makes an indicator set of it,
`openfisca_peer.py` makes a tax-benefit system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PERIOD = "2026"
GRADES = ("poor", "fair", "good", "excellent")
#: From the best: (lowest value, share of the maximum). Values in percent, or counts.
RATE_TIERS = ((95, "1"), (90, "0.75"), (80, "0.5"), (70, "0.25"))
COUNT_TIERS = ((5, "1"), (3, "0.5"), (1, "0.25"))
GRADE_SHARES = {"excellent": "1", "good": "0.75", "fair": "0.5", "poor": "0"}
ITEM_SHARES = ("0.4", "0.3", "0.2", "0.1")
FLOOR = 50
RISE = (60, 90)
#: How many criteria of each form, and the inputs of one.
FORMS = {
    "rate_tiers": (16, {"handled": "count", "on_time": "count"}),
    "linear": (12, {"handled": "count", "on_time": "count"}),
    "rising": (6, {"handled": "count", "on_time": "count"}),
    "flags": (8, {"issued": "bool", "timely": "bool"}),
    "grade": (5, {"level": "grade"}),
    "checklist": (5, {"first": "bool", "second": "bool", "third": "bool", "fourth": "bool"}),
    "count_tiers": (6, {"initiatives": "count"}),
    "weighted": (2, {"handled": "count", "on_time": "count", "surveyed": "count", "satisfied": "count"}),
}
MAXIMA = ("1", "1.5", "2", "2.5", "0.5")


@dataclass(frozen=True)
class Criterion:
    """One criterion: `part` and `number` make its code; `maximum` is a decimal as text."""

    part: int
    number: int
    form: str
    maximum: str

    @property
    def code(self) -> str:
        return f"{self.part}.{self.number}"

    @property
    def inputs(self) -> dict[str, str]:
        """key → count, bool or grade"""
        return FORMS[self.form][1]


def criteria() -> list[Criterion]:
    """Sixty of them, ten in each of six parts, the forms mixed."""
    left = {form: count for form, (count, _) in FORMS.items()}
    order: list[str] = []
    while any(left.values()):
        for form in left:
            if left[form]:
                left[form] -= 1
                order.append(form)
    return [Criterion(n // 10 + 1, n % 10 + 1, form, MAXIMA[n % len(MAXIMA)]) for n, form in enumerate(order)]


def figures(units: int, seed: int) -> dict[str, Any]:
    """Random figures: `code key` → array of `units` int64, bool, or grade codes (places in GRADES).

    One unit in a hundred has no dossiers of a kind; rates lie mostly above 60 %.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for criterion in criteria():
        whole = None
        for key, kind in criterion.inputs.items():
            if kind == "bool":
                values: Any = random.random(units) < 0.8
            elif kind == "grade":
                values = random.integers(0, len(GRADES), units)
            elif key in ("handled", "surveyed"):
                values = random.integers(1, 5000, units) * (random.random(units) >= 0.01)
                whole = values
            elif key in ("on_time", "satisfied"):
                values = np.floor(whole * np.minimum(1, random.beta(8, 2, units) * 1.1)).astype(np.int64)
            else:
                values = random.integers(0, 9, units)
            found[f"{criterion.code} {key}"] = values
    return found


def set_data() -> dict[str, Any]:
    """The set as plain data, as a set file holds it."""
    parts: dict[int, list[dict[str, Any]]] = {}
    for criterion in criteria():
        parts.setdefault(criterion.part, []).append(_node(criterion))
    return {
        "format": 1,
        "code": "bench-sixty",
        "title": {"vi": "Bộ chỉ số đo tốc độ", "en": "Set for measuring speed"},
        "constructed": True,
        "source": {"document": "0", "note": "constructed"},
        "criteria": [
            {"code": str(part), "title": f"Phần {part}", "criteria": children} for part, children in parts.items()
        ],
    }


def _node(criterion: Criterion) -> dict[str, Any]:
    node: dict[str, Any] = {"code": criterion.code, "title": criterion.form, "maximum": criterion.maximum}
    node["inputs"] = {key: {"type": kind, "title": key} for key, kind in criterion.inputs.items()}
    rate = {"value": "on_time / handled", "not_applicable": {"when": "handled == 0", "outcome": "full_points"}}
    match criterion.form:
        case "rate_tiers":
            node |= rate | {"rule": _tiers("value >= {}%", RATE_TIERS)}
        case "linear":
            node |= rate | {"rule": {"tiers": [_tier(f"value >= {FLOOR}%", "value * maximum"), {"otherwise": "0"}]}}
        case "rising":
            low, high = RISE
            middle = f"maximum * (value - {low}%) / {high - low}%"
            tiers = [_tier(f"value >= {high}%", "maximum"), _tier(f"value >= {low}%", middle), {"otherwise": "0"}]
            node |= rate | {"rule": {"tiers": tiers}}
        case "flags":
            tiers = [_tier("issued and timely", "maximum"), _tier("issued", "0.5 * maximum"), {"otherwise": "0"}]
            node["rule"] = {"tiers": tiers}
        case "grade":
            node["inputs"]["level"]["options"] = {grade: grade for grade in GRADES}
            node["rule"] = {"tiers": [_tier(f"level == {g}", f"{s} * maximum") for g, s in GRADE_SHARES.items()]}
        case "checklist":
            items = zip(criterion.inputs, ITEM_SHARES, strict=True)
            node["rule"] = {"sum": [_tier(key, f"{share} * maximum") for key, share in items]}
        case "count_tiers":
            node["rule"] = _tiers("initiatives >= {}", COUNT_TIERS)
        case "weighted":
            node["rule"] = {"formula": "maximum * (0.6 * (on_time / handled) + 0.4 * (satisfied / surveyed))"}
            node["not_applicable"] = {"when": "handled == 0 or surveyed == 0", "outcome": "drop"}
    for part, whole in (("on_time", "handled"), ("satisfied", "surveyed")):
        if part in criterion.inputs:
            node["inputs"][part]["part_of"] = whole
    return node


def _tier(when: str, points: str) -> dict[str, str]:
    return {"when": when, "points": points}


def _tiers(when: str, steps: tuple[tuple[int, str], ...]) -> dict[str, Any]:
    return {"tiers": [*(_tier(when.format(at), f"{share} * maximum") for at, share in steps), {"otherwise": "0"}]}
