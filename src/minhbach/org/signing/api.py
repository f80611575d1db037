"""A signature asked for by a room's operation is given here: prepared, signed elsewhere by hash, taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Router
from pydantic import Field

from minhbach.org.api.problems import documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Strict, Told, text
from minhbach.org.models import SigningRequest
from minhbach.org.signing import actions
from minhbach.org.signing.queries import requests_of

router = Router(tags=["signatures"])


class SigningOut(Told):
    """What a signing program needs; nothing of it is secret."""

    id: str
    title: str
    algorithm: str = Field(description="Of the hash: sha256.")
    digest: str = Field(description="The hash to be signed, in hexadecimal.")
    certificate: str = Field(description="SHA-256 of the certificate whose key must sign.")
    holder: str
    expires_at: datetime
    done_at: datetime | None = Field(description="When the signature was taken in; null while it is waited for.")


class SignatureIn(Strict):
    signature: text(90_000, 1) = Field(  # type: ignore[valid-type]
        description="In base64: the bare signature of the hash (RSA PKCS #1 v1.5 or ECDSA), or a CMS."
    )


@router.get(
    "/signatures/{signature}", response={200: SigningOut, **documented(404)},
    summary=gettext_lazy("Read a request for a signature"), **scope(""),
)  # fmt: skip
def read_signature(request: HttpRequest, signature: Path[UUID]):
    """One that this token asked for."""
    return order_told(_own(request, signature))


@router.post(
    "/signatures/{signature}", response={200: SigningOut, **documented(404, 409, 413)},
    summary=gettext_lazy("Give a signature"), **scope(""),
)  # fmt: skip
def give_signature(request: HttpRequest, signature: Path[UUID], sent: SignatureIn):
    """It is checked against the certificate; then the paper is signed. Rights and state are asked again, and a paper
    that changed in between is not signed."""
    return order_told(actions.signature_take(_own(request, signature), sent.signature.encode(), acting=request.user))


def order_told(asked: SigningRequest) -> dict[str, Any]:
    return {
        "id": str(asked.pk),
        "title": asked.title,
        "algorithm": "sha256",
        "digest": asked.digest,
        "certificate": asked.certificate.fingerprint,
        "holder": asked.certificate.holder,
        "expires_at": asked.expires_at,
        "done_at": asked.done_at,
    }


def _own(request: HttpRequest, pk: UUID) -> SigningRequest:
    found = requests_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such request for a signature, or it is not for you."))
    return found
