"""What a result is, as the tables and explanations say it: the publisher writes what was sealed in these words, whoever
verifies writes what is recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from minhbach.records.texts import rounded
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.explain import explain
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.opendata.layout import EXPLANATION, Row, exact
from minhbach.scoring.results import GroupResult, LeafResult, UnitResult
from minhbach.scoring.rounds import Comparison, Standing
from minhbach.scoring.set_wording import citation

INPUT_CELLS = ("value", "obtained", "figure", "measured", "rows_sha256")
"""What an explanation says of an input, of the cells of its row in the table of facts."""


def score_rows(indicator_set: IndicatorSet, results: Sequence[UnitResult]) -> Iterator[Row]:
    for result in results:
        for node in indicator_set.nodes.values():
            found = result.nodes[node.id]
            row = {"unit": result.unit, "criterion": node.id, "title": node.title.vi}
            row |= {"score": exact(found.score), "maximum": exact(found.maximum)}
            if isinstance(found, LeafResult):
                yield row | {"state": found.state, "branch": found.branch, "open": ""}
            elif isinstance(found, GroupResult):
                yield row | {"state": "", "branch": "", "open": str(len(found.open_))}


def ranking_cells(indicator_set: IndicatorSet, result: UnitResult | None, standing: Standing | None) -> Row:
    """The cells of a unit's line in the ranking; nothing for one without a result."""
    if result is None:
        return {"rank": "", "score": "", "maximum": "", "percent": "", "band": "", "open": ""}
    return {
        "rank": str(standing.rank) if standing and standing.rank is not None else "",
        "score": exact(result.score),
        "maximum": exact(result.maximum),
        "percent": percent_of(indicator_set, result.score, result.maximum),
        "band": standing.band.code if standing and standing.band else "",
        "open": str(len(result.open_)),
    }


def percent_of(indicator_set: IndicatorSet, score: Fraction | None, maximum: Fraction | None) -> str:
    """Points of a hundred, rounded as the set says; nothing for a part of a decision's set."""
    if score is None or not maximum or indicator_set.extent != "whole":
        return ""
    total = indicator_set.rounding.total
    return exact(rounded(score / maximum * 100, total.places, total.mode))


def explanation_of(
    indicator_set: IndicatorSet,
    comparison: Comparison,
    result: UnitResult,
    cells: Row,
    inputs: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> dict[str, Any]:
    """What the sealed explanation of a unit must say, but for set, round and unit."""
    peers = comparison.peers_of(result.unit)
    criteria = []
    for leaf in indicator_set.leaves:
        found = result.nodes[leaf.id]
        assert isinstance(found, LeafResult)
        lines = {
            lang: list(explain(indicator_set, found, result.nodes, result.group, lang, peers).lines())
            for lang in ("vi", "en")
        }
        sealed = {
            "score": exact(found.score), "maximum": exact(found.maximum), "state": found.state, "branch": found.branch,
            "explanation": lines,
        }  # fmt: skip
        criteria.append(criterion_of(indicator_set, leaf.id, sealed, inputs.get(leaf.id, {})))
    return {
        "format": EXPLANATION,
        "engine": ENGINE_VERSION,
        **{name: cells[name] or None for name in ("score", "maximum", "percent", "rank", "band")},
        "criteria": criteria,
    }


def criterion_of(
    indicator_set: IndicatorSet, criterion: str, sealed: Mapping[str, Any], inputs: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """A criterion in an explanation: its source, its figures, how each was obtained, and what came of them."""
    leaf = indicator_set.nodes[criterion]
    source = leaf.source or indicator_set.source
    return {
        "criterion": leaf.id,
        "title": {"vi": leaf.title.vi, "en": leaf.title.in_("en")},
        "source": {lang: citation(source, lang) for lang in ("vi", "en")},
        "inputs": {key: {name: cells.get(name) or None for name in INPUT_CELLS} for key, cells in inputs.items()},
        "score": sealed["score"] or None,
        "maximum": sealed["maximum"] or None,
        "state": sealed["state"],
        "branch": sealed["branch"] or None,
        "explanation": sealed["explanation"],
    }
