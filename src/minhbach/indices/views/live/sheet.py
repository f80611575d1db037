"""The live sheet of a unit: the tree of its criteria with points, lost points, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.live import since
from minhbach.indices.live.facts import suppliers
from minhbach.indices.live.scores import LiveEntry, live_entry
from minhbach.indices.views.boards.common import address, round_tag
from minhbach.indices.views.live.common import SOURCES, Asked, asked, source_mark, with_live
from minhbach.indices.views.sheets.desk import Desk, lang
from minhbach.scoring.model import Node
from minhbach.scoring.results import LeafResult


@dataclass(frozen=True)
class Row:
    """A part or a criterion. `lost` is what is not won of what is known; `typed` the points of the self-score."""

    node: Node
    depth: int
    title: str
    maximum: Fraction | None
    score: Fraction | None
    lost: Fraction | None
    url: str = ""
    source: str = ""
    mark: SafeString | str = ""
    state: str = ""
    typed: Fraction | None = None
    differs: bool = False

    @property
    def depth_class(self) -> str:
        return f"depth-{min(self.depth, 2)}" if self.depth else ""

    @property
    def is_group(self) -> bool:
        return not self.node.is_leaf


SHOW = ("all", "lost", "measured", "differs", "missing")


@with_live
@require_safe
def entry_live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every visible criterion live."""
    when = asked(request)
    live = live_entry(desk.entry, at=when.at)
    rows = [row for top in (*desk.indicator_set.criteria, *desk.indicator_set.adjustments)
            for row in _branch(desk, live, top, 0, when.query)]  # fmt: skip
    wanted = request.GET.get("show", "all")
    wanted = wanted if wanted in SHOW else "all"
    leaves = [row for row in rows if not row.is_group and not row.node.kind]
    result = live.result
    context = {
        "desk": desk,
        "entry": desk.entry,
        "round": desk.entry.round,
        "tag": round_tag(desk.entry.round),
        "when": when,
        "rows": _kept(rows, wanted),
        "tabs": _tabs(leaves, wanted, when),
        "whole": desk.sees_all,
        "result": result,
        "share": result.share if not desk.is_part else None,
        "lost": sum((row.lost for row in leaves if row.lost), Fraction(0)),
        "typed": live.declared.score,
        "difference": result.score - live.declared.score
        if result.score is not None and live.declared.score is not None
        else None,
        "marks": [source_mark(name, n) for name in SOURCES if (n := sum(row.source == name for row in leaves))],
        "changed": _changed(desk, live, when),
        **_unmeasured(desk, live, leaves),
        "days_url": address("entry_live_days", desk.entry.pk) + when.query,
        "board": address("round_live", desk.entry.round_id) + when.query,
    }
    return render(request, "indices/live/sheet.html", context)


def _changed(desk: Desk, live: LiveEntry, when: Asked) -> list[dict]:
    """The criteria whose counts are others now than those sealed with the round."""
    if when.day is not None:
        return []
    found = dict.fromkeys(each.criterion for each in since.by_count(desk.entry, live.facts.measured))
    nodes = desk.indicator_set.nodes
    return [
        {
            "label": nodes[code].code or nodes[code].title.in_(lang()),
            "url": address("criterion_live", desk.entry.pk, code),
        }
        for code in found
        if code in desk.visible
    ]


def _unmeasured(desk: Desk, live: LiveEntry, leaves: list[Row]) -> dict:
    """Where nothing is measured: why, and what there is instead."""
    if not leaves or any(row.node.id in live.facts.measured for row in leaves):
        return {}
    countable = sum(bool(suppliers(row.node)) for row in leaves)
    missing = sum(row.source == "missing" for row in leaves)
    return {
        "why_unmeasured": "no_rows" if countable else "no_figures",
        "countable": countable,
        "leaf_count": len(leaves),
        "given_count": sum(row.source in ("declared", "survey") for row in leaves),
        "missing_count": missing,
    }


def _branch(desk: Desk, live: LiveEntry, node: Node, depth: int, query: str) -> Iterator[Row]:
    result = live.result.nodes[node.id]
    title = node.title.in_(lang())
    if node.is_leaf:
        if node.id in desk.visible:
            yield _leaf(desk, live, node, depth, query)
        return
    below = [row for child in node.criteria for row in _branch(desk, live, child, depth + 1, query)]
    if not below:
        return
    whole = desk.visible.issuperset(leaf.id for leaf in node.walk() if leaf.is_leaf)
    if whole:
        known = [row.lost for row in below if not row.is_group and row.lost is not None]
        yield Row(node, depth, title, result.maximum, result.score, sum(known, Fraction(0)) if known else None)
    else:
        yield Row(node, depth, title, None, None, None)
    yield from below


def _leaf(desk: Desk, live: LiveEntry, node: Node, depth: int, query: str) -> Row:
    result, typed = live.leaf(node.id), live.declared.nodes[node.id]
    source = live.source(node.id)
    known = result.is_known and result.score is not None and result.maximum is not None
    return Row(
        node,
        depth,
        node.title.in_(lang()),
        result.maximum if result.maximum is not None else node.maximum,
        result.score if result.is_known else None,
        result.maximum - result.score if known and result.score is not None and result.maximum is not None else None,
        address("criterion_live", desk.entry.pk, node.id) + query,
        source,
        source_mark(source),
        _state(result),
        typed.score if typed.is_known else None,
        live.differs(node.id),
    )


def _state(result: LeafResult) -> str:
    """What to say instead of points, or beside them."""
    return "" if result.state in ("scored", "by_hand", "missing") else result.state


def _fits(row: Row, wanted: str) -> bool:
    match wanted:
        case "lost":
            return bool(row.lost)
        case "measured":
            return row.source in ("measured", "mixed")
        case "differs":
            return row.differs
        case "missing":
            return row.source == "missing"
    return True


def _kept(rows: list[Row], wanted: str) -> list[Row]:
    """The criteria that fit, under the parts they belong to."""
    if wanted == "all":
        return rows
    found: list[Row] = []
    for row in reversed(rows):
        inner = bool(found) and found[-1].depth > row.depth
        if (row.is_group and inner) or (not row.is_group and _fits(row, wanted)):
            found.append(row)
    return found[::-1]


def _tabs(leaves: list[Row], wanted: str, when: Asked) -> list[dict]:
    labels = {
        "all": _("All"),
        "lost": _("Points lost"),
        "measured": _("Measured"),
        "differs": _("Differs from self-score"),
        "missing": _("Missing"),
    }
    found = []
    for name, label in labels.items():
        count = sum(_fits(row, name) for row in leaves)
        if name in ("all", wanted) or count:
            url = when.also("" if name == "all" else f"show={name}") + "#sheet"
            found.append({"label": label, "url": url, "count": count, "current": name == wanted})
    return found
