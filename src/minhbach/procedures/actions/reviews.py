"""Reviews of procedures: what was found, what is proposed to be cut, and what became of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.org import trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.procedures import events
from minhbach.procedures.actions.versions import chain_of
from minhbach.procedures.models import Procedure, Review
from minhbach.procedures.permissions import DECIDE, REVIEW


@transaction.atomic
def review_add(
    procedure: Procedure,
    *,
    unit: Unit,
    reviewed_on: date,
    finding: str,
    proposal: str = "",
    cuts_steps: int = 0,
    cuts_days: Decimal = Decimal(0),
    cuts_components: int = 0,
    cuts_fee: int = 0,
    document: str = "",
    acting,
) -> Review:
    """Record a review by a unit. Raises Refused; NotPossible with code `future` or `empty`."""
    require(acting, REVIEW, unit)
    if reviewed_on > today():
        raise NotPossible(_("The date of the review lies in the future."), "future")
    if not finding.strip():
        raise NotPossible(_("Say what was found."), "empty")
    review = Review.objects.create(
        procedure=procedure,
        unit=unit,
        reviewed_on=reviewed_on,
        finding=finding,
        proposal=proposal,
        cuts_steps=cuts_steps,
        cuts_days=cuts_days,
        cuts_components=cuts_components,
        cuts_fee=cuts_fee,
        document=document,
    )
    data = {"unit": unit.code, "finding": finding, "date": reviewed_on}
    trail.record(chain_of(procedure), events.REVIEWED, acting=acting, subject=review, data=data)
    return review


@transaction.atomic
def review_decide(
    review: Review, *, status: str, decided_on: date, answer: str = "", document: str = "", acting
) -> Review:
    """Say what became of a proposal. Raises Refused; NotPossible with code `order` or `decided`."""
    review = Review.objects.select_for_update(of=("self",)).select_related("unit", "procedure").get(pk=review.pk)
    require(acting, DECIDE, review.unit)
    if status == Review.PROPOSED or review.status in (Review.REJECTED, Review.DONE):
        raise NotPossible(
            _("The proposal is “%(status)s” already."), "decided", {"status": review.get_status_display()}
        )
    if not review.reviewed_on <= decided_on <= today():
        raise NotPossible(_("The decision lies between the review and today."), "order")
    review.status, review.decided_on, review.answer = status, decided_on, answer
    review.document = document or review.document
    review.save(update_fields=["status", "decided_on", "answer", "document"])
    data = {"status": status, "date": decided_on, "document": document}
    trail.record(chain_of(review.procedure), events.REVIEW_DECIDED, acting=acting, subject=review, data=data)
    return review
