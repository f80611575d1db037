"""Sending to webhooks: in order for each address and dossier, signed, and not for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from minhbach.dossiers.exchange.sending import Queue
from minhbach.dossiers.hooks.reaching import post
from minhbach.dossiers.models import Delivery

MOST_TRIES = 20
"""About a day and a half; after that a system asks with changed_since for what it missed."""
QUEUE = Queue(
    Delivery,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=2),
    lane=("hook", "dossier"),
    open=Q(hook__ended_at=None),
    most_tries=MOST_TRIES,
    related=("hook",),
)


def send(*, most: int = 5000) -> int:
    """Send what can be sent now, at most so many; returns how many arrived."""
    return QUEUE.send(_deliver, most=most).sent


def signature(secret: str, at: int, body: bytes) -> str:
    """What the receiver computes, too: HMAC-SHA256 over the second it was sent, a dot, and the body."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _deliver(one: Delivery) -> None:
    body = json.dumps({"id": str(one.key), **one.body}, ensure_ascii=False).encode()
    at = int(timezone.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "minhbach",
        "Idempotency-Key": str(one.key),
        "Minhbach-Signature": f"t={at},v1={signature(one.hook.secret, at, body)}",
    }
    post(one.hook.url, body, headers)
