"""The indicator set: parts, criteria, sub-criteria to any depth, and the rule of each leaf.

docs/indicator-sets.md explains every field to the people who write sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from minhbach.records.source import SLUG, TEXT, TITLE, Source
from minhbach.records.structure import (
    FAILED,
    Anything,
    Bilingual,
    Choice,
    Exact,
    Flag,
    ListOf,
    MapOf,
    PlainText,
    Record,
    Share,
    Weight,
    Whole,
    has,
)
from minhbach.records.texts import Text
from minhbach.scoring.expressions import Expression
from minhbach.scoring.formula import Formula
from minhbach.scoring.rules import Relative, Rule, RuleKind, Unstated

POINTS, EXPRESSION = Exact(), Formula()
KEY = PlainText(
    r"[a-z][a-z0-9_]*",
    Text("khóa (chữ thường không dấu, số, gạch dưới)", "a key (lower-case letters, digits, underscores)"),
)
CODE = PlainText(
    r"[\w][\w.\-/ ]{0,39}",
    Text(
        "mã tiêu chí (chữ, số, dấu chấm; nhiều nhất 40 ký tự)", "a criterion code (letters, digits, points; at most 40)"
    ),
)
INPUT_TYPES = ("bool", "count", "number", "rate", "grade", "date", "survey", "external")
ROUNDING_MODES = ("half_up", "half_down", "half_even", "down")
STATES = (
    "scored",
    "by_hand",
    "not_applicable",
    "monitored",
    "missing",
    "unstated",
    "undefined",
    "error",
    "pending",
)


@dataclass(frozen=True)
class Parameter:
    """A figure that may differ per unit group."""

    title: Text = has(TITLE)
    value: Weight | None = has(Share(), "for groups not named in `groups`", default=None)
    groups: Mapping[str, Weight] = has(MapOf(Share()), default={})
    source: Source | None = has(Record(lambda: Source), default=None)

    def of(self, group: str) -> Weight | None:
        return self.groups.get(group, self.value)


@dataclass(frozen=True)
class Alternative:
    """Another way to read what a decision leaves open; `measures` lets readers see what it would give."""

    code: str = has(SLUG)
    text: Text = has(TITLE)
    measures: Mapping[str, str] = has(
        MapOf(KEY, KEY), "the measure that would supply an input, by the measure that does or by the input", default={}
    )


@dataclass(frozen=True)
class ChoiceMade:
    """What the decision leaves open and this set had to choose."""

    question: Text = has(TITLE)
    chosen: Text = has(TITLE)
    alternatives: tuple[Alternative, ...] = has(ListOf(Record(lambda: Alternative)))
    criteria: tuple[str, ...] = has(ListOf(CODE), "criteria it concerns", default=())
    source: Source | None = has(Record(lambda: Source), default=None)


@dataclass(frozen=True)
class Precision:
    places: int = has(Whole(0, 30), "decimal places")
    mode: str = has(Choice(*ROUNDING_MODES), default="half_up")


@dataclass(frozen=True)
class Rounding:
    points: Precision = has(Record(lambda: Precision), "of each criterion", default=Precision(10))
    groups: Precision | None = has(
        Record(lambda: Precision), "of what has criteria below it; none: exact", default=None
    )
    total: Precision = has(Record(lambda: Precision), "of what is published", default=Precision(2))


@dataclass(frozen=True)
class Combine:
    how: str = has(Choice("sum", "weighted_sum", "mean", "weighted_mean"), default="sum")
    times: Fraction = has(POINTS, default=Fraction(1))


@dataclass(frozen=True)
class Step:
    code: str = has(TEXT)
    title: Text = has(TITLE)
    from_: Weight = has(Share(), "lowest value of the band", key="from")
    share_limit: Weight | None = has(
        Share(), "largest share of the units that reached this step or the next", default=None
    )


@dataclass(frozen=True)
class Bands:
    steps: tuple[Step, ...] = has(ListOf(Record(lambda: Step)), "from the best")
    groups: tuple[str, ...] = has(ListOf(TEXT), "unit groups; none: all", default=())
    by: str = has(Choice("percent", "points", "quantile"), default="percent")


@dataclass(frozen=True)
class Ranking:
    by: str = has(Choice("percent", "points"), default="percent")
    on: str = has(Choice("unrounded", "rounded"), default="unrounded")
    ties: str = has(Choice("standard", "dense", "ordinal"), "1,1,3 · 1,1,2 · 1,2,3", default="standard")
    unranked: tuple[str, ...] = has(ListOf(TEXT), "codes of units scored but not ranked", default=())


@dataclass(frozen=True)
class Option:
    """An option of a grade or of a survey question; `weight` is the survey share of the points."""

    title: Text
    weight: Fraction = Fraction(0)


class OptionKind(Bilingual):
    """`{vi: …, en: …}`, with `weight: 60%` for a survey."""

    def read(self, raw, path, problems):  # type: ignore[no-untyped-def]
        weight = Fraction(0)
        if isinstance(raw, dict) and "weight" in raw:
            read = Share().read(raw["weight"], (*path, "weight"), problems)
            if read is FAILED:
                return FAILED
            weight = read.value
            raw = {k: v for k, v in raw.items() if k != "weight"} or {"vi": str(path[-1])}
        title = super().read(raw, path, problems)
        return FAILED if title is FAILED else Option(title, weight)

    def write(self, value):  # type: ignore[no-untyped-def]
        title = super().write(value.title)
        if not value.weight:
            return title
        titles = title if isinstance(title, dict) else {"vi": title}
        return {"weight": str(Weight(value.weight, True)), **titles}

    def schema(self, definitions):  # type: ignore[no-untyped-def]
        share = Share().schema(definitions)
        text = {"type": "string"}
        return {
            "oneOf": [
                text,
                {
                    "type": "object",
                    "properties": {"vi": text, "en": text, "weight": share},
                    "additionalProperties": False,
                },
            ]
        }


@dataclass(frozen=True)
class Input:
    """One fact a criterion needs."""

    type: str = has(Choice(*INPUT_TYPES))
    title: Text = has(TITLE)
    unit: Text = has(TITLE, "what is counted: dossiers, documents", default=Text(""))
    part_of: str = has(KEY, "an input it cannot exceed", default="")
    options: Mapping[str, Option] = has(MapOf(OptionKind()), "of a grade or survey", default={})
    previous: bool = has(Flag(), "last year's value is asked for too", default=False)
    obtained: str = has(Choice("declared", "measured", "survey", "external"), default="declared")
    measure: str = has(KEY, "the measure that supplies it", default="")
    at_most: Weight | None = has(Share(), "largest sensible value", default=None)
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class Constraint:
    """A condition the facts must meet, with what to say when they do not."""

    must: Expression = has(EXPRESSION)
    says: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class NotApplicable:
    when: Expression = has(EXPRESSION)
    outcome: str = has(Choice("full_points", "drop", "zero"))
    note: Text = has(TITLE, default=Text(""))
    source: Source | None = has(Record(lambda: Source), default=None)


@dataclass(frozen=True)
class Example:
    """Worked by hand from the decision: these facts give these points, or this state."""

    given: Mapping[str, object] = has(MapOf(Anything()), default={})
    points: Fraction | None = has(POINTS, default=None)
    state: str = has(Choice(*STATES), default="")
    group: str = has(TEXT, default="")
    ref: Mapping[str, object] = has(MapOf(Anything()), "values of other criteria", default={})
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class Node:
    """A part, criterion or sub-criterion: a group when it has `criteria`, else a leaf."""

    title: Text = has(TITLE)
    code: str = has(CODE, default="")
    id_: str = has(CODE, "identifies a criterion printed without a code", default="", key="id")
    kind: str = has(Choice("bonus", "penalty"), "of an adjustment", default="")
    maximum: Fraction | None = has(POINTS, default=None)
    minimum: Fraction = has(POINTS, default=Fraction(0))
    weight: Weight | None = has(Share(), default=None)
    responsible: tuple[str, ...] = has(ListOf(TEXT), default=())
    appraised_by: str = has(TEXT, default="")
    stream: str = has(Choice("self", "survey"), default="")
    evidence: str = has(Choice("required", "optional", "none"), default="optional")
    combine: Combine = has(Record(lambda: Combine), default=Combine())
    may_be_absent: bool = has(Flag(), default=False)
    inputs: Mapping[str, Input] = has(MapOf(Record(lambda: Input), KEY), default={})
    constraints: tuple[Constraint, ...] = has(ListOf(Record(lambda: Constraint)), default=())
    value: Expression | None = has(EXPRESSION, default=None)
    target: Expression | None = has(EXPRESSION, default=None)
    rule: Rule | None = has(RuleKind(), default=None)
    clamp: bool = has(Flag(), default=False)
    not_applicable: tuple[NotApplicable, ...] = has(ListOf(Record(lambda: NotApplicable), single=True), default=())
    examples: tuple[Example, ...] = has(ListOf(Record(lambda: Example)), default=())
    left_open: Text = has(TITLE, "what the decision leaves open here", default=Text(""))
    source: Source | None = has(Record(lambda: Source), default=None)
    note: Text = has(TITLE, default=Text(""))
    criteria: tuple[Node, ...] = has(ListOf(Record(lambda: Node)), default=())

    @property
    def id(self) -> str:
        """What facts and references call this node; unique in the set."""
        return self.id_ or self.code

    @property
    def is_leaf(self) -> bool:
        return not self.criteria

    @property
    def is_monitored(self) -> bool:
        """Followed and shown, without points."""
        return self.is_leaf and self.rule is None

    @property
    def is_unstated(self) -> bool:
        return isinstance(self.rule, Unstated)

    @cached_property
    def is_relative(self) -> bool:
        return self.rule is not None and any(isinstance(r, Relative) for r in self.rule.walk())

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.criteria:
            yield from child.walk()

    def fact_keys(self) -> Iterator[tuple[str, str, Input | None]]:
        """Every fact this node takes: (name in a facts file, type, input). See `facts.py`."""
        if self.is_unstated:
            yield "points", "points", None
            if self.maximum is None:
                yield "maximum", "points", None
        for key, spec in self.inputs.items():
            if spec.type == "survey":
                for option in spec.options:
                    yield f"{key}.{option}", "count", spec
            else:
                yield key, spec.type, spec
            if spec.previous and spec.type != "survey":
                yield f"{key}@previous", spec.type, spec


@dataclass(frozen=True)
class IndicatorSet:
    """A whole set. `nodes` finds any node by its id."""

    format: int = has(Whole(), "1")
    code: str = has(SLUG)
    title: Text = has(TITLE)
    source: Source = has(Record(lambda: Source))
    criteria: tuple[Node, ...] = has(ListOf(Record(lambda: Node)))
    version: str = has(TEXT, default="1")
    year: int | None = has(Whole(1900, 2999), default=None)
    extent: str = has(Choice("whole", "part"), default="whole")
    constructed: bool = has(Flag(), default=False)
    applies_to: tuple[str, ...] = has(ListOf(TEXT), default=())
    groups: Mapping[str, Text] = has(MapOf(TITLE), default={})
    responsibles: Mapping[str, Text] = has(MapOf(TITLE), default={})
    appraisers: Mapping[str, Text] = has(MapOf(TITLE), "bodies named in appraised_by", default={})
    parameters: Mapping[str, Parameter] = has(MapOf(Record(lambda: Parameter), KEY), default={})
    choices: Mapping[str, ChoiceMade] = has(MapOf(Record(lambda: ChoiceMade), SLUG), default={})
    maximum: Fraction | None = has(POINTS, default=None)
    combine: Combine = has(Record(lambda: Combine), default=Combine())
    rounding: Rounding = has(Record(lambda: Rounding), default=Rounding())
    bands: tuple[Bands, ...] = has(ListOf(Record(lambda: Bands)), default=())
    ranking: Ranking = has(Record(lambda: Ranking), default=Ranking())
    adjustments: tuple[Node, ...] = has(ListOf(Record(lambda: Node)), default=())
    note: Text = has(TITLE, default=Text(""))

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node by id, adjustments last."""
        return {node.id: node for top in (*self.criteria, *self.adjustments) for node in top.walk()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.is_leaf)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The id of each node's parent; absent for a top node."""
        return {c.id: node.id for node in self.nodes.values() for c in node.criteria}

    def inherited(self, node: Node, field: str, empty: object = "") -> object:
        """The node's own value of `responsible`, `appraised_by` or `stream`, or the nearest ancestor's."""
        current: str | None = node.id
        while current is not None:
            value = getattr(self.nodes[current], field)
            if value:
                return value
            current = self.parents.get(current)
        return empty

    def stream_of(self, node: Node) -> str:
        return str(self.inherited(node, "stream", "self"))

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """Leaves so that each comes after those its `ref` and `points` read. Cycles are left in place."""
        from minhbach.scoring.references import in_order

        return in_order(self)

    @cached_property
    def value_kinds(self) -> dict[str, str]:
        """The kind of the `value` of every leaf that has one, by id."""
        from minhbach.scoring.vocabulary import value_kinds

        return value_kinds(self)
