"""How the live index went: what it said at the end of a handful of days of the round so far.

Every figure is the one that the page of that day shows (`?on=`): rows by their dated facts, declarations as the trail
has them. To count a past day all its rows are read, so what was counted is kept for a day: only what comes in later
with an earlier date can change it, as that of a mirrored system may.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import takewhile
from typing import Generic, TypeVar

from django.core.cache import cache
from django.utils import timezone

from minhbach.indices.live.scores import board, live_entry
from minhbach.indices.models import Entry, Round
from minhbach.org.dates import today
from minhbach.org.permissions import SYSTEM

What = TypeVar("What")

KEPT = timedelta(days=1)
RENEWED = timedelta(hours=12)
"""After so long the daily work counts them anew, so that nobody waits for the past days of a round."""
MONTHS = 3
"""Of fewer months that are over, the ends of weeks are taken."""


def days_of(round_: Round, until: date | None = None) -> list[date]:
    """The ends of the months that are over, of a short time the ends of weeks, and of a period that is over its last
    day; with `until` none after that past day, which is then the last."""
    first, last = round_.period
    end = min(last, until or last, today() - timedelta(days=1))
    if end < first:
        return []
    found = list(takewhile(lambda day: day <= end, _months(first)))
    if len(found) < MONTHS:
        found = list(takewhile(lambda day: day <= end, _weeks(first)))
    is_last = end in (last, until)
    return [*found, end] if is_last and end not in found else found


def _months(day: date) -> Iterator[date]:
    """The last days of months, for ever."""
    while True:
        day = day.replace(day=monthrange(day.year, day.month)[1])
        yield day
        day += timedelta(days=1)


def _weeks(day: date) -> Iterator[date]:
    """Sundays, for ever."""
    day += timedelta(days=6 - day.weekday())
    while True:
        yield day
        day += timedelta(days=7)


@dataclass(frozen=True)
class Said:
    """What the live index said of a unit at the end of a day: in all, and by criterion its points and its measured
    counts."""

    score: Fraction | None
    points: Mapping[str, Fraction | None] = field(default_factory=dict)
    measured: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Days(Generic[What]):
    """What was said, by day. `counted_at`: when the oldest of it was counted."""

    by_day: Mapping[date, What]
    counted_at: datetime | None


def renew() -> None:
    """Count the past days of open rounds anew, where they were not counted for half a day (`minhbach tick`)."""
    for round_ in Round.objects.filter(status=Round.Status.OPEN).order_by("pk"):
        of_round(round_, days_of(round_), oldest=RENEWED)


def of_round(round_: Round, days: Sequence[date], *, oldest: timedelta = KEPT) -> Days[Mapping[int, Fraction | None]]:
    """The live points of every unit of a round, by day and entry. Whoever shows them asks which units may be seen."""

    def count(day: date) -> Mapping[int, Fraction | None]:
        lines, _count = board(SYSTEM, round_, at=_end(day))
        return {line.entry.pk: line.score for line in lines}

    rows = round_.entries.order_by("pk").values_list("pk", "set_version", "absent")
    return _kept("round", round_.pk, [round_.period, list(rows)], days, count, oldest)


def of_entry(entry: Entry, days: Sequence[date]) -> Days[Said]:
    """What the live index said of one unit, by day."""

    def count(day: date) -> Said:
        live = live_entry(entry, at=_end(day))
        leaves = live.indicator_set.leaves
        known = {leaf.id: live.leaf(leaf.id) for leaf in leaves}
        points = {code: result.score if result.is_known else None for code, result in known.items()}
        return Said(live.result.score, points, live.facts.measured)

    basis = [entry.round.period, entry.set_version_id, entry.absent]
    return _kept("entry", entry.pk, basis, days, count, KEPT)


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _kept(
    kind: str, pk: int, basis: list, days: Sequence[date], count: Callable[[date], What], oldest: timedelta
) -> Days[What]:
    """What is kept of these days, and what is not, counted and kept."""
    key = f"indices.live.days:{kind}:{pk}:{hashlib.sha256(repr(basis).encode()).hexdigest()[:20]}"
    kept: dict[date, tuple[datetime, What]] = cache.get(key) or {}
    now = timezone.now()
    fresh = {day: found for day, found in kept.items() if now - found[0] < oldest}
    if missing := [day for day in days if day not in fresh]:
        fresh |= {day: (now, count(day)) for day in missing}
        cache.set(key, fresh, KEPT.total_seconds())
    shown = {day: fresh[day] for day in days}
    counted = min((at for at, _what in shown.values()), default=None)
    return Days({day: what for day, (_at, what) in shown.items()}, counted)
