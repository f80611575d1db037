"""Where fees are paid to, set by the agency; and the way of a payer to the gateway."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import following
from minhbach.dossiers.actions.paying import payments_set
from minhbach.dossiers.models import Dossier, PaymentSettings
from minhbach.dossiers.money import pages
from minhbach.dossiers.money.forms import PaymentSettingsForm
from minhbach.dossiers.money.gateways import BadNotice, StandIn, gateway_of, order_in
from minhbach.dossiers.money.page import drawn
from minhbach.dossiers.money.references import keys_in
from minhbach.dossiers.permissions import PAYMENT_SETTINGS
from minhbach.dossiers.views.gateway import notice_answer
from minhbach.dossiers.views.page import public_address
from minhbach.org.models import Unit
from minhbach.org.permissions import needs, public, require, units_where
from minhbach.org.ui.forms import attempt
from minhbach.org.units.queries import not_closed
from minhbach.papers.vietqr import Transfer

SAMPLE, SAMPLE_WORDS = 10_000, "KIEM TRA MA QR"
_PLACES = {"bank": "bank", "account": "account_number", "holder": "account_name", "no_gateway": "gateway"}
_PLACES |= {"page": "gateway_page"}


@require_safe
@needs(PAYMENT_SETTINGS)
def payment_settings(request: HttpRequest) -> HttpResponse:
    """The agencies whose accounts this person sets, with what is set."""
    agencies = not_closed(units_where(request.user, PAYMENT_SETTINGS).filter(desks__isnull=False).distinct())
    rows = list(agencies.select_related("payment_settings"))
    if len(rows) == 1:
        return redirect("dossiers:payment_settings_of", rows[0].pk)
    shown = [{"agency": row, "into": getattr(row, "payment_settings", None)} for row in rows]
    return render(request, "dossiers/money/settings_list.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PAYMENT_SETTINGS)
def payment_settings_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The account and the gateway of one agency. The code that payers will see can be looked at before it is saved."""
    agency = get_object_or_404(Unit, pk=pk)
    require(request.user, PAYMENT_SETTINGS, agency)
    now = PaymentSettings.objects.filter(agency=agency).first()
    initial = {name: getattr(now, name) for name in PaymentSettingsForm.base_fields} if now else {}
    form = PaymentSettingsForm(request.POST or None, initial=initial, use_required_attribute=False)
    shown, looked = now, "look" in request.POST
    if form.is_valid() and looked:
        shown = PaymentSettings(agency=agency, **form.cleaned_data)
    elif form.is_valid() and attempt(
        form, lambda: payments_set(agency, **form.cleaned_data, acting=request.user), _PLACES
    ):
        messages.success(request, _("Where fees are paid to is set."))
        return redirect("dossiers:payment_settings_of", agency.pk)
    context = {
        "agency": agency,
        "form": form,
        "shown": shown,
        "looked": looked and form.is_valid(),
        "sample": SAMPLE,
        "qr": drawn(Transfer(shown.bank, shown.account_number, SAMPLE, SAMPLE_WORDS)) if shown else "",
        "gateway": pages.gateway_for(agency),
        "stand_in": settings.DEMO,
        "notice": public_address(
            request, reverse("dossiers:payment_notice", args=[pages.agency_code(agency.pk) or "-"])
        ),
    }
    status = 422 if form.is_bound and not looked else 200
    return render(request, "dossiers/money/settings.html", context, status=status)


@require_safe
@public
def pay(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Send the payer on to the gateway, with what is open now."""
    found = Dossier.objects.filter(code=code).prefetch_related("dues").first()
    if found is None or not following.is_token(code, token):
        following.count_wrong(request, code)
        raise Http404
    here = reverse("dossiers:followed", args=[code, token])
    if to := pages.payment_address(found, back=request.build_absolute_uri(here)):
        return redirect(to)
    messages.info(request, _("Nothing is to be paid online for this dossier."))
    return redirect(here)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def stand_in(request: HttpRequest) -> HttpResponse:
    """The page of the stand-in gateway, in the demonstration only: one “pays”, and it tells us as a real one would."""
    if not settings.DEMO:
        raise Http404
    try:
        order = order_in(request.META.get("QUERY_STRING", ""))
    except BadNotice:
        raise Http404(_("This page is opened from a dossier that has something to be paid.")) from None
    if request.method == "POST":
        if "pay" in request.POST:
            gateway, now = gateway_of(order.agency), timezone.now()
            assert isinstance(gateway, StandIn)
            headers, body = gateway.notice(f"TD-{get_random_string(12)}", order.reference, order.amount, at=now)
            told = notice_answer(order.agency, headers, body)
            if told.status_code == 200:
                messages.success(request, _("Paid by the stand-in gateway. No money was moved."))
            else:
                messages.warning(request, _("The payment came in and waits to be looked at by the one-stop shop."))
        else:
            messages.info(request, _("You have not paid."))
        return redirect(order.back)
    dossier = Dossier.objects.filter(pk__in=keys_in(order.reference)).select_related("agency", "version").first()
    return render(request, "dossiers/money/stand_in.html", {"order": order, "dossier": dossier})
