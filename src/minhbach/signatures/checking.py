"""Is it whole, who signed, when, and who stands behind the certificate: said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from minhbach.records.texts import Text
from minhbach.vietnamese import Lang, format_datetime

from .certificates import certificate_facts, context
from .errors import SignatureError, no_pdf_breaks_us, reader_of
from .running import run

_VIETNAM = timezone(timedelta(hours=7))
_PERMITTED = Text(
    "sau đó chỉ có những bổ sung được phép (điền số, ngày, ký tiếp)",
    "afterwards only what it permits was added (number, date, further signatures)",
)
_WHOLE = Text("bao trùm toàn bộ tệp", "covers the whole file")


@dataclass(frozen=True)
class Checked:
    """One signature. `intact`: the file is as it was signed, and what came after is permitted. `trusted`: a chain leads
    to a root we trust, at the time of signing as the signer's computer told it (there is no time stamp, and revocation
    is not asked)."""

    field: str
    intact: bool
    trusted: bool
    holder: str = ""
    organisation: str = ""
    issuer: str = ""
    at: datetime | None = None
    covers_all: bool = False
    fingerprint: str = ""
    names_certificate: bool = False
    """The signature itself says which certificate signs, as PAdES demands."""

    def words(self, lang: Lang) -> str:
        """The finding in one sentence."""
        who = f"{self.holder} ({self.organisation})" if self.organisation else self.holder
        if not self.intact:
            altered = Text(
                f"Chữ ký của {who or '…'} KHÔNG hợp lệ: văn bản đã bị thay đổi sau khi ký, hoặc chữ ký bị hỏng.",
                f"The signature of {who or '…'} does NOT hold: the paper was altered after signing, or the signature is"
                " broken.",
            )
            return altered.in_(lang)
        moment = format_datetime(self.at.astimezone(_VIETNAM), lang) if self.at else "…"
        extent = (_WHOLE if self.covers_all else _PERMITTED).in_(lang)
        behind = Text(
            f"chứng thư do {self.issuer} cấp, được tin cậy"
            if self.trusted
            else f"chứng thư do {self.issuer} cấp, KHÔNG thuộc nguồn được tin cậy hoặc đã hết hạn khi ký",
            f"certificate by {self.issuer}, trusted"
            if self.trusted
            else f"certificate by {self.issuer}, NOT trusted here, or out of its time when signing",
        )
        said = Text(
            f"{who} ký lúc {moment}; văn bản nguyên vẹn, {extent}; {behind.vi}.",
            f"{who} signed at {moment}; the paper is intact, {extent}; {behind.en}.",
        )
        return said.in_(lang)


@dataclass(frozen=True)
class Report:
    """All signatures of a file, in the order in which they were made."""

    signatures: tuple[Checked, ...]

    @property
    def intact(self) -> bool:
        """Every signature holds, and there is one."""
        return bool(self.signatures) and all(one.intact for one in self.signatures)

    @property
    def trusted(self) -> bool:
        return self.intact and all(one.trusted for one in self.signatures)


def check(pdf: bytes, roots: Sequence[bytes] = ()) -> Report:
    """Check every signature of the file; nothing is fetched. Raises SignatureError with code `pdf` or `encrypted` when
    it cannot be read at all; a broken signature is a finding."""
    reader = reader_of(pdf)
    with no_pdf_breaks_us():
        found = list(reader.embedded_regular_signatures)
    return Report(tuple(run(_all(found, roots))))


async def _all(found: Sequence[Any], roots: Sequence[bytes]) -> list[Checked]:
    return [await _one(signature, roots) for signature in found]


async def _one(signature: Any, roots: Sequence[bytes]) -> Checked:
    from pyhanko.sign.validation import KeyUsageConstraints, SignatureCoverageLevel, async_validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError

    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    field = "?"
    try:
        with no_pdf_breaks_us():
            field = str(signature.field_name)
            at = signature.self_reported_timestamp
            now = datetime.now(UTC)
            moment = min(at.astimezone(UTC), now) if at else now
            trust = context(roots, at=moment)
            status = await async_validate_pdf_signature(
                signature, signer_validation_context=trust, key_usage_settings=usage
            )
            facts = certificate_facts(signature.signer_cert.dump())
            attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
            return Checked(
                field=field,
                intact=bool(
                    status.intact
                    and status.valid
                    and status.docmdp_ok
                    and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
                ),
                trusted=bool(roots) and bool(status.trusted),
                holder=facts.holder,
                organisation=facts.organisation,
                issuer=facts.issuer,
                at=at,
                covers_all=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
                fingerprint=facts.fingerprint,
                names_certificate="signing_certificate_v2" in attributes,
            )
    except (SignatureError, SignatureValidationError):
        return Checked(field, intact=False, trusted=False)
