"""The catalogue: found by a few letters, by field, level, state and agency."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from minhbach.org.dates import today
from minhbach.org.permissions import holds, public
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField
from minhbach.procedures import page as shown
from minhbach.procedures import queries
from minhbach.procedures.content import model
from minhbach.procedures.content.reading import stored
from minhbach.procedures.content.words import WORDS, word
from minhbach.procedures.models import Version
from minhbach.procedures.permissions import EDIT, SEE_REVIEWS
from minhbach.procedures.views.common import status_tag

PER_PAGE = 30
STATUSES = {
    queries.IN_FORCE: _("In force"),
    queries.COMING: _("In force later"),
    queries.REPEALED: _("Repealed"),
    queries.DRAFT: _("Drafts"),
}


class Find(forms.Form):
    """What to look for; unknown choices are simply not there."""

    q = LineField(label=_("Name or code"), required=False, max_length=200)
    field = forms.ChoiceField(label=_("Field"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    online = forms.ChoiceField(label=_("Online"), required=False)
    agency = forms.ChoiceField(label=_("Offered by"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False)
    day = DayField(label=_("As of"), required=False)

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        lang = language()
        self.units = {str(unit.pk): unit for unit in queries.agencies()}
        self._choose("field", _("All fields"), {name: name for name in queries.fields_of(account)})
        for name, options in (("level", model.LEVELS), ("online", model.ONLINE)):
            words = {code: text.in_(lang) for code, text in WORDS[options].items()}
            self._choose(name, _("All"), {code: text[:1].upper() + text[1:] for code, text in words.items()})
        self._choose("agency", _("Anybody"), {pk: str(unit) for pk, unit in self.units.items()})
        statuses = dict(STATUSES)
        if not holds(account, EDIT):
            del statuses[queries.DRAFT]
        self.fields["status"].choices = list(statuses.items())

    def _choose(self, name: str, empty, choices: dict) -> None:
        self.fields[name].choices = [("", empty), *choices.items()]
        if not choices:
            del self.fields[name]

    def wanted(self) -> queries.Wanted:
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return queries.Wanted(
            text=given.get("q", ""),
            field=given.get("field", ""),
            level=given.get("level", ""),
            online=given.get("online", ""),
            status=given.get("status") or queries.IN_FORCE,
            day=given.get("day"),
            agency=self.units.get(given.get("agency", "")),
        )


@public
@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    form = Find(request.GET or None, account=request.user)
    wanted = form.wanted()
    page = Paginator(queries.listed(request.user, wanted), PER_PAGE).get_page(request.GET.get("page"))
    editor = holds(request.user, EDIT)
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": [_row(version, wanted.day or today()) for version in page],
        "editor": editor,
        "reviews": holds(request.user, SEE_REVIEWS) and request.user.is_authenticated,
        "query": _without_page(request),
        "filtered": any(value for name, value in request.GET.items() if name not in ("page", "q")),
    }
    return render(request, "procedures/list.html", context, status=422 if form.is_bound and form.errors else 200)


def _row(version: Version, day) -> dict:
    content = stored(version.content)
    return {
        "version": version,
        "status": status_tag(version, day),
        "level": word(model.LEVELS, content.level),
        "online": word(model.ONLINE, content.online),
        "time": shown.spoken(content.times.by_law),
        "illustrative": content.times.illustrative,
        "agency": content.agency,
        "complete": content.process is not None,
    }


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
