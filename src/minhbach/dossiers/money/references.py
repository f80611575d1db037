"""The word by which a transfer names its dossier: TTHC, the dossier's number in seven signs, and one to check them.

    >>> reference_of(1)
    'TTHC0000001F'

Banks put their own words around it, take out spaces and cut long texts; people type it. So it has only capitals and
digits, none that are taken for one another (no I, L, O, U), always the same length, and a check sign (ISO/IEC 7064, MOD
37,36) that notices one wrong sign or two that changed places. It says nothing about the applicant.
"""

from __future__ import annotations

import re

PREFIX = "TTHC"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 7
_FORM = re.compile(rf"(?={PREFIX}([{_DIGITS}]{{{_LENGTH}}})([0-9A-Z]))")


def reference_of(key: int) -> str:
    """The reference of the dossier with this key. ValueError for one that has no room."""
    if not 0 < key < 32**_LENGTH:
        raise ValueError(f"no reference for {key}")
    signs, rest = "", key
    for _ in range(_LENGTH):
        rest, digit = divmod(rest, 32)
        signs = _DIGITS[digit] + signs
    return f"{PREFIX}{signs}{_check(signs)}"


def keys_in(text: str) -> set[int]:
    """The keys of the dossiers a text names, whatever stands around and between the signs."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    found = set()
    for signs, check in _FORM.findall(bare):
        if _check(signs) == check:
            key = 0
            for sign in signs:
                key = key * 32 + _DIGITS.index(sign)
            found.add(key)
    return found - {0}


def _check(signs: str) -> str:
    carried = 36
    for sign in signs:
        total = (carried + _ALL.index(sign)) % 36 or 36
        carried = total * 2 % 37
    return _ALL[(37 - carried) % 36]
