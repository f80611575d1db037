"""The exact path: from the facts of a unit to the results of its criteria, its parts and the whole.

Everything is exact (`Fraction`); only the points of a leaf are rounded, and those of a group where the set says so.
What cannot be known is a state, never a 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.scoring.expressions.evaluate import Value
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.results import GroupResult, LeafResult, Result, UnitResult
from minhbach.scoring.rules import Relative
from minhbach.scoring.totals import combine, rounded_group

#: Bumped when a change can alter any published figure.
ENGINE_VERSION = "1"

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
