"""Memory for the columns of a result."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from minhbach.scoring.many.figures import Array

#: Blocks of this many bytes get large pages from the system, which fresh memory costs a fifth of.
_BLOCK = 2**24
_SMALL = 2**17


class Room:
    """Arrays of `count` float64, not yet filled, for one scoring. Large ones are cut from common blocks."""

    def __init__(self, count: int):
        self.count = count
        self._rows: list[Array] = []

    def column(self) -> Array:
        """A new array."""
        if self.count * 8 < _SMALL:
            return np.empty(self.count)
        if not self._rows:
            self._rows = list(np.empty((max(1, _BLOCK // (self.count * 8)), self.count)))
        return self._rows.pop()

    @cached_property
    def scratch(self) -> Array:
        """One array for what is not needed any more when a function returns."""
        return np.empty(self.count)
