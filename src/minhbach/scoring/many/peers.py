"""The words of relative rules (`highest`, `lowest`, `mean`, `position`, `units`) for every unit of a round."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import numpy as np

from minhbach.scoring.engine import PeersOf
from minhbach.scoring.expressions import Pending
from minhbach.scoring.many.cells import PENDING, Cells, marked
from minhbach.scoring.many.columns import Table
from minhbach.scoring.many.environment import PENDING_STATE, NodeColumn, WordsOf
from minhbach.scoring.many.figures import Array, Figures, by_code
from minhbach.scoring.rules import Relative


class Peers:
    """Compares the units of a round whose relative criteria are still pending, as `rounds.Comparison` does."""

    def __init__(self, table: Table, results: Mapping[str, NodeColumn]):
        self.table = table
        self.results = results
        self._found: dict[tuple[str, str], tuple[Mapping[str, Cells], Array | None]] = {}

    def words(self, code: str, relative: Relative) -> tuple[Mapping[str, Cells], Array | None]:
        """As `WordsOf`."""
        place = code, relative.over
        if place not in self._found:
            self._found[place] = self._compare(self.results[code], relative.over)
        return self._found[place]

    def _compare(self, column: NodeColumn, over: str) -> tuple[Mapping[str, Cells], Array | None]:
        cells = column.value() if column.value is not None else None
        if cells is None or cells.kind != "number":
            raise Pending
        takes_part = column.state_codes() == PENDING_STATE
        if cells.status is not None:
            takes_part &= cells.status == 0
        codes = self.table.group_codes if over == "group" else None
        if codes is None:
            codes = np.zeros(self.table.count, np.int64)
        status = marked(~takes_part, PENDING, self.table.count) if not takes_part.all() else None
        rows = np.flatnonzero(takes_part)
        pools: dict[int, list[Fraction]] = {}
        own = {int(row): cells.figures.at(int(row)) for row in rows}
        for row, value in own.items():
            pools.setdefault(int(codes[row]), []).append(value)
        # The float64 nearest to a fraction keeps the order, so fractions are compared only where those are equal.
        ordered = {code: sorted((float(v), v) for v in values) for code, values in pools.items()}
        positions = np.ones(self.table.count, np.int64)
        for row, value in own.items():
            pool = ordered[int(codes[row])]
            positions[row] = 1 + len(pool) - bisect_right(pool, (float(value), value))
        highest = int(positions.max()) if len(positions) else 1
        lookup = _Lookup(codes, pools)
        words = _Words(
            {
                "highest": lambda: lookup.column({code: pool[-1][1] for code, pool in ordered.items()}),
                "lowest": lambda: lookup.column({code: pool[0][1] for code, pool in ordered.items()}),
                "mean": lambda: lookup.column({c: sum(p, Fraction(0)) / len(p) for c, p in pools.items()}),
                "units": lambda: lookup.column({code: Fraction(len(pool)) for code, pool in pools.items()}),
                "position": lambda: Cells("number", Figures.whole(positions, 1, highest)),
            }
        )
        return words, status


class _Lookup:
    def __init__(self, codes: Array, pools: Mapping[int, object]):
        self.codes = codes
        self.most = max(pools, default=0)

    def column(self, values: Mapping[int, Fraction]) -> Cells:
        """The figure of each unit's group."""
        if not values:
            return Cells("number", Figures.constant(0))
        if len(set(values.values())) == 1:
            return Cells("number", Figures.constant(next(iter(values.values()))))
        size = max(int(self.codes.max()), self.most) + 1
        return Cells("number", by_code([values.get(n, Fraction(0)) for n in range(size)], self.codes))


class _Words(Mapping[str, Cells]):
    """Columns computed when first asked for: a mean over many units costs more than all the rest."""

    def __init__(self, makers: Mapping[str, Callable[[], Cells]]):
        self._makers = makers
        self._made: dict[str, Cells] = {}

    def __getitem__(self, name: str) -> Cells:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def words_of_one(peers: PeersOf) -> WordsOf:
    """The words `engine.score` would be given for one unit, for what-ifs of that unit."""

    def words(code: str, relative: Relative) -> tuple[Mapping[str, Cells], Array | None]:
        given = peers(code, relative).items()
        return {name: Cells("number", Figures.constant(v)) for name, v in given if isinstance(v, Fraction)}, None

    return words
