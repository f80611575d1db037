"""The places at which points rise, found without looking at every row."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from minhbach.indices.outlook.reachable import STEPS, places


def tiers(*bounds):
    """From each bound on one point more."""

    def score(rows):
        reached = sum(rows >= bound for bound in bounds)
        return Fraction(reached), str(reached)

    return score


def test_every_tier_to_the_row():
    found = places(tiers(3, 70, 71), 0, 100)
    assert [(place.rows, place.points) for place in found] == [(0, 0), (3, 1), (70, 2), (71, 3)]


def test_points_that_grow_with_each_row_in_some_steps():
    found = places(lambda rows: (Fraction(rows), ""), 0, 1000)
    assert (found[0].rows, found[-1].rows) == (0, 1000)
    assert len(found) == STEPS + 1


def test_a_jump_and_then_growth():
    """As criterion 3.4.2: nothing below 95 %, then the share times 1.5."""

    def score(rows):
        share = Fraction(rows, 200)
        return (share * Fraction(3, 2), "1") if share >= Fraction(95, 100) else (Fraction(0), "otherwise")

    found = places(score, 0, 200)
    assert (found[1].rows, found[1].points) == (190, Fraction("1.425"))
    assert found[-1].points == Fraction("1.5")


def test_what_cannot_be_scored_is_left_out():
    found = places(lambda rows: None if rows < 5 else (Fraction(1), "1"), 0, 10)
    assert [(place.rows, place.points) for place in found] == [(5, 1)]
    assert places(lambda rows: None, 0, 10) == []


def test_no_room():
    assert [place.rows for place in places(tiers(1), 0, 0)] == [0]


@given(st.sets(st.integers(1, 300), max_size=4), st.integers(0, 300))
def test_no_tier_is_missed_where_they_stand_apart(bounds, highest):
    # Between two marks one change of branch is always found; two, where the second does not undo the first.
    found = places(tiers(*bounds), 0, highest)
    assert [place.rows for place in found] == [0, *sorted(bound for bound in bounds if bound <= highest)]
