"""Sending dossiers in: received in full, or registered to be received at the one-stop shop."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Header, Status
from pydantic import Field

from minhbach.dossiers import queries
from minhbach.dossiers.actions.applicants import applicant_keep
from minhbach.dossiers.actions.intake import HandedIn, Posted, dossier_receive, dossier_submit, version_on
from minhbach.dossiers.api import shapes
from minhbach.dossiers.api.files import taken
from minhbach.dossiers.api.fitting import fitting, only_asked
from minhbach.dossiers.api.reading import as_row
from minhbach.dossiers.api.router import router
from minhbach.dossiers.forms import answers
from minhbach.dossiers.models import Applicant
from minhbach.dossiers.permissions import WRITE_SCOPE
from minhbach.dossiers.states import Digitised
from minhbach.org.api.problems import ApiError, documented
from minhbach.org.api.repeats import once
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Day, Key, Moment, Strict, Yes, sensible, sound_names, text, whole
from minhbach.org.models import Unit
from minhbach.procedures.content.model import Content
from minhbach.procedures.models import Offer

Channel = Literal["counter", "online", "post"]
Answer = Annotated[text(4000) | Yes | whole(-(2**31)) | list[text(400)] | None, Field()]  # type: ignore[valid-type]


class ApplicantIn(Strict):
    """Known again by the number: then what is left empty keeps what is known."""

    name: text(300, 1)  # type: ignore[valid-type]
    kind: Literal["citizen", "organisation"] = "citizen"
    id_kind: Literal["personal_id", "passport", "tax_code", "other"] = "personal_id"
    id_number: text(30) = ""  # type: ignore[valid-type]
    born: Day | None = None
    phone: text(30) = ""  # type: ignore[valid-type]
    email: text(254) = ""  # type: ignore[valid-type]
    address: text(500) = ""  # type: ignore[valid-type]


class PaperIn(Strict):
    component: Key = Field("", description="Key of a component of the procedure; empty for another paper.")
    title: text(1000) = ""  # type: ignore[valid-type]
    handed_in: Literal["", "original", "copy", "certified_copy", "shown"] = ""
    copies: whole(1, 1000) = 1  # type: ignore[valid-type]
    reused_code: text(100) = Field("", description="Code of the earlier result it is taken from.")  # type: ignore[valid-type]
    file: text(60) = Field("", description="Its scan, sent ahead: POST /files.")  # type: ignore[valid-type]


def handed(paper: PaperIn, request: HttpRequest) -> HandedIn:
    """The paper with its scan; in the transaction that takes it."""
    digitised = Digitised.REUSED_RESULT if paper.reused_code else Digitised.NOT
    scan = taken(request, paper.file) if paper.file else None
    return HandedIn(**paper.model_dump(exclude={"file"}), digitised=digitised, scan=scan)


class PostedIn(Strict):
    """What the public post carried, as its slip says."""

    sent_on: Day | None = None
    arrived_on: Day | None = None
    tracking: text(50) = ""  # type: ignore[valid-type]
    fee: whole(0, 10**9) | None = Field(None, description="In đồng.")  # type: ignore[valid-type]


class DossierIn(Strict):
    procedure: Key = Field(description="National code of the procedure.", min_length=1)
    agency: Key = Field(description="Code of the competent agency.", min_length=1)
    applicant: ApplicantIn
    papers: list[PaperIn] = Field([], max_length=200)
    subject: text(1000) = ""  # type: ignore[valid-type]
    answers: dict[str, Answer] = Field({}, max_length=300, description="Answers to the procedure's form, by key.")  # type: ignore[valid-type]
    sender: dict[str, text(500)] = Field({}, max_length=20, description="A representative who sends it.")  # type: ignore[valid-type]
    channel: Channel = "online"
    return_by: Channel = "online"
    sets: whole(1, 99) = 1  # type: ignore[valid-type]
    posted: PostedIn | None = Field(None, description="Only by post.")
    receive: Yes = Field(
        False,
        description="Receive it at once, in full: its time counts. Otherwise it waits to be received.",
    )
    intake: Key = Field("", description="Code of the one-stop shop that took it in, if not the agency's own.")
    submitted_at: Moment | None = None


@router.post(
    "/dossiers",
    response={(200, 201): shapes.Row, **documented(404, 409, 413)},
    summary=gettext_lazy("Send a dossier in"),
    **scope(WRITE_SCOPE),
)
def create_dossier(
    request: HttpRequest,
    sent: DossierIn,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=100,
            pattern=r"^[A-Za-z0-9_.:-]*$",
            description="Sent again with the same key, the dossier made the first time is answered (200).",
        ),
    ] = None,
):
    """It gets its code. Under an idempotency key a repeated call makes no second dossier."""
    if sent.receive is False and sent.intake:
        raise ApiError(409, "intake", _("Only a dossier that is received names where it was taken in."))
    code, made = once(request.auth, key, request.body.decode(), lambda: _make(request, sent))
    return Status(201 if made else 200, as_row(code))


def _make(request: HttpRequest, sent: DossierIn) -> str:
    offer = _offer(request, sent)
    moment = sensible(sent.submitted_at)
    acting = request.user
    intake = None
    if sent.intake:
        intake = Unit.objects.filter(code=sent.intake).first()
        if intake is None:
            raise ApiError(409, "no_unit", _("There is no unit %(code)s.") % {"code": sent.intake})
    applicant = applicant_keep(unit=intake or offer.one_stop, **sent.applicant.model_dump(), acting=acting)
    content = version_on(offer, timezone.localdate(moment or timezone.now())).meaning
    common: dict[str, Any] = {
        "applicant": applicant,
        "papers": [handed(paper, request) for paper in sent.papers],
        "subject": sent.subject,
        "answers": _answers(content, sent, applicant),
        "sender": sound_names(sent.sender),
        "channel": sent.channel,
        "return_by": sent.return_by,
        "sets": sent.sets,
        "posted": Posted(**sent.posted.model_dump()) if sent.posted else None,
        "submitted_at": moment,
        "acting": acting,
    }
    if sent.receive:
        return dossier_receive(offer, intake=intake, **common).code
    return dossier_submit(offer, **common).code


def _answers(content: Content, sent: DossierIn, applicant: Applicant) -> dict[str, Any]:
    """As the form of the procedure takes them at the counter. Raises ApiError with code `not_fitting`."""
    given = sound_names(sent.answers)
    only_asked(answers.not_asked(content, given), _("The form of the procedure does not ask “%(key)s”."))
    known = {name: getattr(applicant, name) for name in ("name", "kind", "id_number", "phone", "email", "address")}
    filling = answers.sent(content, given, known | {"born": applicant.born})
    return fitting(filling, "answers.").answers if filling is not None else {}


def _offer(request: HttpRequest, sent: DossierIn) -> Offer:
    """How the agency offers the procedure that day. Who may not receive there is told so by the action."""
    day = timezone.localdate(sensible(sent.submitted_at)) if sent.submitted_at else timezone.localdate()
    offer = queries.offer_on(day, procedure=sent.procedure, agency=sent.agency)
    if offer is None:
        raise ApiError(
            409,
            "not_offered",
            _("The agency %(agency)s does not offer the procedure %(procedure)s on that day.")
            % {"agency": sent.agency, "procedure": sent.procedure},
        )
    return offer
