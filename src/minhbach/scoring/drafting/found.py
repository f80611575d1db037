"""What recognising a rule gives, and the statements it works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from minhbach.records.texts import Text
from minhbach.scoring.drafting.conditions import Range
from minhbach.scoring.drafting.formulas import Computed
from minhbach.scoring.drafting.items import Doubt, Line


@dataclass
class Recognised:
    """Plain data for a criterion: its inputs, value, rule and best points, and the doubts about them."""

    rule: dict[str, Any]
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    value: str | None = None
    best: Fraction | None = None
    minimum: Fraction = Fraction(0)
    not_applicable: dict[str, Any] | None = None
    left_open: Text | None = None
    doubts: list[Doubt] = field(default_factory=list)
    is_clear: bool = False


@dataclass
class Branch:
    """One statement: a condition and its points or formula."""

    line: Line
    condition: str
    points: Fraction | None = None
    formula: Computed | None = None
    range: Range | None = None


def recognised(branches: list[Branch], rule: dict[str, Any], **more: Any) -> Recognised:
    """The rule; its best points are those of the best branch, unless `best` says otherwise."""
    best = more.pop("best", max((b.points for b in branches if b.points is not None), default=None))
    return Recognised(rule, best=best, **more)


UNSTATED: dict[str, Any] = {"unstated": True}
