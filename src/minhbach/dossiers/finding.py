"""Finding dossiers by what a list or another system asks for, page by page by key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from minhbach.dossiers import queries
from minhbach.dossiers.models import Dossier
from minhbach.org.models import Unit


@dataclass(frozen=True)
class Wanted:
    """Nothing stated is no condition. `unit` is a unit in whose hands, or in whose subtree, the dossiers lie; times
    are from (inclusive) and before (exclusive)."""

    text: str = ""
    statuses: tuple[int, ...] = ()
    agency: str = ""
    unit: str = ""
    procedure: str = ""
    due_from: datetime | None = None
    due_before: datetime | None = None
    changed_since: datetime | None = None

    @property
    def by_change(self) -> bool:
        """Whether the order is that of the changes, the oldest first; otherwise the newest dossiers come first."""
        return self.changed_since is not None


def page(account, wanted: Wanted, *, after: list[Any] | None = None, size: int) -> list[Dossier]:
    """The next `size` dossiers the account may see, after the key of the last row of the page before."""
    if wanted.text and (exact := queries.found_exactly(account, wanted.text)) is not None:
        named = matching(account, queries.dossiers_seen(account).filter(exact), replace(wanted, text=""))
        if rows := list(with_row(_from(named, wanted, after))[:size]):
            return rows
    parts = queries.parts_seen(account)
    if not parts:
        return []
    first, *others = [_from(matching(account, Dossier.objects.filter(part), wanted), wanted, after) for part in parts]
    if wanted.text:
        along = _from(Dossier.objects.all(), wanted, after)
        rows = queries.first_by_words(with_row(first), along, size)
        others = [queries.first_by_words(other.only("pk"), along, size) for other in others]
    else:
        rows = list(with_row(first)[:size])
        others = [other.only("pk")[:size] for other in others]
    for other in others:
        known = {row.pk for row in rows}
        if more := {row.pk for row in other} - known:
            rows += with_row(Dossier.objects.filter(pk__in=more))
    if wanted.by_change:
        rows.sort(key=lambda row: (row.changed_at, row.pk))
    else:
        rows.sort(key=lambda row: -row.pk)
    return rows[:size]


def _from(dossiers: QuerySet[Dossier], wanted: Wanted, after: list[Any] | None) -> QuerySet[Dossier]:
    """In the order of the list, after the last row of the page before."""
    if wanted.by_change:
        if after:
            at, pk = after
            dossiers = dossiers.filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=pk), changed_at__gte=at)
        return dossiers.order_by("changed_at", "pk")
    return (dossiers.filter(pk__lt=after[0]) if after else dossiers).order_by("-pk")


def with_row(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """With what a line of a list says of them, and no more: lists are asked for all day."""
    joined = ("procedure", "applicant", "agency", "office", "at_unit", "at_person")
    named = ("code", "name", "code", "code", "code", "full_name")
    return dossiers.select_related(*joined).only(
        *_OF_ROW, *(f"{way}__{name}" for way, name in zip(joined, named, strict=True))
    )


_OF_ROW = (
    "code", "edition", "status", "outcome", "subject", "step", "channel", "submitted_at", "received_at",
    "first_due_at", "due_at", "finished_at", "returned_at", "changed_at",
)  # fmt: skip


def matching(account, dossiers: QuerySet[Dossier], wanted: Wanted) -> QuerySet[Dossier]:
    if wanted.text:
        dossiers = queries.found_by_words(account, dossiers, wanted.text)
    if wanted.statuses:
        dossiers = dossiers.filter(status__in=wanted.statuses)
    if wanted.agency:
        dossiers = dossiers.filter(agency__in=_ids(Unit.objects.filter(code=wanted.agency)))
    if wanted.unit:
        under = Unit.objects.none()
        if (unit := Unit.objects.filter(code=wanted.unit).first()) is not None:
            under = Unit.objects.within(unit)
        dossiers = dossiers.filter(at_unit__in=_ids(under))
    if wanted.procedure:
        dossiers = dossiers.filter(procedure__code=wanted.procedure)
    if wanted.due_from is not None:
        dossiers = dossiers.filter(due_at__gte=wanted.due_from)
    if wanted.due_before is not None:
        dossiers = dossiers.filter(due_at__lt=wanted.due_before)
    if wanted.changed_since is not None:
        dossiers = dossiers.filter(changed_at__gte=wanted.changed_since)
    return dossiers


def _ids(units: QuerySet[Unit]) -> list[int]:
    # Told to the database, not asked of it: it then knows how many rows to expect.
    return list(units.order_by().values_list("pk", flat=True))
