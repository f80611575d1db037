"""The trail on screen: what happened, one event, one chain with its check, and the daily roots."""

import shlex
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from minhbach.org.models import Chain, DailyRoot, SealedHead
from minhbach.org.permissions import needs, units_where
from minhbach.org.permissions.org_verbs import TRAIL_READ
from minhbach.org.screens import screen
from minhbach.org.trail import queries, words
from minhbach.org.trail.canonical import root_hash
from minhbach.org.trail.forms import TrailFilter
from minhbach.org.trail.verifying import verify

PER_PAGE = 30
ROOTS_PER_PAGE = 31
MOST_TO_VERIFY = 5000
"""Longer chains are checked from the command line, where nobody waits for a page."""
MOST_PROBLEMS = 20


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


@require_safe
@needs(TRAIL_READ)
def trail(request: HttpRequest) -> HttpResponse:
    account = request.user
    everything = queries.reads_all(account)
    keys = {name: _key(request.GET.get(name)) for name in ("before", "after")}
    filters = {name: value for name, value in request.GET.items() if name not in keys and value}
    form = TrailFilter(filters or None, units=units_where(account, TRAIL_READ).order_by("path"))
    found = queries.filtered(queries.events_visible(account, everything), form.wanted())
    page = queries.page(found, size=PER_PAGE, **keys)
    about = queries.abouts(page.events)
    lines = [(event, about[event.pk], everything or event.chain.name != queries.TREE) for event in page.events]
    context = {
        "form": form,
        "lines": lines,
        "page": page,
        "filtered": bool(filters),
        "last_root": DailyRoot.objects.order_by("day").last(),
    }
    return screen(request, "trail/trail", context, here="trail")


@require_safe
@needs(TRAIL_READ)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    everything = queries.reads_all(request.user)
    visible = queries.events_visible(request.user, everything).select_related("chain", "actor__person")
    found = get_object_or_404(visible, pk=pk)
    beside = {row.seq: row for row in visible.filter(chain=found.chain_id, seq__in=[found.seq - 1, found.seq + 1])}
    context = {
        "event": found,
        "about": queries.abouts([found])[found.pk],
        "rows": words.rows(found.data),
        "previous": beside.get(found.seq - 1),
        "next": beside.get(found.seq + 1),
        "chain_open": everything or found.chain.name != queries.TREE,
    }
    return screen(request, "trail/event", context)


@require_safe
@needs(TRAIL_READ)
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """One chain: its head, how far it is sealed, and whether it is whole, if asked."""
    found = get_object_or_404(queries.chains_visible(request.user), pk=pk)
    sealed = SealedHead.objects.filter(chain=found.name).select_related("root").order_by("-seq").first()
    visible = queries.events_visible(request.user).filter(chain=found)
    events = list(visible.select_related("chain").order_by("-seq")[:1])
    about = queries.abouts(events).get(events[0].pk) if events else None
    context = {
        "chain": found,
        "command": f"minhbach trail verify --chain {shlex.quote(found.name)}",
        "about": about,
        "last": events[0] if events else None,
        "sealed": sealed,
        "too_long": found.seq > MOST_TO_VERIFY,
        "most": MOST_TO_VERIFY,
    }
    if "verify" in request.GET and not context["too_long"]:
        context |= {"checked": timezone.now(), "problems": verify(found.name, most=MOST_PROBLEMS)}
    return screen(request, "trail/chain", context)


@dataclass(frozen=True)
class RootLine:
    root: DailyRoot
    follows: bool
    """Its hash is right, and it takes up the root before. What it covers is checked from the command line."""


@require_safe
@needs(TRAIL_READ)
def roots(request: HttpRequest) -> HttpResponse:
    found = DailyRoot.objects.order_by("-day")
    before = _day(request.GET.get("before"))
    if before:
        found = found.filter(day__lt=before)
    rows = list(found[: ROOTS_PER_PAGE + 1])
    lines = []
    for n, root in enumerate(rows[:ROOTS_PER_PAGE]):
        older = rows[n + 1].root if n + 1 < len(rows) else ""
        right = root_hash(root.day, root.count, root.merkle, root.previous) == root.root
        lines.append(RootLine(root, right and root.previous == older))
    return screen(
        request,
        "trail/roots",
        {
            "lines": lines,
            "older": rows[ROOTS_PER_PAGE - 1].day.isoformat() if len(rows) > ROOTS_PER_PAGE else "",
            "is_first": before is None,
            "chains": Chain.objects.count(),
        },
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
