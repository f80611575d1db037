"""Whose certificates there are, and those by which somebody can sign today."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from minhbach.org.models import Certificate, Person, SigningRequest, Unit
from minhbach.org.permissions import units_where
from minhbach.org.permissions.org_verbs import CERTIFICATES_MANAGE


def certificates_seen(account) -> QuerySet[Certificate]:
    """Those of the units the account may manage, and one's own."""
    units = units_where(account, CERTIFICATES_MANAGE)
    own = Q(person_id=getattr(account, "person_id", None) or 0)
    found = Certificate.objects.filter(Q(unit__in=units) | Q(person__unit__in=units) | own)
    return found.select_related("person", "unit", "image__file")


def usable(owner: Person | Unit | None) -> list[Certificate]:
    """By which the person or organisation can sign now, the one that holds longest first."""
    if owner is None:
        return []
    now = timezone.now()
    found = Certificate.objects.filter(withdrawn_at=None, begins_at__lte=now, ends_at__gte=now)
    found = found.filter(person=owner) if isinstance(owner, Person) else found.filter(unit=owner)
    return list(found.select_related("image__file").order_by("-ends_at"))


def requests_of(account) -> QuerySet[SigningRequest]:
    """What the account asked to have signed: it alone gives the answer."""
    return SigningRequest.objects.filter(account=account).select_related("certificate")
