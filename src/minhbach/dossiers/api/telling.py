"""From dossiers to what the interface gives out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from minhbach.dossiers import awaiting, clock
from minhbach.dossiers.api import shapes
from minhbach.dossiers.doing import deeds, process_of, ways
from minhbach.dossiers.masking import applicant_shown
from minhbach.dossiers.models import Applicant, Dossier, Paper, Result
from minhbach.dossiers.printing.results import templates
from minhbach.dossiers.states import Status
from minhbach.org.models import Event, Person, Unit
from minhbach.worktime import clock_words

_SAME = (
    "code", "edition", "status", "outcome", "subject", "step", "channel", "submitted_at", "received_at",
    "first_due_at", "due_at", "finished_at", "returned_at", "changed_at",
)  # fmt: skip


def lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "vi"


def row(dossier: Dossier) -> dict[str, Any]:
    """A line of a list; its applicant by name alone, as on the screens."""
    return _same(dossier) | {
        "procedure": dossier.procedure.code,
        "agency": dossier.agency.code,
        "office": dossier.office.code,
        "at_unit": dossier.at_unit.code,
        "at_person": _person(dossier.at_person),
        "applicant_name": dossier.applicant.name,
    }


def whole(dossier: Dossier, account, *, may_act: bool, follow: str) -> dict[str, Any]:
    """The dossier on one page, for this account. `may_act`: whether the token's scope lets it act at all."""
    reading, process = clock.reading_of(dossier), process_of(dossier)
    opinions = list(dossier.opinions.select_related("unit"))
    awaiting.take_from(dossier, opinions)
    titles = {step.key: step.title.in_(lang()) for step in process.steps} if process else {}
    return _same(dossier) | {
        "procedure": {"code": dossier.procedure.code, "name": str(dossier.version)},
        "version": dossier.version.number,
        "agency": _unit(dossier.agency),
        "office": _unit(dossier.office),
        "at_unit": _unit(dossier.at_unit),
        "at_person": _person(dossier.at_person),
        "applicant": applicant(dossier.applicant, full=False),
        "return_by": dossier.return_by,
        "source": dossier.source.code if dossier.source else None,
        "foreign_code": dossier.foreign_code,
        "allowed": dossier.allowed,
        "beginning": _beginning(dossier),
        "extended": dossier.extended,
        "supplements": dossier.supplements,
        "clock": {
            **{name: getattr(reading, name) for name in shapes.Clock.model_fields if name != "words"},
            "words": clock_words(reading, lang()),
        }
        if reading
        else None,
        "papers": [paper(one) for one in dossier.papers.filter(removed_at=None).select_related("attachment")],
        "stays": [
            _fields(stay, shapes.Stay, "title", "unit", "person")
            | {"title": titles.get(stay.step, ""), "unit": _unit(stay.unit), "person": _person(stay.person)}
            for stay in dossier.stays.select_related("unit", "person")
        ],
        "pauses": [_fields(pause, shapes.Pause) for pause in dossier.pauses.all()],
        "dues": [_fields(due, shapes.DueOut) for due in dossier.dues.all()],
        "payments": [_fields(payment, shapes.PaymentOut) for payment in dossier.payments.all()],
        "opinions": [_fields(opinion, shapes.Opinion, "unit") | {"unit": _unit(opinion.unit)} for opinion in opinions],
        "results": [
            _result(one)
            for one in dossier.results.select_related("drafted_by", "signed_by").prefetch_related("approvals__person")
        ],
        "follow": follow,
        "events": [
            _fields(event, shapes.EventOut, "label", "who", "post")
            | {"label": str(event.label), "who": event.actor_name, "post": event.actor_post}
            for event in Event.objects.filter(chain__name=dossier.chain).order_by("seq")
        ],
        "deeds": [_deed(deed, dossier) for deed in deeds(dossier, account)] if may_act else [],
    }


def _beginning(dossier: Dossier) -> dict[str, Any] | None:
    event = clock.counts_from(dossier).in_(lang())
    return {"counts_from": event, "day": dossier.counted_from, "document": dossier.counted_by} if event else None


def applicant(found: Applicant, *, full: bool) -> dict[str, Any]:
    known = {"kind": found.kind, "id_kind": found.id_kind, "born": found.born if full else None}
    return known | applicant_shown(found, full=full)


def _same(dossier: Dossier) -> dict[str, Any]:
    return {name: getattr(dossier, name) for name in _SAME} | {"status_name": str(Status(dossier.status).label)}


def _fields(row: Any, shape: type[shapes.Told], *but: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name not in but}


def _unit(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": str(unit)}


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.full_name} if person else None


def _result(result: Result) -> dict[str, Any]:
    approvals = [
        {"step": one.step, "person": _person(one.person), "at": one.at, "holds": one.fingerprint == result.fingerprint}
        for one in result.approvals.all()
    ]
    return _fields(result, shapes.ResultOut, "drafted_by", "signed_by", "approvals", "file") | {
        "drafted_by": _person(result.drafted_by),
        "signed_by": _person(result.signed_by),
        "approvals": approvals,
        "file": str(result.pdf_id) if result.pdf_id else None,
    }


def template(key: str, title: str) -> dict[str, Any]:
    """A paper that can come out, and what it asks."""
    asks = [
        {
            "key": one.key,
            "title": one.title.in_(lang()),
            "type": one.type,
            "required": one.required,
            "options": [option.key for option in one.options],
        }
        for one in templates()[key].fields
    ]
    return {"template": key, "title": title, "asks": asks}


def paper(one: Paper) -> dict[str, Any]:
    attached = one.attachment
    return _fields(one, shapes.Paper, "file", "file_name") | {
        "file": str(attached.pk) if attached else None,
        "file_name": attached.name if attached else None,
    }


def _deed(deed, dossier: Dossier) -> dict[str, Any]:
    to = None
    if deed.code in ("forward", "back"):
        to = [{"key": step.key, "title": step.title.in_(lang())} for step in ways(dossier, deed.code)]
    return {"code": deed.code, "title": str(deed.title), "first": deed.first, "grave": deed.grave, "to": to}
