"""Forecasts by hand, and by casting back: how often the end lies where it was said to lie."""

import numpy as np
import pytest

from minhbach.indices.outlook.forecasting import (
    DRAWS,
    generator,
    interval,
    parts_to_come,
    rows_to_come,
    such_of,
)

WEEK = [2, 2, 2, 2, 2, 0, 0]


def chance(*about):
    return generator("test", *about)


def test_an_interval_has_eight_of_ten_within():
    found = interval(np.arange(1001))
    assert (found.low, found.middle, found.high) == (100, 500, 900)
    assert found.holds(100) and found.holds(900) and not found.holds(901)


def test_rows_go_on_as_they_were():
    # Ten a week for two years, so twenty in two weeks; the spread of twenty: Poisson's 10 % and 90 % are 14 and 26.
    found = interval(rows_to_come(WEEK * 104, 14, chance()))
    assert found.middle == pytest.approx(20, abs=1)
    assert found.low == pytest.approx(14, abs=1)
    assert found.high == pytest.approx(26, abs=1)


def test_weekdays_count():
    mondays = [7, 0, 0, 0, 0, 0, 0] * 40  # the last day known is a Sunday
    assert interval(rows_to_come(mondays, 1, chance())).middle == pytest.approx(7, abs=1)
    assert rows_to_come(mondays[:-6], 6, chance()).max() == 0  # it ends on a Monday: six days without one


def test_the_same_days_of_earlier_years_tell_the_season():
    year = [1] * 300 + [9] * 64
    flat = rows_to_come(year[:300], 64, chance())
    seasonal = rows_to_come(year + year + year[:300], 64, chance())
    assert interval(flat).middle < 80
    assert interval(seasonal).holds(64 * 9)


def test_a_season_follows_the_level_of_this_year():
    year = [1] * 300 + [9] * 64
    twice = [2] * 300
    found = interval(rows_to_come(year + year + twice, 64, chance()))
    assert found.middle == pytest.approx(2 * 64 * 9, rel=0.12)


def test_what_is_in_the_house_is_sure():
    quiet = ([1] + [0] * 27) * 13
    assert rows_to_come(quiet, 7, chance(), sure=12).min() == 12
    assert rows_to_come([0] * 400, 7, chance(), sure=3) is None


def test_of_too_little_nothing_is_forecast():
    assert rows_to_come([3] * 27, 30, chance()) is None
    assert rows_to_come([], 30, chance()) is None
    assert rows_to_come([0] * 300 + [3] * 27, 30, chance()) is None  # the years before it was kept say nothing
    assert rows_to_come([3] * 28, 30, chance()) is not None


def test_after_the_last_day_nothing_comes():
    assert (rows_to_come(WEEK * 52, 0, chance()) == np.zeros(DRAWS)).all()


def test_the_same_asked_twice_is_the_same():
    assert (rows_to_come(WEEK * 20, 30, chance(1)) == rows_to_come(WEEK * 20, 30, chance(1))).all()
    assert (rows_to_come(WEEK * 20, 30, chance(1)) != rows_to_come(WEEK * 20, 30, chance(2))).any()


def test_a_share_goes_on_as_it_was():
    # Half of 728 rows: of 100 more about 50; binomial with a little doubt about the share, so 50 ± 1.28 · 5.3.
    further = np.full(DRAWS, 100)
    found = interval(such_of([1] * 364, [2] * 364, further, chance()))
    assert found.middle == pytest.approx(50, abs=1)
    assert found.low == pytest.approx(43.2, abs=1.2)
    assert found.high == pytest.approx(56.8, abs=1.2)


def test_what_never_failed_may_still_fail_and_never_exceeds_its_whole():
    further = np.full(DRAWS, 40)
    found = such_of([1] * 50, [1] * 50, further, chance())
    assert found.max() <= 40
    assert 0.5 < (found == 40).mean() < 0.9  # Jeffreys: about √(50 ÷ 90) ≈ 0.75
    assert such_of([], [], further, chance()).max() <= 40


