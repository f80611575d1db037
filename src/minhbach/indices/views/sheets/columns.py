"""The stages of a criterion side by side, and the rule in words: what its page shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from minhbach.indices import figures
from minhbach.indices.models import Entry, ExplanationRequest, Score
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF
from minhbach.indices.views.sheets.desk import Desk, capital, lang
from minhbach.records.texts import Text
from minhbach.scoring.explain import Explanation, source_text
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import Node
from minhbach.scoring.wording import fact_in_words, in_words, rule_lines

_OUTCOMES = {
    "full_points": Text("được điểm tối đa", "full points"),
    "drop": Text("loại khỏi điểm tối đa", "left out of the maximum"),
    "zero": Text("0 điểm", "0 points"),
}


@dataclass
class Column:
    """One stage. `facts` follow the lines of the table."""

    stage: str
    title: str
    row: Score | None = None
    request: ExplanationRequest | None = None
    facts: list[str] = field(default_factory=list)
    differs: list[bool] = field(default_factory=list)

    @property
    def is_explanation(self) -> bool:
        return self.request is not None


@dataclass
class SideBySide:
    labels: list[str]
    columns: list[Column]

    @property
    def has_words(self) -> bool:
        """Whether anybody gave a reason or an explanation."""
        return any(c.is_explanation or c.row is not None and (c.row.reason or c.row.note) for c in self.columns)

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """(label, [(fact, differs from the self-score)]) per input."""
        return [
            (label, [(c.facts[n], c.differs[n]) if c.row else ("", False) for c in self.columns])
            for n, label in enumerate(self.labels)
        ]


def side_by_side(desk: Desk, node: Node, request: ExplanationRequest | None) -> SideBySide:
    """Self-score (or survey), first appraisal, explanation, second appraisal, as far as they have come."""
    keys = list(node.fact_keys())
    labels = [capital(meaning_of(node, key, spec).in_(lang())) for key, _type, spec in keys]
    columns: list[Column] = []
    titles = {
        SELF: _("Self-score"),
        Score.Stage.SURVEY: _("Survey"),
        APPRAISAL_1: _("First appraisal"),
        APPRAISAL_2: _("Second appraisal"),
    }
    for stage in (SELF, Score.Stage.SURVEY, APPRAISAL_1, APPRAISAL_2):
        row = desk.scores.get((node.id, stage))
        if stage == APPRAISAL_2 and request is not None:
            columns.append(Column("explanation", _("Explanation"), request=request))
        if row is not None:
            columns.append(Column(stage, titles[stage], row, facts=facts_in_words(node, row.inputs)))
    first = columns[0].facts if columns and columns[0].row else []
    for column in columns:
        column.differs = [bool(first) and fact != first[n] for n, fact in enumerate(column.facts)]
    return SideBySide(labels, columns)


def facts_in_words(node: Node, inputs: dict[str, str]) -> list[str]:
    """Every input as people read it, in the order of the criterion; – where nothing was given."""
    try:
        values = figures.facts_of(node, inputs).values.get(node.id, {})
    except figures.WrongInputs:
        return [str(inputs.get(key, "–")) for key, _type, _spec in node.fact_keys()]
    found = []
    for key, _type, spec in node.fact_keys():
        name, _dot, option = key.partition(".")
        value = values.get(name)
        if option:
            value = value.get(option) if isinstance(value, dict) else None
        found.append(fact_in_words(value, spec, lang()))
    return found


def explained(desk: Desk, node: Node, row: Score | None) -> Explanation | None:
    """Why the row has its points, generated from the rule."""
    if row is None or row.state == "by_hand" and not node.is_unstated:
        return None
    rows = desk.rows(row.stage) if row.stage != Score.Stage.SURVEY else desk.rows(desk.stage)
    result = figures.result_of(desk.entry, desk.indicator_set, rows)
    return figures.explanation(desk.indicator_set, result, node.id, lang())


def sealed(entry: Entry, node: Node) -> list[str]:
    """The explanation concluded with the round, as it must be shown for ever."""
    return entry.sealed.get("criteria", {}).get(node.id, {}).get("explanation", {}).get(lang(), [])


@dataclass(frozen=True)
class RuleInWords:
    lines: list[tuple[int, str]]
    not_applicable: list[str]
    source: str
    left_open: str
    note: str
    choices: list
    target: str = ""


def rule_in_words(desk: Desk, node: Node) -> RuleInWords:
    indicator_set, l = desk.indicator_set, lang()  # noqa: E741
    lines = []
    for line in rule_lines(node.rule, node, l, indicator_set.parameters):
        text = line.lstrip(" ")
        lines.append((min((len(line) - len(text)) // 2, 2), capital(text)))
    choices = {code: choice for code, choice in indicator_set.choices.items() if node.id in choice.criteria}
    note = node.note.in_(l)
    if any(code in note for code in choices):
        note = ""  # it only points to the choices, which are written out
    return RuleInWords(
        lines=lines,
        not_applicable=[
            _("Not applicable when %(when)s: %(outcome)s.")
            % {
                "when": in_words(case.when, node, l, indicator_set.parameters),
                "outcome": _OUTCOMES[case.outcome].in_(l),
            }
            for case in node.not_applicable
        ],
        source=source_text(node.source or indicator_set.source, l),
        left_open=node.left_open.in_(l),
        note=note,
        choices=[
            {
                "question": choice.question.in_(l),
                "chosen": choice.chosen.in_(l),
                "others": [other.text.in_(l) for other in choice.alternatives],
            }
            for choice in choices.values()
        ],
        target=in_words(node.target, node, l, indicator_set.parameters) if node.target is not None else "",
    )
