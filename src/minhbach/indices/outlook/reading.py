"""The outlook of a unit in a round: what is counted so far, how it is expected to end, and the points of both.

Counted figures are drawn to the end of the period (`forecasting`); declared facts stay as they are. The points of every
draw are the engine's own. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from minhbach.indices.live.facts import PREVIOUS, suppliers
from minhbach.indices.live.scores import LiveEntry, live_entry
from minhbach.indices.models import Entry
from minhbach.indices.outlook import forecasting
from minhbach.indices.outlook.forecasting import DRAWS, HALF, YEAR, Array, Interval
from minhbach.measures import figures
from minhbach.measures.declaring import Rows, Standing
from minhbach.measures.figures import Figure
from minhbach.scoring import engine
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.leaves import score_leaf
from minhbach.scoring.many import ALL_STATES, prepare, score_many
from minhbach.scoring.many.result import ManyResult
from minhbach.scoring.model import IndicatorSet, Input, Node
from minhbach.scoring.results import LeafResult, Result, UnitResult

ALARM = 0.1
"""From this share of the ends on, a fall through a threshold is said aloud."""
_YEARS = 3
_SCORED = ALL_STATES.index("scored")


@dataclass(frozen=True)
class Ahead:
    """A counted input: `so_far`, and draws of where it ends; None where too little is known. `sure` are rows that are
    open and will count before the period ends. What `stands` is not forecast, for it changes when somebody changes it:
    it ends as is entered by now for the last day."""

    node: Node
    key: str
    figure: Figure
    so_far: int
    sure: int
    ends: Array | None
    stands: bool

    @property
    def spec(self) -> Input:
        return self.node.inputs[self.key]

    @property
    def may_turn(self) -> bool:
        """Whether what has counted otherwise may still become such."""
        return self.stands or self.figure.parts or self.figure.count.later

    @property
    def is_dated(self) -> bool:
        """Whether what stands is what was dated in the period, as procedures announced: more may follow."""
        return self.stands and bool(self.figure.of.dated)  # type: ignore[union-attr]

    @cached_property
    def end(self) -> Interval | None:
        return forecasting.interval(self.ends) if self.ends is not None else None

    @property
    def expected(self) -> int:
        """Where it ends in the middle of the draws; where nothing is forecast, what there is."""
        return int(self.end.middle) if self.end is not None else self.so_far

    @property
    def to_come(self) -> int:
        return max(0, self.expected - self.so_far)


@dataclass(frozen=True)
class Alarm:
    """A criterion that earns its points by a branch which it may lose by the end: how often it does, and what it would
    earn then."""

    chance: float
    points: Fraction


@dataclass(frozen=True)
class Line:
    """A criterion with counted inputs. `points` are draws of its points, None where they cannot be told."""

    node: Node
    inputs: tuple[Ahead, ...]
    now: LeafResult
    end: LeafResult
    points: Array | None = None
    alarm: Alarm | None = None

    @cached_property
    def interval(self) -> Interval | None:
        return forecasting.interval(self.points) if self.points is not None and len(self.points) else None

    @property
    def by_key(self) -> dict[str, Ahead]:
        return {each.key: each for each in self.inputs}

    @property
    def is_known(self) -> bool:
        return all(each.ends is not None for each in self.inputs)

    def chance_of(self, points: Fraction) -> float | None:
        """In how many of the draws it earns so many points or more."""
        if self.points is None or not len(self.points):
            return None
        return float((self.points >= float(points) - 1e-9).mean())


@dataclass(frozen=True)
class Outlook:
    """A unit's outlook: `facts` and `end` are those expected at the end of the period, `total` draws of its points."""

    live: LiveEntry
    first: date
    last: date
    today: date
    units: Sequence[int]
    facts: UnitFacts
    end: UnitResult
    lines: tuple[Line, ...] = ()
    total: Array | None = None

    @property
    def entry(self) -> Entry:
        return self.live.entry

    @property
    def indicator_set(self) -> IndicatorSet:
        return self.live.indicator_set

    @property
    def days_left(self) -> int:
        return max(0, (self.last - self.today).days)

    @property
    def alarms(self) -> list[Line]:
        """What is about to fall, the likeliest first."""
        return sorted((line for line in self.lines if line.alarm), key=lambda line: -line.alarm.chance)  # type: ignore[union-attr]

    @cached_property
    def interval(self) -> Interval | None:
        return forecasting.interval(self.total) if self.total is not None and len(self.total) else None

    def score(self, node: Node, facts: Mapping[str, Any]) -> LeafResult:
        """A criterion with other facts, the others as they are expected."""
        return _scored(self.indicator_set, node, facts, self.end.group, self.end.nodes)


