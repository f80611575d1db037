"""Messages to other systems that wait or failed: a person has them tried again, or gives them up."""

from __future__ import annotations

from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models.messages import Message
from minhbach.org.errors import NotPossible

M = TypeVar("M", bound=Message)


def held(message: M, *related: str) -> M:
    """The message, locked. Part of an action, which asks for permission and records the event."""
    rows = type(message)._default_manager.select_for_update(of=("self",)).select_related(*related)
    return rows.get(pk=message.pk)


def settle(message: Message, state: str, *, because: str = "", acting) -> None:
    """Let it wait again, to be tried at once and from the beginning, or skip it. Raises NotPossible, code `settled`."""
    if message.state not in (Message.WAITING, Message.FAILED):
        raise NotPossible(_("This message is settled already."), "settled")
    message.state, message.because, message.attempts, message.next_at = state, because[:500], 0, timezone.now()
    message.settled_by = acting if acting.is_authenticated else None
    message.save(update_fields=["state", "because", "attempts", "next_at", "settled_by"])
