"""To-do lists: an office's criteria over all rounds, and for the reform officer who has not answered."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices import work
from minhbach.indices.firstpage import OTHER_WORK, own_units
from minhbach.indices.models import Assignment
from minhbach.indices.permissions import SEE
from minhbach.indices.views.sheets.desk import code_and_title
from minhbach.org.models import Unit
from minhbach.org.permissions import needs
from minhbach.org.ui.firstpage import due_state, gathered
from minhbach.org.ui.unitfields import Choosable, UnitField, found_units
from minhbach.vietnamese import fold

PER_PAGE = 50
_FINISHED = (Assignment.State.ANSWERED, Assignment.State.ACCEPTED)


class OfficeFilter(forms.Form):
    """One of the offices that were given these criteria."""

    def __init__(self, *args, assignments: QuerySet[Assignment], **more):
        super().__init__(*args, **more)
        offices = Unit.objects.filter(pk__in=assignments.order_by().values("office")).order_by("sort_key", "pk")
        self.units = Choosable(offices, key="code", note=lambda unit: "")
        self.fields["office"] = UnitField(label=_("Office"), units=self.units, required=False, empty=_("All"))


@needs(SEE)
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    own = work.assignments_of_offices(request.user)
    units = work.assignments_of_units(request.user)
    oversees, answers = units.exists(), own.exists()
    view = request.GET.get("view") or ("offices" if oversees else "mine")
    # A school gives its criteria to no office, and appraisers have none: their work lies on the sheets.
    kinds = OTHER_WORK if oversees or answers else (own_units, *OTHER_WORK)
    context = {"view": view, "now": timezone.now(), "blocks": gathered(request.user, *kinds).blocks}
    if not oversees and not answers:
        return render(request, "indices/sheets/todo.html", context)
    if oversees:
        labels = {"offices": _("By office"), "all": _("All criteria")}
        if answers:
            labels = {"mine": _("Mine"), **labels}
        context["tabs"] = [
            {"label": label, "url": f"?view={key}", "current": key == view} for key, label in labels.items()
        ]
    if view == "offices" and oversees:
        context["offices"] = work.offices_progress(request.user)
        context["several"] = len({each.entry for each in context["offices"]}) > 1
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
    text = request.GET.get("q", "").strip()
    form = OfficeFilter(request.GET, assignments=assignments)
    if answer := found_units(request, form):
        return answer
    office = form.cleaned_data["office"] if form.is_valid() else None
    if office:
        assignments = assignments.filter(office=office)
    wanted = request.GET.get("state", "open")
    wanted = wanted if wanted in states else "open"
    kept = assignments.filter(states[wanted][1])
    # One line for a criterion, however many offices it was given to.
    keys = kept.order_by().values_list("entry", "criterion").annotate(first=Min("due"))
    lines = keys.order_by("first", "entry", "criterion")
    page = Paginator(_matching(kept, text) if text else lines, PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(kept, [key[:2] for key in page], now)
    context |= {
        "listed": True,
        "page": page,
        "rows": rows,
        "states": [(key, label) for key, (label, _q) in states.items()],
        "wanted": wanted,
        "office": office,
        "form": form,
        "offices": form.units.count > 1,
        "q": text,
        "several": len({row["assignment"].entry_id for row in rows}) > 1,
        "late": assignments.filter(states["late"][1]).order_by().values("entry", "criterion").distinct().count(),
    }
    return render(request, "indices/sheets/todo.html", context)


def _matching(assignments: QuerySet[Assignment], text: str) -> list[tuple[int, str]]:
    """Those whose code, title, unit or office holds every word, marks aside."""
    rows = list(assignments)
    sets = work.sets_of(each.entry for each in rows)
    words = fold(text).split()
    found: dict[tuple[int, str], None] = {}
    for each in rows:
        node = sets[each.entry.set_version_id].nodes.get(each.criterion)
        title = f"{node.title.vi} {node.title.en}" if node else ""
        where = fold(f"{each.criterion} {title} {each.office} {each.entry.unit}")
        if all(word in where for word in words):
            found[each.entry_id, each.criterion] = None
    return list(found)


def _rows(assignments: QuerySet[Assignment], keys: list[tuple[int, str]], now) -> list[dict]:
    """The criteria of a page with their offices, the one that leads first."""
    by_key: dict[tuple[int, str], list[Assignment]] = {key: [] for key in keys}
    wanted = assignments.filter(entry__in={key[0] for key in keys}, criterion__in={key[1] for key in keys})
    for each in wanted.order_by("-leads", "office__sort_key"):
        if (each.entry_id, each.criterion) in by_key:
            by_key[each.entry_id, each.criterion].append(each)
    sets = work.sets_of(given[0].entry for given in by_key.values())
    return [_row(given, sets, now) for given in by_key.values()]


def _row(given: list[Assignment], sets: dict, now) -> dict:
    first = given[0]
    node = sets[first.entry.set_version_id].nodes.get(first.criterion)
    open_ = [each.due for each in given if each.state not in _FINISHED]
    return {
        "assignment": first,
        "given": given,
        "one_state": len({each.state for each in given}) == 1,
        "why": next((each.returned_why for each in given if each.returned_why), ""),
        "title": code_and_title(node) if node else first.criterion,
        "due": min(open_ or [first.due]),
        "due_state": due_state(min(open_), now) if open_ else None,
    }
