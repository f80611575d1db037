"""What a criterion would earn if more, or fewer, of the rows to come were such: the steps worth naming.

The points are those of a function that is given (the engine's); nothing is known here of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

Scored = tuple[Fraction, str] | None
"""Points and the branch of the rule that gave them; None where the case cannot be scored."""

STEPS = 24
"""Between two bounds so many places are looked at; a change of branch is found to the row."""


@dataclass(frozen=True)
class Place:
    """So many rows bring so many points, by this branch."""

    rows: int
    points: Fraction
    branch: str


def places(score: Callable[[int], Scored], lowest: int, highest: int) -> list[Place]:
    """The places from `lowest` to `highest` rows at which the points rise, fewest rows first: every change of branch,
    and some between where the points grow with each row. The first is what the lowest brings."""
    found: list[Place] = []
    for place in sorted(_looked_at(_remembered(score), lowest, highest), key=lambda place: place.rows):
        if not found or place.points > found[-1].points:
            found.append(place)
    return found


def _remembered(score: Callable[[int], Scored]) -> Callable[[int], Place | None]:
    known: dict[int, Place | None] = {}

    def at(rows: int) -> Place | None:
        if rows not in known:
            scored = score(rows)
            known[rows] = Place(rows, *scored) if scored is not None else None
        return known[rows]

    return at


def _looked_at(at: Callable[[int], Place | None], lowest: int, highest: int) -> Iterator[Place]:
    span = highest - lowest
    marks = sorted({lowest + span * step // STEPS for step in range(STEPS + 1)}) if span > 0 else [lowest]
    before: int | None = None
    for mark in marks:
        here = at(mark)
        if here is not None:
            yield here
        if before is not None:
            yield from _turns(at, before, mark)
        before = mark


def _turns(at: Callable[[int], Place | None], low: int, high: int) -> Iterator[Place]:
    """The first place of each branch between two marks, by halving."""
    if high - low < 2 or _branch(at(low)) == _branch(at(high)):
        return
    middle = (low + high) // 2
    if (found := at(middle)) is not None:
        yield found
    yield from _turns(at, low, middle)
    yield from _turns(at, middle, high)


def _branch(place: Place | None) -> str | None:
    return place.branch if place is not None else None
