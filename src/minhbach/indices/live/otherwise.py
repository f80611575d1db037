"""Counted another way: what a criterion would get under the alternatives to a choice that its set had to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from minhbach.indices.live.facts import PREVIOUS, counted, suppliers
from minhbach.indices.live.scores import LiveEntry
from minhbach.measures.figures import FIGURES, Figure
from minhbach.records.texts import Text
from minhbach.scoring import engine
from minhbach.scoring.results import LeafResult


@dataclass(frozen=True)
class Otherwise:
    """What the criterion would get if the choice had been another: the values of its inputs, and for which of them
    another figure counts."""

    question: Text
    text: Text
    values: dict[str, int]
    changed: dict[str, Figure]
    result: LeafResult


def otherwise(live: LiveEntry, criterion: str, at: datetime | None = None) -> list[Otherwise]:
    """The alternatives that name other figures for this criterion, each scored like the one chosen."""
    node = live.indicator_set.nodes[criterion]
    measured = live.facts.measured.get(criterion, {})
    inputs = {key: one for key, one in suppliers(node).items() if key in measured}
    found = [
        (choice, other, changed)
        for choice in live.indicator_set.choices.values()
        if criterion in choice.criteria
        for other in choice.alternatives
        if (changed := _changed(inputs, other.measures))
    ]
    if not found:
        return []
    names = {name for _choice, _other, changed in found for name in changed.values()}
    now = counted([live.entry], names, at=at)[live.entry.pk]
    then = {}
    if any(key.endswith(PREVIOUS) for _choice, _other, changed in found for key in changed):
        then = counted([live.entry], names, at=at, before=True)[live.entry.pk]
    made = []
    for choice, other, changed in found:
        values = {
            key: counts[name]
            for key, name in changed.items()
            if name in (counts := then if key.endswith(PREVIOUS) else now)
        }
        if len(values) < len(changed):
            continue
        result = _scored(live, criterion, values)
        figures = {key: FIGURES[name] for key, name in changed.items()}
        made.append(Otherwise(choice.question, other.text, {**measured, **values}, figures, result))
    return made


def _changed(inputs: Mapping[str, Figure], measures: Mapping[str, str]) -> dict[str, str]:
    """Input → the other figure, where the alternative names one for the input itself or for its usual figure."""
    named = {}
    for key, one in inputs.items():
        name = measures.get(key.removesuffix(PREVIOUS)) or measures.get(one.key)
        if name and name in FIGURES:
            named[key] = name
    return named


def _scored(live: LiveEntry, criterion: str, values: dict[str, int]) -> LeafResult:
    facts = live.facts.facts
    changed = {**facts.values.get(criterion, {}), **{key: Fraction(n) for key, n in values.items()}}
    result = engine.score(live.indicator_set, replace(facts, values={**facts.values, criterion: changed})).nodes[
        criterion
    ]
    assert isinstance(result, LeafResult)
    return result
