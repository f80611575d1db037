"""Repealing a procedure, and saying what replaces it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from minhbach.org.permissions import needs
from minhbach.org.ui.forms import DayField, LineField, attempt
from minhbach.procedures.actions import procedure_repeal
from minhbach.procedures.models import Procedure
from minhbach.procedures.permissions import RELEASE
from minhbach.procedures.views.common import procedure_for


class RepealForm(forms.Form):
    ends = DayField(label=gettext_lazy("Last day in force"))
    decision = LineField(
        label=gettext_lazy("Decision that repeals it"),
        max_length=100,
        help_text=gettext_lazy("Number and symbol, as 2295/QĐ-UBND"),
    )
    replaced_by = LineField(
        label=gettext_lazy("Replaced by"),
        required=False,
        help_text=gettext_lazy("Codes of what replaces it, with commas between; only if a source says so"),
    )

    def clean_replaced_by(self) -> list[Procedure]:
        codes = [code.strip() for code in self.cleaned_data["replaced_by"].split(",") if code.strip()]
        found = {one.code: one for one in Procedure.objects.filter(code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(
                _("There is no procedure %(codes)s in the catalogue; write or import it first.")
                % {"codes": ", ".join(missing)}
            )
        return [found[code] for code in codes]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RELEASE)
def repeal(request: HttpRequest, pk: int) -> HttpResponse:
    procedure = procedure_for(request, pk, RELEASE)
    form = RepealForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        places = {"order": "ends", "heir": "replaced_by"}
        if attempt(form, lambda: procedure_repeal(procedure, **given, acting=request.user), places):
            messages.success(request, _("%(code)s is repealed.") % {"code": procedure.code})
            return redirect("procedures:procedure", pk)
    context = {"form": form, "procedure": procedure, "version": procedure.current}
    return render(request, "procedures/repeal.html", context, status=422 if form.is_bound else 200)
