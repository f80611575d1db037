"""What is checked of the catalogue of procedures and of who offers them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.org.dates import in_force
from minhbach.org.health import ERROR, HINT, WARNING, Check, Look, register
from minhbach.procedures.models import Offer, Version


def _offers(look: Look) -> QuerySet[Offer]:
    return Offer.objects.filter(in_force(look.day)).order_by("agency__path", "procedure__code", "pk")


def _address(offer: Offer) -> str:
    return reverse("procedures:procedure", args=[offer.procedure_id])


def _called(offer: Offer) -> str:
    return offer.procedure.called


OF_AGENCY: dict[str, Any] = {"unit": "agency", "address": _address, "related": ("procedure__current",)}
"""A check (`Check`) that finds offers."""


def _of_closed(look: Look) -> QuerySet[Offer]:
    closed = Q(agency__ends__lt=look.day) | Q(one_stop__ends__lt=look.day) | Q(office__ends__lt=look.day)
    return _offers(look).filter(closed)


register(
    Check(
        "procedures.offer_of_closed",
        ERROR,
        gettext_lazy("Procedures offered by a closed unit"),
        gettext_lazy(
            "The agency, its one-stop shop or the handling office was closed: new dossiers go where nobody works."
        ),
        gettext_lazy("End the offer, or give it the unit that took over."),
        find=_of_closed,
        says=_called,
        **OF_AGENCY,
    )
)


def _of_repealed(look: Look) -> QuerySet[Offer]:
    return _offers(look).filter(procedure__repealed_on__lte=look.day)


register(
    Check(
        "procedures.repealed_offered",
        WARNING,
        gettext_lazy("Repealed procedures that are still offered"),
        gettext_lazy("The list of what an agency offers is longer than what it may still receive."),
        gettext_lazy("End the offer, or offer the procedure that replaces it."),
        find=_of_repealed,
        says=lambda offer: (
            _("%(code)s, repealed on %(day)s")
            % {"code": offer.procedure.code, "day": f"{offer.procedure.repealed_on:%d/%m/%Y}"}
        ),
        **OF_AGENCY,
    )
)


def _without_time(look: Look) -> QuerySet[Offer]:
    offered = _offers(look).filter(committed="")
    versions = Version.objects.filter(in_force(look.day), is_draft=False, procedure__in=offered.values("procedure"))
    silent = versions.filter(
        content__times__by_law__isnull=True, content__times__cases__isnull=True, content__times__committed__isnull=True
    )
    without = [
        version.procedure_id
        for version in silent.only("content", "procedure")
        if not any(channel.time for channel in version.meaning.channels)
    ]
    return offered.filter(procedure__in=without)


register(
    Check(
        "procedures.without_time",
        WARNING,
        gettext_lazy("Procedures offered without a stated time"),
        gettext_lazy("No time is known by law, by case, by channel or as committed to: no due moment can be promised."),
        gettext_lazy(
            "Enter the time from the decision that announces the procedure, or the time the agency commits to."
        ),
        find=_without_time,
        says=_called,
        **OF_AGENCY,
    )
)


def _unpublished(look: Look) -> QuerySet[Offer]:
    version = Version.objects.filter(
        in_force(look.day), procedure=OuterRef("procedure"), is_draft=False, internal=False
    )
    late = version.filter(Q(effective_on__lt=look.day), Q(public_on=None) | Q(public_on__gt=F("effective_on")))
    return _offers(look).filter(Exists(late))


register(
    Check(
        "procedures.made_public_late",
        HINT,
        gettext_lazy("Procedures in force that were not made public in time"),
        gettext_lazy(
            "The day on which the procedure was made public is not known, or is later than the day it took effect."
        ),
        gettext_lazy("Make the procedure public, and enter the day."),
        find=_unpublished,
        says=_called,
        **OF_AGENCY,
    )
)
