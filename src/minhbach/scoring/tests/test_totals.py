"""How points add up: sums, weights, means, dropped and unknown criteria, rounded parts."""

import itertools
from fractions import Fraction

import pytest

from minhbach.records.texts import Text, rounded
from minhbach.scoring.model import Node
from minhbach.scoring.tests.making import make, score_of
from minhbach.scoring.totals import maximum_of

F = Fraction


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


@pytest.mark.parametrize(
    ("how", "children", "expected"),
    [
        ("{how: sum}", [(10, None), ("10/3", None)], "40/3"),
        ("{how: weighted_sum, times: 10}", [(10, "60%"), (5, "40%")], "80"),
        ("{how: mean}", [(10, None), (5, None)], "7.5"),
        ("{how: weighted_mean}", [(10, "3"), (5, "2")], "8"),
        ("{how: weighted_sum}", [(10, "60%"), (5, None)], None),
    ],
)
def test_full_mark_of_what_is_below(how, children, expected):
    whole = pillars(how, *children)
    part = Node(Text("t"), "P", combine=whole.combine, criteria=whole.criteria)
    assert maximum_of(part) == (None if expected is None else F(expected))
    assert maximum_of(Node(Text("t"), "P", maximum=F(7), criteria=whole.criteria)) == 7
    assert maximum_of(Node(Text("t"), "M", value=None)) == 0  # followed only


def test_component_index_of_a_part():
    result = score_of(make(BLOCK), {"A": {"x": 35}, "S.1": {"y": 8}, "S.2": {"y": 16}})
    assert (result.nodes["A"].share, result.nodes["S"].share) == (F(1, 2), F(4, 5))


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
