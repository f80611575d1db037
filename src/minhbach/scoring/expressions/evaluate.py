"""Exact evaluation of an expression over the facts of one unit.

Figures are `Fraction`, so nothing is ever rounded here. A condition that is decided by the facts at hand is
decided: `a and b` is false when a is false, though b is missing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from minhbach.records.texts import Text
from minhbach.scoring.expressions import nodes
from minhbach.scoring.expressions.kinds import code_of

Value = Fraction | bool | str | datetime.date | dict


@dataclass(frozen=True)
class NotAvailable:
    """A fact that is declared not to exist (n/a), as against one nobody has given."""

    def __str__(self) -> str:
        return "n/a"


class MissingFacts(Exception):
    """Facts that decide the case have not been given. `inputs` are their keys."""

    def __init__(self, inputs: frozenset[str]):
        super().__init__(", ".join(sorted(inputs)))
        self.inputs = inputs


class Undefined(Exception):
    """The rule does not say what this case is worth: a gap, a zero denominator, a fact that does not exist.

    `about` is the expression that `{0}` in the text stands for; `said` puts it in words.
    """

    def __init__(self, template: Text, about: nodes.Expression | None = None):
        self.template = template
        self.about = about
        super().__init__(self.says.en)

    @property
    def says(self) -> Text:
        return self.said(lambda expression, lang: f"“{expression}”")

    def said(self, words: Callable[[nodes.Expression, str], str]) -> Text:
        about = self.about
        if about is None:
            return self.template
        return Text(self.template.vi.format(words(about, "vi")), self.template.en.format(words(about, "en")))


class Pending(Exception):
    """The figure is known only when the round closes."""


class Environment(Protocol):
    """Where an expression reads its facts. Each raises MissingFacts, Undefined or Pending as due."""

    def fact(self, key: str) -> Value | NotAvailable: ...
    def word(self, name: str) -> Value: ...
    def ref(self, code: str) -> Value: ...
    def points(self, code: str) -> Fraction: ...
    def parameter(self, name: str) -> Fraction: ...
    def survey_weights(self, key: str) -> dict[str, Fraction]: ...
    def is_input(self, name: str) -> bool: ...


WORDS = {"value", "maximum", "minimum", "highest", "lowest", "mean", "position", "units"}


def evaluate(node: nodes.Expression, env: Environment) -> Value:
    """The value of the expression. Raises MissingFacts, Undefined or Pending."""
    return _EVALUATORS[type(node)](node, env)


def _literal(node: nodes.Number | nodes.Day | nodes.Truth, env: Environment) -> Value:
    return node.value


def _named(key: str) -> nodes.Expression:
    name = nodes.Name(key.removesuffix("@previous"))
    return nodes.Call("prev", (name,)) if key.endswith("@previous") else name


def known(key: str, env: Environment) -> Value:
    value = env.fact(key)
    if isinstance(value, NotAvailable):
        raise Undefined(Text("{0} được khai là không có (n/a)", "{0} is declared not to exist (n/a)"), _named(key))
    return value


def _name(node: nodes.Name, env: Environment) -> Value:
    if env.is_input(node.name):
        return known(node.name, env)
    if node.name in WORDS:
        return env.word(node.name)
    return node.name  # an option of a grade


def _negative(node: nodes.Negative, env: Environment) -> Value:
    operand: Any = evaluate(node.operand, env)
    return -operand


def both(left: nodes.Expression, right: nodes.Expression, env: Environment) -> tuple[Value, Value]:
    """Both values; what is missing on either side is reported together."""
    values: list[Value] = []
    missing: frozenset[str] = frozenset()
    for side in (left, right):
        try:
            values.append(evaluate(side, env))
        except MissingFacts as error:
            missing |= error.inputs
    if missing:
        raise MissingFacts(missing)
    return values[0], values[1]


def _arithmetic(node: nodes.Arithmetic, env: Environment) -> Value:
    left: Any
    right: Any
    left, right = both(node.left, node.right, env)
    if isinstance(left, datetime.date) and isinstance(right, Fraction):
        return _day_after(left, right if node.operator == "+" else -right)
    match node.operator:
        case "+":
            return left + right
        case "-":
            return Fraction((left - right).days) if isinstance(left, datetime.date) else left - right
        case "*":
            return left * right
    if right == 0:
        raise Undefined(Text("mẫu số {0} bằng 0", "the denominator {0} is 0"), node.right)
    return Fraction(left) / Fraction(right)


def _day_after(day: datetime.date, days: Fraction) -> datetime.date:
    try:
        return day + datetime.timedelta(days=int(days))
    except OverflowError:
        raise Undefined(Text("ngày nằm ngoài lịch", "the day lies outside the calendar")) from None


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}


def _comparison(node: nodes.Comparison, env: Environment) -> bool:
    left, right = both(node.left, node.right, env)
    return _COMPARE[node.operator](left, right)


def _one_of(node: nodes.OneOf, env: Environment) -> bool:
    left = evaluate(node.left, env)
    return any(left == evaluate(option, env) for option in node.options)


def _decided(operands: tuple[nodes.Expression, ...], by: bool, env: Environment) -> bool:
    """`and` is decided by one false operand, `or` by one true one, whatever else is not known."""
    missing: frozenset[str] = frozenset()
    open_: Undefined | Pending | None = None
    for operand in operands:
        try:
            if evaluate(operand, env) is by:
                return by
        except MissingFacts as error:
            missing |= error.inputs
        except (Undefined, Pending) as error:
            open_ = open_ or error
    if missing:
        raise MissingFacts(missing)
    if open_:
        raise open_
    return not by


def _call(node: nodes.Call, env: Environment) -> Value:
    function, arguments = node.function, node.arguments
    if function in ("min", "max"):
        values = []
        missing: frozenset[str] = frozenset()
        for argument in arguments:
            try:
                values.append(evaluate(argument, env))
            except MissingFacts as error:
                missing |= error.inputs
        if missing:
            raise MissingFacts(missing)
        return min(values) if function == "min" else max(values)  # type: ignore[type-var]
    if function in ("ref", "points"):
        code = code_of(arguments[0]) or ""
        return env.ref(code) if function == "ref" else env.points(code)
    argument = arguments[0]
    if function == "absent":
        key = argument.name if isinstance(argument, nodes.Name) else previous_key(argument)
        return isinstance(env.fact(key), NotAvailable)
    assert isinstance(argument, nodes.Name)
    if function == "prev":
        return known(previous_key(node), env)
    if function == "param":
        return env.parameter(argument.name)
    counts = known(argument.name, env)
    assert isinstance(counts, dict)
    answers = sum(counts.values(), Fraction(0))
    if function == "answers":
        return answers
    if answers == 0:
        raise Undefined(Text("chưa có phiếu trả lời nào", "there is not one answer"))
    weights = env.survey_weights(argument.name)
    return sum((counts[o] * weights[o] for o in counts), Fraction(0)) / answers


def previous_key(call: nodes.Expression) -> str:
    """The facts key of last year's value: `prev(x)` reads `x@previous`."""
    assert isinstance(call, nodes.Call)
    assert isinstance(call.arguments[0], nodes.Name)
    return f"{call.arguments[0].name}@previous"


_EVALUATORS: dict[type, Callable[..., Value]] = {
    nodes.Number: _literal,
    nodes.Day: _literal,
    nodes.Truth: _literal,
    nodes.Name: _name,
    nodes.Negative: _negative,
    nodes.Arithmetic: _arithmetic,
    nodes.Comparison: _comparison,
    nodes.OneOf: _one_of,
    nodes.Every: lambda node, env: _decided(node.operands, False, env),
    nodes.Some: lambda node, env: _decided(node.operands, True, env),
    nodes.Not: lambda node, env: not evaluate(node.operand, env),
    nodes.Call: _call,
}


def inputs_of(node: nodes.Expression, known_inputs: set[str]) -> list[str]:
    """Keys of the facts an expression reads, in order of appearance, last year's as `x@previous`."""
    found: dict[str, None] = {}
    inside: set[int] = set()
    for part in node.walk():
        if isinstance(part, nodes.Call) and part.function == "prev":
            found[previous_key(part)] = None
            inside.add(id(part.arguments[0]))
    for part in node.walk():
        if isinstance(part, nodes.Name) and part.name in known_inputs and id(part) not in inside:
            found[part.name] = None
    return list(found)
