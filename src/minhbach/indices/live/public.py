"""The live index as everybody may see it, where whoever runs the round chose so (`Round.live_shown`): numbers alone.

What is shown is counted at most every five minutes, by one visitor for all, and holds no rows: neither codes of
dossiers nor anything of people. Where what was declared is not to be shown, neither is a point that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.core.cache import cache
from django.utils import timezone

from minhbach.indices.figures import set_of
from minhbach.indices.live.facts import live_facts
from minhbach.indices.models import Entry, Round
from minhbach.scoring.many import from_units, score_many

FRESH = timedelta(minutes=5)
KEPT = 24 * 60 * 60
"""Seconds for which an older count is shown while a new one is made."""
COUNTING = 60
"""Seconds after which another visitor may count, should the one who began never have ended."""

Shown = Round.LiveShown


@dataclass(frozen=True)
class Criterion:
    """A criterion of a unit: its points, from where its facts come, and what was counted."""

    points: Fraction | None
    maximum: Fraction | None
    source: str
    measured: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """A unit. Of a round that shows what is measured alone, points and maximum are those of the measured criteria."""

    score: Fraction | None
    maximum: Fraction
    criteria: Mapping[str, Criterion]

    @property
    def share(self) -> Fraction | None:
        return self.score / self.maximum if self.score is not None and self.maximum else None


@dataclass(frozen=True)
class Board:
    """The units by entry, as they were counted at a moment."""

    counted_at: datetime
    lines: Mapping[int, Line]


def board(round_: Round) -> Board | None:
    """What is shown of an open round, at most five minutes old if anybody looks; None while it is counted for the first
    time by somebody else."""
    key = f"indices.live.public:{round_.pk}:{round_.live_shown}"
    kept: Board | None = cache.get(key)
    if kept is not None and timezone.now() - kept.counted_at < FRESH:
        return kept
    if not cache.add(f"{key}:counting", True, COUNTING):
        return kept
    try:
        kept = Board(timezone.now(), dict(_lines(round_)))
        cache.set(key, kept, KEPT)
    finally:
        cache.delete(f"{key}:counting")
    return kept


def _lines(round_: Round) -> Iterator[tuple[int, Line]]:
    entries = list(round_.entries.select_related("unit", "set_version").defer("sealed", "parts").order_by("pk"))
    for entry in entries:
        entry.round = round_
    facts = live_facts(entries)
    by_set: dict[int, list[Entry]] = {}
    for entry in entries:
        by_set.setdefault(entry.set_version_id, []).append(entry)
    for members in by_set.values():
        indicator_set = set_of(members[0].set_version)
        own = [facts[entry.pk] for entry in members]
        live = score_many(indicator_set, from_units(indicator_set, [each.facts for each in own]), closed=False)
        leaves = [(leaf, indicator_set.stream_of(leaf)) for leaf in indicator_set.leaves]
        for n, (entry, each) in enumerate(zip(members, own, strict=True)):
            criteria = {
                leaf.id: Criterion(
                    live.node_score(leaf.id, n),
                    live.node_maximum(leaf.id, n),
                    each.source(leaf, stream, live.node_state(leaf.id, n)),
                    each.measured.get(leaf.id, {}),
                )
                for leaf, stream in leaves
                if not leaf.kind
            }
            if round_.live_shown == Shown.WHOLE:
                yield entry.pk, Line(live.score(n), live.maximum(n), criteria)
            else:
                yield entry.pk, _measured_alone(criteria)


def _measured_alone(criteria: Mapping[str, Criterion]) -> Line:
    """The criteria all of whose facts are measured and that have points."""
    kept = {code: one for code, one in criteria.items() if one.source == "measured" and one.points is not None}
    points = [one.points for one in kept.values() if one.points is not None]
    maximum = sum((one.maximum for one in kept.values() if one.maximum is not None), Fraction(0))
    return Line(sum(points, Fraction(0)) if kept else None, maximum, kept)
