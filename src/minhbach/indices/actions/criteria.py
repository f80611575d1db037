"""Scoring one criterion at one stage, with its evidence and comments: the only code that writes scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import disclosure, events, figures, queries
from minhbach.indices.attachments import EVIDENCE
from minhbach.indices.models import Assignment, Comment, Entry, Evidence, Score
from minhbach.indices.permissions import ANSWER, APPRAISE, SEE, SURVEY
from minhbach.indices.rules import APPRAISAL_1, SELF, Status, require_open, scoring_stage
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import file_attach, file_detach
from minhbach.org.permissions import SYSTEM, Refused, may, require
from minhbach.org.ui.figures import number
from minhbach.scoring.facts import FactError, read_fact
from minhbach.scoring.model import IndicatorSet, Node


class Conflict(NotPossible):
    """Somebody saved the same criterion in between. `current` is what they saved; nothing was overwritten."""

    def __init__(self, current: Score):
        self.current = current
        super().__init__(
            _("%(who)s saved this criterion at %(when)s, after you opened it. Both versions are shown; choose."),
            "conflict",
            {
                "who": current.by.person if current.by else _("Somebody"),
                "when": timezone.localtime(current.at).strftime("%H:%M"),
            },
        )


def locked_entry(entry: Entry) -> Entry:
    """The entry under its lock for the rest of the transaction, with what rules read."""
    Entry.objects.select_for_update().get(pk=entry.pk)
    return Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk)


def require_leaf(indicator_set: IndicatorSet, criterion: str) -> Node:
    """Raises NotPossible with code `unknown_criterion`."""
    node = indicator_set.nodes.get(criterion)
    if node is None or not node.is_leaf:
        raise NotPossible(_("The set has no criterion %(code)s."), "unknown_criterion", {"code": criterion})
    return node


def require_may_score(acting, entry: Entry, indicator_set: IndicatorSet, node: Node, stage: str) -> None:
    """Raises Refused, or NotPossible with code `wrong_stream` or `body_concluded`."""
    stream = indicator_set.stream_of(node)
    if (stage == Score.Stage.SURVEY) != (stream == "survey"):
        raise NotPossible(_("Survey criteria are entered as the survey's results, not self-scored."), "wrong_stream")
    if acting is SYSTEM:
        return
    if stage == Score.Stage.SURVEY:
        require(acting, SURVEY, entry.round.unit)
    elif stage == SELF:
        if node.id not in queries.answerable(acting, entry, indicator_set):
            raise Refused(ANSWER, entry.unit)
    else:
        body = queries.bodies(entry, indicator_set)[node.id]
        require(acting, APPRAISE, body)
        if entry.conclusions.filter(body=body, stage=stage).exists():
            raise NotPossible(_("%(body)s has concluded this appraisal."), "body_concluded", {"body": body})


@transaction.atomic
def criterion_score(
    entry: Entry,
    criterion: str,
    *,
    stage: str,
    inputs: Mapping[str, str],
    given_points: str = "",
    reason: str = "",
    note: str = "",
    edition: int = 0,
    source: str = "screen",
    acting,
) -> Score:
    """Save the inputs of one criterion at one stage; the points follow at once.

    `given_points` are points that differ from the rule and need a reason. `edition` is the one the person
    saw (0: none).

    Raises Refused; figures.WrongInputs; Conflict; NotPossible with code `locked`, `unknown_criterion`,
    `wrong_stream`, `body_concluded`, `needs_reason` or `bad_points`.
    """
    entry = locked_entry(entry)
    indicator_set = figures.set_of(entry.set_version)
    node = require_leaf(indicator_set, criterion)
    require_may_score(acting, entry, indicator_set, node, stage)
    require_open(entry, stage)
    rows = queries.scores_at(entry, stage)
    row = next((r for r in rows if r.criterion == criterion and r.stage == stage), None)
    if row is not None and row.edition != edition:
        raise Conflict(Score.objects.select_related("by__person").get(pk=row.pk))
    typed = {key: str(value).strip() for key, value in inputs.items() if str(value).strip()}
    outcome = figures.outcome_of(entry, indicator_set, node, rows, typed)
    given = _given(node, given_points, outcome, reason)
    before = {"points": row.points, "inputs": row.inputs} if row else None
    row = row or Score(entry=entry, criterion=criterion, stage=stage, edition=0)
    row.inputs, row.given_points, row.reason, row.note = (
        typed,
        given,
        reason.strip() if given is not None else "",
        note.strip(),
    )
    row.rule_points = figures.decimal(outcome.rule_points)
    row.points = given if given is not None else row.rule_points
    row.state, row.branch = ("by_hand" if given is not None else outcome.result.state), outcome.result.branch
    row.source, row.edition, row.at = source, row.edition + 1, timezone.now()
    row.by = acting if acting.is_authenticated else None
    row.save()
    _begin_appraisal(entry, stage)
    totals_renew(entry, stage, [*(r for r in rows if r.pk != row.pk), row], indicator_set)
    data = {
        "criterion": criterion,
        "stage": stage,
        "inputs": typed,
        "points": _text(row.points),
        "before": _plain(before),
    }
    if row.reason:
        data |= {"rule_points": _text(row.rule_points), "reason": row.reason}
    trail.record(entry.chain, events.SCORED, acting=acting, subject=row, data=data)
    return row


def _given(node: Node, text: str, outcome: figures.CriterionOutcome, reason: str) -> Decimal | None:
    """The points typed; None where there are none, or those of the rule."""
    if not text.strip():
        return None
    try:
        points = read_fact(text, "points")
    except FactError:
        points = None
    maximum = node.maximum if node.maximum is not None else outcome.result.maximum
    if not isinstance(points, Fraction) or not node.minimum <= points <= (maximum or Fraction(0)):
        raise NotPossible(
            _("Points given by hand lie between %(low)s and %(high)s."),
            "bad_points",
            {"low": number(node.minimum), "high": number(maximum)},
        )
    if points == outcome.rule_points:
        return None
    if not reason.strip():
        raise NotPossible(_("Say why the points differ from the rule."), "needs_reason")
    return figures.decimal(points)


def _begin_appraisal(entry: Entry, stage: str) -> None:
    if stage == APPRAISAL_1 and entry.status == Status.SUBMITTED:
        entry.status, entry.status_at = Status.APPRAISAL_1, timezone.now()


def totals_renew(entry: Entry, stage: str, rows: list[Score], indicator_set: IndicatorSet) -> None:
    """Write the entry's totals anew from its rows, inside the transaction that changed them."""
    if stage == Score.Stage.SURVEY:
        for each in figures.STAGES:
            others = queries.scores_at(entry, each)
            if any(r.stage == each for r in others) or each == SELF:
                totals_renew(entry, each, others, indicator_set)
        return
    result = figures.result_of(entry, indicator_set, rows)
    score, maximum = figures.decimal(result.score), figures.decimal(result.maximum)
    if stage == SELF:
        entry.self_score, entry.self_maximum = score, maximum
        own = [leaf for leaf in indicator_set.leaves if indicator_set.stream_of(leaf) == "self" and not leaf.kind]
        done = {row.criterion for row in rows if row.is_answered}
        entry.criteria, entry.answered = len(own), sum(leaf.id in done for leaf in own)
    else:
        entry.appraised_score, entry.appraised_maximum = score, maximum
    entry.parts = {**entry.parts, stage: figures.parts_of(indicator_set, result)}
    entry.save()


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _plain(before: dict | None) -> dict | None:
    return None if before is None else {**before, "points": _text(before["points"])}


