"""From when the time of a dossier counts, where the law counts it from something else than the reception."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import RECEIVE
from minhbach.dossiers.states import WAITING, WORKING
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may

FAR = timedelta(days=730)
"""A day further than this from the reception is a slip of the keyboard."""


def may_state(dossier: Dossier) -> bool:
    """Whether there is a day to state: the procedure counts from another event, and nothing was put off since."""
    return (
        dossier.received_at is not None
        and not dossier.extended
        and dossier.status in WORKING | WAITING
        and bool(clock.counts_from(dossier))
    )


@transaction.atomic
def beginning_state(dossier: Dossier, *, day: date, document: str, edition=None, acting) -> Dossier:
    """State the day of the event from which the law counts, as the last day for applications, with the document that
    says so; the due moment is counted anew. May be put right by stating it again, until the time was extended.

    Raises Refused; NotPossible with code `not_received`, `state`, `by_reception` for a procedure that counts from the
    reception, `extended`, `no_document`, `far` or `conflict`.
    """
    dossier = common.locked(dossier, edition)
    if dossier.received_at is None:
        raise NotPossible(_("It is not received yet: state the day once it is."), "not_received")
    common.require_status(dossier, *sorted(WORKING | WAITING))
    if not may(acting, RECEIVE, dossier.agency):
        common.require_here(dossier, acting)
    if not clock.counts_from(dossier):
        raise NotPossible(_("The time of this procedure counts from the reception."), "by_reception")
    if dossier.extended:
        raise NotPossible(_("The due moment was put off already; it stays as the applicant was told."), "extended")
    if not document.strip():
        raise NotPossible(_("Name the document that says so, with its number."), "no_document")
    if abs(day - timezone.localdate(dossier.received_at)) > FAR:
        raise NotPossible(_("That is more than two years away from the reception. Check the day."), "far")
    before = dossier.due_at
    assert before is not None
    dossier.counted_from, dossier.counted_by = day, document.strip()[:300]
    reading = clock.clock_of(dossier).at(common.now())
    dossier.due_at, dossier.first_due_at = reading.due, reading.first_due
    stay = dossier.stays.filter(left_at=None).first()
    if stay is not None and stay.due_at is not None and reading.due > before:
        stay.due_at = clock.put_off(stay.due_at, dossier, before, reading.due)
        stay.save(update_fields=["due_at"])
    data = {
        "counted_from": day,
        "because": dossier.counted_by,
        "due_before": before,
        "due_at": dossier.due_at,
        "first_due_at": dossier.first_due_at,
    }
    common.save(dossier, events.COUNTED_FROM, acting=acting, data=data)
    return dossier
