"""How many rows are still to come, and how many of them will be such: numbers in, numbers out.

Explained in docs/outlook.md to those who read the figures. Nothing is fitted; what was is repeated:

- rows to come: as many as in the last weeks or in the last 12 months, whichever told the past of this unit better, by
  weekdays; where earlier years are known, as many as the same days then brought, raised or lowered as the half year
  before them has changed since. The spread is how far such forecasts were out before; days whose season was never seen
  are less sure.
- how many of them are such: the share of the last 12 months, spread as it did from stretch to stretch.

A forecast is a column of draws (`DRAWS` possible ends), so that points can be computed for each by the engine itself.
The same numbers in give the same draws.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
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
_LATELY = 8 * WEEK
_UNSEEN = 1.0
"""Variance ÷ mean² of the level of days whose season was never seen: it may well be a third, or three times as high."""
_CHANGE = 0.1
"""The same of the change from one year to the next, where nothing tells it."""


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
    level = np.full(DRAWS, mean)
    if unseen := _UNSEEN * min(max(YEAR - len(days), 0), ahead) / ahead:
        level *= _doubled_or_halved(unseen, chance)
    if relative > 1e-9:
        # Quiet weeks may be all but empty, and a level as well double as halve: half of the draws each.
        bursts = chance.gamma(1 / relative, relative, DRAWS)
        level *= np.where(np.arange(DRAWS) % 2, bursts, _doubled_or_halved(relative, chance))
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


def parts_to_come(of_year: Mapping[int, int], here: Collection[int], ahead: int, chance: np.random.Generator) -> Array:
    """Draws of how many parts that have no row in the period will have one: procedures with a first dossier.

    `of_year`: rows of the last 12 months by part; `here`: the parts that have any in the period. A part that had rows
    is likely to have one again. Of those that had none, as many come anew as had a single one (Good and Turing).
    """
    again = 1 - np.exp(-np.array([n * ahead / YEAR for part, n in sorted(of_year.items()) if part not in here]))
    anew = sum(n == 1 for n in of_year.values()) * ahead / YEAR
    return (chance.random((DRAWS, len(again))) < again).sum(axis=1) + chance.poisson(anew, DRAWS)


def _doubled_or_halved(relative: float, chance: np.random.Generator) -> Array:
    """Factors around 1, of which the inverse of each is as likely; with this variance ÷ mean²."""
    return np.exp(chance.standard_normal(DRAWS) * np.sqrt(np.log1p(relative)))


def _expected(days: Array, ahead: int) -> tuple[float, float]:
    """The rows expected, and how far the level may be from it: variance ÷ mean²."""
    flat, spread = _level(days, ahead)
    day = len(days) - YEAR
    if day < 0 or ahead > YEAR:
        return flat, spread
    season, doubt = _season(days, ahead)
    alike = min(YEAR, day) // WEEK * WEEK
    trust = 0.5
    if alike >= _LATELY:
        this, last = days[-alike:], days[-YEAR - alike : -YEAR]
        as_last = last * (float(this.sum()) / max(float(last.sum()), 1))
        plain, by_year = (_differences(this, told, SHORTEST) for told in (np.full(alike, this.mean()), as_last))
        trust = plain**2 / max(plain**2 + by_year**2, 1e-9)  # how much better last year tells this one than its mean
        spread = (1 - trust) * spread + trust * _beyond(this, as_last, ahead)
    mean = trust * season + (1 - trust) * flat
    apart = trust * (1 - trust) * (season - flat) ** 2 + trust**2 * doubt * season**2
    return (mean, spread + apart / mean**2) if mean else (0.0, 0.0)


def _level(days: Array, ahead: int) -> tuple[float, float]:
    """The rows expected if the level stays: that of the last weeks or that of the year, whichever told this unit's past
    better, and how far it was out then, beyond chance."""
    recent = days[-(min(len(days), YEAR) // WEEK) * WEEK :]
    by_weekday = recent.reshape(-1, WEEK).mean(axis=0)[np.arange(ahead) % WEEK].sum()
    length = max(WEEK, min(ahead, len(days) // 4) // WEEK * WEEK)
    so_far = np.concatenate([[0], np.cumsum(days[-YEAR:])])
    cuts = np.arange(SHORTEST, len(so_far) - length, WEEK)
    if len(cuts) < 2 or not recent.any():
        return float(by_weekday), 0.0
    came = so_far[cuts + length] - so_far[cuts]
    told = [(so_far[cuts] - so_far[np.maximum(cuts - back, 0)]) / np.minimum(cuts, back) for back in (_LATELY, YEAR)]
    lately, long = (float(((came - rate * length) ** 2).mean()) for rate in told)
    trust = long**2 / max(long**2 + lately**2, 1e-9)
    levels = float(days[-_LATELY:].mean()), float(recent.mean())
    flat = by_weekday * (trust * levels[0] + (1 - trust) * levels[1]) / levels[1]
    out = came - (trust * told[0] + (1 - trust) * told[1]) * length
    beyond = float((out**2).mean()) - float(came.mean())
    return float(flat), max(0.0, beyond) / max(float(came.mean()), 1) ** 2


def _season(days: Array, ahead: int) -> tuple[float, float]:
    """The rows that the same days of earlier years brought, at this year's level; and how much in doubt that is."""
    then, before, now = 0, 0, 0
    for year in range(1, len(days) // YEAR + 1):
        day = len(days) - YEAR * year
        base = min(HALF, day)
        then += int(days[day : day + ahead].sum())
        if base >= _LATELY:
            before += int(days[day - base : day].sum())
            now += int(days[-base:].sum())
    weeks = _dispersion(days[-YEAR:])
    if not (before and now):  # too little before it to know how the level has changed
        return float(then), weeks / max(then, 1) + _CHANGE
    years = len(days) // YEAR
    return now * then / before / years, weeks * (1 / max(then, 1) + 1 / before + 1 / now)


def _dispersion(days: Array) -> float:
    """How much more the weeks of a month differ than rows that come singly would: 1 or more."""
    weeks = days[len(days) % SHORTEST :].reshape(-1, 4, WEEK).sum(axis=2)
    mean = float(weeks.mean()) if weeks.size else 0.0
    return max(1.0, float(weeks.var(axis=1, ddof=1).mean()) / mean) if mean else 1.0


def _beyond(days: Array, about: Array, ahead: int) -> float:
    """How far stretches as long as the time ahead were from what they are measured by, beyond chance: variance ÷
    mean². The year before differs by chance as well."""
    length = max(WEEK, min(ahead, len(days) // 4) // WEEK * WEEK)
    mean, stretches = float(days.mean()) * length, len(days) / length
    beyond = _differences(days, about, length) / 2 * stretches / (stretches - 1) - mean
    return max(0.0, beyond) / mean**2 * (1 + 1 / stretches) if mean else 0.0


def _differences(days: Array, about: Array, length: int) -> float:
    """The mean square by which stretches of days differ from what they are measured by."""
    window = np.ones(length)
    these, those = (np.convolve(column, window, "valid")[::WEEK] for column in (days, about))
    return float(((these - those) ** 2).mean())


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
