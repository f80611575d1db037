"""Units on screen: the tree of a day, one unit with its history, and the forms that change it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.org.dates import today
from minhbach.org.models import Unit, UnitKind
from minhbach.org.permissions import holds, may, needs, require, units_where
from minhbach.org.permissions.org_verbs import PEOPLE_MANAGE, PEOPLE_VIEW, TRAIL_READ, UNITS_MANAGE, UNITS_VIEW
from minhbach.org.screens import screen, with_form
from minhbach.org.ui.forms import attempt
from minhbach.org.units import actions, queries, tree
from minhbach.org.units.forms import (
    MOST_SUCCESSORS,
    SUCCESSORS,
    ClassifyForm,
    CloseForm,
    MoveForm,
    OpenForm,
    RenameForm,
    TreeFilter,
)


@require_safe
@needs(UNITS_VIEW)
def units(request: HttpRequest) -> HttpResponse:
    """The tree as of a day."""
    form = TreeFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    day = wanted.get("day") or today()
    under = request.GET.get("under", "")
    shown = tree.shown(day, text=wanted.get("q", ""), kind=wanted.get("kind"), under=under)
    if not form.is_bound:
        form = TreeFilter(initial={"day": day})
    return screen(
        request,
        "units/tree",
        {
            "form": form,
            "tree": shown,
            "day": day,
            "is_today": day == today(),
            "may_open": holds(request.user, UNITS_MANAGE),
        },
        here="units",
    )


@require_safe
@needs(UNITS_VIEW)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit with all that is known of its life; people only for those who may see people."""
    found = get_object_or_404(Unit.objects.select_related("kind", "parent"), pk=pk)
    account = request.user
    sees_people = account.is_authenticated and may(account, PEOPLE_VIEW, found)
    context = {
        "unit": found,
        "life": tree.life(found),
        "may_manage": may(account, UNITS_MANAGE, found),
        "may_register": may(account, PEOPLE_MANAGE, found),
        "may_read_trail": may(account, TRAIL_READ, found),
        "sees_people": sees_people,
    }
    if sees_people:
        context |= {"posts": tree.posts_at(found), "grants": tree.grants_at(found)}
    return screen(request, "units/unit", context)


def _for_change(request: HttpRequest, pk: int) -> Unit:
    found = get_object_or_404(Unit.objects.select_related("kind", "parent"), pk=pk)
    require(request.user, UNITS_MANAGE, found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UNITS_MANAGE)
def unit_new(request: HttpRequest) -> HttpResponse:
    parents = queries.not_closed(units_where(request.user, UNITS_MANAGE))
    form = OpenForm(request.POST or None, parents=parents, initial={"parent": request.GET.get("parent", "")})
    if form.is_valid():
        places = {"code_taken": "code", "parent_closed": "begins", "too_deep": "parent"}
        opened = attempt(form, lambda: actions.unit_open(**form.cleaned_data, acting=request.user), places)
        if opened:
            messages.success(request, _("%(unit)s is opened.") % {"unit": opened})
            return redirect("org:unit", opened.pk)
    return with_form(request, "units/open", form, {"kinds_missing": not UnitKind.objects.exists()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UNITS_MANAGE)
def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    found = _for_change(request, pk)
    names = {"name": found.name, "name_en": found.name_en, "short_name": found.short_name}
    form = RenameForm(request.POST or None, initial=names)
    if form.is_valid():
        places = {"closed": "on", "too_early": "on"}
        renamed = attempt(form, lambda: actions.unit_rename(found, **form.cleaned_data, acting=request.user), places)
        if renamed:
            day = form.cleaned_data["on"]
            if day > today():
                messages.success(request, _("The new name is recorded; it begins on its day."))
            else:
                messages.success(request, _("%(unit)s bears its new name.") % {"unit": renamed})
            return redirect("org:unit", pk)
    return with_form(request, "units/rename", form, {"unit": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UNITS_MANAGE)
def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    found = _for_change(request, pk)
    parents = queries.not_closed(units_where(request.user, UNITS_MANAGE)).exclude(path__startswith=found.path)
    form = MoveForm(request.POST or None, parents=parents)
    if form.is_valid():
        places = {"closed": "on", "too_early": "on", "parent_closed": "parent", "cycle": "parent", "too_deep": "parent"}
        moved = attempt(form, lambda: actions.unit_move(found, **form.cleaned_data, acting=request.user), places)
        if moved:
            if form.cleaned_data["on"] > today():
                messages.success(request, _("The move is recorded; it takes place on its day."))
            else:
                messages.success(request, _("%(unit)s stands under its new parent unit.") % {"unit": moved})
            return redirect("org:unit", pk)
    return with_form(request, "units/move", form, {"unit": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UNITS_MANAGE)
def unit_classify(request: HttpRequest, pk: int) -> HttpResponse:
    found = _for_change(request, pk)
    form = ClassifyForm(request.POST or None, initial={"kind": found.kind_id, "group": found.group})
    if form.is_valid():
        actions.unit_classify(found, **form.cleaned_data, acting=request.user)
        messages.success(request, _("The kind and group are changed."))
        return redirect("org:unit", pk)
    return with_form(request, "units/classify", form, {"unit": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UNITS_MANAGE)
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _for_change(request, pk)
    rows = _rows(request.POST.get("rows"))
    more = "more" in request.POST
    # Any open unit may take over, also one that this person does not manage.
    heirs = queries.not_closed(Unit.objects.exclude(pk=found.pk))
    if more:
        # Nothing is judged yet: the page comes back with what was filled in, and with more room.
        rows = min(rows + SUCCESSORS, MOST_SUCCESSORS)
        form = CloseForm(units=heirs, rows=rows, initial={**request.POST.dict(), "rows": rows})
    else:
        form = CloseForm(request.POST or None, units=heirs, rows=rows)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("on", "document_number", "document_date", "document_title")}
        closed = attempt(
            form,
            lambda: actions.unit_close(found, successors=form.successors(), **facts, acting=request.user),
            {"closed": "on", "too_early": "on"},
        )
        if closed:
            messages.success(request, _("%(unit)s is closed.") % {"unit": closed})
            return redirect("org:unit", pk)
    context = {"unit": found, "children": tree.children_of(found, today()), "posts": tree.posts_at(found).count()}
    return with_form(request, "units/close", form, context)


def _rows(text: str | None) -> int:
    return min(max(int(text), 1), MOST_SUCCESSORS) if text and text.isdecimal() and len(text) < 4 else SUCCESSORS
