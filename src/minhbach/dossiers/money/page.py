"""What the page of a dossier and the page for following it show about money."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.money import accounts, pages
from minhbach.dossiers.permissions import CASH, PAYMENT_SETTINGS
from minhbach.org.permissions import may
from minhbach.papers.qr import qr_svg
from minhbach.papers.vietqr import Transfer


def drawn(transfer: Transfer | None) -> str:
    """The VietQR code of a transfer as SVG; empty where there is none."""
    text = accounts.qr_of(transfer) if transfer else ""
    # Drawn by segno from our own text: only paths and numbers.
    return mark_safe(qr_svg(text)) if text else ""  # noqa: S308


def to_pay(dossier: Dossier) -> dict[str, Any] | None:
    """What was due, what is open, and the ways to pay it; None where nothing was ever due. At most three queries beyond
    the dues."""
    if not dossier.dues.all():
        return None
    found = accounts.account_of(dossier)
    payable = bool(found.total) and dossier.status not in accounts.UNPAYABLE
    into = accounts.settings_of(dossier.agency_id) if payable else None
    transfer = accounts.transfer_of(dossier, found.total, into) if into else None
    return {
        "account": found,
        "payable": payable,
        "transfer": transfer,
        "holder": into.account_name if into else "",
        "qr": drawn(transfer),
        "online": pages.is_payable_online(into),
    }


def money_panel(dossier: Dossier, account) -> dict[str, Any] | None:
    """The same for who works on the dossier."""
    found = to_pay(dossier)
    if found is None:
        return None
    may_set = found["payable"] and not found["transfer"] and may(account, PAYMENT_SETTINGS, dossier.agency)
    return found | {"may_cash": may(account, CASH, dossier.agency), "may_set": may_set}
