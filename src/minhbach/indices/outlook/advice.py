"""What would win points before the period ends: for each criterion, how many of the rows to come must be such; and the
cheapest way to a target.

A row that has counted against a criterion stays as it is and can only be outweighed, unless the declaration says that
it may still turn (`Count.later`). Of the rows to come as many as expected are at hand, no more; those of one channel
are not of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from minhbach.indices.outlook import planning
from minhbach.indices.outlook.planning import Kind, Option, Plan
from minhbach.indices.outlook.reachable import Place, Scored, places
from minhbach.indices.outlook.reading import Ahead, Line, Outlook, single_columns, with_facts
from minhbach.measures.declaring import Rows
from minhbach.measures.figures import Figure
from minhbach.scoring import engine
from minhbach.scoring.facts import Fact
from minhbach.scoring.leaf_facts import LeafFacts
from minhbach.scoring.many import prepare, score_many
from minhbach.scoring.model import Node
from minhbach.scoring.nearest import Step, next_steps
from minhbach.scoring.results import LeafResult

FEWER = ":fewer"
"""Ends the name of a kind of which rows are to be avoided, not won."""
SEEN = Fraction(1, 200)
"""Points are written with two decimals: less than this is not worth a line."""
_TRIES = 8


@dataclass(frozen=True)
class Goal:
    """So many of the rows to come must be such, where `usual` are by themselves, and the criterion earns `points`:
    `gain` more than what is expected, for the whole unit. `chance` is how likely it comes so without doing anything.

    `fewer`: so many, at most. `room` is how many can be at all.
    """

    line: Line
    ahead: Ahead
    rows: int
    usual: int
    room: int
    points: Fraction
    branch: str
    changes: Mapping[str, Fraction]
    fewer: bool = False
    gain: Fraction = Fraction(0)

    @property
    def node(self) -> Node:
        return self.line.node

    @property
    def kind(self) -> str:
        return self.ahead.figure.key + (FEWER if self.fewer else "")

    @property
    def turns(self) -> bool:
        return self.ahead.may_turn

    @property
    def effort(self) -> int:
        """Rows more, or fewer, than come by themselves."""
        return max(0, self.usual - self.rows if self.fewer else self.rows - self.usual)

    @property
    def chance(self) -> float | None:
        return self.line.chance_of(self.points)


@dataclass(frozen=True)
class Deed:
    """A step of a criterion whose facts are declared (`scoring.nearest`)."""

    node: Node
    now: LeafResult
    step: Step
    gain: Fraction = Fraction(0)

    @property
    def changes(self) -> Mapping[str, Fact]:
        return self.step.changes

    @property
    def kind(self) -> str:
        return f"{self.node.id}:{self.step.key}"

    @property
    def effort(self) -> int:
        return int(self.step.added) if self.step.added else len(self.step.changes)


@dataclass(frozen=True)
class Reached:
    """A plan and what the engine makes of it: the total with every chosen change in place. `adds_up`: it is what the
    choices bring one by one; else criteria read each other, and another plan may be cheaper."""

    plan: Plan
    chosen: Sequence[Goal | Deed]
    total: Fraction
    adds_up: bool = True


@dataclass
class Advice:
    """All goals and deeds of an outlook, and the programme that chooses among them."""

    outlook: Outlook
    goals: list[Goal] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    @property
    def expected(self) -> Fraction:
        return self.outlook.end.score or Fraction(0)

    def of(self, line: Line) -> list[Goal]:
        """What would bring a criterion more than is expected, the nearest first: each better branch of the rule, and
        the most there is."""
        better = [goal for goal in self.goals if goal.line is line and goal.gain >= SEEN]
        better.sort(key=lambda goal: (goal.effort, goal.gain))
        branches = [line.end.branch, *(goal.branch for goal in better)]
        return [goal for n, goal in enumerate(better) if goal.branch != branches[n] or goal is better[-1]]

    def hold(self, line: Line) -> Goal | None:
        """The fewest rows with which a criterion that is about to fall keeps the branch that it has."""
        if line.alarm is None:
            return None
        same = [goal for goal in self.goals if goal.line is line and not goal.fewer and goal.branch == line.now.branch]
        return min(same, key=lambda goal: goal.rows, default=None)

    @cached_property
    def kinds(self) -> dict[str, Goal]:
        """The kinds of rows that a weight can be given to, each with a goal that needs them."""
        return {goal.kind: goal for goal in reversed(self.goals) if goal.gain > 0}

    def cheapest(self, target: Fraction, weights: Mapping[str, Fraction], deed: Fraction) -> Reached | None:
        """The cheapest way to a total; None where there is none. `weights`: effort of a row by kind (1 where it is not
        named), `deed`: of a thing to do in a declared criterion."""
        options, taken = self._options()
        kinds, pools = self._kinds(weights, deed)
        asked = target - self.expected
        for _try in range(_TRIES):
            plan = planning.cheapest(options, kinds, pools, asked)
            if plan is None:
                return None
            reached = self._reached(plan, taken)
            if reached.total >= target:
                return reached
            asked += target - reached.total  # criteria that read each other brought less together than each alone
        return None

    def most(self, weights: Mapping[str, Fraction], deed: Fraction) -> Reached | None:
        """The most that can be reached, at the least effort."""
        options, taken = self._options()
        plan = planning.most(options, *self._kinds(weights, deed))
        return self._reached(plan, taken) if plan is not None else None

    def _options(self) -> tuple[list[Option], dict[_Key, Goal | Deed]]:
        """What each criterion can do: what is expected, or one of its goals or deeds; and which option is which."""
        usual: dict[str, dict[str, int]] = {}
        for goal in self.goals:
            if not goal.fewer:
                usual.setdefault(goal.node.id, {})[goal.kind] = goal.usual
        taken: dict[_Key, Goal | Deed] = {}
        options = [Option(node, Fraction(0), usual.get(node, {})) for node in dict.fromkeys(self._criteria())]
        for goal in self.goals:
            rows = goal.effort if goal.fewer else goal.rows
            option = Option(goal.node.id, goal.gain, {**usual.get(goal.node.id, {}), goal.kind: rows})
            options.append(option)
            taken[_key(option)] = goal
        for deed in self.deeds:
            option = Option(deed.node.id, deed.gain, {deed.kind: deed.effort})
            options.append(option)
            taken[_key(option)] = deed
        return options, taken

    def _criteria(self) -> Iterator[str]:
        yield from (goal.node.id for goal in self.goals)
        yield from (deed.node.id for deed in self.deeds)

    def _kinds(self, weights: Mapping[str, Fraction], deed: Fraction) -> tuple[dict[str, Kind], dict[str, int]]:
        pool_of = _pools({goal.ahead.figure.key: goal.ahead.figure for goal in self.goals if not goal.fewer})
        kinds: dict[str, Kind] = {}
        rooms: dict[str, int] = {}
        for goal in self.goals:
            pool = "" if goal.fewer or goal.turns else pool_of.get(goal.kind, "")
            usual = 0 if goal.fewer else goal.usual
            kinds[goal.kind] = Kind(usual, weights.get(goal.kind, Fraction(1)), pool)
            if pool:
                rooms[pool] = max(rooms.get(pool, 0), goal.room)
        for each in self.deeds:
            kinds[each.kind] = Kind(0, deed)
        for pool in rooms:
            rooms[pool] = max(rooms[pool], sum(kind.usual for kind in kinds.values() if kind.pool == pool))
        return kinds, rooms

    def _reached(self, plan: Plan, taken: Mapping[_Key, Goal | Deed]) -> Reached:
        chosen = [taken[_key(option)] for option in plan.options if _key(option) in taken]
        facts = with_facts(self.outlook.facts, {each.node.id: each.changes for each in chosen})
        result = engine.score(self.outlook.indicator_set, facts)
        total = result.score or Fraction(0)
        wanted = [each for each in chosen if each.gain > 0]
        return Reached(plan, wanted, total, total == self.expected + plan.gain)


_Key = tuple[str, Fraction, tuple]


def _key(option: Option) -> _Key:
    return option.criterion, option.gain, tuple(sorted(option.needs.items()))


def advice(found: Outlook) -> Advice:
    """What can be done, each with what it brings to the unit's total. No queries."""
    goals = [goal for line in found.lines for goal in _goals(found, line)]
    deeds = list(_deeds(found))
    changes = [(goal.node.id, goal.changes) for goal in goals]
    changes += [(deed.node.id, deed.changes) for deed in deeds]
    gains = _gains(found, changes)
    made = [replace(goal, gain=gain) for goal, gain in zip(goals, gains, strict=False)]
    done = [replace(deed, gain=gain) for deed, gain in zip(deeds, gains[len(goals) :], strict=True)]
    return Advice(found, made, [deed for deed in done if deed.gain > 0])


