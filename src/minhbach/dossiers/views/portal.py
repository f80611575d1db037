"""The national portal: what it was told and what is stuck, what was filed there and what could not be taken in."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers.actions import portal as actions
from minhbach.dossiers.exchange.portal.connector import configured
from minhbach.dossiers.exchange.portal.payload import file_of
from minhbach.dossiers.masking import masked
from minhbach.dossiers.models import Desk, Filed, Outgoing, PortalLink
from minhbach.dossiers.permissions import PERSONAL, PORTAL
from minhbach.org.dates import in_force, today
from minhbach.org.files.views import answer
from minhbach.org.models import Attachment, Unit
from minhbach.org.permissions import may, needs, public, units_where
from minhbach.org.ui.forms import attempt

ROWS = 20


class Because(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def _agencies(account):
    return units_where(account, PORTAL)


def _outgoing(account):
    return Outgoing.objects.filter(dossier__agency__in=_agencies(account)).select_related("dossier__agency")


def _filed(account):
    return Filed.objects.filter(link__agency__in=_agencies(account)).select_related("link__agency", "dossier")


@require_safe
@needs(PORTAL)
def portal(request: HttpRequest) -> HttpResponse:
    """What is stuck first; what went well only if asked for."""
    account, address = request.user, reverse("dossiers:portal")
    outgoing, filed = _outgoing(account), _filed(account)
    lists = {
        "stuck": (_("Refused by the portal"), outgoing.filter(state=Outgoing.FAILED)),
        "waiting": (_("To be sent"), outgoing.filter(state=Outgoing.WAITING)),
        "sent": (_("Sent to the portal"), outgoing.filter(state__in=[Outgoing.SENT, Outgoing.SKIPPED]).order_by("-pk")),
        "held": (_("Filed, not taken in"), filed.filter(state__in=[Filed.HELD, Filed.WAITING])),
        "taken": (_("Filed, taken in"), filed.filter(state__in=[Filed.TAKEN, Filed.SET_ASIDE])),
    }
    counts = {name: lists[name][1].count() for name in ("stuck", "waiting", "held")}
    which = request.GET.get("list") or next((name for name, count in counts.items() if count), "sent")
    which = which if which in lists else "sent"
    context = {
        "configured": bool(settings.PORTAL_URL),
        "links": _links(account),
        "which": which,
        "page": Paginator(lists[which][1], ROWS).get_page(request.GET.get("page")),
        "tabs": [
            {"label": label, "url": f"{address}?list={name}", "current": name == which, "count": counts.get(name)}
            for name, (label, _rows) in lists.items()
        ],
    }
    return render(request, "dossiers/exchange/portal.html", context)


def _links(account) -> list[dict[str, Any]]:
    """The agencies with a one-stop shop, and whether they are linked."""
    agencies = Unit.objects.filter(
        pk__in=Desk.objects.filter(in_force(today()), agency__in=_agencies(account)).values("agency")
    )
    known = {link.agency_id: link for link in PortalLink.objects.filter(agency__in=agencies)}
    return [{"agency": agency, "link": known.get(agency.pk)} for agency in agencies.order_by("path")]


@require_http_methods(["POST"])
@needs(PORTAL)
def portal_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Report an agency's dossiers from now on, or no longer."""
    agency = get_object_or_404(_agencies(request.user), pk=pk)
    link = actions.portal_link(agency, active=request.POST.get("do") == "on", acting=request.user)
    said = _("From now on the portal is told.") if link.active else _("The portal is no longer told.")
    messages.success(request, said)
    return redirect("dossiers:portal")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PORTAL)
def portal_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what it says, why it is stuck; tried again, or given up with the reason."""
    one = get_object_or_404(_outgoing(request.user), pk=pk)
    form = Because(request.POST or None)
    if form.is_valid():
        if request.POST.get("do") == "skip":
            why = form.cleaned_data["because"]
            done = attempt(form, lambda: actions.outgoing_skip(one, because=why, acting=request.user), _AT)
        else:
            done = attempt(form, lambda: actions.outgoing_retry(one, acting=request.user))
        if done is not None:
            messages.success(request, _("Done."))
            return redirect("dossiers:portal")
    context = {"one": one, "form": form, "payload": _written(one.body), "open": one.state in ("waiting", "failed")}
    return render(request, "dossiers/exchange/message.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PORTAL)
def portal_filed(request: HttpRequest, pk: int) -> HttpResponse:
    """A dossier filed at the portal that could not be taken in: why, and what can be done."""
    one = get_object_or_404(_filed(request.user), pk=pk)
    form = Because(request.POST or None)
    if form.is_valid():
        done = None
        if request.POST.get("do") == "aside":
            why = form.cleaned_data["because"]
            done = attempt(form, lambda: actions.filed_set_aside(one, because=why, acting=request.user), _AT)
        elif (connector := configured()) is None:
            form.add_error(None, _("No portal is configured."))
        else:
            tried = actions.filed_take(one, connector, acting=request.user)
            done = tried if tried.state == Filed.TAKEN else None
            if done is None:
                form.add_error(None, tried.failure)
        if done is not None:
            messages.success(request, _("Done."))
            return redirect("dossiers:portal")
    full = may(request.user, PERSONAL, one.link.agency)
    context = {
        "one": one,
        "form": form,
        "payload": _written(one.payload if full else _hidden(one.payload)),
        "open": one.state in ("waiting", "held"),
    }
    return render(request, "dossiers/exchange/filed.html", context, status=422 if form.is_bound else 200)


@public
@require_safe
def portal_file(request: HttpRequest, token: str) -> HttpResponse:
    """A file of a dossier for the portal, at the address it was told lately and nobody can guess."""
    pk = file_of(token)
    one = Attachment.objects.select_related("file").filter(pk=pk, removed_at=None).first() if pk else None
    if one is None:
        raise Http404(_("There is no such file, or it is not for you to see."))
    return answer(one)


_AT = {"no_reason": "because"}


def _hidden(payload: dict[str, Any]) -> dict[str, Any]:
    """Without the person who filed it; papers' names are theirs, too."""
    shown = {key: masked(value) if isinstance(value, str) else "•••" for key, value in payload.items()}
    kept = ("MaHoSo", "MaTTHC", "TenTTHC", "NgayNopHoSo", "KenhThucHien", "TrangThaiHoSo")
    return {**shown, **{key: payload[key] for key in kept if key in payload}}


def _written(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=2)
