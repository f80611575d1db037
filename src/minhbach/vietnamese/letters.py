"""The Vietnamese alphabet, and a text as a row of base letters with their tones.

The alphabet is that of the national spelling rules (29 letters, a ă â b c d đ …); f j w z are placed where
the international order has them, because names, units and codes use them.
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Dictionary order of the base letters, tones apart."""

VOWELS = "aăâeêioôơuưy"
"""The letters that carry a tone."""

TONES = {"\u0300": "huyền", "\u0309": "hỏi", "\u0303": "ngã", "\u0301": "sắc", "\u0323": "nặng"}
"""Combining mark → tone, in dictionary order; a syllable without a mark is *ngang*."""

_SHAPES = {
    "\u0302": dict(zip("aeo", "âêô", strict=True)),
    "\u0306": {"a": "ă"},
    "\u031b": {"o": "ơ", "u": "ư"},
}

# Legacy typesetting and scanned text hold look-alikes of đ: the Icelandic eth and the African d.
_STROKED_D = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})


class Letter(NamedTuple):
    """One base character: `base` in lower case (â, ơ, đ are bases), its tone marks, whether it was a
    capital."""

    base: str
    tones: str
    upper: bool


def one_stroke(text: str) -> str:
    """The text with every look-alike of đ written as đ."""
    return text.translate(_STROKED_D)


def letters(text: str) -> Iterator[Letter]:
    """The base characters of `text` in order, the same for NFC and NFD, with the shape marks (ˆ ˘ ̛) joined
    to their letter and the tones kept apart. Marks that Vietnamese does not have are dropped."""
    base, tones, upper = "", "", False
    for char in unicodedata.normalize("NFKD", one_stroke(text)):
        if not unicodedata.combining(char):
            if base:
                yield Letter(base, tones, upper)
            lower = char.lower()
            base, tones, upper = lower if len(lower) == 1 else char, "", lower != char
        elif char in TONES:
            tones += char
        else:
            base = _SHAPES.get(char, {}).get(base, base)
    if base:
        yield Letter(base, tones, upper)
