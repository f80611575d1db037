"""Real sets at their real figures: the golden cases of the catalogue, full marks and none, PAPI as published."""

import csv
import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from minhbach.records.texts import Text, rounded
from minhbach.scoring import catalogue
from minhbach.scoring.engine import score
from minhbach.scoring.facts import UnitFacts, read_fact
from minhbach.scoring.facts_files import read_csv
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.results import LeafResult
from minhbach.scoring.rounds import rank, score_round
from minhbach.scoring.tests.making import plain

GOLDEN = {
    "hai-phong-so-2023": "golden_hai_phong_2023.yaml",
    "qd766-2022": "golden_766.yaml",
}
CASES = {code: plain((catalogue.FOLDER / "tests" / file).read_text(encoding="utf-8")) for code, file in GOLDEN.items()}
SETS = {code: catalogue.find(code) for code in GOLDEN}


def give(unit, node, given):
    known = {key: (type_, spec) for key, type_, spec in node.fact_keys()}
    for key, value in given.items():
        unit.give(node.id, key, read_fact(str(value), *known[key]))


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{case['criterion']} {case['given']}") for code in GOLDEN for case in CASES[code]],
)
def test_golden_case(code, case):
    indicator_set = SETS[code]
    node = indicator_set.nodes[case["criterion"]]
    unit = UnitFacts()
    give(unit, node, case["given"])
    referred = {
        other: LeafResult(other, "scored", Fraction(0), Fraction(1), value=read_fact(value, "rate"))
        for other, value in case.get("ref", {}).items()
    }
    group = case.get("group") or indicator_set.applies_to[0]
    result = score_leaf(LeafFacts(indicator_set, node, unit.values.get(node.id, {}), group, referred))
    if "state" in case:
        assert result.state == case["state"], (case["why"], result.says)
    if "points" in case:
        assert result.is_known, (case["why"], result.state, result.says)
        assert result.score == Fraction(case["points"]), case["why"]


def unit_of(code, mark):
    """The facts of the cases marked `unit: full` or `unit: zero`, as one unit."""
    indicator_set = SETS[code]
    unit = UnitFacts(mark, indicator_set.applies_to[0])
    for case in CASES[code]:
        if case.get("unit") == mark:
            give(unit, indicator_set.nodes[case["criterion"]], case["given"])
    return unit


@pytest.mark.parametrize(
    ("code", "mark", "points", "maximum"),
    [
        ("hai-phong-so-2023", "full", "24.55", "24.55"),
        ("hai-phong-so-2023", "zero", "0", "24.55"),
        ("qd766-2022", "full", "100", "100"),
        ("qd766-2022", "zero", "0", "100"),
    ],
)
def test_full_marks_and_none(code, mark, points, maximum):
    result = score(SETS[code], unit_of(code, mark))
    assert result.open_ == ()
    assert (result.score, result.maximum) == (Fraction(points), Fraction(maximum))


def test_hai_phong_by_field():
    """Field 3: 7.75; the two without a code: 1.0; field 7: 10.8; field 8: 5."""
    result = score(SETS["hai-phong-so-2023"], unit_of("hai-phong-so-2023", "full"))
    tops = [result.nodes[top.id] for top in SETS["hai-phong-so-2023"].criteria]
    assert sorted(r.score for r in tops) == sorted(map(Fraction, ("7.75", "1", "10.8", "5")))
    unstated = {"7.1.1", "7.1.2", "7.1.5"}
    assert {i for i, r in result.nodes.items() if r.state == "unstated"} == unstated


def test_nothing_given_scores_nothing():
    result = score(SETS["hai-phong-so-2023"], UnitFacts("A"))
    assert (result.score, result.state) == (None, "incomplete")
    assert len(result.open_) == 34  # 37 leaves, three of them outside the scale


def texts_in(value):
    """Every text a person reads in a set, in both languages."""
    if isinstance(value, Text):
        yield from (value.vi, value.en)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


@pytest.mark.parametrize("code", sorted(catalogue.set_files()))
def test_texts_name_choices_in_words(code):
    indicator_set = catalogue.find(code)
    codes = [choice for choice in indicator_set.choices if "-" in choice]
    found = [(text, choice) for text in texts_in(indicator_set) for choice in codes if choice in text]
    assert found == []


# PAPI -----------------------------------------------------------------------------------------------------


