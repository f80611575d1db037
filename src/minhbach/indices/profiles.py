"""Reads for a unit's profile: where its points were lost, what wins them back, and how it stands to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from minhbach.indices import disclosure, figures, json_paths, queries, years
from minhbach.indices.disclosure import FINAL
from minhbach.indices.json_paths import JsonText
from minhbach.indices.models import Entry, Score
from minhbach.indices.rules import Status
from minhbach.scoring import engine
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.nearest import Step
from minhbach.scoring.results import KNOWN, LeafResult, UnitResult


@dataclass(frozen=True)
class Advice:
    """One way to more points: in words, what it brings to the total, and how many things must be done for it."""

    text: str
    gain: Fraction
    effort: Fraction

    @property
    def worth(self) -> Fraction:
        """Points for each thing done: the cheapest points come first."""
        return self.gain / self.effort


@dataclass(frozen=True)
class Line:
    """A criterion of the profile. `lines` explain it: as sealed when the round is concluded, else as computed now."""

    node: Node
    part: Node
    state: str
    score: Fraction | None
    maximum: Fraction | None
    lines: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    before: Fraction | None = None
    before_maximum: Fraction | None = None

    @property
    def is_open(self) -> bool:
        return self.state not in KNOWN and not self.node.is_monitored

    @property
    def change(self) -> Fraction | None:
        """Against the year before, where the criterion was worth the same."""
        return _change(self.score, self.maximum, self.before, self.before_maximum)

    @property
    def lost(self) -> Fraction | None:
        if self.score is None or self.maximum is None or self.node.kind:
            return None
        return self.maximum - self.score


@dataclass(frozen=True)
class Part:
    """A part of the set: what was won, lost and is still open, and the same part last year and at the others."""

    node: Node
    score: Fraction | None
    maximum: Fraction | None
    open: Fraction
    """Points that criteria without a result may still bring."""
    before: Fraction | None = None
    before_maximum: Fraction | None = None
    best: Fraction | None = None
    median: Fraction | None = None

    @property
    def lost(self) -> Fraction | None:
        return None if self.score is None or self.maximum is None else self.maximum - self.score - self.open

    @property
    def share(self) -> Fraction | None:
        return self.score / self.maximum if self.score is not None and self.maximum else None

    @property
    def change(self) -> Fraction | None:
        """Against the year before, where the part was worth the same."""
        return _change(self.score, self.maximum, self.before, self.before_maximum)


def _change(
    score: Fraction | None, maximum: Fraction | None, before: Fraction | None, before_maximum: Fraction | None
) -> Fraction | None:
    return score - before if score is not None and before is not None and maximum == before_maximum else None


@dataclass(frozen=True)
class Profile:
    entry: Entry
    stage: str
    indicator_set: IndicatorSet
    lines: list[Line]
    parts: list[Part] = field(default_factory=list)
    score: Fraction | None = None
    maximum: Fraction | None = None
    before: Entry | None = None
    before_score: Fraction | None = None
    before_maximum: Fraction | None = None
    peers: int = 0

    @property
    def change(self) -> Fraction | None:
        """Of the total against the year before."""
        return _change(self.score, self.maximum, self.before_score, self.before_maximum)

    @property
    def cheapest(self) -> list[Line]:
        """Criteria from which points can be won, the cheapest first."""
        able = [line for line in self.lines if line.advice]
        return sorted(able, key=lambda line: (-line.advice[0].worth, -line.advice[0].gain))

    @property
    def unanswered(self) -> list[Line]:
        return [line for line in self.lines if line.is_open and not line.node.kind]

    @property
    def adjustments(self) -> list[Line]:
        """Bonus and penalty, outside the scale; those nobody claimed are left out."""
        return [line for line in self.lines if line.node.kind and line.score]

    @property
    def strengths(self) -> list[Line]:
        full = [x for x in self.lines if x.state in KNOWN and x.maximum and x.score == x.maximum and not x.node.kind]
        return sorted(full, key=lambda line: -(line.maximum or 0))


def stages_of(account, entry: Entry) -> list[str]:
    """The stages that have figures this person may see, in their order."""
    indicator_set = figures.set_of(entry.set_version)
    sight = disclosure.sight(account, entry, queries.bodies(entry, indicator_set))
    visible = queries.criteria_visible(account, entry, indicator_set)
    shown = {s for s in entry.parts for leaf in indicator_set.leaves if leaf.id in visible and sight.sees(leaf.id, s)}
    return [stage for stage in (*map(str, figures.STAGES), FINAL) if stage in shown]


def usual_stage(account, entry: Entry) -> str:
    """The latest stage that is complete for this unit and that the person sees: an appraisal half done says nothing
    about the unit."""
    stages = disclosure.stages_seen(account, entry)
    if entry.round.is_over and FINAL in entry.parts and FINAL in stages:
        return FINAL
    if entry.status == Status.CONCLUDED and Score.Stage.APPRAISAL_2 in stages:
        return Score.Stage.APPRAISAL_2
    first = (Status.EXPLANATION, Status.APPRAISAL_2, Status.CONCLUDED)
    return Score.Stage.APPRAISAL_1 if entry.status in first and Score.Stage.APPRAISAL_1 in stages else Score.Stage.SELF


def profile(account, entry: Entry, stage: str, lang: str) -> Profile:
    """The profile at a stage, with what this person may see of it. The number of queries is fixed."""
    indicator_set = figures.set_of(entry.set_version)
    whole = queries.sees_whole(account, entry) and stage in disclosure.stages_seen(account, entry)
    seen = set(indicator_set.nodes)
    if not whole:
        sight = disclosure.sight(account, entry, queries.bodies(entry, indicator_set))
        visible = queries.criteria_visible(account, entry, indicator_set)
        seen = {criterion for criterion in visible if sight.sees(criterion, stage)}
    rows = queries.scores_at(entry, Score.Stage.APPRAISAL_2 if stage == FINAL else stage)
    facts = figures.unit_facts(entry, indicator_set, rows)
    result = engine.score(indicator_set, facts)
    sealed = _sealed(entry) if stage == FINAL else {}
    before = _before(account, entry) if whole else None
    same = years.same_nodes(figures.set_of(before.set_version), indicator_set) if before else {}
    last_year = _leaves_before(before) if before else {}
    nothing = (None, None)
    lines = [
        _line(
            indicator_set, leaf, result, facts, sealed.get(leaf.id), lang, last_year.get(same.get(leaf.id, ""), nothing)
        )
        for leaf in indicator_set.leaves
        if leaf.id in seen
    ]
    if not whole:
        return Profile(entry, stage, indicator_set, lines)
    found = entry.parts.get(stage, {})
    others = _peers(account, entry, stage)
    score, maximum = _figure(found, "")
    all_before = before.parts.get(FINAL, {}) if before else {}
    before_parts = {new: all_before[old] for new, old in same.items() if old in all_before}
    before_score, before_maximum = _figure(before_parts, "")
    parts = [_part(node, found, lines, before_parts, others) for node in indicator_set.criteria]
    return Profile(
        entry, stage, indicator_set, lines, parts, score, maximum, before, before_score, before_maximum, len(others)
    )


def _line(
    indicator_set: IndicatorSet,
    leaf: Node,
    result: UnitResult,
    facts: UnitFacts,
    sealed: Mapping | None,
    lang: str,
    before: tuple[Fraction | None, Fraction | None],
) -> Line:
    found = result.nodes[leaf.id]
    assert isinstance(found, LeafResult)
    explained = figures.explanation(indicator_set, result, leaf.id, lang)
    advice = tuple(
        sorted(
            (
                Advice(text, _gain(indicator_set, facts, result, leaf, step), _effort(step))
                for step, text in zip(explained.steps, explained.next_steps, strict=True)
            ),
            key=lambda a: (-a.worth, -a.gain),
        )
    )
    part = _top(indicator_set, leaf)
    if sealed is None:
        return Line(leaf, part, found.state, found.score, found.maximum, tuple(explained.lines()), advice, *before)
    score, maximum = figures.from_text(sealed["score"]), figures.from_text(sealed["maximum"])
    # The round is over: what is shown was sealed. Advice is drawn anew, and only from the same result.
    advice = advice if score == found.score else ()
    lines = tuple(sealed["explanation"][lang])
    return Line(leaf, part, sealed["state"], score, maximum, lines, advice, *before)


def _effort(step: Step) -> Fraction:
    """How many things must be done: cases for a count, else the facts that change."""
    return step.added if step.added else Fraction(len(step.changes))


def _gain(indicator_set: IndicatorSet, facts: UnitFacts, result: UnitResult, leaf: Node, step: Step) -> Fraction:
    """What a step brings to the unit's total. In a set that only adds up, the criterion's own gain."""
    if _adds_up(indicator_set) or result.score is None:
        return step.gain
    values = {**facts.values, leaf.id: {**facts.values.get(leaf.id, {}), **step.changes}}
    changed = engine.score(indicator_set, UnitFacts(facts.unit, facts.group, values, facts.absent, facts.given))
    return (changed.score or Fraction(0)) - result.score


def _adds_up(indicator_set: IndicatorSet) -> bool:
    ways = [indicator_set.combine, *(n.combine for n in indicator_set.nodes.values() if not n.is_leaf)]
    return indicator_set.rounding.groups is None and all(way.how == "sum" and way.times == 1 for way in ways)


def _top(indicator_set: IndicatorSet, node: Node) -> Node:
    current = node.id
    while (parent := indicator_set.parents.get(current)) is not None:
        current = parent
    return indicator_set.nodes[current]


def _figure(parts: Mapping, node: str) -> tuple[Fraction | None, Fraction | None]:
    score, maximum = (parts.get(node) or [None, None])[:2]
    return figures.from_text(score), figures.from_text(maximum)


def _part(node: Node, found: Mapping, lines: list[Line], before: Mapping, others: list[Mapping]) -> Part:
    own = [line for line in lines if line.part.id == node.id]
    if node.is_leaf:
        score, maximum = (own[0].score, own[0].maximum) if own else (None, None)
    else:
        score, maximum = _figure(found, node.id)
    open_ = sum((line.maximum or Fraction(0) for line in own if line.is_open), Fraction(0))
    if score is None and open_ and maximum is not None:
        score = Fraction(0)  # nothing known yet: all of it is open, none of it is lost
    shares = [s for s in (_share(parts, node.id) for parts in others) if s is not None]
    return Part(
        node,
        score,
        maximum,
        open_,
        *_figure(before, node.id),
        max(shares) if shares else None,
        median(shares) if shares else None,
    )


def _share(parts: Mapping, node: str) -> Fraction | None:
    score, maximum = _figure(parts or {}, node)
    return score / maximum if score is not None and maximum else None


def _sealed(entry: Entry) -> Mapping:
    sealed = Entry.objects.only("sealed").get(pk=entry.pk).sealed
    return sealed.get("criteria", {})


def _before(account, entry: Entry) -> Entry | None:
    """The unit in the round before, when the person may see its totals there."""
    found = years.entry_before(account, entry)
    if found is None or not queries.sees_whole(account, found):
        return None
    return found if FINAL in disclosure.stages_seen(account, found) else None


def _leaves_before(before: Entry) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """Criterion → the points and the maximum that were sealed."""
    sealed = before.sealed.get("criteria", {})
    return {c: (figures.from_text(x["score"]), figures.from_text(x["maximum"])) for c, x in sealed.items()}


def _peers(account, entry: Entry, stage: str) -> list[Mapping]:
    """The parts of every unit of the group, when the person may see all of them. Two queries."""
    everyone = Entry.objects.filter(round=entry.round_id, group=entry.group)
    seen = list(
        queries.entries_visible(account)
        .filter(pk__in=everyone.values("pk"))
        .select_related("unit")
        .annotate(_at=JsonText("parts", stage))
        .defer("sealed", "parts")
    )
    for each in seen:
        each.round = entry.round
    if len(seen) < 2 or len(seen) < everyone.count():
        return []
    if not all(disclosure.is_comparable(account, each, stage) for each in seen):
        return []
    seen = [each for each in seen if not each.is_absent]
    return [json_paths.read(each._at) for each in seen if each._at]  # type: ignore[attr-defined]
