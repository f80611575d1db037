"""Rounding a column of exact figures to decimal places, to the last digit.

A float64 estimate gives the whole number of units of the last place in nearly every row. The rows where its known error
could matter (near a tie) are decided from the remainder in whole numbers.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from minhbach.scoring.many.figures import Array, Base, Figures, Wholes, bounds_of
from minhbach.scoring.texts import rounded

#: Up to here the error of an estimate (`reach` × 2⁻⁴⁹) stays below a quarter.
_ESTIMATED = 2**47
_REMAINDER = 2**60
_WORD = 2**64


def scaled(figures: Figures, unit: int, mode: str) -> Wholes | int:
    """The figures times `unit`, in whole numbers by `mode` (half_up, half_even, down); an int of a constant."""
    exact = figures.linear(Fraction(unit))
    if exact.base is None:
        return int(rounded(exact.offset, 0, mode))
    if exact.base.den is None and exact.factor.denominator == exact.offset.denominator == 1:
        return exact.numerators(1)
    if exact.base.is_plain and abs(exact.factor) * exact.base.reach + abs(exact.offset) < _ESTIMATED:
        return _estimated(exact, exact.base, mode)
    return _one_by_one(exact, mode)


def extreme(function: str, x: Wholes | int, y: Wholes | int) -> Wholes | int:
    """Row by row the smaller (`min`) or the larger (`max`)."""
    choose: Any = min if function == "min" else max
    if isinstance(x, int):
        if isinstance(y, int):
            return int(choose(x, y))
        x, y = y, x
    if isinstance(y, int):
        if choose(x.low, y) == choose(x.high, y) == y:
            return y
        if choose(x.low, y) == x.low and choose(x.high, y) == x.high:
            return x
        y = Wholes.of(np.full(len(x.array), y, dtype=object if abs(y) >= 2**62 else np.int64), y, y)
    left, right = x.with_(y, max(x.size, y.size))
    chosen = (np.minimum if function == "min" else np.maximum)(left, right)
    return Wholes.of(chosen, choose(x.low, y.low), choose(x.high, y.high))


def _estimated(exact: Figures, base: Base, mode: str) -> Wholes:
    reach = abs(exact.factor) * base.reach + abs(exact.offset)
    error = max(float(reach) * 2.0**-49, 2.0**-40)
    if abs(exact.factor) >= 2**1000:  # no float64 holds it; all its figures are 0
        return _one_by_one(exact, mode)
    estimate = base.quotient * float(exact.factor)
    if exact.offset:
        estimate += float(exact.offset)
    nearest = np.rint(estimate)
    distance = estimate - nearest
    np.abs(distance, out=distance)
    if mode == "down":
        whole, doubtful = np.trunc(estimate), distance < error
    else:
        whole, doubtful = nearest, distance > 0.5 - error
    rows = np.flatnonzero(doubtful)
    if rows.size:
        whole[rows] = _decided(exact, base, whole, rows, mode)
    return Wholes.of(whole, *bounds_of(whole))


def _signed(value: int) -> np.int64:
    """The value modulo 2⁶⁴, as wrapping int64 arithmetic sees it."""
    value %= _WORD
    return np.int64(value - _WORD if value >= _WORD // 2 else value)


def _decided(exact: Figures, base: Base, whole: Array, rows: Array, mode: str) -> Array:
    """The rounded figures of some rows whose estimates are off by one at most."""
    scale = lcm(exact.factor.denominator, exact.offset.denominator)
    if scale * (base.den.high if base.den else 1) >= _REMAINDER:
        return np.array([int(rounded(exact.at(int(row)), 0, mode)) for row in rows], dtype=np.float64)
    num = base.num.array[rows].astype(np.int64)
    den = base.den.array[rows].astype(np.int64) if base.den else np.ones(len(rows), np.int64)
    guess = whole[rows].astype(np.int64)
    divisor = den * scale
    # Each product may wrap around; their difference is small and therefore right.
    above = num * _signed(int(exact.factor * scale)) + den * _signed(int(exact.offset * scale))
    rest = above - guess * divisor
    negative = (guess < 0) | ((guess == 0) & (rest < 0))
    if mode == "down":
        up = np.where(negative, rest > 0, rest >= divisor)
        down = np.where(negative, rest <= -divisor, rest < 0)
    else:
        twice = 2 * rest
        up, down = twice > divisor, twice < -divisor
        if mode == "half_even":
            odd = guess % 2 == 1
            up |= (twice == divisor) & odd
            down |= (twice == -divisor) & odd
        else:
            up |= (twice == divisor) & ~negative
            down |= (twice == -divisor) & negative
    return (guess + up - down.astype(np.int64)).astype(np.float64)


def _one_by_one(exact: Figures, mode: str) -> Wholes:
    """Any figures, however large, with Python's whole numbers."""
    assert exact.base is not None
    rows = range(len(exact.base.num.array))
    values = np.array([int(rounded(exact.at(row), 0, mode)) for row in rows], dtype=object)
    return Wholes.of(values, *bounds_of(values))
