"""Small sets made from a few lines of YAML, for the tests of this room."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from minhbach.records.problems import Problems
from minhbach.scoring import checking, reading
from minhbach.scoring.engine import score
from minhbach.scoring.explain import Explanation, explain
from minhbach.scoring.facts import UnitFacts, read_fact
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.results import LeafResult, UnitResult

HEAD = """\
format: 1
code: test-set
title: {vi: Bộ thử, en: Test set}
source: {document: 1/QĐ-UBND, date: 2026-01-05}
"""


def make(text: str) -> IndicatorSet:
    """A set from YAML; the head is added when it is not there."""
    text = textwrap.dedent(text)
    found, problems = reading.from_yaml(text if text.startswith("format:") else HEAD + text)
    assert found is not None, [p.in_("en") for p in problems]
    return found


def leaf_set(criterion: str, code: str = "1") -> IndicatorSet:
    """A set of one criterion; its body in YAML."""
    body = textwrap.indent(textwrap.dedent(criterion).strip("\n"), "    ")
    return make(f'criteria:\n  - code: "{code}"\n    title: {{vi: Tiêu chí, en: Criterion}}\n{body}\n')


def plain(text: str) -> Any:
    """YAML with every scalar as text, so that no figure passes through a float."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def facts(indicator_set: IndicatorSet, values: dict[str, dict[str, object]], unit: str = "A", group: str = "") -> Any:
    """Facts as a person types them: criterion → input → text."""
    made = UnitFacts(unit, group)
    for criterion, inputs in values.items():
        node = indicator_set.nodes[criterion]
        known = {key: (type_, spec) for key, type_, spec in node.fact_keys()}
        known["absent"] = ("bool", None)
        for key, value in inputs.items():
            written = "yes" if value is True else "no" if value is False else str(value)
            made.give(criterion, key, read_fact(written, *known[key]))
    return made


def score_of(indicator_set: IndicatorSet, values: dict[str, dict[str, object]], group: str = "") -> UnitResult:
    return score(indicator_set, facts(indicator_set, values, group=group))


def leaf_of(indicator_set: IndicatorSet, group: str = "", code: str = "1", **inputs: object) -> LeafResult:
    """The result of one criterion from its inputs (`__` for the point and `_previous` for @previous)."""
    given = {k.replace("__", ".").replace("_previous", "@previous"): v for k, v in inputs.items()}
    result = score_of(indicator_set, {code: given}, group).nodes[code]
    assert isinstance(result, LeafResult)
    return result


def explained(
    indicator_set: IndicatorSet, lang: str, code: str = "1", group: str = "", **inputs: object
) -> Explanation:
    result = score_of(indicator_set, {code: inputs}, group)
    leaf = result.nodes[code]
    assert isinstance(leaf, LeafResult)
    return explain(indicator_set, leaf, result.nodes, group, lang)


def findings(text: str, file: str = "set.yaml") -> Problems:
    """All that reading and checking say about a set."""
    text = textwrap.dedent(text)
    found, problems = reading.from_yaml(text if text.startswith("format:") else HEAD + text, file)
    if found is not None:
        checking.check(found, problems)
    return problems
