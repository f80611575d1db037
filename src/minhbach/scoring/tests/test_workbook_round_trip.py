"""YAML ↔ model ↔ XLSX without loss: random sets, and every set of the catalogue."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from minhbach.records.workbook.cells import escaped, read_list, read_map, unescaped, write_list, write_map
from minhbach.scoring import catalogue, reading
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.tests.strategies import any_text, facts, indicator_sets
from minhbach.scoring.workbook import from_workbook, to_workbook

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def through_yaml(indicator_set: IndicatorSet) -> IndicatorSet:
    read, problems = reading.from_yaml(reading.to_yaml(indicator_set))
    assert read is not None, [p.in_("en") for p in problems]
    return read


def through_workbook(indicator_set: IndicatorSet) -> IndicatorSet:
    read, problems = from_workbook(to_workbook(indicator_set), "set.xlsx")
    assert read is not None, [p.in_("en") for p in problems]
    return read


@SLOW
@given(indicator_sets)
def test_any_set_survives_yaml(indicator_set: IndicatorSet) -> None:
    assert through_yaml(indicator_set) == indicator_set


@SLOW
@given(indicator_sets)
def test_any_set_survives_a_workbook(indicator_set: IndicatorSet) -> None:
    assert through_workbook(indicator_set) == indicator_set


@pytest.mark.parametrize("code", catalogue.set_files())
def test_every_set_of_the_catalogue_survives_both(code: str) -> None:
    indicator_set = catalogue.find(code)
    assert through_yaml(through_workbook(indicator_set)) == indicator_set
    assert through_workbook(through_yaml(indicator_set)) == indicator_set
    assert reading.to_yaml(through_workbook(indicator_set)) == reading.to_yaml(indicator_set)


@given(any_text)
def test_any_text_survives_escaping(text: str) -> None:
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["", '"', '""', '"""', "_x0041_", "_x005F_x0041_", "x005F_", "\x00\r\x1f", "_xE05F_"])
def test_telling_texts_survive_escaping(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(facts)
def test_any_facts_survive_a_cell(given_facts: dict[str, object]) -> None:
    read = read_map(write_map(given_facts))
    assert read == given_facts
    assert [type(value) for value in read.values()] == [type(value) for value in given_facts.values()]


def test_lists_are_read_as_people_write_them() -> None:
    assert read_list("VP, P;TT\nLQ,") == ["VP", "P", "TT", "LQ"]
    assert read_list(write_list(["a, b", 'c"d', "", " e "])) == ["a, b", 'c"d', "", " e "]
