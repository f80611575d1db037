"""Memory for the columns of one scoring: fresh memory costs more than the arithmetic, so it is used again."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np

from minhbach.scoring.many.figures import Array

_LARGE = 2**17


class Room:
    """Arrays of `count` float64, not yet filled."""

    def __init__(self, count: int):
        self.count = count
        if count * 8 >= _LARGE:
            _keep_freed_memory()

    def column(self) -> Array:
        """A new array."""
        return np.empty(self.count)

    @cached_property
    def scratch(self) -> Array:
        """One array for what is not needed any more when a function returns."""
        return np.empty(self.count)


@cache
def _keep_freed_memory() -> None:
    """Let the C library keep the memory of temporary arrays instead of returning each to the system and asking again.

    glibc does so for blocks up to the largest it has seen freed (at most 32 MiB), so one such block, never filled, is
    enough. Elsewhere this does nothing.
    """
    np.empty(31 * 2**20, np.uint8)
