"""Numbers as Vietnamese offices write them: decimal comma, a full stop between groups of three (1.234.567,5).

Source: Law on Accounting 88/2015/QH13, Article 11(2): a full stop after the thousands, millions and
billions, a comma after the units when decimals follow.
"""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .errors import AmbiguousNumberError, Lang, NumberError, check_lang

Number = int | Decimal | Fraction | str
"""What is exact. A str is in machine form, as `str(Decimal)` writes it; read people's writing with
`parse_number`."""

MOST_DIGITS = 1000
"""Longer numbers are refused: nobody reads them, and a short text such as 1E+999999999 must not fill the
memory."""

_SIGNS = {"vi": (".", ","), "en": (",", ".")}
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})+")
_BLANKS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
_WRITTEN = re.compile(r"([+\-\u2212]?)(\d[\d.,]*|[.,]\d+)", re.ASCII)


def exact(value: Number) -> Fraction:
    """`value` as a fraction, nothing lost. TypeError for a float or a bool, NumberError for what is no
    finite number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction | str):
        raise TypeError(f"{type(value).__name__} is not exact: pass int, Decimal, Fraction or str")
    if isinstance(value, str):
        text = value
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise _not_a_number(text) from None
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS or len(value.as_tuple().digits) > MOST_DIGITS:
            raise _not_a_number(str(value))
    elif isinstance(value, int) and value.bit_length() > MOST_DIGITS * 3:
        raise _not_a_number("…")
    return Fraction(value)


def decimal_digits(value: Fraction, places: int | None = None) -> tuple[bool, str, str]:
    """(negative, digits before, digits after the decimal sign) of `value`.

    `places` fixes the digits after the sign, rounding half away from zero; without it all digits are given
    and no trailing zero. NumberError when the expansion never ends (1/3) and `places` is not given.
    """
    if places is None:
        rest, places = value.denominator, 0
        twos = fives = 0
        while rest % 2 == 0:
            rest, twos = rest // 2, twos + 1
        while rest % 5 == 0:
            rest, fives = rest // 5, fives + 1
        if rest != 1:
            raise NumberError(
                f"{value} không viết hết được bằng số thập phân: hãy cho biết số chữ số sau dấu phẩy.",
                f"{value} has no finite decimal form: say how many places to show.",
            )
        places = max(twos, fives)
    if not 0 <= places <= MOST_DIGITS:
        raise ValueError(f"places must be between 0 and {MOST_DIGITS}, not {places}")
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(places + 1, "0")
    cut = len(digits) - places
    return value < 0 and whole != 0, digits[:cut], digits[cut:]


def format_number(value: Number, places: int | None = None, lang: Lang = "vi") -> str:
    """`value` for people: 1.234.567,5 in Vietnamese, 1,234,567.5 in English.

    Without `places` every digit is shown and no trailing zero; with it exactly so many, rounding half away
    from zero (for display: a score is rounded by its set's rule before it comes here). The arithmetic is
    exact at any size. TypeError for a float; NumberError for NaN, an infinity, or 1/3 without `places`.
    """
    group, point = _SIGNS[check_lang(lang)]
    negative, whole, part = decimal_digits(exact(value), places)
    whole = f"{int(whole):,}".replace(",", group)
    return f"{'-' if negative else ''}{whole}{point + part if part else ''}"


def parse_number(text: str, lang: Lang | None = None) -> Decimal:
    """The number a person wrote, exactly: 0,25 · 0.25 · 1.234,5 · 1,234.5 · 1.234.567 · 1 234 567 · −3.

    The rule, in this order:

    1. Comma and full stop together: the last one is the decimal sign, the other groups digits by three.
    2. One of them repeated: it groups digits by three.
    3. One of them once: it is the decimal sign, unless it may as well be grouping, that is with one to
       three digits not beginning with 0 before it and exactly three after it. 1.234 and 1,234 are then
       *ambiguous*.

    An ambiguous text raises AmbiguousNumberError, because guessing would be wrong a thousandfold; `lang`,
    when the writer's habit is certain, decides it ("vi": 1.234 is one thousand two hundred and thirty-four
    and 1,234 is a little over one). `lang` changes nothing else. Anything else, and groups of another
    length than three, raises NumberError.
    """
    written = _WRITTEN.fullmatch(_BLANKS.sub("", text.strip()))
    if written is None or len(text) > MOST_DIGITS:
        raise _not_a_number(text)
    sign, body = written.groups()
    point = _decimal_sign(text, body, lang and check_lang(lang))
    whole, _, part = body.partition(point) if point else (body, "", "")
    if any(mark in whole for mark in ".,"):
        if not _GROUPED.fullmatch(whole) or ("." in whole and "," in whole):
            raise _not_a_number(text)
        whole = whole.replace(".", "").replace(",", "")
    if part and not part.isdigit():
        raise _not_a_number(text)
    if point and not part:
        raise _not_a_number(text)
    return Decimal(f"{'-' if sign in ('-', '−') else ''}{whole or '0'}{'.' + part if part else ''}")


def _decimal_sign(text: str, body: str, lang: Lang | None) -> str:
    """The character that is the decimal sign in `body`, or nothing; see `parse_number`."""
    marks = [char for char in body if char in ".,"]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return ""
    if body.startswith("0") or not _GROUPED.fullmatch(body):
        return marks[0]
    if lang is None:
        raise _ambiguous(text, body, marks[0])
    return marks[0] if marks[0] == _SIGNS[lang][1] else ""


def _ambiguous(text: str, body: str, mark: str) -> AmbiguousNumberError:
    plain = body.replace(mark, "")
    before, after = body.split(mark)
    shown = _shown(text)
    return AmbiguousNumberError(
        f"Không rõ “{shown}” là số nào: hãy viết {plain} (số nguyên, không dấu phân cách) "
        f"hoặc {before},{after}0 (số thập phân).",
        f"“{shown}” could be two numbers: write {plain} (whole, without a separator) or {before}.{after}0 (decimal).",
    )


def _not_a_number(text: str) -> NumberError:
    shown = _shown(text)
    return NumberError(
        f"“{shown}” không phải là số: hãy viết như 1234, 1.234.567 hoặc 0,25.",
        f"“{shown}” is not a number: write it like 1234, 1,234,567 or 0.25.",
    )


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
