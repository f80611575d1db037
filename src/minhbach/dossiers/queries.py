"""Reads of the one-stop shop, always for the person who asks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.dossiers.models import Dossier, Involvement
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.states import OPEN
from minhbach.org.permissions import holds, unit_ids


def dossiers_seen(account) -> QuerySet[Dossier]:
    """What the account may see: dossiers handled at its units, and those its units received or gave an opinion on."""
    units = unit_ids(account, SEE)
    if units is None:
        return Dossier.objects.all()
    if not units:
        return Dossier.objects.none()
    involved = Involvement.objects.filter(dossier=OuterRef("pk"), unit__in=units)
    return Dossier.objects.filter(Q(office__in=units) | Exists(involved))


def may_see(account, dossier: Dossier) -> bool:
    """Whether the account may see this dossier. At most three queries, then one."""
    units = unit_ids(account, SEE)
    if units is None or dossier.office_id in units:
        return True
    return bool(units) and Involvement.objects.filter(dossier=dossier, unit__in=units).exists()


def open_dossiers(account) -> QuerySet[Dossier]:
    return dossiers_seen(account).filter(status__in=sorted(OPEN))


def sees_any(account) -> bool:
    return holds(account, SEE)
