"""How the points went over the days of the round so far: of a round, of a unit, of a criterion. Drawn, in a table, and
in words. The live pages fetch these parts after they have been shown, for past days take longer to count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.live import days
from minhbach.indices.live.facts import PREVIOUS, suppliers
from minhbach.indices.live.scores import board, live_entry
from minhbach.indices.models import Round
from minhbach.indices.views.boards.common import address, capital, round_tag, visible_round
from minhbach.indices.views.live.common import Asked, asked, with_live
from minhbach.indices.views.sheets.desk import Desk, code_and_title, lang
from minhbach.org.dates import today
from minhbach.org.permissions import asks
from minhbach.org.ui.figures import date_short, percent, points, signed
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import Node

Told = list[tuple[str, Fraction | None]]
"""The name of each day, and the points then."""


@asks("rounds_visible; of its units those of entries_inside that the person sees whole")
@require_safe
def round_live_days(request: HttpRequest, pk: int) -> HttpResponse:
    """The points of every unit at the end of each day."""
    round_ = visible_round(request, pk)
    when = asked(request)
    lines, _count = board(request.user, round_, at=when.at)
    found = days.of_round(round_, days.days_of(round_, when.day)) if lines else None
    past = list(found.by_day) if found else []
    here = address("round_live", round_.pk)
    rows = []
    for line in lines:
        told = [found.by_day[day].get(line.entry.pk) for day in past] if found else []
        told += [line.score] if _shows_now(round_, when) else []
        rows.append({"unit": str(line.entry.unit), "url": address("entry_live", line.entry.pk) + when.query,
                     "told": told})  # fmt: skip
    names = _names(round_, past, when)
    known = [score for row in rows for score in row["told"] if score is not None]
    for row in rows:
        row["label"] = in_words(list(zip(names, row["told"], strict=True)))
        row["cells"] = list(zip(names, [points(score) for score in row["told"]], strict=True))
    context = {
        "round": round_,
        "tag": round_tag(round_),
        "when": when,
        "title": _("How the points went"),
        "heads": [(name, f"{here}?on={day.isoformat()}") for name, day in zip(names, past, strict=False)]
        + [(name, here) for name in names[len(past) :]],
        "rows": rows,
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "back": here + when.query,
        "back_title": _("Live index"),
        "crumbs": [(str(round_), address("round", round_.pk)), (_("Live index"), here + when.query)],
        "counted_at": found.counted_at if found else None,
        "part": "indices/live/_days_of_round.html",
    }
    return _answer(request, context)


@with_live
@require_safe
def entry_live_days(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The points of a unit at the end of each day; for whoever sees all of its criteria."""
    if not desk.sees_all:
        raise Http404(_("There is no such self-score, or it is not for you to see."))
    when, round_ = asked(request), desk.entry.round
    found = days.of_entry(desk.entry, days.days_of(round_, when.day))
    told: Told = [(date_short(day), said.score) for day, said in found.by_day.items()]
    maximum = None
    if _shows_now(round_, when):
        live = live_entry(desk.entry)
        told.append((_("up to now"), live.result.score))
        maximum = live.result.maximum
    here = address("entry_live", desk.entry.pk)
    crumbs = [(str(round_), address("round", round_.pk)), (str(desk.entry.unit), here + when.query)]
    return _answer(request, _of_one(desk, when, found, told, maximum, here, crumbs, [[] for _each in told], []))


@with_live
@require_safe
def criterion_live_days(request: HttpRequest, desk: Desk, node: Node) -> HttpResponse:
    """The points of a criterion and its measured counts at the end of each day."""
    when, round_ = asked(request), desk.entry.round
    found = days.of_entry(desk.entry, days.days_of(round_, when.day))
    told: Told = [(date_short(day), said.points.get(node.id)) for day, said in found.by_day.items()]
    counts = [said.measured.get(node.id, {}) for said in found.by_day.values()]
    if _shows_now(round_, when):
        live = live_entry(desk.entry)
        result = live.leaf(node.id)
        told.append((_("up to now"), result.score if result.is_known else None))
        counts.append(live.facts.measured.get(node.id, {}))
    keys = [key for key in suppliers(node) if any(key in each for each in counts)]
    heads = [capital(meaning_of(node, key, node.inputs[key.removesuffix(PREVIOUS)]).in_(lang())) for key in keys]
    cells = [[each.get(key) for key in keys] for each in counts]
    here = address("criterion_live", desk.entry.pk, node.id)
    crumbs = [(str(round_), address("round", round_.pk)),
              (str(desk.entry.unit), address("entry_live", desk.entry.pk) + when.query),
              (code_and_title(node)[:60], here + when.query)]  # fmt: skip
    maximum = node.maximum
    context = _of_one(desk, when, found, told, maximum, here, crumbs, cells, heads)
    shares = _shares(node, counts)
    for row, share in zip(context["rows"], reversed(shares), strict=False):
        row["share"] = percent(share, 2)
    context["has_shares"] = any(share is not None for share in shares)
    return _answer(request, context)


