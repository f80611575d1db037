"""Groups and totals of every unit: as `totals.combine` and the engine's group results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from minhbach.scoring.many.cells import as_array
from minhbach.scoring.many.columns import Table
from minhbach.scoring.many.environment import (
    BY_HAND,
    INCOMPLETE,
    MONITORED,
    NOT_APPLICABLE,
    PENDING_STATE,
    SCORED,
    NodeColumn,
)
from minhbach.scoring.many.figures import Base, Figures, add, compare, divide, pick
from minhbach.scoring.many.masks import Mask, mask_and, mask_not, mask_or
from minhbach.scoring.many.room import Room
from minhbach.scoring.many.rounding import scaled
from minhbach.scoring.many.sums import sum_of
from minhbach.scoring.model import Combine, Node, Precision

Children = Sequence[tuple[Node, NodeColumn]]


@dataclass(eq=False)
class Combined:
    """Points (0 where none are known) and maximum of several children, and where there are any."""

    points: Figures
    maximum: Figures
    has_points: Mask
    applicable: Mask


def combine(how: Combine, children: Children, room: Room) -> Combined:
    """Points and maximum of a group from those of its children, dropped ones left out."""
    weighted = how.how in ("weighted_sum", "weighted_mean")
    points: list[Figures] = []
    maxima: list[Figures] = []
    weights: list[Figures] = []
    known: Mask = False
    applicable: Mask = False
    for node, column in children:
        weight = node.weight.value if weighted and node.weight else Fraction(1)
        applicable = mask_or(applicable, column.has_maximum)
        counts = mask_and(column.has_maximum, _counts(node, column))
        if counts is False:
            continue
        scores = mask_or(mask_not(column.has_score), counts)  # where there is no score, the points are 0
        points.append(_only(column.points.linear(weight), True if _everywhere(scores) else counts))
        maxima.append(_only(column.maximum.linear(weight), counts))
        weights.append(_only(Figures.constant(weight), counts))
        known = mask_or(known, mask_and(column.has_score, counts))
    total, maximum = sum_of(points, room), sum_of(maxima, room)
    if how.how in ("mean", "weighted_mean"):
        divisor = _or_one(sum_of(weights, room))
        total, maximum = divide(total, divisor)[0], divide(maximum, divisor)[0]
    return Combined(total.linear(how.times), maximum.linear(how.times), known, applicable)


def _everywhere(mask: Mask) -> bool:
    return mask if isinstance(mask, bool) else bool(mask.all())


def _counts(node: Node, column: NodeColumn) -> Mask:
    """Not where it is merely followed: a monitored criterion without points given, or a group of nothing else."""
    if node.is_monitored:
        return mask_or(column.states == BY_HAND, column.states == NOT_APPLICABLE)
    if node.is_leaf or column.has_score is True:
        return True
    empty = compare("==", column.maximum, Figures.constant(0))
    return mask_not(mask_and(mask_and(mask_not(column.has_score), empty), column.states <= MONITORED))


def _only(figures: Figures, mask: Mask) -> Figures:
    """The figures where the mask holds, 0 elsewhere."""
    if isinstance(mask, bool):
        return figures if mask else Figures.constant(0)
    return pick([mask, ~mask], [figures, Figures.constant(0)])


def _or_one(weights: Figures) -> Figures:
    """Weights to divide by: where they are all 0, nothing is divided."""
    nothing = compare("==", weights, Figures.constant(0))
    if isinstance(nothing, bool):
        return Figures.constant(1) if nothing else weights
    return pick([nothing, ~nothing], [Figures.constant(1), weights]) if nothing.any() else weights


def group_column(table: Table, node: Node, children: Children, room: Room) -> NodeColumn:
    """The result of a group for every unit."""
    combined = combine(node.combine, children, room)
    open_ = _open(children)
    dropped: Mask = True
    for _, column in children:
        dropped = mask_and(dropped, mask_and(column.states == NOT_APPLICABLE, mask_not(column.has_maximum)))
    states: np.ndarray | int = INCOMPLETE if open_ is True else SCORED
    if not isinstance(open_, bool):
        states = np.where(open_, np.uint8(INCOMPLETE), np.uint8(SCORED))
    if dropped is True:
        states = NOT_APPLICABLE
    elif dropped is not False and dropped.any():
        states = np.where(dropped, np.uint8(NOT_APPLICABLE), states).astype(np.uint8)
    has_score = mask_and(combined.has_points, combined.applicable)
    points = _only(combined.points, has_score)
    precision = table.indicator_set.rounding.groups
    return NodeColumn(
        node.id,
        table.count,
        states,
        _rounded(points, combined.maximum, precision, room) if precision else points,
        combined.maximum,
        has_score,
        combined.applicable,
        open_,
    )


def _rounded(points: Figures, maximum: Figures, precision: Precision, room: Room) -> Figures:
    """As `totals.rounded_group`."""
    unit = 10**precision.places
    found = scaled(points, unit, precision.mode, room).linear(Fraction(1, unit))
    if found.base is not None:  # from now on others read it
        found = Figures(Base(replace(found.base.num, is_fresh=False)), found.factor, found.offset)
    if maximum.base is None and (maximum.offset * unit).denominator == 1:
        return found  # rounding does not pass it
    beyond = mask_and(compare(">", found, maximum), compare("<=", points, maximum))
    return pick([beyond, ~beyond], [maximum, found]) if not isinstance(beyond, bool) else maximum if beyond else found


def _open(children: Children) -> Mask:
    found: Mask = False
    for _, column in children:
        found = mask_or(found, column.open)
    return found


@dataclass(eq=False)
class TotalColumn:
    """The units' results. Masks and states as in `NodeColumn`."""

    points: Figures
    maximum: Figures
    has_score: Mask
    open: Mask
    bonus: Figures
    penalty: Figures


def total_column(table: Table, results: dict[str, NodeColumn], room: Room) -> TotalColumn:
    """The sum over the parts, with bonus and penalty."""
    indicator_set = table.indicator_set
    children = [(top, results[top.id]) for top in indicator_set.criteria]
    combined = combine(indicator_set.combine, children, room)
    open_ = _open(children)
    amounts = {"bonus": Figures.constant(0), "penalty": Figures.constant(0)}
    for adjustment in indicator_set.adjustments:
        column = results[adjustment.id]
        known: Mask = mask_and(column.has_score, column.states <= MONITORED)
        amounts[adjustment.kind] = add(amounts[adjustment.kind], _only(column.points, known))
        unknown: Mask = mask_not(column.states <= MONITORED)
        if adjustment.is_leaf and unknown is not False and as_array(unknown, table.count).any():
            begun = mask_or(table.begun(adjustment), column.states == PENDING_STATE)
            open_ = mask_or(open_, mask_and(unknown, begun))
    if not isinstance(open_, bool) and not open_.any():
        open_ = False
    bonus, penalty = amounts["bonus"], amounts["penalty"]
    has_score = mask_and(combined.has_points, combined.applicable)
    points = add(add(_only(combined.points, has_score), bonus), penalty.linear(Fraction(-1)))
    return TotalColumn(points, _only(combined.maximum, combined.applicable), has_score, open_, bonus, penalty)
