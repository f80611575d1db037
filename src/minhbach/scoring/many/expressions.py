"""Expressions over all units at once: the same values and the same reasons for having none as `evaluate`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from minhbach.scoring.expressions import nodes
from minhbach.scoring.expressions.evaluate import WORDS, previous_key
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.many import figures as exact
from minhbach.scoring.many.cells import MISSING, UNDEFINED, Cells, as_array, first_of, marked, then
from minhbach.scoring.many.columns import Fact
from minhbach.scoring.many.figures import Array, Figures
from minhbach.scoring.many.masks import mask_and, mask_not, mask_or
from minhbach.scoring.many.room import Room
from minhbach.scoring.many.rounding import scaled
from minhbach.scoring.many.sums import sum_of

EPOCH = datetime.date(1970, 1, 1).toordinal()
_FIRST_DAY, _LAST_DAY = (Fraction(d.toordinal() - EPOCH) for d in (datetime.date.min, datetime.date.max))


class Environment(Protocol):
    """Where the expressions of one leaf read their columns."""

    @property
    def count(self) -> int: ...
    def fact(self, key: str) -> Fact: ...
    def survey(self, key: str) -> tuple[list[tuple[Fraction, Fact]], Fact]: ...
    def word(self, name: str) -> Cells: ...
    def ref(self, code: str) -> Cells: ...
    def points(self, code: str) -> Cells: ...
    def parameter(self, name: str) -> Cells: ...
    def grade(self, option: str) -> int: ...
    def is_input(self, name: str) -> bool: ...


def evaluate(node: nodes.Expression, env: Environment) -> Cells:
    """The column of an expression."""
    return _EVALUATORS[type(node)](node, env)


def _number(node: nodes.Number, env: Environment) -> Cells:
    return Cells("number", Figures.constant(node.value))


def _day(node: nodes.Day, env: Environment) -> Cells:
    return Cells("day", Figures.constant(node.value.toordinal() - EPOCH))


def _truth(node: nodes.Truth, env: Environment) -> Cells:
    return Cells("truth", node.value)


def _name(node: nodes.Name, env: Environment) -> Cells:
    if env.is_input(node.name):
        return env.fact(node.name).cells
    if node.name in WORDS:
        return env.word(node.name)
    return Cells("grade", env.grade(node.name))


def _negative(node: nodes.Negative, env: Environment) -> Cells:
    operand = evaluate(node.operand, env)
    return Cells("number", operand.figures.linear(Fraction(-1)), operand.status)


def _arithmetic(node: nodes.Arithmetic, env: Environment) -> Cells:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    status = first_of(left.status, right.status)
    x, y = left.figures, right.figures
    if left.kind == "day" and right.kind != "day":
        return _moved_day(node, x, y, status, env)
    if node.operator == "+":
        return Cells("number", exact.add(x, y), status)
    if node.operator == "-":
        return Cells("number", exact.subtract(x, y), status)
    if node.operator == "*":
        return Cells("number", exact.multiply(x, y), status)
    quotient, zero = exact.divide(x, y)
    return Cells("number", quotient, then(status, marked(zero, UNDEFINED, env.count)))


def _moved_day(node: nodes.Arithmetic, day: Figures, by: Figures, status: Array | None, env: Environment) -> Cells:
    """A day some whole days later or earlier; not defined outside the calendar."""
    moved = scaled(by, 1, "down", Room(env.count))
    result = exact.add(day, moved if node.operator == "+" else moved.linear(Fraction(-1)))
    for operator, end in (("<", _FIRST_DAY), (">", _LAST_DAY)):
        outside = exact.compare(operator, result, Figures.constant(end))
        if outside is True or (outside is not False and outside.any()):
            status = then(status, marked(outside, UNDEFINED, env.count))
    return Cells("day", result, status)


def compared(operator: str, left: Cells, right: Cells) -> Array | bool:
    """The truth of a comparison, row by row."""
    if left.kind in ("number", "day"):
        return exact.compare(operator, left.figures, right.figures)
    same = left.data == right.data
    if operator == "!=":
        return mask_not(same)
    return same


def _comparison(node: nodes.Comparison, env: Environment) -> Cells:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    return Cells("truth", compared(node.operator, left, right), first_of(left.status, right.status))


def _one_of(node: nodes.OneOf, env: Environment) -> Cells:
    left = evaluate(node.left, env)
    status = left.status
    found: Array | bool = False
    for expression in node.options:
        option = evaluate(expression, env)
        if option.status is not None:
            # An option that has no value matters only where none before it was equal.
            status = then(status, option.status * ~as_array(found, env.count))
        equal = compared("==", left, option)
        if option.status is not None:
            equal = as_array(equal, env.count) & (option.status == 0)
        found = mask_or(found, equal)
    return Cells("truth", found, status)


def _decided(operands: tuple[nodes.Expression, ...], by: bool, env: Environment) -> Cells:
    """`and` (by False), `or` (by True): decided by one such operand, whatever else is not known."""
    columns = [evaluate(operand, env) for operand in operands]
    if all(column.status is None for column in columns):
        joined: Array | bool = not by
        for column in columns:
            joined = mask_or(joined, column.data) if by else mask_and(joined, column.data)
        return Cells("truth", joined)
    decided = np.zeros(env.count, bool)
    missing = decided.copy()
    status = np.zeros(env.count, np.uint8)
    for column in columns:
        truth = as_array(column.data, env.count)
        hit = truth if by else ~truth
        if column.status is None:
            decided |= hit
        else:
            decided |= hit & (column.status == 0)
            missing |= column.status == MISSING
            status = np.where(status == 0, column.status, status)
    status[missing] = MISSING
    status[decided] = 0
    return Cells("truth", decided if by else ~decided, status if status.any() else None)


def _not(node: nodes.Not, env: Environment) -> Cells:
    operand = evaluate(node.operand, env)
    return Cells("truth", mask_not(operand.data), operand.status)


def _least_or_most(node: nodes.Call, env: Environment) -> Cells:
    columns = [evaluate(argument, env) for argument in node.arguments]
    chosen = columns[0].figures
    for column in columns[1:]:
        # The earlier one wins a tie; the values are equal then.
        keeps = exact.compare("<=" if node.function == "min" else ">=", chosen, column.figures)
        if isinstance(keeps, bool):
            chosen = chosen if keeps else column.figures
        else:
            chosen = exact.pick([keeps, ~keeps], [chosen, column.figures])
    return Cells(columns[0].kind, chosen, first_of(*(column.status for column in columns)))


def _absent(node: nodes.Call, env: Environment) -> Cells:
    argument = node.arguments[0]
    key = argument.name if isinstance(argument, nodes.Name) else previous_key(argument)
    fact = env.fact(key)
    return Cells("truth", False if fact.not_available is None else fact.not_available, fact.missing_status)


def _survey(node: nodes.Call, env: Environment) -> Cells:
    assert isinstance(node.arguments[0], nodes.Name)
    counts, whole = env.survey(node.arguments[0].name)
    answers = sum_of([count.cells.figures for _, count in counts], Room(env.count))
    weighed = sum_of([count.cells.figures.linear(weight) for weight, count in counts], Room(env.count))
    status = whole.cells.status
    if node.function == "answers":
        return Cells("number", answers, status)
    share, zero = exact.divide(weighed, answers)
    return Cells("number", share, then(status, marked(zero, UNDEFINED, env.count)))


def _call(node: nodes.Call, env: Environment) -> Cells:
    function = node.function
    if function in ("min", "max"):
        return _least_or_most(node, env)
    if function in ("ref", "points"):
        code = code_of(node.arguments[0]) or ""
        return env.ref(code) if function == "ref" else env.points(code)
    if function == "absent":
        return _absent(node, env)
    if function == "prev":
        return env.fact(previous_key(node)).cells
    if function == "param":
        assert isinstance(node.arguments[0], nodes.Name)
        return env.parameter(node.arguments[0].name)
    return _survey(node, env)


_EVALUATORS: Mapping[type, Callable[[Any, Environment], Cells]] = {
    nodes.Number: _number,
    nodes.Day: _day,
    nodes.Truth: _truth,
    nodes.Name: _name,
    nodes.Negative: _negative,
    nodes.Arithmetic: _arithmetic,
    nodes.Comparison: _comparison,
    nodes.OneOf: _one_of,
    nodes.Every: lambda node, env: _decided(node.operands, False, env),
    nodes.Some: lambda node, env: _decided(node.operands, True, env),
    nodes.Not: _not,
    nodes.Call: _call,
}
