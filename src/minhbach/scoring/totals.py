"""How points add up: sums, weighted sums and means, over what is applicable."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from minhbach.records.texts import rounded
from minhbach.scoring.model import Combine, Node, Precision
from minhbach.scoring.results import Result


def combine(how: Combine, children: Sequence[tuple[Node, Result]]) -> tuple[Fraction | None, Fraction | None]:
    """Points and maximum of a group.

    A dropped child (maximum None) leaves both. An unknown child counts in the maximum, not in the points; points
    are None when nothing is known. In a mean only applicable children count, and of these only the scored ones:
    what is merely followed is neither added nor averaged.
    """
    weighted = how.how in ("weighted_sum", "weighted_mean")
    points = maximum = weights = Fraction(0)
    known = applicable = False
    for node, result in children:
        if result.maximum is None:
            continue
        applicable = True
        if _is_followed_only(node, result):
            continue
        weight = node.weight.value if weighted and node.weight else Fraction(1)
        weights += weight
        maximum += weight * result.maximum
        if result.score is not None:
            known = True
            points += weight * result.score
    if not applicable:
        return None, None
    if how.how in ("mean", "weighted_mean") and weights:
        points, maximum = points / weights, maximum / weights
    return (points * how.times if known else None), maximum * how.times


def maximum_of(node: Node) -> Fraction | None:
    """The full mark of a criterion or part: the declared one, else that of what is below it. None: not stated."""
    if node.is_leaf:
        return Fraction(0) if node.is_monitored else node.maximum
    return node.maximum if node.maximum is not None else full_mark(node.combine, node.criteria)


def full_mark(how: Combine, children: Sequence[Node]) -> Fraction | None:
    """The full mark of children together; None when a weight is missing. Unstated maxima are outside."""
    total = weights = Fraction(0)
    for child in children:
        maximum = maximum_of(child)
        if maximum is None:
            continue
        weight = Fraction(1)
        if how.how.startswith("weighted"):
            if child.weight is None:
                return None
            weight = child.weight.value
        total += weight * maximum
        weights += weight
    if how.how in ("mean", "weighted_mean"):
        return total / weights * how.times if weights else None
    return total * how.times


def rounded_group(points: Fraction | None, maximum: Fraction | None, precision: Precision | None) -> Fraction | None:
    """The points of a group as its set rounds them; what rounding alone carries past a maximum such as 20/3 is cut."""
    if points is None or precision is None:
        return points
    found = rounded(points, precision.places, precision.mode)
    return maximum if maximum is not None and points <= maximum < found else found


def _is_followed_only(node: Node, result: Result) -> bool:
    """A monitored criterion, whether or not its facts are there, or a group of nothing else."""
    if node.is_monitored:
        return result.state == "monitored" or not result.is_known
    return result.score is None and result.maximum == 0 and result.is_known
