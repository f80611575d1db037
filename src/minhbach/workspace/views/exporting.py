"""A list as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.states import OPEN
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs
from minhbach.workspace import bands, lists
from minhbach.workspace.actions.exporting import list_export
from minhbach.workspace.filters import Filters
from minhbach.workspace.views.listing import address_of

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@needs(SEE)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, in its order; `full` asks for the personal data, too."""
    scope, query = request.POST.get("scope", ""), request.POST.get("query", "")[:2000]
    kind = request.POST.get("format", "")
    if scope not in lists.SCOPES:
        scope = lists.ALL
    form = Filters(QueryDict(query), request.user)
    now = timezone.now()
    found = form.on(lists.SCOPES[scope].of(request.user), now)
    if band := form.said.get("band"):
        found = found.filter(status__in=sorted(OPEN))
        found = found.filter(bands.conditions(found, now)[band]) if band in bands.BANDS else found
    found = found.order_by("-id") if scope == lists.ALL else found
    full = "full" in request.POST
    try:
        content = list_export(found, format=kind, full=full, query=form.address, acting=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(address_of(scope, form.address))
    name = f"ho-so_{timezone.localdate(now):%Y-%m-%d}.{kind}"
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