def _gains(found: Outlook, changes: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Fraction]:
    """What each change alone brings to the total: all scored at once."""
    if not changes or found.end.score is None:
        return [Fraction(0)] * len(changes)
    base = single_columns(found.indicator_set, found.facts)
    columns: dict[tuple[str, str], list[Any]] = {}
    for place, (criterion, own) in enumerate(changes):
        for key, value in own.items():
            column = columns.setdefault((criterion, key), [base.get((criterion, key))] * len(changes))
            column[place] = value
    table = prepare(found.indicator_set, {**base, **columns}, found.end.group)
    result = score_many(found.indicator_set, table, closed=False)
    return [(result.score(place) or Fraction(0)) - found.end.score for place in range(len(changes))]


def _goals(found: Outlook, line: Line) -> Iterator[Goal]:
    if line.node.kind or line.end.state != "scored" or not line.is_known:
        return
    for ahead in line.inputs:
        whole = line.by_key.get(ahead.spec.part_of)
        if whole is None:
            continue
        there = min(ahead.so_far, ahead.expected)  # what stands now may be known to end
        room = whole.expected - there
        if not ahead.may_turn:
            room = min(room, whole.to_come)
        yield from _goals_of(found, line, ahead, there, min(ahead.to_come, room), room)


def _goals_of(found: Outlook, line: Line, ahead: Ahead, there: int, usual: int, room: int) -> Iterator[Goal]:
    def changes(rows: int) -> dict[str, Fraction]:
        made = {ahead.key: Fraction(there + rows)}
        for whole in _up(line, ahead):
            made[whole.key] = max(Fraction(whole.expected), made[ahead.key])
        return made

    def score(rows: int) -> Scored:
        result = found.score(line.node, {**found.facts.values[line.node.id], **changes(rows)})
        return (result.score, result.branch) if result.state == "scored" and result.score is not None else None

    def goals(looked: Iterable[Place], rows: Callable[[int], int], fewer: bool) -> Iterator[Goal]:
        for place in looked:
            n = rows(place.rows)
            yield Goal(line, ahead, n, usual, room, place.points, place.branch, changes(n), fewer)

    if room > 0:
        yield from goals(places(score, 0, room), lambda n: n, False)
    if usual > 0:
        fewer = places(lambda avoided: score(usual - avoided), 0, usual)
        yield from goals(fewer[1:], lambda avoided: usual - avoided, True)


