"""What was measured when a round is concluded: each count, and a digest of the rows behind it, kept with the result.

Whoever has the rows can show later that these, and no others, were counted: SHA-256 over their keys, in their order,
each with a line feed after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from minhbach.indices.live.facts import PREVIOUS, live_facts, suppliers
from minhbach.indices.models import Entry
from minhbach.measures import figures
from minhbach.measures.figures import Figure
from minhbach.scoring.model import IndicatorSet

MOST_ROWS = 1_000_000
"""Of more rows of one figure no digest is made: the conclusion would wait for minutes."""
_CHUNK = 10_000

Sealed = dict[str, dict[str, dict[str, str]]]
"""Criterion → input → figure, count and digest, as text."""


def measured_at_close(entries: Sequence[Entry], indicator_set: IndicatorSet) -> dict[int, Sealed]:
    """By entry; of what is measured for it. Two queries more for each figure."""
    facts = live_facts(entries)
    counted = figures.counted_for([entry.unit for entry in entries])
    owners = {member: entry.pk for entry in entries for member in counted[entry.unit_id]}
    found: dict[int, Sealed] = {entry.pk: {} for entry in entries}
    digests: dict[tuple[str, bool], dict[int, str]] = {}
    for leaf in indicator_set.leaves:
        for key, one in suppliers(leaf).items():
            counts = {pk: each.measured.get(leaf.id, {}).get(key) for pk, each in facts.items()}
            if all(count is None for count in counts.values()):
                continue
            before = key.endswith(PREVIOUS)
            if (one.key, before) not in digests:
                round_ = entries[0].round
                digests[one.key, before] = _digests(one, owners, round_.period_before if before else round_.period)
            for pk, count in counts.items():
                if count is not None:
                    kept = {
                        "figure": one.key,
                        "measured": str(count),
                        "rows_sha256": digests[one.key, before].get(pk, ""),
                    }
                    found[pk].setdefault(leaf.id, {})[key] = kept
    return found


def _digests(one: Figure, owners: dict[int, int], period) -> dict[int, str]:
    rows = figures.rows(one, list(owners), *period).order_by("pk")
    if rows[: MOST_ROWS + 1].count() > MOST_ROWS:
        return {}
    hashes = {pk: hashlib.sha256() for pk in owners.values()}
    for unit, key in rows.values_list(one.of.unit, "pk").iterator(_CHUNK):
        hashes[owners[unit]].update(f"{key}\n".encode())
    return {pk: digest.hexdigest() for pk, digest in hashes.items()}