def _shows_now(round_: Round, when: Asked) -> bool:
    return when.day is None and round_.counts_from <= today()


def _names(round_: Round, past: Sequence[date], when: Asked) -> list[str]:
    return [f"{day:%d/%m}" for day in past] + ([_("up to now")] if _shows_now(round_, when) else [])


def _of_one(
    desk: Desk,
    when: Asked,
    found: days.Days[days.Said],
    told: Told,
    maximum: Fraction | None,
    here: str,
    crumbs: list[tuple[str, str]],
    cells: list[list[int | None]],
    heads: list[str],
) -> dict[str, Any]:
    """What the part of a unit or a criterion shows: the line, the same in words, and a row for each day."""
    addresses = [f"{here}?on={day.isoformat()}" for day in found.by_day] + [here]
    rows, before = [], None
    for (name, score), url, counts in zip(told, addresses, cells, strict=False):
        change = _noticed(score - before) if score is not None and before is not None else None
        rows.append({"name": name, "url": url, "score": score, "counts": list(zip(heads, counts, strict=True)),
                     "change": signed(change) if change else "", "fell": bool(change and change < 0)})  # fmt: skip
        before = score
    while rows and rows[0]["score"] is None and all(count is None for _head, count in rows[0]["counts"]):
        del rows[0]  # before there was anything
    chart = {
        "kind": "line",
        "categories": [row["name"] for row in rows],
        "minimum": min([Fraction(0), *(score for _name, score in told if score is not None)]),
        "series": [{"name": _("Points"), "values": [row["score"] for row in rows]}],
    }
    return {
        "entry": desk.entry,
        "round": desk.entry.round,
        "when": when,
        "title": _("How the points went"),
        "said": in_words(told),
        "rows": rows[::-1],
        "heads": heads,
        "chart": chart if sum(score is not None for _name, score in told) > 1 else None,
        "maximum": maximum,
        "back": here + when.query,
        "back_title": crumbs[-1][0],
        "crumbs": crumbs,
        "counted_at": found.counted_at,
        "part": "indices/live/_days_of_one.html",
    }


def _noticed(change: Fraction) -> Fraction | None:
    """A change that shows in two decimals."""
    return change if abs(change) >= Fraction(1, 200) else None


def _shares(node: Node, counts: Sequence[dict[str, int]]) -> list[Fraction | None]:
    """The share that the first part of a whole makes of it, where a criterion has measured both."""
    for key in suppliers(node):
        whole = node.inputs[key].part_of if key in node.inputs else ""
        if whole:
            return [Fraction(each[key], each[whole]) if each.get(whole) and key in each else None for each in counts]
    return [None] * len(counts)


def in_words(told: Told) -> str:
    """The line for who does not see it: from where to where, the highest, the lowest, and the deepest fall."""
    known = [(name, score) for name, score in told if score is not None]
    if len(known) < 2:
        return _("There is only one figure yet.") if known else _("There are no figures yet.")
    (first, begin), (last, end) = known[0], known[-1]
    words = {"begin": points(begin), "first": first, "end": points(end), "last": last}
    now = last == _("up to now")
    said = [(_("%(begin)s points on %(first)s, %(end)s now.") if now
             else _("%(begin)s points on %(first)s, %(end)s on %(last)s.")) % words]  # fmt: skip
    falls = [(b[1] - a[1], a[0], b[0]) for a, b in zip(known, known[1:], strict=False)]
    deepest = min(falls, key=lambda fall: fall[0])
    if deepest[0] < 0 and _noticed(deepest[0]):
        said.append(
            _("The deepest fall was %(change)s, from %(first)s to %(last)s.")
            % {"change": signed(deepest[0]), "first": deepest[1], "last": deepest[2]}
        )
    elif _noticed(end - begin) is None:
        said.append(_("Nothing has changed."))
    else:
        said.append(_("It never fell."))
    return " ".join(said)


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The part alone for a page that asks for it; else a page of its own."""
    context["alone"] = not getattr(request, "htmx", False)
    template = context["part"] if getattr(request, "htmx", False) else "indices/live/days.html"
    return render(request, template, context)
