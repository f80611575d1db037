"""How far the next branch is: the smallest change of the facts that brings more points.

Every step is verified by scoring the changed facts on the exact path; nothing here is an estimate.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from minhbach.scoring.facts import Fact
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.results import LeafResult

_FARTHEST = 10**7
_FINEST_RATE = Fraction(1, 10_000)
_MOST_FLAGS = 6


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
    """Ways to the next better branch, each by one input, nearest first; by several where no single one will do.

    Where no branch is better but the points grow with a count, the step of one more is given. Empty at the maximum
    and where the points are not known.
    """
    if result.state != "scored" or result.score is None or result.score == env.node.maximum:
        return []
    if env.node.kind == "penalty":  # more points here are points taken away
        return []
    search = _Search(env, result)
    steps = list(search.single())
    if not any(env.node.inputs[step.key].type == "bool" for step in steps):
        steps += search.flags_together()
    if not steps:
        steps = list(search.with_flags())
    found = {(step.key, step.branch, step.grows): step for step in steps}
    # What the cases there are can bring is said first; new cases only where those cannot.
    within = {step.key for step in found.values() if not step.grows}
    return sorted(
        (step for step in found.values() if not (step.grows and step.key in within)),
        key=lambda s: (s.gain, s.added or 0),
    )


class _Search:
    """The facts of one criterion and what they earn, to be beaten."""

    def __init__(self, env: LeafFacts, result: LeafResult):
        assert result.score is not None
        self.env = env
        self.score = result.score
        self.branch = result.branch
        self.inputs = env.node.inputs
        self.wholes = {spec.part_of for spec in self.inputs.values() if spec.part_of}

    def single(self) -> Iterator[Step]:
        for key in self.inputs:
            yield from self._of(key, {})

    def flags_together(self) -> list[Step]:
        """The fewest flags that bring more points only together."""
        for size in range(2, len(self._flags()) + 1):
            found = [step for base in self._turned(size) for step in self._try(base, " + ".join(base))]
            if found:
                return found
        return []

    def with_flags(self) -> list[Step]:
        """The fewest flags that let one other input bring more points."""
        others = [key for key, spec in self.inputs.items() if spec.type != "bool"]
        for size in range(1, len(self._flags()) + 1):
            found = [step for base in self._turned(size) for key in others for step in self._of(key, base)]
            if found:
                return found
        return []

    def _turned(self, size: int) -> Iterator[dict[str, Fact]]:
        for keys in itertools.combinations(self._flags()[:_MOST_FLAGS], size):
            yield {key: not self.env.facts[key] for key in keys}

    def _flags(self) -> list[str]:
        return [k for k, s in self.inputs.items() if s.type == "bool" and isinstance(self.env.facts.get(k), bool)]

    def _of(self, key: str, base: Mapping[str, Fact]) -> Iterator[Step]:
        """Steps by one input, on top of the changes of `base`."""
        spec, value = self.inputs[key], self.env.facts.get(key)
        if spec.type == "bool" and isinstance(value, bool):
            yield from self._try({**base, key: not value}, key)
        elif spec.type == "grade":
            for option in spec.options:
                if option != value:
                    yield from self._try({**base, key: option}, _joined(base, key))
        elif spec.type == "rate" and isinstance(value, Fraction):
            yield from self._rate(key, value, base)
        elif spec.type == "count" and isinstance(value, Fraction) and key not in self.wholes:
            yield from self._count(key, value, +1, base)
            yield from self._count(key, value, -1, base)
            if spec.part_of and isinstance(self.env.facts.get(spec.part_of), Fraction):
                yield from self._count(key, value, +1, base, spec.part_of)
        elif spec.type == "count" and isinstance(value, Fraction) and self.inputs[key].part_of:
            # A part that has parts itself can grow among the cases there are.
            yield from self._count(key, value, +1, base)

    def _try(
        self, changes: Mapping[str, Fact], key: str, added: Fraction | None = None, grows: str = ""
    ) -> Iterator[Step]:
        changed = self._score(changes)
        if changed.state == "scored" and changed.score is not None and changed.score > self.score:
            yield Step(changes, changed.score - self.score, changed.branch, key, added, grows)

    def _score(self, changes: Mapping[str, Fact]) -> LeafResult:
        return score_leaf(replace(self.env, facts={**self.env.facts, **changes}))

    def _is_better(self, changes: Mapping[str, Fact], elsewhere: bool) -> bool:
        changed = self._score(changes)
        return (
            changed.state == "scored"
            and changed.score is not None
            and changed.score > self.score
            and not (elsewhere and changed.branch == self.branch)
        )

    def _rate(self, key: str, value: Fraction, base: Mapping[str, Fact]) -> Iterator[Step]:
        """The nearest better rate, to a hundredth of a percent."""
        if not self.branch:
            return
        spec = self.inputs[key]
        top = spec.at_most.value if spec.at_most else Fraction(1)
        grid = value // _FINEST_RATE
        for direction, limit in ((1, int(top / _FINEST_RATE) - grid), (-1, grid)):

            def changes(by: int, direction: int = direction) -> dict[str, Fact]:
                return {**base, key: (grid + direction * by) * _FINEST_RATE}

            by = _smallest(lambda n, changes=changes: self._is_better(changes(n), True), limit)  # type: ignore[misc]
            if by is not None:
                yield from self._try(changes(by), _joined(base, key))

    def _count(
        self, key: str, value: Fraction, direction: int, base: Mapping[str, Fact], whole: str = ""
    ) -> Iterator[Step]:
        """The smallest change of a count that reaches a better branch, or one more where the points just grow."""

        def changes(by: int) -> dict[str, Fact]:
            made: dict[str, Fact] = {**base, key: value + direction * by}
            if whole:
                total = self.env.facts[whole]
                assert isinstance(total, Fraction)
                made[whole] = total + by
            return made

        limit = int(value) if direction < 0 else self._room(key, whole)
        if limit < 1:
            return
        by = _smallest(lambda n: self._is_better(changes(n), bool(self.branch)), limit)
        if by is None and self._is_better(changes(1), False):
            by = 1
        if by is not None:
            yield from self._try(changes(by), _joined(base, key), Fraction(by), whole)

    def _room(self, key: str, whole: str) -> int:
        """How far a count can grow before it contradicts the others or its own largest value."""
        rooms = [_FARTHEST]
        for name in (key, whole) if whole else (key,):
            spec, value = self.inputs[name], self.env.facts[name]
            assert isinstance(value, Fraction)
            if spec.at_most is not None:
                rooms.append(int(spec.at_most.value - value))
            total = self.env.facts.get(spec.part_of)
            if isinstance(total, Fraction) and spec.part_of != whole:
                rooms.append(int(total - value))
        return min(rooms)


def _joined(base: Mapping[str, Fact], key: str) -> str:
    return " + ".join([*base, key])


def _smallest(holds: Callable[[int], bool], limit: int) -> int | None:
    """The smallest number from 1 to `limit` at which a condition begins to hold, by doubling and halving."""
    if limit < 1:
        return None
    by = 1
    while by < limit and not holds(by):
        by = min(by * 2, limit)
    if not holds(by):
        return None
    low = by // 2
    while by - low > 1:
        middle = (low + by) // 2
        low, by = (low, middle) if holds(middle) else (middle, by)
    return by
