"""The competent person signs the result, later the organisation: asked for here, taken in by `org.signing`."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions import common, results
from minhbach.dossiers.models import Dossier, Result
from minhbach.dossiers.permissions import SIGN
from minhbach.dossiers.printing import results as papers
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.models import Account, Certificate, Person, SigningRequest
from minhbach.org.permissions import Refused, may
from minhbach.org.signing import purposes, queries
from minhbach.org.signing.actions import signature_ask, signature_by_server
from minhbach.papers.signable import signable, stamp
from minhbach.signatures import Box, Place, boxes, seal_box, with_blanks
from minhbach.vietnamese import format_datetime

PERSON, ORGANISATION = "person", "organisation"


@transaction.atomic
def result_sign(
    dossier: Dossier,
    *,
    form: str = "",
    certificate: Certificate | None = None,
    signer: Person | None = None,
    verify: str = "",
    edition: int | None = None,
    acting,
) -> SigningRequest:
    """Ask for the competent person's signature under the draft as it was approved; a key of the server answers at once.

    `form` is the form of signing (self, for, mandate, order), `verify` the address the QR code leads to, “{token}”
    standing for the result's. `signer` is whose signature another system brings; then no key of the server signs.
    Raises Refused; NotPossible with code `state`, `conflict`, `not_here`, `no_draft`, `signed`, `unapproved`,
    `no_certificate`, `no_form`, or those of `signature_ask`.
    """
    dossier = common.locked(dossier, edition)
    result = results.to_sign(dossier, acting)
    person = _signer(signer, dossier, acting)
    certificate = _certificate(queries.usable(person), certificate)
    chosen = papers.signing_forms(dossier, result.said, person)
    signs_as = next((one for one in chosen if one.code == form), chosen[0] if not form else None)
    if signs_as is None:
        raise NotPossible(_("There is no such form of signing."), "no_form")
    drawn = signable(
        papers.document(
            dossier,
            result.said,
            form=signs_as,
            signer=str(person or ""),
            verify=verify.replace("{token}", result.token),
        )
    )
    spots = {name: Box(s.page, s.left, s.bottom, s.right, s.top) for name, s in drawn.spots.items()}
    own = spots.pop("signature-0")
    places = [
        Place(PERSON, own, str(_("Signature of the competent person"))),
        Place(ORGANISATION, seal_box(own), str(_("Signature of the organisation")), last=True),
    ]
    lines = [f"Ký bởi: {certificate.holder}", f"Cơ quan: {dossier.agency.name}", _signed_at()]
    asked = signature_ask(
        with_blanks(drawn.pdf, spots, places),
        PERSON,
        certificate,
        purpose=SIGN_RESULT,
        subject_id=f"{result.pk}-{result.fingerprint[:24]}-{signs_as.code}",
        title=_title(result),
        look=stamp(lines, own.width, own.height, colour="blue", free=1 / 3, image=_image(certificate)),
        first=True,
        acting=acting,
    )
    if person != getattr(acting, "person", None):
        return asked
    return signature_by_server(asked, acting=acting) or asked


@transaction.atomic
def result_seal(
    dossier: Dossier, *, certificate: Certificate | None = None, edition: int | None = None, acting
) -> SigningRequest:
    """Ask for the organisation's signature, by the clerk, on the numbered result. Raises Refused; NotPossible with code
    `state`, `conflict`, `not_here`, `unsigned`, `unnumbered`, `sealed`, `no_certificate`, or those of
    `signature_ask`."""
    dossier = common.locked(dossier, edition)
    result = results.to_seal(dossier, acting)
    certificate = _certificate(queries.usable(dossier.agency), certificate)
    pdf = results.file_of(result)
    place = boxes(pdf)[ORGANISATION]
    lines = [f"Ký bởi: {certificate.holder}", _signed_at()]
    asked = signature_ask(
        pdf,
        ORGANISATION,
        certificate,
        purpose=SEAL_RESULT,
        subject_id=f"{result.pk}",
        title=_title(result),
        look=stamp(lines, place.width, place.height, colour="red", image=_image(certificate)),
        first=False,
        acting=acting,
    )
    return signature_by_server(asked, acting=acting) or asked


def _signed(request: SigningRequest, pdf: bytes, acting) -> None:
    key, words, form = request.subject_id.split("-")
    result = _result(key)
    dossier = common.locked(result.dossier)
    result = results.to_sign(dossier, acting)
    if str(result.pk) != key or result.fingerprint[:24] != words:
        raise _changed()
    person = _signer(request.certificate.person, dossier, acting)
    assert person is not None
    signs_as = next(one for one in papers.signing_forms(dossier, result.said, person) if one.code == form)
    result.signed_at, result.signed_by_id, result.signed_as = common.now(), person.pk, signs_as.said[:200]
    results.attach(result, pdf, acting=acting)
    result.save()
    data = {"fingerprint": request.certificate.fingerprint, "sha256": result.pdf.file.sha256, "form": signs_as.code}
    common.save(dossier, events.RESULT_SIGNED, acting=acting, data=data)


def _sealed(request: SigningRequest, pdf: bytes, acting) -> None:
    dossier = common.locked(_result(request.subject_id).dossier)
    result = results.to_seal(dossier, acting)
    if str(result.pk) != request.subject_id or result.pdf.file.sha256 != request.base:
        raise _changed()
    result.sealed_at, result.sealed_by_id = common.now(), common.person_of(acting)
    results.attach(result, pdf, acting=acting)
    result.save()
    data = {"fingerprint": request.certificate.fingerprint, "sha256": result.pdf.file.sha256, "symbol": result.symbol}
    common.save(dossier, events.RESULT_SEALED, acting=acting, data=data)


def _signer(wanted: Person | None, dossier: Dossier, acting) -> Person | None:
    """Who signs: whoever acts; or, where another system brings the signature, the person whose it is, who must be
    allowed to sign here themselves. Raises Refused."""
    own = getattr(acting, "person", None)
    if wanted is None or wanted == own:
        return own
    account = Account.objects.filter(person=wanted, is_active=True).first()
    if not getattr(acting, "is_system", False) or account is None or not may(account, SIGN, dossier.agency):
        raise Refused(SIGN, dossier.agency)
    return wanted


def _address(request: SigningRequest) -> str:
    return reverse("dossiers:dossier", args=[_result(request.subject_id.split("-")[0]).dossier.code])


def _result(key: str) -> Result:
    return Result.objects.select_related("dossier").get(pk=key)


def _changed() -> NotPossible:
    return NotPossible(_("The paper has changed since; begin signing again."), "changed")


def _certificate(found: list[Certificate], wanted: Certificate | None) -> Certificate:
    chosen = next((one for one in found if wanted is None or one.pk == wanted.pk), None)
    if chosen is None:
        raise NotPossible(
            _("No certificate to sign by is registered; an administrator registers it with its public part."),
            "no_certificate",
        )
    return chosen


def _image(certificate: Certificate) -> bytes | None:
    return store.path_of(certificate.image.file.sha256).read_bytes() if certificate.image else None


def _signed_at() -> str:
    return f"Ký lúc: {format_datetime(timezone.localtime(common.now()))}"


def _title(result: Result) -> str:
    return f"{result.symbol or result.title} ({result.dossier.code})"


SIGN_RESULT = purposes.register("dossiers.result.sign", signed=_signed, address=_address)
SEAL_RESULT = purposes.register("dossiers.result.seal", signed=_sealed, address=_address)
