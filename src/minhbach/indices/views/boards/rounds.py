"""The rounds, and the board of one: where each unit stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from minhbach.indices import figures, progress, queries
from minhbach.indices.models import Entry, Round
from minhbach.indices.permissions import MANAGE_ROUND, SURVEY
from minhbach.indices.views.boards.common import (
    TALL,
    address,
    capital,
    group_title,
    mark_tag,
    round_tag,
    runs,
    status_tag,
    visible_round,
)
from minhbach.indices.views.boards.next_step import next_step
from minhbach.org.permissions import asks, holds, may
from minhbach.org.ui.figures import NOTHING, points, remaining

MARKS = ("overdue", "day", "week")


@asks("rounds_visible: rounds with a unit the person may see, those they run, the published ones")
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round this person may see, with how far it is."""
    found = [
        {"summary": summary, "tag": round_tag(summary.round), "step": _current(summary.round)}
        for summary in progress.summaries(request.user)
    ]
    return render(
        request,
        "indices/boards/rounds.html",
        {
            "current": [row for row in found if not row["summary"].round.is_over],
            "past": [row for row in found if row["summary"].round.is_over],
            "live_public": list(queries.rounds_live_public()),
            "may_prepare": request.user.is_authenticated and holds(request.user, MANAGE_ROUND),
        },
    )


def _current(round_: Round) -> progress.Step | None:
    """The stage that runs now, of an open round."""
    if round_.status != Round.Status.OPEN:
        return None
    return next((step for step in progress.timeline(round_) if step.state == "now"), None)


@asks("rounds_visible, and of its units entries_visible")
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Where every unit of the round stands that the person may see."""
    round_ = visible_round(request, pk)
    lines = progress.board(request.user, round_)
    chosen = {name: request.GET.get(name, "") for name in ("status", "group", "due")}
    shown = [line for line in lines if _fits(line, chosen)]
    groups = {line.entry.group for line in lines}
    watched = progress.offices_watched(request.user, (line.entry for line in lines))
    mark_tags = {mark: mark_tag(mark) for mark in MARKS}
    status_tags = {s: status_tag(s, over=round_.is_over) for s in {line.entry.status for line in shown}}
    context = {
        "round": round_,
        "tag": round_tag(round_),
        "timeline": progress.timeline(round_),
        "lines": [_row(line, status_tags, mark_tags) for line in shown],
        "tall": len(shown) > TALL,
        "all_count": len(lines),
        "filtered": any(chosen.values()),
        "chosen": chosen,
        "statuses": [
            {"code": s.value, "label": capital(s.label), "count": sum(x.entry.status == s for x in lines)}
            for s in Entry.Status
        ],
        "groups": _groups(round_) if len(groups) > 1 else [],
        "mark_tags": mark_tags,
        "counts": {mark: sum(x.mark == mark for x in lines) for mark in MARKS},
        "submitted": sum(x.entry.status not in progress.BEFORE_SUBMISSION for x in lines),
        "concluded": sum(x.entry.status == Entry.Status.CONCLUDED for x in lines),
        "answered": sum(x.entry.answered for x in lines),
        "criteria": sum(x.entry.criteria for x in lines),
        "offices": progress.offices(watched) if watched and round_.status == Round.Status.OPEN else [],
        "watched": watched,
        "runs": runs(request, round_),
        "survey": _survey_address(request, round_),
        "next": next_step(request.user, round_, lines),
        "has_final": any(x.final is not None for x in lines),
        "has_appraised": any(x.appraised is not None for x in lines),
        "now": timezone.now(),
        "inside": round_.status != Round.Status.DRAFT
        and any(x.whole and queries.sees_inside(request.user, x.entry) for x in lines),
    }
    return render(request, "indices/boards/board.html", context)


def _row(line: progress.Line, status_tags: dict, mark_tags: dict) -> dict:
    """A line as the table shows it. Written out here, for with hundreds of units the template has no time for tags."""
    entry = line.entry
    return {
        "entry": entry,
        "url": address("entry", entry.pk),
        "profile": address("profile", entry.pk),
        "status": status_tags[entry.status],
        "tag": mark_tags.get(line.mark, ""),
        "due": remaining(line.left) if line.left is not None else "",
        "drawn": entry.answered * 100 // entry.criteria if entry.criteria else 0,
        "self": points(entry.self_score) if line.whole else NOTHING,
        "appraised": points(line.appraised),
        "final": points(line.final),
    }


def _fits(line: progress.Line, chosen: dict[str, str]) -> bool:
    return (
        (not chosen["status"] or line.entry.status == chosen["status"])
        and (not chosen["group"] or line.entry.group == chosen["group"])
        and (not chosen["due"] or line.mark == chosen["due"])
    )


def _survey_address(request: HttpRequest, round_: Round) -> str:
    """Where survey results are entered, for who may and where the sets have any."""
    if round_.status != Round.Status.OPEN or not request.user.is_authenticated:
        return ""
    if not may(request.user, SURVEY, round_.unit):
        return ""
    sets = (figures.set_of(chosen.set_version) for chosen in round_.sets.select_related("set_version"))
    has = any(indicator_set.stream_of(leaf) == "survey" for indicator_set in sets for leaf in indicator_set.leaves)
    return address("round_survey", round_.pk) if has else ""


def _groups(round_: Round) -> list[dict[str, str]]:
    """The unit groups of the round with the titles their sets give them."""
    return [
        {"code": chosen.group, "label": group_title(figures.set_of(chosen.set_version), chosen.group)}
        for chosen in round_.sets.select_related("set_version")
    ]
