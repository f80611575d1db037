"""The result by another system: drafted, signed for the person or the organisation through a hash, or recorded from
paper. Approving, numbering, throwing away, finishing and returning are deeds like the others (acting.py)."""

from __future__ import annotations

from typing import Any, Literal

from django.db.transaction import atomic
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path
from pydantic import Field

from minhbach.dossiers import resulting
from minhbach.dossiers.actions import results
from minhbach.dossiers.api import shapes, telling
from minhbach.dossiers.api.acting import Deed, act, person_of
from minhbach.dossiers.api.files import taken
from minhbach.dossiers.api.fitting import fitting, only_asked
from minhbach.dossiers.api.reading import as_row, dossier_to_act_on, found_dossier
from minhbach.dossiers.api.router import router
from minhbach.dossiers.api.sending import Answer
from minhbach.dossiers.doing import DEEDS
from minhbach.dossiers.forms.drafting import Drafting, WordingForm
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import ACT_SCOPE, PERSONAL, PERSONAL_SCOPE
from minhbach.dossiers.printing import results as papers
from minhbach.dossiers.views.results import TYPES, drawn, verify_address
from minhbach.org.api.problems import ApiError, binary, documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Code, Day, Key, Strict, Told, Yes, sound_names, text, whole
from minhbach.org.models import Certificate
from minhbach.org.permissions import Refused
from minhbach.org.signing.api import SigningOut, order_told

Ending = Literal["pdf", "docx"]


class Wording(Strict):
    """What is left out stays as the template or the present draft has it."""

    kind: text(100, 1) | None = None  # type: ignore[valid-type]
    about: text(1000) | None = None  # type: ignore[valid-type]
    symbol: text(60) | None = None  # type: ignore[valid-type]
    by: text(300) | None = None  # type: ignore[valid-type]
    bases: list[text(4000)] | None = Field(None, max_length=100)  # type: ignore[valid-type]
    decides: text(100) | None = None  # type: ignore[valid-type]
    body: list[text(10_000)] | None = Field(None, max_length=500)  # type: ignore[valid-type]
    recipients: list[text(300)] | None = Field(None, max_length=100)  # type: ignore[valid-type]
    signed_by: list[text(300)] | None = Field(None, max_length=10)  # type: ignore[valid-type]


class DraftIn(Deed):
    template: Key = Field("", description="One of `templates`; empty: that of the present draft, or the first.")
    answers: dict[str, Answer] | None = Field(  # type: ignore[valid-type]
        None, max_length=300, description="To what the template asks; left out: as answered before."
    )
    said: Wording | None = None


class Sign(Deed):
    form: Literal["", "self", "for", "mandate", "order"] = Field(
        "", description="As the head, for the head, by mandate, by order; empty: as the signer's post suggests."
    )
    certificate: text(64) = Field("", description="SHA-256 of the certificate, if there are several.")  # type: ignore[valid-type]
    signer: whole(1) | None = Field(  # type: ignore[valid-type]
        None,
        description="Who signs, by their own certificate, if that is not the token's own person: somebody who may sign"
        " here themselves.",
    )


class Seal(Deed):
    certificate: text(64) = ""  # type: ignore[valid-type]


class Record(Deed):
    symbol: text(100, 1)  # type: ignore[valid-type]
    issued_on: Day
    file: text(60, 1) = Field(description="The scan, sent ahead: POST /files.")  # type: ignore[valid-type]
    refusal: Yes = False
    code: Key = Field("", description="Which of the procedure's results it is, if there are several.")


class Template(Told):
    template: str
    title: str
    asks: list[shapes.Asked]


class DraftOut(Told):
    """The result as it is drafted, and what can be drafted."""

    templates: list[Template]
    template: str
    answers: dict[str, Any]
    said: dict[str, Any]
    verify: str | None = Field(description="The public page to which its QR code leads, once it is signed.")


@router.get(
    "/dossiers/{code}/draft",
    response={200: DraftOut, **documented(404)},
    summary=gettext_lazy("Read the draft of the result"),
    **scope(PERSONAL_SCOPE),
)
def read_draft(request: HttpRequest, code: Path[Code]):
    """The words of the paper; before it is drafted, those of the template."""
    dossier = found_dossier(request, code)
    _require_reading(request, dossier)
    drafting = Drafting(dossier)
    result = drafting.result
    is_public = result is not None and (result.signed_at is not None or result.on_paper)
    return {
        "templates": [telling.template(key, title) for key, title in drafting.choices],
        "template": drafting.chosen,
        "answers": drafting.before,
        "said": drafting.said,
        "verify": verify_address(request).replace("{token}", result.token) if result and is_public else None,
    }


