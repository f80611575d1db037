"""To-do lists: an office's criteria over all rounds, and for the reform officer who has not answered."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices import work
from minhbach.indices.models import Assignment
from minhbach.indices.permissions import SEE
from minhbach.indices.views.sheets.desk import code_and_title
from minhbach.indices.views.sheets.home import due_state
from minhbach.org.permissions import needs
from minhbach.vietnamese import fold

PER_PAGE = 50
_FINISHED = (Assignment.State.ANSWERED, Assignment.State.ACCEPTED)


@needs(SEE)
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    own = work.assignments_of_offices(request.user)
    units = work.assignments_of_units(request.user)
    oversees = units.exists()
    view = request.GET.get("view") or ("offices" if oversees else "mine")
    context = {"view": view, "oversees": oversees, "now": timezone.now()}
    if oversees:
        labels = {"offices": _("By office"), "all": _("All criteria")}
        if own.exists():
            labels = {"mine": _("Mine"), **labels}
        context["tabs"] = [
            {"label": label, "url": f"?view={key}", "current": key == view} for key, label in labels.items()
        ]
    if not oversees and not own.exists():
        # A school gives its criteria to no office: the work is on its sheet.
        context["entries"] = [e for e in work.entries_of_own_units(request.user) if e.answered < e.criteria]
    if view == "offices" and oversees:
        context["offices"] = work.offices_progress(request.user)
        return render(request, "indices/sheets/offices_progress.html", context)
    return _list(request, units if view == "all" and oversees else own, context)


def _list(request: HttpRequest, assignments: QuerySet[Assignment], context: dict) -> HttpResponse:
    now = context["now"]
    open_ = Q(state__in=work.TO_ANSWER)
    states = {
        "open": (_("To answer"), open_),
        "late": (_("Late"), open_ & Q(due__lt=now)),
        "returned": (_("Sent back"), Q(state=Assignment.State.RETURNED)),
        "done": (_("Answered"), Q(state__in=_FINISHED)),
        "all": (_("All"), Q()),
    }
    office, text = request.GET.get("office", ""), request.GET.get("q", "").strip()
    offices = list(assignments.order_by("office__sort_key").values_list("office__code", "office__name").distinct())
    if office:
        assignments = assignments.filter(office__code=office)
    wanted = request.GET.get("state", "open")
    wanted = wanted if wanted in states else "open"
    rows = list(assignments.filter(states[wanted][1])) if text else assignments.filter(states[wanted][1])
    if text:
        rows = _matching(rows, text)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    sets = work.sets_of(each.entry for each in page)
    context |= {
        "page": page,
        "rows": [_row(each, sets, now) for each in page],
        "states": [(key, label) for key, (label, _q) in states.items()],
        "wanted": wanted,
        "office": office,
        "offices": offices if len(offices) > 1 else [],
        "q": text,
        "several": len({each.entry_id for each in page}) > 1,
        "late": assignments.filter(states["late"][1]).count(),
    }
    return render(request, "indices/sheets/todo.html", context)


def _matching(rows: list[Assignment], text: str) -> list[Assignment]:
    """Those whose code, title, unit or office holds every word, marks aside."""
    sets = work.sets_of(each.entry for each in rows)
    words = fold(text).split()
    found = []
    for each in rows:
        node = sets[each.entry.set_version_id].nodes.get(each.criterion)
        title = f"{node.title.vi} {node.title.en}" if node else ""
        where = fold(f"{each.criterion} {title} {each.office} {each.entry.unit}")
        if all(word in where for word in words):
            found.append(each)
    return found


def _row(each: Assignment, sets: dict, now) -> dict:
    node = sets[each.entry.set_version_id].nodes.get(each.criterion)
    finished = each.state in _FINISHED
    return {
        "assignment": each,
        "title": code_and_title(node) if node else each.criterion,
        "due": ("", "") if finished else due_state(each.due, now),
        "finished": finished,
    }