def test_shares_that_come_in_clusters_are_less_sure():
    even, whole = [1, 0] * 182, [1] * 364
    bursts = ([1] * 56 + [0] * 56) * 3 + [1] * 14 + [0] * 14
    further = np.full(DRAWS, 60)
    calm, wild = (interval(such_of(part, whole, further, chance())) for part in (even, bursts))
    assert wild.high - wild.low > 1.5 * (calm.high - calm.low)


def test_parts_that_had_no_row_yet():
    # Two that had 500 in the year will have one; a third that had two has one in half a year with 1 − e⁻¹.
    drawn = parts_to_come({1: 500, 2: 500, 3: 2, 4: 50}, {4}, 182, chance())
    assert drawn.min() == 2 and drawn.max() == 3
    assert drawn.mean() == pytest.approx(2 + 1 - np.exp(-1), abs=0.06)
    assert parts_to_come({}, {}, 182, chance()).max() == 0


def test_as_many_parts_come_anew_as_had_a_single_row():
    drawn = parts_to_come({1: 1, 2: 1, 3: 1, 4: 1, 5: 7}, {1, 2, 3, 4, 5}, 91, chance())
    assert drawn.mean() == pytest.approx(1, abs=0.12)


# Cast back ------------------------------------------------------------------------------------------------------------


def steady(dice, days):
    return dice.poisson(np.tile([3, 3, 2, 4, 3, 0.2, 0], days // 7 + 1)[:days])


def bursty(dice, days):
    """Weeks that differ much: quiet ones, and those of a campaign."""
    level = np.repeat(dice.gamma(1.2, 1 / 1.2, days // 7 + 1), 7)[:days]
    return dice.poisson(2.0 * level)


def seasonal(dice, days):
    """Schools: the summer brings three times as much; every year at another level."""
    day = np.arange(days)
    level = np.repeat(dice.gamma(40, 1 / 40, days // 364 + 1), 364)[:days]
    return dice.poisson(level * np.where((day % 364 > 150) & (day % 364 < 280), 3.0, 1.0))


def covered(world, years, ahead, runs=150):
    hits = 0
    for run in range(runs):
        dice = np.random.default_rng([run, ahead])
        known = 364 * years + 364 - ahead
        days = world(dice, known + ahead)
        drawn = rows_to_come(days[:known], ahead, chance(run))
        hits += interval(drawn).holds(days[known:].sum())
    return hits / runs


@pytest.mark.parametrize("ahead", [20, 60, 150])
@pytest.mark.parametrize(("world", "years"), [(steady, 2), (bursty, 2), (seasonal, 1), (seasonal, 3)])
def test_the_end_lies_within_about_as_often_as_said(world, years, ahead):
    """Said are 8 of 10; worlds that are invented independently of the forecast stay near it, and rather above."""
    assert 0.72 <= covered(world, years, ahead) <= 0.99


@pytest.mark.parametrize("ahead", [60, 150])
@pytest.mark.parametrize("world", [steady, bursty, seasonal])
def test_in_the_first_year_nobody_knows_the_season(world, ahead):
    assert covered(world, 0, ahead) >= 0.9


@pytest.mark.parametrize("weeks", [6, 12, 25])
def test_shares_of_short_histories_are_covered_too(weeks):
    hits, runs = 0, 200
    for run in range(runs):
        dice = np.random.default_rng([run, weeks])
        share = dice.beta(9, 1)
        whole = dice.poisson(1.5, weeks * 7 + 60)
        part = dice.binomial(whole, share)
        known = weeks * 7
        further = np.full(DRAWS, whole[known:].sum())
        hits += interval(such_of(part[:known], whole[:known], further, chance(run))).holds(part[known:].sum())
    assert 0.72 <= hits / runs <= 0.97
