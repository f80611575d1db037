"""The first page, room by room: to whom signs in, what to do now; to visitors, what they can find. Each room says in
its firstpage.py what it shows, and is found by itself:

from minhbach.org.ui.firstpage import Found, register, welcome
register("criteria", find=_answers, verb="indices.see", order=40)
welcome("follow", "dossiers/_welcome.html", value=_form, order=20)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from minhbach.org.ui import figures as written

SHOWN = 6
"""Lines of each kind of work that are shown at once."""
SOON = timedelta(days=3)
"""So long before its due moment something is about to be late, where no clock of working time says it."""

LATE, DECIDE, DUE, BEGIN, ONWARD, LOOK = range(1, 7)
"""How urgent a step is: late, waits for this person's decision, has a due moment, to begin, to hand on, to look at."""


@dataclass(frozen=True)
class Figure:
    """How much there is of something with a due moment; `kind` is the kind of state it has while there is any."""

    count: int
    label: str
    url: str
    kind: str = "neutral"

    @property
    def tone(self) -> str:
        return self.kind if self.count else "neutral"


@dataclass(frozen=True)
class Item:
    """One thing to do. `state` is its kind and its words, both empty where there is nothing to say; `hint` holds
    nothing that the reader may not see."""

    label: str
    url: str
    hint: str = ""
    state: tuple[str, str] = ("", "")


@dataclass
class Block:
    """One kind of work: a panel with its most urgent items, and the page with all of them."""

    title: str
    icon: str
    items: list[Item] = field(default_factory=list)
    count: int = 0
    more: str = ""
    more_label: str = ""


@dataclass(frozen=True)
class Step:
    """What a person could do next; the lower the weight, the more urgent."""

    title: str
    url: str
    label: str
    text: str = ""
    weight: int = LOOK


@dataclass(frozen=True)
class Button:
    """What a person does again and again, whatever waits."""

    label: str
    url: str
    icon: str


@dataclass
class Found:
    """All that the rooms show to one person."""

    figures: list[Figure] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    @property
    def step(self) -> Step | None:
        """The most urgent; of equals the one found first."""
        return min(self.steps, key=lambda step: step.weight, default=None)


Find = Callable[[Any, Found], None]


@dataclass(frozen=True)
class _Work:
    find: Find
    verbs: tuple[str, ...]
    order: int


@dataclass(frozen=True)
class _Welcome:
    template: str
    value: Callable[[HttpRequest], Any]
    order: int


_works: dict[str, _Work] = {}
_welcomes: dict[str, _Welcome] = {}


def register(code: str, *, find: Find, verb: str | Iterable[str] = (), order: int = 100) -> None:
    """`find(account, found)` adds to what was found, in a number of queries that does not grow; it is asked only for
    those who hold one of the verbs somewhere (none: everybody)."""
    _works[code] = _Work(find, (verb,) if isinstance(verb, str) else tuple(verb), order)


def welcome(code: str, template: str, *, value: Callable[[HttpRequest], Any], order: int = 100) -> None:
    """`value(request)` gives what the template calls `value`; a part whose value is None is left out."""
    _welcomes[code] = _Welcome(template, value, order)


@cache
def _discover() -> None:
    autodiscover_modules("firstpage")


def work_of(account) -> Found:
    """What all rooms show to this person."""
    from minhbach.org.permissions import holds  # reads the models: not at import

    _discover()
    ordered = sorted(_works.values(), key=lambda work: work.order)
    return gathered(account, *(w.find for w in ordered if not w.verbs or any(holds(account, verb) for verb in w.verbs)))


def gathered(account, *finds: Find) -> Found:
    """What these show to this person."""
    found = Found()
    for find in finds:
        find(account, found)
    return found


def welcomes(request: HttpRequest) -> list[tuple[str, Any]]:
    """Template and value of each part of the page for visitors, in order."""
    _discover()
    ordered = sorted(_welcomes.values(), key=lambda part: part.order)
    found = [(part.template, part.value(request)) for part in ordered]
    return [(template, value) for template, value in found if value is not None]


def due_state(due: datetime, now: datetime) -> tuple[str, str]:
    """A due moment as people say it: kind of state and words."""
    left = due - now
    kind = "bad" if left < timedelta() else "warn" if left < SOON else "neutral"
    return kind, written.remaining(left)
