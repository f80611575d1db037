"""Why a criterion got what it got: the branch, the figures, why not the others, and how far the next one is.

All sentences are generated from the rule and the facts, in both languages.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.source import Source
from minhbach.records.texts import Text, figure
from minhbach.scoring.awards import Award, apply
from minhbach.scoring.engine import PeersOf
from minhbach.scoring.expressions import (
    Expression,
    ExpressionError,
    MissingFacts,
    Pending,
    Undefined,
    evaluate,
    kind_of,
    nodes,
)
from minhbach.scoring.facts import Fact, meaning_of
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.nearest import Step, next_steps
from minhbach.scoring.results import LeafResult, Result
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tier, Tiers
from minhbach.scoring.set_wording import citation
from minhbach.scoring.vocabulary import kinds_for
from minhbach.scoring.wording import (
    NO,
    YES,
    fact_in_words,
    in_points,
    in_words,
    quantity,
    rule_lines,
    value_name,
    with_figures,
    with_named_figures,
)


@dataclass(frozen=True)
class Explanation:
    """Everything said about one result, in one language, in reading order."""

    headline: str
    value: str = ""
    applied: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    source: str = ""
    left_open: str = ""
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def lines(self) -> Iterator[str]:
        yield self.headline
        if self.value:
            yield self.value
        yield from self.applied
        yield from self.not_applied
        yield from self.next_steps
        if self.left_open:
            yield self.left_open
        if self.source:
            yield self.source

    def text(self) -> str:
        return " ".join(self.lines())


_STATES = {
    "by_hand": Text("Chấm tay {0}: văn bản không nêu quy tắc.", "Scored by hand, {0}: the decision states no rule."),
    "monitored": Text("Chỉ theo dõi, không tính điểm.", "Monitored, without points."),
    "unstated": Text("Chưa chấm: {0}.", "Not scored: {0}."),
    "undefined": Text("Chưa xác định: {0}.", "Undefined: {0}."),
    "error": Text("Số liệu sai: {0}.", "Wrong figures: {0}."),
    "pending": Text("Tính khi kết thúc đợt chấm điểm.", "Computed when the round closes."),
}
_INSTEAD = Text("Chấm tay {0}, thay cho điểm theo quy tắc.", "Scored by hand, {0}, in place of the rule's points.")
_OUTCOMES = {
    "full_points": Text("Không áp dụng: được điểm tối đa {0}.", "Not applicable: full points {0}."),
    "drop": Text("Không áp dụng: loại khỏi điểm tối đa.", "Not applicable: left out of the maximum."),
    "zero": Text("Không áp dụng: 0 điểm.", "Not applicable: 0 points."),
}


def explain(
    indicator_set: IndicatorSet,
    result: LeafResult,
    results: Mapping[str, Result],
    group: str,
    lang: str,
    peers: PeersOf | None = None,
) -> Explanation:
    """The explanation of one criterion's result in `lang` (vi or en)."""
    node = indicator_set.nodes[result.id]
    about = (lambda rule: peers(node.id, rule)) if peers else None
    env = LeafFacts(indicator_set, node, result.inputs, group, results, about)
    steps = next_steps(env, result) if not node.is_relative else []
    writer = _Writer(indicator_set, node, env, lang)
    return Explanation(
        headline=writer.headline(result),
        value=writer.value(result),
        applied=tuple(writer.applied(node.rule, env)) if result.state == "scored" else (),
        not_applied=tuple(writer.not_applied(node.rule, env)) if result.state == "scored" else (),
        next_steps=tuple(writer.step(s) for s in steps),
        rule=tuple(rule_lines(node.rule, node, lang, indicator_set.parameters)),
        source=source_text(node.source or indicator_set.source, lang),
        left_open=(
            f"{Text('Văn bản bỏ ngỏ', 'Left open by the decision').in_(lang)}: {node.left_open.in_(lang)}"
            if node.left_open and result.state == "undefined"
            else ""
        ),
        steps=tuple(steps),
    )


def source_text(source: Source, lang: str) -> str:
    """A citation on one line."""
    return f"{Text('Nguồn', 'Source').in_(lang)}: {citation(source, lang)}."


