"""Following a dossier from outside: whoever has the receipt, or knows its code and the end of the identity number.

The token in the QR code is drawn from the code and the installation's secret key: it cannot be guessed, and
needs no row.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from minhbach.dossiers.models import Dossier
from minhbach.org.people.lockout import client_address

DIGITS = 4
"""So many digits from the end of the identity number open a dossier together with its code."""
MOST_TRIES, WINDOW = 10, 15 * 60
"""So many wrong tries are let through within so many seconds, from one address and for one code."""


def token_of(code: str, secret: str | None = None) -> str:
    """The token on the receipt of the dossier: 80 bits."""
    return salted_hmac("minhbach.dossiers.follow", code, secret=secret, algorithm="sha256").hexdigest()[:20]


def is_token(code: str, token: str) -> bool:
    """Whether the token is that of the code, by this key or one it replaced."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(token, token_of(code, secret)) for secret in secrets)


def by_digits(code: str, digits: str) -> Dossier | None:
    """The dossier of this code, if its applicant's identity number ends in these digits."""
    if len(digits) != DIGITS or not digits.isdecimal():
        return None
    found = Dossier.objects.filter(code__iexact=code.strip()).select_related("applicant").first()
    fits = found is not None and constant_time_compare(found.applicant.id_number[-DIGITS:], digits)
    return found if fits else None


def too_many(request: HttpRequest, code: str) -> bool:
    """Whether there were too many wrong tries from there, or for this code."""
    return any(cache.get(key, 0) >= MOST_TRIES for key in _keys(request, code))


def count_wrong(request: HttpRequest, code: str) -> None:
    for key in _keys(request, code):
        cache.add(key, 0, WINDOW)
        cache.incr(key)


def _keys(request: HttpRequest, code: str) -> list[str]:
    hashed = salted_hmac("minhbach.dossiers.follow.tries", code.strip().upper()).hexdigest()[:20]
    return [f"follow:from:{client_address(request)}", f"follow:of:{hashed}"]
