"""The sets kept here, and the catalogue that comes with the product."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from minhbach.indices import queries, set_page
from minhbach.indices.actions.sets import catalogue_load
from minhbach.indices.models import SetDoubt
from minhbach.indices.permissions import EDIT_SETS
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import holds, may, needs, public, units_where
from minhbach.org.ui.figures import language
from minhbach.org.ui.unitfields import UnitField, found_units
from minhbach.scoring.catalogue import set_files


def keepers(account):
    """The units for which the person may keep sets, the highest first."""
    return units_where(account, EDIT_SETS).order_by("path")


class KeeperForm(forms.Form):
    """The unit that keeps a set."""

    def __init__(self, account, *args, **more):
        super().__init__(*args, **more)
        units = keepers(account)
        self.fields["unit"] = UnitField(label=_("Unit that keeps the set"), units=units, initial=units.first())

    @property
    def is_foreign(self) -> bool:
        """Whether a unit was named that the person may not keep sets for."""
        return any(error.code == "invalid_choice" for error in self.errors.as_data().get("unit", []))


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
    }
    return render(request, "indices/sets/list.html", context)


@needs(EDIT_SETS)
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """A set of the catalogue: read it before taking it over; taking it over makes a released version here."""
    indicator_set = set_page.catalogue_set(code)
    if indicator_set is None:
        raise Http404
    form = KeeperForm(request.user, request.POST if request.method == "POST" else None)
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        return _load(request, code, form.cleaned_data["unit"])
    if form.is_bound and form.is_foreign:
        raise Http404
    lang = language()
    context = {
        "set": indicator_set,
        "title": indicator_set.title.in_(lang),
        "code": code,
        "form": form,
        **set_page.page_context(indicator_set, lang),
    }
    return render(request, "indices/sets/catalogue.html", context, status=422 if form.errors else 200)


def _load(request: HttpRequest, code: str, unit: Unit) -> HttpResponse:
    if not may(request.user, EDIT_SETS, unit):
        raise PermissionDenied
    try:
        version = catalogue_load(code, unit=unit, acting=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("indices:sets")
    messages.success(request, _("The set is kept here now and can be used in rounds."))
    return redirect("indices:set", pk=version.pk)
