"""Personal data in the trail: only as digests, whose salts are kept apart and can be erased."""

import hashlib
import hmac
import secrets

from minhbach.org.models import Salt


def salt_for(subject: str) -> bytes:
    """The salt of a subject ("person:12", "dossier:7"), made when first asked for."""
    row, _made = Salt.objects.get_or_create(subject=subject, defaults={"salt": secrets.token_bytes(32)})
    return bytes(row.salt)


def digest(value: str, salt: bytes) -> str:
    """What enters the chain in place of a personal datum: who has both datum and salt can confirm it,
    and once the salt is erased nobody can guess it."""
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()


def salt_erase(subject: str) -> bool:
    """Forget a subject's salt; the chain stays whole. False if there was none."""
    deleted, _rows = Salt.objects.filter(subject=subject).delete()
    return bool(deleted)
