"""What a reader must know of the dossiers behind a figure: rules that changed while they were on their way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from minhbach.dossiers.models import Pause
from minhbach.org import events
from minhbach.org.calendars.queries import CHAIN
from minhbach.org.models import Event, Unit
from minhbach.org.ui.figures import date_short, number

MOST_CHANGES = 60
"""So many changes of the calendar are looked at, the latest of them."""
NAMED = 3
"""So many changed days are named."""


def versions(dossiers: QuerySet, first: date, last: date, at: datetime | None) -> str:
    """How many were filed under a former version of their procedure, or one that is repealed by the last day."""
    day = min(last, timezone.localdate(at))
    repealed = Q(procedure__repealed_on__lte=day)
    found = dossiers.order_by().aggregate(
        former=Count("pk", filter=Q(version__ends__lt=day) & ~repealed), repealed=Count("pk", filter=repealed)
    )
    said = []
    if found["former"]:
        said.append(
            ngettext(
                "%(count)s of these dossiers was filed under a former version of its procedure and keeps it, with the "
                "time and the due moment it was promised.",
                "%(count)s of these dossiers were filed under a former version of their procedure and keep it, with "
                "the time and the due moment they were promised.",
                found["former"],
            )
            % {"count": number(found["former"])}
        )
    if found["repealed"]:
        said.append(
            ngettext(
                "%(count)s belongs to a procedure that has been repealed since; it counts like the others.",
                "%(count)s belong to procedures that have been repealed since; they count like the others.",
                found["repealed"],
            )
            % {"count": number(found["repealed"])}
        )
    return " ".join(said)


def calendar(dossiers: QuerySet, first: date, last: date, at: datetime | None) -> str:
    """How many had been told their due moment before the working time of a day within it was changed.

    The due moment told stands. One that was told anew since, when the applicant had answered, was counted by the
    calendar as it was by then; that of a mirrored dossier is its system's.
    """
    changes = [(_day(each), touched) for each in _changes(first, at) if (touched := _touched(each)) is not None]
    if not changes:
        return ""
    every = Q()
    for _changed_day, touched in changes:
        every |= touched
    counts = {f"of{n}": Count("pk", filter=touched) for n, (_changed_day, touched) in enumerate(changes)}
    found = dossiers.order_by().filter(source=None).aggregate(any=Count("pk", filter=every), **counts)
    if not (count := found["any"]):
        return ""
    days = {day for n, (day, _touched_ones) in enumerate(changes) if found[f"of{n}"]}
    named = [date_short(day) for day in sorted(days)[:NAMED]] + (["…"] if len(days) > NAMED else [])
    return ngettext(
        "%(count)s of these dossiers had its due moment before working time was changed within it (%(days)s). The "
        "moment told on the receipt stands.",
        "%(count)s of these dossiers had their due moments before working time was changed within them (%(days)s). The "
        "moments told on the receipts stand.",
        count,
    ) % {"count": number(count), "days": ", ".join(named)}


def _changes(first: date, at: datetime | None) -> list[Event]:
    verbs = (events.DAY_SET, events.DAY_REMOVED, events.HOURS_SET)
    found = Event.objects.filter(chain__name=CHAIN, verb__in=verbs, at__gte=_begin(first))
    return list((found.filter(at__lte=at) if at else found).order_by("-seq")[:MOST_CHANGES])


def _day(change: Event) -> date:
    return date.fromisoformat(str(change.data.get("date") or change.data["begins"])[:10])


def _touched(change: Event) -> Q | None:
    """Dossiers on their way when the calendar was changed, over whose time the changed day lies; None where the unit is
    not known any more."""
    day = _day(change)
    found = Q(received_at__lt=change.at, first_due_at__gte=_begin(day))
    if change.verb != events.HOURS_SET:
        found &= Q(received_at__lt=_begin(day + timedelta(days=1)))
    found &= ~Q(Exists(Pause.objects.filter(dossier=OuterRef("pk"), answered_at__gte=change.at)))
    if code := change.data.get("unit"):
        path = Unit.objects.filter(code=code).values_list("path", flat=True).first()
        return found & Q(agency__path__startswith=path) if path else None
    return found


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
