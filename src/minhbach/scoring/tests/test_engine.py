"""States, three-valued logic, order, totals and exactness of the exact path."""

import itertools
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.scoring.engine import score
from minhbach.scoring.facts import NA
from minhbach.scoring.model import STATES
from minhbach.scoring.tests.making import facts, leaf_of, leaf_set, make, score_of
from minhbach.scoring.texts import decimal_text, figure, percent, rounded

F = Fraction

FLAGS = """
    maximum: 1
    inputs: {p: {type: bool, title: p}, q: {type: bool, title: q}}
    rule: {tiers: [{when: WHEN, points: 1}, {otherwise: 0}]}
"""
MISSING = "missing"


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("p and q", {"p": False}, 0),
        ("p and q", {"q": False}, 0),
        ("p and q", {"p": True}, MISSING),
        ("p or q", {"q": True}, 1),
        ("p or q", {"q": False}, MISSING),
        ("not p and q", {"p": True}, 0),
        ("not (p or q)", {"p": True}, 0),
        ("p == q", {"p": True}, MISSING),
        ("p or not p", {}, MISSING),
        ("absent(p) or q", {"p": "n/a"}, 1),
        ("absent(p) and q", {"p": True}, 0),
        ("p and q", {"p": "n/a", "q": False}, 0),
        ("p and q", {"p": "n/a", "q": True}, "undefined"),
        ("p or q", {"p": "n/a"}, MISSING),  # q may still decide
        ("p or q", {"p": "n/a", "q": True}, 1),
    ],
)
def test_three_valued_logic(when, given, expected):
    result = leaf_of(leaf_set(FLAGS.replace("WHEN", when)), **given)
    assert (result.state, result.score) == (expected, None) if isinstance(expected, str) else ("scored", expected)


def test_missing_names_every_fact_that_decides():
    result = leaf_of(leaf_set(FLAGS.replace("WHEN", "p and q")))
    assert result.missing == {"p", "q"}


STATE_SET = """
criteria:
  - {code: "1", title: A, maximum: 5, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
  - {code: "2", title: B, maximum: 5, rule: {unstated: true}}
  - {code: "3", title: C, maximum: 5, inputs: {y: {type: count, title: y}},
     rule: {tiers: [{when: y > 10, points: 5}, {when: y < 10, points: 0}]}}
  - {code: "4", title: D, maximum: 5, inputs: {z: {type: count, title: z}}, value: z * 1,
     rule: {relative: {over: round, rule: {formula: value / highest * maximum}}}}
  - {code: "5", title: E, inputs: {w: {type: count, title: w}}, value: w * 1}
  - {code: "6", title: F, rule: {unstated: true}}
"""


def test_nothing_unknown_is_scored_zero():
    result = score_of(make(STATE_SET), {"3": {"y": 10}, "4": {"z": 1}, "1": {"x": 6}, "5": {"w": 3}})
    assert {i: (r.state, r.score) for i, r in result.nodes.items()} == {
        "1": ("error", None),
        "2": ("unstated", None),
        "3": ("undefined", None),
        "4": ("pending", None),
        "5": ("monitored", 0),
        "6": ("unstated", None),
    }
    assert (result.score, result.state, result.open_) == (None, "incomplete", ("1", "2", "3", "4"))
    assert result.maximum == 20
    assert {r.state for r in result.nodes.values()} <= set(STATES)


def test_nothing_given_is_missing_not_zero():
    result = score_of(make(STATE_SET), {})
    assert [r.state for r in result.nodes.values()] == [
        "missing",
        "unstated",
        "missing",
        "missing",
        "missing",
        "unstated",
    ]
    assert result.score is None
    assert result.share is None


def test_what_is_known_is_summed_and_marked_incomplete():
    result = score_of(make(STATE_SET), {"1": {"x": 4}, "3": {"y": 11}})
    assert (result.score, result.state) == (9, "incomplete")
    assert result.open_ == ("2", "4")  # a figure that is only followed (5) brings no points and holds nothing up


