"""How far the next branch is: the smallest change of the facts that brings more points.

Every step is verified by scoring the changed facts on the exact path; nothing here is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from minhbach.scoring.engine import LeafFacts, score_leaf
from minhbach.scoring.facts import Fact
from minhbach.scoring.results import LeafResult

_FARTHEST = 10**7


@dataclass(frozen=True)
class Step:
    """Changed facts (key → new value) that bring `gain` more points, through `branch`.

    `added` is how many more of `key` that takes, for counts; `grows` names the whole that grows with it (new
    cases), empty when the change is among the cases there are.
    """

    changes: Mapping[str, Fact]
    gain: Fraction
    branch: str
    key: str
    added: Fraction | None = None
    grows: str = ""


def next_steps(env: LeafFacts, result: LeafResult) -> list[Step]:
    """Ways to the next better branch, each by one input (or all unmet conditions), nearest branch first.

    Empty at the maximum and where the points are not known.
    """
    if result.state != "scored" or result.score is None or result.score == env.node.maximum:
        return []
    found = {(step.key, step.branch, step.grows): step for step in _candidates(env, result)}
    # What the cases there are can bring is said first; new cases only where those cannot.
    return sorted(
        (s for s in found.values() if not (s.grows and any(o.key == s.key and not o.grows for o in found.values()))),
        key=lambda s: (s.gain, s.added or 0),
    )


def _candidates(env: LeafFacts, result: LeafResult) -> Iterator[Step]:
    wholes = {spec.part_of for spec in env.node.inputs.values() if spec.part_of}
    flags = {}
    for key, spec in env.node.inputs.items():
        value = env.facts.get(key)
        if spec.type == "bool" and isinstance(value, bool):
            flags[key] = not value
            yield from _try(env, result, {key: not value}, key)
        elif spec.type == "grade":
            for option in spec.options:
                if option != value:
                    yield from _try(env, result, {key: option}, key)
        elif spec.type == "count" and isinstance(value, Fraction):
            if key not in wholes:
                yield from _count(env, result, key, value, +1)
            yield from _count(env, result, key, value, -1) if key not in wholes else ()
            if spec.part_of and isinstance(env.facts.get(spec.part_of), Fraction):
                yield from _count(env, result, key, value, +1, spec.part_of)
    unmet = {key: value for key, value in flags.items() if value}
    if len(unmet) > 1:
        yield from _try(env, result, unmet, " + ".join(unmet))


def _try(
    env: LeafFacts,
    result: LeafResult,
    changes: Mapping[str, Fact],
    key: str,
    added: Fraction | None = None,
    grows: str = "",
) -> Iterator[Step]:
    changed = _score(env, changes)
    assert result.score is not None
    if changed.state == "scored" and changed.score is not None and changed.score > result.score:
        yield Step(changes, changed.score - result.score, changed.branch, key, added, grows)


def _score(env: LeafFacts, changes: Mapping[str, Fact]) -> LeafResult:
    return score_leaf(replace(env, facts={**env.facts, **changes}))


def _count(
    env: LeafFacts, result: LeafResult, key: str, value: Fraction, direction: int, whole: str = ""
) -> Iterator[Step]:
    """The smallest change of a count that reaches a better branch, by doubling and halving."""

    def changes(by: int) -> dict[str, Fact]:
        made: dict[str, Fact] = {key: value + direction * by}
        if whole:
            total = env.facts[whole]
            assert isinstance(total, Fraction)
            made[whole] = total + by
        return made

    def better(by: int) -> bool:
        changed = _score(env, changes(by))
        assert result.score is not None
        return (
            changed.state == "scored"
            and changed.score is not None
            and changed.score > result.score
            and (changed.branch != result.branch or not result.branch)
        )

    limit = _FARTHEST if direction > 0 else int(value)
    outer = env.node.inputs[key].part_of
    if direction > 0 and outer and not whole and isinstance(total := env.facts.get(outer), Fraction):
        limit = int(total - value)
    if limit < 1:
        return
    by = 1
    while by < limit and not better(by):
        by = min(by * 2, limit)
    if not better(by):
        return
    low = by // 2
    while by - low > 1:
        middle = (low + by) // 2
        low, by = (low, middle) if better(middle) else (middle, by)
    yield from _try(env, result, changes(by), key, Fraction(by), whole)
