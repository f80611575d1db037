"""The ranking of a round: by total, part or criterion, at each stage, for each group."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import SafeString, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.indices import disclosure, figures, progress, queries, standings
from minhbach.indices.models import Entry, Round, Score
from minhbach.indices.views.boards.common import (
    TALL,
    address,
    capital,
    coded,
    group_title,
    lang,
    round_tag,
    runs,
    visible_round,
)
from minhbach.org.permissions import asks
from minhbach.org.templatetags.ui import icon
from minhbach.org.ui.figures import NOTHING, percent, points
from minhbach.scoring.model import IndicatorSet

WHY = {
    "incomplete": gettext_lazy("some criteria have no points yet"),
    "no_result": gettext_lazy("no result"),
    "unranked": gettext_lazy("not ranked, by the set"),
    "hidden": gettext_lazy("ranks are shown when the results are published"),
    "closed": gettext_lazy("the points of this appraisal are not shown yet"),
}
TIES = {
    "standard": gettext_lazy("Equal results share a rank, and the ranks after them are left out (1, 1, 3)."),
    "dense": gettext_lazy("Equal results share a rank, and the next rank follows (1, 1, 2)."),
    "ordinal": gettext_lazy("Equal results are ranked one after the other (1, 2, 3)."),
}


def stage_labels() -> dict[str, str]:
    return {
        Score.Stage.SELF: _("Self-score"),
        Score.Stage.APPRAISAL_1: _("First appraisal"),
        Score.Stage.APPRAISAL_2: _("Second appraisal"),
        standings.FINAL: _("Final"),
    }


@asks("rounds_visible; totals only of entries seen whole; ranks only when every unit of the group is seen")
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking; live and marked as provisional until the round is concluded."""
    round_ = visible_round(request, pk)
    by_group, counts = standings.groups_of(request.user, round_)
    context = {
        "round": round_,
        "tag": round_tag(round_),
        "provisional": not round_.is_over,
        "runs": runs(request, round_),
    }
    if not by_group:
        return render(request, "indices/boards/ranking.html", context)
    group = request.GET.get("group", "")
    group = group if group in by_group else next(iter(by_group))
    entries = by_group[group]
    indicator_set = figures.set_of(entries[0].set_version)
    nodes = standings.nodes_visible(request.user, round_, entries, indicator_set)
    stages = _stages(request, round_, entries, nodes)
    stage = request.GET.get("stage", "")
    if stage not in stages:
        stage = _usual_stage(round_, stages)
    choices = _choices(indicator_set, nodes)
    by = request.GET.get("by", "")
    if by not in {choice["id"] for choice in choices}:
        by = choices[0]["id"] if choices else ""
    incomplete = "incomplete" in request.GET
    context |= {
        "stages": [
            {"code": code, "label": label, "chosen": code == stage}
            for code, label in stage_labels().items()
            if code in stages
        ],
        "group": group,
        "groups": [
            {"code": code, "label": group_title(figures.set_of(members[0].set_version), code), "count": counts[code]}
            for code, members in by_group.items()
        ]
        if len(by_group) > 1
        else [],
        "by": by,
        "choices": choices,
        "incomplete": incomplete,
        "stage_label": stage_labels()[stage],
        "group_title": group_title(indicator_set, group),
        "set": entries[0].set_version,
        "indicator_set": indicator_set,
        "ties": TIES[indicator_set.ranking.ties],
    }
    if choices:
        found = standings.ranking(
            request.user,
            round_,
            group,
            entries,
            stage=stage,
            node=indicator_set.nodes[by] if by else None,
            count=counts[group],
            include_incomplete=incomplete,
        )
        context |= _shown(found, request)
    return render(request, "indices/boards/ranking.html", context)


def _stages(request: HttpRequest, round_: Round, entries: list[Entry], nodes: set[str] | None) -> list[str]:
    """The stages this person may compare: of a published round the public sees what was concluded; a unit the stages
    that are shown to it; a body with a field (`nodes`) all of them."""
    if not all(queries.sees_inside(request.user, entry) for entry in entries):
        return [standings.FINAL]
    shown = set().union(*(disclosure.stages_seen(request.user, entry) for entry in entries))
    found = [s for s in standings.STAGES if nodes is not None or s in shown]
    return [s for s in found if s != standings.FINAL or round_.is_over]


