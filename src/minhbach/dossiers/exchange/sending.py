"""Messages to other systems: laid out with the change they tell of, sent in order with patience, repeated by a person.

A queue is one table of messages (the portal's outbox, the webhooks). A message is leased to one sender at a time; whose
process dies, its lease runs out and another sends again, under the same key, by which the receiver knows it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.models.messages import Message
from minhbach.org.models import Event

LEASE = timedelta(minutes=2)
AT_ONCE = 100
M = TypeVar("M", bound=Message)


class Later(Exception):
    """It did not arrive as it should: the same again may. The words say why."""


class Rejected(Exception):
    """The receiver has understood and refuses; the same again would be refused again."""


@dataclass
class Sent:
    """What became of messages: taken, to be tried again, given up until a person decides."""

    sent: int = 0
    later: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Queue(Generic[M]):
    """How the messages of one table are sent."""

    messages: type[M]
    first_wait: timedelta
    longest_wait: timedelta
    lane: tuple[str, ...] = ("dossier",)
    """Messages equal in these fields go one after another."""
    holding: tuple[str, ...] = (Message.WAITING,)
    """In which states a message holds back those after it."""
    open: Q = Q()
    """Which messages are sent at all."""
    most_tries: int | None = None
    related: tuple[str, ...] = ("dossier",)
    """What is read with a message, to deliver it."""

    def lay(self, dossier: Dossier, event: Event, body: dict[str, Any], **more: Any) -> M:
        """A message about this event, to be written in its transaction: both or neither."""
        said = {"key": uuid.uuid4(), "body": body, "made_at": event.at, "next_at": event.at}
        return self.messages(dossier=dossier, **said, **more)

    def due(self) -> QuerySet[M]:
        """What can go now, the oldest first; nothing goes past an earlier one of its lane that holds it back."""
        now = timezone.now()
        before = self._all().filter(
            pk__lt=OuterRef("pk"), state__in=self.holding, **{name: OuterRef(name) for name in self.lane}
        )
        free = Q(leased_to=None) | Q(leased_to__lt=now)
        found = self._all().filter(free, self.open, ~Exists(before), state=Message.WAITING, next_at__lte=now)
        return found.order_by("pk")

    def send(self, deliver: Callable[[M], None], *, most: int = 10_000) -> Sent:
        """Send what can be sent now, at most so many. `deliver` raises Later or Rejected. Several senders at once do no
        harm."""
        done, me = Sent(), uuid.uuid4().hex
        while done.sent + done.later + done.failed < most:
            keys = list(self.due().values_list("pk", flat=True)[:AT_ONCE])
            if not keys:
                break
            for key in keys:
                self._send_one(deliver, key, me, done)
        return done

    def _all(self) -> QuerySet[M]:
        return self.messages._default_manager.all()

    def _send_one(self, deliver: Callable[[M], None], pk: int, me: str, done: Sent) -> None:
        claimed = self._all().filter(pk__in=self.due().filter(pk=pk).values("pk"))
        if not claimed.update(lease=me, leased_to=timezone.now() + LEASE, attempts=F("attempts") + 1):
            return
        one = self._all().select_related(*self.related).get(pk=pk)
        mine = self._all().filter(pk=pk, lease=me, state=Message.WAITING)
        free: dict[str, Any] = {"lease": "", "leased_to": None}
        try:
            # Between this answer and the line that keeps it the process may die: then it is sent again.
            deliver(one)
        except Rejected as error:
            mine.update(state=Message.FAILED, failure=str(error)[:500], **free)
            done.failed += 1
        except Later as error:
            wait = min(self.first_wait * 2 ** min(one.attempts - 1, 12), self.longest_wait)
            over = self.most_tries is not None and one.attempts >= self.most_tries
            state = Message.FAILED if over else Message.WAITING
            mine.update(state=state, failure=str(error)[:500], next_at=timezone.now() + wait, **free)
            done.failed += over
            done.later += not over
        else:
            mine.update(state=Message.SENT, sent_at=timezone.now(), failure="", **free)
            done.sent += 1
