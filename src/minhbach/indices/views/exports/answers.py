"""Finding the entry for whom it is meant, and giving a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices import queries
from minhbach.indices.exporting.extract import Extract
from minhbach.org.permissions import asks
from minhbach.org.permissions.views import sign_in_first

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}


def language(request: HttpRequest) -> str:
    """The language of the file: as asked by ?lang=, else that of the screen."""
    asked = request.GET.get("lang", "")
    if asked in ("vi", "en"):
        return asked
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def found(request: HttpRequest, pk: int) -> Extract | HttpResponse:
    """The entry as far as the person may see it; 404, or the way to the sign-in for a visitor."""
    entry = (
        queries.entries_visible(request.user)
        .select_related("round__unit__parent", "unit__parent", "set_version")
        .filter(pk=pk)
        .first()
    )
    if entry is None:
        return missing(request)
    return Extract(request.user, entry, language(request))


def missing(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_first(request)
    raise Http404(_("There is no such self-score, or it is not for you to see."))


def of_entry(inside: bool = False) -> Callable:
    """The decision for files of an entry. `inside`: not for those who see it only because it is published."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @asks("queries.entries_visible and queries.criteria_visible" + (", and entries_inside" if inside else ""))
        @wraps(view)
        def opened(request: HttpRequest, pk: int, **more) -> HttpResponse:
            extract = found(request, pk)
            if isinstance(extract, HttpResponse):
                return extract
            if inside and not extract.inside:
                return missing(request)
            return view(request, extract, **more)

        return opened

    return decorate


def answer(content: bytes | str | Iterator, name: str, ending: str) -> HttpResponse | StreamingHttpResponse:
    """A file to be kept, never a part of the site."""
    kind = HttpResponse if isinstance(content, bytes | str) else StreamingHttpResponse
    return kind(
        content,
        content_type=TYPES[ending],
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


__all__ = ["answer", "found", "language", "missing", "of_entry", "require_safe"]
