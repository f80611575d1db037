"""What a dossier owes, what was paid for it, and the code by which it is paid."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Dossier, Due, Payment, PaymentSettings
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.states import Status
from minhbach.org.models import Unit
from minhbach.papers.vietqr import BadQr, Transfer, plain_purpose, vietqr

UNPAYABLE = frozenset({Status.NOT_RECEIVED, Status.STOPPED})
"""Nothing is asked for any more."""
PURPOSE = "nop le phi"

WHY = {
    "none": _("Its words name no dossier."),
    "several": _("Its words name more than one dossier."),
    "unknown": _("The dossier it names does not exist."),
    "other": _("The dossier it names is another agency's."),
    "nothing": _("Nothing is open for this dossier: paid already, or not asked for."),
    "under": _("Less than what is due."),
    "over": _("More than what is due."),
    "ended": _("The dossier was stopped or not received."),
    "currency": _("It is not in đồng."),
    "undone": _("The match was taken back."),
}
"""Why money that came in was not matched by itself."""


@dataclass(frozen=True)
class Account:
    """What a dossier owes and got. `open` and `cancelled` are dues, `payments` the newest first."""

    dues: tuple[Due, ...]
    payments: tuple[Payment, ...]

    @property
    def open(self) -> list[Due]:
        return [due for due in self.dues if due.is_open]

    @property
    def total(self) -> int:
        return sum(due.amount for due in self.open)

    @property
    def paid(self) -> int:
        return sum(one.amount - one.refunded for one in self.payments if one.cancelled_at is None)


def account_of(dossier: Dossier) -> Account:
    """Three queries; two where the dues were read with the dossier."""
    return Account(
        tuple(dossier.dues.all()),
        tuple(dossier.payments.select_related("taken_by").prefetch_related("refunds")),
    )


def open_dues(dossier: Dossier) -> list[Due]:
    return list(dossier.dues.filter(payment=None, cancelled_at=None, amount__gt=0))


def total(dues: Iterable[Due]) -> int:
    return sum(due.amount for due in dues)


def why_not(agency: Unit, keys: Collection[int], dossier: Dossier | None, dues: Iterable[Due], amount: int) -> str:
    """Why money that came in for `agency` does not pay by itself what it names: a code of `WHY`; empty when it does.

    `keys` are the dossiers its words name, `dossier` the one of them, if it is one and exists, `dues` what is open
    there. Only the exact sum pays by itself: anything else is for a person.
    """
    if len(keys) != 1:
        return "several" if keys else "none"
    if dossier is None:
        return "unknown"
    if dossier.is_mirrored or not agency.covers(dossier.agency):
        return "other"
    if dossier.status in UNPAYABLE:
        return "ended"
    due = total(dues)
    if not due:
        return "nothing"
    return "" if amount == due else "under" if amount < due else "over"


def bare_number(text: str) -> str:
    """An account number without the blanks, dots and hyphens that people put into it."""
    return re.sub(r"[\s.\-]+", "", text).upper()


def settings_of(agency: int) -> PaymentSettings | None:
    """Where the fees of the agency with this key are paid to; None while nothing is set."""
    return PaymentSettings.objects.filter(agency=agency).first()


def transfer_of(dossier: Dossier, amount: int, into: PaymentSettings | None = None) -> Transfer | None:
    """The transfer by which the dossier's dues are paid into the agency's account, `into` if it was read before; None
    while there is no account in its settings."""
    into = into or settings_of(dossier.agency_id)
    if into is None or not into.account_number or not amount:
        return None
    purpose = plain_purpose(f"{reference_of(dossier.pk)} {PURPOSE}")
    return Transfer(into.bank, into.account_number, amount, purpose)


def qr_of(transfer: Transfer) -> str:
    """The text of its VietQR code; empty where the agency's settings do not make one."""
    try:
        return vietqr(transfer)
    except BadQr:
        return ""
