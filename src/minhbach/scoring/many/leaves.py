"""The result of one criterion for every unit: the same steps as `leaves.score_leaf`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from minhbach.scoring.many.awards import rounded_award
from minhbach.scoring.many.cells import UNDEFINED, Cells, as_array, first_of, put
from minhbach.scoring.many.environment import (
    BY_HAND,
    ERROR,
    MISSING_STATE,
    MONITORED,
    NOT_APPLICABLE,
    PENDING_STATE,
    SCORED,
    UNDEFINED_STATE,
    UNSTATED,
    LeafColumns,
    NodeColumn,
)
from minhbach.scoring.many.expressions import evaluate
from minhbach.scoring.many.figures import Array, Base, Figures, Wholes, compare, fit, pick, type_for
from minhbach.scoring.many.masks import Mask, holds, mask_and, mask_not, mask_or
from minhbach.scoring.many.rounding import bounds_of_whole, expanded, extreme
from minhbach.scoring.model import Node

_STATE_OF_STATUS = np.array([SCORED, MISSING_STATE, UNDEFINED_STATE, PENDING_STATE], np.uint8)


def contradictions(env: LeafColumns) -> Mask:
    """Where the facts of the criterion contradict each other: a part larger than its whole, an unmet constraint."""
    wrong: Mask = False
    node = env.node
    for key, spec in node.inputs.items():
        if not spec.part_of:
            continue
        for suffix in ("", "@previous") if spec.previous else ("",):
            part, whole = (env.table.fact(node, name + suffix).cells for name in (key, spec.part_of))
            if (
                isinstance(part.data, Figures)
                and isinstance(whole.data, Figures)
                and part.kind == whole.kind == "number"
            ):
                wrong = mask_or(
                    wrong, _where_known(compare(">", part.data, whole.data), first_of(part.status, whole.status))
                )
    for constraint in node.constraints:
        met = evaluate(constraint.must, env)
        wrong = mask_or(wrong, _where_known(mask_not(met.data), met.status))
    return wrong


def _where_known(mask: Mask, status: Array | None) -> Mask:
    if status is None or mask is False:
        return mask
    return (status == 0) & mask


@dataclass
class _Scoring:
    """The leaf's result while it is put together; later marks win."""

    count: int
    #: Points times the scale: whole numbers, without denominators.
    values: Figures
    states: Array | int = SCORED
    has_score: Mask = True
    has_maximum: Mask = True

    def mark(self, mask: Mask, state: int, points: int | None = 0) -> None:
        """Set state and points where the mask holds; `points` None: there are none."""
        if not holds(mask):
            return
        if mask is True:
            mask = np.ones(self.count, bool)
        assert not isinstance(mask, bool)
        if isinstance(self.states, int):
            self.states = np.full(self.count, self.states, np.uint8)
        put(self.states, mask, state)
        self._set(mask, points or 0)
        if points is None:
            self.has_score = mask_and(self.has_score, ~mask)

    def _set(self, mask: Array, value: int) -> None:
        values = self.values
        if values.base is None and values.offset == value:
            return
        steps = (value - values.offset) / values.factor if values.base is not None else Fraction(1, 2)
        if steps.denominator != 1 or not _holds_in(values, int(steps)):
            values, steps = Figures(Base(expanded(values, self.count))), Fraction(value)
        assert values.base is not None
        num = values.base.num
        low, high = min(num.low, int(steps)), max(num.high, int(steps))
        array = fit(num.array, type_for(max(-low, high))) if num.array.dtype.itemsize == 8 else num.array
        if array is num.array and not num.is_fresh:
            array = array.copy()
        put(array, mask, int(steps))
        self.values = Figures(Base(Wholes(array, low, high, is_fresh=True)), values.factor, values.offset)


def _holds_in(values: Figures, step: int) -> bool:
    """Whether the array of the values can hold one more number."""
    assert values.base is not None
    type_ = values.base.num.array.dtype
    return type_.itemsize == 8 or abs(step) <= np.iinfo(type_).max


