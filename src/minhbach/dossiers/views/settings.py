"""Set-up around the counter: one-stop shops, delegations, and dossiers handed over when somebody leaves."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minhbach.dossiers import queries
from minhbach.dossiers.actions.desks import delegation_end, delegation_set, desk_set
from minhbach.dossiers.actions.moving import dossiers_assign
from minhbach.dossiers.forms.settings import ChooseAgency, DelegationForm, DeskForm, HandOverForm
from minhbach.dossiers.models import Delegation, Desk, Dossier
from minhbach.dossiers.permissions import DESK, OVERSEE, SEE
from minhbach.dossiers.states import OPEN
from minhbach.org.dates import today
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import holds, may, needs, require, units_where
from minhbach.org.ui.forms import attempt
from minhbach.org.ui.unitfields import found_units
from minhbach.org.units.queries import not_closed

MOST = 500
"""So many dossiers are handed over at once."""


@require_safe
@needs(DESK)
def desks(request: HttpRequest) -> HttpResponse:
    """The one-stop shops this person sets up, and how they were set before."""
    mine = units_where(request.user, DESK)
    form = ChooseAgency(request.GET or None, units=not_closed(mine))
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        return redirect("dossiers:desk", form.cleaned_data["unit"].pk)
    rows = Desk.objects.filter(agency__in=mine).select_related("agency").order_by("agency__path", "-begins")
    context = {"rows": rows, "form": form, "today": today()}
    return render(request, "dossiers/desks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DESK)
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it from a day on; what held before stays with the dossiers of that time."""
    agency = get_object_or_404(Unit, pk=pk)
    require(request.user, DESK, agency)
    now = Desk.objects.filter(agency=agency, ends=None).first()
    names = [name for name in DeskForm.base_fields if name != "begins"]
    initial = {name: getattr(now, name) for name in names} if now else {}
    form = DeskForm(request.POST or None, use_required_attribute=False, initial=initial)
    if form.is_valid():
        places = {"order": "begins", "taken": "agency_code", "pattern": "pattern"}
        if attempt(form, lambda: desk_set(agency, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("The one-stop shop is set up."))
            return redirect("dossiers:desks")
    context = {"agency": agency, "now": now, "form": form}
    return render(request, "dossiers/desk.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def delegations(request: HttpRequest) -> HttpResponse:
    """Who acts for whom, and a new one: for oneself, or for others by who oversees the unit."""
    account = request.user
    units, people = queries.units_acted_at(account), queries.people_around(account)
    givers = people if holds(account, OVERSEE) else Person.objects.filter(pk=account.person_id)
    more = {"units": units, "people": people, "givers": givers}
    form = DelegationForm(request.POST or None, initial={"giver": account.person_id}, **more)
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        places = {"itself": "taker", "order": "ends"}
        if attempt(form, lambda: delegation_set(**form.cleaned_data, acting=account), places):
            messages.success(request, _("The delegation is set."))
            return redirect("dossiers:delegations")
    rows = list(queries.delegations_seen(account).select_related("giver", "taker", "unit")[:MOST])
    context = {
        "form": form,
        "rows": [{"row": row, "now": row.holds_on(today()), "may_end": _may_end(account, row)} for row in rows],
        "may_hand_over": holds(account, OVERSEE),
    }
    return render(request, "dossiers/delegations.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(SEE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.delegations_seen(request.user), pk=pk)
    delegation_end(row, acting=request.user)
    messages.success(request, _("The delegation is ended."))
    return redirect("dossiers:delegations")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OVERSEE)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Everything one person holds, to another: when somebody leaves or is away for long."""
    over = units_where(request.user, OVERSEE)
    held = Dossier.objects.filter(status__in=sorted(OPEN), source=None, at_unit__in=over)
    key = request.GET.get("person", "")
    if not key.isdecimal() or len(key) > 17:
        rows = held.exclude(at_person=None).values("at_person", "at_person__full_name", "at_unit__name")
        holders = rows.annotate(count=Count("pk")).order_by("at_person__full_name", "at_unit__name")
        return render(request, "dossiers/hand_over.html", {"holders": holders})
    person = get_object_or_404(Person, pk=key)
    dossiers = list(held.filter(at_person=person).select_related("version", "at_unit").order_by("due_at", "pk")[:MOST])
    people = queries.people_around(request.user).exclude(pk=person.pk)
    form = HandOverForm(request.POST or None, people=people)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(form, lambda: dossiers_assign(dossiers, said["to"], note=said["note"], acting=request.user))
        if done is not None:
            words = {"count": len(done), "person": said["to"]}
            messages.success(request, _("Handed over to %(person)s: %(count)s dossiers.") % words)
            return redirect(reverse("dossiers:hand_over"))
    context = {"person": person, "dossiers": dossiers, "form": form}
    return render(request, "dossiers/hand_over.html", context, status=422 if form.is_bound else 200)


def _may_end(account, row: Delegation) -> bool:
    open_ = row.ends is None or row.ends >= today()
    return open_ and (row.giver_id == account.person_id or may(account, OVERSEE, row.unit))
