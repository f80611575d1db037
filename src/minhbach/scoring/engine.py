"""The exact path: from the facts of a unit to the result of every criterion.

Everything is exact (`Fraction`); only the points of a leaf are rounded, and those of a group where the set says so.
What cannot be known is a state, never a 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from minhbach.scoring.expressions import Expression, MissingFacts, Pending, Undefined, evaluate
from minhbach.scoring.expressions.evaluate import NotAvailable, Value
from minhbach.scoring.facts import NA, Fact, UnitFacts, contradictions
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.results import GroupResult, LeafResult, Result, UnitResult
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers
from minhbach.scoring.texts import Text, decimal_text, rounded
from minhbach.scoring.totals import combine, rounded_group
from minhbach.scoring.wording import in_words

#: Bumped when a change can alter any published figure.
ENGINE_VERSION = "1"


@dataclass(frozen=True)
class Peers:
    """The values of one criterion over the units compared, for `relative` rules."""

    values: Mapping[str, Fraction]

    def words(self, unit: str) -> dict[str, Value]:
        """What the inner rule may read. `position` 1 is the highest value; equal values share it."""
        if unit not in self.values:
            raise Pending
        values = list(self.values.values())
        own = self.values[unit]
        return {
            "highest": max(values),
            "lowest": min(values),
            "mean": sum(values, Fraction(0)) / len(values),
            "position": Fraction(1 + sum(v > own for v in values)),
            "units": Fraction(len(values)),
        }


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


@dataclass(frozen=True)
class Award:
    """What a rule gives: points and the branch that gave them."""

    points: Fraction
    branch: str = ""


def apply(rule: Rule, env: LeafFacts) -> Award:
    """The points of a rule. Raises MissingFacts, Undefined or Pending."""
    match rule:
        case Tiers(tiers):
            for number, tier in enumerate(tiers, 1):
                if tier.when is None:
                    return Award(_points(tier.points, env), "otherwise")
                if evaluate(tier.when, env):
                    return Award(_points(tier.points, env), str(number))
            raise Undefined(Text("không bậc điểm nào nêu trường hợp này", "no tier of the rule covers this case"))
        case ByFormula(points):
            return Award(_points(points, env))
        case Sum(rules):
            awards = _all_of(rules, env)
            return Award(sum((a.points for a in awards), Fraction(0)), "+".join(a.branch or "·" for a in awards))
        case BestOf(rules):
            awards = _all_of(rules, env)
            best = max(range(len(awards)), key=lambda n: awards[n].points)
            inner = awards[best].branch
            return Award(awards[best].points, f"{best + 1}.{inner}" if inner else str(best + 1))
        case Relative(_, inner_rule):
            return apply(inner_rule, env.inside(rule))
    raise Undefined(Text("văn bản không nêu quy tắc", "the decision states no rule"))


def _points(expression: Expression, env: LeafFacts) -> Fraction:
    value = evaluate(expression, env)
    assert isinstance(value, Fraction)
    return value


def _all_of(rules: Sequence[Rule], env: LeafFacts) -> list[Award]:
    awards = []
    missing: frozenset[str] = frozenset()
    for rule in rules:
        try:
            awards.append(apply(rule, env))
        except MissingFacts as error:
            missing |= error.inputs
    if missing:
        raise MissingFacts(missing)
    return awards


def broken_constraints(env: LeafFacts) -> Iterator[tuple[Expression, Text]]:
    """The constraints that the facts do not meet, each with what to say."""
    for constraint in env.node.constraints:
        try:
            if evaluate(constraint.must, env):
                continue
        except (MissingFacts, Undefined, Pending):
            continue  # what is missing is reported by the rule that needs it
        vi, en = (in_words(constraint.must, env.node, lang) for lang in ("vi", "en"))
        says = constraint.says or Text(f"số liệu phải bảo đảm {vi}", f"the figures must meet {en}")
        yield constraint.must, says


def score_leaf(env: LeafFacts) -> LeafResult:
    """The result of one leaf; never raises for facts, however wrong."""
    node, facts = env.node, env.facts
    wrong = list(contradictions(node, facts))
    if wrong:
        return _leaf(env, "error", says=wrong[0][1])
    for _, says in broken_constraints(env):
        return _leaf(env, "error", says=says)
    if node.is_unstated:
        return _by_hand(env)
    try:
        for case in node.not_applicable:
            if evaluate(case.when, env):
                return _not_applicable(env, case.outcome, case.note)
        if node.rule is None:
            return _monitored(env)
        award = apply(node.rule, env)
    except MissingFacts as error:
        return _leaf(env, "missing", missing=error.inputs)
    except Undefined as error:
        return _leaf(env, "undefined", says=error.said(lambda about, lang: in_words(about, node, lang)))
    except Pending:
        return _leaf(env, "pending")
    rounding = env.indicator_set.rounding.points
    points = rounded(award.points, rounding.places, rounding.mode)
    maximum = node.maximum
    assert maximum is not None
    # A bonus or penalty is cut at its own maximum; so is what rounding alone carries past a maximum such as 20/3.
    step = Fraction(1, 10**rounding.places)
    if node.clamp or node.kind or node.minimum // step * step <= points <= -(-maximum // step) * step:
        points = min(max(points, node.minimum), maximum)
    else:
        return _leaf(
            env,
            "error",
            says=Text(
                f"quy tắc cho {decimal_text(points)} điểm, ngoài khoảng {_scale(node.minimum, maximum)}",
                f"the rule gives {decimal_text(points)} points, outside {_scale(node.minimum, maximum)}",
            ),
        )
    return _leaf(env, "scored", score=points, branch=award.branch)


def _leaf(env: LeafFacts, state: str, **found: object) -> LeafResult:
    value, on_target = None, None
    if env.node.value is not None:
        value = _or_none(env.node.value, env)
    if env.node.target is not None:
        on_target = _or_none(env.node.target, env)
    return LeafResult(
        **{  # type: ignore[arg-type]
            "id": env.node.id,
            "state": state,
            "maximum": env.node.maximum,
            "inputs": dict(env.facts),
            "value": value,
            "on_target": on_target,
            **found,
        }
    )


def _scale(minimum: Fraction, maximum: Fraction) -> str:
    return f"{decimal_text(minimum)}–{decimal_text(maximum)}"


def _or_none(expression: Expression, env: LeafFacts) -> Value | None:
    try:
        return evaluate(expression, env)
    except (MissingFacts, Undefined, Pending):
        return None


def _by_hand(env: LeafFacts) -> LeafResult:
    points = env.facts.get("points")
    maximum = env.node.maximum if env.node.maximum is not None else env.facts.get("maximum")
    if not isinstance(points, Fraction) or not isinstance(maximum, Fraction):
        given = isinstance(points, Fraction)
        return _leaf(
            env,
            "unstated",
            says=Text(
                "văn bản không nêu quy tắc" + (" và điểm tối đa: nhập cả điểm tối đa" if given else ""),
                "the decision states no rule" + (" and no maximum: enter the maximum too" if given else ""),
            ),
        )
    if not env.node.minimum <= points <= maximum:
        return _leaf(
            env,
            "error",
            says=Text(
                f"điểm chấm tay {decimal_text(points)} ngoài khoảng {_scale(env.node.minimum, maximum)}",
                f"the points given by hand, {decimal_text(points)}, are outside {_scale(env.node.minimum, maximum)}",
            ),
        )
    return _leaf(env, "by_hand", score=points, maximum=maximum)


def _monitored(env: LeafFacts) -> LeafResult:
    if env.node.value is not None:
        evaluate(env.node.value, env)  # raises what is missing or undefined
    return _leaf(env, "monitored", score=Fraction(0), maximum=Fraction(0))


def _not_applicable(env: LeafFacts, outcome: str, note: Text) -> LeafResult:
    maximum = env.node.maximum
    score: Fraction | None = Fraction(0)
    if outcome == "full_points":
        score = maximum
    elif outcome == "drop":
        score = maximum = None
    return _leaf(env, "not_applicable", score=score, maximum=maximum, outcome=outcome, says=note)


PeersOf = Callable[[str, Relative], Mapping[str, Value]]


def score(indicator_set: IndicatorSet, facts: UnitFacts, peers: PeersOf | None = None) -> UnitResult:
    """The result of one unit. `peers(criterion, rule)` gives the words of relative rules at the round's close."""
    group = facts.group or (indicator_set.applies_to[0] if len(indicator_set.applies_to) == 1 else "")
    results: dict[str, Result] = {}
    absent = {leaf.id for block in facts.absent for leaf in indicator_set.nodes[block].walk() if leaf.is_leaf}
    for node in indicator_set.order:
        if node.id in absent:
            results[node.id] = LeafResult(
                node.id, "not_applicable", outcome="drop", says=Text("không tổ chức", "not held")
            )
            _add_complete_groups(indicator_set, node, results)
            continue
        about = (lambda rule, code=node.id: peers(code, rule)) if peers else None
        env = LeafFacts(indicator_set, node, facts.values.get(node.id, {}), group, results, about)
        result = score_leaf(env)
        if node.id in facts.given:
            given = facts.given[node.id]
            result = replace(result, state="by_hand", score=given, maximum=node.maximum or result.maximum)
        results[node.id] = result
        _add_complete_groups(indicator_set, node, results)
    for top in indicator_set.criteria:
        _add_group(indicator_set, top, results)
    return _total(indicator_set, facts.unit, group, results)


