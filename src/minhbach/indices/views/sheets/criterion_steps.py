"""What is written on the sheet of a criterion. Each step is one action; what it refuses is said beside its form."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices import figures
from minhbach.indices.actions import appraisal, criteria, entries
from minhbach.indices.models import Score
from minhbach.indices.permissions import ANSWER, REVIEW
from minhbach.indices.views.sheets.criterion import Failure, make_form, neighbours, page
from minhbach.indices.views.sheets.desk import Desk, posted, with_entry
from minhbach.indices.views.sheets.forms import ScoreForm
from minhbach.indices.views.sheets.offices import AssignForm
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import Refused
from minhbach.org.ui import figures as written
from minhbach.scoring.model import Node

# Saving ---------------------------------------------------------------------------------------------------------------


@with_entry
@posted
def criterion_save(request: HttpRequest, desk: Desk, node: Node) -> HttpResponse:
    """Save inputs, explanation and a document together: all or nothing, and what was typed stays on the page."""
    form = make_form(desk, node, request.POST, request.FILES)
    form.is_valid()
    stage, then = desk.stage_of(node), request.POST.get("then", "")
    document_date = _date(form)
    try:
        if form.errors:
            return page(request, desk, node, form=form, status=422)
        with transaction.atomic():
            row = criteria.criterion_score(
                desk.entry,
                node.id,
                stage=stage,
                inputs=form.typed(),
                given_points=request.POST.get("given_points", ""),
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", ""),
                edition=_edition(request),
                source=_source(form),
                acting=request.user,
            )
            if form.has_document():
                criteria.evidence_add(
                    desk.entry,
                    node.id,
                    upload=request.FILES.get("upload"),
                    document_number=request.POST.get("document_number", ""),
                    document_date=document_date,
                    document_title=request.POST.get("document_title", ""),
                    acting=request.user,
                )
    except criteria.Conflict as conflict:
        # The next save is meant to replace what the page now shows beside it.
        form.data = form.data.copy()
        form.data["edition"] = conflict.current.edition
        return page(request, _fresh(desk), node, form=form, failure=Failure("score", conflict), status=409)
    except figures.WrongInputs as error:
        form.take(error)
        return page(request, desk, node, form=form, status=422)
    except NotPossible as error:
        if error.code in ("locked", "body_concluded", "wrong_stream"):
            return page(request, _fresh(desk), node, failure=Failure("score", error, request.POST), status=409)
        form.take(error)
        return page(request, desk, node, form=form, status=422)
    messages.success(request, _saved_text(row))
    if then == "answered":
        try:
            criteria.criterion_answered(desk.entry, node.id, acting=request.user)
        except NotPossible as error:
            return page(request, _fresh(desk), node, failure=Failure("answered", error), status=409)
        messages.success(request, _("Marked as answered."))
    if then == "next" and (after := neighbours(desk, node)[1]):
        return redirect(after["url"])
    return redirect(desk.url(node.id))


_SAVED = {
    "pending": gettext_lazy("Saved; the points are computed when the round closes."),
    "not_applicable": gettext_lazy("Saved; the criterion does not apply and is left out of the maximum."),
}


def _saved_text(row: Score) -> str:
    if row.points is None and row.has_result:
        return str(_SAVED[row.state])
    if row.points is None:
        return _("Saved; the points are not known yet.")
    return _("Saved: %(points)s points.") % {"points": written.number(row.points)}


def _source(form: ScoreForm) -> str:
    """Measured, where every measured input was saved as it is measured."""
    given = figures.facts_of(form.node, form.typed()).values.get(form.node.id, {})
    taken = all(given.get(key) == n for key, n in form.measured.items())
    return "measured" if form.measured and taken else "screen"


def _edition(request: HttpRequest) -> int:
    text = request.POST.get("edition", "")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _date(form) -> datetime.date | None:
    return form.cleaned_data.get("document_date") if hasattr(form, "cleaned_data") else None


def _fresh(desk: Desk) -> Desk:
    """The entry as it is now, after something of it has changed."""
    found = type(desk.entry).objects.select_related("round__unit", "unit", "set_version").get(pk=desk.entry.pk)
    return Desk(desk.account, found)


# Steps ----------------------------------------------------------------------------------------------------------------


def _answered(desk: Desk, node: Node, request: HttpRequest) -> str:
    criteria.criterion_answered(desk.entry, node.id, acting=request.user)
    return _("Marked as answered.")


def _agree(desk: Desk, node: Node, request: HttpRequest) -> str:
    if not appraisal.scores_copy(desk.entry, stage=desk.stage, criteria=[node.id], acting=request.user):
        raise NotPossible(_("There is nothing to take over: the criterion has been appraised already."), "appraised")
    return _("Agreed with the score of the stage before.")


def _accept(desk: Desk, node: Node, request: HttpRequest) -> str:
    entries.criterion_accept(desk.entry, node.id, acting=request.user)
    return _("The answer is accepted.")


def _send_back(desk: Desk, node: Node, request: HttpRequest) -> str:
    entries.criterion_send_back(desk.entry, node.id, why=request.POST.get("why", ""), acting=request.user)
    return _("The criterion was sent back to the office.")


def _assign(desk: Desk, node: Node, request: HttpRequest) -> str:
    if not desk.may_review:
        raise Refused(REVIEW, desk.entry.unit)
    form = AssignForm(desk, request.POST)
    if not form.is_valid():
        raise NotPossible(" ".join(str(e) for errors in form.errors.values() for e in errors), "not_taken")
    office, alone = form.cleaned_data["office"], not form.cleaned_data["keep"]
    entries.criterion_assign(desk.entry, node.id, office=office, due=form.due, alone=alone, acting=request.user)
    return _("%(office)s answers this criterion.") % {"office": office}


def _evidence(desk: Desk, node: Node, request: HttpRequest) -> str:
    text = request.POST.get("document_date", "").strip()
    try:
        day = parse_date(text) if text else None
        if text and day is None:
            raise ValueError(text)
    except ValueError:
        raise NotPossible(_("The date of the document is not a date; write it as 31/12/2023."), "bad_date") from None
    criteria.evidence_add(
        desk.entry,
        node.id,
        upload=request.FILES.get("upload"),
        document_number=request.POST.get("document_number", ""),
        document_date=day,
        document_title=request.POST.get("document_title", ""),
        acting=request.user,
    )
    return _("The document is added.")


def _evidence_remove(desk: Desk, node: Node, request: HttpRequest) -> str:
    text = request.POST.get("evidence", "")
    found = desk.entry.evidence.filter(criterion=node.id, pk=int(text) if text.isdigit() else 0).first()
    if found is None:
        raise Http404
    criteria.evidence_remove(found, acting=request.user)
    return _("The document is taken away.")


def _ask(desk: Desk, node: Node, request: HttpRequest) -> str:
    appraisal.explanation_ask(desk.entry, node.id, question=request.POST.get("question", ""), acting=request.user)
    return _("The request is noted; it goes to the unit when the first appraisal ends.")


def _explain(desk: Desk, node: Node, request: HttpRequest) -> str:
    asked = desk.entry.requests.filter(criterion=node.id).first()
    if asked is None:
        raise Refused(ANSWER, desk.entry.unit, _("No explanation was asked about this criterion."))
    appraisal.explanation_give(asked, answer=request.POST.get("answer", ""), acting=request.user)
    return _("The explanation is saved.")


def _comment(desk: Desk, node: Node, request: HttpRequest) -> str:
    if not desk.inside:
        raise Refused(ANSWER, desk.entry.unit, _("Comments are for those who work on this score."))
    criteria.comment_add(desk.entry, node.id, text=request.POST.get("text", ""), acting=request.user)
    return _("The comment is added.")


STEPS = {
    # step: (what it does, where on the page it is said when it fails)
    "answered": (_answered, "answered"),
    "agree": (_agree, "score"),
    "accept": (_accept, "offices"),
    "send-back": (_send_back, "offices"),
    "assign": (_assign, "offices"),
    "evidence": (_evidence, "evidence"),
    "evidence-remove": (_evidence_remove, "evidence"),
    "ask": (_ask, "explanation"),
    "explain": (_explain, "explanation"),
    "comment": (_comment, "comments"),
}


@with_entry
@posted
def criterion_step(request: HttpRequest, desk: Desk, node: Node, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    do, place = STEPS[step]
    try:
        said = do(desk, node, request)
    except NotPossible as error:
        return page(request, _fresh(desk), node, failure=Failure(place, error, request.POST), status=409)
    messages.success(request, said)
    after = neighbours(desk, node)[1] if request.POST.get("then") == "next" else None
    if after:
        return redirect(after["url"])
    return redirect(desk.url(node.id) + (f"#{place}" if place in ("evidence", "comments", "offices") else ""))
