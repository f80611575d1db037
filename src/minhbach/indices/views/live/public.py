"""The live index for everybody, where whoever runs the round chose so: the units, and of each its criteria. No rows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.figures import set_of
from minhbach.indices.live import public
from minhbach.indices.live.facts import PREVIOUS
from minhbach.indices.models import Entry, Round
from minhbach.indices.views.boards.common import TALL, address, capital, round_tag
from minhbach.indices.views.live.common import source_mark
from minhbach.indices.views.sheets.desk import code_and_title, lang
from minhbach.org.permissions import asks
from minhbach.org.ui.figures import percent, points
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import Node

WHO = "rounds whose live index whoever runs them shows to everybody; numbers alone, and only while they are open"


def _shown_round(pk: int) -> Round:
    """A round that was shown to everybody; 404 for any other. One that is over is told so, without numbers."""
    round_ = get_object_or_404(Round.objects.select_related("unit"), pk=pk)
    if round_.status == Round.Status.DRAFT or round_.live_shown == Round.LiveShown.INSIDE:
        raise Http404
    return round_


@asks(WHO)
@require_safe
def round_live_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Units × live points. One count serves all visitors for five minutes."""
    round_ = _shown_round(pk)
    context = _of_round(round_)
    found = public.board(round_) if round_.is_live_public else None
    if found is not None:
        entries = round_.entries.filter(pk__in=list(found.lines)).select_related("unit").defer("sealed", "parts")
        rows = [_row(round_, entry, found.lines[entry.pk]) for entry in entries.order_by("unit__sort_key", "pk")]
        rows.sort(key=lambda row: -(row["share"] or 0))
        versions = {chosen.set_version_id: chosen.set_version for chosen in round_.sets.select_related("set_version")}
        context |= {
            "rows": [row for row in rows if row["share"] is not None],
            "others": [row for row in rows if row["share"] is None],
            "tall": len(rows) > TALL,
            "counted_at": found.counted_at,
            "sets": [(version, set_of(version).constructed) for version in versions.values()],
        }
    return render(request, "indices/live/public_board.html", context)


@asks(WHO)
@require_safe
def entry_live_public(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """A unit's criteria: points, source, and what was counted. From the same count as the board."""
    round_ = _shown_round(pk)
    context = _of_round(round_)
    found = public.board(round_) if round_.is_live_public else None
    one = get_object_or_404(round_.entries.select_related("unit", "set_version").defer("sealed", "parts"), pk=entry)
    context["entry"] = one
    if found is not None and (line := found.lines.get(one.pk)) is not None:
        indicator_set = set_of(one.set_version)
        leaves = [leaf for leaf in indicator_set.leaves if leaf.id in line.criteria]
        context |= {
            "line": line,
            "criteria": [_criterion(leaf, line.criteria[leaf.id]) for leaf in leaves],
            "set": one.set_version,
            "constructed": indicator_set.constructed,
            "counted_at": found.counted_at,
        }
    return render(request, "indices/live/public_unit.html", context)


def _of_round(round_: Round) -> dict:
    return {
        "round": round_,
        "tag": round_tag(round_),
        "is_open": round_.is_live_public,
        "whole": round_.live_shown == Round.LiveShown.WHOLE,
        "board_url": address("round_live_public", round_.pk),
        "minutes": int(public.FRESH.total_seconds() // 60),
    }


def _row(round_: Round, entry: Entry, line: public.Line) -> dict:
    sources = [one.source for one in line.criteria.values()]
    return {
        "unit": str(entry.unit),
        "url": address("entry_live_public", round_.pk, entry.pk),
        "share": line.share,
        "drawn": f"{float(line.share):.4f}" if line.share is not None else "",
        "score": points(line.score),
        "maximum": points(line.maximum),
        "percent": percent(line.share, 2),
        "measured": sum(source in ("measured", "mixed") for source in sources),
        "given": sum(source in ("declared", "survey") for source in sources),
        "missing": sources.count("missing"),
    }


def _criterion(leaf: Node, one: public.Criterion) -> dict:
    counts = []
    for key, n in one.measured.items():
        spec = leaf.inputs[key.removesuffix(PREVIOUS)]
        counts.append((capital(meaning_of(leaf, key, spec).in_(lang())), n))
    return {
        "title": code_and_title(leaf),
        "points": points(one.points),
        "maximum": points(one.maximum if one.maximum is not None else leaf.maximum),
        "mark": source_mark(one.source),
        "counts": counts,
        "why": _("Computed at the close of the round.") if one.points is None and one.source != "missing" else "",
    }
