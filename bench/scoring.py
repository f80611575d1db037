"""`score_many` against openfisca-core: sixty criteria, 100,000 units, the same figures, alternating in one run.

openfisca-core runs in its own environment (`.venv-bench`) as a subprocess that times itself. Two times are taken on
both sides: calculation only, from columns already in the form each side works on, to points of every criterion, parts,
total and maximum; and the same with the loading of plain numpy arrays before it. Theirs are 32-bit floats, ours exact.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import sixty
from run import Measure

from minhbach.scoring import checking, reading
from minhbach.scoring.engine import score
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.many import ManyResult, prepare, score_many
from minhbach.scoring.model import IndicatorSet

ROOT = Path(__file__).resolve().parent.parent
PEER_PYTHON = ROOT / ".venv-bench" / ("Scripts" if os.name == "nt" else "bin") / "python"
UNITS = int(os.environ.get("BENCH_UNITS", "100000"))
TIMES = int(os.environ.get("BENCH_TIMES", "15"))


class Peer:
    """The subprocess."""

    def __init__(self, figures: Path):
        command = [str(PEER_PYTHON), str(Path(__file__).with_name("openfisca_peer.py")), str(figures)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the openfisca process ended with {self.process.wait()}")
        return json.loads(answer)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def indicator_set() -> IndicatorSet:
    """The measured set, checked: no gap, overlap or unknown input."""
    found, problems = reading.from_data(sixty.set_data())
    if found is not None:
        checking.check(found, problems)
    assert found is not None and not problems.errors, [p.in_("en") for p in problems]
    return found


def ours(the_set: IndicatorSet, columns: dict[tuple[str, str], Any]) -> tuple[dict[str, float], ManyResult]:
    """One repetition: seconds by step, and the result."""
    start, processor = time.perf_counter(), time.process_time()
    table = prepare(the_set, columns)
    loaded, processor_loaded = time.perf_counter(), time.process_time()
    result = score_many(the_set, table)
    result.scores()
    result.maxima()
    calculated, processor_calculated = time.perf_counter(), time.process_time()
    for leaf in the_set.leaves:
        result.leaf_points(leaf.id)
    seconds = {
        "load": loaded - start,
        "calculate": calculated - loaded,
        "int64": time.perf_counter() - calculated,
        "cpu load": processor_loaded - processor,
        "cpu calculate": processor_calculated - processor_loaded,
    }
    return seconds, result


def check(the_set: IndicatorSet, result: ManyResult, figures: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Every point agrees with theirs as far as 32-bit floats reach, and with the exact path wholly (500 units)."""
    worst = 0.0
    for leaf in the_set.leaves:
        points, scale = result.leaf_points(leaf.id)
        worst = max(worst, float(np.abs(points / scale - theirs[leaf.id]).max()))
    total = float(np.abs(result.scores().floats() - theirs["total"]).max())
    maximum = float(np.abs(result.maxima().floats() - theirs["maximum"]).max())
    assert worst < 1e-5 and total < 1e-3 and maximum < 1e-3, (worst, total, maximum)
    print(f"  largest difference from openfisca: {worst:.1e} of a criterion, {total:.1e} of a total")
    rows = range(0, result.count, max(1, result.count // 500))
    for row in rows:
        unit = UnitFacts(str(row))
        for criterion in sixty.criteria():
            for key, kind in criterion.inputs.items():
                value = figures[f"{criterion.code} {key}"][row]
                fact: Any = sixty.GRADES[value] if kind == "grade" else bool(value) if kind == "bool" else None
                unit.give(criterion.code, key, fact if fact is not None else _whole(value))
        exact = score(the_set, unit)
        assert (exact.score, exact.maximum, exact.state) == (result.score(row), result.maximum(row), result.state(row))
        for leaf in the_set.leaves:
            node = exact.nodes[leaf.id]
            assert (node.score, node.state) == (result.node_score(leaf.id, row), result.node_state(leaf.id, row))
    print(f"  equal to the exact path to the last digit: {len(rows)} units × {len(the_set.leaves)} criteria")


def _whole(value: Any) -> Any:
    from fractions import Fraction

    return Fraction(int(value))


def run() -> list[Measure]:
    if not PEER_PYTHON.exists():
        raise SystemExit("make bench creates .venv-bench with openfisca-core; it is not there")
    the_set = indicator_set()
    figures = sixty.figures(UNITS, seed=2026)
    columns = {tuple(place.split(" ", 1)): values for place, values in figures.items()}
    times: dict[str, list[dict[str, float]]] = {"ours": [], "select": [], "arithmetic": []}
    result: ManyResult | None = None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.npz"
        np.savez(path, **figures)
        peer = Peer(path)
        for number in range(TIMES + 1):
            result = None  # as theirs, the last one is given back before the next begins
            mine, result = ours(the_set, columns)  # type: ignore[arg-type]
            select, arithmetic = peer.ask("run select"), peer.ask("run arithmetic")
            if number:  # the first round warms up
                times["ours"].append(mine)
                times["select"].append(select)
                times["arithmetic"].append(arithmetic)
        answers = Path(folder) / "points.npz"
        peer.ask(f"save {answers}")
        peer.end()
        assert result is not None
        check(the_set, result, figures, dict(np.load(answers)))

    def median(who: str, *steps: str) -> float:
        return statistics.median(sum(once[step] for step in steps) for once in times[who])

    what = f"score_many, {len(the_set.leaves)} criteria × {UNITS:,} units"
    for style in ("select", "arithmetic"):
        ratios = [
            median("ours", *steps) / median(style, *steps)
            for steps in (("cpu calculate",), ("cpu load", "cpu calculate"))
        ]
        print(f"  processor time alone, against {style}: {ratios[0]:.2f} calculation, {ratios[1]:.2f} with loading")
    print(f"  medians of {TIMES}; all points as int64 besides: {median('ours', 'int64') * 1e3:.1f} ms")
    measures = []
    for style in ("select", "arithmetic"):
        than = f"openfisca-core, {style}"
        measures += [
            Measure(f"{what}: calculation", median("ours", "calculate"), median(style, "calculate"), than, 1.0),
            Measure(
                f"{what}: with loading",
                median("ours", "load", "calculate"),
                median(style, "load", "calculate"),
                than,
                1.0,
            ),
        ]
    return measures