def _add_complete_groups(indicator_set: IndicatorSet, node: Node, results: dict[str, Result]) -> None:
    """Totals of the groups that end with this leaf, so that a later `points()` can read them."""
    parent = indicator_set.parents.get(node.id)
    while parent is not None and all(child.id in results for child in indicator_set.nodes[parent].criteria):
        results[parent] = group_result(indicator_set, indicator_set.nodes[parent], results)
        parent = indicator_set.parents.get(parent)


def _add_group(indicator_set: IndicatorSet, node: Node, results: dict[str, Result]) -> None:
    if node.is_leaf or node.id in results:
        return
    for child in node.criteria:
        _add_group(indicator_set, child, results)
    results[node.id] = group_result(indicator_set, node, results)


def group_result(indicator_set: IndicatorSet, node: Node, results: Mapping[str, Result]) -> GroupResult:
    """The result of a group from those of its children."""
    children = [(child, results[child.id]) for child in node.criteria]
    points, maximum = combine(node.combine, children)
    points = rounded_group(points, maximum, indicator_set.rounding.groups)
    open_ = _open(children)
    state = "incomplete" if open_ else "scored"
    if all(result.state == "not_applicable" and result.maximum is None for _, result in children):
        state = "not_applicable"
    return GroupResult(node.id, state, points, maximum, open_)


