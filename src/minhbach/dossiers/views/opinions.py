"""Another unit's opinion: read what is asked, and answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.dossiers.actions.opinions import opinion_give
from minhbach.dossiers.forms.deeds import GiveOpinionForm
from minhbach.dossiers.permissions import HANDLE, SEE
from minhbach.dossiers.views.page import found_dossier
from minhbach.org.permissions import needs, require
from minhbach.org.ui.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def opinion(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = found_dossier(request, code)
    asked = get_object_or_404(found.opinions.select_related("unit", "asked_by"), pk=pk)
    require(request.user, HANDLE, asked.unit)
    form = GiveOpinionForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        given = attempt(
            form, lambda: opinion_give(asked, agrees=said["agrees"], answer=said["answer"], acting=request.user)
        )
        if given is not None:
            messages.success(request, _("The opinion is given."))
            return redirect("dossiers:dossier", found.code)
    context = {"dossier": found, "opinion": asked, "form": form}
    return render(request, "dossiers/opinion.html", context, status=422 if form.is_bound else 200)
