"""How many rows are still to come, and how many of them will be such: numbers in, numbers out.

Explained in docs/outlook.md to those who read the figures. Nothing is fitted; what was is repeated:

- rows to come: as many a weekday as in the last 12 months; where earlier years are known, as many as the same days
  then brought, raised or lowered as the half year before them has changed since. They spread as stretches of that
  length did.
- how many of them are such: the share of the last 12 months, spread as it did from stretch to stretch.

A forecast is a column of draws (`DRAWS` possible ends), so that points can be computed for each by the engine itself.
The same numbers in give the same draws.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DRAWS = 1000
LEVEL = 80
"""Of 100 ends so many lie within an interval."""
WEEK, YEAR, HALF = 7, 364, 182
SHORTEST = 4 * WEEK
"""Of fewer days known nothing is forecast."""


@dataclass(frozen=True)
class Interval:
    """Where a figure ends in `LEVEL` of 100 draws, and the middle of them."""

    low: float
    middle: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def interval(draws: Array) -> Interval:
    """The interval of a column of draws; its bounds are draws, so counts stay whole."""
    ordered = np.sort(draws)
    last = len(ordered) - 1
    low = last * (100 - LEVEL) // 200
    return Interval(*(float(ordered[place]) for place in (low, last // 2, last - low)))


def generator(*about: object) -> np.random.Generator:
    """Chance that is the same whenever the same is asked."""
    return np.random.default_rng(zlib.crc32(repr(about).encode()))


def known(daily: Sequence[int] | Array) -> Array:
    """The days from the first with a row on: before that nothing was recorded yet."""
    days = np.asarray(daily, np.int64)
    some = np.flatnonzero(days)
    return days[some[0] :] if some.size else days[:0]


def rows_to_come(
    daily: Sequence[int] | Array, ahead: int, chance: np.random.Generator, *, sure: int = 0
) -> Array | None:
    """Draws of the rows of the next days. None where too little is known.

    `daily`: rows of each day up to today, none left out. `ahead`: days to come. `sure`: rows that will be among them
    whatever happens (open dossiers that fall due).
    """
    days = known(daily)
    if ahead <= 0:
        return np.zeros(DRAWS, np.int64)
    if len(days) < SHORTEST:
        return None
    mean, relative = _expected(days, ahead)
    if not mean:
        return np.full(DRAWS, sure, np.int64)
    level = chance.gamma(1 / relative, mean * relative, DRAWS) if relative > 1e-9 else np.full(DRAWS, mean)
    return np.maximum(chance.poisson(level), sure)


def such_of(
    part: Sequence[int] | Array, whole: Sequence[int] | Array, further: Array, chance: np.random.Generator
) -> Array:
    """Draws of how many of the further rows are such, by the share of the last 12 months.

    `part`, `whole`: rows of each day up to today; a part counts for the same day as its whole. `further`: draws of the
    rows to come.
    """
    parts, wholes = np.asarray(part, np.int64)[-YEAR:], np.asarray(whole, np.int64)[-YEAR:]
    length = min(len(parts), len(wholes))
    parts, wholes = parts[len(parts) - length :], wholes[len(wholes) - length :]
    such, all_ = float(parts.sum()), float(wholes.sum())
    such = min(such, all_)
    clustered = _clustered(parts, wholes)
    typical = max(1.0, float(np.median(further)))
    # Rows that come in clusters tell, and will tell, less than as many that come singly.
    weight = 1 / (clustered / max(all_, 1) + (clustered - 1) / typical)
    weight = min(weight, all_)
    share = such / all_ if all_ else 0.5
    share_drawn = chance.beta(share * weight + 0.5, (1 - share) * weight + 0.5, DRAWS)
    return chance.binomial(np.maximum(further, 0), share_drawn)


def parts_to_come(rates: Sequence[float], chance: np.random.Generator) -> Array:
    """Draws of how many kinds that had no row yet will have one: `rates` are the rows each is expected to have."""
    happens = 1 - np.exp(-np.asarray(rates, np.float64))
    if not len(happens):
        return np.zeros(DRAWS, np.int64)
    return (chance.random((DRAWS, len(happens))) < happens).sum(axis=1)


def _expected(days: Array, ahead: int) -> tuple[float, float]:
    """The rows expected, and how far the level may be from it: variance ÷ mean²."""
    recent = days[-(min(len(days), YEAR) // WEEK) * WEEK :]
    flat = float(recent.reshape(-1, WEEK).mean(axis=0)[np.arange(ahead) % WEEK].sum())
    about = np.full(len(recent), recent.mean())
    flat_spread, flat_doubt = _spread(recent, about, ahead), _dispersion(recent, about) / max(float(recent.sum()), 1)
    then, before, years = 0, 0, (len(days) - HALF) // YEAR
    for year in range(1, years + 1):
        day = len(days) - YEAR * year
        then += int(days[day : day + ahead].sum())
        before += int(days[day - HALF : day].sum())
    now = int(days[-HALF:].sum())
    if not (then and before and now) or ahead > YEAR:
        return flat, flat_spread + flat_doubt
    season = now * then / before
    alike = min(YEAR, len(days) - YEAR) // WEEK * WEEK
    this, last = days[-alike:], days[-YEAR - alike : -YEAR]
    as_last = last * (float(this.sum()) / max(float(last.sum()), 1))
    weeks = _dispersion(this, as_last)
    season_doubt = weeks * (1 / then + 1 / before + 1 / now)
    plain, by_year = (_differences(this, told, SHORTEST)[0] for told in (np.full(alike, this.mean()), as_last))
    trust = plain**2 / max(
        plain**2 + (2 * by_year) ** 2, 1e-9
    )  # how much better last year tells this one than its mean
    mean = trust * season + (1 - trust) * flat
    if not mean:
        return 0.0, 0.0
    # Two guesses are better than one; what the days to come do of themselves is no more certain for that.
    doubt = trust**2 * season_doubt * season**2 + (1 - trust) ** 2 * flat_doubt * flat**2
    doubt += trust * (1 - trust) * (season - flat) ** 2
    return mean, trust * _spread(this, as_last, ahead) + (1 - trust) * flat_spread + doubt / mean**2


def _dispersion(days: Array, about: Array) -> float:
    """How much more the weeks differ from what they are measured by than rows that come singly would: 1 or more."""
    beyond, chance = _differences(days, about, WEEK)
    return max(1.0, beyond / chance) if chance else 1.0


def _spread(days: Array, about: Array, ahead: int) -> float:
    """How far stretches as long as the time ahead were from what they are measured by, beyond chance: variance ÷
    mean²."""
    length = max(WEEK, min(ahead, len(days) // 4) // WEEK * WEEK)
    beyond, chance = _differences(days, about, length)
    mean = float(days.mean()) * length
    stretches = len(days) / length
    return max(0.0, beyond * stretches / (stretches - 1) - chance) / mean**2 * (1 + 1 / stretches) if mean else 0.0


def _differences(days: Array, about: Array, length: int) -> tuple[float, float]:
    """The mean square by which stretches of days differ from what they are measured by (the mean, or the year before,
    raised to this year's level), and what chance alone would make of it; the year before differs by chance as well."""
    window = np.ones(length)
    these, those = (np.convolve(column, window, "valid")[::WEEK] for column in (days, about))
    share = 0.0 if (about == about[0]).all() else 1.0
    return float(((these - those) ** 2).mean()) / (1 + share), float(these.mean())


def _clustered(parts: Array, wholes: Array) -> float:
    """How much more the share differs from four weeks to four weeks than chance alone lets it: 1 or more."""
    length = 4 * WEEK
    cut = len(wholes) % length
    k, n = (column[cut:].reshape(-1, length).sum(axis=1).astype(float) for column in (parts, wholes))
    k, n = k[n > 0], n[n > 0]
    share = float(k.sum() / n.sum()) if len(n) else 0.0
    if len(n) < 3 or not 0 < share < 1:
        return 1.0
    return max(1.0, float((((k - share * n) ** 2) / (share * (1 - share) * n)).sum()) / (len(n) - 1))
