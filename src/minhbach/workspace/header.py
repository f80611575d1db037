"""What this room puts into the head of every page: the box to search everything, and the bell."""

from django.http import HttpRequest

from minhbach.org.ui.header import register


def _searched(request: HttpRequest) -> str:
    """What was searched for last, on the page that shows it."""
    match = getattr(request, "resolver_match", None)
    return request.GET.get("q", "") if match and match.view_name == "workspace:search" else ""


register("search", "workspace/_search.html", value=_searched, order=10)
