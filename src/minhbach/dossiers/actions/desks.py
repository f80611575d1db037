"""The rules of an agency's one-stop shop, and who acts for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import codes, events
from minhbach.dossiers.models import Delegation, Desk
from minhbach.dossiers.permissions import DESK, OVERSEE
from minhbach.org import trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.memory import changed
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import require


@transaction.atomic
def desk_set(agency: Unit, *, begins: date, agency_code: str, acting, **settings: Any) -> Desk:
    """Set the rules of the agency's one-stop shop from a day on; what held before ends the day before. `settings` are
    further fields of `Desk`.

    Raises Refused; NotPossible with code `order`, `pattern` or `taken`.
    """
    require(acting, DESK, agency)
    before = Desk.objects.select_for_update().filter(agency=agency, ends=None).first()
    if before is not None and before.begins > begins:
        raise NotPossible(
            _("What holds now began on %(day)s; the change begins later."),
            "order",
            {"day": f"{before.begins:%d/%m/%Y}"},
        )
    taken = (
        Desk.objects.filter(agency_code=agency_code, ends=None).exclude(agency=agency).select_related("agency").first()
    )
    if taken is not None:
        raise NotPossible(
            _("The code %(code)s is that of %(agency)s."), "taken", {"code": agency_code, "agency": taken.agency}
        )
    if before is not None and before.begins < begins:
        before.ends = begins - timedelta(days=1)
        before.save(update_fields=["ends"])
    desk = before if before is not None and before.begins == begins else Desk(agency=agency, begins=begins)
    desk.agency_code = agency_code
    for field, value in settings.items():
        setattr(desk, Desk._meta.get_field(field).attname, value)  # what is no setting of a desk is not lost in silence
    codes.require_pattern(desk.pattern)
    desk.save()
    data = {"code": agency_code, "begins": begins, "pattern": desk.pattern}
    trail.record(f"unit:{agency.pk}", events.DESK_SET, acting=acting, subject=desk, data=data)
    return desk


@transaction.atomic
def delegation_set(
    giver: Person,
    taker: Person,
    *,
    unit: Unit,
    begins: date,
    ends: date | None = None,
    reason: str = "",
    document: str = "",
    acting,
) -> Delegation:
    """Let one person act for another, by the one who is absent or by who oversees the unit.

    It lends the hands, not the rights: the taker needs a role of their own for the step. Raises Refused; NotPossible
    with code `itself` or `order`.
    """
    if getattr(acting, "person_id", None) != giver.pk:
        require(acting, OVERSEE, unit)
    if giver.pk == taker.pk:
        raise NotPossible(_("Nobody acts for themselves."), "itself")
    if ends is not None and ends < max(begins, today()):
        raise NotPossible(_("The delegation ends before it begins, or is over already."), "order")
    delegation = Delegation.objects.create(
        giver=giver, taker=taker, unit=unit, begins=begins, ends=ends, reason=reason, document=document
    )
    changed()
    data = {"person": taker.pk, "before": giver.pk, "begins": begins, "ends": ends}
    trail.record(f"unit:{unit.pk}", events.DELEGATED, acting=acting, subject=delegation, data=data)
    return delegation


@transaction.atomic
def delegation_end(delegation: Delegation, *, acting) -> Delegation:
    """End it: from today it holds no more. By the one who gave it, or who oversees the unit.

    Raises Refused; NotPossible with code `over`.
    """
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("unit").get(pk=delegation.pk)
    if getattr(acting, "person_id", None) != delegation.giver_id:
        require(acting, OVERSEE, delegation.unit)
    if delegation.ends is not None and delegation.ends < today():
        raise NotPossible(_("The delegation is over already."), "over")
    data = {"person": delegation.taker_id, "before": delegation.giver_id, "begins": delegation.begins, "ends": today()}
    trail.record(f"unit:{delegation.unit_id}", events.DELEGATION_ENDED, acting=acting, subject=delegation, data=data)
    changed()
    if delegation.begins >= today():
        delegation.delete()
        return delegation
    delegation.ends = today() - timedelta(days=1)
    delegation.save(update_fields=["ends"])
    return delegation
