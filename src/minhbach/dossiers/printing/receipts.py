"""Papers about money, from what was paid and what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers.models import Dossier, Payment
from minhbach.dossiers.money import accounts
from minhbach.dossiers.permissions import CASH
from minhbach.dossiers.printing.offices import Offices
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.papers import Document, receipts

WAYS = {
    Payment.CASH: "Tiền mặt",
    Payment.TRANSFER: "Chuyển khoản",
    Payment.GATEWAY: "Qua cổng thanh toán trực tuyến",
}


def receipt(payment: Payment, *, acting) -> Document:
    """Of a payment in cash with its number; of another, the same without one. Raises Refused."""
    require(acting, CASH, payment.agency)
    at = timezone.localtime(payment.at)
    dossier = payment.dossier
    said = receipts.Paid(
        number=f"{payment.receipt:04}" if payment.receipt else "",
        at=at,
        code=dossier.code,
        procedure=dossier.version.name,
        payer=payment.payer or dossier.applicant.name,
        items=[(title, amount) for title, amount in payment.items],
        way=WAYS[payment.way],
        officer=str(payment.taken_by or ""),
        cancelled=payment.cancelled_because if payment.cancelled_at else "",
    )
    return receipts.receipt(said, Offices([payment.agency]).office(payment.agency, at.date()))


def payment_request(dossier: Dossier, *, acting) -> Document:
    """What is open, with a code to scan where the agency has an account. Raises Refused; NotPossible with code
    `nothing`."""
    require(acting, CASH, dossier.agency)
    dues = accounts.open_dues(dossier)
    if not dues:
        raise NotPossible(_("Nothing is to be paid for this dossier."), "nothing")
    transfer = accounts.transfer_of(dossier, accounts.total(dues))
    now = timezone.localtime()
    into = accounts.settings_of(dossier.agency_id)
    return receipts.payment_request(
        code=dossier.code,
        procedure=dossier.version.name,
        payer=dossier.applicant.name,
        items=[(due.title, due.amount) for due in dues],
        transfer=transfer if transfer and accounts.qr_of(transfer) else None,
        holder=into.account_name if into else "",
        office=Offices([dossier.agency]).office(dossier.agency, now.date()),
        at=now,
    )


def cash_list(payments: Iterable[Payment], agency: Unit, day: datetime, *, officer: str = "", acting) -> Document:
    """The receipts of a day in their order. Raises Refused."""
    require(acting, CASH, agency)
    lines = [
        receipts.CashLine(
            number=payment.receipt_code,
            at=timezone.localtime(payment.at),
            code=payment.dossier.code,
            what="; ".join(title for title, _amount in payment.items),
            officer=str(payment.taken_by or ""),
            amount=payment.amount,
            cancelled=payment.cancelled_because if payment.cancelled_at else "",
        )
        for payment in payments
    ]
    return receipts.cash_list(lines, Offices([agency]).office(agency, day.date()), day=day, officer=officer)