def _up(line: Line, ahead: Ahead) -> Iterator[Ahead]:
    seen = {ahead.key}
    while (whole := line.by_key.get(ahead.spec.part_of)) is not None and whole.key not in seen:
        seen.add(whole.key)
        yield whole
        ahead = whole


def _deeds(found: Outlook) -> Iterator[Deed]:
    """The next steps of criteria of which nothing is counted."""
    counted = {line.node.id for line in found.lines}
    for leaf in found.indicator_set.leaves:
        now = found.end.nodes[leaf.id]
        if leaf.id in counted or leaf.kind or leaf.is_relative or not isinstance(now, LeafResult):
            continue
        if found.indicator_set.stream_of(leaf) == "survey":
            continue
        env = LeafFacts(found.indicator_set, leaf, now.inputs, found.end.group, found.end.nodes)
        yield from (Deed(leaf, now, step) for step in next_steps(env, now))


def _pools(kinds: Mapping[str, Figure]) -> dict[str, str]:
    """Figures of which a row can be in one alone, by the pool they share: those that ask one field of the same rows for
    different values, as the channel."""
    fields: dict[str, str] = {}
    for key, one in kinds.items():
        asked = one.count.holds(timezone.now()) if isinstance(one.of, Rows) and not one.parts else Q()
        child = asked.children[0] if len(asked.children) == 1 and not asked.negated else None
        if isinstance(child, tuple) and "__" not in child[0]:
            fields[key] = f"{one.of.key}/{child[0]}/{one.among.key if one.among else ''}"
    shared = Counter(fields.values())
    return {key: pool for key, pool in fields.items() if shared[pool] > 1}
