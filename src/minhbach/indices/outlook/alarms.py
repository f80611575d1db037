"""What is about to fall through a threshold, for the first page: it asks at every visit, so the answer is kept for an
hour. The page of the outlook itself is always drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.core.cache import cache

from minhbach.indices.figures import set_of
from minhbach.indices.models import Entry
from minhbach.indices.outlook import reading
from minhbach.org.dates import today
from minhbach.scoring.model import Node

KEPT = 60 * 60
"""Seconds."""


@dataclass(frozen=True)
class Fall:
    """A criterion with what it earns now, what it would earn, and how often that comes about."""

    criterion: str
    now: Fraction
    then: Fraction
    chance: float

    @property
    def cases(self) -> int:
        return cases(self.chance)

    def node(self, entry: Entry) -> Node:
        return set_of(entry.set_version).nodes[self.criterion]


def cases(chance: float) -> int:
    """Of 10, as people count: never none and never all, for nothing is sure."""
    return max(1, min(9, round(chance * 10)))


def falls(entry: Entry) -> list[Fall]:
    """The falls of an entry, the likeliest first; as they were at most an hour ago."""
    key = f"indices.outlook.falls:{entry.pk}:{entry.set_version_id}:{today()}"
    found = cache.get(key)
    if found is None:
        found = [
            Fall(line.node.id, line.now.score or Fraction(0), line.alarm.points, line.alarm.chance)
            for line in reading.outlook(entry).alarms
            if line.alarm
        ]
        cache.set(key, found, KEPT)
    return found
