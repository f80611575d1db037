"""What the page of a dossier shows about money."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.money import accounts
from minhbach.dossiers.permissions import CASH
from minhbach.org.permissions import may
from minhbach.papers.qr import qr_svg


def money_panel(dossier: Dossier, account) -> dict[str, Any] | None:
    """None where nothing was ever due. At most three queries beyond the dues."""
    if not dossier.dues.all():
        return None
    found = accounts.account_of(dossier)
    payable = found.total and dossier.status not in accounts.UNPAYABLE
    transfer = accounts.transfer_of(dossier, found.total) if payable else None
    text = accounts.qr_of(transfer) if transfer else ""
    return {
        "account": found,
        "payable": payable,
        "transfer": transfer if text else None,
        # Drawn by segno from our own text: only paths and numbers.
        "qr": mark_safe(qr_svg(text)) if text else "",  # noqa: S308
        "may_cash": may(account, CASH, dossier.agency),
    }
