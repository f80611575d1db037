"""What the screens of procedures share: finding what a person may see, and words for states."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import SafeString
from django.utils.translation import gettext as _

from minhbach.org.dates import today
from minhbach.org.permissions import visible
from minhbach.org.templatetags.ui import state
from minhbach.procedures import queries
from minhbach.procedures.models import Procedure, Version

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YAML = "application/yaml; charset=utf-8"


def whole(text: str) -> int:
    """A number out of an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def procedure_for(request: HttpRequest, pk: int, verb: str) -> Procedure:
    """The procedure, if the person holds the verb over its keeper; else it is not there."""
    found = visible(Procedure.objects.select_related("keeper", "current"), request.user, verb, unit_field="keeper")
    return get_object_or_404(found, pk=pk)


def readable(request: HttpRequest, pk: int) -> tuple[Procedure, list[Version]]:
    """The procedure and those of its versions that the person may read; 404 if none. Two queries."""
    procedure = get_object_or_404(Procedure.objects.select_related("keeper"), pk=pk)
    versions = queries.versions_of(request.user, procedure)
    if not versions:
        raise Http404
    for version in versions:
        version.procedure = procedure
    return procedure, versions


def status_of(version: Version, day: date | None = None) -> tuple[str, str]:
    """Kind of state and words: whether the version is in force on a day (today)."""
    day = day or today()
    repealed = version.procedure.repealed_on
    if version.is_draft:
        return "waiting", _("Draft")
    if version.begins > day:
        return "info", _("In force from %(day)s") % {"day": f"{version.begins:%d/%m/%Y}"}
    if version.holds_on(day):
        return "ok", _("In force")
    if repealed is not None and repealed <= day and version.pk == version.procedure.current_id:
        return "bad", _("Repealed from %(day)s") % {"day": f"{repealed:%d/%m/%Y}"}
    return "neutral", _("No longer in force")


def status_tag(version: Version, day: date | None = None) -> SafeString:
    return state(*status_of(version, day))


def attachment(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep; its name is made safe for every system."""
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
