"""Where the fees of an agency are paid to: its bank account, and its payment gateway."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.models import PaymentSettings
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.pages import gateway_for, own_page
from minhbach.dossiers.permissions import PAYMENT_SETTINGS
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.papers.vietqr import MOST_ACCOUNT

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,}")


@transaction.atomic
def payments_set(
    agency: Unit,
    *,
    bank: str = "",
    account_number: str = "",
    account_name: str = "",
    gateway: bool = False,
    gateway_page: str = "",
    acting,
) -> PaymentSettings:
    """Set the account to which fees are transferred, and whether payers are sent to the agency's gateway, on which page
    of it. What a VietQR code has no room for is refused; blanks, dots and hyphens in the number are left out.

    Raises Refused; NotPossible with code `bank`, `account`, `holder`, `no_gateway` or `page`.
    """
    require(acting, PAYMENT_SETTINGS, agency)
    number, bank = accounts.bare_number(account_number), bank.strip()
    if bank or number:
        _require_account(bank, number)
        if not account_name.strip():
            raise NotPossible(
                _("Enter the holder as the bank has it: payers compare it with their bank's answer."), "holder"
            )
    if gateway:
        _require_gateway(agency, gateway_page)
    PaymentSettings.objects.get_or_create(agency=agency)
    row = PaymentSettings.objects.select_for_update().get(agency=agency)
    before = row.account_number
    row.bank, row.account_number, row.account_name = bank, number, " ".join(account_name.split())
    row.gateway, row.gateway_page = gateway, gateway_page
    row.save()
    data = {"bank": bank, "account": number, "before": before, "account_name": row.account_name, "gateway": gateway}
    data |= {"gateway_page": gateway_page} if gateway_page else {}
    trail.record(f"unit:{agency.pk}", events.PAYMENT_SETTINGS_SET, acting=acting, subject=row, data=data)
    return row


def _require_account(bank: str, number: str) -> None:
    if not (bank.isascii() and bank.isdecimal() and len(bank) == 6):
        raise NotPossible(_("Six digits, as Napas gives them to the bank (its BIN)."), "bank")
    if _IBAN.fullmatch(number):
        raise NotPossible(
            _("This is an IBAN, and Vietnamese accounts have none: enter the account number as the bank gives it."),
            "account",
        )
    if not re.fullmatch(rf"[0-9A-Z]{{1,{MOST_ACCOUNT}}}", number):
        raise NotPossible(
            _("An account number has 1 to %(most)s digits or letters without marks; a VietQR code takes no more."),
            "account",
            {"most": MOST_ACCOUNT},
        )


def _require_gateway(agency: Unit, page: str) -> None:
    if gateway_for(agency) is None:
        raise NotPossible(
            _("No gateway is connected: its secret is set by whoever runs the server (PAYMENT_SECRETS)."), "no_gateway"
        )
    if not page and not own_page():
        raise NotPossible(_("Enter the address of the gateway's payment page."), "page")
    if page and not page.startswith("https://"):
        raise NotPossible(_("The address of the payment page begins with https://."), "page")
