"""Gaps, overlaps, tiers never reached and points beyond the maximum, each shown with a case."""

from __future__ import annotations

from fractions import Fraction

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text, decimal_text, is_terminating, rounded
from minhbach.scoring.awards import apply
from minhbach.scoring.expressions import MissingFacts, Pending, Undefined, evaluate, nodes
from minhbach.scoring.facts import fact_text
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.references import expressions_of
from minhbach.scoring.rules import Relative, Tiers
from minhbach.scoring.sampling import MOST_CASES, is_applicable, sample

#: How much work one rule may make, and all together, in steps of up to two microseconds; below so many cases none goes.
MOST_WORK, MOST_WORK_OF_ALL, FEWEST_CASES = 1_000_000, 20_000_000, 20
_WIDTH = 20
"""Steps that a further input, or a further rule in a sum, costs beside its expressions."""


def work_each(leaves: int) -> int:
    """How much work each of so many rules may make."""
    return min(MOST_WORK, MOST_WORK_OF_ALL // max(1, leaves))


def check_rule(indicator_set: IndicatorSet, node: Node, path: Path, problems: Problems, work: int = MOST_WORK) -> None:
    """Try the rule of one leaf on telling cases and report what does not hold."""
    if node.rule is None or node.is_unstated or any(isinstance(r, Relative) for r in node.rule.walk()):
        return
    tables = [_Table(rule) for rule in node.rule.walk() if isinstance(rule, Tiers)]
    best: Fraction | None = None
    beyond: tuple[LeafFacts, Fraction] | None = None
    zero: LeafFacts | None = None
    found = sample(indicator_set, node, min(MOST_CASES, max(FEWEST_CASES, work // _work(node))))
    for env in found.cases:
        if not is_applicable(env):
            continue
        for table in tables:
            table.try_on(env)
        try:
            points = apply(node.rule, env).points
        except Undefined as error:
            if "denominator" in error.says.en:
                zero = zero or env
            continue
        except (MissingFacts, Pending):
            continue
        best = points if best is None else max(best, points)
        assert node.maximum is not None
        if not node.minimum <= points <= node.maximum and (beyond is None or points > beyond[1]):
            beyond = (env, points)
    place = (*path, "rule")
    for table in tables:
        table.report(node, place, problems, is_whole=found.is_whole)
    if beyond and not (node.clamp or node.kind):  # a bonus or penalty is cut at its own maximum
        _beyond(node, place, problems, *beyond)
    elif found.is_whole and best is not None and node.maximum is not None and best < node.maximum:
        problems.warning(
            "never-full",
            place,
            Text(
                f"cao nhất tìm được là {_shown(best)}, không đạt điểm tối đa {_shown(node.maximum)}",
                f"the best found is {_shown(best)}, which is not the maximum {_shown(node.maximum)}",
            ),
        )
    if zero is not None and not node.left_open:
        problems.note(
            "zero-denominator",
            place,
            Text(
                f"khi {case_text(zero)}: mẫu số bằng 0, trường hợp chưa xác định",
                f"with {case_text(zero)} the denominator is 0 and the case is undefined",
            ),
            Text(
                "khai not_applicable, hoặc ghi left_open nếu văn bản bỏ ngỏ",
                "declare not_applicable, or say left_open if the decision leaves it open",
            ),
        )


def _work(node: Node) -> int:
    """The steps of one case: the parts of every expression, the inputs and rules, and the pairs of tiers held against
    each other."""
    parts = sum(1 for expression in expressions_of(node) for _ in expression.walk())
    assert node.rule is not None
    rules = list(node.rule.walk())
    pairs = sum(len(rule.tiers) ** 2 for rule in rules if isinstance(rule, Tiers))
    return parts + pairs + _WIDTH * (len(node.inputs) + len(rules)) + 10


def _beyond(node: Node, place: Path, problems: Problems, env: LeafFacts, points: Fraction) -> None:
    assert node.maximum is not None
    over = points > node.maximum
    limit = node.maximum if over else node.minimum
    vi, en = ("vượt điểm tối đa", "above the maximum") if over else ("dưới điểm tối thiểu", "below the minimum")
    problems.error(
        "above-maximum" if over else "below-minimum",
        place,
        Text(
            f"{_shown(points)} điểm khi {case_text(env)}, {vi} {_shown(limit)}",
            f"{_shown(points)} points with {case_text(env)}, {en} {_shown(limit)}",
        ),
        Text(
            "sửa điểm hoặc điểm tối đa, thêm constraints, hay khai clamp: true",
            "correct the points or the maximum, add constraints, or declare clamp: true",
        ),
    )


class _Table:
    """What the cases show about one list of tiers."""

    def __init__(self, rule: Tiers):
        self.rule = rule
        self.gap: LeafFacts | None = None
        self.reached: set[int] = set()
        self.tried = 0
        self.together: dict[tuple[int, int], LeafFacts] = {}
        self.alone: set[tuple[int, int]] = set()
        self.measures = [_measured(tier.when) for tier in rule.tiers]

    def try_on(self, env: LeafFacts) -> None:
        held: list[int] = []
        for n, tier in enumerate(self.rule.tiers):
            try:
                if tier.when is None or evaluate(tier.when, env):
                    held.append(n)
            except (Undefined, Pending, MissingFacts):
                if not held:
                    return  # what comes first decides, and this cannot be told
        self.tried += 1
        if not held:
            self.gap = self.gap or env
            return
        self.reached.add(held[0])
        conditions = [n for n in held if self.measures[n] is not None]
        for n in conditions:
            for m in range(len(self.rule.tiers)):
                if m != n and m not in held:
                    self.alone.add((n, m))
        for i, n in enumerate(conditions):
            for m in conditions[i + 1 :]:
                if self.measures[n] != self.measures[m]:
                    continue
                if (n, m) not in self.together and not _same_points(self.rule, n, m, env):
                    self.together[n, m] = env

    def report(self, node: Node, place: Path, problems: Problems, *, is_whole: bool) -> None:
        if self.gap is not None and not node.left_open:
            problems.error(
                "gap",
                place,
                Text(
                    f"không bậc nào nêu trường hợp {case_text(self.gap)}",
                    f"no tier covers {case_text(self.gap)}",
                ),
                Text(
                    "thêm bậc hoặc otherwise; nếu văn bản bỏ ngỏ thì ghi left_open",
                    "add a tier or otherwise; if the decision leaves it open, say so in left_open",
                ),
            )
        elif self.gap is not None:
            problems.note(
                "open-case",
                place,
                Text(
                    f"văn bản bỏ ngỏ, ví dụ {case_text(self.gap)}",
                    f"left open by the decision, for instance {case_text(self.gap)}",
                ),
            )
        for (n, m), env in self.together.items():
            # Nested conditions (≥ 80 % inside ≥ 60 %) are a cascade; only a partial overlap is a slip.
            if (n, m) in self.alone and (m, n) in self.alone:
                problems.error(
                    "overlap",
                    place,
                    Text(
                        f"bậc {n + 1} và bậc {m + 1} cùng đúng khi {case_text(env)}",
                        f"tiers {n + 1} and {m + 1} both hold with {case_text(env)}",
                    ),
                    Text(
                        "sửa để các khoảng không chồng nhau",
                        "correct the intervals so that they do not overlap",
                    ),
                )
        for n in range(len(self.rule.tiers)):
            if is_whole and n not in self.reached and self.tried and self.rule.tiers[n].when is not None:
                problems.warning(
                    "never-reached",
                    place,
                    Text(f"bậc {n + 1} không bao giờ được áp dụng", f"tier {n + 1} never applies"),
                    Text("xếp bậc điểm cao lên trước", "put the higher tier first"),
                )


def _measured(condition: nodes.Expression | None) -> nodes.Expression | None:
    """The one quantity a condition compares with figures (`value` in 60% <= value < 80%); None for any other.

    Only intervals of the same quantity can overlap by a slip. Conditions on different things are tried in order.
    """
    parts = condition.operands if isinstance(condition, nodes.Every) else (condition,)
    found: set[nodes.Expression] = set()
    for part in parts:
        if not isinstance(part, nodes.Comparison):
            return None
        found |= {side for side in (part.left, part.right) if any(isinstance(n, nodes.Name) for n in side.walk())}
    return found.pop() if len(found) == 1 else None


def _same_points(rule: Tiers, n: int, m: int, env: LeafFacts) -> bool:
    try:
        return evaluate(rule.tiers[n].points, env) == evaluate(rule.tiers[m].points, env)
    except (Undefined, Pending, MissingFacts):
        return True


def case_text(env: LeafFacts) -> str:
    """The facts of a case, short enough for one line, with the value they give."""
    shown = []
    for key, value in env.facts.items():
        if isinstance(value, dict):
            shown += [f"{key}.{option} = {fact_text(count)}" for option, count in value.items()]
        else:
            shown.append(f"{key} = {fact_text(value)}")
    text = ", ".join(shown[:6]) + (" …" if len(shown) > 6 else "")
    if env.node.value is not None:
        try:
            value = evaluate(env.node.value, env)
        except (Undefined, Pending, MissingFacts):
            return text
        if isinstance(value, Fraction):
            text += f" (value = {_shown(value)})"
    return text


def _shown(value: Fraction) -> str:
    return decimal_text(value if is_terminating(value) else rounded(value, 4))
