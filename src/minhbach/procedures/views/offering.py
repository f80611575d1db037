"""Who receives and handles a procedure at an agency, and how."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.permissions import needs, units_where, visible
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField, attempt
from minhbach.org.ui.unitfields import Choosable, UnitField, found_units
from minhbach.procedures.actions import offer_end, offer_set
from minhbach.procedures.content.model import ONLINE
from minhbach.procedures.content.words import WORDS
from minhbach.procedures.models import Offer, Procedure
from minhbach.procedures.permissions import OFFER
from minhbach.procedures.views.common import readable


def _open(units):
    return units.filter(Q(ends__isnull=True) | Q(ends__gte=today())).order_by("path")


class OfferForm(forms.Form):
    begins = DayField(label=gettext_lazy("From"))
    mode = forms.ChoiceField(
        label=gettext_lazy("Where the work is done"),
        choices=Offer._meta.get_field("mode").choices,
        widget=forms.RadioSelect,
    )
    committed = LineField(
        label=gettext_lazy("Time committed to"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Shorter than the time by law, as 3 ngày làm việc"),
    )
    online = forms.ChoiceField(label=gettext_lazy("Online level offered"), required=False)
    post = forms.BooleanField(label=gettext_lazy("Taken and returned by public post"), required=False)
    decision = LineField(label=gettext_lazy("Decision"), required=False, max_length=200)

    def __init__(self, *args, account, agency: Unit | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        own = {}
        if agency is None:
            own["agency"] = UnitField(label=_("Agency"), units=_open(units_where(account, OFFER)))
        everybody = Choosable(_open(Unit.objects.all()))
        inside = _open(Unit.objects.within(agency)) if agency is not None else everybody
        own["one_stop"] = UnitField(
            label=_("Received by"), units=everybody, help_text=_("The one-stop shop; it may belong to another unit")
        )
        own["office"] = UnitField(
            label=_("Handled by"), units=inside, help_text=_("An office of the agency, or the agency itself")
        )
        self.fields = {**own, **self.fields}
        words = {code: text.in_(language()) for code, text in WORDS[ONLINE].items()}
        choices = [(code, text[:1].upper() + text[1:]) for code, text in words.items()]
        self.fields["online"].choices = [("", _("As the procedure says")), *choices]


_PLACES = {"outside": "office", "order": "begins", "time": "committed"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OFFER)
def offer_new(request: HttpRequest, pk: int) -> HttpResponse:
    procedure, _versions = readable(request, pk)
    initial = {"begins": today(), "mode": Offer.OWN, "post": True}
    form = OfferForm(request.POST or None, account=request.user, initial=initial)
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        return _set(request, form, procedure, form.cleaned_data)
    return _page(request, form, procedure)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OFFER)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A change holds from its day on; what held before stays on record."""
    found = _offer(request, pk)
    initial = {
        **{name: getattr(found, name) for name in ("one_stop", "office", "mode", "committed", "online", "post")},
        "decision": found.decision,
        "begins": max(today(), found.begins),
    }
    form = OfferForm(request.POST or None, account=request.user, agency=found.agency, initial=initial)
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        return _set(request, form, found.procedure, {**form.cleaned_data, "agency": found.agency}, found)
    return _page(request, form, found.procedure, found)


def _offer(request: HttpRequest, pk: int) -> Offer:
    mine = visible(Offer.objects.all(), request.user, OFFER, unit_field="agency")
    related = mine.select_related("procedure__current", "procedure__keeper", "agency", "one_stop", "office")
    return get_object_or_404(related, pk=pk)


def _set(request: HttpRequest, form, procedure: Procedure, given: dict, found: Offer | None = None) -> HttpResponse:
    made = attempt(form, lambda: offer_set(procedure, **given, acting=request.user), _PLACES)
    if made is None:
        return _page(request, form, procedure, found)
    messages.success(
        request,
        _("%(agency)s offers it so from %(day)s.") % {"agency": made.agency, "day": f"{made.begins:%d/%m/%Y}"},
    )
    return redirect("procedures:procedure", procedure.pk)


def _page(request: HttpRequest, form, procedure: Procedure, found: Offer | None = None) -> HttpResponse:
    ending = EndForm(initial={"ends": today()}) if found is not None and found.ends is None else None
    context = {"form": form, "procedure": procedure, "version": procedure.current, "offer": found, "ending": ending}
    if found is not None:
        context["history"] = procedure.offers.filter(agency=found.agency).select_related("one_stop", "office")
    return render(request, "procedures/offer.html", context, status=422 if form.is_bound else 200)


class EndForm(forms.Form):
    ends = DayField(label=gettext_lazy("Last day"))


@require_POST
@needs(OFFER)
def offer_stop(request: HttpRequest, pk: int) -> HttpResponse:
    found = _offer(request, pk)
    form = EndForm(request.POST)
    if form.is_valid() and attempt(form, lambda: offer_end(found, **form.cleaned_data, acting=request.user)):
        messages.success(
            request,
            _("%(agency)s offers it until %(day)s.")
            % {"agency": found.agency, "day": f"{form.cleaned_data['ends']:%d/%m/%Y}"},
        )
        return redirect("procedures:procedure", found.procedure_id)
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    return redirect("procedures:offer", pk)
