"""Vietnamese dictionary order as a sortable text.

The order is that of Vietnamese dictionaries: syllable by syllable; within a syllable first the letters (a ă
â b c d đ e ê … o ô ơ … u ư …), then the tone in the order ngang, huyền, hỏi, ngã, sắc, nặng; so every entry
beginning with *ba* comes before every entry beginning with *bà*. Capitals decide last, small before
capital.
"""

from collections.abc import Iterator
from itertools import groupby

from .letters import ALPHABET, TONES, letters

_END = "00"  # below everything: the shorter text first
_TONE = {mark: f"{place:02}" for place, mark in enumerate(TONES, start=3)}
_LEVEL = "02"  # ngang; tones stay below letters, so a syllable sorts before its longer neighbours
_NUMBER = "10"
_LETTER = {letter: f"{place:02}" for place, letter in enumerate(ALPHABET, start=11)}
_FOREIGN = "99"
_LONGEST_NUMBER = 99


def collation_key(text: str) -> str:
    """A text of decimal digits that sorts as `text` does in a Vietnamese dictionary.

    Only digits are used, so the key keeps its order in a database column under any collation and encoding,
    in SQLite, PostgreSQL and Python alike. Numbers sort by value (số 2 before số 10, 3.4.2 before 3.4.10)
    and before letters; punctuation only separates words; other scripts come after Vietnamese. Texts that
    differ only in punctuation, in the placement of the tone (hoà, hòa) or in Unicode form get the same key:
    add a second column to order those.
    """
    key: list[str] = []
    case: list[str] = []
    for is_word, word in groupby(letters(text), key=lambda letter: letter.base.isalnum()):
        if not is_word:
            continue
        tones: list[str] = []
        for is_number, run in groupby(word, key=lambda letter: letter.base.isdecimal()):
            if is_number:
                digits = "".join(str(int(letter.base)) for letter in run)
                key.extend(_number(digits))
                case.append("1" if digits.startswith("0") and digits != "0" else "0")
                continue
            for letter in run:
                key.append(_LETTER.get(letter.base) or f"{_FOREIGN}{ord(letter.base):07}")
                case.append("1" if letter.upper else "0")
                tones.extend(_TONE[mark] for mark in letter.tones)
        key.extend(tones or [_LEVEL])
    # Trailing small letters say nothing: 0110… compares like the binary fraction it is.
    return "".join(key) + _END + "".join(case).rstrip("0")


def _number(digits: str) -> Iterator[str]:
    digits = digits.lstrip("0") or "0"
    for start in range(0, len(digits), _LONGEST_NUMBER):
        part = digits[start : start + _LONGEST_NUMBER]
        yield f"{_NUMBER}{len(part):02}{part}"
