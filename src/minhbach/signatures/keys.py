"""Keys that sign here: in a PKCS#12 file, or in a token or module by PKCS#11. On a server by configuration only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from .errors import SignatureError

_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 in a signature by PKCS#1 (RFC 8017, 9.2)."""


class Key(Protocol):
    """Signs a SHA-256; `certificate` is DER, `chain` what stands above it."""

    certificate: bytes
    chain: tuple[bytes, ...]

    def sign(self, digest: bytes) -> bytes: ...


@dataclass(frozen=True)
class Pkcs12Key:
    """A key in a file (.p12, .pfx)."""

    certificate: bytes
    chain: tuple[bytes, ...]
    _private: Any

    @classmethod
    def load(cls, content: bytes, password: str) -> Pkcs12Key:
        """Raises SignatureError with code `key`."""
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        try:
            private, certificate, more = pkcs12.load_key_and_certificates(content, password.encode())
        except (ValueError, TypeError) as error:
            raise SignatureError(
                "key",
                "Không mở được tệp khóa PKCS#12: sai mật khẩu hoặc tệp hỏng.",
                "The PKCS#12 file cannot be opened: the password is wrong, or the file is damaged.",
            ) from error
        if private is None or certificate is None:
            raise SignatureError(
                "key", "Tệp PKCS#12 không có khóa và chứng thư.", "The PKCS#12 file holds no key with its certificate."
            )
        chain = tuple(one.public_bytes(Encoding.DER) for one in more)
        return cls(certificate.public_bytes(Encoding.DER), chain, private)

    def sign(self, digest: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        hashed = utils.Prehashed(SHA256())
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(digest, padding.PKCS1v15(), hashed)
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            return self._private.sign(digest, ec.ECDSA(hashed))
        raise SignatureError("key", "Loại khóa này không được hỗ trợ.", "A key of this kind is not supported.")


@dataclass(frozen=True)
class Pkcs11Key:
    """An RSA key in a token or a hardware module, by the maker's PKCS#11 library. Needs the package python-pkcs11."""

    certificate: bytes
    library: str
    token: str
    label: str
    pin: str
    chain: tuple[bytes, ...] = ()

    def sign(self, digest: bytes) -> bytes:
        try:
            import pkcs11
        except ImportError as error:
            raise SignatureError(
                "key",
                "Máy chủ chưa cài gói python-pkcs11 để dùng thiết bị ký.",
                "The package python-pkcs11, by which tokens are used, is not installed here.",
            ) from error
        try:
            token = pkcs11.lib(self.library).get_token(token_label=self.token)
            with token.open(user_pin=self.pin) as session:
                key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.label)
                return bytes(key.sign(_DIGEST_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))
        except (pkcs11.PKCS11Error, OSError, RuntimeError) as error:
            raise SignatureError(
                "key",
                "Thiết bị ký không trả lời: kiểm tra thiết bị, thư viện và mã PIN.",
                "The token did not answer: check the device, its library and the PIN.",
            ) from error
