"""Two versions of a set, or two years of it, side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from minhbach.indices import set_page
from minhbach.indices.views.sets.page import visible_set, whole
from minhbach.org.permissions import public
from minhbach.org.ui.figures import language
from minhbach.scoring.comparing import NodePair, compared, mapping_between

KINDS = {
    # kind: (state, word)
    "same": ("neutral", _("Unchanged")),
    "changed": ("warn", _("Changed")),
    "moved": ("info", _("Moved")),
    "split": ("info", _("Split")),
    "merged": ("info", _("Merged into one")),
    "dropped": ("bad", _("Dropped")),
    "new": ("ok", _("New")),
}


@public
def set_diff(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    wanted = whole(request.GET.get("with", ""))
    if wanted and wanted != other:  # the form without scripts names the other set so
        return redirect("indices:set_diff", pk=pk, other=wanted)
    one, two = visible_set(request, pk), visible_set(request, other)
    # The older comes first, whichever was asked for first.
    older, newer = sorted((one, two), key=lambda v: (v.year or 0, v.pk))
    lang = language()
    old, new = set_page.content(older), set_page.content(newer)
    context = {"older": older, "newer": newer, "here": one, "readable": old is not None and new is not None}
    if old is not None and new is not None:
        comparison = compared(old, new, mapping_between(old.code, new.code))
        context["comparison"] = comparison
        if comparison is not None:
            rows = [_row(pair, lang) for pair in comparison.pairs]
            changed = [row for row in rows if row["kind"] != "same" or row["differences"] or row["renumbered"]]
            chosen = request.GET.get("kind", "")
            context |= {
                "rows": [row for row in changed if chosen in ("", row["kind"])],
                "kinds": _kinds(changed, chosen),
                "chosen": chosen,
                "unchanged": len(rows) - len(changed),
                "set_rows": [_difference(d, lang) for d in comparison.differences],
                "reused": [
                    (code, comparison.old.nodes[code].title.in_(lang), comparison.new.nodes[code].title.in_(lang))
                    for code in comparison.reused_codes
                ],
            }
    return render(request, "indices/sets/diff.html", context)


def _kinds(rows: list[dict], chosen: str) -> list[dict]:
    """How many criteria changed in which way, the way to each first."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    words = {**KINDS, "same": ("info", _("Details differ"))}
    return [
        {"kind": kind, "state": state, "word": word, "count": counts[kind], "current": kind == chosen}
        for kind, (state, word) in words.items()
        if kind in counts
    ]


def _row(pair: NodePair, lang: str) -> dict:
    node = pair.new or pair.old
    state, word = KINDS[pair.kind]
    if pair.kind == "same" and (pair.differences or pair.is_renumbered):
        state, word = "info", _("Details differ") if pair.differences else _("Another code")
    return {
        "kind": pair.kind,
        "state": state,
        "word": word,
        "old": pair.old,
        "new": pair.new,
        "renumbered": pair.is_renumbered,
        "title": node.title.in_(lang) if node else "",
        "note": pair.note.in_(lang),
        "differences": [_difference(d, lang) for d in pair.differences],
    }


def _difference(difference, lang: str) -> dict:
    return {"name": difference.name.in_(lang), "old": difference.old.in_(lang), "new": difference.new.in_(lang)}
