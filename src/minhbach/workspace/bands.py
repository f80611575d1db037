"""The inbox by working time left: late, due today, soon, later; what was not received yet, and what waits for the
applicant, apart.

Within one calendar the order by working time left is the order by due moment: the later of two moments never has less
working time before it. Between agencies with different calendars the two can differ; then the bands are still cut by
each agency's own working time, and within a band the due moment decides: it is what the applicant was promised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import WAITING
from minhbach.org.calendars.queries import Calendars
from minhbach.org.models import Unit
from minhbach.worktime import add_working_time

SOON_DAYS = 2
"""Working days after today within which a due moment is called soon."""


@dataclass(frozen=True)
class Band:
    """`key` is the column by which it is ordered, then by id."""

    code: str
    title: str | Promise
    kind: str
    key: str = "due_at"


BANDS = {
    band.code: band
    for band in (
        Band("late", _("Late"), "bad"),
        Band("new", _("To be received"), "info", "submitted_at"),
        Band("today", _("Due today"), "warn"),
        Band("soon", _("Due soon"), "warn"),
        Band("later", _("Later"), "neutral"),
        Band("waiting", _("Waiting for the applicant"), "waiting", "submitted_at"),
    )
}

PAUSED = Q(paused_at__isnull=False) | Q(status__in=sorted(WAITING))


def conditions(dossiers: QuerySet[Dossier], now: datetime) -> dict[str, Q]:
    """Which of these open dossiers belong to which band at a moment. One query for their agencies, and what their
    calendars cost where they are not known yet."""
    running = ~PAUSED
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))
    soon = due_within(dossiers, midnight, SOON_DAYS)
    after_today = running & Q(due_at__gte=midnight)
    return {
        "late": running & Q(due_at__lt=now),
        "new": running & Q(due_at=None),
        "today": running & Q(due_at__gte=now, due_at__lt=midnight),
        "soon": after_today & soon,
        "later": after_today & ~soon,
        "waiting": PAUSED,
    }


def counted(dossiers: QuerySet[Dossier], bands: Mapping[str, Q]) -> dict[str, int]:
    """How many in each band. One query."""
    return dossiers.order_by().aggregate(**{code: Count("pk", filter=band) for code, band in bands.items()})


def due_within(dossiers: QuerySet[Dossier], midnight: datetime, days: int) -> Q:
    """Due within so many working days from midnight on, by the calendar of each agency."""
    agencies = Unit.objects.filter(pk__in=dossiers.order_by().values("agency"))
    calendars, until = Calendars(), {}
    for agency in agencies:
        calendar = calendars.of(agency)
        minutes = days * calendar.full_day(midnight.date())
        until.setdefault(add_working_time(midnight, minutes, calendar), []).append(agency.pk)
    if len(until) == 1:
        [moment] = until
        return Q(due_at__lte=moment)
    soon = Q(pk__in=[])
    for moment, ids in until.items():
        soon |= Q(agency__in=ids, due_at__lte=moment)
    return soon
