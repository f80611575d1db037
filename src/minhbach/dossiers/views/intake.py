"""Intake at the counter: find the procedure by a few letters, recognise the applicant, tick the papers, receive."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import queries
from minhbach.dossiers.actions.applicants import applicant_keep
from minhbach.dossiers.actions.intake import HandedIn, dossier_receive
from minhbach.dossiers.forms import FindProcedure, IntakeForm
from minhbach.dossiers.models import Applicant
from minhbach.dossiers.permissions import RECEIVE
from minhbach.org.permissions import needs
from minhbach.org.ui.forms import attempt
from minhbach.procedures.content.reading import stored

MOST = 30


@require_safe
@needs(RECEIVE)
def choose(request: HttpRequest) -> HttpResponse:
    """Find the procedure."""
    form = FindProcedure(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    offers = queries.offers_to_receive(request.user, text)
    context = {"form": form, "text": text, "offers": offers[:MOST], "count": offers.count()}
    return render(request, "dossiers/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECEIVE)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dossier in. “Look up the number” fills in an applicant known from before, for the officer to check."""
    offer = get_object_or_404(queries.offers_to_receive(request.user), pk=pk)
    content = stored(offer.procedure.current.content)
    form = IntakeForm(
        request.POST or None,
        components=content.components,
        initial={"subject": content.name.vi, "channel": "counter", "return_by": "counter", "kind": "citizen"},
    )
    known = None
    if request.method == "POST" and "look" in request.POST:
        known = _known(request)
        form = IntakeForm(_filled(request, known), components=content.components)
        form.is_valid()
    elif form.is_valid():
        dossier = attempt(form, lambda: _receive(offer, form, request.user), _PLACES)
        if dossier is not None:
            messages.success(request, _("Received under %(code)s.") % {"code": dossier.code})
            return redirect("dossiers:dossier", dossier.code)
    context = {"offer": offer, "content": content, "form": form, "known": known}
    return render(request, "dossiers/receive.html", context, status=422 if form.is_bound and known is None else 200)


_PLACES = {"no_name": "name", "bad_number": "id_number", "future": "born"}


def _receive(offer, form: IntakeForm, acting):
    said = form.cleaned_data
    with transaction.atomic():
        applicant = applicant_keep(
            unit=offer.one_stop, **{name: said[name] for name in IntakeForm.APPLICANT}, acting=acting
        )
        return dossier_receive(
            offer,
            applicant=applicant,
            papers=[HandedIn(key) for key in form.ticked()],
            subject=said["subject"],
            channel=said["channel"],
            return_by=said["return_by"],
            acting=acting,
        )


def _known(request: HttpRequest) -> Applicant | None:
    number = request.POST.get("id_number", "").replace(" ", "")
    return Applicant.objects.filter(id_kind=request.POST.get("id_kind"), id_number=number).first() if number else None


def _filled(request: HttpRequest, known: Applicant | None):
    data = request.POST.copy()
    if known is not None:
        for name in ("kind", "name", "phone", "email", "address"):
            data[name] = getattr(known, name)
        data["born"] = known.born.isoformat() if known.born else ""
    return data
