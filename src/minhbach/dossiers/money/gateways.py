"""Payment gateways: what is asked of one, and one that signs its notices.

A gateway takes the money elsewhere and tells us by a notice to `/payments/notices/<agency code>/`. Whoever makes a
connector to a real one writes a class with `code`, `address` and `read`; `SignedGateway` is the plain one, which our
own stand-in speaks too. Which agency has one is said by the environment (PAYMENT_SECRETS), never by the database;
whether payers are sent to it, and to which page of it, by the agency's payment settings.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils.crypto import salted_hmac

WINDOW = 300
"""Seconds by which the clock of a notice may differ from ours: an old one sent again is refused."""
MOST_BYTES = 65_536
MOST_AMOUNT = 10**13 - 1
_ORDER = "order"


class BadNotice(ValueError):
    """What is no notice of the gateway; `code` is signature, time or body."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Notice:
    """So much was paid, in that currency, under this reference. `number` is the gateway's own, once for each payment;
    `digest` is of everything it says."""

    number: str
    reference: str
    amount: int
    currency: str
    paid_at: datetime | None
    digest: str


@dataclass(frozen=True)
class Order:
    """What a payer is sent to the gateway for; `back` is where the payer goes afterwards."""

    agency: str
    reference: str
    amount: int
    back: str


class Gateway(Protocol):
    code: str

    def address(self, page: str, order: Order) -> str:
        """Where the payer pays it, on this page of the gateway."""

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        """The notice, once its signature and its time are checked. Raises BadNotice."""


@dataclass(frozen=True)
class SignedGateway:
    """Notices in JSON {id, reference, amount, currency, paid_at}, with X-Timestamp (seconds since 1970) and
    X-Signature, the HMAC-SHA256 of “timestamp.body” in hexadecimal under a secret that both sides know."""

    secret: str
    code: str = "signed"

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        stamp = headers.get("X-Timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
            raise BadNotice("time", "X-Timestamp is missing or no number")
        # The signature first: who cannot sign learns nothing about the rest.
        if not hmac.compare_digest(self.sign(stamp, body).encode(), headers.get("X-Signature", "").encode()):
            raise BadNotice("signature", "the signature does not fit")
        if abs(now.timestamp() - int(stamp)) > WINDOW:
            raise BadNotice("time", "the notice is too old, or from the future")
        return _notice(body)

    def address(self, page: str, order: Order) -> str:
        """The page with `agency`, `reference`, `amount`, `currency` and `back`, and the `signature` of these."""
        said = {"agency": order.agency, "reference": order.reference, "amount": order.amount, "currency": "VND"}
        query = urlencode({**said, "back": order.back})
        return f"{page}{'&' if '?' in page else '?'}{query}&signature={self.sign(_ORDER, query.encode())}"

    def sign(self, stamp: str, body: bytes) -> str:
        return hmac.new(self.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class StandIn(SignedGateway):
    """A gateway for tests and demonstration, in our own process: no money moves. It signs what a real one would."""

    code: str = "stand-in"

    def notice(self, number: str, reference: str, amount: int, *, at: datetime, currency: str = "VND", paid_at=None):
        """Headers and body of the notice, signed at `at`, that so much was paid."""
        said = {
            "id": number,
            "reference": reference,
            "amount": amount,
            "currency": currency,
            "paid_at": (paid_at or at).astimezone(UTC).isoformat(),
        }
        body = json.dumps(said).encode()
        stamp = str(int(at.timestamp()))
        return {"X-Timestamp": stamp, "X-Signature": self.sign(stamp, body)}, body


def gateway_of(agency_code: str) -> SignedGateway | None:
    """The gateway of the agency with this identification code, if the environment names one; in the demonstration
    every agency has the stand-in."""
    secret = settings.PAYMENT_SECRETS.get(agency_code)
    if settings.DEMO:
        return StandIn(secret or salted_hmac("minhbach.money.stand_in", agency_code, algorithm="sha256").hexdigest())
    return SignedGateway(secret) if secret else None


def order_in(query: str) -> Order:
    """The order that the stand-in was asked to have paid. Raises BadNotice for one that we did not sign."""
    said = dict(parse_qsl(query, keep_blank_values=True))
    gateway = gateway_of(said.get("agency", ""))
    signed, _sign, signature = query.rpartition("&signature=")
    if gateway is None or not hmac.compare_digest(gateway.sign(_ORDER, signed.encode()).encode(), signature.encode()):
        raise BadNotice("signature", "the signature does not fit")
    return Order(said["agency"], said["reference"], int(said["amount"]), said["back"])


def _notice(body: bytes) -> Notice:
    try:
        said = json.loads(body, parse_float=lambda text: text)
    except (ValueError, RecursionError) as error:
        raise BadNotice("body", "the body is no JSON") from error
    if not isinstance(said, dict):
        raise BadNotice("body", "the body is no JSON object")
    number, reference, currency = (said.get(name) for name in ("id", "reference", "currency"))
    amount = said.get("amount")
    if not (isinstance(number, str) and 0 < len(number) <= 100 and number.isprintable()):
        raise BadNotice("body", "id is a text of 1 to 100 signs")
    if not (isinstance(reference, str) and len(reference) <= 100 and reference.isprintable()):
        raise BadNotice("body", "reference is a text of up to 100 signs")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadNotice("body", "currency is a code of three letters")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= MOST_AMOUNT:
        raise BadNotice("body", "amount is a whole number above 0")
    return Notice(number, reference, amount, currency.upper(), _moment(said.get("paid_at")), _digest(said))


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadNotice("body", "paid_at is a moment such as 2026-11-21T08:30:00+07:00") from error
    if found.tzinfo is None or not 2000 <= found.year <= 2100:
        raise BadNotice("body", "paid_at says its time zone and lies in this century")
    return found


def _digest(said: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
