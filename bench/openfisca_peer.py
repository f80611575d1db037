"""The same set as an OpenFisca system: run by `scoring.py` in an environment of its own, never imported.

One variable per criterion and part, a total, the maximum of each unit; thresholds and points are dated parameters. Two
usual ways of writing formulas are measured: `select` (numpy's select and where) and `arithmetic` (conditions times
amounts, which OpenFisca's own guide shows and which is faster).

usage: openfisca_peer.py FIGURES.npz. Then one command a line on standard input, one JSON answer a line on standard
output:
`run select`, `run arithmetic`: a fresh simulation; seconds of `load` (set_input of every column)
and `calculate`, and the same of processor time (`cpu …`).
`save FILE.npz`: the points of the last run.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

sys.path.insert(0, str(Path(__file__).parent))
import sixty

Unit = build_entity(key="unit", plural="units", label="A department", is_person=True)
START = f"{sixty.PERIOD}-01-01"


class Level(Enum):
    poor = "poor"
    fair = "fair"
    good = "good"
    excellent = "excellent"


def name_of(criterion: sixty.Criterion, key: str = "points") -> str:
    return f"c{criterion.part}_{criterion.number}_{key}"


def parameters() -> ParameterNode:
    """Thresholds and points of every criterion, from the start of the year."""

    def value(number: float) -> dict[str, Any]:
        return {"values": {START: {"value": number}}}

    data: dict[str, Any] = {}
    for criterion in sixty.criteria():
        maximum = float(criterion.maximum)
        own: dict[str, Any] = {"maximum": value(maximum)}
        for form, steps, unit in (("rate_tiers", sixty.RATE_TIERS, 100), ("count_tiers", sixty.COUNT_TIERS, 1)):
            if criterion.form == form:
                for number, (at, share) in enumerate(steps, 1):
                    own |= {f"from_{number}": value(at / unit), f"points_{number}": value(float(share) * maximum)}
        if criterion.form == "linear":
            own["floor"] = value(sixty.FLOOR / 100)
        if criterion.form == "rising":
            own |= {"low": value(sixty.RISE[0] / 100), "high": value(sixty.RISE[1] / 100)}
        if criterion.form == "flags":
            own["issued"] = value(0.5 * maximum)
        if criterion.form == "grade":
            own |= {grade: value(float(share) * maximum) for grade, share in sixty.GRADE_SHARES.items()}
        if criterion.form == "checklist":
            own |= {k: value(float(s) * maximum) for k, s in zip(criterion.inputs, sixty.ITEM_SHARES, strict=True)}
        data[f"c{criterion.part}_{criterion.number}"] = own
    return ParameterNode("", data=data)


def rate_of(part: Any, whole: Any) -> Any:
    """The rate, 0 where there is no dossier."""
    return part / np.maximum(whole, 1)


def formula_of(criterion: sixty.Criterion, style: str) -> Any:
    """The formula of a criterion's points."""
    node = f"c{criterion.part}_{criterion.number}"
    select = style == "select"

    def read(unit: Any, period: Any) -> list[Any]:
        return [unit(name_of(criterion, key), period) for key in criterion.inputs]

    def tiers(value: Any, own: Any, count: int) -> Any:
        froms = [getattr(own, f"from_{n}") for n in range(1, count + 1)]
        points = [getattr(own, f"points_{n}") for n in range(1, count + 1)]
        if select:
            return np.select([value >= at for at in froms], points, 0)
        steps = [a - b for a, b in zip(points, [*points[1:], 0], strict=True)]
        return sum((value >= at) * step for at, step in zip(froms, steps, strict=True))

    def rate_tiers(unit: Any, period: Any, parameters: Any) -> Any:
        handled, on_time = read(unit, period)
        own = parameters(period)[node]
        points = tiers(rate_of(on_time, handled), own, len(sixty.RATE_TIERS))
        return np.where(handled == 0, own.maximum, points)

    def linear(unit: Any, period: Any, parameters: Any) -> Any:
        handled, on_time = read(unit, period)
        own = parameters(period)[node]
        rate = rate_of(on_time, handled)
        reached = rate >= own.floor
        points = np.where(reached, rate * own.maximum, 0) if select else reached * rate * own.maximum
        return np.where(handled == 0, own.maximum, points)

    def rising(unit: Any, period: Any, parameters: Any) -> Any:
        handled, on_time = read(unit, period)
        own = parameters(period)[node]
        rate = rate_of(on_time, handled)
        middle = own.maximum * (rate - own.low) / (own.high - own.low)
        if select:
            points = np.select([rate >= own.high, rate >= own.low], [own.maximum, middle], 0)
        else:
            points = np.clip(middle, 0, own.maximum)
        return np.where(handled == 0, own.maximum, points)

    def flags(unit: Any, period: Any, parameters: Any) -> Any:
        issued, timely = read(unit, period)
        own = parameters(period)[node]
        if select:
            return np.select([issued & timely, issued], [own.maximum, own.issued], 0)
        return issued * own.issued + (issued & timely) * (own.maximum - own.issued)

    def grade(unit: Any, period: Any, parameters: Any) -> Any:
        (level,) = read(unit, period)
        own = parameters(period)[node]
        options = list(sixty.GRADE_SHARES)
        if select:
            return np.select([level == Level[o] for o in options], [getattr(own, o) for o in options], 0)
        return sum((level == Level[o]) * getattr(own, o) for o in options if getattr(own, o))

    def checklist(unit: Any, period: Any, parameters: Any) -> Any:
        own = parameters(period)[node]
        done = zip(read(unit, period), criterion.inputs, strict=True)
        return sum(flag * getattr(own, key) for flag, key in done)

    def count_tiers(unit: Any, period: Any, parameters: Any) -> Any:
        (initiatives,) = read(unit, period)
        return tiers(initiatives, parameters(period)[node], len(sixty.COUNT_TIERS))

    def weighted(unit: Any, period: Any, parameters: Any) -> Any:
        handled, on_time, surveyed, satisfied = read(unit, period)
        own = parameters(period)[node]
        points = own.maximum * (0.6 * rate_of(on_time, handled) + 0.4 * rate_of(satisfied, surveyed))
        return points * ((handled > 0) & (surveyed > 0))

    return locals()[criterion.form]


