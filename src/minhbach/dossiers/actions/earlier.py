"""What a dossier said is kept before something else is put in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from minhbach.dossiers.models import Dossier, Earlier

Said = Mapping[str, Any]


def facts_of(dossier: Dossier) -> Said:
    """What of it would be lost if something else were put in its place."""
    return {name: getattr(dossier, name) for name in Earlier.FIELDS}


def is_lost(before: Said, after: Said) -> bool:
    """Whether something is put in place of what was there. Where nothing was, nothing is lost: what comes tells its own
    moment; and how a result is returned says nothing before it is."""
    return any(
        before[name] not in (None, "") and before[name] != after[name]
        for name in Earlier.FIELDS
        if name != "return_by" or before["returned_at"] is not None
    )


def keep(dossier: Dossier, before: Said, until: datetime) -> None:
    """Keep what it said until this moment, if the dossier as it is now says something else instead."""
    if is_lost(before, facts_of(dossier)):
        keep_all([(dossier, before, until)])


def keep_all(lost: Iterable[tuple[Dossier, Said, datetime]]) -> None:
    """Keep what these dossiers said until a moment, in the order of time. Two queries."""
    lost = list(lost)
    if not lost:
        return
    kept = Earlier.objects.filter(dossier__in={dossier.pk for dossier, _before, _until in lost}).order_by()
    since: dict[int, datetime] = dict(kept.values_list("dossier").annotate(Max("until")))
    rows = []
    for dossier, before, until in lost:
        begins = since.get(dossier.pk, dossier.submitted_at)
        if until > begins:
            rows.append(Earlier(dossier=dossier, since=begins, until=until, **before))
            since[dossier.pk] = until
    Earlier.objects.bulk_create(rows)
