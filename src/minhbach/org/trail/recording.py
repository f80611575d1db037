"""Recording events: the only code that extends a chain."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from minhbach.org.dates import in_force, today
from minhbach.org.memory import remembered
from minhbach.org.models import Chain, Event, Post
from minhbach.org.rows import only_row
from minhbach.org.trail.canonical import event_hash, plain
from minhbach.org.trail.registry import known, listeners

_BEGIN = """
    INSERT INTO org_chain (name, seq, hash) VALUES (%s, 0, '')
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING id, name, seq, hash
"""


def lock(name: str) -> Chain:
    """Take the chain's lock for the rest of the transaction and return its head.

    An action that must see a state nobody else is changing takes the lock first. On SQLite the
    transaction itself (IMMEDIATE) is the lock.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a chain is extended inside the action's transaction")
    heads = Chain.objects.select_for_update()
    head = only_row(heads.filter(name=name))
    if head is None:
        # Two processes may begin a chain at once: one row wins, and the other waits here for its lock.
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, [name])
            head = Chain(*cursor.fetchone())
    return head


def record(chain: str, verb: str, *, acting, subject=None, data: Mapping[str, Any] | None = None) -> Event:
    """Add an event to the chain, inside the caller's transaction: both happen or neither.

    `subject` is the row it is about, `data` what is worth knowing later (JSON without floats;
    personal data only as `digest`). An undeclared verb raises LookupError; data that cannot be kept
    exactly raises TypeError or ValueError; no transaction raises TransactionManagementError.
    """
    if not known(verb):
        raise LookupError(f"event {verb!r} is not declared in any room's events.py")
    kept = plain(data or {})
    head = lock(chain)
    event = Event(
        chain=head,
        seq=head.seq + 1,
        at=timezone.now(),
        verb=verb,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        data=kept,
        previous=head.hash,
        **_who(acting),
    )
    event.hash = event_hash(chain, event.__dict__)
    event.save()
    Chain.objects.filter(pk=head.pk).update(seq=event.seq, hash=event.hash)
    for told in listeners(verb):
        told(event, subject, acting)
    return event


def _who(acting) -> dict[str, Any]:
    if acting is None or not acting.is_authenticated:
        # SYSTEM says "system"; a visitor has no name.
        name = "" if acting is None or getattr(acting, "is_anonymous", False) else str(acting)
        return {"actor_id": None, "actor_name": name, "actor_post": ""}
    return {
        "actor_id": acting.pk,
        "actor_name": acting.person.full_name,
        "actor_post": "" if acting.is_system else remembered(acting, "post", lambda: _post(acting)),
    }


def _post(account) -> str:
    posts = Post.objects.filter(in_force(today()), person_id=account.person_id).select_related("unit")
    return "; ".join(f"{post.title}, {post.unit.name}" for post in posts.order_by("begins", "id"))[:600]
