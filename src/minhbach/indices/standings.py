"""Reads for the ranking: units of a round compared by total, part or criterion, at any stage, with last year beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from minhbach.indices import disclosure, figures, json_paths, queries, years
from minhbach.indices.disclosure import FINAL
from minhbach.indices.json_paths import JsonText
from minhbach.indices.models import Entry, Round, Score, SetVersion
from minhbach.indices.permissions import APPRAISE
from minhbach.org.permissions import may
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.model import Step as Band
from minhbach.scoring.results import KNOWN, UnitResult
from minhbach.scoring.rounds import rank

STAGES = (Score.Stage.SELF, Score.Stage.APPRAISAL_1, Score.Stage.APPRAISAL_2, FINAL)


@dataclass(frozen=True)
class Place:
    """A unit in the ranking. `why` says why it has no rank: incomplete, no_result, unranked, hidden or closed (its
    points of this stage are not shown yet).

    `places` is how many places it went up since the round before; `gain` the points, or the share
    where `gain_in` says percent.
    """

    entry: Entry
    rank: int | None
    score: Fraction | None
    maximum: Fraction | None
    open: int = 0
    why: str = ""
    band: Band | None = None
    places: int | None = None
    gain: Fraction | None = None
    gain_in: str = "points"

    @property
    def share(self) -> Fraction | None:
        return self.score / self.maximum if self.score is not None and self.maximum else None


@dataclass(frozen=True)
class Ranking:
    """One group's ranking. `hidden`: the person does not see every unit at this stage, so no ranks are shown."""

    group: str
    indicator_set: IndicatorSet
    node: Node | None
    places: list[Place]
    hidden: bool = False

    @property
    def in_percent(self) -> bool:
        """A part of a decision's set is never shown as an index out of 100; one part or criterion of it may be."""
        return self.node is not None or self.indicator_set.extent == "whole"

    @property
    def closed(self) -> bool:
        """Whether points of this stage are kept from the person for the time being."""
        return any(place.why == "closed" for place in self.places)

    @property
    def ranked(self) -> list[Place]:
        return [place for place in self.places if place.rank is not None]


def groups_of(account, round_: Round, group: str | None = None) -> tuple[dict[str, list[Entry]], dict[str, int]]:
    """The units of a round (or of one group) the person may see, by group, and how many there are. Three queries."""
    entries = (
        queries.entries_of(account, round_)
        .select_related("unit")
        .defer("sealed", "parts")
        .order_by("group", "unit__sort_key", "pk")
    )
    everyone = Entry.objects.filter(round=round_)
    if group is not None:
        entries, everyone = entries.filter(group=group), everyone.filter(group=group)
    found: dict[str, list[Entry]] = {}
    versions = SetVersion.objects.in_bulk({entry.set_version_id for entry in entries})
    for entry in entries:  # one object of the round and of each set, not one for every unit
        entry.round, entry.set_version = round_, versions[entry.set_version_id]
        found.setdefault(entry.group, []).append(entry)
    counts = Counter(everyone.values_list("group", flat=True))
    return found, dict(counts)


def nodes_visible(account, round_: Round, entries: Sequence[Entry], indicator_set: IndicatorSet) -> set[str] | None:
    """Nodes by which the person may compare these units; None: by all, and by total.

    An appraising body compares what it appraises: a part only when all of it is its own.
    """
    if all(entry.is_absent or queries.sees_whole(account, entry) for entry in entries):
        return None
    if not account.is_authenticated:
        return set()
    bodies = queries.bodies(entries[0], indicator_set)
    own = {leaf.id for leaf in indicator_set.leaves if may(account, APPRAISE, bodies[leaf.id])}
    return {
        node.id for node in indicator_set.nodes.values() if all(leaf.id in own for leaf in node.walk() if leaf.is_leaf)
    }


def ranking(
    account,
    round_: Round,
    group: str,
    entries: list[Entry],
    *,
    stage: str,
    node: Node | None = None,
    count: int,
    include_incomplete: bool = False,
) -> Ranking:
    """The ranking of one group. `count` is how many units the group has; whoever sees fewer gets no ranks."""
    indicator_set = figures.set_of(entries[0].set_version)
    shown = _shown(account, entries, indicator_set, stage, node)
    results = _results(indicator_set, shown, stage, node)
    hidden = len(shown) < count
    if hidden:
        seen = {entry.pk for entry in shown}
        places = [
            _unplaced(entry, results[entry.pk], "hidden")
            if entry.pk in seen
            else Place(entry, None, None, None, 0, "closed")
            for entry in entries
        ]
    elif stage == FINAL and node is None and round_.is_over:
        places = _sealed_places(indicator_set, entries, results)
    else:
        places = _live_places(indicator_set, entries, results, node, include_incomplete)
    places = _compared(account, round_, places, indicator_set, node)
    return Ranking(group, indicator_set, node, places, hidden)


