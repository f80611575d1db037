"""What has changed since a round was concluded: what was sealed stays, and the rows behind it go on living.

The counts are compared with those sealed, and the rows by their digest, so that a correction shows even where the
number is the same. Nothing here writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from minhbach.indices.live.facts import PREVIOUS
from minhbach.indices.models import Entry
from minhbach.measures import figures
from minhbach.measures.figures import FIGURES, Figure

MOST_ROWS = 50_000
"""Of more rows only the numbers are compared: the page would wait."""


@dataclass(frozen=True)
class Change:
    """A measured input that is not what was sealed. `rows`: so many rows came or went, where the past can be told to
    the row; 0 where the same rows are counted, and None where it cannot be told."""

    criterion: str
    key: str
    was: int
    now: int
    rows: int | None = None


def by_count(entry: Entry, measured: Mapping[str, Mapping[str, int]]) -> list[Change]:
    """The inputs whose number is another now. No query."""
    return [
        Change(criterion, key, was, now)
        for criterion, key, was, _digest in _sealed(entry)
        if (now := measured.get(criterion, {}).get(key)) is not None and now != was
    ]


def of_criterion(entry: Entry, criterion: str, measured: Mapping[str, int]) -> list[Change]:
    """The inputs of a criterion whose number or whose rows are others now. Up to two queries for each."""
    found = []
    units = figures.counted_for([entry.unit])[entry.unit_id]
    for of, key, was, digest in _sealed(entry):
        now = measured.get(key)
        one = FIGURES.get(entry.sealed["measured"][of][key]["figure"])
        if of != criterion or now is None or one is None:
            continue
        rows = _rows_changed(one, units, entry, key, digest) if max(was, now) <= MOST_ROWS else None
        if now != was or rows or (rows is None and digest and max(was, now) <= MOST_ROWS):
            found.append(Change(criterion, key, was, now, rows))
    return found


def _sealed(entry: Entry) -> Iterator[tuple[str, str, int, str]]:
    if not entry.round.is_over:
        return
    for criterion, inputs in entry.sealed.get("measured", {}).items():
        for key, kept in inputs.items():
            yield criterion, key, int(kept["measured"]), kept["rows_sha256"]


def _rows_changed(one: Figure, units: list[int], entry: Entry, key: str, digest: str) -> int | None:
    period = entry.round.period_before if key.endswith(PREVIOUS) else entry.round.period
    now = set(figures.rows(one, units, *period).values_list("pk", flat=True))
    if digest and _digest(now) == digest:
        return 0
    then = set(figures.rows(one, units, *period, at=entry.round.closed_at).values_list("pk", flat=True))
    # What came in later with an earlier date is seen in the past, too: then the sealed rows cannot be told again.
    return len(now ^ then) if digest and _digest(then) == digest else None


def _digest(keys: Iterable[int]) -> str:
    """As the digest was made at the conclusion: the keys in their order, each with a line feed."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode()).hexdigest()
