"""A message for every address that is to be told, in the transaction of the event: both or neither."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from minhbach.dossiers.hooks.sending import QUEUE
from minhbach.dossiers.models import Delivery, Dossier, Hook
from minhbach.dossiers.permissions import SEE
from minhbach.org.models import Event
from minhbach.org.permissions import limit, may


def lay_out(dossier: Dossier, event: Event) -> None:
    """Called with every event of a dossier. The message says what happened, and nothing of the applicant: whoever wants
    more asks the API, which asks for their rights. One query while nobody is to be told."""
    hooks = Hook.objects.filter(ended_at=None, token__revoked_at=None)
    concerned = [hook for hook in hooks if not hook.verbs or event.verb in hook.verbs]
    prefetch_related_objects(concerned, "token__account__person")
    wanted = [hook for hook in concerned if _sees(hook, dossier)]
    said = {
        "event": event.verb,
        "seq": event.seq,
        "at": event.at.isoformat(),
        "hash": event.hash,
        "dossier": dossier.code,
        "status": dossier.status,
        "edition": dossier.edition,
    }
    Delivery.objects.bulk_create(QUEUE.lay(dossier, event, said, hook=hook) for hook in wanted)


def _sees(hook: Hook, dossier: Dossier) -> bool:
    account = limit(hook.token.account, hook.token.scopes)
    return hook.token.holds and account.is_active and may(account, SEE, dossier.office)
