"""Certificates: what they say, and whether a root we trust stands behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import SignatureError
from .running import run


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says of its holder, its issuer and its time."""

    holder: str
    organisation: str
    issuer: str
    serial: str
    begins: datetime
    ends: datetime
    fingerprint: str
    """SHA-256 of the certificate."""
    may_sign: bool


def read_certificates(content: bytes) -> list[bytes]:
    """The certificates of a file, PEM (one or more) or DER, as DER. Raises SignatureError, code `certificate`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except (ValueError, TypeError) as error:
        raise _no_certificate() from error
    return [one.public_bytes(Encoding.DER) for one in found]


def certificate_facts(der: bytes) -> CertificateFacts:
    """Raises SignatureError with code `certificate`, also for a key that is too weak to sign with."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import NameOID

    try:
        found = x509.load_der_x509_certificate(der)
        key = found.public_key()
        holder = _name(found.subject, NameOID.COMMON_NAME)
        organisation = _name(found.subject, NameOID.ORGANIZATION_NAME)
        issuer = _name(found.issuer, NameOID.COMMON_NAME) or _name(found.issuer, NameOID.ORGANIZATION_NAME)
    except (ValueError, TypeError) as error:
        raise _no_certificate() from error
    if not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) and not isinstance(
        key, ec.EllipticCurvePublicKey
    ):
        raise SignatureError(
            "certificate",
            "Khóa của chứng thư số phải là RSA từ 2048 bit trở lên hoặc ECDSA.",
            "The certificate's key must be RSA of at least 2048 bits, or ECDSA.",
        )
    try:
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
        may_sign = usage.digital_signature or usage.content_commitment
    except x509.ExtensionNotFound:
        may_sign = True
    return CertificateFacts(
        holder=holder,
        organisation=organisation,
        issuer=issuer,
        serial=f"{found.serial_number:X}",
        begins=found.not_valid_before_utc,
        ends=found.not_valid_after_utc,
        fingerprint=hashlib.sha256(der).hexdigest(),
        may_sign=may_sign,
    )


def chain_trusted(der: bytes, roots: Sequence[bytes], others: Sequence[bytes] = (), *, at: datetime) -> bool:
    """Whether a chain leads from the certificate to one of the roots at that moment. Revocation is not asked: nothing
    is fetched from anywhere."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

    validator = CertificateValidator(loaded(der), validation_context=context(roots, others, at=at))
    try:
        run(validator.async_validate_path())
    except (PathBuildingError, PathValidationError, ValueError):
        return False
    return True


def context(roots: Sequence[bytes], others: Sequence[bytes] = (), *, at: datetime | None = None) -> Any:
    """What chains are judged by."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[loaded(root) for root in roots],
        other_certs=[loaded(other) for other in others],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def loaded(der: bytes) -> Any:
    from asn1crypto import x509

    return x509.Certificate.load(der)


def _name(name: Any, oid: Any) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _no_certificate() -> SignatureError:
    return SignatureError(
        "certificate",
        "Tệp không phải chứng thư số: hãy xuất chứng thư (phần công khai) ra tệp .cer, .crt hoặc .pem.",
        "This is no certificate: export the certificate (its public part) as .cer, .crt or .pem.",
    )
