"""Sending what waits, in order for each address and dossier, signed, with patience, and not for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from minhbach.dossiers.hooks.reaching import Unreachable, post
from minhbach.dossiers.models import Delivery

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = timedelta(seconds=30), timedelta(hours=2), 20
"""About a day and a half; after that a system asks with changed_since for what it missed."""
AT_ONCE = 100


def due() -> QuerySet[Delivery]:
    """What can go now: nothing past an earlier message about the same dossier that still waits."""
    now = timezone.now()
    before = Delivery.objects.filter(
        hook=OuterRef("hook"), dossier=OuterRef("dossier"), pk__lt=OuterRef("pk"), state=Delivery.WAITING
    )
    free = Q(leased_to=None) | Q(leased_to__lt=now)
    return Delivery.objects.filter(
        free, ~Exists(before), state=Delivery.WAITING, next_at__lte=now, hook__ended_at=None
    ).order_by("pk")


def send(*, most: int = 5000) -> int:
    """Send what can be sent now, at most so many; returns how many arrived. Several senders at once do no harm, and a
    message of one that dies is sent again under the same key."""
    arrived = tried = 0
    while tried < most:
        keys = list(due().values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            break
        for key in keys:
            tried += 1
            arrived += _send_one(key)
    return arrived


def signature(secret: str, at: int, body: bytes) -> str:
    """What the receiver computes, too: HMAC-SHA256 over the second it was sent, a dot, and the body."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _send_one(pk: int) -> bool:
    now = timezone.now()
    mine = Delivery.objects.filter(pk__in=due().filter(pk=pk).values("pk"))
    if not mine.update(leased_to=now + LEASE, attempts=F("attempts") + 1):
        return False
    one = Delivery.objects.select_related("hook").get(pk=pk)
    body = json.dumps({"id": str(one.key), **one.body}, ensure_ascii=False).encode()
    at = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "minhbach",
        "Idempotency-Key": str(one.key),
        "Minhbach-Signature": f"t={at},v1={signature(one.hook.secret, at, body)}",
    }
    again = Delivery.objects.filter(pk=pk, state=Delivery.WAITING)
    try:
        post(one.hook.url, body, headers)
    except Unreachable as error:
        wait = min(FIRST_WAIT * 2 ** min(one.attempts - 1, 12), LONGEST_WAIT)
        state = Delivery.FAILED if one.attempts >= MOST_TRIES else Delivery.WAITING
        again.update(failure=str(error)[:300], next_at=timezone.now() + wait, leased_to=None, state=state)
        return False
    again.update(state=Delivery.SENT, sent_at=timezone.now(), failure="", leased_to=None)
    return True
