"""Which office of a unit answers which criterion of an open round, and by when: looked at together, and given anew."""

from __future__ import annotations

import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from minhbach.indices.actions import entries
from minhbach.indices.models import Assignment, Round
from minhbach.indices.permissions import REVIEW
from minhbach.indices.rules import SELF, Status, ends
from minhbach.indices.views.sheets.desk import Desk, code_and_title, lang, with_entry
from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.permissions import Refused
from minhbach.org.ui import figures as written
from minhbach.org.ui.forms import DayField, attempt
from minhbach.org.ui.unitfields import Choosable, UnitField, found_units
from minhbach.scoring.model import Node

CLOSE_OF_WORK = datetime.time(17)
NOBODY = "-"


class AssignForm(forms.Form):
    """An office and a day. `due` is the end of work of that day, or of self-scoring if that comes before."""

    day = DayField(label=gettext_lazy("Answer by"))
    keep = forms.BooleanField(label=gettext_lazy("The offices that have it now answer with it"), required=False)

    field_order = ["office", "day", "keep"]

    def __init__(self, desk: Desk, *args, address: str = "", initial=None, **more):
        self.entry = desk.entry
        due = max(desk.entry.round.internal_due, timezone.now() + datetime.timedelta(days=1))
        initial = {"day": timezone.localtime(min(due, ends(desk.entry, SELF))).date()} | (initial or {})
        super().__init__(*args, initial=initial, **more)
        self.fields["office"] = UnitField(
            label=_("Office"), units=Choosable(offices_of(desk), note=lambda unit: ""), address=address
        )
        self.order_fields(self.field_order)

    @property
    def due(self) -> datetime.datetime:
        due = timezone.make_aware(datetime.datetime.combine(self.cleaned_data["day"], CLOSE_OF_WORK))
        end = ends(self.entry, SELF)
        return min(due, end) if timezone.localtime(end).date() == self.cleaned_data["day"] else due


def offices_of(desk: Desk):
    """The unit and what lies under it today; offices before units that are scored themselves (its schools)."""
    return Unit.objects.within(desk.entry.unit).on(today()).order_by("group", "path")


def may_assign(desk: Desk) -> bool:
    """Whether criteria can be given to offices now, by this person."""
    running = desk.entry.round.status == Round.Status.OPEN and desk.entry.status in (Status.SCORING, Status.REVIEW)
    return desk.may_review and running


@with_entry
@require_http_methods(["GET", "HEAD", "POST"])
def entry_offices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every criterion with its offices; those ticked, or all that are shown, go to one office."""
    if not desk.may_review:
        raise Refused(REVIEW, desk.entry.unit)
    form = AssignForm(desk, request.POST if request.method == "POST" else None)
    if answer := found_units(request, form):
        return answer
    rows = _rows(desk)
    shown = [row for row in rows if _fits(row, request.GET)]
    chosen = request.POST.getlist("criterion")
    if "all" in request.POST:
        chosen = [row["node"].id for row in shown]
    if request.method == "POST" and form.is_valid():
        office = form.cleaned_data["office"]
        given = attempt(
            form,
            lambda: entries.criteria_assign(
                desk.entry,
                chosen,
                office=office,
                due=form.due,
                alone=not form.cleaned_data["keep"],
                acting=request.user,
            ),
            {"bad_due": "day", "foreign_office": "office"},
        )
        if given:
            says = ngettext(
                "%(office)s answers %(count)s criterion, by %(due)s.",
                "%(office)s answers %(count)s criteria, by %(due)s.",
                len(given),
            )
            words = {"office": office, "count": len(given), "due": written.moment(form.due)}
            messages.success(request, says % words)
            return redirect(f"{desk.url(name='entry_offices')}?{request.GET.urlencode()}".rstrip("?"))
    for row in rows:
        row["chosen"] = row["node"].id in chosen
    context = {
        "desk": desk,
        "entry": desk.entry,
        "round": desk.entry.round,
        "form": form,
        "may_assign": may_assign(desk),
        "rows": shown,
        "total": len(rows),
        "nobody": sum(not row["given"] for row in rows),
        "offices": sorted({a.office for row in rows for a in row["given"]}, key=lambda office: office.sort_key),
        "office": request.GET.get("office", ""),
        "codes": [(code, title.in_(lang())) for code, title in desk.indicator_set.responsibles.items()],
        "code": request.GET.get("code", ""),
        "NOBODY": NOBODY,
    }
    return render(request, "indices/sheets/entry_offices.html", context, status=422 if form.is_bound else 200)


def _rows(desk: Desk) -> list[dict]:
    """The self-scored criteria in the order of the set, with their offices, the leading one first."""
    given: dict[str, list[Assignment]] = {}
    for each in desk.entry.assignments.select_related("office").order_by("-leads", "office__sort_key"):
        given.setdefault(each.criterion, []).append(each)
    return [
        {"node": leaf, "title": code_and_title(leaf), "codes": _codes(desk, leaf), "given": given.get(leaf.id, [])}
        for leaf in desk.indicator_set.leaves
        if desk.indicator_set.stream_of(leaf) == "self"
    ]


def _codes(desk: Desk, leaf: Node) -> dict[str, str]:
    """Codes of the offices that the set itself names, with their titles."""
    titles = desk.indicator_set.responsibles
    codes = desk.indicator_set.inherited(leaf, "responsible", ())
    return {code: titles[code].in_(lang()) if code in titles else code for code in codes}  # type: ignore[attr-defined]


def _fits(row: dict, wanted) -> bool:
    office, code = wanted.get("office", ""), wanted.get("code", "")
    if office == NOBODY and row["given"] or code and code not in row["codes"]:
        return False
    return office in ("", NOBODY) or any(str(each.office_id) == office for each in row["given"])
