"""The outbox of the portal: every change of a dossier, in order; nothing of it goes past one the portal refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from minhbach.dossiers.exchange.portal.connector import Connector
from minhbach.dossiers.exchange.portal.payload import as_sent, message
from minhbach.dossiers.exchange.sending import Queue, Sent
from minhbach.dossiers.models import Dossier, Outgoing, PortalLink
from minhbach.org.models import Event

QUEUE = Queue(
    Outgoing,
    first_wait=timedelta(seconds=15),
    longest_wait=timedelta(hours=1),
    holding=(Outgoing.WAITING, Outgoing.FAILED),
    related=("dossier__applicant",),
)


def lay_out(dossier: Dossier, event: Event, data: Mapping[str, Any]) -> None:
    """Called with every event of a dossier, in its transaction; nothing unless the agency reports to the portal."""
    if not settings.PORTAL_URL or dossier.is_mirrored:
        return
    if not PortalLink.objects.filter(agency=dossier.agency_id, active=True).exists():
        return
    said = message(dossier, event.verb, data, at=event.at, who=event.actor_name, post=event.actor_post)
    QUEUE.lay(dossier, event, said, verb=event.verb).save()


def send(connector: Connector, *, most: int = 10_000) -> Sent:
    """Send what can be sent now, at most so many."""
    return QUEUE.send(lambda one: connector.send(str(one.key), as_sent(one.body, one.dossier)), most=most)
