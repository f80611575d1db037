"""Intake at the counter: find the procedure by a few letters, recognise the applicant, tick the papers, receive; then
the receipt, and the next one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import clock, events, queries
from minhbach.dossiers.actions.applicants import applicant_keep
from minhbach.dossiers.actions.beginning import beginning_state
from minhbach.dossiers.actions.intake import dossier_receive, dossier_submit, missing_papers
from minhbach.dossiers.actions.issuing import form_issue
from minhbach.dossiers.actions.waiting import supplement_ask
from minhbach.dossiers.forms.answers import person_asked, typed
from minhbach.dossiers.forms.finding import FindProcedure
from minhbach.dossiers.forms.intake import CompleteForm, IntakeForm, as_typed, kind_of_number
from minhbach.dossiers.models import Applicant, Dossier
from minhbach.dossiers.money.page import money_panel
from minhbach.dossiers.permissions import RECEIVE
from minhbach.dossiers.reuse import Reusable, results_reusable
from minhbach.dossiers.states import OPEN, Channel
from minhbach.dossiers.views.page import found_dossier
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.files.kept import Kept
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import attempt
from minhbach.procedures.content.model import Component, Content
from minhbach.procedures.content.reading import stored
from minhbach.procedures.filling import Filling, prefill
from minhbach.procedures.models import Offer

MOST, LATELY = 30, 5
_PLACES = {
    "no_name": "name",
    "bad_number": "id_number",
    "future": "born",
    "post_dates": "arrived_on",
    "far": "counted_day",
    "by_reception": "counted_day",
    "not_received": "counted_day",
    "no_document": "counted_document",
}


@require_safe
@needs(RECEIVE)
def choose(request: HttpRequest) -> HttpResponse:
    """Find the procedure. Enter opens the only one that fits; while one types, the list follows."""
    form = FindProcedure(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    applicant = request.GET.get("applicant", "")
    applicant = applicant if applicant.isdecimal() and len(applicant) < 18 else ""
    offers = queries.offers_to_receive(request.user, text)
    shown = list(offers[: MOST + 1])
    if len(shown) == 1 and text and not request.htmx:
        return redirect(_address(shown[0], applicant))
    lately = []
    if not text:
        latest = {offer.pk: offer for offer in offers.filter(pk__in=request.session.get("intake", []))}
        lately = [latest[pk] for pk in request.session.get("intake", []) if pk in latest]
    for offer in (*shown, *lately):
        offer.address = _address(offer, applicant)
    context = {
        "form": form,
        "text": text,
        "offers": shown[:MOST],
        "count": offers.count() if len(shown) > MOST else len(shown),
        "most": MOST,
        "lately": lately,
        "applicant": applicant,
    }
    return render(request, "dossiers/_offers.html" if request.htmx else "dossiers/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECEIVE)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dossier in. `look` fills in an applicant known from before, for the officer to check; `missing` opens the
    request to complete."""
    offer = get_object_or_404(queries.offers_to_receive(request.user), pk=pk)
    content = stored(offer.procedure.current.content)
    context: dict[str, Any] = {"offer": offer, "content": content}
    if request.method != "POST":
        known = _by_key(request)
        form, filling = _forms(offer, content, _usual(content) | (_of(known) if known else {}), known)
        if known is not None:
            context["reusable"] = _reusable(known, content)
        return _page(request, context | {"form": form, "filling": filling, "known": known})
    if "look" in request.POST:
        return _looked(request, context, offer, content)
    kept = Kept(request)
    form = IntakeForm(request.POST, kept.files, content=content, beginnings=clock.beginnings(content, offer))
    data = request.POST.copy()
    filling = typed(content, data, data.dict())
    ask = CompleteForm(request.POST) if request.POST.get("go") == "complete" else None
    if request.POST.get("go") == "missing":
        context["ask"] = CompleteForm(initial=_lacking(form, filling, content))
        form, filling = _forms(offer, content, {}, None)
        as_typed(form, request.POST)
        if filling is not None:
            as_typed(filling, request.POST)
        kept.keep(form)
        return _page(request, context | {"form": form, "filling": filling})
    sound = [one.is_valid() for one in (form, filling, ask) if one is not None]
    if all(sound):
        lacking = _lacking(form, filling, content)  # what is refused for another reason lacks no paper
        dossier = attempt(form, lambda: _take(offer, form, filling, ask, kept, request.user), _PLACES)
        if dossier is not None:
            lately = [offer.pk, *(one for one in request.session.get("intake", []) if one != offer.pk)]
            request.session["intake"] = lately[:LATELY]
            return redirect("dossiers:received", dossier.code)
        if ask is None and lacking["items"]:
            ask = CompleteForm(initial=lacking)
    kept.keep(form)
    return _page(request, context | {"form": form, "filling": filling, "ask": ask}, 422)


@require_safe
@needs(RECEIVE)
def received(request: HttpRequest, code: str) -> HttpResponse:
    """Right after the intake: the code, the due moment, the paper to print, and how to go on."""
    found = found_dossier(request, code)
    context = {
        "dossier": found,
        "allowed": clock.allowed_words(found, language()),
        "counts_from": clock.counts_from(found).in_(language()),
        "kind": "receipt" if found.received_at else "supplement",
        "again": f"{reverse('dossiers:choose')}?applicant={found.applicant_id}",
        "pause": found.pauses.filter(answered_at=None).first(),
        "money": money_panel(found, request.user),
    }
    return render(request, "dossiers/received.html", context)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "dossiers/receive.html", context, status=status)


