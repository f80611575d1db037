"""The verbs of the trail, each with its label: a room declares its own in its events.py. And what its chains are
about, so that readers see those of their own units, under a name that says something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}
_chains: dict[tuple[str, str], "ChainKind"] = {}
_words: dict[str, str | Promise] = {}
_closed: list[Callable] = []
_checks: list[Callable] = []
_listeners: dict[str, list[Callable]] = {}


@dataclass(frozen=True)
class ChainKind:
    """Chains named `prefix:pk` (and `suffix`), one for each row of a table. Who may read the trail at one of the row's
    units may read its chain."""

    prefix: str
    title: str | Promise
    model: str
    units: tuple[str, ...]
    """The ways from a row to its units; "pk" if the rows are units."""
    related: tuple[str, ...] = ()
    """What the row's own name reads."""
    suffix: str = ""

    def pk_in(self, name: str) -> str:
        """The row's key in the name of a chain; empty if the chain is of another kind."""
        if name.startswith(f"{self.prefix}:") and name.endswith(self.suffix):
            middle = name[len(self.prefix) + 1 : len(name) - len(self.suffix)]
            return middle if middle.isdecimal() else ""
        return ""


def register(code: str, label: str | Promise) -> str:
    """Declare an event; returns the code, to be kept as a constant. The label reads after a name:
    "opened the unit". Declaring a code twice raises ImproperlyConfigured."""
    if code in _labels and _labels[code] != label:
        raise ImproperlyConfigured(f"event {code} is declared twice")
    _labels[code] = label
    return code


def register_chain(
    prefix: str,
    title: str | Promise,
    *,
    model: str,
    units: Sequence[str] = ("unit",),
    related: Sequence[str] = (),
    suffix: str = "",
) -> None:
    """Declare what chains named `prefix:pk` are about. A chain nobody declared is read only by those who may read the
    trail of the whole tree."""
    _chains[prefix, suffix] = ChainKind(prefix, title, model, tuple(units), tuple(related), suffix)


def register_closed(find: Callable) -> None:
    """`find(account)` gives the events that this reader may not see yet, though they may read the chain: what a room
    keeps from some on its own screens, the trail keeps from them too."""
    _closed.append(find)


def closed() -> list[Callable]:
    return list(_closed)


def register_check(find: Callable) -> None:
    """`find()` gives what no longer is as an event of the trail says it was: (where, message) for each. For rows whose
    events hold a digest of many of them."""
    _checks.append(find)


def checks() -> list[Callable]:
    return list(_checks)


def listen(*verbs: str) -> Callable[[Callable], Callable]:
    """Decorate a function `told(event, subject, acting)` that a room above wants called after each such event, in the
    transaction of the action: what it writes is kept or lost together with the event."""

    def keep(told: Callable) -> Callable:
        for verb in verbs:
            _listeners.setdefault(verb, []).append(told)
        return told

    return keep


def listeners(verb: str) -> Sequence[Callable]:
    return _listeners.get(verb, ())


def register_words(**words: str | Promise) -> None:
    """Names for the keys of events' data, as a reader sees them. A key that a room below has named keeps that name:
    one key means one thing in the whole trail."""
    for key, name in words.items():
        _words.setdefault(key, name)


def label(code: str) -> str | Promise:
    """The label; the bare code for events of a room that is no longer installed."""
    return _labels.get(code, code)


def known(code: str) -> bool:
    return code in _labels


def labels() -> dict[str, str | Promise]:
    """All declared events, by code."""
    return dict(sorted(_labels.items()))


def chain_kinds() -> list[ChainKind]:
    return list(_chains.values())


def word(key: str) -> str | Promise:
    """The name of a key of events' data; the bare key if nobody gave it one."""
    return _words.get(key, key)
