"""Where the expressions of one leaf read their columns, and what a node's result looks like as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from minhbach.scoring.expressions import Pending
from minhbach.scoring.many.cells import MISSING, PENDING, UNDEFINED, Cells, first_of, marked, then
from minhbach.scoring.many.columns import Fact, Table
from minhbach.scoring.many.expressions import evaluate
from minhbach.scoring.many.figures import Array, Figures, by_code
from minhbach.scoring.many.masks import Mask, mask_and, mask_not
from minhbach.scoring.many.room import Room
from minhbach.scoring.model import STATES, Node
from minhbach.scoring.rules import Relative

#: State codes are places in STATES; a group or unit may also be incomplete.
SCORED, BY_HAND, NOT_APPLICABLE, MONITORED, MISSING_STATE, UNSTATED, UNDEFINED_STATE, ERROR, PENDING_STATE = range(9)
assert STATES[PENDING_STATE] == "pending" and STATES[ERROR] == "error" and STATES[UNSTATED] == "unstated"
INCOMPLETE = len(STATES)
ALL_STATES = (*STATES, "incomplete")
_STATUS_OF_STATE = np.full(len(ALL_STATES), UNDEFINED, np.uint8)
_STATUS_OF_STATE[[MISSING_STATE, PENDING_STATE]] = MISSING, PENDING

#: The words of a relative rule (`highest`, …) of a criterion as columns, and which units are not compared (PENDING).
#: Raises Pending when none is.
WordsOf = Callable[[str, Relative], tuple[Mapping[str, Cells], Array | None]]


@dataclass(eq=False)
class NodeColumn:
    """What one node got, for N units.

    `states`: a uint8 array of places in ALL_STATES, or one for all. `points` are 0 where `has_score` does not hold;
    `maximum` counts where `has_maximum` holds. Masks are bool arrays, or one bool for all. `value` (of leaves) is what
    `ref` reads.
    """

    id: str
    count: int
    states: Array | int
    points: Figures
    maximum: Figures
    has_score: Mask = True
    has_maximum: Mask = True
    open: Mask = False
    value: Callable[[], Cells] | None = None

    def state_codes(self) -> Array:
        """uint8[N]"""
        return np.full(self.count, self.states, np.uint8) if isinstance(self.states, int) else self.states


@dataclass
class LeafColumns:
    """Where the expressions of one leaf read their columns, and its rule its peers."""

    table: Table
    room: Room
    node: Node
    results: Mapping[str, NodeColumn]
    words_of: WordsOf | None = None
    words: Mapping[str, Cells] = field(default_factory=dict)
    memo: dict[str, Cells] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.table.count

    def is_input(self, name: str) -> bool:
        return name in self.node.inputs

    def grade(self, option: str) -> int:
        return self.table.grades.setdefault(option, len(self.table.grades))

    def fact(self, key: str) -> Fact:
        if self.node.inputs[key.removesuffix("@previous")].type == "survey":
            return self.survey(key)[1]
        return self.table.fact(self.node, key)

    def survey(self, key: str) -> tuple[list[tuple[Fraction, Fact]], Fact]:
        """(weight, counts) of each option, and the survey as one fact without a figure of its own."""
        options = self.node.inputs[key].options
        counts = [(option.weight, self.table.fact(self.node, f"{key}.{code}")) for code, option in options.items()]
        missing = _any(fact.missing for _, fact in counts)
        absent = _any(fact.not_available for _, fact in counts)
        if absent is not None and missing is not None:
            missing = missing & ~absent  # a survey without one of its counts is a survey without a result
        status = first_of(
            None if missing is None else marked(missing, MISSING, self.count),
            None if absent is None else marked(absent, UNDEFINED, self.count),
        )
        return counts, Fact(Cells("survey", None, status), missing, absent)

    def word(self, name: str) -> Cells:
        if name == "value":
            if "value" not in self.memo:
                assert self.node.value is not None
                self.memo["value"] = evaluate(self.node.value, self)
            return self.memo["value"]
        if name == "maximum":
            if self.node.maximum is None:
                return self.nothing(UNDEFINED)
            return Cells("number", Figures.constant(self.node.maximum))
        if name == "minimum":
            return Cells("number", Figures.constant(self.node.minimum))
        return self.words.get(name) or self.nothing(PENDING)

    def inside(self, relative: Relative) -> tuple[LeafColumns, Array | None]:
        """The same columns with the words of a `relative` rule, and why a unit has no place among the others."""
        status = self.word("value").status if self.node.value is not None else None
        try:
            if self.words_of is None:
                raise Pending
            words, no_place = self.words_of(self.node.id, relative)
        except Pending:
            words, no_place = {}, np.full(self.count, PENDING, np.uint8)
        inside = LeafColumns(self.table, self.room, self.node, self.results, self.words_of, words, self.memo)
        return inside, then(status, no_place)

    def nothing(self, status: int) -> Cells:
        """A number no unit has."""
        return Cells("number", Figures.constant(0), np.full(self.count, status, np.uint8))

    def ref(self, code: str) -> Cells:
        result = self.results.get(code)
        if result is None or result.value is None:
            return self._unknown(result, self.nothing(UNDEFINED))
        return self._unknown(result, result.value())

    def points(self, code: str) -> Cells:
        result = self.results.get(code)
        if result is None:
            return self.nothing(UNDEFINED)
        known = mask_and(result.has_score, result.states <= MONITORED)
        if known is True or (known is not False and known.all()):
            return Cells("number", result.points)
        return self._unknown(result, Cells("number", result.points, marked(mask_not(known), UNDEFINED, self.count)))

    def _unknown(self, result: NodeColumn | None, cells: Cells) -> Cells:
        """The cells with the reason each unknown one of them is unknown: that of its criterion."""
        if cells.status is None or result is None:
            return cells
        return cells.but(np.where(cells.status > 0, _STATUS_OF_STATE[result.state_codes()], 0).astype(np.uint8))

    def parameter(self, name: str) -> Cells:
        weights = [self.table.indicator_set.parameters[name].of(group) for group in self.table.groups]
        values = [weight.value if weight is not None else Fraction(0) for weight in weights]
        codes = self.table.group_codes
        if codes is None:
            figures = Figures.constant(values[0])
            return Cells("number", figures) if weights[0] is not None else self.nothing(UNDEFINED)
        lacking = np.array([weight is None for weight in weights])
        status = marked(lacking[codes], UNDEFINED, self.count) if lacking.any() else None
        return Cells("number", by_code(values, codes), status)


def _any(masks: Iterator[Array | None]) -> Array | None:
    """Where one of them holds; None when none does anywhere."""
    found: Array | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found
