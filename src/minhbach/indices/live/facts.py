"""The facts with which units are scored live: measured where a figure supplies them, else as they were declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from minhbach.indices import events
from minhbach.indices.figures import facts_of, set_of
from minhbach.indices.models import Entry, Score
from minhbach.measures import figures
from minhbach.measures.figures import FIGURES, Figure
from minhbach.measures.keeping import kept
from minhbach.org.models import Event
from minhbach.scoring.facts import Fact, UnitFacts
from minhbach.scoring.model import IndicatorSet, Node

PREVIOUS = "@previous"
COUNTED = ("count", "number")
"""Types of input that a count can be."""
_STAGES = (str(Score.Stage.SELF), str(Score.Stage.SURVEY))

Typed = Mapping[str, str]


@dataclass
class LiveFacts:
    """What a unit is scored with. `measured` and `typed` say by criterion and input what was counted and what was
    declared; the facts hold the measured value where there are both."""

    facts: UnitFacts
    measured: dict[str, dict[str, int]] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    declared: UnitFacts = field(default_factory=UnitFacts)
    """What was declared alone: the facts of the self-score."""
    not_held: set[str] = field(default_factory=set)
    """Criteria of blocks that the unit does not hold."""

    def source(self, node: Node, stream: str, state: str) -> str:
        """Where the facts of a criterion come from: measured, mixed, survey, declared, not_held; or missing, where they
        are not enough for a result in more than this state."""
        if node.id in self.not_held:
            return "not_held"
        if state == "missing":
            return "missing"
        measured = self.measured.get(node.id, {})
        known = set(self.facts.values.get(node.id, {}))
        if measured:
            return "measured" if known <= measured.keys() else "mixed"
        if not known and node.id not in self.facts.given:
            return "missing"
        return "survey" if stream == "survey" else "declared"


def suppliers(node: Node) -> dict[str, Figure]:
    """The figures that supply inputs of a criterion, by the key of the input; of the year before, too."""
    found = {}
    for key, type_, spec in node.fact_keys():
        if spec is not None and spec.obtained == "measured" and type_ in COUNTED and spec.measure in FIGURES:
            found[key] = FIGURES[spec.measure]
    return found


def counted(
    entries: Sequence[Entry], names: Iterable[str], *, at: datetime | None = None, before: bool = False
) -> dict[int, dict[str, int]]:
    """Figures of the units of one round over the days that count, by entry; those alone whose rows are kept here.

    `before`: over the same days a year earlier. `at`: as they were then.
    """
    names = list(names)
    if not entries or not names:
        return {entry.pk: {} for entry in entries}
    round_ = entries[0].round
    units = figures.counted_for([entry.unit for entry in entries])
    values = figures.values(names, units, *(round_.period_before if before else round_.period), at=at)
    here = kept(names, units)
    return {
        entry.pk: {name: n for name, n in values[entry.unit_id].items() if name in here[entry.unit_id]}
        for entry in entries
    }


def measured_now(entry: Entry, node: Node) -> dict[str, int]:
    """What is measured now of one criterion, by input; nothing where nothing of it is."""
    found = suppliers(node)
    if not found:
        return {}
    now = counted([entry], {one.key for key, one in found.items() if not key.endswith(PREVIOUS)})
    then = counted([entry], {one.key for key, one in found.items() if key.endswith(PREVIOUS)}, before=True)
    return _of(found, now[entry.pk], then[entry.pk])


def live_facts(entries: Sequence[Entry], *, at: datetime | None = None) -> dict[int, LiveFacts]:
    """The facts of entries of one round, by entry; `at`: as both work and declarations were at a past moment.

    The number of queries does not depend on that of the entries.
    """
    by_set = {entry.set_version_id: set_of(entry.set_version) for entry in entries}
    wanted = {
        pk: {leaf.id: found for leaf in indicator_set.leaves if (found := suppliers(leaf))}
        for pk, indicator_set in by_set.items()
    }
    inputs = [(key, one.key) for leaves in wanted.values() for found in leaves.values() for key, one in found.items()]
    now = counted(entries, {name for key, name in inputs if not key.endswith(PREVIOUS)}, at=at)
    then = counted(entries, {name for key, name in inputs if key.endswith(PREVIOUS)}, at=at, before=True)
    declared = _declared(entries, at)
    made = {}
    for entry in entries:
        measured = {
            criterion: values
            for criterion, found in wanted[entry.set_version_id].items()
            if (values := _of(found, now[entry.pk], then[entry.pk]))
        }
        made[entry.pk] = _made(entry, by_set[entry.set_version_id], measured, declared.get(entry.pk, {}))
    return made


def _of(found: Mapping[str, Figure], now: Mapping[str, int], then: Mapping[str, int]) -> dict[str, int]:
    values = {}
    for key, one in found.items():
        counts = then if key.endswith(PREVIOUS) else now
        if one.key in counts:
            values[key] = counts[one.key]
    return values


@dataclass(frozen=True)
class _Declared:
    inputs: Typed
    given: Decimal | None


@dataclass(frozen=True)
class _Said:
    """What was typed for a criterion of a set; to be read once, for a board reads thousands again and again."""

    digest: str
    criterion: str
    inputs: tuple[tuple[str, str], ...]
    node: Node = field(compare=False)


@lru_cache(maxsize=50_000)
def _facts(said: _Said) -> Mapping[str, Fact]:
    return facts_of(said.node, dict(said.inputs)).values.get(said.criterion, {})


def _made(
    entry: Entry, indicator_set: IndicatorSet, measured: dict[str, dict[str, int]], rows: Mapping[str, _Declared]
) -> LiveFacts:
    absent = {block for block in entry.absent if block in indicator_set.nodes}
    own, live = (UnitFacts(entry.unit.code, entry.group, absent=set(absent)) for _ in range(2))
    typed: dict[str, Typed] = {}
    for criterion, row in rows.items():
        node = indicator_set.nodes.get(criterion)
        if node is None or not node.is_leaf:
            continue
        typed[criterion] = row.inputs
        if facts := _facts(_Said(entry.set_version.digest, criterion, tuple(sorted(row.inputs.items())), node)):
            own.values[criterion], live.values[criterion] = dict(facts), dict(facts)
        if row.given is not None:
            own.given[criterion] = Fraction(row.given)
            if criterion not in measured:  # points given for other figures than those that count now
                live.given[criterion] = Fraction(row.given)
    for criterion, counts in measured.items():
        live.values.setdefault(criterion, {}).update({key: Fraction(n) for key, n in counts.items()})
    not_held = {leaf.id for block in absent for leaf in indicator_set.nodes[block].walk()}
    return LiveFacts(live, measured, typed, own, not_held)


def _declared(entries: Sequence[Entry], at: datetime | None) -> dict[int, dict[str, _Declared]]:
    """What self-scores and surveys say, by entry and criterion; at a past moment as the trail has it. One query."""
    found: dict[int, dict[str, _Declared]] = {}
    if at is None:
        rows = Score.objects.filter(entry__in=[entry.pk for entry in entries], stage__in=_STAGES).order_by()
        for entry, criterion, inputs, given in rows.values_list("entry", "criterion", "inputs", "given_points"):
            found.setdefault(entry, {})[criterion] = _Declared(inputs, given)
        return found
    chains = {entry.chain: entry.pk for entry in entries}
    said = Event.objects.filter(chain__name__in=chains, verb=events.SCORED, at__lte=at, data__stage__in=_STAGES)
    for chain, data in said.order_by("chain", "seq").values_list("chain__name", "data"):
        given = Decimal(data["points"]) if data.get("reason") and data.get("points") else None
        found.setdefault(chains[chain], {})[data["criterion"]] = _Declared(data["inputs"], given)
    return found
