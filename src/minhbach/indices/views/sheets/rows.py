"""The rows of a unit's sheet: parts and criteria as a tree, each with its figures, state and offices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.indices import figures
from minhbach.indices.models import Assignment, ExplanationRequest, Score
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF, Status
from minhbach.indices.views.sheets.desk import Desk, lang
from minhbach.scoring.model import Node

FILTERS = ("all", "unanswered", "no_evidence", "lost", "differs", "asked", "mine", "to_appraise")


@dataclass
class Row:
    """One line. Groups carry totals (stage → score, maximum, open leaves); leaves carry scores and flags."""

    node: Node
    depth: int
    url: str = ""
    title: str = ""
    maximum: Fraction | None = None
    totals: dict[str, tuple] = field(default_factory=dict)
    own: Score | None = None
    survey: Score | None = None
    first: Score | None = None
    second: Score | None = None
    evidence: int = 0
    assignments: list[Assignment] = field(default_factory=list)
    request: ExplanationRequest | None = None
    state: tuple[str, str] = ("neutral", "")
    body: str = ""
    flags: set[str] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        return not self.node.is_leaf

    @property
    def office(self) -> str:
        """The office that leads."""
        return str(self.assignments[0].office) if self.assignments else ""

    @property
    def other_offices(self) -> list[str]:
        return [str(a.office) for a in self.assignments[1:]]

    @property
    def returned_why(self) -> str:
        return next((a.returned_why for a in self.assignments if a.returned_why), "")

    @property
    def self_or_survey(self) -> Score | None:
        return self.own or self.survey

    @property
    def depth_class(self) -> str:
        return f"depth-{min(self.depth, 2)}" if self.depth else ""

    def total(self, stage: str) -> Fraction | None:
        return self.totals[stage][0] if stage in self.totals else None

    @property
    def total_self(self) -> Fraction | None:
        return self.total(SELF)

    @property
    def total_first(self) -> Fraction | None:
        return self.total(APPRAISAL_1)

    @property
    def total_second(self) -> Fraction | None:
        return self.total("final") if "final" in self.totals else self.total(APPRAISAL_2)


def sheet_rows(desk: Desk) -> list[Row]:
    """Every visible line in the order of the set. Five queries, however long the set."""
    entry, indicator_set = desk.entry, desk.indicator_set
    documents = entry.evidence.filter(removed_at=None).order_by().values_list("criterion", "stage")
    counts: dict[str, int] = {}
    for criterion, stage, count in documents.annotate(count=Count("pk")):
        if desk.sight.sees(criterion, stage):
            counts[criterion] = counts.get(criterion, 0) + count
    assignments: dict[str, list[Assignment]] = {}
    for each in entry.assignments.select_related("office").order_by("-leads", "office__sort_key"):
        assignments.setdefault(each.criterion, []).append(each)
    rows: list[Row] = []
    for top in (*indicator_set.criteria, *indicator_set.adjustments):
        rows += _branch(desk, top, 0, counts, assignments)
    return rows


def _branch(desk: Desk, node: Node, depth: int, counts, assignments) -> list[Row]:
    if node.is_leaf:
        if node.id not in desk.visible:
            return []
        return [_leaf(desk, node, depth, counts.get(node.id, 0), assignments.get(node.id, []))]
    below = [row for child in node.criteria for row in _branch(desk, child, depth + 1, counts, assignments)]
    if not below:
        return []
    row = Row(node, depth, title=node.title.in_(lang()))
    for stage, (score, maximum, open_) in desk.totals_of(node).items():
        row.totals[stage] = (figures.from_text(score), figures.from_text(maximum), open_)
    if desk.visible.issuperset(leaf.id for leaf in node.walk() if leaf.is_leaf):
        row.maximum = row.totals[SELF][1] if SELF in row.totals else _declared(node)
    return [row, *below]


def _declared(node: Node) -> Fraction | None:
    if node.maximum is not None:
        return node.maximum
    below = [_declared(child) for child in node.criteria]
    return sum((m for m in below if m is not None), Fraction(0)) if below else None


def _leaf(desk: Desk, node: Node, depth: int, evidence: int, assignments: list[Assignment]) -> Row:
    scores = desk.scores
    row = Row(
        node,
        depth,
        url=desk.url(node.id),
        title=node.title.in_(lang()),
        own=scores.get((node.id, SELF)),
        survey=scores.get((node.id, Score.Stage.SURVEY)),
        first=scores.get((node.id, APPRAISAL_1)),
        second=scores.get((node.id, APPRAISAL_2)),
        evidence=evidence,
        assignments=assignments,
        request=desk.requests.get(node.id),
        body=str(desk.bodies[node.id]),
    )
    row.maximum = node.maximum if node.maximum is not None else _maximum_by_hand(row)
    row.flags = set(_flags(desk, row))
    row.state = _state(desk, row)
    return row


def _maximum_by_hand(row: Row) -> Fraction | None:
    for score in (row.second, row.first, row.own):
        text = (score.inputs.get("maximum") if score else "") or ""
        try:
            return Fraction(text.replace(",", ".")) if text else None
        except ValueError:
            return None
    return None


def _points(score: Score | None) -> Decimal | None:
    return score.points if score else None


def _flags(desk: Desk, row: Row) -> Iterable[str]:
    node = row.node
    is_self = desk.indicator_set.stream_of(node) == "self"
    answered = row.own is not None and row.own.is_answered
    if is_self and not answered and not node.kind:
        yield "unanswered"
    bare = not row.evidence and not (row.own and row.own.note.strip())
    if node.evidence == "required" and is_self and bare and row.own and row.own.wants_evidence:
        yield "no_evidence"
    latest = next((_points(s) for s in (row.second, row.first, row.survey, row.own) if s is not None), None)
    if latest is not None and row.maximum is not None and Fraction(latest) < row.maximum:
        yield "lost"
    appraised = row.second or row.first
    if appraised is not None and row.own is not None and appraised.points != row.own.points:
        yield "differs"
    if row.request is not None:
        yield "asked"
    stage = desk.stage_of(node)
    if desk.is_appraised_now and stage in (APPRAISAL_1, APPRAISAL_2) and node.id in desk.appraisable:
        touched = row.first if stage == APPRAISAL_1 else (row.second or (None if row.request else row.first))
        if row.own is not None and touched is None:
            yield "to_appraise"
    if desk.may_write(node):
        yield "mine"


def _state(desk: Desk, row: Row) -> tuple[str, str]:
    """(kind of state, words): what matters most about the criterion now."""
    if desk.is_appraised_now or desk.entry.status == Status.CONCLUDED:
        return _appraisal_state(desk, row)
    if desk.indicator_set.stream_of(row.node) == "survey":
        return ("ok", _("Survey entered")) if row.survey else ("waiting", _("From the survey"))
    states = {a.state for a in row.assignments}
    if Assignment.State.RETURNED in states:
        return "warn", _("Sent back")
    if "unanswered" in row.flags:
        if row.own is not None:
            return "warn", _("Incomplete")
        due = min((a.due for a in row.assignments), default=None)
        return ("bad", _("Late")) if due and due < timezone.now() else ("neutral", _("Not answered"))
    if row.own is None:
        return "neutral", _("Not claimed")
    if "no_evidence" in row.flags:
        return "warn", _("No evidence")
    if not row.own.has_result:
        return "info", _("Explained")
    if Assignment.State.ACCEPTED in states:
        return "ok", _("Accepted")
    if Assignment.State.OPEN in states:
        return "waiting", _("Entered")
    return "ok", _("Answered")


def _appraisal_state(desk: Desk, row: Row) -> tuple[str, str]:
    if row.request is not None and not row.request.answer and desk.entry.status != Status.CONCLUDED:
        return "info", _("Explanation asked")
    if row.request is not None and desk.entry.status == Status.APPRAISAL_2 and row.second is None:
        return "info", _("Explained")
    if row.second or row.first:
        return ("warn", _("Changed")) if "differs" in row.flags else ("ok", _("Agreed"))
    if row.survey:
        return "ok", _("Survey entered")
    if row.own is None:
        return "neutral", _("Not claimed")
    if not desk.sight.sees(row.node.id, APPRAISAL_1):
        return "waiting", _("Being appraised")
    return "neutral", _("To appraise")


def kept(rows: list[Row], wanted: str) -> list[Row]:
    """The rows of a filter, with the groups above them."""
    if wanted == "all":
        return rows
    found: list[Row] = []
    above: list[Row] = []
    for row in rows:
        above = [g for g in above if g.depth < row.depth]
        if row.is_group:
            above.append(row)
        elif wanted in row.flags:
            found += [g for g in above if g not in found]
            found.append(row)
    return found


def counts(rows: list[Row]) -> dict[str, int]:
    """How many criteria each filter keeps."""
    leaves = [row for row in rows if not row.is_group]
    return {name: sum(name in row.flags for row in leaves) if name != "all" else len(leaves) for name in FILTERS}


def due_of(assignments: Iterable[Assignment]) -> datetime | None:
    return min((a.due for a in assignments), default=None)
