"""The live board of a round: every unit on what its work says now, or said on a past day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.figures import set_of
from minhbach.indices.live.scores import Line, board
from minhbach.indices.views.boards.common import TALL, address, group_title, round_tag, visible_round
from minhbach.indices.views.live.common import SOURCES, asked, source_mark
from minhbach.org.permissions import asks
from minhbach.org.ui.figures import percent, points, signed

#: By what the board is sorted: the key of a line, the greatest first but for names.
SORTS: dict[str, Callable[[Line], Any]] = {
    "unit": lambda line: 0,
    "score": lambda line: -(line.score or 0),
    "share": lambda line: -(line.share or 0),
    "difference": lambda line: (line.difference is None, -abs(line.difference or 0)),
    "measured": lambda line: -(line.sources["measured"] + line.sources["mixed"]),
    "missing": lambda line: -line.sources["missing"],
}


@asks("rounds_visible; of its units those of entries_inside that the person sees whole")
@require_safe
def round_live(request: HttpRequest, pk: int) -> HttpResponse:
    """Units × live score, maximum, share, and what of it is measured, declared and missing."""
    round_ = visible_round(request, pk)
    when = asked(request)
    lines, count = board(request.user, round_, at=when.at)
    groups = {line.entry.group: line.entry.set_version for line in lines}
    group = request.GET.get("group", "")
    shown = [line for line in lines if line.entry.group == group] if group in groups else lines
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "share"
    whole = all(set_of(version).extent == "whole" for version in groups.values())
    if sort == "share" and not whole:
        sort = "score"
    context = {
        "round": round_,
        "tag": round_tag(round_),
        "when": when,
        "days_url": address("round_live_days", round_.pk) + when.query,
        "lines": [_row(line, when.query) for line in sorted(shown, key=SORTS[sort])],
        "count": count,
        "tall": len(shown) > TALL,
        "whole": whole,
        "one_maximum": len({line.maximum for line in shown}) == 1,
        "maximum": points(shown[0].maximum) if shown else "",
        "sort": sort,
        "sorts": _sorts(whole),
        "group": group if group in groups else "",
        "groups": [{"code": c, "label": group_title(set_of(v), c)} for c, v in groups.items()]
        if len(groups) > 1
        else [],
        "sources": [(name, SOURCES[name][1]) for name in ("measured", "declared", "missing")],
    }
    return render(request, "indices/live/board.html", context)


def _sorts(whole: bool) -> list[tuple[str, str]]:
    found = [
        ("score", _("Points")),
        ("share", _("Percent")),
        ("unit", _("Unit")),
        ("difference", _("Difference to the self-score")),
        ("measured", _("Most measured")),
        ("missing", _("Most missing")),
    ]
    return found if whole else [each for each in found if each[0] != "share"]


def _row(line: Line, query: str) -> dict:
    """A line as the table shows it, written out here: with hundreds of units the template has no time for tags."""
    sources = line.sources
    difference = line.difference
    return {
        "unit": str(line.entry.unit),
        "url": address("entry_live", line.entry.pk) + query,
        "score": points(line.score),
        "maximum": points(line.maximum),
        "percent": percent(line.share, 2),
        "drawn": f"{float(line.share):.4f}" if line.share is not None else "",
        "declared": points(line.declared),
        "difference": signed(difference) if difference is None or difference else "0",
        "differs": bool(difference),
        "measured": sources["measured"] + sources["mixed"],
        "given": sources["declared"] + sources["survey"],
        "missing": sources["missing"],
        "marks": [source_mark(name, sources[name]) for name in SOURCES if sources[name]],
    }
