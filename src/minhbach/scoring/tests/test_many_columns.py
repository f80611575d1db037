"""What `score_many` reads and gives: columns in every notation, masks, what-ifs, figures near limits (constructed)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.many import Column, prepare, score_many
from minhbach.scoring.model import ROUNDING_MODES
from minhbach.scoring.rounds import Comparison, score_round
from minhbach.scoring.tests.making import leaf_set, make
from minhbach.scoring.tests.test_many import FACTS, RANDOM, assert_same

RATE = """
maximum: 1.5
inputs:
  handled: {type: count, title: a}
  on_time: {type: count, title: b, part_of: handled}
value: on_time / handled
rule: {tiers: [{when: value >= 95%, points: value * maximum}, {otherwise: 0}]}
not_applicable: {when: handled == 0, outcome: full_points}
"""


def test_plain_arrays_give_points_and_states() -> None:
    many = score_many(
        leaf_set(RATE), {("1", "handled"): np.array([200, 200, 0, 200]), ("1", "on_time"): [197, 189, 0, 201]}
    )
    points, scale = many.leaf_points("1")
    assert points.dtype == np.int64 and [Fraction(int(p), scale) for p in points] == [
        Fraction("1.4775"),
        0,
        Fraction("1.5"),
        0,
    ]
    assert [many.node_state("1", row) for row in range(4)] == ["scored", "scored", "not_applicable", "error"]
    assert many.score(0) == Fraction("1.4775") and many.score(3) is None and many.state(3) == "incomplete"
    assert (
        many.scores().at(0) == Fraction("1.4775")
        and many.scores().at(3) is None
        and many.maxima().at(3) == Fraction("1.5")
    )


def test_what_is_in_no_column_is_missing_and_masks_say_more() -> None:
    indicator_set = leaf_set(RATE)
    many = score_many(indicator_set, {("1", "handled"): 200}, units=["A", "B"])
    assert [many.node_state("1", row) for row in range(2)] == ["missing", "missing"]
    columns = {
        ("1", "handled"): Column([200, 200, 200], missing=[True, False, False]),
        ("1", "on_time"): Column(np.array([1, 1, 200]), not_available=[False, True, False]),
    }
    many = score_many(indicator_set, columns)
    assert [many.node_state("1", row) for row in range(3)] == ["missing", "undefined", "scored"]


def test_rates_dates_and_grades_in_every_notation() -> None:
    indicator_set = leaf_set(
        """
        maximum: 3
        inputs:
          r: {type: rate, title: r}
          d: {type: date, title: d}
          g: {type: grade, title: g, options: {good: tốt, poor: kém}}
        rule: {sum: [{when: r >= 60.5%, points: 1}, {when: d <= 2023-03-31, points: 1}, {when: g == good, points: 1}]}
        """
    )
    days: list[Any] = [
        np.array(["2023-03-31", "2023-04-01", "NaT"], dtype="datetime64[D]"),
        ["31/03/2023", "2023-04-01", ""],
        [datetime.date(2023, 3, 31), datetime.date(2023, 4, 1), None],
    ]
    rates: list[Any] = [
        Column(np.array([605, 604, 0]), scale=1000),
        ["60,5%", "60.4 %", "0%"],
        [Decimal("0.605"), Fraction(604, 1000), 0],
    ]
    grades: list[Any] = [np.array([0, 1, 0]), ["good", "kém", "tốt"], np.array(["good", "poor", "good"])]
    for rate, day, grade in zip(rates, days, grades, strict=True):
        many = score_many(indicator_set, {("1", "r"): rate, ("1", "d"): day, ("1", "g"): grade})
        assert [many.node_score("1", row) for row in range(3)] == [3, 0, None]
        assert many.node_state("1", 2) == "missing"


def test_columns_that_cannot_be_exact_or_do_not_fit_are_refused() -> None:
    indicator_set = leaf_set(RATE)
    with pytest.raises(TypeError, match="criterion 1, input handled: floats are not exact"):
        prepare(indicator_set, {("1", "handled"): np.array([1.0])})
    with pytest.raises(TypeError, match="floats are not exact"):
        prepare(indicator_set, {("1", "handled"): [1.0]})
    with pytest.raises(ValueError, match="must agree in length"):
        prepare(indicator_set, {("1", "handled"): [1, 2], ("1", "on_time"): [1]})
    with pytest.raises(KeyError, match="no input 'handed'"):
        prepare(indicator_set, {("1", "handed"): [1]})
    with pytest.raises(KeyError, match="no criterion '2'"):
        prepare(indicator_set, {("2", "handled"): [1]})
    with pytest.raises(ValueError, match="must agree in length"):
        prepare(indicator_set, {("1", "handled"): 1})


@pytest.mark.parametrize(
    ("mode", "points"),
    [
        ("half_up", [-3, -2, -1, 1, 2, 3]),
        ("half_down", [-2, -1, 0, 0, 1, 2]),
        ("half_even", [-2, -2, 0, 0, 2, 2]),
        ("down", [-2, -1, 0, 0, 1, 2]),
    ],
)
def test_ties_go_where_the_mode_says(mode: str, points: list[int]) -> None:
    indicator_set = make(
        f"""
        rounding: {{points: {{places: 0, mode: {mode}}}}}
        criteria:
          - code: "1"
            title: t
            maximum: 10
            minimum: -10
            inputs: {{a: {{type: number, title: a}}}}
            rule: {{formula: a / 2}}
        """
    )
    units = [UnitFacts(str(a), "", {"1": {"a": Fraction(a)}}) for a in (-5, -3, -1, 1, 3, 5)]
    many = assert_same(indicator_set, units)
    assert [many.node_score("1", row) for row in range(6)] == points


@RANDOM
@given(st.data())
def test_many_rows_of_ratios_round_as_one_row_does(data: st.DataObject) -> None:
    """Figures around every tie of the last place, and so large that float64 or int64 would not hold them."""
    places = data.draw(st.sampled_from([0, 1, 2, 3, 10]))
    mode = data.draw(st.sampled_from(ROUNDING_MODES))
    maximum = data.draw(st.sampled_from(["1", "2.5", "7", "10/3", "0.001"]))
    indicator_set = make(
        f"""
        rounding: {{points: {{places: {places}, mode: {mode}}}}}
        criteria:
          - code: "1"
            title: t
            maximum: {maximum}
            minimum: -1000000
            clamp: true
            inputs: {{a: {{type: count, title: a}}, b: {{type: count, title: b}}, x: {{type: number, title: x}}}}
            value: a / b
            rule: {{formula: maximum * a / b + x}}
        """
    )
    base = data.draw(st.sampled_from([2, 4, 5, 8, 10, 16, 20, 2**20, 10**6, 10**12, 3 * 10**11 + 1]))
    count = st.integers(0, base)
    rows = data.draw(
        st.lists(st.tuples(count, st.sampled_from([base, base // 2 + 1, 1]), FACTS["number"]), max_size=30)
    )
    units = []
    for number, (a, b, x) in enumerate(rows or [(1, 2, Fraction(0))]):
        unit = UnitFacts(str(number), "", {"1": {"a": Fraction(a), "b": Fraction(b), "x": x}})
        units.append(unit)
    assert_same(indicator_set, units)


def test_what_ifs_of_one_unit_keep_the_place_of_the_others() -> None:
    indicator_set = leaf_set(
        """
        maximum: 10
        inputs: {x: {type: number, title: x}}
        value: x
        rule: {relative: {over: round, rule: {formula: value / highest * maximum}}}
        clamp: true
        """
    )
    units = [UnitFacts(str(n), "", {"1": {"x": Fraction(n)}}) for n in (2, 4, 5)]
    open_ = score_round(indicator_set, units, closed=False)
    peers = Comparison.of(indicator_set, open_).peers_of("2")
    many = score_many(indicator_set, {("1", "x"): np.arange(6)}, peers=peers)
    assert [many.score(row) for row in range(6)] == [0, 2, 4, 6, 8, 10]


def test_a_changed_table_reads_only_what_changed() -> None:
    indicator_set = leaf_set(RATE)
    table = prepare(indicator_set, {("1", "handled"): 200, ("1", "on_time"): np.array([190, 200])})
    assert score_many(indicator_set, table.changed({("1", "on_time"): 195})).score(0) == Fraction("1.4625")
    assert score_many(indicator_set, table).score(0) == Fraction("1.425")
