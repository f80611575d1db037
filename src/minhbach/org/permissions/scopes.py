"""Scopes: what another system's token is limited to, whatever the roles of the account it acts as.

A room declares its scopes in its permissions.py, beside its verbs:

    register_scope("dossiers:read", _("read dossiers"), verbs=[SEE])
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from minhbach.org.permissions.registry import verb


@dataclass(frozen=True)
class Scope:
    """`verbs` are those that an account limited to the scope keeps, of those its roles give."""

    code: str
    title: str | Promise
    verbs: frozenset[str]


_scopes: dict[str, Scope] = {}


def register_scope(code: str, title: str | Promise, *, verbs: Iterable[str] = ()) -> str:
    """Declare a scope; returns its code. Another meaning of the same code raises ImproperlyConfigured, an unknown verb
    LookupError."""
    new = Scope(code, title, frozenset(verb(name).code for name in verbs))
    if _scopes.setdefault(code, new).verbs != new.verbs:
        raise ImproperlyConfigured(f"scope {code} is declared twice")
    return code


def scopes() -> list[Scope]:
    """All scopes, by code."""
    return [_scopes[code] for code in sorted(_scopes)]


def verbs_within(codes: Iterable[str]) -> frozenset[str]:
    """What these scopes leave of any role. A scope whose room is gone leaves nothing."""
    return frozenset().union(*(_scopes[code].verbs for code in codes if code in _scopes))


def limit(account, codes: Iterable[str]):
    """Let this account object do no more than the scopes say, from now on; returns it.

    The rules ask for the limit wherever they ask for a role (rules.py), so that no room has to.
    """
    account.limited_to = verbs_within(codes)
    return account
