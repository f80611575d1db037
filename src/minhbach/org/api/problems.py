"""Errors of the programming interface, as RFC 9457 has them: a stable code, words in the caller's language, a place."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from minhbach.org.errors import NotPossible
from minhbach.worktime import WorktimeError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class Mistake(BaseModel):
    """One thing that is wrong in what was sent."""

    place: str = Field(description="Where: the path to the field, as applicant.name or papers[0].title.")
    code: str
    detail: str


class Problem(BaseModel):
    """Why the call was not answered as asked (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="Stable: what a program may decide by.")
    detail: str = Field(description="In words, in the language of Accept-Language (vi or en).")
    errors: list[Mistake] = []


class ApiError(Exception):
    """A refusal of the interface itself, in the words of the caller's language."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, errors=()):
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.errors = dict(headers or {}), list(errors)
        super().__init__(code)


def documented(*statuses: int) -> dict[int, type[Problem]]:
    """The refusals every operation may answer with, and these."""
    return dict.fromkeys(sorted({400, 401, 403, 422, 429, *statuses}), Problem)


def binary(*media_types: str) -> dict[int, Any]:
    """What an operation answers that gives a file, for `scope(…, answers=…)`."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {200: {"description": "OK", "content": content}}


def only_known(request: HttpRequest, filters: type[BaseModel]) -> None:
    """Refuse a query with a parameter that the operation does not know: a filter misspelt would find everything."""
    unknown = sorted(set(request.GET) - set(filters.model_fields))
    if unknown:
        errors = [
            {"place": name, "code": "extra_forbidden", "detail": _("There is no such field.")} for name in unknown
        ]
        raise ApiError(422, "invalid", _("There is no filter “%(name)s”.") % {"name": unknown[0]}, errors=errors)


def problem(status: int, code: str, detail: str, *, errors=(), headers: Mapping[str, str] | None = None):
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": str(detail),
        "errors": list(errors),
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def answer_with_problems(api: NinjaAPI) -> None:
    """Every way in which a call can fail, as a problem."""

    @api.exception_handler(ApiError)
    def refused_here(request: HttpRequest, error: ApiError) -> HttpResponse:
        return problem(error.status, error.code, error.detail, errors=error.errors, headers=error.headers)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        words = _("Call with a token that is in force: “Authorization: Bearer mb_…”.")
        return problem(401, "token", words, headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(ValidationError)
    def misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [_mistake(found) for found in error.errors]
        words = _("What was sent does not fit: %(first)s") % {"first": f"{errors[0]['place']}: {errors[0]['detail']}"}
        return problem(422, "invalid", words, errors=errors)

    @api.exception_handler(NotPossible)
    def not_possible(request: HttpRequest, error: NotPossible) -> HttpResponse:
        return problem(409, error.code or "not_possible", str(error))

    @api.exception_handler(WorktimeError)
    def no_time(request: HttpRequest, error: WorktimeError) -> HttpResponse:
        return problem(409, error.code, error.text("en" if (get_language() or "").startswith("en") else "vi"))

    @api.exception_handler(PermissionDenied)
    def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, "refused", str(error))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "not_found", str(error) or _("There is nothing here, or not for this token."))

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem(413, "too_large", _("What was sent is too large."))

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "unreadable", _("The body is not JSON that can be read."))

    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(SuspiciousOperation)
    def unreadable_form(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(400, "unreadable", _("The body is no form that can be read."))

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("An operation of the API failed", exc_info=error)
        return problem(500, "broken", _("Something is broken here; it was written down. Try again later."))


def _mistake(found: Mapping[str, Any]) -> dict[str, str]:
    kind = found["type"]
    said = _WORDS.get(kind)
    values = {name: value for name, value in found.get("ctx", {}).items() if isinstance(value, int | float | str)}
    return {
        "place": _place(found["loc"]),
        "code": kind,
        "detail": said() % values if said is not None else str(found["msg"]),
    }


def _place(path: tuple[Any, ...]) -> str:
    # The first is where ninja read it (body, query, path), the second of a body the name of its argument.
    rest = path[2:] if path[0] == "body" and len(path) > 1 else path[1:]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest).removeprefix(".")
    return place or str(path[0])


_WORDS = {
    "missing": lambda: _("This is required."),
    "extra_forbidden": lambda: _("There is no such field."),
    "string_type": lambda: _("This must be text."),
    "string_too_long": lambda: _("At most %(max_length)s characters."),
    "string_too_short": lambda: _("At least %(min_length)s characters."),
    "string_pattern_mismatch": lambda: _("This holds characters that do not belong there."),
    "literal_error": lambda: _("One of: %(expected)s."),
    "too_long": lambda: _("At most %(max_length)s entries."),
    "too_short": lambda: _("At least %(min_length)s entries."),
    "int_type": lambda: _("This must be a whole number."),
    "bool_type": lambda: _("This must be true or false."),
    "greater_than_equal": lambda: _("At least %(ge)s."),
    "less_than_equal": lambda: _("At most %(le)s."),
    "day": lambda: _("A day as 2026-11-21."),
    "moment": lambda: _("A moment with its zone, as 2026-11-21T08:30:00+07:00."),
}
