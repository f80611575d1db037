"""Live scores: of one unit with every criterion explained, and of all units of a round at once, by the same engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from minhbach.indices import queries
from minhbach.indices.figures import set_of
from minhbach.indices.live.facts import LiveFacts, live_facts
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.scoring import engine
from minhbach.scoring.many import from_units, score_many
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.results import LeafResult, UnitResult


@dataclass(frozen=True)
class Line:
    """A unit on the live board. `sources` says of how many criteria the facts are measured, mixed, declared, survey,
    missing or not_held; `declared` is the self-score, of the facts as they were typed."""

    entry: Entry
    score: Fraction | None
    maximum: Fraction
    sources: Counter[str]
    declared: Fraction | None

    @property
    def share(self) -> Fraction | None:
        return self.score / self.maximum if self.score is not None and self.maximum else None

    @property
    def difference(self) -> Fraction | None:
        """How much the live score is above the self-score."""
        return None if self.score is None or self.declared is None else self.score - self.declared


def board(account: Any, round_: Round, *, at: datetime | None = None) -> tuple[list[Line], int]:
    """The units of a round whose totals the person may see by their own roles, live, by name; and how many units there
    are. What is published does not open it to everybody: it is sealed, and this is counted again.

    As many queries for 200 units as for two.
    """
    found = (
        queries.entries_inside(account)
        .filter(round=round_)
        .select_related("unit")
        .defer("sealed", "parts")
        .order_by("unit__sort_key", "pk")
    )
    entries = []
    for entry in found:
        entry.round = round_
        if queries.sees_whole(account, entry):
            entries.append(entry)
    versions = SetVersion.objects.in_bulk({entry.set_version_id for entry in entries})
    for entry in entries:
        entry.set_version = versions[entry.set_version_id]
    facts = live_facts(entries, at=at)
    lines: dict[int, Line] = {}
    for version in versions.values():
        own = [entry for entry in entries if entry.set_version_id == version.pk]
        lines |= _lines(set_of(version), own, [facts[entry.pk] for entry in own])
    return [lines[entry.pk] for entry in entries], Entry.objects.filter(round=round_).count()


def _lines(indicator_set: IndicatorSet, entries: Sequence[Entry], facts: Sequence[LiveFacts]) -> dict[int, Line]:
    live = score_many(indicator_set, from_units(indicator_set, [each.facts for each in facts]), closed=False)
    differing = [n for n, each in enumerate(facts) if each.measured]
    typed: dict[int, Fraction | None] = {}
    if differing:  # where nothing is measured, what was declared is what counts
        own = from_units(indicator_set, [facts[n].declared for n in differing])
        scored = score_many(indicator_set, own, closed=False)
        typed = {n: scored.score(row) for row, n in enumerate(differing)}
    streams = [(leaf, indicator_set.stream_of(leaf)) for leaf in indicator_set.leaves if not leaf.kind]
    found = {}
    for n, entry in enumerate(entries):
        states = {leaf.id: live.node_state(leaf.id, n) for leaf, _stream in streams}
        sources = Counter(facts[n].source(leaf, stream, states[leaf.id]) for leaf, stream in streams)
        found[entry.pk] = Line(entry, live.score(n), live.maximum(n), sources, typed.get(n, live.score(n)))
    return found


@dataclass(frozen=True)
class LiveEntry:
    """A unit live: its facts and the whole result, beside the result of what was declared alone."""

    entry: Entry
    indicator_set: IndicatorSet
    facts: LiveFacts
    result: UnitResult
    declared: UnitResult

    def leaf(self, criterion: str) -> LeafResult:
        found = self.result.nodes[criterion]
        assert isinstance(found, LeafResult)
        return found

    def source(self, criterion: str) -> str:
        """Where the facts of a criterion come from; missing, where they are not enough to say anything."""
        node = self.indicator_set.nodes[criterion]
        return self.facts.source(node, self.indicator_set.stream_of(node), self.result.nodes[criterion].state)

    def differs(self, criterion: str) -> bool:
        """Whether other figures were declared than those that were measured."""
        typed = self.facts.declared.values.get(criterion, {})
        return any(
            key in typed and typed[key] != measured for key, measured in self.facts.measured.get(criterion, {}).items()
        )


def live_entry(entry: Entry, *, at: datetime | None = None) -> LiveEntry:
    """One unit live, by the exact engine."""
    indicator_set = set_of(entry.set_version)
    facts = live_facts([entry], at=at)[entry.pk]
    return LiveEntry(
        entry,
        indicator_set,
        facts,
        engine.score(indicator_set, facts.facts),
        engine.score(indicator_set, facts.declared),
    )