def outlook(entry: Entry, *, at: datetime | None = None) -> Outlook:
    """The outlook now; `at`: as it could have been drawn at a past moment, from what was recorded by then.

    The number of queries depends on the tables that are counted, not on their rows.
    """
    live = live_entry(entry, at=at)
    first, last = entry.round.period
    day = timezone.localdate(at)
    units = figures.counted_for([entry.unit])[entry.unit_id]
    nodes, measured = live.indicator_set.nodes, live.facts.measured
    wanted = {
        code: {key: one for key, one in suppliers(nodes[code]).items() if key in so_far and not key.endswith(PREVIOUS)}
        for code, so_far in measured.items()
    }
    house = _House(entry, units, first, last, day, at, [one for found in wanted.values() for one in found.values()])
    counted = [house.inputs(nodes[code], found, measured[code]) for code, found in wanted.items() if found]
    return _outlook(live, house, counted)


class _House:
    """What is known of the work of one unit: rows day by day, and those in the house that will count."""

    def __init__(
        self,
        entry: Entry,
        units: Sequence[int],
        first: date,
        last: date,
        day: date,
        at: datetime | None,
        wanted: Iterable[Figure],
    ):
        self.entry, self.units, self.first, self.last, self.day, self.at = entry, units, first, last, day, at
        self.ahead = max(0, (last - max(day, first - timedelta(days=1))).days)
        self.begins = day - timedelta(days=YEAR * _YEARS + HALF - 1)
        by_key = {one.key: one for one in wanted}
        self.daily = figures.daily(by_key, units, self.begins, day, at=at)
        self.sure = self._sure(by_key)
        self.entered = self._entered(by_key)
        self._further: dict[tuple[str, str], Array | None] = {}

    def inputs(self, leaf: Node, found: Mapping[str, Figure], so_far: Mapping[str, int]) -> tuple[Ahead, ...]:
        """The counted inputs of a criterion, wholes before their parts."""
        ends: dict[str, Array | None] = {}
        made: dict[str, Ahead] = {}
        for key in sorted(found, key=lambda key: len(list(_wholes(leaf, key)))):
            one, whole = found[key], found.get(leaf.inputs[key].part_of)
            further = self.further(one, whole)
            end = further + so_far[key] if further is not None else None
            if whole is not None and end is not None and (limit := ends[leaf.inputs[key].part_of]) is not None:
                end = np.minimum(end, limit)
            ends[key] = end
            stands = not isinstance(one.of, Rows)
            made[key] = Ahead(leaf, key, one, so_far[key], self.sure.get(one.key, 0), end, stands)
        return tuple(made[key] for key in found)

    def further(self, one: Figure, whole: Figure | None) -> Array | None:
        """Draws of the rows to come; the same for every criterion that names the same figures."""
        asked = one.key, whole.key if whole else ""
        if asked not in self._further:
            self._further[asked] = self._drawn(one, whole, forecasting.generator(self.entry.unit_id, *asked))
        return self._further[asked]

    def _drawn(self, one: Figure, whole: Figure | None, chance: np.random.Generator) -> Array | None:
        if not isinstance(one.of, Rows):
            return np.full(DRAWS, self.entered.get(one.key, 0), np.int64)
        if one.parts:
            return self._new_parts(one, chance)
        days = self._days(one)
        if whole is not None and isinstance(whole.of, Rows) and not whole.parts:
            of_whole = self.further(whole, None)
            return forecasting.such_of(days, self._days(whole), of_whole, chance) if of_whole is not None else None
        return forecasting.rows_to_come(days, self.ahead, chance, sure=self.sure.get(one.key, 0))

    def _days(self, one: Figure) -> Array:
        rows = np.zeros((self.day - self.begins).days + 1, np.int64)
        for day, n in self.daily.get(one.key, {}).items():
            rows[(day - self.begins).days] = n
        return rows

    def _new_parts(self, one: Figure, chance: np.random.Generator) -> Array:
        """Procedures with a first dossier."""
        since = self.day - timedelta(days=YEAR - 1)
        of_year = figures.by_part(one, self.units, since, self.day)
        here = figures.by_part(one, self.units, self.first, self.day)
        return forecasting.parts_to_come(of_year, here, self.ahead, chance)

    def _sure(self, by_key: Mapping[str, Figure]) -> dict[str, int]:
        """Rows that will count before the period ends, though nobody does anything: those open that fall due, where
        they count as late."""
        keys = [one.key for one in by_key.values() if may_wait(one.of)]
        if not keys or self.at is not None or not self.ahead:
            return {}
        here = {self.entry.unit_id: self.units}
        now = figures.values(keys, here, self.day, self.last)[self.entry.unit_id]
        then = figures.values(keys, here, self.day, self.last, at=_end_of(self.last))[self.entry.unit_id]
        return {key: max(0, then[key] - now[key]) for key in keys}

    def _entered(self, by_key: Mapping[str, Figure]) -> dict[str, int]:
        """How far what stands on the last day differs from what stands now, by what is entered already: a procedure
        offered until then, or only from then on."""
        keys = [one.key for one in by_key.values() if not isinstance(one.of, Rows)]
        if not keys or self.at is not None or not self.ahead:
            return {}
        here = {self.entry.unit_id: self.units}
        now = figures.values(keys, here, self.first, self.last)[self.entry.unit_id]
        then = figures.values(keys, here, self.first, self.last, at=_last_of(self.last))[self.entry.unit_id]
        return {key: then[key] - now[key] for key in keys}


