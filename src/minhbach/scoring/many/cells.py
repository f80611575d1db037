"""What an expression gives for every unit: values, and where there is none, why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from minhbach.scoring.many.figures import Array, Figures

#: Why a row has no value, as the exceptions of the exact path. 0: it has one.
MISSING, UNDEFINED, PENDING = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of one kind: `number`, `day` (days since 1970-01-01), `truth` or `grade`.

    `data`: Figures for numbers and days; a bool array or one bool for truths; for grades an array of codes or one code.
    `status`: uint8 array of 0, MISSING, UNDEFINED, PENDING, or None when every row has a value. Where there is a
    status, the data mean nothing.
    """

    kind: str
    data: Any
    status: Array | None = None

    @property
    def figures(self) -> Figures:
        assert isinstance(self.data, Figures)
        return self.data

    def but(self, status: Array | None) -> Cells:
        """The same data with another status."""
        return self if status is self.status else Cells(self.kind, self.data, status)


def marked(mask: Array | bool, status: int, count: int) -> Array | None:
    """A status array: `status` where the mask holds."""
    if mask is False:
        return None
    if mask is True:
        return np.full(count, status, np.uint8)
    assert not isinstance(mask, bool)
    return mask.view(np.uint8) * np.uint8(status)


def first_of(*statuses: Array | None) -> Array | None:
    """The status of something that needs several values: the first undefined or pending one, else missing."""
    return reduce(_first, statuses, None)


def _first(left: Array | None, right: Array | None) -> Array | None:
    if left is None or left is right:
        return right
    if right is None:
        return left
    either = np.maximum(left, right)
    return np.where(left == UNDEFINED, left, either) if (right == PENDING).any() else either


def then(status: Array | None, later: Array | None) -> Array | None:
    """The status of a step that is taken only where everything before it has a value."""
    if status is None or later is None:
        return later if status is None else status
    return np.where(status == 0, later, status)


def as_array(truth: Array | bool, count: int) -> Array:
    """A truth as a bool array that may be written to only when it was one bool."""
    return np.full(count, truth) if isinstance(truth, bool) else truth


def put(array: Array, mask: Array, value: Any) -> None:
    """array[mask] = value for one value, quick when the mask holds in few rows."""
    array[np.flatnonzero(mask)] = value
