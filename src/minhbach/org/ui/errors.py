"""Answers to requests that go wrong, for the URL configuration: handler400 is bad_request, handler404 not_found."""

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from minhbach.org.api.problems import problem

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, _TOO_LARGE):
        return too_large(request)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """With the words of the view that found nothing; a lookup's own ("No Person matches…") are not for readers."""
    if request.path.startswith("/api/"):
        return problem(404, "not_found", _("There is no such address in this interface."))
    ours = type(exception) is Http404 and not isinstance(exception.__context__, ObjectDoesNotExist)
    return render(request, "404.html", {"words": str(exception) if ours else ""}, status=404)
