"""Who may see a file: the room that attached it says so."""

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured

MaySee = Callable[[object, object], bool]
"""may_see_file(account, attachment): the account may be a visitor."""

_rules: dict[str, MaySee] = {}


def register(kind: str, may_see_file: MaySee) -> str:
    """Declare a kind of attachment, in the room's attachments.py; returns the kind, to be kept as a
    constant. A kind without a rule cannot be attached; declaring it twice raises ImproperlyConfigured."""
    if _rules.get(kind, may_see_file) is not may_see_file:
        raise ImproperlyConfigured(f"attachments of kind {kind} are declared twice")
    _rules[kind] = may_see_file
    return kind


def known(kind: str) -> bool:
    return kind in _rules


def may_see(account, attachment) -> bool:
    """The owner's answer; no for a kind whose room is not installed any more."""
    rule = _rules.get(attachment.kind)
    return rule is not None and rule(account, attachment)
