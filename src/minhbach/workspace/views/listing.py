"""The inbox, and all dossiers a person may see: narrowed, kept under a name, read on by key."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minhbach.dossiers.permissions import OVERSEE, PERSONAL, RECEIVE, SEE
from minhbach.dossiers.queries import ACTING
from minhbach.dossiers.states import OPEN
from minhbach.org.errors import NotPossible
from minhbach.org.models import RoleGrant, Unit
from minhbach.org.permissions import holds, needs, unit_ids
from minhbach.org.ui.inbox import waiting_for
from minhbach.workspace import bands, lists
from minhbach.workspace.actions.filters import filter_drop, filter_keep
from minhbach.workspace.filters import Filters
from minhbach.workspace.inbox import DOSSIERS
from minhbach.workspace.models import SavedFilter
from minhbach.workspace.rows import rows_of


@needs(SEE)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What lies in my hands, at my units, or where I stand in, by working time left."""
    account = request.user
    counts = lists.inbox_counts(account)
    wanted = request.GET.get("list", "")
    if wanted not in (lists.MINE, lists.UNITS, lists.STAND_IN):
        wanted = lists.usual(counts)
    form = Filters(request.GET, account)
    now = timezone.now()
    found = form.on(lists.SCOPES[wanted].of(account), now)
    cut = bands.conditions(found, now)
    numbers = bands.counted(found, cut)
    band = form.said.get("band", "")
    band = band if band in bands.BANDS else ""
    page = lists.by_bands(found, cut, band, request.GET.get("after", ""))
    context = _context(request, wanted, form, page) | {
        "tabs": [
            {
                "label": lists.SCOPES[code].title,
                "url": f"{reverse('workspace:inbox')}?list={code}",
                "current": code == wanted,
                "count": counts[code],
            }
            for code in (lists.MINE, lists.UNITS, lists.STAND_IN)
            if code != lists.STAND_IN or counts[code] or wanted == code
        ],
        "bands": [
            {
                "band": each,
                "count": numbers[code],
                "url": _with(request, band="" if band == code else code),
                "current": band == code,
            }
            for code, each in bands.BANDS.items()
        ],
        "numbers": numbers,
        "total": sum(numbers.values()),
        "sources": waiting_for(account, but=DOSSIERS) if not request.GET.get("after") else [],
    }
    return render(request, "workspace/inbox.html", context)


@needs(SEE)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """Everything the person may see, the newest first."""
    form = Filters(request.GET, request.user)
    found = form.on(lists.SCOPES[lists.ALL].of(request.user))
    if band := form.said.get("band"):
        opened = found.filter(status__in=sorted(OPEN))
        found = opened.filter(bands.conditions(opened, timezone.now())[band]) if band in bands.BANDS else opened
    page = lists.by_newest(found, request.GET.get("after", ""), words="q" in form.said)
    return render(request, "workspace/dossiers.html", _context(request, lists.ALL, form, page))


@needs(SEE)
@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is narrowed now, under a name."""
    scope, query = request.POST.get("scope", ""), request.POST.get("query", "")
    unit = request.POST.get("unit", "")
    shared = Unit.objects.filter(pk=unit).first() if unit.isdecimal() and len(unit) < 18 else None
    try:
        kept = filter_keep(
            name=request.POST.get("name", ""), scope=scope, query=query, unit=shared, acting=request.user
        )
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The filter is kept as “%(name)s”.") % {"name": kept.name})
    return redirect(address_of(scope, query))


@needs(SEE)
@require_POST
def filter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a filter of one's own."""
    try:
        filter_drop(pk, acting=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The filter is removed."))
    return redirect("workspace:inbox")


def address_of(scope: str, query: str) -> str:
    """The address of a list narrowed so."""
    if scope in (lists.MINE, lists.UNITS, lists.STAND_IN):
        return f"{reverse('workspace:inbox')}?list={scope}" + (f"&{query}" if query else "")
    return reverse("workspace:dossiers") + (f"?{query}" if query else "")


def _context(request: HttpRequest, scope: str, form: Filters, page: lists.Page) -> dict:
    account = request.user
    rows = iter(rows_of(page.dossiers, account))
    return {
        "scope": scope,
        "form": form,
        "first": [form[name] for name in Filters.FIRST],
        "more": [form[name] for name in Filters.MORE],
        "groups": [(band, [next(rows) for _dossier in dossiers]) for band, dossiers in page.groups],
        "next": _with(request, after=page.after) if page.after else "",
        "start": _with(request, after="") if request.GET.get("after") else "",
        "clear": address_of(scope, ""),
        "here": request.get_full_path(),
        "kept": [
            {"kept": each, "url": address_of(each.scope, each.query), "own": each.person_id == account.person_id}
            for each in kept_filters(account)
        ],
        "shareable": _own_units(account) if form.narrowed else [],
        "may_receive": holds(account, RECEIVE),
        "may_print": holds(account, PERSONAL),
        "may_act": any(holds(account, verb) for verb in (*ACTING, OVERSEE)),
    }


def kept_filters(account):
    """One's own filters, and those shared with one's units."""
    units = unit_ids(account, SEE)
    shared = Q(unit__isnull=False) if units is None else Q(unit__in=units)
    return SavedFilter.objects.filter(Q(person=account.person_id) | shared).select_related("person", "unit")


def _own_units(account):
    held = RoleGrant.objects.filter(person=account.person_id).values("unit")
    units = unit_ids(account, SEE)
    found = Unit.objects.filter(pk__in=held)
    return found if units is None else found.filter(pk__in=units)


def _with(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return "?" + query.urlencode()
