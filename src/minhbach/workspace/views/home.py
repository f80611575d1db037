"""The first page: for visitors what they can find, for everybody else what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minhbach.org.permissions import public
from minhbach.org.ui.firstpage import welcomes, work_of
from minhbach.org.ui.navigation import links


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "workspace/welcome.html", {"parts": welcomes(request)})
    context = {
        "found": work_of(request.user),
        "places": [link for link in links(request) if not link.current],
        "name": request.user.get_full_name(),
    }
    return render(request, "workspace/home.html", context)