def variable(name: str, type_: Any, formula: Any = None, **fields: Any) -> type[Variable]:
    body = {"value_type": type_, "entity": Unit, "definition_period": YEAR, "label": name, **fields}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def system(style: str) -> TaxBenefitSystem:
    """The whole set."""
    made = TaxBenefitSystem([Unit])
    made.parameters = parameters()
    types = {"count": int, "bool": bool, "grade": Enum}
    every = sixty.criteria()
    for criterion in every:
        for key, kind in criterion.inputs.items():
            extra = {"possible_values": Level, "default_value": Level.poor} if kind == "grade" else {}
            made.add_variable(variable(name_of(criterion, key), types[kind], **extra))
        made.add_variable(variable(name_of(criterion), float, formula_of(criterion, style)))

    def part_formula(part: int) -> Any:
        names = [name_of(criterion) for criterion in every if criterion.part == part]
        return lambda unit, period: sum(unit(name, period) for name in names)

    parts = [f"part_{part}" for part in sorted({criterion.part for criterion in every})]
    for number, name in enumerate(parts, 1):
        made.add_variable(variable(name, float, part_formula(number)))

    def total(unit: Any, period: Any) -> Any:
        return sum(unit(name, period) for name in parts)

    def maximum(unit: Any, period: Any, parameters: Any) -> Any:
        nodes = parameters(period)
        found = 0
        for criterion in every:
            own = nodes[f"c{criterion.part}_{criterion.number}"].maximum
            if criterion.form == "weighted":
                handled = unit(name_of(criterion, "handled"), period)
                surveyed = unit(name_of(criterion, "surveyed"), period)
                own = own * ((handled > 0) & (surveyed > 0))
            found = found + own
        return found

    made.add_variable(variable("total", float, total))
    made.add_variable(variable("maximum", float, maximum))
    return made


def main() -> None:
    figures = dict(np.load(sys.argv[1]))
    count = len(next(iter(figures.values())))
    systems = {style: system(style) for style in ("select", "arithmetic")}
    columns = {
        name_of(criterion, key): figures[f"{criterion.code} {key}"]
        for criterion in sixty.criteria()
        for key in criterion.inputs
    }
    simulation: Any = None
    for line in sys.stdin:
        command, argument = line.split()
        answer: dict[str, Any] = {}
        if command == "run":
            simulation = SimulationBuilder().build_default_simulation(systems[argument], count)
            start, processor = time.perf_counter(), time.process_time()
            for name, values in columns.items():
                simulation.set_input(name, sixty.PERIOD, values)
            loaded, processor_loaded = time.perf_counter(), time.process_time()
            for name in ("total", "maximum"):
                simulation.calculate(name, sixty.PERIOD)
            answer = {
                "load": loaded - start,
                "calculate": time.perf_counter() - loaded,
                "cpu load": processor_loaded - processor,
                "cpu calculate": time.process_time() - processor_loaded,
            }
        else:
            names = {criterion.code: name_of(criterion) for criterion in sixty.criteria()}
            names |= {"total": "total", "maximum": "maximum"}
            np.savez(argument, **{k: simulation.calculate(v, sixty.PERIOD) for k, v in names.items()})
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
