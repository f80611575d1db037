"""Sums of many columns."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import numpy as np

from minhbach.scoring.many.figures import ZERO, Base, Figures, Wholes, add, fit, type_for
from minhbach.scoring.many.room import Room


def sum_of(columns: list[Figures], room: Room) -> Figures:
    """The sum. Columns without denominators are added up in one array."""
    offset = sum((c.offset for c in columns), ZERO)
    plain = [c for c in columns if c.base is not None and c.base.den is None]
    total = Figures.constant(offset)
    for column in columns:
        if column.base is not None and column.base.den is not None:
            total = add(total, Figures(column.base, column.factor))
    if not plain:
        return total
    scale = lcm(*(c.factor.denominator for c in plain))
    factors = [int(c.factor * scale) for c in plain]
    common = gcd(*factors)
    parts = [(c.base.num, f // common) for c, f in zip(plain, factors, strict=True) if c.base is not None]
    bound = sum(max(num.size, 1) * abs(factor) for num, factor in parts)
    type_ = type_for(bound)
    is_float = type_ == np.float64
    array = room.column() if is_float else np.empty(room.count, type_)
    array.fill(0)
    scratch = room.scratch if is_float else np.empty_like(array)
    low = high = 0
    for num, factor in parts:
        own = fit(num.array, type_)
        array += own if factor == 1 else np.multiply(own, factor, out=scratch, dtype=type_)
        ends = sorted((num.low * factor, num.high * factor))
        low, high = low + ends[0], high + ends[1]
    added = Figures(Base(Wholes.of(array, low, high)), Fraction(common, scale))
    return add(total, added)
