"""Giving files back: never as part of our own site."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.org.files import rules, store
from minhbach.org.files.sniff import KINDS
from minhbach.org.models import Attachment
from minhbach.org.permissions import asks
from minhbach.org.permissions.views import sign_in_first


@asks("the rule registered for the attachment's kind")
@require_safe
def file_view(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One attachment. Who may not see it learns nothing about it, not even that it exists."""
    attachment = Attachment.objects.select_related("file").filter(pk=pk).first()
    if attachment is None or not rules.may_see(request.user, attachment):
        if not request.user.is_authenticated:
            return sign_in_first(request)
        raise Http404(_("There is no such file, or it is not for you to see."))
    # The name is part of the address, so that nobody can put another one into a link.
    if attachment.removed_at is not None or name != attachment.name:
        raise Http404(_("There is no such file, or it is not for you to see."))
    return answer(attachment)


def answer(attachment: Attachment) -> FileResponse:
    """The file, for whoever was found to be allowed it. Raises Http404 when its content is gone."""
    try:
        content = store.path_of(attachment.file.sha256).open("rb")
    except FileNotFoundError:
        raise Http404(_("The content of this file is missing; tell the administrator.")) from None
    kind = KINDS[attachment.file.extension]
    return FileResponse(
        content,
        as_attachment=not kind.inline,
        filename=attachment.name,
        content_type=kind.media_type,
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
