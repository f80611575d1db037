"""From score rows to results: sets read once, facts typed by people, totals of an entry at a stage.

Nothing here writes. The same exact engine scores a screen, a what-if and the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from minhbach.indices.models import Entry, Score, SetVersion
from minhbach.records.problems import BadInput, Problems
from minhbach.records.texts import Text, fraction_of, rounded
from minhbach.scoring import engine
from minhbach.scoring.engine import PeersOf
from minhbach.scoring.explain import Explanation, explain
from minhbach.scoring.facts import FactError, UnitFacts, read_fact
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.reading import from_yaml
from minhbach.scoring.results import LeafResult, UnitResult

STAGES = (Score.Stage.SELF, Score.Stage.APPRAISAL_1, Score.Stage.APPRAISAL_2)


def set_of(version: SetVersion) -> IndicatorSet:
    """The set itself; read once per content. Raises BadInput for a draft that cannot be read."""
    return _read(version.digest, version.text)


@lru_cache(maxsize=64)
def _read(digest: str, text: str) -> IndicatorSet:
    indicator_set, problems = from_yaml(text)
    if indicator_set is None:
        raise BadInput(problems)
    return indicator_set


@lru_cache(maxsize=32)
def checked(text: str) -> tuple[IndicatorSet | None, Problems]:
    """The set in a text (None when unreadable) and all that is wrong with it; worked out once per text."""
    return from_yaml(text, checked=True)


def digest_of(text: str) -> str:
    """SHA-256 of the text of a set: by it everybody recognises the content."""
    return hashlib.sha256(text.encode()).hexdigest()


class WrongInputs(ValueError):
    """Facts that cannot be taken: what to tell the person, by input key ("" for all of them together)."""

    def __init__(self, says: Mapping[str, Text]):
        super().__init__("; ".join(f"{key}: {text.en}" for key, text in says.items()))
        self.says = dict(says)


def facts_of(node: Node, typed: Mapping[str, str]) -> UnitFacts:
    """The facts of one criterion as typed. Raises WrongInputs naming every input that cannot be read."""
    unit = UnitFacts()
    specs = {name: (type_, spec) for name, type_, spec in node.fact_keys()}
    wrong: dict[str, Text] = {}
    for key, text in typed.items():
        if key not in specs:
            wrong[key] = Text("tiêu chí không có đầu vào này", "the criterion has no such input")
        elif str(text).strip():
            try:
                unit.give(node.id, key, read_fact(str(text), *specs[key]))
            except FactError as error:
                wrong[key] = error.says
    if wrong:
        raise WrongInputs(wrong)
    return unit


def unit_facts(entry: Entry, indicator_set: IndicatorSet, rows: Iterable[Score]) -> UnitFacts:
    """The facts of an entry from score rows of one stage (and the survey's)."""
    facts = UnitFacts(entry.unit.code, entry.group, absent={b for b in entry.absent if b in indicator_set.nodes})
    for row in rows:
        node = indicator_set.nodes.get(row.criterion)
        if node is None or not node.is_leaf:
            continue
        facts.values.update(facts_of(node, row.inputs).values)
        if row.given_points is not None:
            facts.given[row.criterion] = Fraction(row.given_points)
    return facts


def result_of(
    entry: Entry, indicator_set: IndicatorSet, rows: Iterable[Score], peers: PeersOf | None = None
) -> UnitResult:
    """The whole result of an entry at the stage the rows belong to."""
    return engine.score(indicator_set, unit_facts(entry, indicator_set, rows), peers)


@dataclass(frozen=True)
class CriterionOutcome:
    """One criterion scored on its own, for the moment it is saved or tried out."""

    result: LeafResult
    rule_points: Fraction | None
    whole: UnitResult
    """The entry's result with these inputs, which an explanation reads."""


def outcome_of(
    entry: Entry, indicator_set: IndicatorSet, node: Node, rows: Iterable[Score], typed: Mapping[str, str]
) -> CriterionOutcome:
    """What the rule gives for these inputs, the entry's other rows standing. Raises WrongInputs."""
    others = unit_facts(entry, indicator_set, (r for r in rows if r.criterion != node.id))
    own = facts_of(node, typed)
    others.values.update(own.values)
    whole = engine.score(indicator_set, others)
    result = whole.nodes[node.id]
    assert isinstance(result, LeafResult)
    if result.state == "error":
        raise WrongInputs({"": result.says})
    return CriterionOutcome(result, result.score if result.is_known else None, whole)


def explanation(
    indicator_set: IndicatorSet, result: UnitResult, criterion: str, lang: str, peers: PeersOf | None = None
) -> Explanation:
    """Why the criterion got what it got."""
    leaf = result.nodes[criterion]
    assert isinstance(leaf, LeafResult)
    return explain(indicator_set, leaf, result.nodes, result.group, lang, peers)


def decimal(value: Fraction | None) -> Decimal | None:
    """A figure for a database column: 12 places, exact for every leaf (points have at most 12)."""
    if value is None:
        return None
    scaled = rounded(value, 12)
    return Decimal(scaled.numerator * 10**12 // scaled.denominator).scaleb(-12)


def exact_text(value: Fraction | None) -> str | None:
    """A figure for a JSON column, without loss: 3/8 or 24."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def from_text(text: str | None) -> Fraction | None:
    """Back from `exact_text`."""
    return None if text is None else fraction_of(text)


def parts_of(indicator_set: IndicatorSet, result: UnitResult) -> dict[str, list]:
    """The groups' and adjustments' figures for `Entry.parts`: id → [score, maximum, open leaves]."""
    found: dict[str, list] = {}
    for node in indicator_set.nodes.values():
        part = result.nodes[node.id]
        if not node.is_leaf or node.kind:
            found[node.id] = [exact_text(part.score), exact_text(part.maximum), len(getattr(part, "open_", ()))]
    found[""] = [exact_text(result.score), exact_text(result.maximum), len(result.open_)]
    return found