@pytest.mark.parametrize(
    ("given", "state", "score_", "maximum"),
    [
        ({"points": 3}, "unstated", None, None),
        ({"points": "2,5", "maximum": 3}, "by_hand", F("2.5"), 3),
        ({"points": 4, "maximum": 3}, "error", None, None),
        ({"maximum": 3}, "unstated", None, None),
    ],
)
def test_by_hand_without_a_stated_maximum(given, state, score_, maximum):
    result = score_of(make(STATE_SET), {"6": given}).nodes["6"]
    assert (result.state, result.score, result.maximum) == (state, score_, maximum)


def test_points_given_against_the_rule_take_its_place():
    indicator_set = make(STATE_SET)
    unit = facts(indicator_set, {"1": {"x": 4}})
    unit.given["1"] = F(2)
    result = score(indicator_set, unit)
    assert (result.nodes["1"].state, result.nodes["1"].score, result.score) == ("by_hand", 2, 2)


def test_points_beyond_the_maximum_are_an_error_and_clamp_cuts_them():
    body = "maximum: 5\nminimum: -1\nCLAMPinputs: {x: {type: number, title: x}}\nrule: {formula: x}"
    loose, cut = leaf_set(body.replace("CLAMP", "")), leaf_set(body.replace("CLAMP", "clamp: true\n"))
    assert [leaf_of(loose, x=x).state for x in ("5", "5.0000000001", "-1", "-1.1")] == [
        "scored",
        "error",
        "scored",
        "error",
    ]
    assert [leaf_of(cut, x=x).score for x in (5, 6, -1, -7)] == [5, 5, -1, -1]
    says = leaf_of(loose, x=6).says
    assert "ngoài khoảng -1–5" in says.vi
    assert "outside -1–5" in says.en


def test_contradicting_facts_are_an_error_even_when_the_rule_does_not_need_them():
    indicator_set = leaf_set("""
        maximum: 1
        inputs:
          a: {type: count, previous: true, title: {vi: tổng, en: all}}
          b: {type: count, part_of: a, previous: true, title: {vi: phần, en: part}}
        rule: {tiers: [{when: a > 0, points: 1}, {otherwise: 0}]}
    """)
    assert leaf_of(indicator_set, a=5, b=5).state == "scored"
    result = leaf_of(indicator_set, a=5, b=6)
    assert (result.state, result.says.vi) == ("error", "“phần” (6) lớn hơn “tổng” (5)")
    assert result.says.en == "“part” (6) exceeds “all” (5)"
    assert leaf_of(indicator_set, a=5, a_previous=1, b_previous=2).state == "error"


def test_constraints_speak_their_own_words_or_are_put_in_words():
    body = """
        maximum: 1
        inputs: {a: {type: count, title: {vi: số A, en: A}}, b: {type: count, title: {vi: số B, en: B}}}
        constraints: [{must: a + b <= 10SAYS}]
        rule: {formula: "min(a, 1)"}
    """
    result = leaf_of(leaf_set(body.replace("SAYS", "")), a=6, b=5)
    assert (result.state, result.says.vi) == ("error", "số liệu phải bảo đảm “số A” + “số B” ≤ 10")
    result = leaf_of(leaf_set(body.replace("SAYS", ", says: {vi: quá 10, en: over 10}")), a=6, b=5)
    assert result.says.en == "over 10"
    assert leaf_of(leaf_set(body.replace("SAYS", "")), a=6).state == "scored"  # b is not needed by the rule


CHAIN = """
criteria:
  - {code: A, title: A, maximum: 10, inputs: {x: {type: number, title: x}}, value: x, rule: {formula: points("B") + x}}
  - code: G
    title: G
    criteria:
      - {code: B, title: B, maximum: 10, inputs: {y: {type: number, title: y}}, value: y, rule: {formula: ref("C") + y}}
      - {code: C, title: C, maximum: 10, inputs: {z: {type: number, title: z}}, value: z * 2, rule: {formula: z}}
  - {code: D, title: D, maximum: 20, rule: {formula: points("G")}}
"""


def test_references_are_followed_in_any_order():
    result = score_of(make(CHAIN), {"A": {"x": 1}, "B": {"y": 2}, "C": {"z": 3}})
    # C: value 6, points 3; B: 6 + 2 = 8; A: 8 + 1 = 9; G: 8 + 3 = 11; D: 11
    assert {i: r.score for i, r in result.nodes.items()} == {"A": 9, "G": 11, "B": 8, "C": 3, "D": 11}


