"""Appraisal: scores copied forward, explanations asked and given, fields concluded, the unit concluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures, queries
from minhbach.indices.actions.criteria import criterion_score, locked_entry, require_leaf, totals_renew
from minhbach.indices.actions.entries import Incomplete, move, require_status
from minhbach.indices.models import Entry, ExplanationRequest, FieldConclusion, Round, Score
from minhbach.indices.permissions import ANSWER, APPRAISE, MANAGE_ROUND, REVIEW
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, BEFORE, SELF, Status, is_open, require_open
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, Refused, may, require


@transaction.atomic
def scores_copy(entry: Entry, *, stage: str, criteria: list[str] | None = None, acting) -> int:
    """Copy forward what the stage before has, for criteria not appraised yet: the inputs, branch and points.

    Only criteria the person may appraise, among `criteria` (None: all). Returns how many. Raises Refused;
    NotPossible with code `locked`.
    """
    entry = locked_entry(entry)
    require_open(entry, stage)
    indicator_set = figures.set_of(entry.set_version)
    mine = (
        queries.appraisable(acting, entry, indicator_set)
        if acting is not SYSTEM
        else {n.id for n in indicator_set.leaves}
    )
    if not mine:
        raise Refused(APPRAISE, entry.round.unit)
    of = queries.bodies(entry, indicator_set)
    concluded = set(entry.conclusions.filter(stage=stage).values_list("body", flat=True))
    wanted = {c for c in (mine if criteria is None else mine & set(criteria)) if of[c].pk not in concluded}
    rows = queries.scores_at(entry, stage)
    present = {row.criterion for row in rows}
    before = entry.scores.filter(stage=BEFORE[stage], criterion__in=wanted - present)
    now = timezone.now()
    made = [
        Score(
            entry=entry,
            criterion=row.criterion,
            stage=stage,
            inputs=row.inputs,
            given_points=row.given_points,
            reason=row.reason,
            points=row.points,
            rule_points=row.rule_points,
            state=row.state,
            branch=row.branch,
            source="copied",
            by=acting if acting.is_authenticated else None,
            at=now,
        )
        for row in before
    ]
    Score.objects.bulk_create(made)
    if made:
        if entry.status == Status.SUBMITTED:
            entry.status, entry.status_at = Status.APPRAISAL_1, now
        totals_renew(entry, stage, [*rows, *made], indicator_set)
        data = {"stage": stage, "criteria": sorted(row.criterion for row in made)}
        trail.record(entry.chain, events.COPIED, acting=acting, subject=entry, data=data)
    return len(made)


@transaction.atomic
def explanation_ask(entry: Entry, criterion: str, *, question: str, acting) -> ExplanationRequest:
    """Note that the unit shall explain a criterion; it is sent when the first appraisal ends.

    Raises Refused; NotPossible with code `out_of_order`, `empty` or `unknown_criterion`.
    """
    entry = locked_entry(entry)
    indicator_set = figures.set_of(entry.set_version)
    require_leaf(indicator_set, criterion)
    require(acting, APPRAISE, queries.bodies(entry, indicator_set)[criterion])
    require_status(entry, Status.SUBMITTED, Status.APPRAISAL_1)
    if not question.strip():
        raise NotPossible(_("Say what is to be explained."), "empty")
    request, _made = ExplanationRequest.objects.update_or_create(
        entry=entry,
        criterion=criterion,
        defaults={
            "question": question.strip(),
            "asked_by": acting if acting.is_authenticated else None,
            "asked_at": timezone.now(),
        },
    )
    data = {"criterion": criterion, "question": question.strip()}
    trail.record(entry.chain, events.EXPLANATION_ASKED, acting=acting, subject=request, data=data)
    return request


@transaction.atomic
def explanation_give(request: ExplanationRequest, *, answer: str, acting) -> ExplanationRequest:
    """Explain a criterion; the unit's office or its reform officer.

    Raises Refused; NotPossible with code `locked` or `empty`.
    """
    entry = locked_entry(request.entry)
    indicator_set = figures.set_of(entry.set_version)
    if acting is not SYSTEM and request.criterion not in queries.answerable(acting, entry, indicator_set):
        raise Refused(ANSWER, entry.unit)
    require_open(entry, Round.Stage.EXPLANATION)
    if not answer.strip():
        raise NotPossible(_("The explanation is empty."), "empty")
    request = ExplanationRequest.objects.get(pk=request.pk)
    request.answer, request.answered_at = answer.strip(), timezone.now()
    request.answered_by = acting if acting.is_authenticated else None
    request.save(update_fields=["answer", "answered_at", "answered_by"])
    data = {"criterion": request.criterion, "answer": answer.strip()}
    trail.record(entry.chain, events.EXPLAINED, acting=acting, subject=request, data=data)
    return request


@transaction.atomic
def explanations_hand_in(entry: Entry, *, acting) -> None:
    """The unit has explained; the second appraisal begins. Raises Refused; Incomplete with code `unexplained`;
    NotPossible with code `locked`."""
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_open(entry, Round.Stage.EXPLANATION)
    if open_ := list(entry.requests.filter(answer="").values_list("criterion", flat=True)):
        raise Incomplete(_("Not explained yet: %(criteria)s."), "unexplained", open_)
    move(entry, Status.APPRAISAL_2, events.EXPLANATIONS_HANDED, acting=acting)


# Conclusions --------------------------------------------------------------------------------------------------------


@transaction.atomic
def field_conclude(entry: Entry, body: Unit, *, stage: str, acting) -> FieldConclusion:
    """A body concludes its own criteria at an appraisal; they are locked then.

    Raises Refused; Incomplete with code `unappraised`; NotPossible with code `locked` or `body_concluded`.
    """
    entry = locked_entry(entry)
    require(acting, APPRAISE, body)
    require_open(entry, stage)
    indicator_set = figures.set_of(entry.set_version)
    if entry.conclusions.filter(body=body, stage=stage).exists():
        raise NotPossible(_("%(body)s has concluded this appraisal."), "body_concluded", {"body": body})
    of = queries.bodies(entry, indicator_set)
    own = [leaf.id for leaf in indicator_set.leaves if of[leaf.id].pk == body.pk]
    _require_appraised(entry, stage, own)
    conclusion = FieldConclusion.objects.create(
        entry=entry, body=body, stage=stage, by=acting if acting.is_authenticated else None, at=timezone.now()
    )
    data = {"stage": stage, "body": body.code}
    trail.record(entry.chain, events.CONCLUDED, acting=acting, subject=conclusion, data=data)
    return conclusion


def _require_appraised(entry: Entry, stage: str, criteria: list[str]) -> None:
    """What the unit scored has been appraised: no self-scored criterion is left without a row of this stage."""
    scored = set(entry.scores.filter(stage=SELF, criterion__in=criteria).values_list("criterion", flat=True))
    done = set(entry.scores.filter(stage=stage, criterion__in=criteria).values_list("criterion", flat=True))
    if left := sorted(scored - done):
        raise Incomplete(
            _("Not appraised yet: %(criteria)s. Score them, or copy the scores of the stage before."),
            "unappraised",
            left,
        )


@transaction.atomic
def explanations_send(entry: Entry, *, acting) -> None:
    """End the first appraisal of a unit and ask for the explanations noted; without any, go on to the conclusion.

    By whoever runs the round. Raises Refused; Incomplete with code `unappraised`; NotPossible with code `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, APPRAISE, entry.round.unit)
    require_status(entry, Status.APPRAISAL_1)
    _require_appraised(entry, APPRAISAL_1, [leaf.id for leaf in figures.set_of(entry.set_version).leaves])
    asked = sorted(entry.requests.values_list("criterion", flat=True))
    status = Status.EXPLANATION if asked else Status.APPRAISAL_2
    move(entry, status, events.EXPLANATIONS_SENT, acting=acting, data={"criteria": asked})


@transaction.atomic
def entry_conclude(entry: Entry, *, acting) -> None:
    """Conclude the appraisal of a unit: its second appraisal, completed from the first, is final.

    From the second appraisal, or from an explanation whose time has passed unanswered. Raises Refused;
    NotPossible with code `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, APPRAISE, entry.round.unit)
    if entry.status == Status.EXPLANATION and is_open(entry, Round.Stage.EXPLANATION):
        raise NotPossible(_("The unit still has time to explain."), "out_of_order")
    require_status(entry, Status.APPRAISAL_2, Status.EXPLANATION)
    entry.status = Status.APPRAISAL_2
    _copy_the_rest(entry, acting)
    entry.final_score, entry.final_maximum = entry.appraised_score, entry.appraised_maximum
    entry.save()
    move(entry, Status.CONCLUDED, events.CONCLUDED, acting=acting, data={"score": str(entry.final_score)})


