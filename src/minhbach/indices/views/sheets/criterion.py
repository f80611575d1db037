"""The sheet of one criterion: rule, stages side by side, evidence, explanation, comments, and the form to write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from minhbach.indices import figures
from minhbach.indices.actions.criteria import Conflict, evidence_is_of
from minhbach.indices.disclosure import FINAL
from minhbach.indices.live.facts import measured_now
from minhbach.indices.models import Assignment, Comment, Evidence, Round, Score
from minhbach.indices.rules import BEFORE, SELF, Status, ends, is_open
from minhbach.indices.views.sheets.columns import explained, facts_in_words, rule_in_words, sealed, side_by_side
from minhbach.indices.views.sheets.desk import Desk, capital, code_and_title, lang, with_entry
from minhbach.indices.views.sheets.forms import ScoreForm
from minhbach.indices.views.sheets.history import history
from minhbach.indices.views.sheets.last_year import last_year, suggestions
from minhbach.indices.views.sheets.offices import AssignForm, may_assign
from minhbach.org.ui import figures as written
from minhbach.org.ui.unitfields import found_units
from minhbach.scoring.model import Node


@dataclass
class Failure:
    """What an attempt on this page met: the place of its form, the error, what was typed there."""

    place: str
    error: Exception
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> list[str]:
        return list(getattr(self.error, "messages", [str(self.error)]))


@with_entry
@require_safe
def criterion_page(request: HttpRequest, desk: Desk, node: Node) -> HttpResponse:
    if may_assign(desk) and (answer := found_units(request, AssignForm(desk))):
        return answer
    return page(request, desk, node)


def page(
    request: HttpRequest,
    desk: Desk,
    node: Node,
    *,
    form: ScoreForm | None = None,
    failure: Failure | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with the form as it was typed when saving it failed."""
    entry, stage = desk.entry, desk.stage_of(node)
    asked = desk.requests.get(node.id)
    may_write = desk.inside and desk.may_write(node)
    locked = desk.why_not(node) if may_write else ""
    if may_write and not locked and form is None:
        form = make_form(desk, node, take_measured="measured" in request.GET)
    elif not may_write or locked:
        form = None
    shown = desk.shown(node.id)
    assignments = list(entry.assignments.filter(criterion=node.id).select_related("office").order_by("-leads", "pk"))
    events, older = history(desk, node.id, 200 if "history" in request.GET else 8) if desk.inside else ([], False)
    for each in assignments:
        each.late = _overdue(each)
    before, after = neighbours(desk, node)
    can = permissions(desk, node, asked, assignments, writable=form is not None)
    context: dict[str, Any] = {
        "desk": desk,
        "entry": entry,
        "round": entry.round,
        "set": desk.indicator_set,
        "node": node,
        "title": code_and_title(node),
        "above": _above(desk, node),
        "rule": rule_in_words(desk, node),
        "form": form,
        "stage": stage,
        "stage_label": Score.Stage(stage).label,
        "locked": locked,
        "closes": ends(entry, stage) if form and stage != Score.Stage.SURVEY else None,
        "left": ends(entry, stage) - timezone.now() if form and stage != Score.Stage.SURVEY else None,
        "late": _own_overdue(desk, assignments) if form else "",
        "shown": shown,
        "surveyed": desk.indicator_set.stream_of(node) == "survey",
        "outcome": _preview(desk, node, form) if form else None,
        "explanation": explained(desk, node, shown) if not form else None,
        "sealed": sealed(entry, node) if entry.round.is_over and desk.sight.sees(node.id, FINAL) else [],
        "stages": side_by_side(desk, node, asked),
        "asked": asked,
        "assignments": assignments if desk.inside else [],
        "returned": sorted(
            {a.returned_why for a in assignments if a.state == Assignment.State.RETURNED and desk.inside}
        ),
        "evidence": evidence_of(desk, node),
        "comments": comments_of(desk, node) if desk.inside else [],
        "history": events,
        "older": older,
        "before": before,
        "after": after,
        "can": can,
        "assign_form": _assign_form(desk, node, assignments, failure) if can["assign"] else None,
        "agree_with": _agree_with(desk, node) if form else None,
        "last_year": last_year(desk, node) if desk.inside else None,
        "failure": failure,
        "conflict": _conflict(node, failure, form),
        "body": desk.bodies[node.id],
        "maximum": node.maximum,
    }
    return render(request, "indices/sheets/criterion.html", context, status=status)


