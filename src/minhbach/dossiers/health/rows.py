"""What the checks have in common: dossiers and rows that point at one, their pages and who may open them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.queries import dossiers_seen
from minhbach.dossiers.states import OPEN


def open_here() -> QuerySet[Dossier]:
    """Open dossiers that are worked on here."""
    return Dossier.objects.filter(status__in=sorted(OPEN), source=None)


def day(moment: datetime) -> str:
    """The day of a moment, as findings say it."""
    return f"{timezone.localdate(moment):%d/%m/%Y}"


def _page(dossier: Dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.code])


def _seen(account: Any, keys: list[int]) -> set[int]:
    return set(dossiers_seen(account).filter(pk__in=keys).values_list("pk", flat=True))


def _pointing_seen(account: Any, rows: Sequence[Any]) -> set[int]:
    seen = _seen(account, [row.dossier_id for row in rows])
    return {row.pk for row in rows if row.dossier_id in seen}


OF_OFFICE: dict[str, Any] = {
    "unit": "office",
    "address": _page,
    "open_to": lambda account, dossiers: _seen(account, [dossier.pk for dossier in dossiers]),
}
"""A check (`Check`) that finds dossiers."""
OF_A_DOSSIER: dict[str, Any] = {
    "address": lambda row: _page(row.dossier),
    "open_to": _pointing_seen,
    "related": ("dossier",),
}
"""A check that finds rows that point at a dossier."""