def _open(children: Sequence[tuple[Node, Result]]) -> tuple[str, ...]:
    found: list[str] = []
    for child, result in children:
        if isinstance(result, GroupResult):
            found += result.open_
        elif not result.is_known and not (child.is_monitored or (child.is_unstated and child.maximum is None)):
            # A monitored criterion has no points; an unstated one without a maximum lies outside the scale
            # until a person gives both.
            found.append(child.id)
    return tuple(found)


def _total(indicator_set: IndicatorSet, unit: str, group: str, results: dict[str, Result]) -> UnitResult:
    children = [(top, results[top.id]) for top in indicator_set.criteria]
    points, maximum = combine(indicator_set.combine, children)
    open_ = list(_open(children))
    amounts = {"bonus": Fraction(0), "penalty": Fraction(0)}
    for adjustment in indicator_set.adjustments:
        result = results[adjustment.id]
        if result.score is not None and result.is_known:
            amounts[adjustment.kind] += result.score
        elif not result.is_known and _is_begun(result):
            open_.append(adjustment.id)
    if points is not None:
        points += amounts["bonus"] - amounts["penalty"]
    state = "incomplete" if open_ else "scored"
    return UnitResult(
        unit,
        group,
        points,
        maximum or Fraction(0),
        state,
        results,
        tuple(open_),
        amounts["bonus"],
        amounts["penalty"],
    )


def _is_begun(result: Result) -> bool:
    """A bonus or penalty nobody claimed is not an omission; one half filled in is."""
    return isinstance(result, LeafResult) and (bool(result.inputs) or result.state == "pending")
