"""The cheapest set of improvements that reaches a target: an exact choice by a solver (HiGHS, in scipy).

One option of each criterion is taken. An option needs rows of kinds; a row of a kind may serve several criteria, so
each kind must have the most that any of the options taken needs. Kinds of one pool exclude each other: a dossier comes
by one channel, so all of them together are at most the rows that the pool has. Effort is what exceeds the usual of a
kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

_UNSEEN = 1e-6
"""The solver may miss a bound by so much; what it finds is looked at again in exact figures."""


@dataclass(frozen=True)
class Kind:
    """Rows of one kind. `usual` come by themselves; each beyond them costs `weight`. `pool` names those of which it
    takes its rows, empty where it shares them with nobody."""

    usual: int = 0
    weight: Fraction = Fraction(1)
    pool: str = ""


@dataclass(frozen=True)
class Option:
    """What a criterion can bring: points more or less than what is expected, for so many rows of some kinds."""

    criterion: str
    gain: Fraction
    needs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The options taken, their points together, the rows needed of each kind, and the effort of them."""

    options: tuple[Option, ...]
    gain: Fraction
    rows: Mapping[str, int]
    effort: Fraction


def cheapest(
    options: Sequence[Option], kinds: Mapping[str, Kind], pools: Mapping[str, int], target: Fraction
) -> Plan | None:
    """The plan of least effort that gains the target, of several the one that gains the most; None when no plan does.
    What a criterion brings without doing anything is an option too, and must be given."""
    return _Choice(options, kinds, pools).cheapest(target)


def most(options: Sequence[Option], kinds: Mapping[str, Kind], pools: Mapping[str, int]) -> Plan | None:
    """The cheapest of the plans that gain the most; None when the pools are too small for any."""
    choice = _Choice(options, kinds, pools)
    found = choice.best()
    return choice.cheapest(found) if found is not None else None


def plan_of(taken: Sequence[Option], kinds: Mapping[str, Kind]) -> Plan:
    """What these options, one of each criterion, need and bring together."""
    rows: dict[str, int] = {}
    for option in taken:
        for kind, needed in option.needs.items():
            rows[kind] = max(rows.get(kind, 0), needed)
    effort = sum((kinds[k].weight * max(0, n - kinds[k].usual) for k, n in rows.items()), Fraction(0))
    return Plan(tuple(taken), sum((option.gain for option in taken), Fraction(0)), rows, effort)


class _Choice:
    """Columns of the programme: one per option (taken or not), then per kind its rows and its rows beyond the usual."""

    def __init__(self, options: Sequence[Option], kinds: Mapping[str, Kind], pools: Mapping[str, int]):
        import numpy as np

        self.np = np
        self.options, self.kinds = list(options), dict(kinds)
        self.rows = {kind: len(self.options) + place for place, kind in enumerate(self.kinds)}
        self.beyond = {kind: place + len(self.kinds) for kind, place in self.rows.items()}
        self.width = len(self.options) + 2 * len(self.kinds)
        self.lines: list[tuple[dict[int, float], float, float]] = []
        self._one_of_each()
        self._enough_rows()
        for pool, size in pools.items():
            members = [place for kind, place in self.rows.items() if self.kinds[kind].pool == pool]
            if members:
                self.lines.append((dict.fromkeys(members, 1.0), -np.inf, float(size)))

    def _one_of_each(self) -> None:
        of: dict[str, dict[int, float]] = {}
        for place, option in enumerate(self.options):
            of.setdefault(option.criterion, {})[place] = 1.0
        self.lines += [(places, 1.0, 1.0) for places in of.values()]

    def _enough_rows(self) -> None:
        for kind, place in self.rows.items():
            needed: dict[str, dict[int, float]] = {}
            for n, option in enumerate(self.options):
                if option.needs.get(kind):
                    needed.setdefault(option.criterion, {})[n] = -float(option.needs[kind])
            self.lines += [({place: 1.0, **by}, 0.0, self.np.inf) for by in needed.values()]
            usual = float(self.kinds[kind].usual)
            self.lines.append(({self.beyond[kind]: 1.0, place: -1.0}, -usual, self.np.inf))

    def cheapest(self, target: Fraction) -> Plan | None:
        gains = {place: float(option.gain) for place, option in enumerate(self.options) if option.gain}
        cost = {place: float(self.kinds[kind].weight) for kind, place in self.beyond.items()}
        lines = [*self.lines, (gains, float(target) - _UNSEEN, self.np.inf)]
        while (taken := self._solve(cost, lines)) is not None:
            plan = plan_of([self.options[place] for place in taken], self.kinds)
            if plan.gain >= target:
                return self._fullest(plan, cost, gains, lines)
            # It misses the target by less than the solver sees.
            lines.append((dict.fromkeys(taken, 1.0), -self.np.inf, len(taken) - 1.0))
        return None

    def _fullest(self, plan: Plan, cost: dict[int, float], gains: dict[int, float], lines: list) -> Plan:
        """Of the plans of no more effort the one that gains the most."""
        no_dearer = [*lines, (cost, -self.np.inf, float(plan.effort) + _UNSEEN)]
        taken = self._solve({place: -gain for place, gain in gains.items()}, no_dearer)
        other = plan_of([self.options[place] for place in taken], self.kinds) if taken is not None else plan
        return other if other.effort <= plan.effort and other.gain > plan.gain else plan

    def best(self) -> Fraction | None:
        """The most that can be gained."""
        taken = self._solve({place: -float(option.gain) for place, option in enumerate(self.options)}, self.lines)
        return sum((self.options[place].gain for place in taken), Fraction(0)) if taken is not None else None

    def _solve(
        self, cost: Mapping[int, float], lines: Sequence[tuple[dict[int, float], float, float]]
    ) -> list[int] | None:
        # A solver is loaded by who asks for a plan, not by every process.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import lil_array

        costs = self.np.zeros(self.width)
        for place, value in cost.items():
            costs[place] = value
        matrix = lil_array((len(lines), self.width))
        for n, (entries, _low, _high) in enumerate(lines):
            for place, value in entries.items():
                matrix[n, place] = value
        low, high = ([line[side] for line in lines] for side in (1, 2))
        upper = self.np.full(self.width, self.np.inf)
        upper[: len(self.options)] = 1
        found = milp(
            costs,
            integrality=self.np.ones(self.width),
            bounds=Bounds(0, upper),
            constraints=LinearConstraint(matrix.tocsr(), low, high),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        return [place for place in range(len(self.options)) if found.x[place] > 0.5]