def _copy_the_rest(entry: Entry, acting) -> None:
    """What the second appraisal did not touch stands as at the first."""
    rows = queries.scores_at(entry, APPRAISAL_2)
    present = {row.criterion for row in rows}
    made = []
    for row in entry.scores.filter(stage=APPRAISAL_1).exclude(criterion__in=present):
        row.pk, row.stage, row.source, row.edition = None, APPRAISAL_2, "copied", 1
        made.append(row)
    Score.objects.bulk_create(made)
    totals_renew(entry, APPRAISAL_2, [*rows, *made], figures.set_of(entry.set_version))


# Results of an appraisal done elsewhere -----------------------------------------------------------------------------


@dataclass(frozen=True)
class AppraisedPoints:
    """One line of a result from the province's own software: points and the appraisers' remark.

    `maximum` is that of a criterion whose decision states none.
    """

    points: str
    remark: str = ""
    maximum: str = ""


@transaction.atomic
def appraised_import(entry: Entry, lines: Mapping[str, AppraisedPoints], *, acting) -> dict[str, str]:
    """Enter an appraised result that came from the province's software, beside the self-score, as its first appraisal.

    The self-score's inputs stay; where the points differ from the rule the remark (or the import itself) is the
    reason. Survey criteria take the points as the survey's. All lines are taken or none. Returns criterion → difference
    from the self-score. Raises Refused; NotPossible with code `out_of_order`, `locked`, `body_concluded`,
    `unknown_criterion` or `bad_points`.
    """
    entry = locked_entry(entry)
    if not may(acting, MANAGE_ROUND, entry.round.unit) and not may(acting, REVIEW, entry.unit):
        raise Refused(MANAGE_ROUND, entry.round.unit)
    require_status(entry, Status.SUBMITTED, Status.APPRAISAL_1)
    if done := entry.conclusions.filter(stage=APPRAISAL_1).select_related("body").first():
        raise NotPossible(_("%(body)s has concluded this appraisal."), "body_concluded", {"body": done.body})
    indicator_set = figures.set_of(entry.set_version)
    own = {row.criterion: row for row in entry.scores.filter(stage=SELF)}
    present = {(row.criterion, row.stage): row.edition for row in entry.scores.all()}
    differences: dict[str, str] = {}
    for criterion, line in lines.items():
        node = require_leaf(indicator_set, criterion)
        mine = own.get(criterion)
        stage = Score.Stage.SURVEY if indicator_set.stream_of(node) == "survey" else APPRAISAL_1
        inputs = dict(mine.inputs) if mine else {}
        if node.is_unstated:
            inputs |= {"points": line.points} | ({"maximum": line.maximum} if line.maximum else {})
        row = criterion_score(
            entry,
            criterion,
            stage=stage,
            inputs=inputs,
            given_points="" if node.is_unstated else line.points,
            reason=line.remark or str(_("appraised by the province's software")),
            note=line.remark,
            edition=present.get((criterion, stage), 0),
            source="import",
            acting=SYSTEM,
        )
        if acting.is_authenticated:  # the rows were saved past the bodies' rights; it is this person who did it
            row.by = acting
        if row.note == row.reason:  # the remark is the reason already
            row.note = ""
        row.save(update_fields=["by", "note"])
        if row.points is not None and (mine is None or mine.points != row.points):
            before = mine.points if mine and mine.points is not None else 0
            differences[criterion] = format((row.points - before).normalize(), "f")
    data = {"stage": APPRAISAL_1, "criteria": sorted(lines), "differences": differences}
    trail.record(entry.chain, events.COPIED, acting=acting, subject=entry, data=data)
    return differences
