"""Behind one live criterion: the rule, the figures it was given, and the rows that count or do not, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from minhbach.indices import figures
from minhbach.indices.disclosure import FINAL
from minhbach.indices.exporting import live_rows
from minhbach.indices.exporting.extract import file_name
from minhbach.indices.live import since
from minhbach.indices.live.behind import NOT, Behind, behind
from minhbach.indices.live.facts import PREVIOUS, suppliers
from minhbach.indices.live.otherwise import Otherwise, otherwise
from minhbach.indices.live.scores import LiveEntry, live_entry
from minhbach.indices.views.boards.common import address
from minhbach.indices.views.exports.answers import answer
from minhbach.indices.views.live.common import Asked, asked, source_mark, with_live
from minhbach.indices.views.sheets.columns import facts_in_words, rule_in_words
from minhbach.indices.views.sheets.desk import Desk, capital, code_and_title, lang
from minhbach.org.ui.figures import number
from minhbach.scoring.facts import meaning_of
from minhbach.scoring.model import Node
from minhbach.scoring.wording import fact_in_words

PAGE = 50
CODE = 26
"""A shorter first cell is a code, and stays on one line."""


@dataclass(frozen=True)
class Figure:
    """One fact of the criterion: what counted, what was declared, and how it is counted."""

    label: str
    value: str
    source: Any
    typed: str
    differs: bool
    counted: str
    says: str
    url: str


@with_live
@require_safe
def criterion_live(request: HttpRequest, desk: Desk, node: Node) -> HttpResponse:
    """The way from a point down to its rows."""
    when = asked(request)
    live = live_entry(desk.entry, at=when.at)
    tabs = behind(live, node.id, when.at)
    shown = _chosen(request, tabs)
    result = live.leaf(node.id)
    known = result.is_known and result.score is not None and result.maximum is not None
    context: dict[str, Any] = {
        "desk": desk,
        "entry": desk.entry,
        "round": desk.entry.round,
        "node": node,
        "title": code_and_title(node),
        "above": _above(desk, node),
        "when": when,
        "result": result,
        "lost": result.maximum - result.score if known else None,  # type: ignore[operator]
        "maximum": node.maximum,
        "mark": source_mark(live.source(node.id)),
        "explanation": figures.explanation(desk.indicator_set, live.result, node.id, lang()),
        "typed": live.declared.nodes[node.id],
        "differs": live.differs(node.id),
        "rule": rule_in_words(desk, node),
        "figures": _figures(live, node, tabs, when),
        "others": [_other(live, node, each) for each in otherwise(live, node.id, when.at)],
        "tabs": [_tab(one, one is shown, when) for one in tabs],
        "notes": list(dict.fromkeys(said for one in _wholes(node, tabs) for said in one.notes())),
        "changed": _changed(desk, live, node, when),
        "days_url": address("criterion_live_days", desk.entry.pk, node.id) + when.query,
        "sheet": address("entry_live", desk.entry.pk) + when.query,
        "declare": address("criterion", desk.entry.pk, node.id),
    }
    if shown is not None:
        context |= _listed(request, shown, desk, node, when)
    return render(request, "indices/live/criterion.html", context)


def _wholes(node: Node, tabs: list[Behind]) -> list[Behind]:
    """The tabs that are part of no other: what is said of their rows is said of all."""
    keys = {one.key for one in tabs}
    return [
        one for one in tabs if one.missed is None and node.inputs[one.key.removesuffix(PREVIOUS)].part_of not in keys
    ]


def _changed(desk: Desk, live: LiveEntry, node: Node, when: Asked) -> dict[str, Any]:
    """What was sealed with a concluded round, where the rows say something else now. The points sealed only for whoever
    may see them."""
    entry = desk.entry
    if when.day is not None or not entry.round.is_over or not entry.sealed:
        return {}
    found = since.of_criterion(entry, node.id, live.facts.measured.get(node.id, {}))
    kept = entry.sealed["criteria"].get(node.id, {})
    sees = desk.sight.sees(node.id, FINAL)
    return {"lines": [_change(node, each) for each in found],
            "points": figures.from_text(kept.get("score")) if sees else None}  # fmt: skip


def _change(node: Node, each: since.Change) -> str:
    title = capital(meaning_of(node, each.key, node.inputs[each.key.removesuffix(PREVIOUS)]).in_(lang()))
    words = {"title": title, "was": number(each.was), "now": number(each.now)}
    said = _("%(title)s: now %(now)s instead of %(was)s.") % words
    if each.was == each.now:
        said = _("%(title)s: %(was)s as before, but not the same rows.") % words
    if each.rows:
        said += " " + ngettext(
            "%(count)s row came or went.", "%(count)s rows came or went.", each.rows
        ) % {"count": number(each.rows)}  # fmt: skip
    elif each.rows is None:
        said += " " + _("Rows were entered later with an earlier date, or there are too many to name.")
    return said


def _chosen(request: HttpRequest, tabs: list[Behind]) -> Behind | None:
    """The tab asked for; else the rows that cost points, if any do; else the first."""
    wanted = request.GET.get("show", "")
    found = next((one for one in tabs if one.key == wanted), None)
    costing = next((one for one in tabs if one.missed is not None and one.count), None)
    return found or costing or (tabs[0] if tabs else None)


def _tab(one: Behind, current: bool, when: Asked) -> dict:
    return {
        "label": capital(one.title),
        "url": when.also(f"show={one.key}") + "#rows",
        "count": one.count,
        "current": current,
    }


def _part(request: HttpRequest) -> int | None:
    text = request.GET.get("part", "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _listed(request: HttpRequest, one: Behind, desk: Desk, node: Node, when: Asked) -> dict:
    """The rows of a tab, a page of them; or its parts, where those are what is counted or the rows have no listing."""
    part = _part(request)
    found: dict[str, Any] = {"shown": one, "shown_title": capital(one.title), "costs": one.missed is not None}
    by_part = part is None and (one.figure.parts or not one.lists_rows)
    query = when.also(f"show={one.key}" + (f"&part={part}" if part is not None else ""))
    names = [{"label": e.upper(), "url": address("criterion_live_rows", desk.entry.pk, node.id, e) + query}
             for e in ("xlsx", "csv")]  # fmt: skip
    found["files"] = names
    if by_part:
        parts = one.parts()
        page = Paginator(parts, PAGE).get_page(request.GET.get("page"))
        here = when.also(f"show={one.key}")
        found["parts"] = [
            {"part": each, "url": f"{here}&part={each.pk}#rows" if one.lists_rows else ""} for each in page
        ]
        found["page"] = page
        return found
    rows = one.rows(part)
    paginator = Paginator(rows, PAGE)
    if part is None and one.counts_rows:
        paginator.count = one.count
    page = paginator.get_page(request.GET.get("page"))
    found |= {"page": page, "columns": one.columns(), "lines": []}
    for line in one.lines(list(page), desk.account):
        cells = list(zip(line.cells, found["columns"], strict=True))
        is_code = len(line.cells[0]) < CODE
        found["lines"].append({"cells": cells, "address": line.address, "why": line.why, "is_code": is_code})
    if part is not None:
        found["part"] = next((each for each in one.parts() if each.pk == part), None)
        found["all_parts"] = when.also(f"show={one.key}") + "#rows"
    return found


def _figures(live: LiveEntry, node: Node, tabs: list[Behind], when: Asked) -> list[Figure]:
    measured, own = live.facts.measured.get(node.id, {}), suppliers(node)
    typed = facts_in_words(node, dict(live.facts.typed.get(node.id, {})))
    values = live.facts.facts.values.get(node.id, {})
    keys = {one.key for one in tabs}
    found = []
    for (key, _type, spec), declared in zip(node.fact_keys(), typed, strict=True):
        name, _dot, option = key.partition(".")
        value = values.get(name)
        if option:
            value = value.get(option) if isinstance(value, dict) else None
        is_measured = key in measured
        one = own.get(key) if is_measured else None
        source = "measured" if is_measured else "missing" if value is None else live.facts.source(node, "", "")
        if source == "mixed":
            source = "declared"
        found.append(
            Figure(
                capital(meaning_of(node, key, spec).in_(lang())),
                fact_in_words(value, spec, lang()),
                source_mark(source),
                declared,
                is_measured
                and key in live.facts.typed.get(node.id, {})
                and declared != fact_in_words(value, spec, lang()),
                capital(str(one.title)) if one else "",
                str(one.count.says) if one else "",
                when.also(f"show={key}") + "#rows" if key in keys else "",
            )
        )
    return found


def _other(live: LiveEntry, node: Node, each: Otherwise) -> dict:
    facts = []
    for key, n in each.values.items():
        own = meaning_of(node, key, node.inputs[key.removesuffix(PREVIOUS)]).in_(lang())
        facts.append((capital(str(each.changed[key].title) if key in each.changed else own), n))
    return {
        "question": each.question.in_(lang()),
        "text": each.text.in_(lang()),
        "facts": facts,
        "result": each.result,
        "change": each.result.score - now
        if each.result.is_known and each.result.score is not None and (now := live.leaf(node.id).score) is not None
        else None,
    }


def _above(desk: Desk, node: Node) -> list[str]:
    found: list[str] = []
    parent = desk.indicator_set.parents.get(node.id)
    while parent is not None:
        found.insert(0, Truncator(code_and_title(desk.indicator_set.nodes[parent])).chars(70))
        parent = desk.indicator_set.parents.get(parent)
    return found


@with_live
@require_safe
def criterion_live_rows(request: HttpRequest, desk: Desk, node: Node, format: str) -> HttpResponse:
    """The rows of a tab as a file (?show=…, ?part=…, ?on=…)."""
    when = asked(request)
    live = live_entry(desk.entry, at=when.at)
    one = _chosen(request, behind(live, node.id, when.at))
    if one is None or format not in live_rows.FORMATS:
        raise Http404(_("There is no such file."))
    content = live_rows.FORMATS[format](one, desk.entry, node, when.day, _part(request))
    name = f"{node.id}-{one.key.removeprefix(NOT)}{'-khong-tinh' if one.missed else ''}".replace("/", "-")
    return answer(content, file_name(name, desk.entry, format), format)
