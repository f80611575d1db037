"""The outbox: every change of a dossier is laid into it in the change's own transaction, and sent from it in order.

For each dossier the first message not sent yet goes first, and nothing goes past one that is stuck. A message is
leased to one sender at a time; whose process dies, its lease runs out and another sends again, under the same key, by
which the portal knows it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from minhbach.dossiers.exchange.portal.connector import Busy, Connector, Rejected
from minhbach.dossiers.exchange.portal.payload import message, with_applicant
from minhbach.dossiers.models import Dossier, Outgoing, PortalLink
from minhbach.org.models import Event

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
AT_ONCE = 100


@dataclass
class Sent:
    sent: int = 0
    busy: int = 0
    stuck: int = 0


def lay_out(dossier: Dossier, event: Event, data: Mapping[str, Any]) -> None:
    """Called with every event of a dossier, in its transaction; nothing unless the agency reports to the portal."""
    if not settings.PORTAL_URL or dossier.is_mirrored:
        return
    if not PortalLink.objects.filter(agency=dossier.agency_id, active=True).exists():
        return
    said = message(dossier, event.verb, data, at=event.at, who=event.actor_name, post=event.actor_post)
    Outgoing.objects.create(
        dossier=dossier, key=uuid.uuid4(), verb=event.verb, made_at=event.at, payload=said, next_at=event.at
    )


def due() -> Any:
    """Messages that can go now, the oldest first."""
    now = timezone.now()
    before = Outgoing.objects.filter(
        dossier=OuterRef("dossier"), pk__lt=OuterRef("pk"), state__in=[Outgoing.WAITING, Outgoing.STUCK]
    )
    free = Q(leased_to=None) | Q(leased_to__lt=now)
    return Outgoing.objects.filter(free, ~Exists(before), state=Outgoing.WAITING, next_at__lte=now).order_by("pk")


def send(connector: Connector, *, most: int = 10_000) -> Sent:
    """Send what can be sent now, at most so many."""
    done, me = Sent(), uuid.uuid4().hex
    while done.sent + done.busy + done.stuck < most:
        keys = list(due().values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return done
        for key in keys:
            _send_one(connector, key, me, done)
    return done


def _send_one(connector: Connector, pk: int, me: str, done: Sent) -> None:
    now = timezone.now()
    claimed = due().filter(pk=pk)
    if not Outgoing.objects.filter(pk__in=claimed.values("pk")).update(
        lease=me, leased_to=now + LEASE, attempts=F("attempts") + 1
    ):
        return
    one = Outgoing.objects.select_related("dossier__applicant").get(pk=pk)
    mine = Outgoing.objects.filter(pk=pk, lease=me, state=Outgoing.WAITING)
    try:
        # Between this answer and the line that keeps it the process may die: then it is sent again under the same key.
        connector.send(str(one.key), with_applicant(one.payload, one.dossier.applicant))
    except Busy as error:
        wait = min(FIRST_WAIT * 2 ** min(one.attempts - 1, 12), LONGEST_WAIT)
        mine.update(failure=str(error)[:500], next_at=timezone.now() + wait, leased_to=None, lease="")
        done.busy += 1
    except Rejected as error:
        mine.update(state=Outgoing.STUCK, failure=str(error)[:500], leased_to=None, lease="")
        done.stuck += 1
    else:
        mine.update(state=Outgoing.SENT, sent_at=timezone.now(), failure="", leased_to=None, lease="")
        done.sent += 1
