"""What this room puts into the head of every page: the box to search everything, and the bell."""

from django.http import HttpRequest

from minhbach.dossiers.queries import ACTING
from minhbach.org.permissions import holds
from minhbach.org.ui.header import register
from minhbach.workspace.actions.notices import unread


def _searched(request: HttpRequest) -> str:
    """What was searched for last, on the page that shows it."""
    match = getattr(request, "resolver_match", None)
    return request.GET.get("q", "") if match and match.view_name == "workspace:search" else ""


def _unread(request: HttpRequest) -> int | None:
    """Notices not read; no bell for those who are never told anything. One query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not any(holds(user, verb) for verb in ACTING):
        return None
    return unread(user)


register("search", "workspace/_search.html", value=_searched, order=10)
register("bell", "workspace/_bell.html", value=_unread, order=20)