def _usual_stage(round_: Round, stages: list[str]) -> str:
    """The latest stage whose scores are being made, among those the person may compare."""
    if round_.is_over:
        return standings.FINAL if standings.FINAL in stages else Score.Stage.SELF
    begun = {step.stage for step in progress.timeline(round_) if step.state != "ahead"}
    return next((s for s in reversed(stages) if s in begun), Score.Stage.SELF)


def _choices(indicator_set: IndicatorSet, nodes: set[str] | None) -> list[dict]:
    """By what one can compare: the total, and each part and criterion the person may see."""
    found = [{"id": "", "label": _("Total"), "depth": 0}] if nodes is None else []
    for node in indicator_set.nodes.values():
        if nodes is not None and node.id not in nodes or node.is_monitored:
            continue
        depth, parent = 0, indicator_set.parents.get(node.id)
        while parent is not None:
            depth, parent = depth + 1, indicator_set.parents.get(parent)
        label = coded(node.code, node.title.in_(lang()))
        found.append({"id": node.id, "label": "\u2003" * depth + (label[:90] + "…" if len(label) > 90 else label)})
    return found


def _shown(found: standings.Ranking, request: HttpRequest) -> dict:
    places = found.places
    in_percent = found.in_percent
    ranked = found.ranked
    user = request.user
    own = {p.entry.pk for p in places if user.is_authenticated and p.entry.unit.covers(user.person.unit)}
    what = coded(found.node.code, found.node.title.in_(lang())) if found.node else _("Total")
    return {
        "ranking": found,
        "places": [_row(p, own, in_percent) for p in places],
        "maximum": next((points(p.maximum) for p in places if p.maximum), ""),
        "what": what,
        "in_percent": in_percent,
        "has_bands": any(p.band for p in places),
        "has_before": any(p.places is not None or p.gain is not None for p in places),
        "has_open": any(p.open for p in places),
        "one_maximum": len({p.maximum for p in places if p.maximum}) == 1,
        "unranked_count": len(places) - len(ranked),
        "tall": len(places) > TALL,
    }


def _row(place: standings.Place, own: set[int], in_percent: bool) -> dict:
    """A line as the table shows it, written out here: with hundreds of units the template has no time for tags."""
    entry = place.entry
    classes = ["own"] if entry.pk in own else []
    if place.rank and place.rank <= 3:
        classes.append("first-three")
    gain = percent if place.gain_in == "percent" else points
    return {
        "unit": str(entry.unit),
        "rank": place.rank,
        "why": capital(WHY[place.why]) if place.why else "",
        "score": points(place.score),
        "maximum": points(place.maximum),
        "percent": percent(place.share, 2) if in_percent else "",
        # A bar beside others is a comparison, and what has no rank is not compared.
        "drawn": f"{float(place.score / place.maximum):.4f}"
        if place.rank and place.score is not None and place.maximum
        else "",
        "band": place.band.title.in_(lang()) if place.band else "",
        "places": _moved(place.places),
        "gain": ("+" if place.gain > 0 else "") + gain(place.gain) if place.gain is not None else NOTHING,
        "open": place.open or "",
        "profile": address("profile", entry.pk),
        "classes": " ".join(classes),
    }


@cache
def _arrows() -> dict[bool, str]:
    return {True: icon("arrow-up"), False: icon("arrow-down")}


def _moved(places: int | None) -> SafeString | str:
    if places is None:
        return NOTHING
    if places == 0:
        return _("same place")
    words = (
        ngettext("%(n)s place up", "%(n)s places up", places)
        if places > 0
        else ngettext("%(n)s place down", "%(n)s places down", -places)
    )
    kind = "up" if places > 0 else "down"
    return format_html(
        '<span class="change change-{}">{} {}</span>', kind, _arrows()[places > 0], words % {"n": abs(places)}
    )
