"""Telling cases of a rule: the facts around every threshold, from which `sets check` finds gaps and overlaps.

Every figure a rule mentions is tried exactly, one step below, one step above and half-way to the next one, so a
gap of a single count, such as “above 200” followed by “52 to 199”, is met.
"""

from __future__ import annotations

import datetime
import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from minhbach.scoring.expressions import MissingFacts, Pending, Undefined, evaluate, nodes
from minhbach.scoring.expressions.kinds import code_of
from minhbach.scoring.facts import NA, Fact, contradictions
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.model import IndicatorSet, Input, Node
from minhbach.scoring.references import expressions_of
from minhbach.scoring.results import LeafResult, Result
from minhbach.scoring.rules import Tiers

MOST_CASES = 3000
_WHOLES = (0, 1, 3, 100, 200, 1000)
_STEP = Fraction(1, 10_000)


@dataclass(frozen=True)
class Sample:
    """Cases of one leaf. `is_whole`: every combination of its figures is among them: what none shows is not there."""

    cases: Iterator[LeafFacts]
    is_whole: bool


def sample(indicator_set: IndicatorSet, node: Node, most: int = MOST_CASES) -> Sample:
    """Consistent facts for the leaf, about `most` at most, always the same ones."""
    axes = _axes(node)
    groups = list(indicator_set.applies_to) or [""]
    most = max(most // len(groups), 1)
    is_whole = math.prod(max(len(axis), 1) for axis in axes) <= most
    chosen = ((group, one) for group in groups for one in _some(axes, most))
    return Sample(_consistent(indicator_set, node, chosen), is_whole)


_Axis = list[tuple[str, object]]
"""The values tried of one input: its name with each."""


def _axes(node: Node) -> list[_Axis]:
    numbers, rates, days = _constants(node)
    axes: list[_Axis] = []
    for key, spec in node.inputs.items():
        names = [key, f"{key}@previous"] if spec.previous and _reads_previous(node, key) else [key]
        for name in names:
            axes.append([(name, value) for value in _candidates(spec, numbers, rates, days)])
            if _asks_absent(node, name):
                axes[-1].append((name, NA))
    refs = _referred(node)
    shares = _around(rates, _STEP, Fraction(0), Fraction(1))
    return axes + [[(f"ref:{code}", share) for share in shares] for code in refs]


def _consistent(
    indicator_set: IndicatorSet, node: Node, chosen: Iterable[tuple[str, tuple[tuple[str, object], ...]]]
) -> Iterator[LeafFacts]:
    for group, values in chosen:
        facts: dict[str, Fact] = {}
        results: dict[str, Result] = {}
        for name, value in values:
            if name.startswith("ref:"):
                code = name[4:]
                assert isinstance(value, Fraction)
                results[code] = LeafResult(code, "scored", score=value, maximum=Fraction(1), value=value)
            else:
                facts[name] = value  # type: ignore[assignment]
        if any(True for _ in contradictions(node, facts)):
            continue
        env = LeafFacts(indicator_set, node, facts, group, results)
        if _is_consistent(env):
            yield env


def _is_consistent(env: LeafFacts) -> bool:
    try:
        return all(evaluate(c.must, env) for c in env.node.constraints)
    except (Undefined, Pending, MissingFacts):
        return True


def is_applicable(env: LeafFacts) -> bool:
    try:
        return not any(evaluate(case.when, env) for case in env.node.not_applicable)
    except (Undefined, Pending, MissingFacts):
        return False


def _some(axes: list[_Axis], most: int) -> Iterator[tuple[tuple[str, object], ...]]:
    total = 1
    for axis in axes:
        total *= max(len(axis), 1)
    if total <= most:
        yield from itertools.product(*axes)
        return
    yield tuple(axis[0] for axis in axes)
    yield tuple(axis[-1] for axis in axes)
    dice = random.Random(20260101)  # noqa: S311 - the same cases every time
    seen = set()
    for _ in range(most * 3):
        pick = tuple(dice.randrange(len(axis)) for axis in axes)
        if pick not in seen:
            seen.add(pick)
            yield tuple(axis[n] for axis, n in zip(axes, pick, strict=True))


def _constants(node: Node) -> tuple[set[Fraction], set[Fraction], set[datetime.date]]:
    numbers: set[Fraction] = set()
    rates: set[Fraction] = set()
    days: set[datetime.date] = set()
    for expression in expressions_of(node):
        for part in expression.walk():
            if isinstance(part, nodes.Number):
                (rates if part.is_rate else numbers).add(part.value)
            elif isinstance(part, nodes.Day):
                days.add(part.value)
    return numbers, rates, days


def _around(thresholds: set[Fraction], step: Fraction, low: Fraction, high: Fraction | None) -> list[Fraction]:
    found = {low} | ({high} if high is not None else set())
    ordered = sorted(t for t in thresholds if t >= low and (high is None or t <= high))
    for one, following in zip(ordered, [*ordered[1:], None], strict=False):
        found |= {one - step, one, one + step}
        if following is not None:
            middle = (one + following) / 2
            found.add(middle if step != 1 else Fraction(int(middle)))
    return sorted(f for f in found if f >= low and (high is None or f <= high))


def _candidates(
    spec: Input, numbers: set[Fraction], rates: set[Fraction], days: set[datetime.date]
) -> Sequence[object]:
    top = spec.at_most.value if spec.at_most else None
    match spec.type:
        case "bool":
            return [True, False]
        case "grade":
            return list(spec.options)
        case "date":
            one = datetime.timedelta(days=1)
            return sorted({d + n * one for d in days for n in (-1, 0, 1)}) or [datetime.date(2020, 1, 1)]
        case "survey":
            empty = dict.fromkeys(spec.options, Fraction(0))
            return [{**empty, o: Fraction(10)} for o in spec.options] + [dict.fromkeys(spec.options, Fraction(5))]
        case "rate":
            return list(_around(rates, _STEP, Fraction(0), top or Fraction(1)))
        case "count":
            wholes = {n for n in numbers if n.denominator == 1}
            found = {Fraction(n) for n in _WHOLES} | set(_around(wholes, Fraction(1), Fraction(0), None))
            if spec.part_of:
                shares = _around(rates, _STEP, Fraction(0), Fraction(1))
                for whole in (100, 1000):
                    for share in shares:
                        at = int(share * whole)
                        found |= {Fraction(n) for n in (at - 1, at, at + 1) if 0 <= n <= whole}
            return sorted(f for f in found if top is None or f <= top)
    values = set(_around(numbers, Fraction(1, 100), Fraction(0), top)) | {Fraction(1)}
    return sorted(v for v in values if top is None or v <= top)


def _reads_previous(node: Node, key: str) -> bool:
    return any(
        isinstance(part, nodes.Call) and part.function == "prev" and str(part.arguments[0]) == key
        for expression in expressions_of(node)
        for part in expression.walk()
    )


def _asks_absent(node: Node, name: str) -> bool:
    wanted = f"prev({name.removesuffix('@previous')})" if name.endswith("@previous") else name
    return any(
        isinstance(part, nodes.Call) and part.function == "absent" and str(part.arguments[0]) == wanted
        for expression in expressions_of(node)
        for part in expression.walk()
    )


def _referred(node: Node) -> set[str]:
    return {
        code
        for expression in expressions_of(node)
        for part in expression.walk()
        if isinstance(part, nodes.Call) and part.function in ("ref", "points")
        for code in [code_of(part.arguments[0])]
        if code
    }


def names_in(rule: Tiers) -> set[str]:
    return {
        part.name for expression in rule.expressions() for part in expression.walk() if isinstance(part, nodes.Name)
    }
