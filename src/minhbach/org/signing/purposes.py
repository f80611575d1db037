"""What follows once a signature is there: the room that asked for it says so, in its `signing.py` or actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Purpose:
    """`signed(request, pdf, acting)` writes the signed paper, in the transaction that took the signature; it asks state
    and permission again. `address(request)` is the page to go back to."""

    code: str
    signed: Callable[[Any, bytes, Any], object]
    address: Callable[[Any], str]


_purposes: dict[str, Purpose] = {}


def register(code: str, *, signed: Callable[[Any, bytes, Any], object], address: Callable[[Any], str]) -> str:
    """Declare a purpose; returns its code. Declaring it twice raises ImproperlyConfigured."""
    if code in _purposes and _purposes[code].signed is not signed:
        raise ImproperlyConfigured(f"signing for {code} is declared twice")
    _purposes[code] = Purpose(code, signed, address)
    return code


def purpose(code: str) -> Purpose:
    """LookupError for one that no room declares."""
    try:
        return _purposes[code]
    except KeyError:
        raise LookupError(f"nobody declares what is signed for {code!r}") from None
