"""Who offers a procedure, who receives and who handles it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.procedures import events
from minhbach.procedures.actions.versions import chain_of
from minhbach.procedures.models import Offer, Procedure
from minhbach.procedures.permissions import OFFER
from minhbach.worktime import DurationError, parse_duration


@transaction.atomic
def offer_set(
    procedure: Procedure,
    *,
    agency: Unit,
    one_stop: Unit,
    office: Unit,
    begins: date,
    mode: str = Offer.OWN,
    committed: str = "",
    online: str = "",
    post: bool = True,
    decision: str = "",
    acting,
) -> Offer:
    """Say, from a day on, how an agency offers a procedure; what held before ends the day before.

    The office lies within the agency, so that whoever sees the agency's dossiers sees this one's. Raises Refused;
    NotPossible with code `not_in_force`, `outside`, `time` (the committed time cannot be read) or `order`.
    """
    require(acting, OFFER, agency)
    if procedure.current_id is None or procedure.repealed_on is not None:
        raise NotPossible(_("The procedure is not in force."), "not_in_force")
    if not agency.covers(office):
        raise NotPossible(
            _("%(office)s does not belong to %(agency)s."), "outside", {"office": office, "agency": agency}
        )
    if committed:
        try:
            committed = str(parse_duration(committed))
        except DurationError as error:
            raise NotPossible(error.en if (get_language() or "").startswith("en") else error.vi, "time") from error
    before = Offer.objects.select_for_update().filter(procedure=procedure, agency=agency, ends=None).first()
    if before is not None:
        if before.begins > begins:
            raise NotPossible(
                _("What holds now began on %(day)s; the change begins later."),
                "order",
                {"day": f"{before.begins:%d/%m/%Y}"},
            )
        if before.begins < begins:
            before.ends = begins - timedelta(days=1)
            before.save(update_fields=["ends"])
    offer = before if before is not None and before.begins == begins else None
    offer = offer or Offer(procedure=procedure, agency=agency, begins=begins)
    offer.one_stop, offer.office, offer.mode = one_stop, office, mode
    offer.committed, offer.online, offer.post, offer.decision = committed, online, post, decision
    offer.save()
    data = {"agency": agency.code, "one_stop": one_stop.code, "office": office.code, "begins": begins, "mode": mode}
    trail.record(chain_of(procedure), events.OFFERED, acting=acting, subject=offer, data=data)
    return offer


@transaction.atomic
def offer_end(offer: Offer, *, ends: date, acting) -> Offer:
    """The agency offers the procedure until this day. Raises Refused; NotPossible with code `order`."""
    offer = Offer.objects.select_for_update(of=("self",)).select_related("agency", "procedure").get(pk=offer.pk)
    require(acting, OFFER, offer.agency)
    if ends < offer.begins:
        raise NotPossible(
            _("The offer begins on %(day)s; it cannot end before."), "order", {"day": f"{offer.begins:%d/%m/%Y}"}
        )
    offer.ends = ends
    offer.save(update_fields=["ends"])
    trail.record(
        chain_of(offer.procedure),
        events.WITHDRAWN,
        acting=acting,
        subject=offer,
        data={"agency": offer.agency.code, "ends": ends},
    )
    return offer
