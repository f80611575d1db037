"""Why a criterion got what it got: the branch, the figures, why not the others, and how far the next one is.

All sentences are generated from the rule and the facts, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.scoring.checking import kinds_for
from minhbach.scoring.engine import LeafFacts, PeersOf
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
from minhbach.scoring.model import IndicatorSet, Node, Source
from minhbach.scoring.nearest import Step, next_steps
from minhbach.scoring.results import LeafResult, Result
from minhbach.scoring.rules import BestOf, Relative, Rule, Sum, Tiers
from minhbach.scoring.texts import Text, figure
from minhbach.scoring.wording import (
    fact_in_words,
    in_words,
    points_text,
    quantity,
    rule_lines,
    value_name,
    with_figures,
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
        rule=tuple(rule_lines(node.rule, node, lang)),
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
    date = f"{source.date:%d/%m/%Y}" if source.date and lang == "vi" else (source.date or "")
    parts = [source.document, source.issuer, str(date), source.article]
    return f"{Text('Nguồn', 'Source').in_(lang)}: {', '.join(p for p in parts if p)}."


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
            return Text("{0}/{1} điểm.", "{0} of {1} points.").in_(lang).format(points, maximum)
        if result.state == "missing":
            names = "; ".join(f"“{self._meaning(key)}”" for key in sorted(result.missing))
            return Text("Thiếu số liệu: {0}.", "Missing: {0}.").in_(lang).format(names)
        if result.state == "not_applicable":
            note = f" {result.says.in_(lang)}" if result.says else ""
            return _OUTCOMES[result.outcome].in_(lang).format(points) + note
        said = points + "/" + maximum if result.state == "by_hand" else result.says.in_(lang)
        return _STATES[result.state].in_(lang).format(said)

    def _meaning(self, key: str) -> str:
        if "/" in key:
            return key
        spec = self.node.inputs.get(key.split(".")[0].removesuffix("@previous"))
        return meaning_of(self.node, key, spec).in_(self.lang)

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
        words = in_words(expression, self.node, self.lang)
        worked = with_figures(expression, figures, self.node, self.lang)
        text = f"{name[0].upper()}{name[1:]}: {words} = {worked}"
        text = text if worked == shown else f"{text} = {shown}"
        if result.on_target is not None and self.node.target is not None:
            target = in_words(self.node.target, self.node, self.lang)
            met = Text("đạt", "met") if result.on_target else Text("chưa đạt", "not met")
            text += f". {Text('Chỉ tiêu', 'Target').in_(self.lang)} {target}: {met.in_(self.lang)}"
        return text + "."

    def applied(self, rule: Rule | None, env: LeafFacts, listed: bool = False) -> Iterator[str]:
        """The branch that applied, or in a sum each part's. `listed`: the rule is one item of a sum."""
        lang = self.lang
        match rule:
            case Tiers(tiers):
                for number, tier in enumerate(tiers, 1):
                    if tier.when is None or self._holds(tier.when, env):
                        condition = (
                            Text("các trường hợp còn lại", "all other cases").in_(lang)
                            if tier.when is None
                            else in_words(tier.when, self.node, lang)
                        )
                        if listed and rule.is_item:
                            wanted = in_words(tiers[0].when, self.node, lang)  # type: ignore[arg-type]
                            got = figure(evaluate(tier.points, env), lang)  # type: ignore[arg-type]
                            met = Text("đạt", "met") if tier.when is not None else Text("không đạt", "not met")
                            yield f"{wanted}: {met.in_(lang)}, {got} {Text('điểm', 'points').in_(lang)}."
                            return
                        yield (
                            Text("Áp dụng bậc {0}: {1} → {2}.", "Tier {0} applies: {1} → {2}.")
                            .in_(lang)
                            .format(number, condition, self._worth(tier.points, env))
                        )
                        return
            case Sum(rules):
                for inner in rules:
                    yield from self.applied(inner, env, listed=True)
            case BestOf(rules):
                for inner in rules:
                    yield from self.applied(inner, env)
            case Relative(_, inner):
                yield from self.applied(inner, env.inside(rule))
            case None:
                return
            case _:
                points = getattr(rule, "points", None)
                if points is not None:
                    yield Text("Công thức: {0}.", "Formula: {0}.").in_(lang).format(self._worth(points, env))

    def _worth(self, points: Expression, env: LeafFacts) -> str:
        got = evaluate(points, env)
        assert isinstance(got, Fraction)
        text = points_text(points, self.node, self.lang)
        if isinstance(points, nodes.Number):
            return text
        return f"{in_words(points, self.node, self.lang)} = {figure(got, self.lang)}"

    def not_applied(self, rule: Rule | None, env: LeafFacts, listed: bool = False) -> Iterator[str]:
        """The tiers before the one that applied, each with what did not hold."""
        lang = self.lang
        if isinstance(rule, Sum | BestOf):
            for inner in rule.rules:
                yield from self.not_applied(inner, env, listed=True)
        elif isinstance(rule, Tiers) and not (listed and rule.is_item):
            for number, tier in enumerate(rule.tiers, 1):
                if tier.when is None or self._holds(tier.when, env):
                    return
                because = "; ".join(self.failures(tier.when, env))
                yield (
                    Text("Bậc {0} không áp dụng: {1}.", "Tier {0} does not apply: {1}.")
                    .in_(lang)
                    .format(number, because)
                )

    def _holds(self, condition: Expression, env: LeafFacts) -> bool:
        try:
            return bool(evaluate(condition, env))
        except (MissingFacts, Undefined, Pending):
            return False

    def failures(self, condition: Expression, env: LeafFacts) -> Iterator[str]:
        """What makes a condition false, in words."""
        match condition:
            case nodes.Every(operands):
                for operand in operands:
                    if not self._holds(operand, env):
                        yield from self.failures(operand, env)
            case nodes.Some(operands):
                for operand in operands:
                    yield from self.failures(operand, env)
            case nodes.Comparison(operator, left, right):
                yield (f"{self._with_value(left, env)} {_OPPOSITE[operator]} {self._with_value(right, env)}")
            case _:
                words = in_words(condition, self.node, self.lang)
                yield Text("không đạt {0}", "{0} does not hold").in_(self.lang).format(words)

    def _with_value(self, side: Expression, env: LeafFacts) -> str:
        words = in_words(side, self.node, self.lang)
        if isinstance(side, nodes.Number | nodes.Day):
            return words
        try:
            value = evaluate(side, env)
            kind = kind_of(side, kinds_for(self.set, self.node, in_round=True))
        except (MissingFacts, Undefined, Pending, ExpressionError):
            return words
        spec = self.node.inputs.get(side.name) if isinstance(side, nodes.Name) else None
        shown = fact_in_words(value, spec, self.lang) if spec else quantity(value, kind, self.lang)
        return words if isinstance(value, str) and spec is None else f"{words} ({shown})"

    def step(self, step: Step) -> str:
        lang = self.lang
        gain = f"+{figure(step.gain, lang)}"
        whole = self.node.inputs.get(step.grows)
        changes = [self._change(key, value, step) for key, value in step.changes.items() if key != step.grows]
        text = Text("; ", "; ").in_(lang).join(changes)
        if whole is not None:
            also = Text(" (phát sinh thêm, “{0}” tăng theo)", " (new ones, “{0}” growing with them)")
            text += also.in_(lang).format(whole.title.in_(lang))
        return Text("Để thêm {0} điểm: {1}.", "For {0} points: {1}.").in_(lang).format(gain, text)

    def _change(self, key: str, value: Fact, step: Step) -> str:
        lang = self.lang
        spec = self.node.inputs[key]
        title = f"“{spec.title.in_(lang)}”"
        if step.added is not None:
            before = self.env.facts[key]
            assert isinstance(before, Fraction) and isinstance(value, Fraction)
            word = Text("thêm", "more") if value > before else Text("bớt", "fewer")
            if lang == "vi":
                return f"{word.vi} {figure(step.added, lang)} {title}"
            return f"{figure(step.added, lang)} {word.en} {title}"
        return f"{title}: {fact_in_words(value, spec, lang)}"


_OPPOSITE = {"<": "≥", "<=": ">", ">": "≤", ">=": "<", "==": "≠", "!=": "="}
