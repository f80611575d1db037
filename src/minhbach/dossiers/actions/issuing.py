"""The forms issued about a dossier: numbered, and kept as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier, Issued
from minhbach.dossiers.permissions import ASSIGN, EXTEND, HANDLE, RECEIVE, SIGN
from minhbach.dossiers.printing.offices import Offices
from minhbach.dossiers.printing.saying import form_set_of, said_now
from minhbach.org import numbering
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import may, require

WHO = {
    "receipt": (RECEIVE,),
    "supplement": (RECEIVE, HANDLE),
    "refusal": (RECEIVE, HANDLE),
    "apology": (EXTEND, SIGN),
    "stop": (RECEIVE, HANDLE, ASSIGN, SIGN),
    "control": (RECEIVE, HANDLE, ASSIGN),
}
"""Whoever may do what the form tells of may issue it: at the one-stop shop, in the office, or in the agency."""


@transaction.atomic
def form_issue(dossier: Dossier, kind: str, *, promised: datetime | None = None, acting) -> Issued:
    """Issue a form: it takes the next number of the agency, the form and the year (from 01 on 1 January; Decree 30/2020
    Art. 15), and what it says is kept.

    Asked for again on the same occasion, the form already issued is given back: a receipt has one number. `promised` is
    the new moment of an apology that extends nothing. Raises Refused; NotPossible with code `mirrored`, `no_form` when
    the set has none, `not_yet` when nothing happened that it could tell of, `past` for a promise that lies behind.
    """
    dossier = common.locked(dossier)
    _require(dossier, kind, acting)
    forms = form_set_of(dossier)
    form = forms.by_kind.get(kind)
    if form is None:
        raise NotPossible(_("%(set)s has no such form."), "no_form", {"set": forms.title})
    said = said_now(dossier, kind)
    if said is None:
        raise NotPossible(
            _("There is nothing yet that the form “%(form)s” could tell."), "not_yet", {"form": form.title}
        )
    for issued in dossier.issued.filter(form=form.code, form_set=forms.code):
        if issued.data.get("about") == said["about"]:
            return issued
    now = common.now()
    if promised is not None:
        if promised <= now:
            raise NotPossible(_("The new moment lies in the past."), "past")
        said.setdefault("new_due", promised.isoformat())
    symbol = form.symbol_at(_shop_symbol(dossier, now))
    # Last, since whoever takes a number holds the series until the transaction ends.
    number = numbering.take(f"form:{dossier.agency_id}:{kind}:{timezone.localdate(now).year}")
    issued = Issued.objects.create(
        dossier=dossier,
        form=form.code,
        form_set=forms.code,
        number=number,
        symbol=f"{number:02}/{symbol}",
        at=now,
        by_id=common.person_of(acting),
        data=said,
    )
    data = {"form": form.code, "form_set": forms.code, "symbol": issued.symbol}
    common.tell(dossier, events.FORM_ISSUED, acting=acting, data=data)
    return issued


@transaction.atomic
def forms_issue(dossiers: Iterable[Dossier], kind: str, *, acting) -> list[Issued]:
    """The form for several dossiers: all or none, numbered in the order of the dossiers. Raises as `form_issue`."""
    # In one order for everybody, so that two batches never wait for each other.
    return [form_issue(dossier, kind, acting=acting) for dossier in sorted(dossiers, key=lambda dossier: dossier.pk)]


def may_issue(dossier: Dossier, kind: str, account) -> bool:
    """Whether the account may issue this form: at the one-stop shop that received the dossier, its office or agency."""
    return any(may(account, verb, place) for verb in WHO[kind] for place in _places(dossier))


def _places(dossier: Dossier) -> list[Unit]:
    first = next(iter(dossier.stays.all()), None)  # read with the dossier where several forms are asked for
    return [first.unit if first else dossier.at_unit, dossier.office, dossier.agency]


def _require(dossier: Dossier, kind: str, acting) -> None:
    if kind not in WHO:
        raise ValueError(f"{kind!r} is no form that is issued about a dossier")
    if not may_issue(dossier, kind, acting):
        require(acting, WHO[kind][0], _places(dossier)[0] if WHO[kind][0] == RECEIVE else dossier.office)


def _shop_symbol(dossier: Dossier, at: datetime) -> str:
    office = Offices([dossier.agency]).office(dossier.agency, timezone.localdate(at))
    return office.shop_symbol