def _last_of(day: date) -> datetime:
    return _end_of(day) - timedelta(seconds=1)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _wholes(leaf: Node, key: str) -> Iterator[str]:
    """What an input is a part of, and what that is a part of."""
    seen = {key}
    while (key := leaf.inputs[key].part_of) and key not in seen:
        seen.add(key)
        yield key


def may_wait(table: Rows | Standing) -> bool:
    """Whether rows of a table can be open: where their day is the first of several that is set, it may lie ahead."""
    return isinstance(table, Rows) and len(table.days) > 1


def rows_to_save(found: Outlook, table: Rows) -> QuerySet:
    """The rows that are open and, if nobody does anything, cost points before the period ends: open dossiers that fall
    due. The first due first."""
    own = {f"{table.unit}__in": found.units}
    now = table.behind(found.today, found.last)[0].filter(**own)
    then = table.behind(found.today, found.last, _end_of(found.last))[0].filter(**own)
    return then.exclude(pk__in=now.values("pk")).order_by("tally_day", "pk")


# Points ---------------------------------------------------------------------------------------------------------------


def _outlook(live: LiveEntry, house: _House, counted: Sequence[tuple[Ahead, ...]]) -> Outlook:
    facts = with_facts(live.facts.facts, {inputs[0].node.id: expected_of(inputs) for inputs in counted})
    end = engine.score(live.indicator_set, facts)
    for inputs in counted:  # what contradicts itself in the middle of the draws is taken as it is
        criterion = inputs[0].node.id
        if end.nodes[criterion].state == "error":
            facts.values[criterion] = live.facts.facts.values[criterion]
            end = engine.score(live.indicator_set, facts)
    drawn = _drawn(live, counted)
    lines = tuple(_line(live, end, inputs, drawn) for inputs in counted)
    total = None
    if drawn is not None:
        total = drawn.scores().floats()
        total = total[~np.isnan(total)]
    return Outlook(live, house.first, house.last, house.day, house.units, facts, end, lines, total)


