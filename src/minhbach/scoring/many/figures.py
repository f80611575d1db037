"""Exact arithmetic over columns.

A column of exact figures is `factor × numerator ÷ denominator + offset`: the numerators and denominators are arrays of
whole numbers, factor and offset are single fractions. Constants therefore cost nothing, and everything that is linear
in one measured rate shares one quotient.

Whole numbers are computed in the cheapest type that holds them exactly: float64 up to 2⁵³ (its arithmetic on whole
numbers is exact there, and fast), int64 up to 2⁶², Python integers beyond. The bounds of every column are known, so the
type is chosen before each operation and nothing can overflow. Given columns and small counts keep their own integer
type, so that they take no more memory than they need: fresh memory costs more than the arithmetic.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, gcd, lcm
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
ZERO, ONE = Fraction(0), Fraction(1)
_FLOATS, _WORDS, _PYTHON = np.dtype(np.float64), np.dtype(np.int64), np.dtype(object)
_EXACT_FLOAT, _EXACT_WORD = 2**53, 2**62
#: Two different fractions whose cross products stay below this have different nearest float64 (see `compare`).
_DISTINCT = 2**51


def type_for(bound: int) -> np.dtype[Any]:
    """The type to compute in when nothing gets larger than the bound."""
    return _FLOATS if bound <= _EXACT_FLOAT else _WORDS if bound <= _EXACT_WORD else _PYTHON


def fit(array: Array, type_: np.dtype[Any]) -> Array:
    """The same whole numbers, such that a ufunc with `dtype=type_` takes them without loss."""
    if array.dtype == type_:
        return array
    if type_.itemsize < 8:
        return array
    if type_ == _FLOATS:
        return array.astype(_FLOATS) if array.dtype == _PYTHON else array
    if array.dtype in (_FLOATS, _PYTHON):
        array = array.astype(_WORDS)
    return array if type_ == _WORDS else array.astype(_PYTHON)


def bounds_of(array: Array) -> tuple[int, int]:
    """Smallest and largest of the whole numbers; (0, 0) of an empty array."""
    return (int(array.min()), int(array.max())) if array.size else (0, 0)


@dataclass(frozen=True)
class Wholes:
    """An array of whole numbers of any integer type, float64 or object, with bounds that hold for every row."""

    array: Array
    low: int
    high: int
    #: Nothing else refers to the array, so it may be written to.
    is_fresh: bool = False

    @classmethod
    def of(cls, array: Array, low: int, high: int) -> Wholes:
        if array.dtype == _PYTHON and max(-low, high) <= _EXACT_WORD:
            array = array.astype(_WORDS)
        return cls(array, low, high)

    @property
    def size(self) -> int:
        """Bound of the absolute value."""
        return max(-self.low, self.high)

    def times(self, factor: int) -> Wholes:
        if factor == 1:
            return self
        ends = (self.low * factor, self.high * factor) if factor >= 0 else (self.high * factor, self.low * factor)
        type_ = type_for(max(self.size * abs(factor), abs(factor)))
        return Wholes.of(np.multiply(fit(self.array, type_), factor, dtype=type_), *ends)

    def with_(self, other: Wholes, bound: int) -> tuple[Array, Array, np.dtype[Any]]:
        """Both arrays fit for one type that holds whole numbers up to `bound` too, and that type."""
        type_ = type_for(max(bound, self.size, other.size))
        return fit(self.array, type_), fit(other.array, type_), type_

    def plus(self, other: Wholes) -> Wholes:
        left, right, type_ = self.with_(other, self.size + other.size)
        return Wholes.of(np.add(left, right, dtype=type_), self.low + other.low, self.high + other.high)

    def shifted(self, by: int) -> Wholes:
        if by == 0:
            return self
        type_ = type_for(self.size + abs(by))
        return Wholes.of(np.add(fit(self.array, type_), by, dtype=type_), self.low + by, self.high + by)

    def by(self, other: Wholes) -> Wholes:
        """The products, row by row."""
        left, right, type_ = self.with_(other, self.size * other.size)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Wholes.of(np.multiply(left, right, dtype=type_), min(ends), max(ends))

    def where(self, mask: Array) -> Wholes:
        """The figures where the mask holds, 0 elsewhere. A fresh array is used up by it."""
        array = np.multiply(self.array, mask, out=self.array if self.is_fresh else None)
        return Wholes(array, min(self.low, 0), max(self.high, 0), is_fresh=True)

    def and_(self, other: Wholes) -> Wholes:
        """The sum of two of which one is 0 in every row; fresh. Fresh arrays are used up by it."""
        left, right, type_ = self.with_(other, 0)
        out = next((a for a, w in ((left, self), (right, other)) if w.is_fresh and a.dtype == type_), None)
        array = np.add(left, right, out=out, dtype=type_)
        return Wholes.of(array, min(self.low, other.low), max(self.high, other.high))._as_fresh()

    def _as_fresh(self) -> Wholes:
        return Wholes(self.array, self.low, self.high, is_fresh=True)


def ones_where(mask: Array) -> Wholes:
    """1 where the mask holds, 0 elsewhere."""
    return Wholes(mask.view(np.int8), 0, 1)


@dataclass(frozen=True)
class Base:
    """numerators ÷ denominators. `den` None means 1 everywhere; else every denominator is at least 1."""

    num: Wholes
    den: Wholes | None = None

    @cached_property
    def quotient(self) -> Array:
        """float64, correctly rounded when numerators and denominators are below 2⁵³. Only for plain columns."""
        if self.den is None:
            return self.num.array
        return np.true_divide(self.num.array, self.den.array, dtype=np.float64)

    @cached_property
    def reach(self) -> Fraction:
        """A bound of the absolute value of `quotient`, from its rows."""
        if self.den is None or not self.num.array.size:
            return Fraction(self.num.size)
        high = float(self.quotient.max())
        return Fraction(max(high, -float(self.quotient.min())) if self.num.low < 0 else high)

    @property
    def is_plain(self) -> bool:
        """Whether numpy carries it (no Python integers)."""
        return self.num.array.dtype != object and (self.den is None or self.den.array.dtype != object)


@dataclass(slots=True, eq=False)
class Figures:
    """A column of exact figures: factor × base + offset; a constant when `base` is None. Never changed once made."""

    base: Base | None
    factor: Fraction = ONE
    offset: Fraction = ZERO

    @classmethod
    def constant(cls, value: Fraction | int) -> Figures:
        return cls(None, ZERO, value if isinstance(value, Fraction) else Fraction(value))

    @classmethod
    def whole(cls, array: Array, low: int, high: int, factor: Fraction = ONE) -> Figures:
        """From an array of whole numbers in [low, high], each times `factor`."""
        return cls(Base(Wholes.of(array, low, high)), factor)

    def linear(self, factor: Fraction, offset: Fraction = ZERO) -> Figures:
        """factor × self + offset, without touching a row."""
        moved = self.offset * factor if self.offset else ZERO
        if offset:
            moved += offset
        if self.base is None or not factor:
            return Figures(None, ZERO, moved)
        return Figures(self.base, factor if self.factor == 1 else self.factor * factor, moved)

    def at(self, row: int) -> Fraction:
        """One figure."""
        if self.base is None:
            return self.offset
        den = self.base.den
        quotient = Fraction(int(self.base.num.array[row]), int(den.array[row]) if den else 1)
        return self.factor * quotient + self.offset

    def pure(self) -> tuple[Fraction, Base]:
        """(factor, base) with the offset taken into the numerators. Not for a constant."""
        assert self.base is not None
        if not self.offset:
            return self.factor, self.base
        scale = lcm(self.factor.denominator, self.offset.denominator)
        return Fraction(1, scale), Base(self.numerators(scale), self.base.den)

    def numerators(self, scale: int) -> Wholes:
        """What stands over denominators × scale; `scale` is a multiple of both constants' denominators."""
        assert self.base is not None
        num, offset = self.base.num.times(int(self.factor * scale)), int(self.offset * scale)
        if not offset:
            return num
        return num.shifted(offset) if self.base.den is None else num.plus(self.base.den.times(offset))


