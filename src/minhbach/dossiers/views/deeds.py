"""Each deed as a page: its form, and the action behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.dossiers import queries
from minhbach.dossiers.actions import (
    beginning,
    common,
    ending,
    intake,
    money,
    moving,
    opinions,
    result_signing,
    results,
    waiting,
)
from minhbach.dossiers.doing import DEEDS, ways
from minhbach.dossiers.forms import deeds as forms
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.money import forms as money_forms
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.views.page import found_dossier
from minhbach.dossiers.views.results import verify_address
from minhbach.org.files.kept import Kept
from minhbach.org.models import SigningRequest
from minhbach.org.permissions import Refused, needs
from minhbach.org.ui.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def deed(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Do one thing with a dossier. One that is not offered now is refused on the page of the dossier, with the reason
    the action gives."""
    dossier = found_dossier(request, code)
    wanted = DEEDS.get(name)
    if wanted is None:
        raise Http404
    if name == "draft" and wanted.offered(dossier, request.user):
        return redirect("dossiers:draft", dossier.code)
    kept = Kept(request)
    form = form_of(name, dossier, request.POST or None, kept.files or None, acting=request.user)
    if request.method == "POST" and form.is_valid():
        more = {"verify": verify_address(request)} if name == "sign" else {}
        done = attempt(form, lambda: _done(name, dossier, form, kept, request.user, more), _PLACES)
        if isinstance(done, SigningRequest) and done.done_at is None:
            return redirect("org:signing", done.pk)
        if done is not None:
            messages.success(request, _("Done: %(what)s.") % {"what": wanted.title})
            return redirect("dossiers:dossier", dossier.code)
        dossier.refresh_from_db()
    elif not wanted.offered(dossier, request.user):
        raise Refused(
            SEE, dossier.agency, _("This cannot be done now: the dossier has moved on, or lies in other hands.")
        )
    kept.keep(form)
    context = {"dossier": dossier, "deed": wanted, "form": form}
    return render(request, "dossiers/deed.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _done(name: str, dossier: Dossier, form: forms.DeedForm, kept: Kept, acting, more: dict[str, Any]) -> object:
    kept.take()
    return perform(name, dossier, form, acting, **more)


_PLACES = {"far": "day", "no_document": "document", "no_number": "symbol", "future": "issued_on", "no_scan": "scan"}


def form_of(name: str, dossier: Dossier, data, files=None, *, acting=None, signer=None) -> forms.DeedForm:
    """What the deed asks for, on a page and by the API."""
    initial = {"edition": dossier.edition}
    if name in ("forward", "approve", "back"):
        there = ways(dossier, "back" if name == "back" else "forward")
        people = queries.people_for_step(dossier, there[0]) if name != "back" and len(there) == 1 else None
        return forms.MoveForm(data, ways=there, people=people, note_needed=name == "back", initial=initial)
    if name == "assign":
        return forms.AssignForm(data, people=queries.people_here(dossier), initial=initial)
    if name == "supplement":
        return forms.AskForm(data, again=dossier.supplements > 0, initial=initial)
    if name == "finance":
        return money_forms.ObligationForm(data, initial=initial)
    if name in _MONEY:
        return _MONEY[name](data, dossier=dossier, initial=initial)
    if name == "supplemented":
        asked = dossier.pauses.filter(answered_at=None).first()
        components = common.content_of(dossier).components
        items = asked.items if asked else ()
        return forms.SupplementForm(data, files, items=items, components=components, initial=initial)
    if name == "settled":
        return forms.AnswerForm(data, initial=initial)
    if name == "return":
        return forms.ReturnForm(data, initial={**initial, "by": dossier.return_by})
    if name == "opinion":
        return forms.OpinionForm(data, units=queries.units_to_ask(dossier), initial=initial)
    if name == "begin":
        return forms.BeginForm(data, dossier=dossier, initial=initial)
    if name == "extend":
        return forms.ExtendForm(data, dossier=dossier, initial=initial)
    if name == "sign":
        return forms.SignForm(data, dossier=dossier, person=signer or getattr(acting, "person", None), initial=initial)
    if name == "seal":
        return forms.CertificateForm(data, owner=dossier.agency, initial=initial)
    if name == "record":
        return forms.RecordForm(data, files, dossier=dossier, initial=initial)
    if name in ("accept", "finish", "number"):
        return forms.DeedForm(data, initial=initial)
    return forms.BecauseForm(data, initial=initial)


def perform(name: str, dossier: Dossier, form: forms.DeedForm, acting, **more: Any) -> object:
    """Do it as a valid form says, `more` beside. Raises what the action does."""
    return _DO[name](dossier, _said(form) | more, acting)


def _said(form: forms.DeedForm) -> dict[str, Any]:
    return {key: value for key, value in form.cleaned_data.items() if key != "edition"} | {
        "edition": form.cleaned_data["edition"]
    }


def _extend(dossier: Dossier, said: dict[str, Any], acting) -> object:
    due_at = timezone.make_aware(datetime.combine(said.pop("day"), said.pop("hour")))
    return ending.due_extend(dossier, due_at=due_at, acting=acting, **said)


def _opinion(dossier: Dossier, said: dict[str, Any], acting) -> object:
    until = said.pop("until")
    said.pop("edition")
    due_at = timezone.make_aware(datetime.combine(until, datetime.max.time().replace(microsecond=0))) if until else None
    return opinions.opinion_ask(dossier, said["unit"], question=said["question"], due_at=due_at, acting=acting)


def _assign(dossier: Dossier, said: dict[str, Any], acting) -> object:
    return moving.dossier_assign(dossier, said.pop("person"), acting=acting, **said)


def _plain(action: Callable[..., object]) -> Callable[[Dossier, dict[str, Any], Any], object]:
    return lambda dossier, said, acting: action(dossier, acting=acting, **said)


_MONEY = {"cash": money_forms.CashForm, "exempt": money_forms.ExemptForm, "undue": money_forms.UndueForm}

_DO: dict[str, Callable[[Dossier, dict[str, Any], Any], object]] = {
    "accept": _plain(intake.dossier_accept),
    "decline": _plain(intake.dossier_decline),
    "forward": _plain(moving.dossier_forward),
    "back": _plain(moving.dossier_back),
    "assign": _assign,
    "supplement": _plain(waiting.supplement_ask),
    "supplemented": _plain(waiting.supplement_take),
    "finance": _plain(waiting.finance_ask),
    "settled": _plain(waiting.finance_settle),
    "cash": _plain(money.cash_take),
    "exempt": _plain(money.due_exempt),
    "undue": _plain(money.due_cancel),
    "opinion": _opinion,
    "waive": _plain(opinions.opinions_waive),
    "approve": _plain(moving.dossier_forward),
    "draft": _plain(results.result_draft),
    "sign": _plain(result_signing.result_sign),
    "number": _plain(results.result_number),
    "seal": _plain(result_signing.result_seal),
    "record": _plain(results.result_record),
    "discard": _plain(results.result_discard),
    "finish": _plain(ending.dossier_finish),
    "refuse": _plain(ending.dossier_refuse),
    "stop": _plain(ending.dossier_stop),
    "withdraw": _plain(ending.withdrawal_ask),
    "go-on": _plain(ending.withdrawal_decline),
    "return": _plain(ending.result_return),
    "recall": _plain(ending.result_recall),
    "begin": _plain(beginning.beginning_state),
    "extend": _extend,
    "apologise": _plain(ending.delay_apologise),
}
assert _DO.keys() == DEEDS.keys()
