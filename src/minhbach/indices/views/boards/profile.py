"""A unit's profile: where the points went, and the cheapest way to win them back."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from minhbach.indices import disclosure, profiles, queries, rules, standings
from minhbach.indices.models import Entry
from minhbach.indices.views.boards.common import (
    address,
    coded,
    lang,
    round_tag,
    status_tag,
    visible_entry,
)
from minhbach.indices.views.boards.ranking import stage_labels
from minhbach.org.permissions import asks

SHOWN = 8
"""So many ways to win points are shown before the rest folds away."""


@asks("entries_visible; totals, parts and peers only when seen whole; criteria_visible for the rest")
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """What this person may see of a unit's result, and what would bring more."""
    entry = visible_entry(request, pk)
    stages = profiles.stages_of(request.user, entry)
    inside = queries.sees_inside(request.user, entry)
    if not inside:  # the public sees what was concluded
        stages = [s for s in stages if s == standings.FINAL]
    stage = request.GET.get("stage", "")
    if stage not in stages:
        stage = profiles.usual_stage(request.user, entry)
    found = profiles.profile(request.user, entry, stage, lang())
    if not found.lines:
        raise Http404
    whole = bool(found.parts)
    ways = found.cheapest
    labels = stage_labels()
    context = {
        "entry": entry,
        "round": entry.round,
        "tag": round_tag(entry.round) if entry.round.is_over else status_tag(entry.status),
        "profile": found,
        "whole": whole,
        "stage_label": labels[stage],
        "stages": [{"label": labels[s], "url": f"?stage={s}", "current": s == stage} for s in stages]
        if len(stages) > 1
        else [],
        "in_percent": found.indicator_set.extent == "whole",
        "share": found.score / found.maximum if found.score is not None and found.maximum else None,
        "lost": sum((part.lost for part in found.parts if part.lost), 0),
        "open": sum((part.open for part in found.parts), 0),
        "change": found.change,
        "parts": [_part(part) for part in found.parts],
        "adjustments": [
            {
                "label": coded(x.node.code, x.node.title.in_(lang())),
                "amount": -x.score if x.node.kind == "penalty" else x.score,
            }
            for x in found.adjustments
        ],
        "columns_after": 4 + bool(found.before) + 2 * (found.peers > 1),
        "has_peers": found.peers > 1,
        "ways": [_way(entry, line) for line in ways[:SHOWN]],
        "more_ways": [_way(entry, line) for line in ways[SHOWN:]],
        "unanswered": [_way(entry, line) for line in found.unanswered],
        "strengths": [_way(entry, line) for line in found.strengths],
        "by_part": _by_part(entry, found),
        "chart": _chart(found),
        "next": _next_step(request, entry, ways),
        "what_if": address("what_if", entry.pk) if inside else "",
        "rank": entry.rank if stage == standings.FINAL else None,
    }
    return render(request, "indices/boards/profile.html", context)


def _part(part: profiles.Part) -> dict:
    return {"part": part, "label": coded(part.node.code, part.node.title.in_(lang()))}


def _way(entry: Entry, line: profiles.Line) -> dict:
    return {
        "line": line,
        "label": coded(line.node.code, line.node.title.in_(lang())),
        "url": address("criterion", entry.pk, line.node.id) if entry.round.status != "published" else "",
        "first": line.advice[0] if line.advice else None,
        "others": line.advice[1:],
        "gain": line.change,
    }


def _by_part(entry: Entry, found: profiles.Profile) -> list[dict]:
    """Every criterion, under its part."""
    tops: dict[str, dict] = {}
    for line in found.lines:
        part = line.part
        top = tops.setdefault(part.id, {"label": coded(part.code, part.title.in_(lang())), "lines": []})
        top["lines"].append(_way(entry, line))
    return list(tops.values())


def _chart(found: profiles.Profile) -> dict | None:
    """Won, open and lost, part by part."""
    parts = [part for part in found.parts if part.maximum]
    if len(parts) < 2:
        return None
    series = [
        {"name": _("Won"), "tone": "won", "values": [part.score for part in parts]},
        {"name": _("Still open"), "tone": "open", "values": [part.open for part in parts]},
        {"name": _("Lost"), "tone": "lost", "pattern": True, "values": [part.lost for part in parts]},
    ]
    if not any(part.open for part in parts):
        del series[1]
    return {
        "kind": "stacked",
        "categories": [_short(coded(part.node.code, part.node.title.in_(lang()))) for part in parts],
        "series": series,
    }


def _short(text: str, most: int = 56) -> str:
    """A title beside a bar; the table has it whole."""
    return text if len(text) <= most else text[: text.rfind(" ", 0, most)] + " …"


def _next_step(request: HttpRequest, entry: Entry, ways: list[profiles.Line]) -> dict | None:
    """What this person does next: win the cheapest point while self-scoring runs, else look at the others."""
    user = request.user
    indicator_set = ways and user.is_authenticated and profiles.figures.set_of(entry.set_version)
    if indicator_set and rules.is_open(entry, rules.SELF) and entry.status in rules.WRITABLE[rules.SELF]:
        own = queries.answerable(user, entry, indicator_set)
        first = next((line for line in ways if line.node.id in own), None)
        url = first and address("criterion", entry.pk, first.node.id)
        if url:
            return {
                "title": _("The cheapest points: %(criterion)s")
                % {"criterion": coded(first.node.code, first.node.title.in_(lang()))},
                "text": first.advice[0].text,
                "label": _("Open the criterion"),
                "url": url,
            }
    if entry.round.is_over and standings.FINAL in disclosure.stages_seen(user, entry):
        return {
            "title": _("How the others did"),
            "text": "",
            "label": _("Open the ranking"),
            "url": f"{address('ranking', entry.round_id)}?group={entry.group}",
        }
    return None
