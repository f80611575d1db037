"""What a rule gives for every unit: the same forms as `awards.apply`, over columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from minhbach.scoring.expressions import Expression, nodes
from minhbach.scoring.many.cells import UNDEFINED, Cells, as_array, first_of, then
from minhbach.scoring.many.expressions import evaluate
from minhbach.scoring.many.figures import Array, Base, Figures, compare, pick
from minhbach.scoring.many.rounding import expanded, extreme, scaled
from minhbach.scoring.many.sums import sum_of
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tier, Tiers

if TYPE_CHECKING:
    from minhbach.scoring.many.environment import LeafColumns

Rounded = tuple[Figures, Array | None]


def rounded_award(rule: Rule, env: LeafColumns, unit: int, mode: str) -> Rounded:
    """The points times `unit`, rounded, and why a unit has none.

    Rounding keeps order, so the best of several, the smaller and the larger are chosen after rounding, from whole
    numbers; tiers are rounded one by one. Only a sum is exact before it is rounded.
    """
    match rule:
        case Tiers(tiers):
            masks, pieces, status = _branches(tiers, env, lambda points: _rounded_points(points, env, unit, mode))
            return _joined(masks, pieces), status
        case ByFormula(points):
            return _rounded_points(points, env, unit, mode)
        case BestOf(rules):
            several = [rounded_award(inner, env, unit, mode) for inner in rules]
            best = several[0][0]
            for values, _ in several[1:]:
                best = extreme("max", best, values)
            return best, first_of(*(status for _, status in several))
        case Relative(_, inner_rule):
            inside, status = env.inside(rule)
            best, inner_status = rounded_award(inner_rule, inside, unit, mode)
            return best, then(status, inner_status)
    award = _award(rule, env)
    return scaled(award.figures, unit, mode, env.room), award.status


def _rounded_points(points: Expression, env: LeafColumns, unit: int, mode: str) -> Rounded:
    if isinstance(points, nodes.Call) and points.function in ("min", "max"):
        several = [_rounded_points(argument, env, unit, mode) for argument in points.arguments]
        chosen = several[0][0]
        for values, _ in several[1:]:
            chosen = extreme(points.function, chosen, values)
        return chosen, first_of(*(status for _, status in several))
    cells = evaluate(points, env)
    return scaled(cells.figures, unit, mode, env.room), cells.status


def _award(rule: Rule, env: LeafColumns) -> Cells:
    """The exact points."""
    match rule:
        case Tiers(tiers):

            def exact(points: Expression) -> tuple[Figures, Array | None]:
                cells = evaluate(points, env)
                return cells.figures, cells.status

            masks, pieces, status = _branches(tiers, env, exact)
            return Cells("number", pick(masks, pieces) if pieces else Figures.constant(0), status)
        case ByFormula(points):
            return evaluate(points, env)
        case Sum(rules):
            awards = [_award(inner, env) for inner in rules]
            total = sum_of([award.figures for award in awards], env.room)
            return Cells("number", total, first_of(*(award.status for award in awards)))
        case BestOf(rules):
            awards = [_award(inner, env) for inner in rules]
            best = awards[0].figures
            for award in awards[1:]:
                keeps = compare(">=", best, award.figures)
                if isinstance(keeps, bool):
                    best = best if keeps else award.figures
                else:
                    best = pick([keeps, ~keeps], [best, award.figures])
            return Cells("number", best, first_of(*(award.status for award in awards)))
        case Relative(_, inner_rule):
            inside, status = env.inside(rule)
            inner = _award(inner_rule, inside)
            return inner.but(then(status, inner.status))
    return env.nothing(UNDEFINED)


def _branches(
    tiers: Sequence[Tier], env: LeafColumns, points: Callable[[Expression], tuple[Figures, Array | None]]
) -> tuple[list[Array], list[Figures], Array | None]:
    """For each tier that applies anywhere: where, and its points; and why a unit has none.

    The masks exclude each other and, when there is more than one, cover all rows (a last piece is 0 where there are no
    points).
    """
    masks: list[Array] = []
    pieces: list[Figures] = []
    status: Array | None = None
    taken: Array | None = None
    seen: list[Array] = []

    def unknown(reason: Array, where: Array | None) -> None:
        nonlocal status
        own = reason if where is None else reason * where
        status = own if status is None else status + own

    for tier in tiers:
        if tier.when is None:
            here = np.ones(env.count, bool) if taken is None else ~taken
        else:
            condition = evaluate(tier.when, env)
            here = as_array(condition.data, env.count)
            reason = condition.status
            if reason is not None and not any(reason is known for known in seen):
                seen.append(reason)
                unknown(reason, None if taken is None else ~taken)
                taken = (reason > 0) if taken is None else taken | (reason > 0)
            if taken is not None:
                here = here & ~taken
        taken = here if taken is None else taken | here
        if here.any():
            piece, reason = points(tier.points)
            masks.append(here)
            pieces.append(piece)
            if reason is not None:
                unknown(reason, here)
        if tier.when is None:
            break
    if taken is not None and not taken.all():
        unknown(np.full(env.count, UNDEFINED, np.uint8), ~taken)
    if len(masks) > 1:
        covered = masks[0].copy()
        for mask in masks[1:]:
            covered |= mask
        if not covered.all():
            masks.append(~covered)
            pieces.append(Figures.constant(0))
    return masks, pieces, status


def _joined(masks: list[Array], pieces: list[Figures]) -> Figures:
    """The rounded points of every row from those of its branch."""
    if not pieces:
        return Figures.constant(0)
    if len(pieces) == 1:
        return pieces[0]
    constants = pick(masks, [piece if piece.base is None else Figures.constant(0) for piece in pieces])
    parts = [(expanded(piece, 0), mask) for mask, piece in zip(masks, pieces, strict=True) if piece.base is not None]
    if not parts:
        if constants.base is None:
            return constants
        return Figures(Base(replace(constants.base.num, is_fresh=True)), constants.factor, constants.offset)
    total = parts[0][0].where(parts[0][1])
    for part, mask in parts[1:]:
        total = total.and_(part.where(mask))
    if constants.base is not None:
        total = total.and_(expanded(constants, 0))
    return Figures(Base(total))
