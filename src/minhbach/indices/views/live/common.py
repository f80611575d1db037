"""What the screens of the live index share: the entry for whom it is meant, the day asked for, the marks of sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import SafeString, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices import queries
from minhbach.indices.views.sheets.desk import Desk
from minhbach.org.dates import today
from minhbach.org.permissions import asks
from minhbach.org.permissions.views import sign_in_first
from minhbach.org.templatetags.ui import icon
from minhbach.org.ui.forms import DayField

#: Where the facts of a criterion come from: icon and word.
SOURCES = {
    "measured": ("graph-up", gettext_lazy("measured")),
    "mixed": ("sliders", gettext_lazy("partly measured")),
    "declared": ("pencil-square", gettext_lazy("declared")),
    "survey": ("people", gettext_lazy("survey")),
    "missing": ("question-circle", gettext_lazy("missing")),
    "not_held": ("dash-circle", gettext_lazy("not held")),
}


def source_mark(source: str, count: int | None = None) -> SafeString:
    """Icon and word; with a number before it, of how many criteria."""
    name, word = SOURCES[source]
    number = "" if count is None else format_html('<span class="num">{}</span> ', count)
    return format_html('<span class="source source-{}">{} {}{}</span>', source, icon(name), number, word)


class OnForm(forms.Form):
    """The day as of which everything is shown; empty: now."""

    on = DayField(label=gettext_lazy("As of the end of"), required=False)


@dataclass(frozen=True)
class Asked:
    """What day the reader asked for. `at` is its end; none for now, and for a day that is not over."""

    form: OnForm
    day: date | None
    at: datetime | None

    @property
    def query(self) -> str:
        """What an address needs to keep the day."""
        return f"?on={self.day.isoformat()}" if self.day else ""

    def also(self, more: str) -> str:
        """A query of its own, with the day."""
        return "?" + "&".join(part for part in (more, self.query[1:]) if part)


def asked(request: HttpRequest) -> Asked:
    """The day in the address (?on=2026-06-30). One that cannot be read is said in the form, and now is shown."""
    form = OnForm({"on": request.GET["on"]} if "on" in request.GET else None)
    day = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    if day is not None and day >= today():
        day = None
    return Asked(form, day, timezone.make_aware(datetime.combine(day, time.max)) if day else None)


def with_live(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The decision for the live pages of an entry: whoever sees it by their own roles, and the criterion too. What is
    published opens them to nobody else: everybody sees what was sealed."""

    @asks("queries.entries_inside and queries.criteria_inside")
    @wraps(view)
    def opened(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
        entry = (
            queries.entries_inside(request.user)
            .select_related("round__unit", "unit", "set_version")
            .filter(pk=pk)
            .first()
        )
        if entry is None:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            raise Http404(_("There is no such self-score, or it is not for you to see."))
        desk = Desk(request.user, entry)
        desk.inside, desk.visible = True, queries.criteria_inside(request.user, entry, desk.indicator_set)
        if "criterion" in more:
            node = desk.indicator_set.nodes.get(more.pop("criterion"))
            if node is None or not node.is_leaf or node.id not in desk.visible:
                raise Http404(_("There is no such criterion, or it is not for you to see."))
            more["node"] = node
        return view(request, desk, **more)

    return opened
