"""Trying the form of a procedure out: which papers and which time its answers lead to. Nothing is kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.org.permissions import public
from minhbach.procedures import page
from minhbach.procedures.content.reading import stored
from minhbach.procedures.filling import filling_of, holds
from minhbach.procedures.views.common import readable
from minhbach.procedures.views.reading import chosen


@public
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, pk: int) -> HttpResponse:
    procedure, versions = readable(request, pk)
    version = chosen(request, versions)
    if "draft" in request.GET:
        version = next((one for one in versions if one.is_draft), version)
    content = stored(version.content)
    if content.form is None:
        raise Http404(_("This procedure has no form yet."))
    filling = filling_of(content.form, request)
    context = {"procedure": procedure, "version": version, "content": content, "filling": filling}
    if filling.is_bound and filling.is_valid():
        answers = filling.answers
        due = [
            component
            for component in content.components
            if component.required or (component.only_if and holds(component.only_if, answers))
        ]
        asked = [component for component in content.components if not component.required and not component.only_if]
        context |= {
            "due": due,
            "perhaps": asked,
            "time": page.spoken(content.times.by_law_for(answers)),
        }
    status = 422 if filling.is_bound and not filling.is_valid() else 200
    return render(request, "procedures/form.html", context, status=status)
