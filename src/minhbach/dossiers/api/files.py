"""Files: sent ahead of the call that names them, and given back to those who may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import File, Path, Status
from ninja.files import UploadedFile
from pydantic import Field

from minhbach.dossiers import attachments
from minhbach.dossiers.api.router import router
from minhbach.dossiers.permissions import FILES_SCOPE, OF_ROLE, PERSONAL_SCOPE
from minhbach.org.api.problems import ApiError, binary, documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Told
from minhbach.org.files import rules
from minhbach.org.files.actions import LASTS, KeptUpload, file_keep, file_kept, kept_take
from minhbach.org.files.sniff import KINDS
from minhbach.org.files.views import answer
from minhbach.org.models import Attachment
from minhbach.org.permissions import Refused, holds

OURS = (attachments.PAPER, attachments.RESULT)


class FileOut(Told):
    id: str = Field(description="Names the file in one call, as `file`; then it is used.")
    name: str
    size: int
    media_type: str = Field(description="Told from the content.")
    sha256: str
    until: datetime = Field(description="If it is not used by then, it is thrown away.")


@router.post(
    "/files", response={201: FileOut, **documented(409, 413)}, summary=gettext_lazy("Send a file ahead"),
    **scope(FILES_SCOPE),
)  # fmt: skip
def send_file(request: HttpRequest, file: File[UploadedFile]):
    """A scan for a later call of this token, within a day. What it is, is told from its content: PDF, pictures and
    office documents without macros are taken."""
    if not any(holds(request.user, verb) for verb in OF_ROLE.values()):
        raise Refused(OF_ROLE["counter"], None)
    kept = file_keep(file, acting=request.user)
    told: dict[str, Any] = {name: getattr(kept.file, name) for name in ("size", "media_type", "sha256")}
    return Status(201, told | {"id": str(kept.pk), "name": kept.name, "until": kept.at + LASTS})


@router.get(
    "/files/{file}", response={200: None, **documented(404)}, summary=gettext_lazy("Read a file"),
    **scope(PERSONAL_SCOPE, answers=binary(*sorted({kind.media_type for kind in KINDS.values()}))),
)  # fmt: skip
def read_file(request: HttpRequest, file: Path[UUID]) -> FileResponse:
    """The scan of a paper, or a result, as it was kept. By whoever may see the applicant's data in full."""
    found = Attachment.objects.select_related("file").filter(pk=file, removed_at=None, kind__in=OURS).first()
    if found is None or not rules.may_see(request.user, found):
        raise Http404(_("There is no file %(file)s, or not for this token.") % {"file": file})
    return answer(found)


def taken(request: HttpRequest, key: str) -> KeptUpload:
    """The file sent ahead under this name, in the transaction that uses it."""
    kept = file_kept(key, acting=request.user)
    if kept is None:
        raise ApiError(
            409, "no_file", _("No file %(file)s was sent ahead by this token; send it to /files first.") % {"file": key}
        )
    return kept_take(kept)
