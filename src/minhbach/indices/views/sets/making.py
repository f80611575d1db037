"""A new set, or a new version of one."""

from __future__ import annotations

import re

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from minhbach.indices import queries, set_page
from minhbach.indices.actions.sets import Unsound, set_save
from minhbach.indices.models import SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.indices.set_forms import checks
from minhbach.indices.set_forms.fields import bilingual
from minhbach.indices.views.sets.listing import keepers
from minhbach.indices.views.sets.page import whole
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may, needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.record_forms import key_from
from minhbach.org.ui.unitfields import UnitField, found_units


class NewSet(forms.Form):
    title = forms.CharField(label=_("Official title"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    title_en = forms.CharField(label=_("Title in English"), max_length=500, required=False)
    document = forms.CharField(
        label=_("Number of the decision"), max_length=200, help_text=_("For instance: 3078/QĐ-UBND")
    )
    year = forms.IntegerField(label=_("Year scored"), required=False, min_value=2000, max_value=2100)
    code = forms.SlugField(
        label=_("Code"),
        max_length=80,
        required=False,
        help_text=_("Lower-case letters, digits and hyphens; made from the title when left empty"),
    )
    version = forms.CharField(label=_("Version"), max_length=40, initial="1")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(label=_("Unit that keeps the set"), units=units, initial=units.first())

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if code and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", code):
            raise forms.ValidationError(_("Lower-case letters, digits and hyphens only."))
        return code

    def data_for(self, base: dict | None) -> dict:
        """The plain data of the new set."""
        cleaned = self.cleaned_data
        start = base or {"criteria": [{"code": "1", "title": str(_("New criterion")), "rule": {"unstated": True}}]}
        code = cleaned["code"] or key_from(cleaned["title"], join="-", fallback="bo")
        if not cleaned["code"] and cleaned["year"]:
            code = f"{code}-{cleaned['year']}"
        data = {
            **start,
            "format": 1,
            "code": code,
            "version": cleaned["version"],
            "title": bilingual(cleaned["title"].strip(), cleaned["title_en"].strip()),
            "source": {**start.get("source", {}), "document": cleaned["document"]},
        }
        data.pop("year", None)
        if cleaned["year"]:
            data["year"] = cleaned["year"]
        return data


@needs(EDIT_SETS)
def set_new(request: HttpRequest) -> HttpResponse:
    """An empty set, or with `?from=` a copy of a released one as its next version."""
    origin = _origin(request)
    base = checks.data_of(origin.text) if origin else None
    form = NewSet(request.POST or None, units=keepers(request.user), initial=_initial(request, origin))
    if answer := found_units(request, form):
        return answer
    if request.method == "POST" and form.is_valid():
        indicator = checks.read(form.data_for(base), language(), whole=False)
        if indicator.content is None:
            for finding in indicator.errors:
                form.add_error(None, f"{finding.where}: {finding.says}")
        else:
            try:
                version = set_save(
                    text=checks.yaml_of(checks.to_data(indicator.content)),
                    unit=form.cleaned_data["unit"],
                    acting=request.user,
                )
            except Unsound as error:
                form.add_error(None, str(error))
            except NotPossible as error:
                form.add_error("version" if "taken" in (error.code or "") and origin else "code", str(error))
            else:
                return redirect("indices:set_edit", pk=version.pk)
    context = {"form": form, "origin": origin, "own": origin is not None and _is_own(request, origin)}
    return render(request, "indices/sets/new.html", context, status=422 if form.errors else 200)


def _origin(request: HttpRequest) -> SetVersion | None:
    if "from" not in request.GET:
        return None
    released = queries.sets_visible(request.user).filter(is_draft=False).select_related("unit")
    return get_object_or_404(released, pk=whole(request.GET["from"]))


def _initial(request: HttpRequest, origin: SetVersion | None) -> dict:
    if origin is None:
        return {}
    own = _is_own(request, origin)
    content = set_page.content(origin)
    initial = {
        "title": origin.title,
        "title_en": origin.title_en,
        "document": content.source.document if content else "",
        "year": origin.year,
        # Versions of another unit's set are its own to make: the copy gets a code of its own.
        "code": origin.code if own else "",
        "version": next_version(origin) if own else "1",
    }
    if own and origin.unit is not None:
        initial["unit"] = origin.unit
    return initial


def _is_own(request: HttpRequest, origin: SetVersion) -> bool:
    return origin.unit is None or may(request.user, EDIT_SETS, origin.unit)


def next_version(origin: SetVersion) -> str:
    """The first whole number above all versions there are."""
    taken = set(SetVersion.objects.filter(code=origin.code).values_list("version", flat=True))
    numbers = [int(version) for version in taken if version.isdigit()]
    return str(max(numbers, default=1) + 1)
