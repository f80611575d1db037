"""One box for everything a person may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minhbach.org.permissions import public
from minhbach.org.ui.searching import finders
from minhbach.vietnamese import fold

HITS = 8


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What each room finds, for the person who asks."""
    text = " ".join(request.GET.get("q", "")[:200].split()).replace("\x00", "")
    groups = []
    enough = len(fold(text)) > 1
    if enough:
        for finder in finders(request.user):
            hits = list(finder.find(request.user, text, HITS + 1))
            if hits:
                more = finder.more(text) if finder.more and len(hits) > HITS else ""
                groups.append({"finder": finder, "hits": hits[:HITS], "more": more})
    return render(request, "workspace/search.html", {"text": text, "groups": groups, "short": not enough})
