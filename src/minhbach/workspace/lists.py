"""Lists of dossiers, read on by key: a page costs the same however deep it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import queries
from minhbach.dossiers.models import Dossier
from minhbach.workspace.bands import BANDS, Band

ROWS = 25

MINE, UNITS, STAND_IN, ALL = "mine", "units", "stand-in", "all"


@dataclass(frozen=True)
class Scope:
    """A list of dossiers as far as one person sees it."""

    code: str
    title: str | Promise
    find: object

    def of(self, account) -> QuerySet[Dossier]:
        return self.find(account)  # type: ignore[operator]


SCOPES = {
    scope.code: scope
    for scope in (
        Scope(MINE, _("Held by me"), queries.mine),
        Scope(UNITS, _("At my units"), queries.of_my_units),
        Scope(STAND_IN, _("Where I stand in"), queries.of_those_i_stand_in_for),
        Scope(ALL, _("All dossiers"), queries.dossiers_seen),
    )
}


def inbox_counts(account) -> dict[str, int]:
    """How many open dossiers lie in each list of the inbox. Three queries."""
    return {code: SCOPES[code].of(account).order_by().count() for code in (MINE, UNITS, STAND_IN)}


def usual(counts: Mapping[str, int]) -> str:
    """The list with which the inbox opens: one's own, and that of one's units where one holds nothing oneself."""
    return MINE if counts[MINE] or not counts[UNITS] else UNITS


@dataclass
class Page:
    """Rows band by band, and the key after which the next page begins."""

    groups: list[tuple[Band | None, list[Dossier]]] = field(default_factory=list)
    after: str = ""

    @property
    def dossiers(self) -> list[Dossier]:
        return [dossier for _band, dossiers in self.groups for dossier in dossiers]


def by_bands(dossiers: QuerySet[Dossier], bands: Mapping[str, Q], wanted: str, after: str, rows: int = ROWS) -> Page:
    """A page in the order of the bands, or of one of them. At most one query per band, each along an index."""
    code, moment, pk = _key(after)
    order = [wanted] if wanted in BANDS else list(BANDS)
    if code in order:
        order = order[order.index(code) :]
    page, count, key = Page(), 0, ""
    for name in order:
        band = BANDS[name]
        found = dossiers.filter(bands[name]).order_by(band.key, "id")
        if name == code:
            found = found.filter(**{f"{band.key}__gte": moment}).exclude(**{band.key: moment, "pk__lte": pk})
        lines = list(queries.with_rows(found).prefetch_related(None)[: rows - count + 1])
        if len(lines) > rows - count:
            last = lines[rows - count - 1] if count < rows else None
            page.after = _written(name, getattr(last, band.key), last.pk) if last else key
            lines = lines[: rows - count]
        if lines:
            page.groups.append((band, lines))
            count += len(lines)
            key = _written(name, getattr(lines[-1], band.key), lines[-1].pk)
        if page.after:
            break
    prefetch_related_objects(page.dossiers, "pauses", "version")
    return page


def by_newest(dossiers: QuerySet[Dossier], after: str, rows: int = ROWS, *, words: bool = False) -> Page:
    """The newest first. `words`: whether they were found by words."""
    along = Dossier.objects.order_by("-id")
    if after:
        if not after.isdecimal() or len(after) > 18:
            raise BadRequest
        dossiers, along = dossiers.filter(pk__lt=int(after)), along.filter(pk__lt=int(after))
    ordered = queries.with_rows(dossiers.order_by("-id"))
    lines = queries.first_by_words(ordered, along, rows + 1) if words else list(ordered[: rows + 1])
    more = str(lines[rows - 1].pk) if len(lines) > rows else ""
    return Page([(None, lines[:rows])] if lines else [], more)


def _written(band: str, moment: datetime, pk: int) -> str:
    return f"{band}~{moment.timestamp():.6f}~{pk}"


def _key(text: str) -> tuple[str, datetime | None, int]:
    if not text:
        return "", None, 0
    try:
        band, moment, pk = text.split("~")
        at = datetime.fromtimestamp(float(moment), timezone.get_current_timezone())
        if band not in BANDS or not 0 < int(pk) < 2**63:
            raise ValueError(text)
        return band, at, int(pk)
    except (ValueError, OverflowError, OSError) as error:
        raise BadRequest from error