# Answers of offices -----------------------------------------------------------------------------------------------


@transaction.atomic
def criterion_answered(entry: Entry, criterion: str, *, acting) -> None:
    """The office says its answer is complete. Raises Refused; NotPossible with code `locked`, `nothing_entered` or
    `evidence_missing`."""
    entry = locked_entry(entry)
    indicator_set = figures.set_of(entry.set_version)
    node = require_leaf(indicator_set, criterion)
    require_may_score(acting, entry, indicator_set, node, SELF)
    require_open(entry, SELF)
    rows = queries.scores_at(entry, SELF)
    row = next((r for r in rows if r.criterion == criterion), None)
    if row is None or not row.is_answered:
        raise NotPossible(_("Enter the figures first, or explain why there are none."), "nothing_entered")
    if node in queries.evidence_missing(entry, indicator_set, rows):
        raise NotPossible(
            _("This criterion needs evidence: add a document, or explain how it was scored without one."),
            "evidence_missing",
        )
    now = timezone.now()
    entry.assignments.filter(criterion=criterion).update(
        state=Assignment.State.ANSWERED, answered_at=now, returned_why=""
    )
    trail.record(entry.chain, events.ANSWERED, acting=acting, subject=row, data={"criterion": criterion})


# Evidence and comments ----------------------------------------------------------------------------------------------


def _require_evidence_open(acting, entry: Entry, criterion: str) -> str:
    """The stage the evidence belongs to. During the explanation a unit adds documents to what was asked about."""
    indicator_set = figures.set_of(entry.set_version)
    node = require_leaf(indicator_set, criterion)
    if entry.status == Status.EXPLANATION:
        require_open(entry, "explanation")
        if acting is not SYSTEM and criterion not in queries.answerable(acting, entry, indicator_set):
            raise Refused(ANSWER, entry.unit)
        if not entry.requests.filter(criterion=criterion).exists():
            raise NotPossible(_("No explanation was asked about this criterion."), "not_asked")
        return Evidence.Stage.EXPLANATION
    stage = scoring_stage(entry)
    if indicator_set.stream_of(node) == "survey":
        stage = Score.Stage.SURVEY
    require_may_score(acting, entry, indicator_set, node, stage)
    require_open(entry, stage)
    return stage


