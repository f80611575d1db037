"""A set as people read it: every rule in words, what was chosen, what is left open, worked examples computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from minhbach.indices import figures, set_words
from minhbach.indices.models import SetVersion
from minhbach.records.problems import BadInput
from minhbach.records.texts import Text
from minhbach.scoring import totals
from minhbach.scoring.catalogue import set_files
from minhbach.scoring.checking_examples import run_example
from minhbach.scoring.explain import source_text
from minhbach.scoring.facts import FactError, read_fact
from minhbach.scoring.model import Example, IndicatorSet, Node
from minhbach.scoring.results import LeafResult
from minhbach.scoring.set_files import from_file
from minhbach.scoring.wording import fact_in_words, in_words, rule_lines, value_name


@dataclass(frozen=True)
class Line:
    """A line of a rule; `depth` is how far it stands inside another."""

    text: str
    depth: int


@dataclass(frozen=True)
class Asked:
    """A figure that a criterion asks for."""

    title: str
    type: str
    obtained: str
    unit: str = ""
    part_of: str = ""
    note: str = ""
    options: tuple[str, ...] = ()
    previous: bool = False


@dataclass(frozen=True)
class Worked:
    """A worked example with what the rule gives for it."""

    given: tuple[str, ...]
    expected: Fraction | None
    expected_state: str
    got: Fraction | None
    got_state: str
    holds: bool
    note: str = ""
    says: str = ""


@dataclass(frozen=True)
class Row:
    """A node of the tree, in one language."""

    node: Node
    title: str
    depth: int
    maximum: Fraction | None
    lines: tuple[Line, ...] = ()
    value: str = ""
    not_applicable: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    examples: tuple[Worked, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    left_open: str = ""
    children: tuple[Row, ...] = field(default=())

    @property
    def level(self) -> int:
        """Of its heading on the page."""
        return min(self.depth + 2, 6)

    @property
    def anchor(self) -> str:
        return f"c-{self.node.id}".replace(" ", "_")

    def walk(self) -> Iterator[Row]:
        yield self
        for child in self.children:
            yield from child.walk()


@lru_cache(maxsize=64)
def catalogue_set(code: str) -> IndicatorSet | None:
    """A set of the catalogue, read once per process: its files come with the product and do not change."""
    path = set_files().get(code)
    return from_file(path)[0] if path else None


def content(version: SetVersion) -> IndicatorSet | None:
    """The set, or None for a draft that cannot be read any more (a later product reads more strictly)."""
    try:
        return figures.set_of(version)
    except BadInput:
        return None


def tree(indicator_set: IndicatorSet, lang: str) -> list[Row]:
    """The whole tree, adjustments last."""
    return [row_of(indicator_set, node, lang, 0) for node in (*indicator_set.criteria, *indicator_set.adjustments)]


def maximum_of(indicator_set: IndicatorSet) -> Fraction | None:
    """The full mark, or None where criteria have no stated maximum."""
    if indicator_set.maximum is not None:
        return indicator_set.maximum
    from minhbach.scoring.engine import score
    from minhbach.scoring.facts import UnitFacts

    return score(indicator_set, UnitFacts()).maximum


def row_of(indicator_set: IndicatorSet, node: Node, lang: str, depth: int = 0, *, below: bool = True) -> Row:
    """One node in words."""
    children = tuple(row_of(indicator_set, child, lang, depth + 1) for child in node.criteria) if below else ()
    maximum = node.maximum
    if maximum is None and not node.is_leaf:
        maximum = totals.maximum_of(node)
    if not node.is_leaf:
        return Row(
            node, node.title.in_(lang), depth, maximum, facts=_facts(indicator_set, node, lang), children=children
        )
    value = ""
    if node.value is not None:
        value = f"{value_name(node).in_(lang)} = {in_words(node.value, node, lang, indicator_set.parameters)}"
    return Row(
        node,
        node.title.in_(lang),
        depth,
        maximum,
        tuple(_line(text) for text in rule_lines(node.rule, node, lang, indicator_set.parameters)),
        value[:1].upper() + value[1:],
        tuple(_not_applicable(indicator_set, node, lang)),
        tuple(_asked(node, lang)),
        tuple(worked(indicator_set, node, example, lang) for example in node.examples),
        _facts(indicator_set, node, lang),
        node.left_open.in_(lang),
    )


def _line(text: str) -> Line:
    bare = text.lstrip(" ")
    return Line(bare[:1].upper() + bare[1:], (len(text) - len(bare)) // 2)


def _not_applicable(indicator_set: IndicatorSet, node: Node, lang: str) -> Iterator[str]:
    for case in node.not_applicable:
        note = f" ({case.note.in_(lang).rstrip('.')})" if case.note else ""
        when = in_words(case.when, node, lang, indicator_set.parameters)
        yield f"{when}: {set_words.OUTCOMES[case.outcome]}{note}"


def _asked(node: Node, lang: str) -> Iterator[Asked]:
    for spec in node.inputs.values():
        outer = node.inputs.get(spec.part_of)
        yield Asked(
            spec.title.in_(lang),
            str(set_words.INPUT_TYPES[spec.type]),
            str(set_words.OBTAINED[spec.obtained]),
            spec.unit.in_(lang),
            outer.title.in_(lang) if outer else "",
            spec.note.in_(lang),
            tuple(option.title.in_(lang) for option in spec.options.values()),
            spec.previous,
        )


def _facts(indicator_set: IndicatorSet, node: Node, lang: str) -> tuple[tuple[str, str], ...]:
    """Label and text of what else there is to say of a node."""
    found: list[tuple[str, str]] = []
    if node.is_leaf:
        who = indicator_set.inherited(node, "responsible", ())
        names = [indicator_set.responsibles.get(code, Text(code)).in_(lang) for code in who]  # type: ignore[attr-defined]
        if names:
            found.append(("responsible", "; ".join(names)))
        body = str(indicator_set.inherited(node, "appraised_by"))
        if body:
            found.append(("appraised", indicator_set.appraisers.get(body, Text(body)).in_(lang)))
        if node.rule is not None:
            found.append(("evidence", str(set_words.EVIDENCE[node.evidence])))
        if indicator_set.stream_of(node) == "survey":
            found.append(("stream", str(set_words.STREAMS["survey"])))
        if node.target is not None:
            found.append(("target", in_words(node.target, node, lang, indicator_set.parameters)))
    elif node.combine.how != "sum":
        found.append(("combine", str(set_words.COMBINE[node.combine.how])))
    if node.weight is not None:
        found.append(("weight", str(node.weight)))
    if node.source is not None:
        found.append(("source", source_text(node.source, lang).split(": ", 1)[1]))
    if node.note:
        found.append(("note", node.note.in_(lang)))
    return tuple((str(set_words.FACTS[name]), text) for name, text in found)


#: What the engine raises on a rule that the check refuses, as a draft may hold one.
UNSOUND = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def ran(indicator_set: IndicatorSet, node: Node, example: Example) -> LeafResult | Text:
    """The result of an example, or why there is none; also of a rule in the middle of being written."""
    try:
        return run_example(indicator_set, node, example)
    except UNSOUND:
        return Text("quy tắc chưa tính được; xem các lỗi", "the rule cannot be computed yet; see the errors")


def worked(indicator_set: IndicatorSet, node: Node, example: Example, lang: str) -> Worked:
    """The example with its computed result; an example that cannot be run says why."""
    given = tuple(_given(node, example, lang))
    note = example.note.in_(lang)
    state = str(set_words.STATES[example.state]) if example.state else ""
    result = ran(indicator_set, node, example)
    if isinstance(result, Text):
        return Worked(given, example.points, state, None, "", False, note, result.in_(lang))
    holds = result.score == example.points if example.points is not None else result.state == example.state
    got = result.score if result.is_known else None
    return Worked(
        given, example.points, state, got, str(set_words.STATES[result.state]), holds, note, result.says.in_(lang)
    )


def _given(node: Node, example: Example, lang: str) -> Iterator[str]:
    for key, value in example.given.items():
        spec = node.inputs.get(key.split(".")[0].removesuffix("@previous"))
        if spec is None:
            yield f"{key}: {value}"
            continue
        title = spec.title.in_(lang)
        if key.endswith("@previous"):
            title += Text(" (năm trước)", " (previous year)").in_(lang)
        if isinstance(value, dict):
            names = {code: option.title.in_(lang) for code, option in spec.options.items()}
            yield f"{title}: " + ", ".join(f"{names.get(code, code)} {count}" for code, count in value.items())
            continue
        written = "yes" if value is True else "no" if value is False else str(value)
        try:
            yield f"{title}: {fact_in_words(read_fact(written, spec.type, spec), spec, lang)}"
        except (FactError, KeyError, AttributeError):
            yield f"{title}: {written}"
    for code, value in example.ref.items():
        yield f"{code}: {value}"


@dataclass(frozen=True)
class Chosen:
    """What the decision leaves open, what this set chose, and what else it could have chosen."""

    question: str
    chosen: str
    alternatives: tuple[str, ...]
    criteria: tuple[str, ...]


def page_context(indicator_set: IndicatorSet, lang: str) -> dict:
    """What the page of a set shows, in one language."""
    rows = tree(indicator_set, lang)
    every = [row for top in rows for row in top.walk()]
    examples = [example for row in every for example in row.examples]
    choices = [
        Chosen(
            choice.question.in_(lang),
            choice.chosen.in_(lang),
            tuple(other.text.in_(lang) for other in choice.alternatives),
            tuple(f"c-{code}" for code in choice.criteria if code in indicator_set.nodes),
        )
        for choice in indicator_set.choices.values()
    ]
    return {
        "rows": rows,
        "every": every,
        "maximum": maximum_of(indicator_set),
        "source": source_text(indicator_set.source, lang).split(": ", 1)[1],
        "source_note": indicator_set.source.note.in_(lang),
        "note": indicator_set.note.in_(lang),
        "choices": choices,
        "open": [row for row in every if row.node.left_open or row.node.is_unstated],
        "leaves": len(indicator_set.leaves),
        "examples": len(examples),
        "examples_failing": sum(not example.holds for example in examples),
        "groups": [title.in_(lang) for title in indicator_set.groups.values()],
        "parameters": [
            {
                "title": parameter.title.in_(lang),
                "value": parameter.value,
                "groups": [
                    (indicator_set.groups.get(code, Text(code)).in_(lang), weight)
                    for code, weight in parameter.groups.items()
                ],
            }
            for parameter in indicator_set.parameters.values()
        ],
        "bands": [
            {
                "groups": [indicator_set.groups.get(code, Text(code)).in_(lang) for code in bands.groups],
                "by": set_words.BAND_BY[bands.by],
                "steps": [(step.code, step.title.in_(lang), step.from_) for step in bands.steps],
            }
            for bands in indicator_set.bands
        ],
        "ranking": (
            set_words.RANK_BY[indicator_set.ranking.by],
            set_words.RANK_ON[indicator_set.ranking.on],
            set_words.TIES[indicator_set.ranking.ties],
        ),
    }