def expected_of(inputs: Sequence[Ahead]) -> dict[str, Fraction]:
    return {each.key: Fraction(each.expected) for each in inputs}


def with_facts(facts: UnitFacts, changed: Mapping[str, Mapping[str, Any]]) -> UnitFacts:
    """The facts with some of them changed."""
    values = {criterion: dict(own) for criterion, own in facts.values.items()}
    for criterion, own in changed.items():
        values.setdefault(criterion, {}).update(own)
    return UnitFacts(facts.unit, facts.group, values, set(facts.absent), dict(facts.given))


def _drawn(live: LiveEntry, counted: Sequence[tuple[Ahead, ...]]) -> ManyResult | None:
    """The whole result of every draw, at once."""
    columns = {
        (each.node.id, each.key): each.ends
        for inputs in counted
        if all(each.ends is not None for each in inputs)
        for each in inputs
    }
    if not columns:
        return None
    facts = live.facts.facts
    table = prepare(live.indicator_set, {**single_columns(live.indicator_set, facts), **columns}, facts.group)
    return score_many(live.indicator_set, table, closed=False)


def single_columns(indicator_set: IndicatorSet, facts: UnitFacts) -> dict[tuple[str, str], Any]:
    """The facts of one unit as columns that all rows of a table share."""
    found: dict[tuple[str, str], Any] = {}
    for node in indicator_set.nodes.values():
        own = facts.values.get(node.id, {})
        for key, _type, spec in node.fact_keys():
            name, _dot, option = key.partition(".") if spec and spec.type == "survey" else (key, "", "")
            value: Any = own.get(name)
            if option:
                value = value.get(option) if isinstance(value, dict) else value
            if value is not None:
                found[node.id, key] = value
        if node.is_leaf and node.id in facts.given:
            found[node.id, "@given"] = facts.given[node.id]
        if node.may_be_absent:
            found[node.id, "absent"] = node.id in facts.absent
    return found


def _line(live: LiveEntry, end: UnitResult, inputs: tuple[Ahead, ...], drawn: ManyResult | None) -> Line:
    leaf = inputs[0].node
    now, then = live.result.nodes[leaf.id], end.nodes[leaf.id]
    assert isinstance(now, LeafResult) and isinstance(then, LeafResult)
    if drawn is None or leaf.is_relative or leaf.is_monitored or any(each.ends is None for each in inputs):
        return Line(leaf, inputs, now, then)
    scored = np.flatnonzero(drawn.states(leaf.id) == _SCORED)
    numbers, scale = drawn.leaf_points(leaf.id)
    points = np.asarray(numbers, np.float64) / scale
    alarm = _alarm(live, leaf, inputs, now, scored[np.argsort(points[scored], kind="stable")], points)
    return Line(leaf, inputs, now, then, points[scored], alarm)


def _alarm(
    live: LiveEntry, leaf: Node, inputs: Sequence[Ahead], now: LeafResult, order: Array, points: Array
) -> Alarm | None:
    """Whether another branch, with fewer points than now, gives them at the end. `order`: draws by their points."""
    if now.state != "scored" or now.score is None or leaf.kind or not len(order):
        return None
    below = int(np.searchsorted(points[order], float(now.score) - 1e-9))

    def result(place: int) -> LeafResult:
        draw = order[place]
        ends = {each.key: Fraction(int(each.ends[draw])) for each in inputs if each.ends is not None}
        facts = {**live.facts.facts.values[leaf.id], **ends}
        return _scored(live.indicator_set, leaf, facts, live.result.group, live.result.nodes)

    low, high = 0, below  # draws before `low` are of another branch, those from `high` on of this one
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if result(middle).branch != now.branch else (low, middle)
    chance = low / len(order)
    if chance < ALARM:
        return None
    fallen = result(low // 2).score
    return Alarm(chance, fallen if fallen is not None else Fraction(0))


def _scored(
    indicator_set: IndicatorSet, node: Node, facts: Mapping[str, Any], group: str, results: Mapping[str, Result]
) -> LeafResult:
    return score_leaf(LeafFacts(indicator_set, node, facts, group, results))