def _forms(
    offer: Offer, content: Content, said: dict[str, Any], known: Applicant | None
) -> tuple[IntakeForm, Filling | None]:
    filling = Filling(content.form, person=person_asked(said)) if content.form else None
    return IntakeForm(content=content, beginnings=clock.beginnings(content, offer), initial=said), filling


def _usual(content: Content) -> dict[str, Any]:
    return {
        "subject": content.name.in_(language()),
        "channel": Channel.COUNTER,
        "return_by": Channel.COUNTER,
        "kind": Applicant.CITIZEN,
        "sets": content.sets or 1,
    }


def _looked(request: HttpRequest, context: dict[str, Any], offer: Offer, content: Content) -> HttpResponse:
    """The page with everything typed, and what is known of the person filled in."""
    known = _by_number(request, offer)
    data = request.POST.copy()
    if known is not None:
        data.update({name: value for name, value in _of(known).items() if value})
    if content.form:
        prefill(content.form, data, person_asked(data.dict()))
    form, filling = _forms(offer, content, {}, None)
    as_typed(form, data)
    if filling is not None:
        as_typed(filling, data)
    if not request.htmx:  # else the browser still has them
        Kept(request).keep(form)
    context |= {"form": form, "filling": filling, "known": known, "looked": True}
    if known is not None:
        context["reusable"] = _reusable(known, content)
        seen = queries.dossiers_seen(request.user).filter(applicant=known, status__in=sorted(OPEN))
        context["open_ones"] = seen.select_related("version").order_by("-id")[:3]
    return render(request, "dossiers/_who.html" if request.htmx else "dossiers/receive.html", context)


def _reusable(known: Applicant, content: Content) -> list[tuple[Component, list[Reusable]]]:
    """Papers that need not be brought, since a result the applicant was given stands in for them."""
    found = [(component, results_reusable(known, component)) for component in content.components]
    return [(component, results) for component, results in found if results]


def _require_theirs(applicant: Applicant, content: Content, reused: dict[str, str]) -> None:
    """Raises NotPossible with code `not_theirs`."""
    for component in content.components:
        code = reused.get(component.key)
        if code and code not in {found.reused_code for found in results_reusable(applicant, component)}:
            raise NotPossible(
                _("“%(code)s” is no result of this applicant that stands in for “%(paper)s”."),
                "not_theirs",
                {"code": code, "paper": component.title.vi},
            )


def _by_number(request: HttpRequest, offer: Offer) -> Applicant | None:
    """The applicant with the number typed. That somebody was looked up is recorded."""
    number = "".join(request.POST.get("id_number", "").split()).replace(".", "")
    if not number:
        return None
    wanted = request.POST.get("id_kind") or Applicant.PERSONAL_ID
    kind = kind_of_number(number) if wanted == Applicant.PERSONAL_ID else wanted
    known = Applicant.objects.filter(id_kind=kind, id_number=number).first()
    if known is not None:
        with transaction.atomic():
            chain = f"unit:{offer.one_stop_id}"
            trail.record(chain, events.APPLICANT_FOUND, acting=request.user, subject=known, data={})
    return known


def _by_key(request: HttpRequest) -> Applicant | None:
    """The applicant of the dossier received before, for the next one of theirs."""
    key = request.GET.get("applicant", "")
    if not key.isdecimal() or len(key) > 17:
        return None
    seen = queries.dossiers_seen(request.user).filter(applicant=key)
    return Applicant.objects.filter(pk=key).first() if seen.exists() else None


def _of(known: Applicant) -> dict[str, str]:
    names = ("id_number", "id_kind", "kind", "name", "phone", "email", "address")
    return {name: getattr(known, name) for name in names} | {"born": known.born.isoformat() if known.born else ""}


def _lacking(form: IntakeForm, filling: Filling | None, content: Content) -> dict[str, str]:
    """What a request to complete would name: the papers that are due and were not handed in."""
    there = {paper.component for paper in form.handed_in()} if form.is_valid() else set()
    answers = filling.so_far() if filling is not None else {}
    missing = missing_papers(content, there, answers)
    return {"items": "\n".join(one.title.vi for one in missing), "because": "Thành phần hồ sơ chưa đủ theo quy định"}


@transaction.atomic
def _take(
    offer: Offer, form: IntakeForm, filling: Filling | None, ask: CompleteForm | None, kept: Kept, acting
) -> Dossier:
    """Received with its receipt; or registered, with the request to complete it."""
    said = form.cleaned_data
    kept.take()
    applicant = applicant_keep(unit=offer.one_stop, **form.applicant(), acting=acting)
    _require_theirs(applicant, form.content, form.reused())
    facts: dict[str, Any] = {
        "applicant": applicant,
        "papers": form.handed_in(),
        "subject": said["subject"],
        "answers": filling.answers if filling is not None else {},
        "sender": form.sender(),
        "channel": said["channel"],
        "return_by": said["return_by"],
        "sets": said["sets"],
        "posted": form.posted(),
        "acting": acting,
    }
    if ask is None:
        dossier = dossier_receive(offer, **facts)
        if beginning := form.beginning():
            dossier = beginning_state(dossier, **beginning, acting=acting)
        form_issue(dossier, "receipt", acting=acting)
        return dossier
    dossier = dossier_submit(offer, **facts)
    if beginning := form.beginning():
        beginning_state(dossier, **beginning, acting=acting)
    supplement_ask(dossier, **ask.cleaned_data, acting=acting)
    form_issue(dossier, "supplement", acting=acting)
    return dossier


def _address(offer: Offer, applicant: str) -> str:
    address = reverse("dossiers:receive", args=[offer.pk])
    return f"{address}?applicant={applicant}" if applicant else address