@transaction.atomic
def evidence_add(
    entry: Entry,
    criterion: str,
    *,
    upload: UploadedFile | None = None,
    document_number: str = "",
    document_date: date | None = None,
    document_title: str = "",
    acting,
) -> Evidence:
    """Add a document to a criterion: a file, a citation, or both.

    Raises Refused; files.BadFile; NotPossible with code `locked`, `not_asked` or `citation_incomplete`.
    """
    entry = locked_entry(entry)
    stage = _require_evidence_open(acting, entry, criterion)
    symbol, title = " ".join(document_number.split()), " ".join(document_title.split())
    if upload is None and not (symbol and title):
        raise NotPossible(_("Give a file, or the number and the title of the document."), "citation_incomplete")
    attachment = (
        file_attach(upload, kind=EVIDENCE, chain=entry.chain, subject_id=entry.pk, acting=acting) if upload else None
    )
    evidence = Evidence.objects.create(
        entry=entry,
        criterion=criterion,
        stage=stage,
        attachment=attachment,
        document_number=symbol,
        document_date=document_date,
        document_title=title,
        by=acting if acting.is_authenticated else None,
        at=timezone.now(),
    )
    data = {"criterion": criterion, "stage": stage, "number": symbol, "date": document_date, "title": title}
    trail.record(entry.chain, events.EVIDENCE_ADDED, acting=acting, subject=evidence, data=data)
    return evidence


def evidence_is_of(evidence: Evidence, entry: Entry, stage: str) -> bool:
    """Whether the document was added at this stage; during the explanation, since it was asked for."""
    if entry.status == Status.EXPLANATION:
        return evidence.stage == Evidence.Stage.EXPLANATION and evidence.at >= entry.status_at
    return evidence.stage == stage


@transaction.atomic
def evidence_remove(evidence: Evidence, *, acting) -> None:
    """Take a document away; it stays in the trail. Only at the stage that added it: appraisers do not touch the unit's.

    Raises Refused; NotPossible with code `locked`, `not_asked`, `other_stage` or `removed`.
    """
    entry = locked_entry(evidence.entry)
    stage = _require_evidence_open(acting, entry, evidence.criterion)
    if not evidence_is_of(evidence, entry, stage):
        raise NotPossible(_("This document was added at an earlier stage and stays."), "other_stage")
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at is not None:
        raise NotPossible(_("This document has been taken away already."), "removed")
    if evidence.attachment is not None:
        file_detach(evidence.attachment, chain=entry.chain, acting=acting)
    evidence.removed_at = timezone.now()
    evidence.save(update_fields=["removed_at"])
    data = {"criterion": evidence.criterion, "stage": evidence.stage}
    trail.record(entry.chain, events.EVIDENCE_REMOVED, acting=acting, subject=evidence, data=data)


@transaction.atomic
def comment_add(entry: Entry, criterion: str, *, text: str, acting) -> Comment:
    """Remark on a criterion one may see. Raises Refused; NotPossible with code `empty`."""
    entry = Entry.objects.select_related("round__unit", "unit", "set_version").get(pk=entry.pk)
    indicator_set = figures.set_of(entry.set_version)
    may_see = acting is SYSTEM or (
        acting.is_authenticated
        and queries.entries_inside(acting).filter(pk=entry.pk).exists()
        and criterion in queries.criteria_visible(acting, entry, indicator_set)
    )
    if not may_see or criterion not in indicator_set.nodes:
        raise Refused(SEE, entry.unit)
    if not text.strip():
        raise NotPossible(_("The comment is empty."), "empty")
    comment = Comment.objects.create(
        entry=entry,
        criterion=criterion,
        stage=_comment_stage(acting, entry, indicator_set, criterion),
        text=text.strip(),
        by=acting if acting.is_authenticated else None,
        at=timezone.now(),
    )
    data = {"criterion": criterion, "stage": comment.stage}
    trail.record(entry.chain, events.COMMENTED, acting=acting, subject=comment, data=data)
    return comment


def _comment_stage(acting, entry: Entry, indicator_set: IndicatorSet, criterion: str) -> str:
    """The appraisal that a remark of whoever appraises the criterion belongs to; the unit's own belong to none."""
    stage = scoring_stage(entry)
    if stage == SELF or acting is SYSTEM:
        return SELF
    appraising = disclosure.is_behind(acting, entry.round) or may(
        acting, APPRAISE, queries.bodies(entry, indicator_set)[criterion]
    )
    return stage if appraising else SELF
