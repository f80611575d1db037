"""Folding and dictionary order, by example and by law."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.vietnamese import collation_key, fold
from minhbach.vietnamese.letters import TONES, VOWELS, letters

ACCENTED_LOWER = (
    "".join(unicodedata.normalize("NFC", vowel + mark) for vowel in VOWELS for mark in ("", *TONES)).translate(
        {ord(plain): None for plain in "aeiouy"}
    )
    + "đ"
)
ACCENTED = ACCENTED_LOWER + ACCENTED_LOWER.upper()

VIETNAMESE = st.text(st.sampled_from(ACCENTED + "abcdefghijklmnopqrstuvwxyz ABCXYZ 0123456789.,-/"), max_size=40)


def in_order(*texts: str) -> None:
    mixed = texts[::-1]
    assert sorted(mixed, key=collation_key) == list(texts)


def test_there_are_134_accented_letters():
    assert len(ACCENTED) == len(set(ACCENTED)) == 134


@pytest.mark.parametrize("letter", ACCENTED)
def test_every_accented_letter_folds_to_its_plain_letter(letter):
    plain = unicodedata.normalize("NFD", letter)[0].lower().replace("đ", "d")
    assert fold(letter) == plain
    assert fold(unicodedata.normalize("NFD", letter)) == plain


@pytest.mark.parametrize("letter", ACCENTED)
def test_every_accented_letter_is_taken_apart(letter):
    (found,) = letters(letter)
    assert found.base in VOWELS + "đ"
    assert unicodedata.normalize("NFC", found.base + found.tones) == letter.lower()
    assert found.upper == letter.isupper()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sở Giáo dục và Đào tạo", "so giao duc va dao tao"),
        ("ĐẮK LẮK", "dak lak"),
        ("TTHC 3.4.2.", "tthc 3.4.2"),
        ("tthc-3.4.2", "tthc 3.4.2"),
        ("Số: 12/BC-SGDĐT", "so 12 bc sgddt"),
        ("1.005142", "1.005142"),
        ("H20.28-230105", "h20.28 230105"),
        ("Tp.HCM, v.v...", "tp hcm v v"),
        ("  hai\u00a0 \n ba\u200b ", "hai ba"),
        ("Ðắk Lắk", "dak lak"),  # with the Icelandic letter, as old fonts gave it
        ("100 m²", "100 m2"),
        ("", ""),
        ("…", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


def test_both_placements_of_the_tone_meet():
    assert fold("hoà, thuý") == fold("hòa, thúy")
    assert collation_key("Hoà") == collation_key("Hòa")


@given(st.text(max_size=60))
def test_folding_is_stable_and_blind_to_form_and_case(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == folded
    assert folded == " ".join(folded.split())


@given(VIETNAMESE)
def test_folded_vietnamese_is_plain_ascii(text):
    folded = fold(text)
    assert folded.isascii() and folded == folded.lower()
    assert fold(text.upper()) == folded


def test_letters_in_dictionary_order():
    in_order(*"aăâbcdđeêghiklmnoôơpqrstuưvxy")


@pytest.mark.parametrize("vowel", VOWELS)
def test_tones_in_dictionary_order(vowel):
    in_order(*(unicodedata.normalize("NFC", f"t{vowel}{mark}m") for mark in ("", *TONES)))


def test_letters_before_tones_and_syllable_by_syllable():
    in_order("ba", "ba ba", "ba trăm", "bà", "bà ngoại", "bả", "bã", "bá", "bạ", "ban", "bàn", "băng", "bâng")
    in_order("an", "an ninh", "án", "ang")
    in_order("đa", "đà", "Đà Nẵng", "đạo", "ê")


def test_small_before_capital_and_case_last():
    in_order("hoa", "Hoa", "HOA", "hoa hồng", "hoà")


def test_numbers_by_value():
    in_order("3.4.2", "3.4.10", "3.10.1", "10", "Số 2", "Số 10", "Số 10a")


def test_other_scripts_last():
    in_order("9", "y", "z", "Ω", "学")


@given(st.text(max_size=40))
def test_key_is_digits_only_and_blind_to_form(text):
    key = collation_key(text)
    assert key.isascii() and key.isdigit()
    assert collation_key(unicodedata.normalize("NFD", text)) == key


@given(VIETNAMESE, VIETNAMESE)
def test_a_text_comes_before_what_begins_with_it(text, rest):
    assert collation_key(text) <= collation_key(f"{text} {rest}")


@given(st.text(st.sampled_from(ACCENTED_LOWER + "bcdghklmnpqrstvx"), min_size=1, max_size=6))
def test_case_never_outweighs_letters(text):
    assert (
        collation_key(text)[: collation_key(text).rindex("00")]
        == collation_key(text.upper())[: collation_key(text).rindex("00")]
    )