def _shown(
    account, entries: Sequence[Entry], indicator_set: IndicatorSet, stage: str, node: Node | None
) -> list[Entry]:
    """The units whose figures of this stage the person may see; all of them for who appraises all of the node."""
    if node is not None:
        bodies = queries.bodies(entries[0], indicator_set)
        sight = disclosure.sight(account, entries[0], bodies)
        if sight.own.issuperset(leaf.id for leaf in node.walk() if leaf.is_leaf):
            return list(entries)
    return [entry for entry in entries if stage in disclosure.stages_seen(account, entry)]


def _results(
    indicator_set: IndicatorSet, entries: Sequence[Entry], stage: str, node: Node | None
) -> dict[int, UnitResult]:
    """What is compared, as results of the scoring: the entries' stored figures, or one criterion's rows. One query."""
    if node is not None and node.is_leaf and not node.kind:
        read = _sealed_leaf if stage == FINAL else _leaf
        return read(indicator_set, entries, stage, node)
    at = JsonText("parts", stage, node.id if node else "")
    found = dict(Entry.objects.filter(pk__in=[e.pk for e in entries]).annotate(_at=at).values_list("pk", "_at"))
    results = {}
    for entry in entries:
        score, maximum, open_ = json_paths.read(found.get(entry.pk)) or (None, None, 0)
        results[entry.pk] = _result(entry, figures.from_text(score), figures.from_text(maximum), open_)
    return results


def _result(entry: Entry, score: Fraction | None, maximum: Fraction | None, open_: int) -> UnitResult:
    state = "incomplete" if open_ else "scored"
    return UnitResult(
        str(entry.pk), entry.group, score, maximum or Fraction(0), state, {}, tuple(map(str, range(open_)))
    )


def _leaf(indicator_set: IndicatorSet, entries: Sequence[Entry], stage: str, node: Node) -> dict[int, UnitResult]:
    if indicator_set.stream_of(node) == "survey":
        stage = Score.Stage.SURVEY
    rows = {
        row.entry_id: row
        for row in Score.objects.filter(entry__in=[e.pk for e in entries], criterion=node.id, stage=stage).only(
            "entry_id", "points", "state", "inputs"
        )
    }
    results = {}
    for entry in entries:
        row = rows.get(entry.pk)
        points = Fraction(row.points) if row and row.points is not None else None
        maximum = node.maximum
        if maximum is None and row:
            maximum = figures.from_text(str(row.inputs.get("maximum", "")).replace(",", ".") or None)
        known = row is not None and (points is not None or row.state in KNOWN)
        results[entry.pk] = _result(entry, points, maximum, 0 if known or row is None else 1)
    return results


def _sealed_leaf(
    indicator_set: IndicatorSet, entries: Sequence[Entry], stage: str, node: Node
) -> dict[int, UnitResult]:
    """From what was sealed: criteria relative to the other units exist only there."""
    one = {f"_{key}": JsonText("sealed", "criteria", node.id, key) for key in ("score", "maximum", "state")}
    found = Entry.objects.filter(pk__in=[e.pk for e in entries]).annotate(**one)
    rows = {pk: rest for pk, *rest in found.values_list("pk", "_score", "_maximum", "_state")}
    results = {}
    for entry in entries:
        score, maximum, state = rows.get(entry.pk) or (None, None, None)
        open_ = 1 if state and state not in KNOWN else 0
        results[entry.pk] = _result(entry, figures.from_text(score), figures.from_text(maximum), open_)
    return results


def _unplaced(entry: Entry, result: UnitResult, why: str) -> Place:
    return Place(entry, None, result.score, result.maximum, len(result.open_), why)


def _sealed_places(
    indicator_set: IndicatorSet, entries: Sequence[Entry], results: dict[int, UnitResult]
) -> list[Place]:
    """As concluded: the ranks and bands that were sealed."""
    bands = {
        (group, step.code): step
        for bands in reversed(indicator_set.bands)
        for group in (bands.groups or [entry.group for entry in entries])
        for step in bands.steps
    }
    places = []
    for entry in entries:
        result = results[entry.pk]
        why = ""
        if entry.rank is None:
            why = (
                "unranked" if not entry.is_ranked
                else "no_result" if entry.final_score is None
                else "incomplete"
            )  # fmt: skip
        band = bands.get((entry.group, entry.band))
        places.append(Place(entry, entry.rank, result.score, result.maximum, len(result.open_), why, band))
    return _in_order(places)


