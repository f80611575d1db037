"""Numbers and amounts of money in words.

Vietnamese readings follow the primary-school arithmetic books: *mốt, tư, lăm* after *mươi*, *lăm* after
*mười*, *linh* for an empty tens place, *không trăm* for an empty hundreds place inside a number; tỷ is 10^9
and repeats (nghìn tỷ, tỷ tỷ).
"""

from typing import Literal

from .errors import Lang, NumberError, check_lang
from .numbers import Number, decimal_digits, exact

LARGEST = 10**18
"""The largest absolute value that is put into words."""

_VI = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_VI_AFTER_TENS = dict(enumerate(_VI)) | {1: "mốt", 4: "tư", 5: "lăm"}
_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion")


def number_in_words(value: Number, lang: Lang = "vi", *, odd: Literal["linh", "lẻ"] = "linh") -> str:
    """`value` in words, exactly: 21 → "hai mươi mốt", 1005 → "một nghìn không trăm linh năm", −0.5 → "âm
    không phẩy năm".

    `odd` is the word for an empty tens place: *linh* (North, official) or *lẻ* (South). Decimals are read
    as a number after their leading zeros when that number has up to three digits (24.55 → "hai mươi tư phẩy
    năm mươi lăm", 0.05 → "không phẩy không năm"), digit by digit beyond. English is British ("one hundred
    and five"), decimals digit by digit. TypeError for a float; NumberError beyond 10^18 or without a finite
    decimal form.
    """
    number = exact(value)
    if abs(number) > LARGEST:
        raise NumberError(
            "Chỉ đọc được các số có giá trị tuyệt đối đến 10^18.",
            "Only numbers up to 10^18 can be put into words.",
        )
    negative, whole, part = decimal_digits(number)
    if check_lang(lang) == "en":
        words = _english(int(whole))
        if part:
            words += " point " + " ".join(_EN[int(digit)] for digit in part)
        return f"minus {words}" if negative else words
    words = _vietnamese(int(whole), odd)
    if part:
        words += " phẩy " + _decimals(part, odd)
    return f"âm {words}" if negative else words


def money_in_words(amount: Number, lang: Lang = "vi", *, currency: str | None = None, even: bool = False) -> str:
    """An amount as receipts write it: 1250000 → "Một triệu hai trăm năm mươi nghìn đồng".

    `currency` is đồng, in English "Vietnamese dong", unless given; `even` adds "chẵn" ("only"), which
    closes the amount against additions. The amount is whole: NumberError for a fraction of a đồng.
    """
    if exact(amount).denominator != 1:
        raise NumberError("Số tiền bằng đồng phải là số nguyên.", "An amount in đồng must be a whole number.")
    english = check_lang(lang) == "en"
    words = f"{number_in_words(amount, lang)} {currency or ('Vietnamese dong' if english else 'đồng')}"
    if even:
        words += " only" if english else " chẵn"
    return words[0].upper() + words[1:]


def _vietnamese(number: int, odd: str) -> str:
    if number == 0:
        return _VI[0]
    return " ".join(_vi_billions(number, odd, inside=False))


def _vi_billions(number: int, odd: str, *, inside: bool) -> list[str]:
    """The words of a positive number; `inside` when higher digits were read before it."""
    above, below = divmod(number, 10**9)
    words = []
    if above:
        words = [*_vi_billions(above, odd, inside=inside), "tỷ"]
        inside = True
    for scale, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, below = divmod(below, scale)
        if group:
            words += _vi_group(group, odd, inside=inside)
            if name:
                words.append(name)
            inside = True
    return words


def _vi_group(group: int, odd: str, *, inside: bool) -> list[str]:
    """The words of 1–999."""
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [_VI[hundreds], "trăm"] if hundreds or inside else []
    if tens == 0:
        if units:
            words += [odd, _VI[units]] if words else [_VI[units]]
    elif tens == 1:
        words.append("mười")
        if units:
            words.append("lăm" if units == 5 else _VI[units])
    else:
        words += [_VI[tens], "mươi"]
        if units:
            words.append(_VI_AFTER_TENS[units])
    return words


def _decimals(part: str, odd: str) -> str:
    rest = part.lstrip("0")
    words = [_VI[0]] * (len(part) - len(rest))
    if len(rest) <= 3:
        words.append(_vietnamese(int(rest), odd))
    else:
        words += [_VI[int(digit)] for digit in rest]
    return " ".join(words)


def _english(number: int) -> str:
    if number < 20:
        return _EN[number]
    words: list[str] = []
    for place in range(len(_EN_SCALES) - 1, -1, -1):
        group = number // 1000**place % 1000
        if group:
            small = place == 0 and group < 100 and words
            words.append(f"{'and ' if small else ''}{_en_group(group)}{_EN_SCALES[place]}")
    return " ".join(words)


def _en_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    words = f"{_EN[hundreds]} hundred" if hundreds else ""
    if rest:
        words += " and " if words else ""
        words += _EN[rest] if rest < 20 else _EN_TENS[rest // 10] + (f"-{_EN[rest % 10]}" if rest % 10 else "")
    return words
