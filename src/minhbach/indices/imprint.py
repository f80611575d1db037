"""What stands around the sealed results of a round where they are published: what the round and its units are called.

The results themselves are sealed when the round is concluded, and no action changes them after that. Names, the
decision and the licence are not: a publication keeps them as they were at the moment of publishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from minhbach.indices.models import Entry, Round
from minhbach.org.dates import in_force
from minhbach.org.models import UnitName

_NOT_STATED = "Chưa nêu; hỏi cơ quan công bố (not stated; ask the publishing authority)"


def imprint_of(round_: Round) -> dict[str, Any]:
    """The licence, the round and its units in their order, as plain data. Two queries."""
    entries = list(
        round_.entries.select_related("unit").defer("sealed", "parts").order_by("group", "unit__sort_key", "pk")
    )
    names = names_then(entries)
    return {
        "licence": settings.OPEN_DATA_LICENCE or _NOT_STATED,
        "round": told(round_),
        "units": [{"entry": each.pk, "name": names[each.pk], "name_en": each.unit.name_en} for each in entries],
    }


def told(round_: Round) -> dict[str, Any]:
    """What is said of the round, which comes with its unit."""
    return {
        "title": {"vi": round_.title, "en": round_.title_en or round_.title},
        "year": round_.year,
        "period": {"first": round_.counts_from.isoformat(), "last": round_.counts_to.isoformat()},
        "run_by": {"code": round_.unit.code, "name": round_.unit.name},
        "decision": round_.decision,
        "concluded_at": round_.closed_at.isoformat() if round_.closed_at else None,
    }


def names_then(entries: Sequence[Entry]) -> dict[int, str]:
    """What the units of a round were called in Vietnamese when it was concluded, by entry. One query."""
    closed = entries[0].round.closed_at if entries else None
    names = UnitName.objects.filter(unit__in=[entry.unit_id for entry in entries])
    named = dict(names.filter(in_force(timezone.localdate(closed))).values_list("unit", "name")) if closed else {}
    return {entry.pk: named.get(entry.unit_id, entry.unit.name) for entry in entries}
