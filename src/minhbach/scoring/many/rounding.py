"""Rounding a column of exact figures to decimal places, to the last digit.

A float64 estimate gives the whole number of units of the last place in nearly every row. The rows where its known error
could matter (near a tie) are decided from the remainder in whole numbers.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from minhbach.records.texts import rounded
from minhbach.scoring.many.figures import Array, Base, Figures, Wholes, bounds_of, type_for
from minhbach.scoring.many.room import Room

#: Up to here the error of an estimate (`reach` × 2⁻⁴⁹) stays below a quarter.
_ESTIMATED = 2**47
_REMAINDER = 2**60
_WORD = 2**64


def scaled(figures: Figures, unit: int, mode: str, room: Room) -> Figures:
    """The figures times `unit`, in whole numbers by `mode`, one of `ROUNDING_MODES`: with no denominators left."""
    exact = figures.linear(Fraction(unit))
    if exact.base is None:
        return exact if exact.offset.denominator == 1 else Figures.constant(rounded(exact.offset, 0, mode))
    if exact.base.den is None and exact.factor.denominator == exact.offset.denominator == 1:
        return exact
    if exact.base.is_plain and abs(exact.factor) * exact.base.reach + abs(exact.offset) < _ESTIMATED:
        return _estimated(exact, exact.base, mode, room)
    return _one_by_one(exact, mode)


def expanded(whole: Figures, count: int) -> Wholes:
    """What `scaled` gave as one array of whole numbers."""
    if whole.base is None:
        value = int(whole.offset)
        return Wholes(np.full(count, value, type_for(abs(value))), value, value)
    return whole.numerators(1)


def bounds_of_whole(whole: Figures) -> tuple[int, int]:
    """Bounds of what `scaled` gave."""
    offset = int(whole.offset)
    if whole.base is None:
        return offset, offset
    ends = (whole.base.num.low * whole.factor, whole.base.num.high * whole.factor)
    return int(min(ends)) + offset, int(max(ends)) + offset


def extreme(function: str, x: Figures, y: Figures) -> Figures:
    """Row by row the smaller (`min`) or the larger (`max`) of what `scaled` gave."""
    choose: Any = min if function == "min" else max
    if x.base is None:
        if y.base is None:
            return Figures.constant(choose(x.offset, y.offset))
        x, y = y, x
    low, high = bounds_of_whole(x)
    if y.base is None:
        value = int(y.offset)
        if choose(low, value) == choose(high, value) == value:
            return y
        if choose(low, value) == low and choose(high, value) == high:
            return x
    assert x.base is not None
    left, right = expanded(x, 0), expanded(y, len(x.base.num.array))
    one, other, type_ = left.with_(right, 0)
    array = (np.minimum if function == "min" else np.maximum)(one, other, dtype=type_)
    return Figures.whole(array, choose(left.low, right.low), choose(left.high, right.high))


def _estimated(exact: Figures, base: Base, mode: str, room: Room) -> Figures:
    reach = abs(exact.factor) * base.reach + abs(exact.offset)
    error = max(float(reach) * 2.0**-49, 2.0**-40)
    if abs(exact.factor) >= 2**1000:  # no float64 holds it; all its figures are 0
        return _one_by_one(exact, mode)
    estimate = np.multiply(base.quotient, float(exact.factor), out=room.scratch, dtype=np.float64)
    if exact.offset:
        estimate += float(exact.offset)
    nearest = np.rint(estimate, out=room.column())
    whole = np.trunc(estimate) if mode == "down" else nearest
    distance = np.subtract(estimate, nearest, out=estimate)
    np.abs(distance, out=distance)
    rows = np.flatnonzero(distance < error if mode == "down" else distance > 0.5 - error)
    if rows.size:
        whole[rows] = _decided(exact, base, whole, rows, mode)
    return Figures(Base(Wholes(whole, *bounds_of(whole), is_fresh=True)))


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
        elif mode == "half_up":
            up |= (twice == divisor) & ~negative
            down |= (twice == -divisor) & negative
        else:  # half_down
            up |= (twice == divisor) & negative
            down |= (twice == -divisor) & ~negative
    return (guess + up - down.astype(np.int64)).astype(np.float64)


def _one_by_one(exact: Figures, mode: str) -> Figures:
    """Any figures, however large, with Python's whole numbers."""
    assert exact.base is not None
    rows = range(len(exact.base.num.array))
    values = np.array([int(rounded(exact.at(row), 0, mode)) for row in rows], dtype=object)
    return Figures.whole(values, *bounds_of(values))
