"""Data health on screen: every check with what it found, and the rows of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.org.health.looking import MOST, look, look_everywhere
from minhbach.org.health.registry import SEVERITIES, Look, all_checks
from minhbach.org.permissions import needs
from minhbach.org.permissions.org_verbs import HEALTH_SEE
from minhbach.org.screens import screen

PER_PAGE = 50
KINDS = {"error": "bad", "warning": "warn", "hint": "info"}


@require_safe
@needs(HEALTH_SEE)
def health(request: HttpRequest) -> HttpResponse:
    found = look_everywhere(request.user, Look(timezone.now()))
    groups = [
        {
            "kind": KINDS[severity],
            "title": title,
            "found": [one for one in found if one.check.severity == severity and one.count],
        }
        for severity, title in SEVERITIES.items()
    ]
    context = {"groups": groups, "clean": [one.check for one in found if not one.count], "looked": len(found)}
    return screen(request, "health/health", context, here="health")


@require_safe
@needs(HEALTH_SEE)
def check(request: HttpRequest, key: str) -> HttpResponse:
    """The rows that fail one check, page by page."""
    wanted = next((one for one in all_checks() if one.key == key), None)
    if wanted is None:
        raise Http404(_("There is no such check."))
    text = request.GET.get("page", "1")
    page = min(max(int(text), 1), MOST // PER_PAGE) if text.isdecimal() and len(text) < 9 else 1
    begin = (page - 1) * PER_PAGE
    found = look(request.user, wanted, Look(timezone.now()), begin=begin, size=PER_PAGE)
    context = {
        "check": wanted,
        "found": found,
        "kind": KINDS[wanted.severity],
        "severity": SEVERITIES[wanted.severity],
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if begin + PER_PAGE < found.count else None,
        "first": begin + 1,
        "last": begin + len(found.faults),
    }
    return screen(request, "health/check", context)
