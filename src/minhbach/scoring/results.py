"""Results: what each criterion, group and unit got, and in which state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.expressions.evaluate import Value
from minhbach.scoring.facts import Fact

#: States in which a criterion's points are known (0 among them).
KNOWN = frozenset({"scored", "by_hand", "not_applicable", "monitored"})


@dataclass(frozen=True)
class Result:
    """What one node got. `score` and `maximum` are exact, None when not known (or dropped)."""

    id: str
    state: str
    score: Fraction | None = None
    maximum: Fraction | None = None

    @property
    def is_known(self) -> bool:
        return self.state in KNOWN

    @property
    def share(self) -> Fraction | None:
        """Score ÷ maximum: the component index of this part or criterion."""
        if self.score is None or not self.maximum:
            return None
        return self.score / self.maximum


@dataclass(frozen=True)
class LeafResult(Result):
    """A criterion. `branch` names the tier that applied (1, 2, … or `otherwise`; joined by + in a sum).

    `missing` are keys of facts not given; `says` is why the case is undefined or an error; `outcome` is that of
    a criterion that is not applicable.
    """

    branch: str = ""
    value: Value | None = None
    inputs: Mapping[str, Fact] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    says: Text = Text("")
    outcome: str = ""
    on_target: bool | None = None


@dataclass(frozen=True)
class GroupResult(Result):
    """A part or criterion with criteria below it. `open_` are ids of leaves whose points are not known."""

    open_: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitResult:
    """A unit's whole result. `score` is the sum of what is known plus bonus, minus penalty."""

    unit: str
    group: str
    score: Fraction | None
    maximum: Fraction
    state: str
    nodes: Mapping[str, Result]
    open_: tuple[str, ...] = ()
    bonus: Fraction = Fraction(0)
    penalty: Fraction = Fraction(0)

    @property
    def share(self) -> Fraction | None:
        """Score ÷ the unit's own maximum."""
        if self.score is None or not self.maximum:
            return None
        return self.score / self.maximum

    @property
    def is_complete(self) -> bool:
        return self.state == "scored"