def published(year):
    text = (catalogue.FOLDER / "published" / f"papi_{year}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def facts_file(rows):
    """The published sub-dimensions as a facts CSV; what was not published is not given."""
    lines = ["unit,criterion,input,value"]
    for row in rows:
        given = [f"{row['province']},{k},score,{v}" for k, v in row.items() if k.startswith("SC") and v]
        lines += given or [f"{row['province']},SC11,score,"]
    return "\n".join(lines) + "\n"


def dimensions(row):
    """The published dimensions of a province by code, as written."""
    return {k[1]: v for k, v in row.items() if k[0] == "d" and v}


@pytest.mark.parametrize(("year", "with_result", "cells"), [(2022, 61, 496), (2023, 61, 488)])
def test_papi_composites_and_ranks_of_63_provinces(year, with_result, cells):
    """Every dimension, composite and rank, to the last digit of the file; no cell differs."""
    rows = published(year)
    assert len(rows) == 63
    indicator_set = catalogue.find("papi-2021")
    units, problems = read_csv(facts_file(rows), indicator_set)
    assert not problems.errors
    standings = {s.result.unit: s for s in rank(indicator_set, score_round(indicator_set, units))}
    assert len(standings) == 63
    # The ranks, worked out from the published composites alone
    composites = {row["province"]: Fraction(row["composite"]) for row in rows if row["composite"]}
    ranks = {p: 1 + sum(other > c for other in composites.values()) for p, c in composites.items()}
    assert len(ranks) == with_result
    assert sum(len(dimensions(row)) for row in rows) == cells
    for row in rows:
        standing = standings[row["province"]]
        found = {code: standing.result.nodes[code].score for code in dimensions(row)}
        assert found == {code: Fraction(v) for code, v in dimensions(row).items()}, row["province"]
        if row["composite"]:
            assert standing.result.state == "scored"
            assert standing.result.score == composites[row["province"]], row["province"]
            assert standing.rank == ranks[row["province"]], row["province"]
            assert standing.result.maximum == 80
        else:
            assert standing.rank is None
            assert standing.why_unranked in ("no_result", "incomplete")
            assert standing.band is None


def test_papi_dimensions_half_way_between_two_digits_stand_rounded_down():
    """Why the sets round half down: the file alone decides it, in the only two places where it matters."""
    half_way = []
    for year in (2022, 2023):
        for row in published(year):
            for code, figure in dimensions(row).items():
                exact = sum(Decimal(v) for k, v in row.items() if k.startswith(f"SC{code}") and v)
                if exact * 10**6 % 1 == Decimal("0.5"):
                    half_way.append((year, row["province"], code, str(exact), figure))
    assert half_way == [
        (2022, "Binh Dinh", "1", "4.336543500", "4.336543"),
        (2022, "Dong Thap", "5", "7.580986500", "7.580986"),
    ]


def test_papi_2023_figures_printed_in_the_press():
    """Thừa Thiên Huế 46,0415; Hà Nội 43,9603; Thành phố Hồ Chí Minh 41,7754 of 80."""
    indicator_set = catalogue.find("papi-2021")
    units, _ = read_csv(facts_file(published(2023)), indicator_set)
    scores = {r.unit: r.score for r in score_round(indicator_set, units)}
    printed = {"Hanoi": "43.9603", "HCMC": "41.7754", "Thua Thien Hue": "46.0415"}
    found = {name: next(u for u in scores if _same(u, name)) for name in printed}
    assert {n: rounded(scores[u], 4) for n, u in found.items()} == {n: Fraction(v) for n, v in printed.items()}


def _same(unit, name):
    other = {"HCMC": ("ho chi minh", "hcmc", "tp. hcm"), "Thua Thien Hue": ("thua thien", "tt-hue", "tt hue")}
    return any(word in unit.lower() for word in other.get(name, (name.lower(),)))


def test_papi_quartiles_are_even():
    indicator_set = catalogue.find("papi-2021")
    units, _ = read_csv(facts_file(published(2023)), indicator_set)
    bands = [s.band.code for s in rank(indicator_set, score_round(indicator_set, units)) if s.band]
    # 61 ranked: cuts at the places 45, 30 and 15 of 0…60
    assert [bands.count(code) for code in "1234"] == [16, 15, 15, 15]
    assert bands == sorted(bands)
