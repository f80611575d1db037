"""What is remembered on an Account object: its grants and its posts.

The memory lives on the one object (in practice: for one request) and is dropped when any action of
this process changes grants, posts or the tree, when the day changes, and after a minute, so that a
long-running worker does not go on with rights that another process took away.
"""

import itertools
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from minhbach.org.dates import today

_counter = itertools.count(1)
_generation = 0
SECONDS = 60
MOST_SHARED = 1000
_shared: dict[str, dict] = {}


def remembered(account, key: str, read: Callable[[], Any]) -> Any:
    """`read()`, or what it gave before if nothing has changed since."""
    stamp = (_generation, today())
    memory = account.__dict__.get("_org_memory")
    if memory is None or memory["stamp"] != stamp or memory["until"] < time.monotonic():
        memory = {"stamp": stamp, "until": time.monotonic() + SECONDS}
        account.__dict__["_org_memory"] = memory
    if key not in memory:
        memory[key] = read()
    return memory[key]


def share(account, key: str) -> None:
    """Let this object remember what others under the same key do: a system that calls many times in a minute has its
    rights read once. So a role taken away by another process holds for a minute at most; its token is asked for each
    time."""
    if len(_shared) > MOST_SHARED:
        _shared.clear()
    memory = _shared.get(key)
    if memory is None or memory["stamp"] != (_generation, today()) or memory["until"] < time.monotonic():
        memory = _shared[key] = {"stamp": (_generation, today()), "until": time.monotonic() + SECONDS}
    account.__dict__["_org_memory"] = memory


def changed() -> None:
    """Grants, posts or the tree change: forget now, and again once the change can be seen by others."""
    _advance()
    transaction.on_commit(_advance)


def forget(account) -> None:
    """Let this object read its rights anew."""
    account.__dict__.pop("_org_memory", None)


def _advance() -> None:
    global _generation
    _generation = next(_counter)
