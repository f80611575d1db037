"""What waits for a person, room by room. Each room says in its inbox.py what it adds, and is found by itself:

from minhbach.org.ui.inbox import Line, Waiting, register
register("opinions", _("Opinions asked of my unit"), find=_opinions, verb="dossiers.handle", order=20)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

SHOWN = 5
"""Lines of each source that are shown at once."""


@dataclass(frozen=True)
class Line:
    """One thing to do. `hint` holds no personal data that the reader may not see."""

    title: str
    url: str
    hint: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """How much waits, of that how much is late, the page with all of it, and the first lines."""

    count: int
    url: str = ""
    late: int = 0
    lines: Sequence[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    code: str
    title: str | Promise
    find: Callable[..., Waiting | None]
    verbs: tuple[str, ...]
    order: int
    icon: str


_sources: dict[str, Source] = {}


def register(
    code: str,
    title: str | Promise,
    *,
    find: Callable[..., Waiting | None],
    verb: str | Iterable[str] = (),
    order: int = 100,
    icon: str = "inbox",
) -> None:
    """`find(account)` gives what waits, in a number of queries that does not grow; it is asked only for those who hold
    one of the verbs somewhere (none: everybody)."""
    _sources[code] = Source(code, title, find, (verb,) if isinstance(verb, str) else tuple(verb), order, icon)


@cache
def _discover() -> None:
    autodiscover_modules("inbox")


def waiting_for(account, but: str = "") -> list[tuple[Source, Waiting]]:
    """Everything that waits for this person, source by source, `but` for one; sources with nothing are left out."""
    from minhbach.org.permissions import holds  # reads the models: not at import

    _discover()
    found = []
    for source in sorted(_sources.values(), key=lambda source: source.order):
        if source.code != but and (not source.verbs or any(holds(account, verb) for verb in source.verbs)):
            waiting = source.find(account)
            if waiting is not None and waiting.count:
                found.append((source, waiting))
    return found