def _overdue(given: Assignment) -> str:
    """How long an office is over the day it was given, while it has not answered."""
    if given.state in (Assignment.State.ANSWERED, Assignment.State.ACCEPTED) or given.due > timezone.now():
        return ""
    return written.remaining(given.due - timezone.now())


def _own_overdue(desk: Desk, assignments: list[Assignment]) -> str:
    """The same, for the office of the person who is writing."""
    unit = desk.account.person.unit
    return next((each.late for each in assignments if each.office.covers(unit)), "") if not desk.may_review else ""


def make_form(
    desk: Desk, node: Node, data=None, files=None, *, beside: bool = True, take_measured: bool = False
) -> ScoreForm:
    """The form at the present stage; an appraisal starts from the stage before. What is measured stands `beside` its
    fields, or in them (`take_measured`)."""
    stage = desk.stage_of(node)
    row = desk.scores.get((node.id, stage))
    before = desk.scores.get((node.id, BEFORE[stage])) if stage in BEFORE else None
    wants_previous = any(spec.previous for spec in node.inputs.values())
    return ScoreForm(
        node,
        data,
        files,
        row=row,
        prefill=before,
        suggestions=suggestions(desk, node) if wants_previous and row is None else {},
        measured=measured_now(desk.entry, node) if beside else {},
        take_measured=take_measured,
        takes_documents=node.evidence != "none",
    )


def permissions(desk: Desk, node: Node, asked, assignments: list[Assignment], *, writable: bool) -> dict[str, bool]:
    """Which forms the page offers; the actions ask again."""
    entry, status = desk.entry, desk.entry.status
    own = node.id in desk.answerable
    explaining = status == Status.EXPLANATION and own and asked is not None and is_open(entry, Round.Stage.EXPLANATION)
    states = {a.state for a in assignments}
    reviewing = desk.may_review and status in (Status.SCORING, Status.REVIEW)
    return {
        "answer": writable and desk.stage_of(node) == SELF and bool(states - {"answered", "accepted"}),
        "accept": reviewing and Assignment.State.ANSWERED in states,
        "send_back": reviewing and bool(assignments),
        "assign": may_assign(desk) and desk.indicator_set.stream_of(node) == "self",
        "ask": desk.inside
        and node.id in desk.appraisable
        and status in (Status.SUBMITTED, Status.APPRAISAL_1)
        and (desk.bodies[node.id].pk, desk.stage) not in desk.concluded,
        "explain": explaining,
        "evidence": writable or explaining,
        "comment": desk.inside,
    }


def evidence_of(desk: Desk, node: Node) -> list[Evidence]:
    """The documents behind the criterion, each knowing whether it can be taken away now."""
    found = list(
        desk.entry.evidence.filter(criterion=node.id, removed_at=None).select_related("attachment__file", "by__person")
    )
    found = [each for each in found if desk.sight.sees(node.id, each.stage)]
    for each in found:
        each.is_removable = evidence_is_of(each, desk.entry, desk.stage_of(node))
    return found


def comments_of(desk: Desk, node: Node) -> list[Comment]:
    found = desk.entry.comments.filter(criterion=node.id).select_related("by__person")
    return [each for each in found if desk.sight.sees(node.id, each.stage)]


def neighbours(desk: Desk, node: Node) -> tuple[dict | None, dict | None]:
    """The criteria before and after this one, among those the person sees."""
    leaves = desk.leaves
    here = next(n for n, leaf in enumerate(leaves) if leaf.id == node.id)

    def link(n: int) -> dict | None:
        if not 0 <= n < len(leaves):
            return None
        return {"label": code_and_title(leaves[n]), "url": desk.url(leaves[n].id)}

    return link(here - 1), link(here + 1)


