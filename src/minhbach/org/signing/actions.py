"""Certificates are registered and withdrawn; a signature is asked for, and taken in once."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, trail
from minhbach.org.attachments import SIGNATURE_IMAGE
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import file_attach
from minhbach.org.files.sniff import BadFile
from minhbach.org.models import Certificate, Person, SigningRequest, Unit
from minhbach.org.permissions import Refused, require
from minhbach.org.permissions.org_verbs import CERTIFICATES_MANAGE
from minhbach.org.signing import server_keys
from minhbach.org.signing.purposes import purpose as purpose_of
from minhbach.signatures import (
    Prepared,
    SignatureError,
    certificate_facts,
    chain_trusted,
    finish,
    prepare,
    read_certificates,
)
from minhbach.vietnamese import fold

LASTS = timedelta(minutes=15)


@transaction.atomic
def certificate_register(
    content: bytes, *, person: Person | None = None, unit: Unit | None = None, image=None, acting
) -> Certificate:
    """Register the certificate by which a person signs, or an organisation, with a picture (PNG) of signature or seal.

    Raises Refused; NotPossible with code `certificate`, `not_for_signing`, `ended`, `untrusted`, `other_name`, `taken`,
    `image`.
    """
    assert (person is None) != (unit is None)
    owner = person or unit
    require(acting, CERTIFICATES_MANAGE, person.unit if person else unit)
    try:
        chain = read_certificates(content)
        facts = certificate_facts(chain[0])
    except SignatureError as error:
        raise in_words(error) from error
    now = timezone.now()
    if not facts.may_sign:
        raise NotPossible(_("This certificate is not for signing; choose the one of the signer."), "not_for_signing")
    if facts.ends <= now:
        raise NotPossible(
            _("This certificate ended on %(day)s."), "ended", {"day": f"{timezone.localtime(facts.ends):%d/%m/%Y}"}
        )
    if not chain_trusted(chain[0], server_keys.roots(), chain[1:], at=now):
        raise NotPossible(
            _("No authority trusted here issued this certificate (%(issuer)s), or it does not hold today."),
            "untrusted",
            {"issuer": facts.issuer},
        )
    if person is not None and not _same_name(person.full_name, facts.holder):
        raise NotPossible(
            _("The certificate is that of %(holder)s, not of %(person)s."),
            "other_name",
            {"holder": facts.holder, "person": person},
        )
    if Certificate.objects.filter(fingerprint=facts.fingerprint, withdrawn_at=None).exists():
        raise NotPossible(_("This certificate is registered already."), "taken")
    chain_name = f"person:{person.pk}" if person else f"unit:{unit.pk}"
    attached = None
    if image is not None:
        try:
            attached = file_attach(image, kind=SIGNATURE_IMAGE, chain=chain_name, acting=acting)
        except BadFile as error:
            raise NotPossible(error.message, "image", error.params) from error
        if attached.file.extension != "png":
            raise NotPossible(_("The picture of a signature or seal is a PNG."), "image")
    certificate = Certificate.objects.create(
        person=person,
        unit=unit,
        pem=_pem(chain),
        fingerprint=facts.fingerprint,
        holder=facts.holder[:300],
        issuer=facts.issuer[:300],
        serial=facts.serial,
        begins_at=facts.begins,
        ends_at=facts.ends,
        image=attached,
        registered_at=now,
        registered_by=acting if acting.is_authenticated else None,
    )
    data = {"fingerprint": facts.fingerprint, "issuer": facts.issuer, "ends": timezone.localdate(facts.ends)}
    trail.record(chain_name, events.CERTIFICATE_REGISTERED, acting=acting, subject=owner, data=data)
    return certificate


@transaction.atomic
def certificate_withdraw(certificate: Certificate, *, because: str, acting) -> Certificate:
    """Nobody signs by it here any more, as when a token is lost; what was signed by it stays. Raises Refused;
    NotPossible with code `withdrawn` or `no_reason`."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    owner = certificate.owner
    require(acting, CERTIFICATES_MANAGE, owner.unit if certificate.person_id else owner)
    if not because.strip():
        raise NotPossible(_("Give the reason."), "no_reason")
    if certificate.withdrawn_at is not None:
        raise NotPossible(_("This certificate was withdrawn already."), "withdrawn")
    certificate.withdrawn_at, certificate.withdrawn_because = timezone.now(), because.strip()[:500]
    certificate.save(update_fields=["withdrawn_at", "withdrawn_because"])
    name = f"person:{owner.pk}" if certificate.person_id else f"unit:{owner.pk}"
    data = {"fingerprint": certificate.fingerprint, "because": because}
    trail.record(name, events.CERTIFICATE_WITHDRAWN, acting=acting, subject=owner, data=data)
    return certificate


