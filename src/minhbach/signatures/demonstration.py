"""Certificates of a root that stands for nothing but itself: for tests and the demonstration. Their names say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

ROOT_NAME = "TRÌNH DIỄN - DEMONSTRATION, no legal value"


@dataclass(frozen=True)
class Authority:
    """A demonstration root: its certificate (DER) and its key."""

    certificate: bytes
    _key: Any
    _name: Any

    @classmethod
    def new(cls, *, now: datetime | None = None) -> Authority:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509.oid import NameOID

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ROOT_NAME)])
        built = _builder(name, name, key.public_key(), now, years=10, authority=True)
        return cls(built.sign(key, SHA256()).public_bytes(Encoding.DER), key, name)

    @classmethod
    def load(cls, certificate: bytes, key: bytes) -> Authority:
        """The root kept as certificate (DER) and unprotected key (PEM)."""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        return cls(certificate, load_pem_private_key(key, None), x509.load_der_x509_certificate(certificate).subject)

    def pkcs12(
        self,
        holder: str,
        *,
        password: str,
        organisation: str = "",
        elliptic: bool = False,
        now: datetime | None = None,
        years: int = 3,
    ) -> bytes:
        """A key with its certificate for a person or an organisation, as the file a token would hold."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec, rsa
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
        from cryptography.x509.oid import NameOID

        key: Any = (
            ec.generate_private_key(ec.SECP256R1())
            if elliptic
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, _short(holder))]
        if organisation:
            parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)))
        built = _builder(x509.Name(parts), self._name, key.public_key(), now, years=years, authority=False)
        certificate = built.sign(self._key, SHA256())
        root = x509.load_der_x509_certificate(self.certificate)
        return pkcs12.serialize_key_and_certificates(
            None, key, certificate, [root], BestAvailableEncryption(password.encode())
        )


def _short(name: str) -> str:
    """At most 64 bytes, the most a certificate's names may have here."""
    return name.encode()[:64].decode(errors="ignore").strip()


def _builder(subject: Any, issuer: Any, key: Any, now: datetime | None, *, years: int, authority: bool) -> Any:
    from cryptography import x509

    begins = (now or datetime.now(UTC)) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
