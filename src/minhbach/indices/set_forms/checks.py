"""What is wrong with a set being edited, brought back to the control it was typed into; and trying it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minhbach.indices import figures
from minhbach.indices.set_forms import rules, specs, tree, wording
from minhbach.indices.set_page import UNSOUND, ran
from minhbach.org.ui.record_forms import Checked, Finding, checked, in_text
from minhbach.records import yaml_text
from minhbach.records.problems import Path, Problem
from minhbach.records.texts import Text
from minhbach.scoring.explain import Explanation, explain
from minhbach.scoring.model import Example, IndicatorSet, Node
from minhbach.scoring.reading import from_data, from_yaml, to_data

Data = dict[str, Any]


def read(data: Data, lang: str, *, whole: bool = True) -> Checked[IndicatorSet]:
    """Read and check plain data; `whole=False` reads its structure only."""
    indicator_set, problems = from_data(data, checked=whole)
    return checked(indicator_set, problems, lambda problem: in_forms(problem, problem.path, data, lang))


def read_text(text: str, lang: str) -> Checked[IndicatorSet]:
    """As `read`, of YAML text, with lines."""
    indicator_set, problems = figures.checked(text)
    return Checked(indicator_set, tuple(in_text(problem, lang) for problem in problems))


def in_forms(problem: Problem, path: Path, data: Data, lang: str) -> Finding:
    """A finding for whoever has the forms before them."""
    place = tree.place_of(path)
    try:
        node = tree.node_at(data, place) if place else None
    except tree.NoSuchNode:
        node = None
    path = wording.place_of_missing(problem, path)
    return Finding(
        problem.severity,
        wording.says(problem, node, lang),
        wording.remedy(problem.code, problem.remedy.in_(lang)),
        wording.where(node, tree.below(path, place) if node is not None else path),
        path,
        place=tree.place_of(path),
    )


def data_of(text: str) -> Data | None:
    """The plain data of a draft as the product itself writes it; None where it cannot be read."""
    indicator_set, _problems = from_yaml(text)
    return None if indicator_set is None else to_data(indicator_set)


def yaml_of(data: Any) -> str:
    """The data as the text of a set, or of a part of one."""
    return yaml_text.dump(data)


# From a place in the data to a control ----------------------------------------------------------------------------


def control_of(node: Data, rest: Path) -> str:
    """The name of the control that the place inside a node was typed into; "" where there is none."""
    if not rest:
        return ""
    head = str(rest[0])
    if head == "rule":
        return rules.control_of(node.get("rule"), tuple(rest[1:]))
    return _in_rows(node, rest, (specs.INPUTS, specs.NOT_APPLICABLE, specs.CONSTRAINTS, specs.EXAMPLES)) or (
        "f-" + ".".join(str(step) for step in rest[:2] if not isinstance(step, int)) if head in _DOTTED else f"f-{head}"
    )


_DOTTED = ("source", "combine", "rounding", "ranking")


def set_control_of(data: Data, rest: Path) -> str:
    """As `control_of`, of a place in the set itself."""
    if not rest:
        return ""
    head = str(rest[0])
    if head in _DOTTED:
        return "f-" + ".".join(map(str, rest[:3] if head == "rounding" else rest[:2]))
    return _in_rows(data, rest, specs.SET_ROWS) or f"f-{head}"


def _in_rows(record: Data, rest: Path, tables: tuple) -> str:
    """The control in the row of one of these tables; "" where the place is in none."""
    for spec in tables:
        if rest[0] != spec.path or len(rest) < 2:
            continue
        value, step = record.get(spec.path), rest[1]
        index = step if isinstance(step, int) else list(value).index(step) if value and step in value else 0
        column = (
            str(rest[2]) if len(rest) > 2 and not isinstance(rest[2], int) else (spec.fields and spec.fields[0].path)
        )
        return f"{spec.path}-{index}-{column or 'points'}"
    return ""


# Trying out -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """What the rule gives for figures typed in."""

    state: str
    score: Any
    maximum: Any
    says: str
    explanation: Explanation | None = None


def try_out(indicator_set: IndicatorSet, node: Node, given: Mapping[str, Any], group: str, lang: str) -> Tried:
    """What the rule of a leaf gives for these facts, and why."""
    result = ran(indicator_set, node, Example(given=given, group=group))
    if isinstance(result, Text):
        return Tried("error", None, node.maximum, result.in_(lang))
    try:
        told = explain(indicator_set, result, {node.id: result}, group, lang)
    except UNSOUND:  # a rule in the middle of being written
        told = None
    return Tried(result.state, result.score, result.maximum, result.says.in_(lang), told)
