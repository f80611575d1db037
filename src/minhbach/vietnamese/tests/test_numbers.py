"""Numbers: written, read, spoken."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.vietnamese import (
    AmbiguousNumberError,
    NumberError,
    format_number,
    money_in_words,
    number_in_words,
    parse_number,
)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (0, None, "0", "0"),
        (1234567, None, "1.234.567", "1,234,567"),
        (Decimal("24.550"), None, "24,55", "24.55"),
        (Decimal("24.55"), 3, "24,550", "24.550"),
        ("0.25", None, "0,25", "0.25"),
        (Decimal("-1234.5"), None, "-1.234,5", "-1,234.5"),
        (Fraction(1, 8), None, "0,125", "0.125"),
        (Fraction(1, 3), 2, "0,33", "0.33"),
        (Fraction(2, 3), 2, "0,67", "0.67"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        (Decimal("-0.125"), 2, "-0,13", "-0.13"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (10**30 + 1, None, "1" + ".000" * 9 + ".001", "1" + ",000" * 9 + ",001"),
    ],
)
def test_written(value, places, vi, en):
    assert format_number(value, places) == vi
    assert format_number(value, places, "en") == en


@pytest.mark.parametrize("value", [0.25, True, None])
def test_inexact_values_are_refused(value):
    with pytest.raises(TypeError):
        format_number(value)


@pytest.mark.parametrize("value", ["NaN", Decimal("Infinity"), "1E+999999999", "1,5", Fraction(1, 3), 10**2000])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(NumberError):
        format_number(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,25", "0.25"),
        ("0.25", "0.25"),
        (",5", "0.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,891", "1234567.891"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        ("12,50", "12.50"),
        ("-3", "-3"),
        ("−3,5", "-3.5"),
        (" +7 ", "7"),
        ("007", "7"),
    ],
)
def test_read(text, value):
    for lang in (None, "vi", "en"):
        assert str(parse_number(text, lang)) == value


@pytest.mark.parametrize("text", ["1.234", "1,234", "-12.345", "123,456"])
def test_ambiguous_is_refused_in_both_languages(text):
    with pytest.raises(AmbiguousNumberError) as refused:
        parse_number(text)
    assert "hãy viết" in refused.value.vi and "write" in refused.value.en
    assert refused.value.vi in str(refused.value) and refused.value.en in str(refused.value)


def test_the_writers_language_decides():
    assert parse_number("1.234", "vi") == 1234 and parse_number("1,234", "vi") == Decimal("1.234")
    assert parse_number("1,234", "en") == 1234 and parse_number("1.234", "en") == Decimal("1.234")


def test_the_remedies_offered_are_readable():
    with pytest.raises(AmbiguousNumberError, match=r"1\.2340 \(decimal\)"):
        parse_number("1.234")
    assert parse_number("1.2340") == Decimal("1.234") and parse_number("1234") == 1234


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "5,",
        "1.2.3",
        "1.23.456",
        "1,2,3",
        "1.234,567,8",
        "1.234,567.8",
        "abc",
        "60%",
        "1e5",
        "٣",
        "--1",
    ],
)
def test_nonsense_is_refused(text):
    with pytest.raises(NumberError):
        parse_number(text)


@given(DECIMALS)
def test_what_is_written_is_read_back(value):
    for lang in ("vi", "en"):
        assert parse_number(format_number(value, lang=lang), lang) == value
        assert parse_number(format_number(value, 4, lang)) == value  # four places are never ambiguous


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "không", "zero"),
        (10, "mười", "ten"),
        (11, "mười một", "eleven"),
        (14, "mười bốn", "fourteen"),
        (15, "mười lăm", "fifteen"),
        (20, "hai mươi", "twenty"),
        (21, "hai mươi mốt", "twenty-one"),
        (24, "hai mươi tư", "twenty-four"),
        (25, "hai mươi lăm", "twenty-five"),
        (101, "một trăm linh một", "one hundred and one"),
        (104, "một trăm linh bốn", "one hundred and four"),
        (105, "một trăm linh năm", "one hundred and five"),
        (111, "một trăm mười một", "one hundred and eleven"),
        (115, "một trăm mười lăm", "one hundred and fifteen"),
        (1005, "một nghìn không trăm linh năm", "one thousand and five"),
        (2023, "hai nghìn không trăm hai mươi ba", "two thousand and twenty-three"),
        (10_000, "mười nghìn", "ten thousand"),
        (1_050_000, "một triệu không trăm năm mươi nghìn", "one million fifty thousand"),
        (1_000_005, "một triệu không trăm linh năm", "one million and five"),
        (10**9 + 5000, "một tỷ không trăm linh năm nghìn", "one billion five thousand"),
        (10**12, "một nghìn tỷ", "one trillion"),
        (10**15 + 1, "một triệu tỷ không trăm linh một", "one quadrillion and one"),
        (10**18, "một tỷ tỷ", "one quintillion"),
        (-7, "âm bảy", "minus seven"),
        ("24.55", "hai mươi tư phẩy năm mươi lăm", "twenty-four point five five"),
        ("0.05", "không phẩy không năm", "zero point zero five"),
        ("2.50", "hai phẩy năm", "two point five"),
        ("3.1416", "ba phẩy một bốn một sáu", "three point one four one six"),
        ("-0.5", "âm không phẩy năm", "minus zero point five"),
    ],
)
def test_spoken(value, vi, en):
    assert number_in_words(value) == vi
    assert number_in_words(value, "en") == en


def test_southern_reading():
    assert number_in_words(1005, odd="lẻ") == "một nghìn không trăm lẻ năm"


def test_too_large_to_speak():
    with pytest.raises(NumberError):
        number_in_words(10**18 + 1)
    with pytest.raises(NumberError):
        number_in_words(Fraction(1, 3))


@given(st.integers(-(10**18), 10**18), st.integers(-(10**18), 10**18))
def test_different_numbers_sound_different(one, other):
    if one != other:
        for lang in ("vi", "en"):
            assert number_in_words(one, lang) != number_in_words(other, lang)


@given(st.integers(0, 10**18))
def test_vietnamese_words_say_the_number(number):
    assert heard(number_in_words(number)) == number


def heard(words: str) -> int:
    """The number a listener writes down; an independent reading of the words."""
    digits = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
    digits |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
    scales = {"nghìn": 10**3, "triệu": 10**6}
    billions, below, group, digit = 0, 0, 0, 0
    for word in words.split():
        if word in digits:
            digit = digits[word]
        elif word == "trăm":
            group, digit = digit * 100, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "mười":
            group += 10
        elif word in scales:
            below, group, digit = below + (group + digit) * scales[word], 0, 0
        elif word == "tỷ":
            billions, below, group, digit = (billions + below + group + digit) * 10**9, 0, 0, 0
        else:
            assert word == "linh", word
    return billions + below + group + digit


def test_money():
    assert money_in_words(1_250_000) == "Một triệu hai trăm năm mươi nghìn đồng"
    assert money_in_words(250_000, even=True) == "Hai trăm năm mươi nghìn đồng chẵn"
    assert money_in_words(250_000, "en") == "Two hundred and fifty thousand Vietnamese dong"
    with pytest.raises(NumberError):
        money_in_words("0.5")
