"""Results of many units as columns."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from minhbach.scoring.many.columns import Table
from minhbach.scoring.many.environment import ALL_STATES, INCOMPLETE, SCORED, NodeColumn
from minhbach.scoring.many.figures import Array, Base, Figures, Wholes, divide
from minhbach.scoring.many.masks import is_
from minhbach.scoring.many.rounding import expanded
from minhbach.scoring.many.totals import TotalColumn


@dataclass(frozen=True, eq=False)
class ExactColumn:
    """Exact figures of N units: numerators ÷ denominators.

    `numerators`: int64[N], or an object array of Python integers where int64 is too small. `denominators`: one int for
    all, or an array as well. `known`: bool[N], False where there is no figure (the numerator is 0 there).
    """

    numerators: Array
    denominators: Array | int
    known: Array

    def at(self, row: int) -> Fraction | None:
        if not self.known[row]:
            return None
        below = self.denominators if isinstance(self.denominators, int) else int(self.denominators[row])
        return Fraction(int(self.numerators[row]), below)

    def floats(self) -> Array:
        """float64[N], NaN where there is no figure: for drawing and for rough work, not for publishing."""
        values = np.asarray(self.numerators, np.float64) / np.asarray(self.denominators, np.float64)
        return np.where(self.known, values, np.nan)


@dataclass(eq=False)
class ManyResult:
    """The results of N units or N what-ifs, equal to those of `engine.score` to the last digit.

    Rows are in the order of the columns given. `nodes`: every criterion and group by id.
    """

    table: Table
    nodes: dict[str, NodeColumn]
    total: TotalColumn

    @property
    def count(self) -> int:
        return self.table.count

    def score(self, row: int) -> Fraction | None:
        """The unit's total, with bonus and penalty; None when nothing of it is known."""
        return self.total.points.at(row) if is_(self.total.has_score, row) else None

    def maximum(self, row: int) -> Fraction:
        """The unit's own maximum, dropped criteria left out."""
        return self.total.maximum.at(row)

    def bonus(self, row: int) -> Fraction:
        return self.total.bonus.at(row)

    def penalty(self, row: int) -> Fraction:
        return self.total.penalty.at(row)

    def state(self, row: int) -> str:
        """`scored` or `incomplete`."""
        return "incomplete" if is_(self.total.open, row) else "scored"

    def node_score(self, node: str, row: int) -> Fraction | None:
        column = self.nodes[node]
        return column.points.at(row) if is_(column.has_score, row) else None

    def node_maximum(self, node: str, row: int) -> Fraction | None:
        column = self.nodes[node]
        return column.maximum.at(row) if is_(column.has_maximum, row) else None

    def node_state(self, node: str, row: int) -> str:
        """One of `model.STATES`, or `incomplete` for a group."""
        states = self.nodes[node].states
        return ALL_STATES[states if isinstance(states, int) else int(states[row])]

    def states(self, node: str | None = None) -> Array:
        """uint8[N]: places in `ALL_STATES`, of a node or (None) of the units."""
        if node is not None:
            return self.nodes[node].state_codes()
        if isinstance(self.total.open, bool):
            return np.full(self.count, INCOMPLETE if self.total.open else SCORED, np.uint8)
        return np.where(self.total.open, np.uint8(INCOMPLETE), np.uint8(SCORED))

    def leaf_points(self, node: str) -> tuple[Array, int]:
        """(int64[N], scale): the points of a criterion times the scale; 0 where it has none (see `states`).

        The scale is 10^places of the set's rounding, or a multiple where points with no such end occur (a maximum of
        10/3). An object array where int64 is too small.
        """
        points = self.nodes[node].points
        scale: int = 10**self.table.indicator_set.rounding.points.places
        scale = lcm(scale, points.factor.denominator, points.offset.denominator)
        return _plain(expanded(points.linear(Fraction(scale)), self.count)), scale

    def scores(self, node: str | None = None) -> ExactColumn:
        """The scores of a node or (None) of the units."""
        at: NodeColumn | TotalColumn = self.total if node is None else self.nodes[node]
        return exact_column(at.points, at.has_score, self.count)

    def maxima(self, node: str | None = None) -> ExactColumn:
        """The maxima of a node or (None) of the units."""
        if node is None:
            return exact_column(self.total.maximum, True, self.count)
        return exact_column(self.nodes[node].maximum, self.nodes[node].has_maximum, self.count)

    def shares(self) -> Array:
        """float64[N]: score ÷ maximum of the units, NaN where there is none; for drawing and rough work."""
        share, zero = divide(self.total.points, self.total.maximum)
        column = exact_column(share, self.total.has_score, self.count)
        values: Array = np.where(zero, np.nan, column.floats())
        return values


def exact_column(figures: Figures, known: Any, count: int) -> ExactColumn:
    mask = np.broadcast_to(np.asarray(known, bool), count)
    if figures.base is None:
        value = figures.offset
        fits = abs(value.numerator) < 2**63
        numerators = np.full(count, value.numerator, dtype=np.int64 if fits else object)
        return ExactColumn(numerators * mask, value.denominator, mask)
    factor, base = figures.pure()
    above = Figures(Base(base.num), Fraction(factor.numerator)).numerators(1)
    below: Array | int = factor.denominator
    if base.den is not None:
        below = _plain(base.den.times(factor.denominator))
    whole = _plain(above)
    return ExactColumn(whole if mask.all() else whole * mask, below, mask)


def _plain(wholes: Wholes) -> Array:
    return wholes.array if wholes.array.dtype == object else wholes.array.astype(np.int64, copy=False)