class _Writer:
    def __init__(self, indicator_set: IndicatorSet, node: Node, env: LeafFacts, lang: str):
        self.set = indicator_set
        self.node = node
        self.env = env
        self.lang = lang

    def headline(self, result: LeafResult) -> str:
        lang = self.lang
        points = figure(result.score, lang) if result.score is not None else "–"
        maximum = figure(result.maximum, lang) if result.maximum is not None else "–"
        if result.state == "scored":
            says = Text("{0}/{1} điểm.", "{0} of {1} point." if result.maximum == 1 else "{0} of {1} points.")
            return says.in_(lang).format(points, maximum)
        if result.state == "missing":
            names = "; ".join(self._meaning(key) for key in sorted(result.missing))
            return Text("Thiếu số liệu: {0}.", "Missing: {0}.").in_(lang).format(names)
        if result.state == "not_applicable":
            note = f" {result.says.in_(lang)}" if result.says else ""
            return _OUTCOMES[result.outcome].in_(lang).format(points) + note
        said = points + "/" + maximum if result.state == "by_hand" else result.says.in_(lang)
        if result.state == "by_hand" and not self.node.is_unstated:
            return _INSTEAD.in_(lang).format(said)
        return _STATES[result.state].in_(lang).format(said)

    def words(self, expression: Expression) -> str:
        return in_words(expression, self.node, self.lang, self.set.parameters)

    def _meaning(self, key: str) -> str:
        """What a missing fact is; `code/key` is one of another criterion."""
        code, _, key = key.rpartition("/")
        node = self.set.nodes[code] if code else self.node
        spec = node.inputs.get(key.split(".")[0].removesuffix("@previous"))
        name = f"“{meaning_of(node, key, spec).in_(self.lang)}”"
        return f"{name} ({Text('tiêu chí', 'criterion').in_(self.lang)} {code})" if code else name

    def value(self, result: LeafResult) -> str:
        expression = self.node.value
        if expression is None or result.value is None:
            return ""
        try:
            kind = kind_of(expression, kinds_for(self.set, self.node))
        except ExpressionError:
            kind = "number"
        figures = {
            key: fact_in_words(fact, self.node.inputs.get(key.removesuffix("@previous")), self.lang)
            for key, fact in result.inputs.items()
        }
        name = value_name(self.node).in_(self.lang)
        shown = quantity(result.value, kind, self.lang)
        worked = with_figures(expression, figures, self.node, self.lang, self.set.parameters)
        text = f"{name[0].upper()}{name[1:]}: {self.words(expression)} = {worked}"
        text = text if worked == shown or isinstance(expression, nodes.Name) else f"{text} = {shown}"
        if result.on_target is not None and self.node.target is not None:
            target = self.words(self.node.target)
            met = Text("đạt", "met") if result.on_target else Text("chưa đạt", "not met")
            text += f". {Text('Chỉ tiêu', 'Target').in_(self.lang)} {target}: {met.in_(self.lang)}"
        return text + "."

    def applied(self, rule: Rule | None, env: LeafFacts, listed: bool = False) -> Iterator[str]:
        """The branch that applied, or in a sum each part's. `listed`: the rule is one item of a sum."""
        lang = self.lang
        match rule:
            case Tiers(tiers):
                held = next(n for n, tier in enumerate(tiers) if tier.when is None or self._holds(tier.when, env))
                worth = self._worth(tiers[held].points, env)
                if listed and rule.is_item:
                    assert tiers[0].when is not None
                    wanted = tiers[0].label.in_(lang) or self._told(tiers[0].when, env)
                    met = Text("không đạt", "not met") if held else Text("đạt", "met")
                    yield f"{wanted}: {met.in_(lang)}, {worth}."
                else:
                    says = Text("Áp dụng bậc {0}: {1} → {2}.", "Tier {0} applies: {1} → {2}.")
                    yield says.in_(lang).format(held + 1, self._condition(tiers[held], env), worth)
            case ByFormula(points):
                yield Text("Công thức: {0}.", "Formula: {0}.").in_(lang).format(self._worth(points, env))
            case Sum(rules):
                for inner in rules:
                    yield from self.applied(inner, env, listed=True)
            case BestOf(rules):
                best, awards = _best(rules, env)
                says = Text("Chọn phương án {0}, điểm cao nhất: {1}.", "Alternative {0} earns the most: {1}.")
                yield says.in_(lang).format(best + 1, in_points(awards[best].points, lang))
                yield from self.applied(rules[best], env)
            case Relative(_, inner):
                yield from self.applied(inner, env.inside(rule))

    def _condition(self, tier: Tier, env: LeafFacts | None = None) -> str:
        """The condition of a tier; with `env`, the figures it met beside their names."""
        if tier.when is None:
            return Text("các trường hợp còn lại", "all other cases").in_(self.lang)
        return self._told(tier.when, env) if env else self.words(tier.when)

    def _told(self, expression: Expression, env: LeafFacts) -> str:
        """An expression in words, with the figures that the reader has not been told yet."""
        return with_named_figures(expression, lambda e: self._figure(e, env), self.node, self.lang, self.set.parameters)

    def _figure(self, e: Expression, env: LeafFacts) -> str:
        if isinstance(e, nodes.Name) and e.name in ("value", "maximum", "minimum"):  # said before
            return ""
        try:
            value = evaluate(e, env)
        except (ExpressionError, MissingFacts, Undefined, Pending):
            return ""
        told = isinstance(value, Fraction | datetime.date)
        return self._shown(e, env) if told else ""

    def _worth(self, points: Expression, env: LeafFacts) -> str:
        got = evaluate(points, env)
        assert isinstance(got, Fraction)
        worth = in_points(got, self.lang)
        return worth if isinstance(points, nodes.Number | nodes.Negative) else f"{self._told(points, env)} = {worth}"

    def not_applied(self, rule: Rule | None, env: LeafFacts, listed: bool = False) -> Iterator[str]:
        """The tiers before the one that applied, each with what did not hold; the alternatives that earn less."""
        lang = self.lang
        match rule:
            case Sum(rules):
                for inner in rules:
                    yield from self.not_applied(inner, env, listed=True)
            case BestOf(rules):
                best, awards = _best(rules, env)
                yield from self.not_applied(rules[best], env)
                for n, award in enumerate(awards):
                    if n != best:
                        says = Text("Phương án {0} chỉ được {1}.", "Alternative {0} earns only {1}.")
                        if award.points == awards[best].points:
                            says = Text("Phương án {0} cũng được {1}.", "Alternative {0} earns as much: {1}.")
                        yield says.in_(lang).format(n + 1, in_points(award.points, lang))
            case Relative(_, inner):
                yield from self.not_applied(inner, env.inside(rule))
            case Tiers(tiers) if not (listed and rule.is_item):
                for number, tier in enumerate(tiers, 1):
                    if tier.when is None or self._holds(tier.when, env):
                        return
                    because = "; ".join(self.failures(tier.when, env))
                    says = Text("Bậc {0} không áp dụng: {1}.", "Tier {0} does not apply: {1}.")
                    yield says.in_(lang).format(number, because)

    def _holds(self, condition: Expression, env: LeafFacts) -> bool:
        try:
            return bool(evaluate(condition, env))
        except (MissingFacts, Undefined, Pending):
            return False

    def _fails(self, condition: Expression, env: LeafFacts) -> bool:
        """Whether it is known not to hold: beside a condition that fails, others may have no answer."""
        try:
            return not evaluate(condition, env)
        except (MissingFacts, Undefined, Pending):
            return False

    def failures(self, condition: Expression, env: LeafFacts) -> Iterator[str]:
        """What makes a condition false, in words: what is the case instead."""
        lang = self.lang
        match condition:
            case nodes.Every(operands):
                for operand in operands:
                    if self._fails(operand, env):
                        yield from self.failures(operand, env)
            case nodes.Some(operands):
                for operand in operands:
                    yield from self.failures(operand, env)
            case nodes.Comparison(operator, left, right):
                yield self._comparison(operator, left, right, env)
            case nodes.Name():
                yield self._is(condition, NO.in_(lang))
            case nodes.OneOf(left, _):
                yield self._is(left, self._shown(left, env))
            case nodes.Not(nodes.Name() as flag):
                yield self._is(flag, YES.in_(lang))
            case nodes.Not(operand):
                yield self.words(operand)
            case nodes.Call("absent", _):
                yield self.words(nodes.Not(condition))
            case _:
                yield Text("không đạt {0}", "{0} does not hold").in_(lang).format(self.words(condition))

    def _is(self, what: Expression, shown: str) -> str:
        return f"{self.words(what)} {Text('là', 'is').in_(self.lang)} “{shown}”"

    def _comparison(self, operator: str, left: Expression, right: Expression, env: LeafFacts) -> str:
        a, b = evaluate(left, env), evaluate(right, env)
        if isinstance(a, str):  # a grade
            return self._is(left, self._shown(left, env))
        opposite = _OPPOSITE[operator]
        if operator == "==" and not isinstance(a, bool):
            opposite = "<" if a < b else ">"  # type: ignore[operator]
        shown_left, shown_right = self._shown(left, env), self._shown(right, env)
        if shown_left == shown_right and a != b:
            shown_left, shown_right = self._shown(left, env, exact=True), self._shown(right, env, exact=True)
        return f"{self._with(left, shown_left)} {opposite} {self._with(right, shown_right)}"

    def _with(self, side: Expression, shown: str) -> str:
        words = self.words(side)
        return shown if isinstance(side, nodes.Number | nodes.Day) else f"{words} ({shown})"

    def _shown(self, side: Expression, env: LeafFacts, exact: bool = False) -> str:
        """The value of one side as people read it; `exact` with as many decimals as tell it from a neighbour."""
        value = evaluate(side, env)
        named = side.arguments[0] if isinstance(side, nodes.Call) and side.function == "prev" else side
        spec = self.node.inputs.get(named.name) if isinstance(named, nodes.Name) else None
        if spec is not None and not exact:
            return fact_in_words(value, spec, self.lang)
        try:
            kind = kind_of(side, kinds_for(self.set, self.node, in_round=True))
        except ExpressionError:
            kind = "number"
        return quantity(value, kind, self.lang, 12 if exact else None)

    def step(self, step: Step) -> str:
        lang = self.lang
        changes = [self._change(key, value) for key, value in step.changes.items() if key != step.grows]
        text = Text(" và ", " and ").in_(lang).join(changes)
        if step.grows:
            also = Text(" (“{0}” tăng theo)", " (“{0}” growing with them)")
            text += also.in_(lang).format(self.node.inputs[step.grows].title.in_(lang))
        reached = self._reached(step)
        says = Text("Nếu {0} thì được thêm {1}{2}.", "With {0}: +{1}{2}.")
        return says.in_(lang).format(text, in_points(step.gain, lang), f" ({reached})" if reached else "")

    def _reached(self, step: Step) -> str:
        """The tier a step leads to, when the rule is one list of tiers."""
        rule = self.node.rule
        if not isinstance(rule, Tiers):
            return ""
        number = len(rule.tiers) if step.branch == "otherwise" else int(step.branch)
        tier = Text("bậc {0}: {1}", "tier {0}: {1}").in_(self.lang)
        return tier.format(number, self._condition(rule.tiers[number - 1]))

    def _change(self, key: str, value: Fact) -> str:
        lang = self.lang
        spec = self.node.inputs[key]
        title = f"“{spec.title.in_(lang)}”"
        before = self.env.facts[key]
        if spec.type == "count" and isinstance(before, Fraction) and isinstance(value, Fraction):
            more = Text("có thêm {0} {1}", "{0} more {1}")
            fewer = Text("bớt {0} {1}", "{0} fewer {1}")
            if title.lower().startswith(("“số ", "“tổng số ", "“number of ")):  # a number goes up or down by itself
                more = Text("{1} tăng {0}", "{1} higher by {0}")
                fewer = Text("{1} giảm {0}", "{1} lower by {0}")
            says = (more if value > before else fewer).in_(lang)
            return says.format(figure(abs(value - before), lang), title)
        if spec.type == "rate":
            return Text("{0} là {1}", "{0} at {1}").in_(lang).format(title, fact_in_words(value, spec, lang))
        return Text("{0} là “{1}”", "{0} being “{1}”").in_(lang).format(title, fact_in_words(value, spec, lang))


def _best(rules: tuple[Rule, ...], env: LeafFacts) -> tuple[int, list[Award]]:
    awards = [apply(rule, env) for rule in rules]
    return max(range(len(awards)), key=lambda n: awards[n].points), awards


_OPPOSITE = {"<": "≥", "<=": ">", ">": "≤", ">=": "<", "==": "≠", "!=": "="}
