"""Exemptions, payments, receipts and refunds. Whatever way money comes, a due is paid by one payment only: everything
here holds the dossier's row until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common, waiting
from minhbach.dossiers.models import Dossier, Due, Paper, Payment, Refund, StatementLine
from minhbach.dossiers.models.statements import OPEN
from minhbach.dossiers.money import accounts
from minhbach.dossiers.permissions import CASH
from minhbach.dossiers.states import Status
from minhbach.org import numbering
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require
from minhbach.vietnamese import format_number


@transaction.atomic
def cash_take(dossier: Dossier, *, dues: Mapping[int, int], payer: str = "", edition=None, acting) -> Payment:
    """Take in cash what the dossier owes, with a receipt that has the next number of the agency and the year.

    `dues` are the ones paid, by key, each with the amount the officer saw. Raises Refused; NotPossible with code
    `mirrored`, `conflict`, `state`, `nothing`, `paid`, or `changed` for an amount that is another by now.
    """
    dossier = common.locked(dossier, edition)
    require(acting, CASH, dossier.agency)
    return pay(dossier, chosen(dossier, dues), way=Payment.CASH, at=common.now(), payer=payer, acting=acting)


@transaction.atomic
def due_exempt(
    dossier: Dossier,
    due: int,
    *,
    amount: int,
    exempt_as: str,
    source: str = "",
    paper: Paper | None = None,
    edition=None,
    acting,
) -> Due:
    """Lower what is due by an exemption that the applicant claims: as whom, by which rule, on the strength of which
    paper of the dossier. Without a paper the rule must be named.

    Raises Refused; NotPossible with code `conflict`, `paid`, `no_reason`, `no_paper`, `amount`.
    """
    dossier = common.locked(dossier, edition)
    require(acting, CASH, dossier.agency)
    [found] = chosen(dossier, {due: None})
    common.require_reason(exempt_as)
    if paper is None and not source.strip():
        raise NotPossible(_("Name the rule of the exemption, or the paper that proves it."), "no_paper")
    if paper is not None and paper.dossier_id != dossier.pk:
        raise NotPossible(_("The paper belongs to another dossier."), "no_paper")
    if not 0 <= amount < found.tariff:
        raise NotPossible(
            _("What is still to be paid is less than the full %(amount)s đồng."),
            "amount",
            {"amount": format_number(found.tariff)},
        )
    found.amount, found.exempt_as, found.exempt_source, found.exempt_paper = amount, exempt_as, source, paper
    found.exempt_at = common.now()
    found.save(update_fields=["amount", "exempt_as", "exempt_at", "exempt_source", "exempt_paper"])
    data = {"dues": [[found.title, amount]], "amount": amount, "because": exempt_as, "document": source}
    common.tell(dossier, events.DUE_EXEMPTED, acting=acting, data=data)
    _meet(dossier, _("Exempted: %(who)s") % {"who": exempt_as}, acting)
    return found


@transaction.atomic
def due_cancel(dossier: Dossier, due: int, *, because: str, edition=None, acting) -> Due:
    """Take back what was asked for wrongly. Raises Refused; NotPossible with code `conflict`, `paid`, `no_reason`."""
    dossier = common.locked(dossier, edition)
    require(acting, CASH, dossier.agency)
    [found] = chosen(dossier, {due: None})
    common.require_reason(because)
    found.cancelled_at, found.cancelled_because = common.now(), because[:1000]
    found.save(update_fields=["cancelled_at", "cancelled_because"])
    data = {"dues": [[found.title, found.amount]], "amount": found.amount, "because": because}
    common.tell(dossier, events.DUE_CANCELLED, acting=acting, data=data)
    return found


@transaction.atomic
def payment_cancel(payment: Payment, *, because: str, acting) -> Payment:
    """Undo a payment taken or matched by mistake: what it paid is open again; a receipt keeps its number and is shown
    as cancelled. Money that came through a gateway is paid back instead.

    Raises Refused; NotPossible with code `cancelled`, `refunded`, `gateway`, `no_reason`.
    """
    dossier = common.locked(payment.dossier)
    require(acting, CASH, dossier.agency)
    common.require_reason(because)
    payment = _live(payment)
    if payment.way == Payment.GATEWAY:
        raise NotPossible(_("This money came through a gateway; it can only be paid back."), "gateway")
    if payment.refunded:
        raise NotPossible(_("Part of this payment was paid back already."), "refunded")
    payment.dues.update(payment=None)
    payment.cancelled_at, payment.cancelled_because = common.now(), because[:1000]
    payment.cancelled_by_id = common.person_of(acting)
    payment.save(update_fields=["cancelled_at", "cancelled_because", "cancelled_by"])
    if payment.line_id:
        StatementLine.objects.filter(pk=payment.line_id).update(state=OPEN, why="undone")
    data = {"amount": payment.amount, "receipt": payment.receipt_code, "way": payment.way, "because": because}
    common.tell(dossier, events.PAYMENT_CANCELLED, acting=acting, data=data)
    return payment


@transaction.atomic
def payment_refund(payment: Payment, *, amount: int, way: str, because: str, document: str = "", acting) -> Refund:
    """Record money given back: what came in too much, or a fee that is returned.

    Raises Refused; NotPossible with code `cancelled`, `no_reason`, `amount` for more than is left.
    """
    dossier = common.locked(payment.dossier)
    require(acting, CASH, dossier.agency)
    common.require_reason(because)
    payment = _live(payment)
    left = payment.amount - payment.refunded
    if not 0 < amount <= left:
        raise NotPossible(_("Between 1 and %(left)s đồng can be paid back."), "amount", {"left": format_number(left)})
    payment.refunded += amount
    payment.save(update_fields=["refunded"])
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        way=way,
        at=common.now(),
        by_id=common.person_of(acting),
        because=because[:1000],
        document=document[:200],
    )
    data = {"amount": amount, "receipt": payment.receipt_code, "way": way, "because": because, "document": document}
    common.tell(dossier, events.PAYMENT_REFUNDED, acting=acting, data=data)
    return refund


def pay(
    dossier: Dossier, dues: list[Due], *, way: str, at: datetime, acting, amount: int | None = None, **more: Any
) -> Payment:
    """The one place where dues become paid. The caller holds the dossier's row and has asked for permission.

    `amount` is what came in, if more than is due. An open financial obligation is met with its last due. Raises
    NotPossible with code `state`, `nothing`.
    """
    if dossier.status in accounts.UNPAYABLE:
        raise NotPossible(
            _("The dossier is “%(now)s”: nothing is paid for it any more."),
            "state",
            {"now": Status(dossier.status).label},
        )
    if not dues:
        raise NotPossible(_("Choose what is paid."), "nothing")
    year = timezone.localdate(at).year
    due = accounts.total(dues)
    if way == Payment.CASH:
        more["receipt"] = numbering.take(f"receipt:{dossier.agency_id}:{year}")
    payment = Payment.objects.create(
        dossier=dossier,
        agency_id=dossier.agency_id,
        way=way,
        amount=due if amount is None else amount,
        settled=due,
        items=[[one.title, one.amount] for one in dues],
        at=at,
        year=year,
        taken_by_id=common.person_of(acting),
        **more,
    )
    Due.objects.filter(pk__in=[one.pk for one in dues]).update(payment=payment)
    data = {"amount": payment.amount, "way": way, "receipt": payment.receipt_code, "dues": payment.items}
    common.tell(dossier, events.PAID, acting=acting, data=data)
    words = {"amount": format_number(payment.settled), "way": payment.get_way_display()}
    _meet(dossier, _("Paid: %(amount)s đồng, %(way)s") % words, acting)
    return payment


def chosen(dossier: Dossier, dues: Mapping[int, int | None]) -> list[Due]:
    """The open dues with these keys, still of these amounts. Raises NotPossible with code `paid` or `changed`."""
    found = list(dossier.dues.filter(pk__in=list(dues)).select_related("payment__taken_by"))
    if len(found) != len(dues):
        raise NotPossible(_("Somebody else has just changed what is due; look at it again."), "changed")
    for due in found:
        if due.payment is not None:
            raise NotPossible(
                _("“%(title)s” was paid already at %(moment)s, %(way)s%(receipt)s."),
                "paid",
                {
                    "title": due.title,
                    "moment": f"{timezone.localtime(due.payment.at):%H:%M %d/%m/%Y}",
                    "way": due.payment.get_way_display(),
                    "receipt": f" ({due.payment.receipt_code})" if due.payment.receipt else "",
                },
            )
        if not due.is_open or dues[due.pk] not in (None, due.amount):
            raise NotPossible(_("Somebody else has just changed what is due; look at it again."), "changed")
    return found


def _live(payment: Payment) -> Payment:
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.cancelled_at is not None:
        raise NotPossible(_("This payment was cancelled already."), "cancelled")
    return payment


def _meet(dossier: Dossier, answer: str, acting) -> None:
    """The wait for a financial obligation is over once nothing of it is open."""
    if dossier.status != Status.FINANCE:
        return
    dues = list(Due.objects.filter(dossier=dossier, pause__answered_at=None, pause__isnull=False))
    if dues and not any(due.is_open for due in dues):
        waiting.obligation_meet(dossier, answer=str(answer), at=common.now(), acting=acting)