def _above(desk: Desk, node: Node) -> list[str]:
    found: list[str] = []
    parent = desk.indicator_set.parents.get(node.id)
    while parent is not None:
        found.insert(0, Truncator(code_and_title(desk.indicator_set.nodes[parent])).chars(70))
        parent = desk.indicator_set.parents.get(parent)
    return found


def _assign_form(desk: Desk, node: Node, assignments: list[Assignment], failure: Failure | None) -> AssignForm:
    """For giving the criterion to an office; with what was sent, when that was not possible."""
    typed = failure.typed if failure and failure.place == "offices" and "day" in failure.typed else None
    initial: dict[str, Any] = {}
    if assignments:
        initial["office"] = assignments[0].office
        if assignments[0].due > timezone.now():
            initial["day"] = timezone.localtime(assignments[0].due).date()
    return AssignForm(desk, typed, address=desk.url(node.id), initial=initial)


def _agree_with(desk: Desk, node: Node) -> Score | None:
    """The row of the stage before, while this stage has none: it can be taken as it is."""
    stage = desk.stage_of(node)
    if stage not in BEFORE or (node.id, stage) in desk.scores:
        return None
    return desk.scores.get((node.id, BEFORE[stage]))


def _conflict(node: Node, failure: Failure | None, form: ScoreForm | None) -> dict | None:
    """Both versions, line by line, for the one who saved later."""
    if failure is None or not isinstance(failure.error, Conflict) or form is None:
        return None
    theirs, mine = failure.error.current, form.typed()
    labels = [capital(label) for label in _labels(node)]
    lines = list(zip(labels, facts_in_words(node, theirs.inputs), facts_in_words(node, mine), strict=True))
    return {
        "theirs": theirs,
        "lines": [(label, a, b, a != b) for label, a, b in lines],
        "mine_note": form.data.get("note", ""),
        "mine_points": form.data.get("given_points", ""),
        "mine_reason": form.data.get("reason", ""),
    }


def _labels(node: Node) -> list[str]:
    from minhbach.scoring.facts import meaning_of

    return [meaning_of(node, key, spec).in_(lang()) for key, _type, spec in node.fact_keys()]


# Trying out -----------------------------------------------------------------------------------------------------------


def _preview(desk: Desk, node: Node, form: ScoreForm) -> dict:
    """The points these inputs give and why; nothing is saved."""
    typed = form.typed() if form.is_bound else _saved(form)
    stage = desk.stage_of(node)
    rows = desk.rows(desk.stage if stage == Score.Stage.SURVEY else stage)
    if stage in BEFORE:  # what is not appraised yet stands as at the stage before, for rules that read other criteria
        present = {row.criterion for row in rows}
        rows += [row for row in desk.rows(BEFORE[stage]) if row.criterion not in present]
    try:
        outcome = figures.outcome_of(desk.entry, desk.indicator_set, node, rows, typed)
    except figures.WrongInputs as error:
        return {"wrong": [capital(says.in_(lang())) for says in error.says.values()]}
    explanation = figures.explanation(desk.indicator_set, outcome.whole, node.id, lang())
    return {
        "result": outcome.result,
        "explanation": explanation,
        "known": outcome.rule_points is not None,
        "nothing": not typed and bool(node.inputs),
    }


def _saved(form: ScoreForm) -> dict[str, str]:
    shown = {name.removeprefix("in."): str(form.initial.get(name) or "") for name in form.input_names}
    return {
        key: text + ("%" if type_ == "rate" and not text.endswith("%") else "")
        for key, type_, _spec in form.node.fact_keys()
        if (text := shown.get(key, ""))
    } | {name.removeprefix("na."): "n/a" for name in form.input_names if name.startswith("na.") and form.initial[name]}


@with_entry
@require_POST
def criterion_preview(request: HttpRequest, desk: Desk, node: Node) -> HttpResponse:
    """The points as they would be, for the one who is typing."""
    if not desk.inside or not desk.may_write(node):
        return HttpResponse(status=403)
    form = make_form(desk, node, request.POST, beside=False)
    context = {"outcome": _preview(desk, node, form), "node": node, "announce": True}
    return render(request, "indices/sheets/preview.html", context)
