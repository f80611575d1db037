"""Several dossiers at once: chosen in a list, confirmed on a page, each refused one named with its reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from minhbach.dossiers import queries
from minhbach.dossiers.doing import ways
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import SEE
from minhbach.org.models import Person
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import attempt
from minhbach.workspace.actions.bulk import MOST, Done, dossiers_forward, dossiers_hand_over
from minhbach.workspace.rows import Row, rows_of

TITLES = {
    "forward": gettext_lazy("Approve and hand on"),
    "assign": gettext_lazy("Give to somebody else"),
}


class Several(forms.Form):
    """`person` only where dossiers are given to somebody."""

    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("To whom"))
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    how = forms.ChoiceField(
        label=gettext_lazy("If one of them cannot"),
        widget=forms.RadioSelect,
        initial="all",
        choices=[
            ("all", gettext_lazy("change none of them, and say why")),
            ("good", gettext_lazy("do those that can, and name the others")),
        ],
    )

    def __init__(self, data, *, people=None):
        super().__init__(data)
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people


@needs(SEE)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The confirmation; with `sure`, the deed."""
    do = request.POST.get("do", "")
    if do not in TITLES:
        raise BadRequest
    back = _back(request)
    picked = _picked(request)
    dossiers = list(
        queries.with_rows(queries.dossiers_seen(request.user).filter(pk__in=picked)).order_by("due_at", "id")
    )
    if not dossiers:
        messages.warning(request, _("Choose the dossiers first."))
        return redirect(back)
    people = _people(dossiers) if do == "assign" else None
    sure = "sure" in request.POST
    form = Several(request.POST if sure else None, people=people)
    done = None
    if sure and form.is_valid():
        done = attempt(form, lambda: _do(do, dossiers, picked, form.cleaned_data, request.user))
        if done is not None and not done.refused:
            messages.success(request, _said(done))
            return redirect(back)
    context = {
        "do": do,
        "title": TITLES[do],
        "groups": _groups(rows_of(dossiers, request.user), do),
        "count": len(dossiers),
        "picks": [f"{pk}.{edition}" for pk, edition in picked.items()],
        "form": form,
        "done": done,
        "said": _said(done) if done and done.through else "",
        "back": back,
    }
    return render(request, "workspace/bulk.html", context, status=422 if sure else 200)


def _do(do: str, dossiers: list[Dossier], editions: dict[int, int], said: dict, acting) -> Done:
    more = {"good_ones": said["how"] == "good", "editions": editions, "note": said["note"], "acting": acting}
    if do == "assign":
        return dossiers_hand_over(dossiers, said["person"], **more)
    return dossiers_forward(dossiers, **more)


def _said(done: Done) -> str:
    number = len(done.through)
    return ngettext("Done: %(number)s dossier.", "Done: %(number)s dossiers.", number) % {"number": number}


def _picked(request: HttpRequest) -> dict[int, int]:
    """The dossiers chosen, each with the edition its reader saw."""
    picked = {}
    for text in request.POST.getlist("pick")[: MOST + 1]:
        pk, _dot, edition = text.partition(".")
        if pk.isdecimal() and edition.isdecimal() and len(text) < 30:
            picked[int(pk)] = int(edition)
    return picked


def _people(dossiers: list[Dossier]):
    """Who can act at one of the units where they lie."""
    units = {dossier.at_unit_id: dossier.at_unit for dossier in dossiers}
    found = Person.objects.none()
    for unit in units.values():
        for verb in queries.ACTING:
            found = found | queries.people_for(verb, unit)
    return found.distinct()


def _groups(rows: list[Row], do: str) -> list[tuple[str, str, list[Row]]]:
    """By step, with where they go from it."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        to = " / ".join(way.title.in_(language()) for way in ways(row.dossier, "forward")) if do == "forward" else ""
        groups.setdefault((row.step, to), []).append(row)
    return [(step, to, found) for (step, to), found in groups.items()]


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, None) and back.startswith("/") else "/inbox/"