def _live_places(
    indicator_set: IndicatorSet,
    entries: Sequence[Entry],
    results: dict[int, UnitResult],
    node: Node | None,
    include_incomplete: bool,
) -> list[Place]:
    """By the rule of the set, on the figures of this moment. Bands belong to totals, not to parts."""
    rule = replace(indicator_set, ranking=replace(indicator_set.ranking, unranked=()))
    if node is not None:
        rule = replace(rule, bands=())
    by_pk = {str(entry.pk): entry for entry in entries}
    places = [_unplaced(e, results[e.pk], "unranked") for e in entries if not e.is_ranked]
    for standing in rank(rule, [results[e.pk] for e in entries if e.is_ranked], include_incomplete=include_incomplete):
        result = standing.result
        places.append(
            Place(
                by_pk[result.unit],
                standing.rank,
                result.score,
                result.maximum,
                len(result.open_),
                standing.why_unranked,
                standing.band,
            )  # fmt: skip
        )
    return _in_order(places)


def _in_order(places: list[Place]) -> list[Place]:
    """The ranked from the first, equals by name; then the others by name (the entries come by name)."""
    return sorted(places, key=lambda p: (p.rank is None, p.rank or 0, p.entry.unit.sort_key))


def _compared(
    account, round_: Round, places: list[Place], indicator_set: IndicatorSet, node: Node | None
) -> list[Place]:
    """Each place with its change since the round before. No query without one; else one, and one for each set used
    then."""
    if round_.previous_id is None:
        return places
    units = {place.entry.unit_id: place.entry.unit for place in places}
    seen = queries.entries_of(account, round_.previous).filter(unit__in=units)
    before: dict[int, _Before] = {}
    for version in SetVersion.objects.filter(pk__in=seen.order_by().values("set_version")):
        same = years.same_nodes(figures.set_of(version), indicator_set).get(node.id if node else "")
        if node is not None and same is None:
            continue
        at = JsonText("parts", FINAL, same or "")
        rows = seen.filter(set_version=version).annotate(_at=at)
        for entry in rows.only("unit_id", "round_id", "group", "rank", "status"):
            entry.round, entry.unit = round_.previous, units[entry.unit_id]
            if queries.sees_whole(account, entry) and FINAL in disclosure.stages_seen(account, entry):
                before[entry.unit_id] = _Before(entry, entry._at if same is not None else None)
    return [replace(p, **_change(p, before.get(p.entry.unit_id), node, indicator_set)) for p in places]


@dataclass(frozen=True)
class _Before:
    """A unit in the round before. `at` is its figure of the same part, where it can be compared."""

    entry: Entry
    at: str | None


def _change(place: Place, before: _Before | None, node: Node | None, indicator_set: IndicatorSet) -> dict:
    """Places and points gained. Points only on an equal maximum, percent between whole sets, else neither."""
    if before is None or place.score is None:
        return {}
    found: dict = {}
    ranked = place.rank is not None and before.entry.rank is not None
    if node is None and ranked and before.entry.group == place.entry.group:
        found["places"] = before.entry.rank - place.rank
    score, maximum = map(figures.from_text, (json_paths.read(before.at) or [None, None])[:2])
    if score is None:
        return found
    if maximum == place.maximum:
        return found | {"gain": place.score - score, "gain_in": "points"}
    if maximum and place.share is not None and (node is not None or indicator_set.extent == "whole"):
        return found | {"gain": place.share - score / maximum, "gain_in": "percent"}
    return found


def ranks_with(
    indicator_set: IndicatorSet, entries: Sequence[Entry], stage: str, own: Entry, then: UnitResult
) -> tuple[int | None, int | None]:
    """The rank of a unit now, and with another result in its place; by stored totals, incomplete ones as they are."""
    rule = replace(indicator_set, bands=(), ranking=replace(indicator_set.ranking, unranked=()))
    results = _results(indicator_set, [e for e in entries if e.is_ranked], stage, None)

    def place(found: dict[int, UnitResult]) -> int | None:
        standings = rank(rule, list(found.values()), include_incomplete=True)
        return next((s.rank for s in standings if s.result.unit == str(own.pk)), None)

    changed = _result(own, then.score, then.maximum, len(then.open_))
    return place(results), place(results | {own.pk: changed})
