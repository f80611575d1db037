"""Where the expressions of one criterion read: its facts, what it refers to, the parameters of the unit's group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.expressions import MissingFacts, Pending, Undefined, evaluate
from minhbach.scoring.expressions.evaluate import NotAvailable, Value
from minhbach.scoring.facts import NA, Fact
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.results import LeafResult, Result
from minhbach.scoring.rules import Relative


@dataclass
class LeafFacts:
    """Where the expressions of one leaf read: an `Environment` over the unit's facts."""

    indicator_set: IndicatorSet
    node: Node
    facts: Mapping[str, Fact]
    group: str = ""
    results: Mapping[str, Result] = field(default_factory=dict)
    peers: Callable[[Relative], Mapping[str, Value]] | None = None
    _words: Mapping[str, Value] = field(default_factory=dict)

    def is_input(self, name: str) -> bool:
        return name in self.node.inputs

    def fact(self, key: str) -> Fact:
        spec = self.node.inputs[key.removesuffix("@previous")]
        if key not in self.facts:
            raise MissingFacts(frozenset({key}))
        value = self.facts[key]
        if isinstance(value, dict):
            if any(isinstance(count, NotAvailable) for count in value.values()):
                return NA  # a survey without one of its counts is a survey without a result
            if len(value) < len(spec.options):
                raise MissingFacts(frozenset(f"{key}.{option}" for option in spec.options if option not in value))
        return value

    def word(self, name: str) -> Value:
        if name == "value":
            assert self.node.value is not None
            return evaluate(self.node.value, self)
        if name == "maximum":
            if self.node.maximum is None:
                raise Undefined(Text("điểm tối đa chưa rõ", "the maximum is not known"))
            return self.node.maximum
        if name == "minimum":
            return self.node.minimum
        if name in self._words:
            return self._words[name]
        raise Pending

    def inside(self, relative: Relative) -> LeafFacts:
        """The same facts with the words of a `relative` rule. Raises Pending before the round closes.

        A unit whose own value is not known has no place among the others: what is missing is said, not Pending.
        """
        if self.node.value is not None:
            evaluate(self.node.value, self)
        if self.peers is None:
            raise Pending
        return LeafFacts(
            self.indicator_set,
            self.node,
            self.facts,
            self.group,
            self.results,
            self.peers,
            self.peers(relative),
        )

    def ref(self, code: str) -> Value:
        result = self.results.get(code)
        if not isinstance(result, LeafResult) or result.value is None:
            self._explain_unknown(code, result)
        assert isinstance(result, LeafResult) and result.value is not None
        return result.value

    def points(self, code: str) -> Fraction:
        result = self.results.get(code)
        if result is None or result.score is None or not result.is_known:
            self._explain_unknown(code, result)
        assert result is not None and result.score is not None
        return result.score

    def _explain_unknown(self, code: str, result: Result | None) -> None:
        if isinstance(result, LeafResult) and result.state == "missing":
            raise MissingFacts(frozenset(f"{code}/{key}" for key in result.missing))
        if result is not None and result.state == "pending":
            raise Pending
        raise Undefined(
            Text(f"tiêu chí {code} chưa có giá trị để dùng ở đây", f"criterion {code} has no value to use here")
        )

    def parameter(self, name: str) -> Fraction:
        weight = self.indicator_set.parameters[name].of(self.group)
        if weight is None:
            title = self.indicator_set.parameters[name].title
            group = self.indicator_set.groups.get(self.group, Text(self.group))
            if not group:
                raise Undefined(
                    Text(
                        f"đơn vị chưa thuộc nhóm nào nên “{title.vi}” chưa có giá trị",
                        f"the unit has no group, so “{title.in_('en')}” has no value",
                    )
                )
            raise Undefined(
                Text(
                    f"“{title.vi}” không có giá trị cho nhóm “{group.vi}”",
                    f"“{title.in_('en')}” has no value for the group “{group.in_('en')}”",
                )
            )
        return weight.value

    def survey_weights(self, key: str) -> dict[str, Fraction]:
        return {code: option.weight for code, option in self.node.inputs[key].options.items()}
