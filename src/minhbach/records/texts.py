"""Texts in both languages, and figures written without loss."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Text:
    """A text in Vietnamese and English; English falls back to Vietnamese."""

    vi: str
    en: str = ""

    def in_(self, lang: str) -> str:
        return self.vi if lang == "vi" else (self.en or self.vi)

    def __bool__(self) -> bool:
        return bool(self.vi or self.en)


def is_terminating(value: Fraction) -> bool:
    """Whether the value can be written out as a decimal."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal_text(value: Fraction | int) -> str:
    """The value as a plain decimal with a point, exact; a fraction `10/3` when it has no end."""
    value = Fraction(value)
    if not is_terminating(value):
        return f"{value.numerator}/{value.denominator}"
    if value.denominator == 1:
        return str(value.numerator)
    places = 0
    rest = value.denominator
    while rest % 10 == 0:
        rest //= 10
        places += 1
    twos = fives = 0
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    places += max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def rounded(value: Fraction, places: int, mode: str = "half_up") -> Fraction:
    """The value at so many decimal places. Modes: half_up and half_down (away from and towards zero at an exact half),
    half_even, down (cut)."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if mode == "half_up":
        whole += twice >= scaled.denominator
    elif mode == "half_down":
        whole += twice > scaled.denominator
    elif mode == "half_even":
        whole += twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1)
    elif mode != "down":
        raise ValueError(f"unknown rounding mode {mode!r}")
    return Fraction(whole if value >= 0 else -whole, 10**places)


def figure(value: Fraction | int, lang: str, places: int | None = None) -> str:
    """A figure for reading, rounded half up to `places`, else to 4 or as many as show that it is not a round one."""
    value = Fraction(value)
    if places is None:
        places = 4
        while places < _MOST_PLACES and _hides(value, places):
            places += 1
    return _dressed(decimal_text(rounded(value, places)), lang)


#: Figures of 10¹² and shares of them need no more to be told from a whole.
_MOST_PLACES = 14


def _hides(value: Fraction, places: int) -> bool:
    """Whether rounding makes a round figure of one that is not: 2.499999 must not read as 2.5."""
    shown = rounded(value, places)
    return shown != value and (shown * 100).denominator == 1


def counted(number: int, vi: str, one: str, several: str = "") -> Text:
    """`3 lỗi`, `3 errors`; `several` where the plural is not made with an s."""
    return Text(f"{number} {vi}", f"{number} {one if number == 1 else several or one + 's'}")


def exact_figure(value: Fraction | int, lang: str) -> str:
    """A figure with every digit; 10/3 where it has no end."""
    return _dressed(decimal_text(value), lang)


def percent(value: Fraction, lang: str, places: int = 2) -> str:
    """A rate as percent with at most `places` decimals.

    A rate below 100 % is never shown as 100 %, nor any rate as a neighbour it does not reach: when
    rounding would hide the difference from a whole percent, more decimals are shown.
    """
    value = value * 100
    while places < _MOST_PLACES and rounded(value, places).denominator == 1 and value.denominator != 1:
        places += 1
    shown = _dressed(decimal_text(rounded(value, places)), lang)
    return f"{shown}\u202f%" if lang == "vi" else f"{shown}%"


def _dressed(text: str, lang: str) -> str:
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, decimals = text.partition(".")
    thousands, point = (".", ",") if lang == "vi" else (",", ".")
    if len(whole) > 3 and whole.isdigit():
        groups: list[str] = []
        while whole:
            groups.insert(0, whole[-3:])
            whole = whole[:-3]
        whole = thousands.join(groups)
    return f"{sign}{whole}{point + decimals if decimals else ''}"


#: Exponents of three digits at most: a number of 10⁹ digits would never end.
_EXACT = re.compile(r"[+-]?[0-9]+/[0-9]+|[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def fraction_of(text: str | int | Decimal | Fraction) -> Fraction:
    """An exact fraction from a decimal or `10/3`. Raises ValueError, ZeroDivisionError for `1/0`."""
    if isinstance(text, bool | float):
        raise ValueError(f"{text!r} is not an exact number")
    if isinstance(text, int | Fraction):
        return Fraction(text)
    plain = str(text).replace(" ", "")
    if not _EXACT.fullmatch(plain):
        raise ValueError(f"{plain[:60]!r} is not an exact number")
    return Fraction(plain)