@transaction.atomic
def signature_ask(
    pdf: bytes,
    field: str,
    certificate: Certificate,
    *,
    purpose: str,
    subject_id,
    title: str,
    look: bytes,
    first: bool,
    reason: str = "",
    acting,
) -> SigningRequest:
    """Prepare the paper for a signature and keep what is to be signed; called by a room's own action, which has asked
    for permission. Raises NotPossible with code `withdrawn`, `ended`, or those of `signatures.prepare`."""
    purpose_of(purpose)
    require_usable(certificate)
    own, *above = certificate.chain
    try:
        ready = prepare(pdf, field, own, chain=above, look=look, first=first, reason=reason)
    except SignatureError as error:
        raise in_words(error) from error
    now = timezone.now()
    return SigningRequest.objects.create(
        purpose=purpose,
        subject_id=str(subject_id),
        title=title[:500],
        certificate=certificate,
        account=acting if acting.is_authenticated else None,
        base=hashlib.sha256(pdf).hexdigest(),
        field=field,
        digest=ready.digest.hex(),
        prepared=ready.pdf,
        attributes=ready.attributes,
        document_digest=ready.document_digest,
        start=ready.start,
        end=ready.end,
        made_at=now,
        expires_at=now + LASTS,
    )


@transaction.atomic
def signature_take(request: SigningRequest, answer: bytes, *, acting) -> SigningRequest:
    """Take the signature in, by the account that asked for it: the room that wanted it gets the signed paper in the
    same transaction. `answer` is a bare signature of the hash, or a CMS; also as base64.

    Raises Refused; NotPossible with code `done`, `expired`, `does_not_fit`, `withdrawn`, `ended`, and the room's own.
    """
    request = SigningRequest.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=request.pk)
    if request.account_id != getattr(acting, "pk", None):
        raise Refused(CERTIFICATES_MANAGE, None, str(_("Only the person who asked for this signature can give it.")))
    if request.done_at is not None:
        raise NotPossible(_("This was signed already."), "done")
    now = timezone.now()
    if request.expires_at <= now or request.prepared is None:
        raise NotPossible(_("The time to sign is over; begin again from the paper."), "expired")
    require_usable(request.certificate)
    own, *above = request.certificate.chain
    ready = Prepared(
        pdf=bytes(request.prepared),
        field=request.field,
        certificate=own,
        chain=tuple(above),
        attributes=bytes(request.attributes),
        document_digest=bytes(request.document_digest),
        start=request.start,
        end=request.end,
    )
    try:
        signed = finish(ready, _bare(answer))
    except SignatureError as error:
        raise in_words(error) from error
    request.done_at, request.prepared = now, None
    request.save(update_fields=["done_at", "prepared"])
    purpose_of(request.purpose).signed(request, signed, acting)
    return request


def signature_by_server(request: SigningRequest, *, acting) -> SigningRequest | None:
    """Sign at once with a key of the server, if its configuration has that of the certificate; else None. Raises as
    `signature_take`, and NotPossible with code `key` when the key does not answer."""
    key = server_keys.key_for(request.certificate.fingerprint)
    if key is None:
        return None
    try:
        answer = key.sign(bytes.fromhex(request.digest))
    except SignatureError as error:
        raise in_words(error) from error
    return signature_take(request, answer, acting=acting)


def requests_sweep() -> int:
    """Let go of papers that were never signed; a daily job. Returns how many."""
    over = SigningRequest.objects.filter(expires_at__lt=timezone.now(), done_at=None, prepared__isnull=False)
    return over.update(prepared=None)


def require_usable(certificate: Certificate) -> None:
    """Raises NotPossible with code `withdrawn` or `ended`."""
    if certificate.withdrawn_at is not None:
        raise NotPossible(_("This certificate was withdrawn."), "withdrawn")
    if not certificate.begins_at <= timezone.now() <= certificate.ends_at:
        raise NotPossible(
            _("This certificate ended on %(day)s."),
            "ended",
            {"day": f"{timezone.localtime(certificate.ends_at):%d/%m/%Y}"},
        )


def in_words(error: SignatureError) -> NotPossible:
    """The error of a file or signature as one of an action, in the person's language."""
    return NotPossible(error.text.in_("en" if (get_language() or "").startswith("en") else "vi"), error.code)


def _bare(answer: bytes) -> bytes:
    """Base64 if it is that; people carry answers as text."""
    try:
        return base64.b64decode(b"".join(answer.split()), validate=True)
    except (binascii.Error, ValueError):
        return answer


def _same_name(one: str, other: str) -> bool:
    first, second = fold(" ".join(one.split())), fold(" ".join(other.split()))
    return bool(first) and bool(second) and (first in second or second in first)


def _pem(chain: list[bytes]) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return "".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM).decode() for one in chain)
