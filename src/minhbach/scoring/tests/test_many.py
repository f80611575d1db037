"""`score_many` gives what `score` gives: every unit and criterion, to the last digit. All sets here are constructed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minhbach.scoring import catalogue, reading
from minhbach.scoring.facts import NA, UnitFacts
from minhbach.scoring.many import ManyResult, from_units, score_many
from minhbach.scoring.model import ROUNDING_MODES, IndicatorSet
from minhbach.scoring.results import UnitResult
from minhbach.scoring.rounds import score_round

# Shrinking whole sets takes minutes and helps little: the first unit and criterion that differ are named.
RANDOM = settings(
    max_examples=100,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def assert_same(indicator_set: IndicatorSet, units: Sequence[UnitFacts], closed: bool = True) -> ManyResult:
    """Scores the units both ways and compares everything."""
    exact = score_round(indicator_set, units, closed=closed)
    many = score_many(indicator_set, from_units(indicator_set, units), closed=closed)
    for row, result in enumerate(exact):
        assert_row(result, many, row)
    return many


def assert_row(result: UnitResult, many: ManyResult, row: int) -> None:
    for node, expected in result.nodes.items():
        got = many.node_state(node, row), many.node_score(node, row), many.node_maximum(node, row)
        assert got == (expected.state, expected.score, expected.maximum), (result.unit, node, expected)
    total = many.state(row), many.score(row), many.maximum(row), many.bonus(row), many.penalty(row)
    assert total == (result.state, result.score, result.maximum, result.bonus, result.penalty), result.unit


# Random sets --------------------------------------------------------------------------------------------------

INPUTS: dict[str, dict[str, Any]] = {
    "a": {"type": "count", "previous": "true"},
    "b": {"type": "count", "part_of": "a"},
    "c": {"type": "count"},
    "r": {"type": "rate"},
    "x": {"type": "number"},
    "e": {"type": "external", "previous": "true"},
    "f": {"type": "bool"},
    "g": {"type": "grade", "options": {"good": "tốt", "fair": "khá", "poor": "kém"}},
    "h": {"type": "grade", "options": {"poor": "kém", "good": "tốt"}},
    "d": {"type": "date", "previous": "true"},
    "s": {"type": "survey", "options": {"A": {"weight": "100%"}, "B": {"weight": "50%"}, "C": {"weight": "0%"}}},
}
DAYS = ["2023-03-31", "2023-12-31", "2024-02-29"]
constants = st.sampled_from(
    ["0", "1", "2", "0.5", "1.25", "3", "10", "0.333", "100", "80%", "60%", "33.33%", "0.00001"]
)


@st.composite
def numbers(draw: st.DrawFn, words: tuple[str, ...], depth: int = 2) -> str:
    """The text of an arithmetic expression over these words."""
    kind = draw(st.integers(0, 9 if depth else 3))
    if kind <= 1:
        return draw(st.sampled_from(("(b / a)", "a", "r", *words)))
    if kind <= 3:
        return draw(constants)
    inner = numbers(words, depth - 1)
    if kind <= 7:
        return f"({draw(inner)} {draw(st.sampled_from('+-*/'))} {draw(inner)})"
    if kind == 8:
        return f"-({draw(inner)})"
    return f"{draw(st.sampled_from(['min', 'max']))}({draw(inner)}, {draw(inner)}, {draw(constants)})"


@st.composite
def conditions(draw: st.DrawFn, words: tuple[str, ...], depth: int = 2) -> str:
    """The text of a condition over these words."""
    kind = draw(st.integers(0, 10 if depth else 6))
    number = numbers(words, 1)
    operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    if kind <= 1:
        return f"{draw(number)} {draw(operators)} {draw(constants)}"
    if kind == 2:
        return f"{draw(number)} {draw(operators)} {draw(number)}"
    if kind == 3:
        return f"{draw(constants)} <= {draw(number)} < {draw(constants)}"
    if kind == 4:
        return draw(st.sampled_from(["f", "true", "false", "g == good", "g != fair", "g in (good, poor)", "g == h"]))
    if kind == 5:
        day = draw(st.sampled_from(DAYS))
        return draw(
            st.sampled_from(
                [
                    f"d <= {day}",
                    f"d == {day}",
                    f"d + c > {day}",
                    "d - x <= prev(d)",
                    f"d - {day} >= 3",
                    f"max(d, {day}) < prev(d)",
                ]
            )
        )
    if kind == 6:
        return f"absent({draw(st.sampled_from(['a', 'prev(a)', 'e', 's', 'd']))})"
    inner = conditions(words, depth - 1)
    if kind == 7:
        return f"not ({draw(inner)})"
    if kind == 8:
        return f"{draw(numbers(words, 0))} in ({draw(number)}, {draw(constants)})"
    return f"({draw(inner)}) {draw(st.sampled_from(['and', 'or']))} ({draw(inner)})"


@st.composite
def rules(draw: st.DrawFn, words: tuple[str, ...], depth: int = 2, relative: bool = True) -> dict[str, Any]:
    kind = draw(st.integers(0, 9 if depth else 4))
    # Points that are often inside the scale, so that not every leaf is an error.
    points = st.one_of(constants, st.sampled_from(["r * maximum", "b / a * maximum"]), numbers(words, 1))
    if kind <= 3:
        tiers = [{"when": draw(conditions(words, 1)), "points": draw(points)} for _ in range(draw(st.integers(1, 4)))]
        return {"tiers": [*tiers, *([{"otherwise": draw(points)}] if draw(st.booleans()) else [])]}
    if kind == 4:
        return {"formula": draw(points)}
    inner = rules(words, depth - 1, relative)
    if kind <= 6:
        item = st.builds(lambda when, points: {"when": when, "points": points}, conditions(words, 1), constants)
        return {"sum": draw(st.lists(st.one_of(item, inner), min_size=1, max_size=3))}
    if kind == 7:
        return {"best_of": draw(st.lists(inner, min_size=1, max_size=3))}
    if not relative:
        return draw(inner)
    compared = (*words, "highest", "lowest", "mean", "position", "units", "(value / highest)", "(position / units)")
    over = draw(st.sampled_from(["round", "group"]))
    return {"relative": {"over": over, "rule": draw(rules(compared, depth - 1, False))}}


@st.composite
def leaves(draw: st.DrawFn, code: str, earlier: tuple[str, ...]) -> dict[str, Any]:
    """A criterion that may read those before it."""
    words: tuple[str, ...] = (
        "c",
        "x",
        "e",
        "prev(a)",
        "prev(e)",
        "survey_share(s)",
        "answers(s)",
        "maximum",
        "minimum",
    )
    words += ("param(p)", "position", "(d - 2023-01-01)", "b", "c")
    words += tuple(f'{function}("{one}")' for one in earlier for function in ("ref", "points"))
    node: dict[str, Any] = {"code": code, "title": "t", "weight": draw(st.sampled_from(["1", "2", "5%", "0", "0.3"]))}
    node["inputs"] = {key: {"title": key, **spec} for key, spec in INPUTS.items()}
    form = draw(st.integers(0, 11))
    if form == 0:
        node["rule"] = {"unstated": True}
        if draw(st.booleans()):
            node["maximum"] = "5"
        return node
    node["maximum"] = draw(st.sampled_from(["1", "2.5", "5", "100", "10/3", "1000000"]))
    node["minimum"] = draw(st.sampled_from(["0", "0", "-2", "-1/3"]))
    if form == 1:
        node["value"] = draw(numbers(words))
        if draw(st.booleans()):
            node["maximum"] = node["minimum"] = "0"
        return node
    has_value = draw(st.booleans())
    node["value"] = draw(numbers(words)) if has_value else "b / a"
    words += ("value", "value")
    node["clamp"] = draw(st.sampled_from(["true", "false"]))
    node["rule"] = draw(rules(words))
    outcomes = st.sampled_from(["full_points", "drop", "zero"])
    node["not_applicable"] = [
        {"when": draw(st.one_of(st.just("a == 0"), conditions(words, 1))), "outcome": draw(outcomes)}
        for _ in range(draw(st.integers(0, 2)))
    ]
    node["constraints"] = [{"must": draw(conditions(words, 1))} for _ in range(draw(st.sampled_from([0, 0, 0, 1])))]
    return node


@st.composite
def indicator_sets(draw: st.DrawFn) -> IndicatorSet:
    combines = st.sampled_from(["sum", "sum", "weighted_sum", "mean", "weighted_mean"])
    earlier: list[str] = []
    parts = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        children: list[dict[str, Any]] = []
        for child in range(1, draw(st.integers(1, 3)) + 1):
            code = f"{number}.{child}"
            if draw(st.integers(0, 4)) == 0:
                inner = draw(leaves(f"{code}.1", tuple(earlier)))
                children.append({"code": code, "title": "t", "may_be_absent": "true", "criteria": [inner]})
                earlier.append(f"{code}.1")
            else:
                children.append(draw(leaves(code, tuple(earlier))))
            earlier.append(code)
        combine = {"how": draw(combines), "times": draw(st.sampled_from(["1", "10", "1/3"]))}
        part = {"code": str(number), "title": "t", "combine": combine, "criteria": children, "weight": "40%"}
        parts.append({**part, "may_be_absent": draw(st.sampled_from(["true", "false"]))})
        earlier.append(str(number))
    adjustments = [
        {**draw(leaves(f"A{n}", tuple(earlier))), "kind": draw(st.sampled_from(["bonus", "penalty"]))}
        for n in range(draw(st.integers(0, 2)))
    ]
    data = {
        "format": "1",
        "code": "random",
        "title": "Bộ ngẫu nhiên",
        "constructed": "true",
        "source": {"document": "0"},
        "parameters": {"p": {"title": "p", "value": "5", "groups": {"g1": "2.5", "g2": "1/7"}}},
        "combine": {"how": draw(combines)},
        "rounding": {
            "points": {
                "places": str(draw(st.sampled_from([10, 10, 10, 0, 2, 4, 13, 19, 25]))),
                "mode": draw(st.sampled_from(ROUNDING_MODES)),
            }
        },
        "criteria": parts,
        "adjustments": adjustments,
    }
    if draw(st.booleans()):
        groups = {"places": str(draw(st.sampled_from([0, 2, 6, 19]))), "mode": draw(st.sampled_from(ROUNDING_MODES))}
        data["rounding"]["groups"] = groups  # type: ignore[index]
    if draw(st.booleans()):
        data["parameters"]["p"].pop("value")  # type: ignore[index]
    found, problems = reading.from_data(data)
    assert found is not None, [p.in_("en") for p in problems]
    return found


COUNTS = [0, 1, 2, 3, 7, 8, 64, 99, 100, 4095, 10**6, 2**31, 10**12]
wholes = st.one_of(st.sampled_from(COUNTS), st.integers(0, 200)).map(Fraction)
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "count": wholes,
    "number": st.one_of(
        st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(-5, 2), Fraction(10**12), Fraction(1, 10**9)]),
        st.fractions(-20, 20, max_denominator=1000),
    ),
    "rate": st.one_of(st.sampled_from([Fraction(n, 5) for n in range(6)]), st.fractions(0, 1, max_denominator=10**4)),
    "date": st.one_of(
        st.dates(datetime.date(2022, 1, 1), datetime.date(2025, 1, 1)),
        st.sampled_from([*map(datetime.date.fromisoformat, DAYS), datetime.date.max]),
    ),
}
FACTS["external"] = FACTS["points"] = FACTS["number"]


@st.composite
def unit_facts(draw: st.DrawFn, indicator_set: IndicatorSet, name: str, groups: Sequence[str]) -> UnitFacts:
    unit = UnitFacts(name, draw(st.sampled_from(groups)))
    wanting = draw(st.sampled_from([0, 0, 5, 30]))
    for node in indicator_set.nodes.values():
        for key, type_, spec in node.fact_keys():
            chance = draw(st.integers(0, 99))
            if chance < wanting:
                continue
            if chance >= 100 - wanting // 2:
                unit.give(node.id, key, NA)
            elif type_ == "grade":
                assert spec is not None
                unit.give(node.id, key, draw(st.sampled_from(list(spec.options))))
            else:
                unit.give(node.id, key, draw(FACTS[type_]))
        if node.may_be_absent and draw(st.integers(0, 5)) == 0:
            unit.absent.add(node.id)
        if node.is_leaf and draw(st.integers(0, 15)) == 0:
            unit.given[node.id] = draw(FACTS["number"])
        own = unit.values.get(node.id, {})
        a, b = own.get("a"), own.get("b")
        if isinstance(a, Fraction) and isinstance(b, Fraction) and b > a and draw(st.integers(0, 9)):
            own["b"] = a - a // 3
    return unit


def some_units(indicator_set: IndicatorSet, groups: Sequence[str], most: int = 6) -> st.SearchStrategy[list[UnitFacts]]:
    size = st.integers(1, most)
    return size.flatmap(lambda n: st.tuples(*(unit_facts(indicator_set, f"u{i}", groups) for i in range(n))).map(list))


@RANDOM
@given(st.data())
def test_random_sets_of_every_form(data: st.DataObject) -> None:
    indicator_set = data.draw(indicator_sets())
    units = data.draw(some_units(indicator_set, ["", "g1", "g1", "g2"]))
    assert_same(indicator_set, units, data.draw(st.booleans()))


@pytest.mark.parametrize("code", sorted(catalogue.set_files()))
def test_every_set_of_the_catalogue(code: str) -> None:
    indicator_set = catalogue.find(code)

    @settings(RANDOM, max_examples=15)
    @given(some_units(indicator_set, indicator_set.applies_to or ("",), 4))
    def same(units: list[UnitFacts]) -> None:
        assert_same(indicator_set, units)

    same()
