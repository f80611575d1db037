"""Thirds, thresholds, rounding, and figures as they are written: nothing is lost."""

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.records.texts import decimal_text, figure, percent, rounded
from minhbach.scoring.tests.making import leaf_of, leaf_set, make, score_of

F = Fraction


def test_a_third_three_times_is_one():
    text = "rounding: {points: {places: PLACES}}\ncriteria:\n" + "".join(
        f'  - {{code: "{n}", title: t, maximum: 1/3, inputs: {{a: {{type: count, title: a}}}}, '
        "rule: {formula: a / 3}}\n"
        for n in (1, 2, 3)
    )
    result = score_of(make(text.replace("PLACES", "10")), {str(n): {"a": 1} for n in (1, 2, 3)})
    assert result.score == F("0.9999999999")  # each criterion is rounded, as the set says; the sum is exact
    assert result.maximum == 1


def test_a_third_rounded_up_beyond_a_fractional_maximum_is_not_an_error():
    indicator_set = leaf_set("maximum: 2/3\ninputs: {a: {type: count, title: a}}\nrule: {formula: a / 3 * 1}")
    result = leaf_of(indicator_set, a=2)  # 0,6666666667 > 2/3
    assert (result.state, result.score) == ("scored", F(2, 3))


@pytest.mark.parametrize(
    ("part", "whole", "reached"),
    [
        (19, 20, True),
        (95, 100, True),
        (18, 19, False),
        (94999999, 10**8, False),
        (95 * 10**10, 10**12, True),
        (95 * 10**10 - 1, 10**12, False),
    ],
)
def test_exactly_at_a_threshold(part, whole, reached):
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}}
        rule: {tiers: [{when: b / a >= 95%, points: 1}, {otherwise: 0}]}
    """)
    assert leaf_of(indicator_set, a=whole, b=part).score == int(reached)


MODES = {
    "half_up": ROUND_HALF_UP,
    "half_down": ROUND_HALF_DOWN,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}


@settings(deadline=None)
@given(st.decimals(-(10**6), 10**6, places=6), st.integers(0, 6), st.sampled_from(sorted(MODES)))
def test_rounding_is_that_of_decimal(value, places, mode):
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=MODES[mode])
    assert rounded(F(str(value)), places, mode) == F(str(expected))


@pytest.mark.parametrize(
    ("value", "mode", "expected"),
    [
        ("50.775", "down", "50.77"),
        ("50.775", "half_up", "50.78"),
        ("50.765", "half_even", "50.76"),
        ("-0.005", "half_up", "-0.01"),
        ("50.775", "half_down", "50.77"),
        ("-50.775", "half_down", "-50.77"),
    ],
)
def test_rounding_of_published_figures(value, mode, expected):
    assert rounded(F(value), 2, mode) == F(expected)


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(0, 12))
def test_decimals_are_written_without_loss(n, places):
    value = F(n, 10**places)
    assert F(decimal_text(value)) == value


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (F(1), "100\u202f%", "100%"),
        (F("0.99999"), "99,999\u202f%", "99.999%"),
        (F(999_999_999_999, 10**12), "99,9999999999\u202f%", "99.9999999999%"),
        (F(2, 3), "66,67\u202f%", "66.67%"),
        (F("0.7999999"), "79,99999\u202f%", "79.99999%"),
        (F("0.0000001"), "0,00001\u202f%", "0.00001%"),
        (F(0), "0\u202f%", "0%"),
    ],
)
def test_percent_never_shows_a_whole_it_does_not_reach(value, vi, en):
    assert (percent(value, "vi"), percent(value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("2.5", "2,5", "2.5"),
        ("1234567.5", "1.234.567,5", "1,234,567.5"),
        ("1.42575", "1,4258", "1.4258"),
        ("2.4999975", "2,499998", "2.499998"),
        ("-1234", "-1.234", "-1,234"),
        ("1/3", "0,3333", "0.3333"),
        ("0.99999999", "0,99999999", "0.99999999"),
    ],
)
def test_figures_are_dressed_and_never_hide_a_difference(value, vi, en):
    assert (figure(F(value), "vi"), figure(F(value), "en")) == (vi, en)