@router.post(
    "/dossiers/{code}/draft",
    response={200: shapes.Row, **documented(404, 409, 413)},
    summary=DEEDS["draft"].title,
    **scope(ACT_SCOPE),
)
def draft(request: HttpRequest, code: Path[Code], sent: DraftIn):
    """Its words follow from the answers; what is sent as `said` stands in their place. A changed draft needs its
    approvals anew."""
    dossier = dossier_to_act_on(request, code)
    try:
        drafting = Drafting(dossier, sent.template)
    except LookupError:
        raise ApiError(409, "no_template", _("This procedure has no result with that template.")) from None
    answers, said = dict(drafting.before), drafting.said
    if sent.answers is not None or not drafting.is_begun:  # what a first draft leaves out, its form asks for
        given = sound_names(sent.answers or {})
        unknown = given.keys() - {one.key for one in drafting.form.fields}
        only_asked(unknown, _("The template does not ask “%(key)s”."))
        asked = fitting(drafting.answered(given), "answers.")
        answers = asked.answers
        said = papers.wording(drafting.template, dossier, answers)
    if sent.said is not None:
        said = {**said, **sent.said.model_dump(exclude_none=True)}
    edition = dossier.edition if sent.edition is None else sent.edition
    form = fitting(WordingForm({"edition": edition, **WordingForm.initial_of(said)}), "said.")
    results.result_draft(
        dossier, template=drafting.chosen, draft=answers, said=form.said(), edition=edition, acting=request.user
    )
    return as_row(code)


@router.get(
    "/dossiers/{code}/result.{ending}",
    response={200: None, **documented(404)},
    summary=gettext_lazy("Look at the result as a paper"),
    **scope(PERSONAL_SCOPE, answers=binary(*TYPES.values())),
)
def read_result(request: HttpRequest, code: Path[Code], ending: Path[Ending]) -> HttpResponse:
    """The draft as it would look, or as a Word file. The signed paper itself is the file named in `results`."""
    dossier = found_dossier(request, code)
    _require_reading(request, dossier)
    return drawn(dossier, ending)


@router.post(
    "/dossiers/{code}/sign",
    response={200: SigningOut, **documented(404, 409, 413)},
    summary=gettext_lazy("Prepare the signature of the competent person"),
    **scope(ACT_SCOPE),
)
def sign(request: HttpRequest, code: Path[Code], sent: Sign):
    """The hash to be signed by the person's own token; the signature comes back to POST /signatures/{id}. The server
    never has the key, and the signature is checked against the certificate registered for the person."""
    dossier = dossier_to_act_on(request, code)
    more: dict[str, Any] = {"verify": verify_address(request)}
    if sent.signer is not None:
        more["signer"] = person_of(sent.signer)
    more |= _certificate(sent.certificate)
    return order_told(act(dossier, "sign", sent, request.user, **more))


@router.post(
    "/dossiers/{code}/seal",
    response={200: SigningOut, **documented(404, 409, 413)},
    summary=gettext_lazy("Prepare the signature of the organisation"),
    **scope(ACT_SCOPE),
)
def seal(request: HttpRequest, code: Path[Code], sent: Seal):
    """On the numbered result; given as that of the person is."""
    dossier = dossier_to_act_on(request, code)
    return order_told(act(dossier, "seal", sent, request.user, **_certificate(sent.certificate)))


@router.post(
    "/dossiers/{code}/record",
    response={200: shapes.Row, **documented(404, 409, 413)},
    summary=DEEDS["record"].title,
    **scope(ACT_SCOPE),
)
def record(request: HttpRequest, code: Path[Code], sent: Record):
    """Where results are signed on paper: number, date and scan."""
    dossier = dossier_to_act_on(request, code)
    with atomic():
        act(dossier, "record", sent, request.user, files={"scan": taken(request, sent.file)})
    return as_row(code)


def _certificate(fingerprint: str) -> dict[str, Certificate]:
    if not fingerprint:
        return {}
    found = Certificate.objects.filter(fingerprint=fingerprint.lower(), withdrawn_at=None).first()
    if found is None:
        raise ApiError(409, "no_certificate", _("No certificate with this fingerprint is registered."))
    return {"certificate": found}


def _require_reading(request: HttpRequest, dossier: Dossier) -> None:
    if not resulting.may_read(request.user, dossier):
        raise Refused(PERSONAL, dossier.office)
