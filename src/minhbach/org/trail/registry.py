"""The verbs of the trail, each with its label: a room declares its own in its events.py."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def register(code: str, label: str | Promise) -> str:
    """Declare an event; returns the code, to be kept as a constant. The label reads after a name:
    "opened the unit". Declaring a code twice raises ImproperlyConfigured."""
    if code in _labels and _labels[code] != label:
        raise ImproperlyConfigured(f"event {code} is declared twice")
    _labels[code] = label
    return code


def label(code: str) -> str | Promise:
    """The label; the bare code for events of a room that is no longer installed."""
    return _labels.get(code, code)


def known(code: str) -> bool:
    return code in _labels
