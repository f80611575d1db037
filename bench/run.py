"""Runs every benchmark of this folder and prints what each took against the reference done in the same run.

usage: bench/run.py [name …]. A benchmark is a module here with a function `run()` that returns `Measure`s.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Measure:
    """Medians in seconds of the same work, ours and the reference's; `aim` is the largest ratio wanted."""

    what: str
    ours: float
    reference: float
    than: str
    aim: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.reference


def table(measures: list[Measure]) -> str:
    rows = [("what", "ours", "reference", "ratio", "against")]
    for m in measures:
        met = "" if m.aim is None else f" (aim ≤ {m.aim:g}: {'met' if m.ratio <= m.aim else 'MISSED'})"
        rows.append((m.what, f"{m.ours * 1e3:.1f} ms", f"{m.reference * 1e3:.1f} ms", f"{m.ratio:.2f}{met}", m.than))
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def main() -> int:
    sys.path.insert(0, str(FOLDER))
    sys.modules["run"] = sys.modules[__name__]
    measures: list[Measure] = []
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem == "run" or "def run(" not in path.read_text() or (sys.argv[1:] and path.stem not in sys.argv[1:]):
            continue
        print(f"{path.stem} …", flush=True)
        measures += importlib.import_module(path.stem).run()
    print("\n" + table(measures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
