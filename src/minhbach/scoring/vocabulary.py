"""What the expressions of a leaf may refer to, each thing with its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minhbach.scoring.expressions import ExpressionError, Kinds, kind_of
from minhbach.scoring.model import IndicatorSet, Node, Parameter
from minhbach.scoring.references import in_order, value_codes

_INPUT_KINDS = {"bool": "truth", "date": "day", "external": "number"}


def kinds_for(indicator_set: IndicatorSet, node: Node, *, in_round: bool = False) -> Kinds:
    """What the expressions of a leaf may refer to. Raises ExpressionError for a wrong `value`."""
    return _kinds(indicator_set, node, in_round, indicator_set.value_kinds)


def value_kinds(indicator_set: IndicatorSet) -> dict[str, str]:
    """The kind of the `value` of every leaf that has one, by id; `number` where it is wrong, as is reported there."""
    found: dict[str, str] = {}
    for node in in_order(indicator_set, value_codes):
        if node.value is not None:
            try:
                found[node.id] = _kinds(indicator_set, node, False, found).value or "number"
            except ExpressionError:
                found[node.id] = "number"
    return found


def _kinds(indicator_set: IndicatorSet, node: Node, in_round: bool, values: Mapping[str, str]) -> Kinds:
    """`values` are the kinds of the values known so far; one that is not ends a cycle, reported where it stands."""

    def ref(code: str) -> str | None:
        other = indicator_set.nodes.get(code)
        if other is None or other.value is None or code == node.id:
            return None
        return values.get(code, "number")

    inputs = {
        key: f"grade:{key}" if spec.type == "grade" else _INPUT_KINDS.get(spec.type, spec.type)
        for key, spec in node.inputs.items()
    }
    base = Kinds(
        inputs=inputs,
        grades={key: frozenset(spec.options) for key, spec in node.inputs.items() if spec.type == "grade"},
        previous=frozenset(key for key, spec in node.inputs.items() if spec.previous),
        parameters={
            name: kind
            for name, parameter in indicator_set.parameters.items()
            for kind in [_parameter_kind(parameter)]
            if kind is not None
        },
        ref=ref,
        has_points=lambda code: code in indicator_set.nodes,
        in_round=in_round,
    )
    return base if node.value is None else replace(base, value=kind_of(node.value, base))


def _parameter_kind(parameter: Parameter) -> str | None:
    weights = [w for w in (parameter.value, *parameter.groups.values()) if w is not None]
    if not weights:
        return None
    if weights[0].is_rate:
        return "rate"
    return "count" if all(w.value.denominator == 1 for w in weights) else "number"