def test_what_a_reference_misses_is_named_with_its_criterion():
    result = score_of(make(CHAIN), {"A": {"x": 1}, "B": {"y": 2}})
    assert result.nodes["A"].missing == {"B/C/z"} or result.nodes["A"].missing == {"C/z"}
    assert result.nodes["B"].missing == {"C/z"}


def test_a_cycle_is_not_endless():
    indicator_set = make("""
        criteria:
          - {code: A, title: A, maximum: 9, inputs: {x: {type: count, title: x}}, value: ref("B") + ref("B") + x,
             rule: {formula: value}}
          - {code: B, title: B, maximum: 9, inputs: {x: {type: count, title: x}}, value: ref("A") + ref("A") + x,
             rule: {formula: value}}
    """)
    result = score_of(indicator_set, {"A": {"x": 1}, "B": {"x": 1}})
    assert {r.state for r in result.nodes.values()} == {"undefined"}


def test_dates_beyond_the_calendar_are_undefined():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {d: {type: date, title: d}, n: {type: count, title: n}}
        rule: {tiers: [{when: d + n <= 2023-12-31, points: 1}, {otherwise: 0}]}
    """)
    assert leaf_of(indicator_set, d="2023-12-01", n=30).score == 1
    assert leaf_of(indicator_set, d="2023-12-01", n=31).score == 0
    assert leaf_of(indicator_set, d="2023-12-01", n=10**11).state == "undefined"


def test_undefined_speaks_of_titles_and_not_of_keys():
    indicator_set = leaf_set("""
        maximum: 1
        inputs: {a: {type: count, title: {vi: hồ sơ đã nhận, en: dossiers received}}}
        rule: {formula: 1 / a}
    """)
    result = leaf_of(indicator_set, a=0)
    assert result.says.vi == "mẫu số “hồ sơ đã nhận” bằng 0"
    assert result.says.en == "the denominator “dossiers received” is 0"
    assert leaf_of(indicator_set, a="n/a").says.vi == "“hồ sơ đã nhận” được khai là không có (n/a)"


# Exactness ------------------------------------------------------------------------------------------------


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


# Totals ---------------------------------------------------------------------------------------------------


def pillars(how, *children, extra=""):
    """One number per child: (maximum, weight or None)."""
    text = f"{extra}combine: {how}\ncriteria:\n"
    for n, (maximum, weight) in enumerate(children, 1):
        text += (
            f'  - {{code: "{n}", title: t, maximum: {maximum}{f", weight: {weight}" if weight else ""}, '
            f"inputs: {{x: {{type: external, title: x}}}}, value: x, rule: {{formula: x}}, "
            "not_applicable: {when: absent(x), outcome: drop}}\n"
        )
    return make(text)


def total(indicator_set, *values):
    result = score_of(indicator_set, {str(n): {"x": v} for n, v in enumerate(values, 1)})
    return result.score, result.maximum


def test_dti_is_a_weighted_sum_of_three_pillars():
    dti = pillars("{how: weighted_sum}", (1, "0.4"), (1, "0.3"), (1, "0.3"))
    # 0,4 × 0,5 + 0,3 × 0,6 + 0,3 × 0,4 = 0,2 + 0,18 + 0,12
    assert total(dti, "0.5", "0.6", "0.4") == (F("0.5"), 1)


def test_pci_weighs_ten_sub_indices_and_multiplies_by_ten():
    weights = (5, 5, 20, 5, 10, 5, 5, 20, 20, 5)
    pci = pillars("{how: weighted_sum, times: 10}", *[(10, f"{w}%") for w in weights])
    values = ["7", "7", "6", "8", "7", "6", "7", "7", "6.5", "8"]
    # 0,35+0,35+1,2+0,4+0,7+0,3+0,35+1,4+1,3+0,4 = 6,75
    assert total(pci, *values) == (F("67.5"), 100)


def test_mean_of_what_is_applicable():
    mean = pillars("{how: mean}", (10, None), (10, None), (10, None))
    assert total(mean, 4, 5, 9) == (6, 10)
    assert total(mean, 4, "n/a", 9) == (F("6.5"), 10)
    assert total(mean, "n/a", "n/a", "n/a") == (None, 0)


def test_a_followed_criterion_does_not_dilute_a_mean():
    indicator_set = make("""
        combine: {how: mean}
        criteria:
          - {code: "1", title: t, maximum: 5, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
          - {code: "2", title: t, inputs: {y: {type: count, title: y}}, value: y}
    """)
    result = score_of(indicator_set, {"1": {"x": 4}, "2": {"y": 9}})
    assert (result.score, result.maximum) == (4, 5)


def test_survey_part_and_appraised_part():
    """PAR INDEX 2012, Đà Nẵng: 53,25 + 33,87 = 87,12 of 100."""
    par = pillars("{how: sum}", (62, None), (38, None))
    assert total(par, "53.25", "33.87") == (F("87.12"), 100)


BLOCK = """
criteria:
  - {code: A, title: Thẩm định, maximum: 70, inputs: {x: {type: external, title: x}}, rule: {formula: x}}
  - code: S
    title: {vi: Điều tra xã hội học, en: Survey}
    stream: survey
    may_be_absent: true
    criteria:
      - {code: S.1, title: t, maximum: 10, inputs: {y: {type: external, title: y}}, rule: {formula: y}}
      - {code: S.2, title: t, maximum: 20, inputs: {y: {type: external, title: y}}, rule: {formula: y}}
"""


def test_absent_survey_leaves_the_maximum():
    """Nam Định 2020: a mean of 61,46 of 70 was published as 87,80 %."""
    result = score_of(make(BLOCK), {"A": {"x": "61.46"}, "S": {"absent": "có"}})
    assert (result.score, result.maximum, result.state) == (F("61.46"), 70, "scored")
    assert rounded(result.share * 100, 2) == F("87.80")
    assert result.nodes["S"].state == "not_applicable"
    held = score_of(make(BLOCK), {"A": {"x": "61.46"}, "S.1": {"y": 8}, "S.2": {"y": 15}, "S": {"absent": "không"}})
    assert (held.score, held.maximum) == (F("84.46"), 100)
    forgotten = score_of(make(BLOCK), {"A": {"x": "61.46"}})
    assert (forgotten.maximum, forgotten.state) == (100, "incomplete")


ROUNDED_PARTS = """
rounding: {groups: {places: PLACES, mode: MODE}}
criteria:
  - code: A
    title: t
    criteria:
      - {code: A.1, title: t, maximum: 10/3, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
      - code: A.2
        title: t
        criteria:
          - {code: A.2.1, title: t, maximum: 10/3, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
  - {code: B, title: t, maximum: 10, inputs: {x: {type: number, title: x}}, rule: {formula: x}}
  - {code: C, title: t, maximum: 10, inputs: {x: {type: number, title: x}}, rule: {formula: points("A") + x}}
"""


@pytest.mark.parametrize(
    ("places", "mode", "inner", "outer", "whole"),
    [
        # 1.2345 + rounded(1.115), then with B = 0.001 and C = A + 0
        (2, "half_up", "1.12", "2.35", "4.701"),
        (2, "half_down", "1.11", "2.34", "4.681"),
        (2, "half_even", "1.12", "2.35", "4.701"),
        (2, "down", "1.11", "2.34", "4.681"),
        (1, "half_up", "1.1", "2.3", "4.601"),
        (6, "half_up", "1.115", "2.3495", "4.7"),
    ],
)
def test_parts_are_rounded_before_they_are_added(places, mode, inner, outer, whole):
    """Each level adds what the level below published; criteria outside a part stay as they are."""
    indicator_set = make(ROUNDED_PARTS.replace("PLACES", str(places)).replace("MODE", mode))
    given = {"A.1": "1.2345", "A.2.1": "1.115", "B": "0.001", "C": "0"}
    result = score_of(indicator_set, {code: {"x": value} for code, value in given.items()})
    assert [result.nodes[code].score for code in ("A.2", "A", "C")] == [F(inner), F(outer), F(outer)]
    assert result.score == F(whole)


def test_a_part_rounded_up_beyond_a_fractional_maximum_is_cut():
    indicator_set = make("""
        rounding: {groups: {places: 0}}
        criteria:
          - code: A
            title: t
            criteria:
              - {code: A.1, title: t, maximum: 8/3, rule: {formula: maximum}}
          - code: B
            title: t
            criteria:
              - {code: B.1, title: t, maximum: 10/3, rule: {formula: maximum}}
    """)
    result = score_of(indicator_set, {})
    assert result.nodes["A"].score == F(8, 3)  # rounded 3, beyond its maximum
    assert result.nodes["B"].score == 3
    assert (result.score, result.maximum) == (F(17, 3), 6)


def test_without_a_rounding_of_parts_they_stay_exact():
    indicator_set = make(ROUNDED_PARTS.replace("rounding: {groups: {places: PLACES, mode: MODE}}", ""))
    given = {"A.1": "1.2345", "A.2.1": "1.115", "B": "0.001", "C": "0"}
    result = score_of(indicator_set, {code: {"x": value} for code, value in given.items()})
    assert (result.nodes["A"].score, result.score) == (F("2.3495"), F("4.7"))


def test_component_index_of_a_part():
    result = score_of(make(BLOCK), {"A": {"x": 35}, "S.1": {"y": 8}, "S.2": {"y": 16}})
    assert (result.nodes["A"].share, result.nodes["S"].share) == (F(1, 2), F(4, 5))


# Properties -----------------------------------------------------------------------------------------------

CASCADE = leaf_set("""
    maximum: 2.5
    inputs: {a: {type: count, title: a}, b: {type: count, part_of: a, title: b}}
    value: b / a
    rule:
      tiers:
        - {when: value >= 80%, points: 2.5}
        - {when: value >= 40%, points: value * 2.5}
        - {otherwise: 0}
""")


@settings(deadline=None)
@given(st.data())
def test_more_of_the_good_never_brings_fewer_points(data):
    whole = data.draw(st.integers(1, 10**6))
    less, more = sorted(data.draw(st.tuples(st.integers(0, whole), st.integers(0, whole))))
    low, high = leaf_of(CASCADE, a=whole, b=less).score, leaf_of(CASCADE, a=whole, b=more).score
    assert 0 <= low <= high <= F("2.5")


@settings(deadline=None)
@given(st.integers(1, 10**4), st.integers(0, 10**4), st.integers(1, 10**4))
def test_scaling_numerator_and_denominator_together_changes_nothing(whole, part, factor):
    part = min(part, whole)
    one, other = leaf_of(CASCADE, a=whole, b=part), leaf_of(CASCADE, a=whole * factor, b=part * factor)
    assert (one.score, one.branch) == (other.score, other.branch)


@settings(deadline=None, max_examples=30)
@given(st.permutations(["A", "G", "D"]), st.integers(0, 3), st.integers(0, 3), st.integers(0, 1))
def test_the_order_of_criteria_does_not_matter(order, x, y, z):
    head, *parts = CHAIN.split("\n  - ")
    parts = {p[p.index("code: ") + 6]: p.rstrip("\n") for p in parts}
    shuffled = head + "".join("\n  - " + parts[k] for k in order) + "\n"
    given_ = {"A": {"x": x}, "B": {"y": y}, "C": {"z": z}}
    one, other = score_of(make(CHAIN), given_), score_of(make(shuffled), given_)
    assert {k: r.score for k, r in one.nodes.items()} == {k: r.score for k, r in other.nodes.items()}
    assert one.score == other.score == (2 * z + y + x) + (2 * z + y + z) * 2


def test_every_combination_of_states_sums_what_is_known():
    """All 3⁴ mixtures of known, missing and dropped children of a sum."""
    indicator_set = pillars("{how: sum}", *[(10, None)] * 4)
    for mixture in itertools.product(("6", None, "n/a"), repeat=4):
        given_ = {str(n): {"x": v} for n, v in enumerate(mixture, 1) if v is not None}
        result = score_of(indicator_set, given_)
        known, dropped, missing = mixture.count("6"), mixture.count("n/a"), mixture.count(None)
        assert result.maximum == 10 * (4 - dropped)
        assert result.score == (6 * known if known else None)
        assert (result.state == "incomplete") == (missing > 0)
        assert len(result.open_) == missing


def test_na_is_its_own_value():
    assert str(NA) == "n/a"
