"""Facts of many units as columns, read once into the types the scoring works on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np

from minhbach.scoring.expressions.evaluate import NotAvailable
from minhbach.scoring.facts import NA, FactError, UnitFacts, read_fact
from minhbach.scoring.many.cells import MISSING, UNDEFINED, Cells, marked
from minhbach.scoring.many.figures import Array, Figures, bounds_of
from minhbach.scoring.model import IndicatorSet, Input, Node

_KINDS = {"bool": "truth", "grade": "grade", "date": "day"}
_WORD = 2**63


@dataclass(frozen=True)
class Column:
    """One fact of N units.

    `values`: a 1-D array or sequence of length N, or a single value that all units share. By type of the input:

    - count, number, rate, external, points: whole numbers (any integer type) that stand for value ÷ `scale`, so rates
      in basis points have the scale 10000; or Fraction, Decimal or text as in a facts file (`60,5%`), converted once.
      Floats are refused, for they are not exact.
    - bool: bool.
    - grade: option keys, or integer codes that count the options from 0 (-1: missing).
    - date: datetime64 or datetime.date (NaT: missing).

    `missing`, `not_available`: bool arrays of length N: no fact given; declared not to exist (n/a). In a sequence of
    Python objects or texts, None or "" is missing and `NA` or "n/a" is not available.
    """

    values: Any
    scale: int = 1
    missing: Any = None
    not_available: Any = None


@dataclass(frozen=True, eq=False)
class Fact:
    """A column as expressions read it. The masks are None where they hold for no unit."""

    cells: Cells
    missing: Array | None = None
    not_available: Array | None = None

    @cached_property
    def missing_status(self) -> Array | None:
        return None if self.missing is None else marked(self.missing, MISSING, len(self.missing))


@dataclass(frozen=True, eq=False)
class Table:
    """The facts of N units, ready to be scored. `group_codes` index `groups`; None: all units are of `groups[0]`."""

    indicator_set: IndicatorSet
    count: int
    units: Sequence[str] | None
    groups: tuple[str, ...]
    group_codes: Array | None
    facts: Mapping[tuple[str, str], Fact]
    #: Every option of every grade, by number.
    grades: dict[str, int] = field(default_factory=dict)

    def fact(self, node: Node, key: str) -> Fact:
        """A fact of the criterion; missing for all units when no column gives it."""
        found = self.facts.get((node.id, key))
        return found if found is not None else self._missing(_type_of(node, key))

    def begun(self, node: Node) -> Array:
        """bool[N]: whether anything at all is given for the criterion."""
        begun = np.zeros(self.count, bool)
        for (criterion, key), fact in self.facts.items():
            if criterion == node.id and key not in ("absent", "@given"):
                begun |= True if fact.missing is None else ~fact.missing
        return begun

    def _missing(self, type_: str) -> Fact:
        mask = np.ones(self.count, bool)
        status = np.full(self.count, MISSING, np.uint8)
        return Fact(Cells(_KINDS.get(type_, "number"), _nothing(type_), status), mask)

    def changed(self, columns: Mapping[tuple[str, str], Any]) -> Table:
        """The same facts but for these columns: one more what-if without reading the rest again."""
        read = {place: _read(self, place, given) for place, given in columns.items()}
        return replace(self, facts={**self.facts, **read})


def prepare(
    indicator_set: IndicatorSet,
    columns: Mapping[tuple[str, str], Any],
    group: str | Sequence[str] | Array = "",
    units: Sequence[str] | None = None,
) -> Table:
    """Read the columns of N units: (criterion id, key of the fact) → `Column`, or its values alone.

    Keys are those of a facts file (`docs/indicator-sets.md`): `input`, `input@previous`, `survey.option`, `points`,
    `maximum`, and `absent` of a block; `@given` are points a person gave against the rule. What is in no column is
    missing. `group`: one for all units, or one per unit.

    Arrays are not copied: leave them as they are while the table is used.

    Raises KeyError for an unknown criterion or key, TypeError for inexact or unfit values, ValueError for lengths that
    differ, values that cannot be read, and when nothing tells how many units there are.
    """
    lengths: dict[str, int] = {}
    if units is not None:
        lengths["units"] = len(units)
    if not isinstance(group, str):
        lengths["group"] = len(group)
    for (criterion, key), given in columns.items():
        column = given if isinstance(given, Column) else Column(given)
        for part in (column.values, column.missing, column.not_available):
            if not _is_single(part):
                lengths[f"{criterion} {key}"] = len(part)
    if len(set(lengths.values())) != 1:
        said = ", ".join(f"{name}: {length}" for name, length in lengths.items()) or "none"
        raise ValueError(f"columns, units and group must agree in length; lengths given: {said}")
    count = next(iter(lengths.values()))
    default = indicator_set.applies_to[0] if len(indicator_set.applies_to) == 1 else ""
    codes = None
    if isinstance(group, str):
        groups: tuple[str, ...] = (group or default,)
    else:
        names, codes = np.unique(np.array([str(g) or default for g in group], dtype=object), return_inverse=True)
        groups = tuple(names)
    table = Table(indicator_set, count, units, groups, codes, {})
    return table.changed(columns)


def from_units(indicator_set: IndicatorSet, units: Sequence[UnitFacts]) -> Table:
    """The facts of these units as a table. Any facts of the exact path can be given so; large data come as arrays."""
    columns: dict[tuple[str, str], Any] = {}
    for node in indicator_set.nodes.values():
        own = [unit.values.get(node.id) for unit in units]
        for key, _, spec in node.fact_keys():
            name, _, option = key.partition(".") if spec and spec.type == "survey" else (key, "", "")
            values: list[Any] = [facts.get(name) if facts else None for facts in own]
            if option:
                values = [fact.get(option) if isinstance(fact, dict) else fact for fact in values]
            if any(value is not None for value in values):
                columns[node.id, key] = values
        given = [unit.given.get(node.id) for unit in units]
        if node.is_leaf and any(points is not None for points in given):
            columns[node.id, "@given"] = given
        if node.may_be_absent:
            columns[node.id, "absent"] = np.array([node.id in unit.absent for unit in units], dtype=bool)
    return prepare(indicator_set, columns, [unit.group for unit in units], [unit.unit for unit in units])


def _is_single(values: Any) -> bool:
    if isinstance(values, np.ndarray):
        return values.ndim == 0
    return isinstance(values, str) or not isinstance(values, Iterable)


def _type_of(node: Node, key: str) -> str:
    return next((type_ for name, type_, _ in node.fact_keys() if name == key), "number")


def _nothing(type_: str) -> Any:
    return {"bool": False, "grade": 0}.get(type_, Figures.constant(0))


def _read(table: Table, place: tuple[str, str], given: Any) -> Fact:
    criterion, key = place
    node = table.indicator_set.nodes.get(criterion)
    if node is None:
        raise KeyError(f"the set {table.indicator_set.code} has no criterion {criterion!r}")
    specs = {name: (type_, spec) for name, type_, spec in node.fact_keys()}
    if node.may_be_absent:
        specs["absent"] = ("bool", None)
    if node.is_leaf:
        specs["@given"] = ("points", None)
    if key not in specs:
        raise KeyError(f"the criterion {criterion} has no input {key!r}; its inputs: {', '.join(specs) or 'none'}")
    column = given if isinstance(given, Column) else Column(given)
    try:
        return _Reader(table, column, *specs[key]).fact()
    except (TypeError, ValueError) as error:
        raise type(error)(f"criterion {criterion}, input {key}: {error}") from error


@dataclass
class _Reader:
    table: Table
    column: Column
    type: str
    spec: Input | None

    def fact(self) -> Fact:
        count = self.table.count
        raw = self.column.values
        values = raw if isinstance(raw, np.ndarray) else np.array(raw, dtype=_object_unless_plain(raw))
        if values.ndim == 0:
            values = np.full(count, values)
        if values.dtype.kind in "US":
            values = values.astype(object)
        missing, absent = self._mask(self.column.missing), self._mask(self.column.not_available)
        if values.dtype == object:
            values = np.array([self._object(item) for item in values], dtype=object)
            missing = _joined(missing, np.array([item is None for item in values], dtype=bool))
            absent = _joined(absent, np.array([isinstance(item, NotAvailable) for item in values], dtype=bool))
        if values.dtype.kind == "M":
            missing = _joined(missing, np.isnat(values))
        if self.type == "grade" and values.dtype.kind in "iu":
            missing = _joined(missing, values == -1)
        if absent is not None and missing is not None:
            absent = _joined(None, absent & ~missing)
        data = self._data(values, missing if absent is None else absent if missing is None else missing | absent)
        status = None
        if missing is not None or absent is not None:
            status = np.zeros(count, np.uint8)
            for mask, code in ((missing, MISSING), (absent, UNDEFINED)):
                if mask is not None:
                    status[mask] = code
        return Fact(Cells(_KINDS.get(self.type, "number"), data, status), missing, absent)

    def _mask(self, given: Any) -> Array | None:
        if given is None:
            return None
        mask = np.array(np.broadcast_to(given, self.table.count))
        if mask.dtype != bool:
            raise TypeError("masks are arrays of bool")
        return _joined(None, mask)

    def _object(self, item: Any) -> Any:
        """None, NA, or the fact as the exact path holds it (whole numbers stay int)."""
        if item is None or isinstance(item, NotAvailable) or item is np.ma.masked:
            return item
        if isinstance(item, str):
            if not item.strip():
                return None
            if self.type == "grade" and self.spec and item in self.spec.options:
                return item
            try:
                return read_fact(item, "number" if self.type == "points" else self.type, self.spec)
            except FactError as error:
                raise ValueError(error.says.en) from error
        if isinstance(item, float | np.floating):
            raise TypeError("floats are not exact: give whole numbers with a scale, Fraction, Decimal or text")
        return item

    def _data(self, values: Array, without: Array | None) -> Any:
        if self.type == "bool":
            return self._truths(values, without)
        if self.type == "grade":
            return self._grades(values, without)
        if self.type == "date":
            return self._days(values, without)
        if values.dtype.kind == "f":
            raise TypeError("floats are not exact: give whole numbers with a scale, Fraction, Decimal or text")
        scale = self.column.scale
        if values.dtype == object:
            fractions = [Fraction(0) if w else _fraction(v) for v, w in _with_mask(values, without)]
            own = lcm(*{f.denominator for f in fractions})
            whole = [f.numerator * (own // f.denominator) for f in fractions]
            fits = all(-_WORD <= n < _WORD for n in whole)
            values, scale, without = np.array(whole, dtype=np.int64 if fits else object), scale * own, None
        elif values.dtype.kind not in "iu":
            raise TypeError(f"whole numbers expected, not {values.dtype}")
        if values.dtype.kind == "u":
            values = values.astype(object if bounds_of(values)[1] >= _WORD else np.int64)
        if without is not None:
            values = np.where(without, values.dtype.type(0) if values.dtype != object else 0, values)
        return Figures.whole(values, *bounds_of(values), Fraction(1, scale))

    def _truths(self, values: Array, without: Array | None) -> Array:
        if values.dtype == object:
            values = np.array([False if w else v for v, w in _with_mask(values, without)])
        if values.dtype != bool and values.size:
            raise TypeError(f"bool expected, not {values.dtype}")
        return values.astype(bool, copy=False)

    def _grades(self, values: Array, without: Array | None) -> Array:
        assert self.spec is not None
        options = list(self.spec.options)
        codes = self.table.grades
        for option in options:
            codes.setdefault(option, len(codes))
        if values.dtype == object:
            unknown = {v for v, w in _with_mask(values, without) if not w} - set(options)
            if unknown:
                raise ValueError(f"unknown options {sorted(map(str, unknown))}; the options: {', '.join(options)}")
            return np.array([0 if w else codes[v] for v, w in _with_mask(values, without)], dtype=np.int16)
        if values.dtype.kind not in "iu":
            raise TypeError(f"option keys or their numbers expected, not {values.dtype}")
        if without is not None:
            values = np.where(without, 0, values)
        low, high = bounds_of(values)
        if low < 0 or high >= len(options):
            raise ValueError(f"numbers of options run from 0 to {len(options) - 1} (-1: missing)")
        return np.array([codes[option] for option in options], dtype=np.int16)[values]

    def _days(self, values: Array, without: Array | None) -> Figures:
        if values.dtype == object:
            epoch = datetime.date(1970, 1, 1)
            if not all(w or isinstance(v, datetime.date) for v, w in _with_mask(values, without)):
                raise TypeError("datetime.date or datetime64 expected")
            days = np.array([0 if w else (v - epoch).days for v, w in _with_mask(values, without)], dtype=np.int64)
        elif values.dtype.kind == "M":
            days = values.astype("datetime64[D]").astype(np.int64)
            days = days if without is None else np.where(without, 0, days)
        else:
            raise TypeError(f"datetime.date or datetime64 expected, not {values.dtype}")
        return Figures.whole(days, *bounds_of(days))


def _joined(one: Array | None, other: Array) -> Array | None:
    """Where one of them holds; None when that is nowhere."""
    both = other if one is None else one | other
    return both if both.any() else None


def _object_unless_plain(raw: Any) -> Any:
    """Python sequences keep their objects, so that nothing is turned into a float on the way."""
    if isinstance(raw, bool | int) and not isinstance(raw, np.generic):
        return None if isinstance(raw, bool) or -_WORD <= raw < _WORD else object
    return object if isinstance(raw, str | Decimal | Fraction | Sequence | NotAvailable) or raw is None else None


def _with_mask(values: Array, without: Array | None) -> Iterable[tuple[Any, bool]]:
    return zip(values, without if without is not None else np.zeros(len(values), bool), strict=True)


def _fraction(item: Any) -> Fraction:
    if isinstance(item, bool | np.bool_):
        raise TypeError("a figure expected, not a truth")
    return Fraction(int(item)) if isinstance(item, np.integer) else Fraction(item)


__all__ = ["NA", "Column", "Fact", "Table", "from_units", "prepare"]
