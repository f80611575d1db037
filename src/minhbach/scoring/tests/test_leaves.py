"""States of one criterion, three-valued logic, facts that contradict each other; properties of a cascade."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.scoring.engine import score
from minhbach.scoring.facts import NA
from minhbach.scoring.model import STATES
from minhbach.scoring.tests.making import facts, leaf_of, leaf_set, make, score_of

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


def test_na_is_its_own_value():
    assert str(NA) == "n/a"
