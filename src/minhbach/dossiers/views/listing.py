"""Lists of dossiers: what I hold, what lies at my units, everything I may see."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.dossiers import clock, queries
from minhbach.dossiers.forms import Find
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import RECEIVE, SEE
from minhbach.org.calendars.queries import Calendars
from minhbach.org.permissions import holds, needs
from minhbach.worktime import clock_words

ROWS = 20


@require_safe
@needs(SEE)
def dossiers(request: HttpRequest) -> HttpResponse:
    """Ordered by the due moment; everything by the newest, read on by key so that deep pages cost no more."""
    account = request.user
    lists = {"mine": queries.mine, "units": queries.of_my_units, "all": queries.dossiers_seen}
    which = request.GET.get("list", "units")
    which = which if which in lists else "units"
    form = Find(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.found_by(lists["all" if text else which](account), text)
    address = reverse("dossiers:dossiers")
    context = {
        "form": form,
        "text": text,
        "which": which,
        "tabs": [
            {
                "label": label,
                "url": f"{address}?list={name}",
                "current": name == which and not text,
            }
            for name, label in (("units", _("At my units")), ("mine", _("Held by me")), ("all", _("All")))
        ],
        "may_receive": holds(account, RECEIVE),
    }
    if which == "all" or text:
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < 18:
            found = found.filter(pk__lt=int(before))
        rows = list(queries.with_rows(found.order_by("-id"))[: ROWS + 1])
        context |= {"rows": _rows(rows[:ROWS]), "older": rows[ROWS - 1].pk if len(rows) > ROWS else None}
    else:
        page = Paginator(queries.with_rows(found), ROWS).get_page(request.GET.get("page"))
        context |= {"rows": _rows(page.object_list), "page": page}
    return render(request, "dossiers/list.html", context)


def _rows(dossiers: list[Dossier]) -> list[dict]:
    lang = "en" if (get_language() or "").startswith("en") else "vi"
    now, calendars = timezone.now(), Calendars()
    rows = []
    for dossier in dossiers:
        reading = clock.reading_of(dossier, now, calendars=calendars)
        rows.append(
            {
                "dossier": dossier,
                "clock": clock_words(reading, lang) if reading else "",
                "kind": _kind(dossier, reading),
            }
        )
    return rows


def _kind(dossier: Dossier, reading) -> str:
    """The kind of state by which the line is marked."""
    if reading is None:
        return "info" if dossier.is_open else "neutral"
    if reading.standing == "late":
        return "bad"
    if not dossier.is_open:
        return "ok"
    if reading.state == "waiting":
        return "waiting"
    return "warn" if reading.left <= reading.full_day else "neutral"