def add(x: Figures, y: Figures) -> Figures:
    if y.base is None:
        return x.linear(ONE, y.offset)
    if x.base is None:
        return y.linear(ONE, x.offset)
    offset = x.offset + y.offset
    if x.base is y.base:
        factor = x.factor + y.factor
        return Figures(x.base, factor, offset) if factor else Figures.constant(offset)
    scale = lcm(x.factor.denominator, y.factor.denominator)
    a, b = int(x.factor * scale), int(y.factor * scale)
    common = gcd(a, b)
    left, right = x.base.num.times(a // common), y.base.num.times(b // common)
    den = x.base.den
    if x.base.den is not y.base.den:
        if y.base.den is not None:
            left = left.by(y.base.den)
            den = y.base.den if den is None else den.by(y.base.den)
        if x.base.den is not None:
            right = right.by(x.base.den)
    return Figures(Base(left.plus(right), den), Fraction(common, scale), offset)


def subtract(x: Figures, y: Figures) -> Figures:
    return add(x, y.linear(-ONE))


def multiply(x: Figures, y: Figures) -> Figures:
    if y.base is None:
        return x.linear(y.offset)
    if x.base is None:
        return y.linear(x.offset)
    (f, left), (g, right) = x.pure(), y.pure()
    if left.den is None or right.den is None:
        den = left.den or right.den
    else:
        den = left.den.by(right.den)
    return Figures(Base(left.num.by(right.num), den), f * g)


def divide(x: Figures, y: Figures) -> tuple[Figures, Array | bool]:
    """The quotients and where they are not defined (a zero divisor; the quotient there means nothing)."""
    if y.base is None:
        return (x.linear(1 / y.offset), False) if y.offset else (x, True)
    g, right = y.pure()
    zero: Array | bool = False
    below = right.num
    if below.low <= 0:
        is_zero = below.array == 0
        if is_zero.any():
            zero = is_zero
            filled = np.maximum(below.array, 1) if below.low == 0 else below.array + is_zero
            below = Wholes.of(filled, below.low or 1, max(below.high, 1))
        elif below.low == 0:
            below = Wholes(below.array, 1, below.high)
    if x.base is None:
        factor, above = x.offset / g, right.den
        if not factor:
            return Figures.constant(0), zero
        if above is None:
            above = Wholes.of(np.ones(len(below.array)), 1, 1)
    else:
        f, left = x.pure()
        factor, above = f / g, left.num
        if left.den is not right.den:
            above = above.by(right.den) if right.den else above
            below = below.by(left.den) if left.den else below
    if below.low < 0:
        sign = np.where(below.array < 0, -1, 1)
        above = above.by(Wholes.of(sign, -1, 1))
        below = below.by(Wholes.of(sign, -1, 1))
        below = Wholes(below.array, 1, below.high)
    return Figures(Base(above, below), factor), zero


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compare(sign: str, x: Figures, y: Figures) -> Array | bool:
    """Row by row; a single truth when both are constants or the bounds decide it."""
    if y.base is None:
        if x.base is None:
            return bool(_OPERATIONS[sign](x.offset, y.offset))
        threshold = (y.offset - x.offset) / x.factor
        return _against(sign if x.factor > 0 else _FLIPPED[sign], x.base, threshold)
    if x.base is None:
        return compare(_FLIPPED[sign], y, x)
    if x.base.den is None and y.base.den is None and x.factor == y.factor and x.offset == y.offset:
        rows = x.base.num.with_(y.base.num, 0)[:2]
        return _OPERATIONS[sign if x.factor > 0 else _FLIPPED[sign]](*rows)
    difference = subtract(x, y)
    if difference.base is None:
        return compare(sign, difference, Figures.constant(0))
    factor, base = difference.pure()
    return _against(sign if factor > 0 else _FLIPPED[sign], Base(base.num), ZERO)


def _against(sign: str, base: Base, threshold: Fraction) -> Array | bool:
    if base.den is None:
        return _whole_against(sign, base.num, threshold)
    p, q = threshold.numerator, threshold.denominator
    if base.is_plain and base.num.size <= _EXACT_FLOAT and abs(p) * base.den.high < _DISTINCT:
        # Rounding to the nearest float64 keeps order, and n/d ≠ p/q differ by at least 1/(d·q), more than the
        # spacing of float64 at p/q; so comparing the rounded quotients decides exactly.
        return _OPERATIONS[sign](base.quotient, p / q)
    difference = base.num.times(q).plus(base.den.times(-p))
    return _whole_against(sign, difference, ZERO)


def _whole_against(sign: str, num: Wholes, threshold: Fraction) -> Array | bool:
    """Whole numbers against a threshold: the nearest whole number decides."""
    if sign in ("==", "!="):
        if threshold.denominator != 1 or not num.low <= threshold <= num.high:
            return sign == "!="
        limit = int(threshold)
    else:
        limit = ceil(threshold) if sign in (">=", "<") else floor(threshold)
        if limit < num.low:
            return sign in (">=", ">")
        if limit > num.high:
            return sign in ("<", "<=")
    return _OPERATIONS[sign](num.array, limit)


def pick(masks: list[Array], figures: list[Figures]) -> Figures:
    """The figure of the one mask that holds in each row. The masks exclude each other and cover all rows."""
    if len(figures) == 1:
        return figures[0]
    if all(f.base is None for f in figures):
        return _pick_constants(masks, [f.offset for f in figures])
    scale = lcm(*(lcm(f.factor.denominator, f.offset.denominator) for f in figures))
    dens = {id(f.base.den): f.base.den for f in figures if f.base is not None}
    shared = next(iter(dens.values())) if len(dens) == 1 else None
    num: Wholes | None = None
    den: Wholes | None = shared
    for mask, figure in zip(masks, figures, strict=True):
        if figure.base is None:
            value = int(figure.offset * scale)
            own = shared.times(value).where(mask) if shared else ones_where(mask).times(value)
        else:
            own = figure.numerators(scale).where(mask)
        num = own if num is None else num.plus(own)
        if len(dens) > 1:
            below = figure.base.den if figure.base is not None else None
            part = below.where(mask) if below else ones_where(mask)
            den = part if den is None else den.plus(part)
    assert num is not None
    if den is not None and len(dens) > 1:
        den = Wholes(den.array, 1, den.high)
    return Figures(Base(num, den), Fraction(1, scale))


def by_code(values: list[Fraction], codes: Array) -> Figures:
    """values[codes], row by row."""
    scale = lcm(*(v.denominator for v in values))
    whole = [int(v * scale) for v in values]
    low, high = min(whole), max(whole)
    lookup = np.array(whole, dtype=object if max(abs(low), abs(high)) > _EXACT_WORD else np.int64)
    return Figures.whole(lookup[codes], low, high, Fraction(1, scale))


def _pick_constants(masks: list[Array], values: list[Fraction]) -> Figures:
    """Steps of one common size, so that small integers can be added up."""
    scale = lcm(*(v.denominator for v in values))
    steps = [int(v * scale) for v in values]
    least = min(steps)
    step = gcd(*(s - least for s in steps)) or 1
    counts = [(s - least) // step for s in steps]
    most = max(counts)
    type_ = np.dtype(np.int8 if most < 2**7 else np.int16) if most < 2**15 else type_for(most)
    total: Array | None = None
    for mask, count in zip(masks, counts, strict=True):
        if count:
            own = np.multiply(fit(mask.view(np.int8), type_), count, dtype=type_)
            total = own if total is None else np.add(total, own, out=total)
    if total is None:
        return Figures.constant(values[0])
    return Figures(Base(Wholes.of(total, 0, most)), Fraction(step, scale), Fraction(least, scale))
