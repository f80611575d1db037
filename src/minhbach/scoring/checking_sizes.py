"""Rules whose figures could get endlessly long: products of products, criterion after criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text
from minhbach.scoring.expressions import Expression, nodes
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.expressions.sizes import NONE, Size, size_of
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.references import in_order, value_codes
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers

#: About 3,600 digits; Python writes out no figure of more than 4,300.
MOST_BITS = 12_000
#: A count is at most 10¹²; a number may have forty characters.
_INPUTS = {"count": Size(41), "date": Size(24), "bool": NONE, "grade": NONE}
_DECIMAL = Size(175, 134)
_Word = Callable[[nodes.Name | nodes.Call], Size]


def check_sizes(indicator_set: IndicatorSet, paths: Mapping[str, Path], problems: Problems) -> None:
    """Report every value and rule whose figures can pass MOST_BITS. `paths`: where each criterion stands."""
    values: dict[str, Size] = {}
    for node in in_order(indicator_set, value_codes):
        word = _words(indicator_set, node, values)
        if node.value is not None:
            values[node.id] = _checked(size_of(node.value, word), (*paths[node.id], "value"), problems)
        if node.rule is not None:
            _checked(_of_rule(node.rule, word), (*paths[node.id], "rule"), problems)


def _checked(size: Size, path: Path, problems: Problems) -> Size:
    """The size, or that of a plain number where it is too large and has been reported."""
    if size.bits <= MOST_BITS:
        return size
    problems.error(
        "too-long-figures",
        path,
        Text("phép tính có thể cho số dài hàng nghìn chữ số", "the formula can give figures of thousands of digits"),
        Text("bớt phép nhân và chia giữa các số liệu", "multiply and divide fewer figures with each other"),
    )
    return _DECIMAL


def _of_rule(rule: Rule, word: _Word) -> Size:
    def of(expression: Expression | None) -> Size:
        return NONE if expression is None else size_of(expression, word)

    found = NONE
    match rule:
        case Tiers(tiers):
            for tier in tiers:
                found |= of(tier.when) | of(tier.points)
        case ByFormula(points):
            found = of(points)
        case Sum(rules):
            for inner in rules:
                found += _of_rule(inner, word)
        case BestOf(rules):
            for inner in rules:
                found |= _of_rule(inner, word)
        case Relative(_, inner):
            found = _of_rule(inner, word)
    return found


def _words(indicator_set: IndicatorSet, node: Node, values: Mapping[str, Size]) -> _Word:
    def of_name(name: str) -> Size:
        if name in node.inputs:
            return _INPUTS.get(node.inputs[name].type, _DECIMAL)
        if name in ("value", "highest", "lowest", "mean"):
            return values.get(node.id, _DECIMAL)
        if name in ("maximum", "minimum"):
            return Size.of(node.maximum or node.minimum)
        return Size(41)

    def word(part: nodes.Name | nodes.Call) -> Size:
        if isinstance(part, nodes.Name):
            return of_name(part.name)
        first = part.arguments[0] if part.arguments else None
        if part.function == "ref" and first is not None:
            return values.get(code_of(first) or "", _DECIMAL)
        if part.function == "param" and str(first) in indicator_set.parameters:
            parameter = indicator_set.parameters[str(first)]
            found = NONE
            for weight in (parameter.value, *parameter.groups.values()):
                found |= Size.of(weight.value) if weight is not None else NONE
            return found
        return of_name(first.name) if part.function == "prev" and isinstance(first, nodes.Name) else _DECIMAL

    return word
