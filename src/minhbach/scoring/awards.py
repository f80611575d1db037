"""What a rule gives: its points, exact, and the branch that gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.expressions import Expression, MissingFacts, Undefined, evaluate
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.rules import BestOf, ByFormula, Relative, Rule, Sum, Tiers


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
