"""The sets kept here, and the catalogue that comes with the product."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minhbach.indices import queries, set_page
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import SetDoubt
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.views.sets.page import whole
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import holds, may, needs, public, units_where
from minhbach.org.ui.figures import language
from minhbach.scoring.catalogue import set_files


def keepers(account):
    """The units for which the person may keep sets, the highest first."""
    return units_where(account, EDIT_SETS).order_by("path")


@public
def sets(request: HttpRequest) -> HttpResponse:
    lang = language()
    editor = holds(request.user, EDIT_SETS)
    waiting = Count("doubts", filter=Q(doubts__outcome="", doubts__severity=SetDoubt.Severity.WARNING))
    versions = list(
        queries.sets_visible(request.user)
        .select_related("unit")
        .annotate(waiting=waiting)
        .order_by("-year", "code", "-pk")
    )
    rows = []
    for version in versions:
        indicator_set = set_page.content(version)
        rows.append(
            {
                "version": version,
                "set": indicator_set,
                "maximum": set_page.maximum_of(indicator_set) if indicator_set else None,
                "source": indicator_set.source.document if indicator_set else "",
                "leaves": len(indicator_set.leaves) if indicator_set else None,
                "may_edit": version.is_draft,
            }
        )
    here = {row["version"].code for row in rows}
    catalogue = []
    if editor:
        for code in set_files():
            indicator_set = set_page.catalogue_set(code)
            if code not in here and indicator_set is not None:
                catalogue.append(
                    {
                        "code": code,
                        "set": indicator_set,
                        "title": indicator_set.title.in_(lang),
                        "source": indicator_set.source.document,
                        "leaves": len(indicator_set.leaves),
                    }
                )
    context = {
        "drafts": [row for row in rows if row["version"].is_draft],
        "released": [row for row in rows if not row["version"].is_draft],
        "catalogue": catalogue,
        "editor": editor,
        "keepers": list(keepers(request.user)[:50]) if editor and catalogue else [],
    }
    return render(request, "indices/sets/list.html", context)


@needs(EDIT_SETS)
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """A set of the catalogue: read it before taking it over; taking it over makes a released version here."""
    indicator_set = set_page.catalogue_set(code)
    if indicator_set is None:
        raise Http404
    if request.method == "POST":
        return _load(request, code)
    lang = language()
    context = {
        "set": indicator_set,
        "title": indicator_set.title.in_(lang),
        "code": code,
        "keepers": list(keepers(request.user)[:50]),
        **set_page.page_context(indicator_set, lang),
    }
    return render(request, "indices/sets/catalogue.html", context)


@require_POST
def _load(request: HttpRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(keepers(request.user), pk=whole(request.POST.get("unit", "")))
    if not may(request.user, EDIT_SETS, unit):
        raise PermissionDenied
    try:
        version = catalogue_load(code, unit=unit, acting=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("indices:sets")
    messages.success(request, _("The set is kept here now and can be used in rounds."))
    return redirect("indices:set", pk=version.pk)
