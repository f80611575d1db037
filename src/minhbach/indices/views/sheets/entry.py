"""A unit's whole sheet, and the steps of its way."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.actions import appraisal, entries
from minhbach.indices.disclosure import FINAL
from minhbach.indices.models import Round
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF, Status, ends
from minhbach.indices.views.sheets import rows as sheet
from minhbach.indices.views.sheets.desk import Desk, code_and_title, posted, with_entry
from minhbach.indices.views.sheets.history import history
from minhbach.indices.views.sheets.offices import may_assign
from minhbach.indices.views.sheets.steps import next_step, way
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import Refused


@with_entry
@require_safe
def entry_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk)


def _page(request: HttpRequest, desk: Desk, status: int = 200, **more) -> HttpResponse:
    rows = sheet.sheet_rows(desk)
    counts = sheet.counts(rows)
    wanted = request.GET.get("show", "all")
    wanted = wanted if wanted in sheet.FILTERS else "all"
    events, older = history(desk, limit=200 if "history" in request.GET else 12) if desk.inside else ([], False)
    entry = desk.entry
    begun = entry.status not in (Status.SCORING, Status.REVIEW, Status.APPROVED)
    context = {
        "desk": desk,
        "entry": entry,
        "round": entry.round,
        "set": desk.indicator_set,
        "rows": sheet.kept(rows, wanted),
        "tabs": _tabs(desk, counts, wanted),
        "wanted": wanted,
        "next": next_step(desk, counts) if desk.inside else None,
        "way": way(desk),
        "figures": _figures(desk) if desk.sees_all else [],
        "deadline": _deadline(desk),
        "offices_url": desk.url(name="entry_offices") if may_assign(desk) else "",
        "in_appraisal": begun,
        "has_first": begun and any(desk.sight.sees(leaf.id, APPRAISAL_1) for leaf in desk.leaves),
        "has_second": entry.status in (Status.APPRAISAL_2, Status.CONCLUDED)
        and any(desk.sight.sees(leaf.id, APPRAISAL_2) for leaf in desk.leaves),
        "history": events,
        "older": older,
        **more,
    }
    return render(request, "indices/sheets/entry.html", context, status=status)


def _tabs(desk: Desk, counts: dict[str, int], wanted: str) -> list[dict]:
    labels = {
        "all": _("All"),
        "mine": _("Mine"),
        "to_appraise": _("To appraise"),
        "unanswered": _("Not answered"),
        "no_evidence": _("No evidence"),
        "lost": _("Points lost"),
        "differs": _("Differs from self-score"),
        "asked": _("Explanation asked"),
    }
    found = []
    for name, label in labels.items():
        all_mine = name == "mine" and counts["mine"] in (0, counts["all"])
        if name in ("all", wanted) or (counts[name] and not all_mine):
            url = f"?show={name}#sheet" if name != "all" else "?#sheet"
            found.append({"label": label, "url": url, "count": counts[name], "current": name == wanted})
    return found


def _figures(desk: Desk) -> list[dict]:
    """The totals so far: stage, points, maximum; and the index where the set is the whole one."""
    entry = desk.entry
    found = []
    for stage, label, score, maximum in (
        (SELF, _("Self-score"), entry.self_score, entry.self_maximum),
        (_appraised_stage(desk), _("Appraised"), entry.appraised_score, entry.appraised_maximum),
        (FINAL, _("Final score"), entry.final_score, entry.final_maximum),
    ):
        if score is not None and stage in desk.sight.stages:
            found.append({"label": label, "score": score, "maximum": maximum, "index": None})
            if not desk.is_part and maximum:
                found[-1]["index"] = score / maximum
    return found


def _appraised_stage(desk: Desk) -> str:
    """Where the appraised total stands: the later appraisal that has one; none once there is a final score."""
    if desk.entry.final_score is not None:
        return ""
    return APPRAISAL_2 if APPRAISAL_2 in desk.entry.parts else APPRAISAL_1


def _deadline(desk: Desk) -> dict | None:
    """The end of the stage that is running, with the time left."""
    entry = desk.entry
    if entry.round.status != Round.Status.OPEN:
        return None
    stage, label = {
        Status.SCORING: (SELF, _("Self-scoring ends")),
        Status.REVIEW: (SELF, _("Self-scoring ends")),
        Status.APPROVED: (SELF, _("Self-scoring ends")),
        Status.SUBMITTED: (APPRAISAL_1, _("First appraisal ends")),
        Status.APPRAISAL_1: (APPRAISAL_1, _("First appraisal ends")),
        Status.EXPLANATION: (Round.Stage.EXPLANATION, _("Explanation ends")),
        Status.APPRAISAL_2: (APPRAISAL_2, _("Second appraisal ends")),
        Status.CONCLUDED: (None, ""),
    }[Status(entry.status)]
    if stage is None:
        return None
    moment = ends(entry, stage)
    return {"label": label, "moment": moment, "left": moment - timezone.now()}


# Steps ----------------------------------------------------------------------------------------------------------------


def _copy(desk: Desk, request: HttpRequest) -> str:
    count = appraisal.scores_copy(desk.entry, stage=desk.stage, acting=request.user)
    return _("Copied the scores of %(count)s criteria.") % {"count": count}


def _conclude_field(desk: Desk, request: HttpRequest) -> str:
    body = next((b for b in desk.own_bodies if str(b.pk) == request.POST.get("body")), None)
    if body is None:
        raise Refused("indices.appraise", desk.entry.round.unit)
    assert isinstance(body, Unit)
    appraisal.field_conclude(desk.entry, body, stage=desk.stage, acting=request.user)
    return _("The field of %(body)s is concluded.") % {"body": body}


def _with_why(action, said):
    def done(desk: Desk, request: HttpRequest) -> str:
        action(desk.entry, why=request.POST.get("why", ""), acting=request.user)
        return said()

    return done


def _plain(action, said):
    def done(desk: Desk, request: HttpRequest) -> str:
        action(desk.entry, acting=request.user)
        return said()

    return done


STEPS = {
    "review": _plain(entries.entry_review, lambda: _("The self-score is in internal review.")),
    "send-back": _with_why(entries.entry_send_back, lambda: _("The self-score was sent back for correction.")),
    "approve": _plain(entries.entry_approve, lambda: _("The self-score is approved.")),
    "submit": _plain(entries.entry_submit, lambda: _("The self-score is submitted.")),
    "withdraw": _with_why(entries.entry_withdraw, lambda: _("The self-score is withdrawn and can be corrected.")),
    "hand-in": _plain(appraisal.explanations_hand_in, lambda: _("The explanations are handed in.")),
    "copy": _copy,
    "send-explanations": _plain(appraisal.explanations_send, lambda: _("The first appraisal has ended.")),
    "conclude-field": _conclude_field,
    "conclude": _plain(appraisal.entry_conclude, lambda: _("The appraisal of this unit is concluded.")),
}


@with_entry
@posted
def entry_step(request: HttpRequest, desk: Desk, step: str) -> HttpResponse:
    """Take a step of the way. What stands in the way is said on the sheet, with links."""
    if step not in STEPS:
        raise Http404
    try:
        said = STEPS[step](desk, request)
    except NotPossible as error:
        codes = [c for c in getattr(error, "criteria", []) if c in desk.visible]
        nodes = [desk.indicator_set.nodes[code] for code in codes]
        blocked = [{"label": code_and_title(node), "url": desk.url(node.id)} for node in nodes]
        return _page(
            request,
            Desk(
                request.user,
                type(desk.entry).objects.select_related("round__unit", "unit", "set_version").get(pk=desk.entry.pk),
            ),
            status=409,
            refusal=error,
            blocked=blocked,
            failed_step=step,
            why=request.POST.get("why", ""),
        )
    messages.success(request, said)
    return redirect(desk.url())
