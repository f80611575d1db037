"""The open data of a published round, for everybody; and how far they are, while they are made."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minhbach.indices.actions.publishing import publication_again
from minhbach.indices.models import Publication, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.indices.views.boards.common import runs, visible_round
from minhbach.indices.views.boards.manage import run_round
from minhbach.org.files import store
from minhbach.org.permissions import asks, needs


@asks("published rounds only: they are everybody's to read")
@require_safe
def open_data(request: HttpRequest, pk: int):
    found = get_object_or_404(
        Publication.objects.select_related("round", "stored"),
        round=pk,
        round__status=Round.Status.PUBLISHED,
        stored__isnull=False,
    )
    try:
        content = store.path_of(found.stored.sha256).open("rb")
    except FileNotFoundError:
        raise Http404(_("The content of this file is missing; tell the administrator.")) from None
    headers = {"X-Content-Type-Options": "nosniff", "ETag": f'"{found.stored.sha256}"'}
    return FileResponse(
        content, as_attachment=True, filename=found.file_name, content_type="application/zip", headers=headers
    )


@asks("rounds_visible; that it failed and why, only to who runs the round")
@require_safe
def open_data_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the open data alone, which a page that shows them being made asks for."""
    round_ = visible_round(request, pk)
    return render(request, "indices/exports/open_data.html", {"round": round_, "runs": runs(request, round_)})


@require_POST
@needs(MANAGE_ROUND)
def open_data_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the file now that could not be made."""
    round_ = run_round(request, pk)
    publication_again(get_object_or_404(Publication, round=round_), acting=request.user)
    messages.success(request, _("The file is being made again."))
    return redirect("indices:round_manage", round_.pk)
