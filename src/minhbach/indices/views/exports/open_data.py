"""The open data of a published round, for everybody."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices.models import Publication, Round
from minhbach.org.files import store
from minhbach.org.permissions import asks


@asks("published rounds only: they are everybody's to read")
@require_safe
def open_data(request: HttpRequest, pk: int):
    found = get_object_or_404(
        Publication.objects.select_related("round", "stored"), round=pk, round__status=Round.Status.PUBLISHED
    )
    try:
        content = store.path_of(found.stored.sha256).open("rb")
    except FileNotFoundError:
        raise Http404(_("The content of this file is missing; tell the administrator.")) from None
    headers = {"X-Content-Type-Options": "nosniff", "ETag": f'"{found.stored.sha256}"'}
    return FileResponse(
        content, as_attachment=True, filename=found.file_name, content_type="application/zip", headers=headers
    )