def score_leaf(env: LeafColumns) -> NodeColumn:
    """The result of one leaf for every unit. Blocks not held are not looked at here."""
    node = env.node
    wrong = contradictions(env)
    if node.is_unstated:
        return _by_hand(env, wrong)
    cases, status = _not_applicable(env)
    if node.rule is None:
        scoring = _Scoring(env.count, Figures.constant(0), MONITORED)
        rule_status = env.word("value").status if node.value is not None else None
        maximum, scale = Fraction(0), 1
    else:
        assert node.maximum is not None
        maximum = node.maximum
        rounding = env.table.indicator_set.rounding.points
        scale = 10**rounding.places
        values, rule_status = rounded_award(node.rule, env, scale, rounding.mode)
        low, high = floor(node.minimum * scale), ceil(maximum * scale)
        always = node.clamp or bool(node.kind)  # a bonus or penalty is cut at its own maximum
        beyond = False if always else _outside(values, low, high)
        # What rounding alone carries past a maximum such as 20/3 is cut too.
        cut = always or node.minimum * scale != low or maximum * scale != high
        if cut or any(outcome == "full_points" for _, outcome in cases):
            finer = lcm(scale, maximum.denominator, node.minimum.denominator)
            values = values.linear(Fraction(finer // scale))
            scale = finer
        if cut:
            values = extreme("max", values, Figures.constant(node.minimum * scale))
            values = extreme("min", values, Figures.constant(maximum * scale))
        scoring = _Scoring(env.count, values)
        scoring.mark(beyond, ERROR, None)
    _mark_unknown(scoring, rule_status)
    _mark_unknown(scoring, status)
    own_maximum = Figures.constant(maximum)
    for mask, outcome in cases:
        full = int((node.maximum or 0) * scale) if outcome == "full_points" else 0
        scoring.mark(mask, NOT_APPLICABLE, None if outcome == "drop" else full)
        if outcome != "drop" and holds(mask):
            scoring.has_score = mask_or(scoring.has_score, mask)
        if outcome == "drop":
            scoring.has_maximum = mask_and(scoring.has_maximum, mask_not(mask))
    scoring.mark(wrong, ERROR, None)
    if holds(wrong):
        scoring.has_maximum = mask_or(scoring.has_maximum, wrong)
    if node.rule is None:
        own_maximum = _maximum_of_monitored(scoring, node)
    return _column(env, scoring, scale, own_maximum)


def _maximum_of_monitored(scoring: _Scoring, node: Node) -> Figures:
    """0 where it is followed, the node's own (mostly 0 too) where it could not be."""
    if isinstance(scoring.states, int):
        return Figures.constant(0)
    followed = scoring.states == MONITORED
    if node.maximum is None:
        scoring.has_maximum = mask_and(scoring.has_maximum, followed)
    return pick([followed, ~followed], [Figures.constant(0), Figures.constant(node.maximum or 0)])


def _outside(values: Figures, low: int, high: int) -> Mask:
    least, most = bounds_of_whole(values)
    mask = compare("<", values, Figures.constant(low)) if least < low else False
    return mask_or(mask, compare(">", values, Figures.constant(high))) if most > high else mask


def _mark_unknown(scoring: _Scoring, status: Array | None) -> None:
    if status is None or not status.any():
        return
    unknown = status > 0
    scoring.mark(unknown, UNDEFINED_STATE, None)
    assert not isinstance(scoring.states, int)
    rows = np.flatnonzero(unknown)
    scoring.states[rows] = _STATE_OF_STATUS[status[rows]]


def _not_applicable(env: LeafColumns) -> tuple[list[tuple[Mask, str]], Array | None]:
    """Where each case of the leaf applies first, and where it is not known whether one does."""
    cases: list[tuple[Mask, str]] = []
    status: Array | None = None
    settled: Array | None = None
    for case in env.node.not_applicable:
        when = evaluate(case.when, env)
        if when.data is False and when.status is None:
            continue
        here = as_array(when.data, env.count)
        if when.status is not None:
            own = when.status if settled is None else when.status * ~settled
            status = own if status is None else status + own
            unknown = when.status > 0
            settled = unknown if settled is None else settled | unknown
        if settled is not None:
            here = here & ~settled
        settled = here if settled is None else settled | here
        if here.any():
            cases.append((here, case.outcome))
    return cases, status


def _by_hand(env: LeafColumns, wrong: Mask) -> NodeColumn:
    node, table = env.node, env.table
    points = table.fact(node, "points").cells
    maximum = (
        table.fact(node, "maximum").cells if node.maximum is None else Cells("number", Figures.constant(node.maximum))
    )
    status = first_of(points.status, maximum.status)
    given = as_array(True, env.count) if status is None else status == 0
    low = compare(">=", points.figures, Figures.constant(node.minimum))
    fits = as_array(mask_and(low, compare("<=", points.figures, maximum.figures)), env.count)
    states = np.full(env.count, UNSTATED, np.uint8)
    states[given] = ERROR
    by_hand = given & fits
    if holds(wrong):
        by_hand = by_hand & ~as_array(wrong, env.count)
    states[by_hand] = BY_HAND
    if holds(wrong):
        states[as_array(wrong, env.count)] = ERROR
    nothing = Figures.constant(0)
    column = NodeColumn(
        node.id,
        env.count,
        states,
        pick([by_hand, ~by_hand], [points.figures, nothing]),
        maximum.figures if node.maximum is not None else pick([by_hand, ~by_hand], [maximum.figures, nothing]),
        by_hand,
        True if node.maximum is not None else by_hand,
        # Without a maximum it lies outside the scale until a person gives both.
        states > MONITORED if node.maximum is not None else False,
    )
    column.value = _value_of(env)
    return column


def _value_of(env: LeafColumns) -> Callable[[], Cells] | None:
    return None if env.node.value is None else lambda: env.word("value")


def _column(env: LeafColumns, scoring: _Scoring, scale: int, maximum: Figures) -> NodeColumn:
    states = scoring.states
    values = scoring.values
    if values.base is not None:  # from now on others read it
        values = Figures(Base(replace(values.base.num, is_fresh=False)), values.factor, values.offset)
    points = values.linear(Fraction(1, scale))
    open_: Mask = False if env.node.is_monitored else states > MONITORED
    if not isinstance(open_, bool) and not open_.any():
        open_ = False
    return NodeColumn(
        env.node.id, env.count, states, points, maximum, scoring.has_score, scoring.has_maximum, open_, _value_of(env)
    )


def with_given(column: NodeColumn, node: Node, given: Cells) -> NodeColumn:
    """The result where a person gave points against the rule: these take the place of the rule's."""
    said = as_array(True, column.count) if given.status is None else given.status == 0
    if not said.any():
        return column
    states = column.state_codes().copy()
    states[said] = BY_HAND
    maximum, has_maximum = column.maximum, column.has_maximum
    if node.maximum:
        maximum = pick([said, ~said], [Figures.constant(node.maximum), maximum])
        has_maximum = mask_or(has_maximum, said)
    return NodeColumn(
        column.id,
        column.count,
        states,
        pick([said, ~said], [given.figures, column.points]),
        maximum,
        mask_or(column.has_score, said),
        has_maximum,
        mask_and(column.open, ~said),
        column.value,
    )


def without_block(column: NodeColumn, absent: Array) -> NodeColumn:
    """The result where some units did not hold the block the leaf belongs to: dropped there."""
    if not absent.any():
        return column
    states = column.state_codes().copy()
    states[absent] = NOT_APPLICABLE
    held = ~absent

    def value() -> Cells:
        assert column.value is not None
        cells = column.value()
        before = np.zeros(column.count, np.uint8) if cells.status is None else cells.status
        return cells.but(np.where(absent, UNDEFINED, before).astype(np.uint8))

    return NodeColumn(
        column.id,
        column.count,
        states,
        pick([held, absent], [column.points, Figures.constant(0)]),
        column.maximum,
        mask_and(column.has_score, held),
        mask_and(column.has_maximum, held),
        mask_and(column.open, held),
        value if column.value is not None else None,
    )
