"""What if: an entry's figures tried out with others in their place. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.indices import disclosure, figures, profiles, queries, standings
from minhbach.indices.models import Entry
from minhbach.records.texts import Text
from minhbach.scoring import engine
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet, Input, Node
from minhbach.scoring.results import LeafResult, UnitResult

Typed = Mapping[str, Mapping[str, str]]
"""Criterion id → input key → what was typed."""


@dataclass(frozen=True)
class Base:
    """Where a trial starts: the figures of a stage. `leaves` are those the person may try: computable and seen."""

    entry: Entry
    stage: str
    indicator_set: IndicatorSet
    whole: bool
    leaves: list[Node]
    facts: UnitFacts
    typed: Typed
    result: UnitResult


@dataclass(frozen=True)
class Outcome:
    """A criterion now and in the trial. `wrong` tells by input what cannot be taken; the present stays then."""

    node: Node
    now: LeafResult
    then: LeafResult
    wrong: Mapping[str, Text] = field(default_factory=dict)

    @property
    def difference(self) -> Fraction | None:
        if self.now.score is None and self.then.score is None:
            return None
        return (self.then.score or Fraction(0)) - (self.now.score or Fraction(0))


@dataclass(frozen=True)
class Trial:
    outcomes: dict[str, Outcome]
    result: UnitResult
    rank_now: int | None = None
    rank_then: int | None = None
    units: int = 0

    @property
    def changed(self) -> list[Outcome]:
        return [o for o in self.outcomes.values() if o.difference or o.then.state != o.now.state]


def base(account, entry: Entry) -> Base:
    """The figures a trial starts from. Three queries."""
    indicator_set = figures.set_of(entry.set_version)
    whole = queries.sees_whole(account, entry)
    seen = set(indicator_set.nodes) if whole else queries.criteria_visible(account, entry, indicator_set)
    stage = profiles.usual_stage(account, entry)
    stage = "appraisal_2" if stage == standings.FINAL else stage
    rows = queries.scores_at(entry, stage)
    facts = figures.unit_facts(entry, indicator_set, rows)
    leaves = [leaf for leaf in indicator_set.leaves if leaf.id in seen and is_computable(leaf)]
    typed = {row.criterion: row.inputs for row in rows}
    return Base(entry, stage, indicator_set, whole, leaves, facts, typed, engine.score(indicator_set, facts))


def is_computable(leaf: Node) -> bool:
    """Whether figures of this unit alone decide the points."""
    return (
        not leaf.is_unstated and not leaf.is_relative and not leaf.is_monitored and any(True for _ in leaf.fact_keys())
    )


def left_out(start: Base) -> list[Node]:
    """Criteria whose points are not in the totals of a trial: they compare the units, when the round closes."""
    states = ((leaf, start.result.nodes[leaf.id]) for leaf in start.indicator_set.leaves if leaf.is_relative)
    return [leaf for leaf, result in states if isinstance(result, LeafResult) and result.state == "pending"]


def fields_of(leaf: Node) -> list[tuple[str, str, Input | None]]:
    return list(leaf.fact_keys())


def attempt(start: Base, typed: Typed) -> Trial:
    """The result with these figures in place of the present ones; what cannot be taken changes nothing."""
    values = dict(start.facts.values)
    given = dict(start.facts.given)
    wrong: dict[str, dict[str, Text]] = {}
    for leaf in start.leaves:
        if leaf.id not in typed:
            continue
        own = {key: text.strip() for key, text in typed[leaf.id].items() if text.strip()}
        try:
            facts = figures.facts_of(leaf, own).values.get(leaf.id, {})
            if facts == start.facts.values.get(leaf.id, {}):
                continue  # the same figures, however they are written
            values[leaf.id] = facts
            given.pop(leaf.id, None)  # points given by hand belong to the figures they were given for
        except figures.WrongInputs as error:
            wrong[leaf.id] = error.says
    result = _score(start, values, given)
    for leaf in start.leaves:
        found = result.nodes[leaf.id]
        if isinstance(found, LeafResult) and found.state == "error" and leaf.id not in wrong:
            wrong[leaf.id] = {"": found.says}
            values[leaf.id] = start.facts.values.get(leaf.id, {})
    if wrong:
        result = _score(start, values, given)
    outcomes = {
        leaf.id: Outcome(leaf, start.result.nodes[leaf.id], result.nodes[leaf.id], wrong.get(leaf.id, {}))  # type: ignore[arg-type]
        for leaf in start.leaves
    }
    return Trial(outcomes, result)


def _score(start: Base, values: Mapping, given: Mapping) -> UnitResult:
    facts = UnitFacts(start.facts.unit, start.facts.group, dict(values), start.facts.absent, dict(given))
    return engine.score(start.indicator_set, facts)


def ranked(account, start: Base, trial: Trial) -> Trial:
    """The trial with its rank among the group, incomplete ones as they are; only for who sees them all."""
    entry = start.entry
    groups, counts = standings.groups_of(account, entry.round, entry.group)
    members = groups.get(entry.group, [])
    if len(members) < max(2, counts.get(entry.group, 0)) or not entry.is_ranked:
        return trial
    if not all(disclosure.is_comparable(account, each, start.stage) for each in members):
        return trial
    now, then = standings.ranks_with(start.indicator_set, members, start.stage, entry, trial.result)
    return Trial(trial.outcomes, trial.result, now, then, len(members))
