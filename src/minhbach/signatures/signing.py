"""A signature in two steps: the hash goes out to whoever holds the key, the answer is put into its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from .certificates import certificate_facts, loaded
from .checking import check
from .errors import SignatureError, no_pdf_breaks_us, require_modest
from .running import run

_RESERVED = 24_000
"""Hexadecimal digits kept free for the signature: a CMS with a chain of four certificates takes about 16,000."""


@dataclass(frozen=True)
class Prepared:
    """A file that waits for one signature. It can be kept for the time in between; nothing in it is secret."""

    pdf: bytes
    field: str
    certificate: bytes
    chain: tuple[bytes, ...]
    attributes: bytes
    """The signed attributes (DER): content type, hash of the file, which certificate signs (PAdES baseline)."""
    document_digest: bytes
    start: int
    end: int

    @property
    def digest(self) -> bytes:
        """SHA-256 of the signed attributes: what the key signs."""
        return hashlib.sha256(self.attributes).digest()


def prepare(
    pdf: bytes,
    field: str,
    certificate: bytes,
    *,
    chain: Sequence[bytes] = (),
    look: bytes | None = None,
    first: bool = False,
    reason: str = "",
    location: str = "",
) -> Prepared:
    """Everything but the signature itself, at a place laid out before (`with_blanks`).

    `look` is a one-page PDF of the size of the place. `first` says that from now on only blanks are filled in and
    places signed. Raises SignatureError with code `pdf`, `certificate`, `no_place`, or `broken` when a signature that
    is there does not hold any more.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    certificate_facts(certificate)
    require_modest(pdf)
    if not first and not check(pdf).intact:
        raise SignatureError(
            "broken",
            "Chữ ký trước trên văn bản không còn nguyên vẹn: không ký tiếp.",
            "An earlier signature on this paper is broken: it is not signed again.",
        )
    with no_pdf_breaks_us():
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        open_places = [name for name, value, _ref in fields.enumerate_sig_fields(writer) if value is None]
        if field not in open_places:
            raise SignatureError(
                "no_place",
                "Văn bản không có chỗ cho chữ ký này, hoặc chỗ ký đã có chữ ký.",
                "The paper has no place for this signature, or somebody has signed there already.",
            )
        style = None
        if look is not None:
            plain = SimpleBoxLayoutRule(
                AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(), InnerScaling.STRETCH_TO_FIT
            )
            style = StaticStampStyle(border_width=0, background=_page(look), background_layout=plain)
        signer = _external(certificate, chain)
        meta = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=first,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
            reason=reason or None,
            location=location or None,
        )
        pdf_signer = signers.PdfSigner(meta, signer, stamp_style=style)

        async def prepared() -> Prepared:
            output = BytesIO()
            digest, _document, _output = await pdf_signer.async_digest_doc_for_signing(
                writer, existing_fields_only=True, bytes_reserved=_RESERVED, output=output
            )
            attributes = await signer.signed_attrs(digest.document_digest, "sha256", use_pades=True)
            return Prepared(
                pdf=output.getvalue(),
                field=field,
                certificate=certificate,
                chain=tuple(chain),
                attributes=attributes.dump(),
                document_digest=digest.document_digest,
                start=digest.reserved_region_start,
                end=digest.reserved_region_end,
            )

        return run(prepared())


def finish(prepared: Prepared, answer: bytes) -> bytes:
    """The signed file. `answer` is the signature of `prepared.digest` (RSA PKCS#1 v1.5, or ECDSA), or a whole CMS over
    the file as some tokens make it.

    Raises SignatureError with code `does_not_fit` when it is not the signature of this paper by this certificate.
    """
    from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest

    wrong = SignatureError(
        "does_not_fit",
        "Chữ ký gửi về không phải của văn bản này bằng chứng thư đã chọn: hãy ký lại bằng đúng thiết bị.",
        "The signature is not one of this paper by the chosen certificate: sign again with the right token.",
    )
    container = _cms(answer) or _built(prepared, answer)
    if len(container) * 2 > prepared.end - prepared.start - 2:
        raise wrong
    place = PreparedByteRangeDigest(prepared.document_digest, prepared.start, prepared.end)
    output = BytesIO(prepared.pdf)
    place.fill_with_cms(output, container)
    signed = output.getvalue()
    try:
        made = next((one for one in check(signed).signatures if one.field == prepared.field), None)
    except SignatureError as error:
        raise wrong from error
    expected = hashlib.sha256(prepared.certificate).hexdigest()
    if made is None or not made.intact or made.fingerprint != expected or not made.names_certificate:
        raise wrong
    return signed


def _cms(answer: bytes) -> bytes | None:
    """The answer, if it is a CMS of its own."""
    from asn1crypto import cms

    try:
        found = cms.ContentInfo.load(answer, strict=True)
        return answer if found["content_type"].native == "signed_data" and found["content"]["signer_infos"] else None
    except (ValueError, TypeError, KeyError):
        return None


def _built(prepared: Prepared, signature: bytes) -> bytes:
    """The CMS around a bare signature."""
    from asn1crypto import cms

    signer = _external(prepared.certificate, prepared.chain, signature)
    attributes = cms.CMSAttributes.load(prepared.attributes)
    made = run(signer.async_sign_prescribed_attributes("sha256", signed_attrs=attributes))
    return made.dump()


def _external(certificate: bytes, chain: Sequence[bytes], signature: bytes | None = None) -> Any:
    from pyhanko.sign.signers import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    above = SimpleCertificateStore()
    above.register_multiple([loaded(one) for one in chain])
    return ExternalSigner(loaded(certificate), above, signature_value=signature)


def _page(look: bytes) -> Any:
    """A page given as bytes, as pyHanko wants it."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Page(PdfContent):
        def render(self) -> bytes:
            drawn = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(look)))  # type: ignore[union-attr]
            self.resources.xobject["/Look"] = drawn
            left, bottom, right, top = drawn.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
            return b"/Look Do"

    return Page()
