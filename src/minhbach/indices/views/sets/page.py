"""One set, to read and to take away."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from minhbach.indices import queries, set_page
from minhbach.indices.models import SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.org.permissions import holds, may, public
from minhbach.org.ui.figures import language
from minhbach.scoring.facts_files import template
from minhbach.scoring.workbook import to_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def visible_set(request: HttpRequest, pk: int) -> SetVersion:
    return get_object_or_404(queries.sets_visible(request.user).select_related("unit"), pk=pk)


def may_edit(account, version: SetVersion) -> bool:
    return version.unit is not None and may(account, EDIT_SETS, version.unit)


@public
def set_page_view(request: HttpRequest, pk: int) -> HttpResponse:
    version = visible_set(request, pk)
    indicator_set = set_page.content(version)
    others = list(
        queries.sets_visible(request.user).filter(code=version.code).defer("text").order_by("-changed_at", "-pk")
    )
    comparable = list(
        queries.sets_visible(request.user).exclude(pk=pk).defer("text").order_by("code", "-year", "-pk")[:100]
    )
    context = {
        "version": version,
        "set": indicator_set,
        "versions": others,
        "comparable": comparable,
        "own": version.unit is None or may_edit(request.user, version),
        "editor": holds(request.user, EDIT_SETS),
    }
    if indicator_set is not None:
        context |= set_page.page_context(indicator_set, language())
    return render(request, "indices/sets/page.html", context)


@public
def download(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The set as YAML or XLSX, or an empty facts file with every figure it asks for."""
    version = visible_set(request, pk)
    if format == "yaml":
        return attachment(version.text, "application/yaml; charset=utf-8", f"{version.code}-{version.version}.yaml")
    indicator_set = set_page.content(version)
    if indicator_set is None:
        raise Http404(_("This draft cannot be read; take it as YAML and correct it."))
    if format == "xlsx":
        return attachment(to_workbook(indicator_set), XLSX, f"{version.code}-{version.version}.xlsx")
    if format == "csv":
        # Spreadsheet programs take CSV for UTF-8 only with this mark.
        text = "\ufeff" + template(indicator_set, language())
        word = _("figures")
        return attachment(text, "text/csv; charset=utf-8", f"{version.code}-{word}.csv")
    raise Http404


def whole(text: str) -> int:
    """A number out of an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def attachment(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
