"""How a payer gets to the gateway of an agency: its page, and the address that asks for one dossier's fees."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from minhbach.dossiers.models import Desk, Dossier, PaymentSettings
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.gateways import Order, SignedGateway, gateway_of
from minhbach.dossiers.money.references import reference_of
from minhbach.org.dates import today
from minhbach.org.models import Unit


def agency_code(agency: int) -> str:
    """The identification code of the agency with this key; empty without a one-stop shop."""
    return Desk.objects.on(today()).filter(agency=agency).values_list("agency_code", flat=True).first() or ""


def gateway_for(agency: Unit) -> SignedGateway | None:
    """The gateway of the agency, if the environment names one."""
    code = agency_code(agency.pk)
    return gateway_of(code) if code else None


def own_page() -> str:
    """The page of the stand-in, in the demonstration; empty elsewhere."""
    return reverse("dossiers:stand_in") if settings.DEMO else ""


def is_payable_online(into: PaymentSettings | None) -> bool:
    """Whether payers of this agency are sent to a gateway."""
    return into is not None and into.gateway and bool(into.gateway_page or own_page())


def payment_address(dossier: Dossier, *, back: str) -> str:
    """Where the payer pays what is open for the dossier; empty where nothing is, or no gateway takes it."""
    into, amount = accounts.settings_of(dossier.agency_id), accounts.total(accounts.open_dues(dossier))
    code = agency_code(dossier.agency_id)
    gateway = gateway_of(code) if code else None
    if not amount or dossier.status in accounts.UNPAYABLE or gateway is None:
        return ""
    if into is None or not is_payable_online(into):
        return ""
    return gateway.address(into.gateway_page or own_page(), Order(code, reference_of(dossier.pk), amount, back))
