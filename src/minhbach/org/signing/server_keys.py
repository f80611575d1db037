"""Roots we trust, and keys that lie on the server because its configuration says so (docs/signing.md).

Both are read from files named by the environment, and anew when a file changes.
"""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from minhbach.signatures import Key, Pkcs11Key, Pkcs12Key, SignatureError, certificate_facts, read_certificates


def roots() -> tuple[bytes, ...]:
    """The certificates (DER) of the authorities we trust: those in SIGNING_ROOTS, a PEM file or a folder of them.

    None when nothing is configured, or nothing is there: then no certificate is trusted. Raises ImproperlyConfigured
    for a file that holds none.
    """
    if not settings.SIGNING_ROOTS:
        return ()
    place = Path(settings.SIGNING_ROOTS)
    paths = sorted(place.iterdir()) if place.is_dir() else [place]
    return tuple(one for path in paths if path.is_file() for one in _roots(path, path.stat().st_mtime_ns))


def key_for(fingerprint: str) -> Key | None:
    """The key of this certificate on the server, if SIGNING_KEYS has it. Raises ImproperlyConfigured."""
    if not settings.SIGNING_KEYS:
        return None
    path = Path(settings.SIGNING_KEYS)
    return _keys(path, _age(path)).get(fingerprint)


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=64)
def _roots(path: Path, _changed: int) -> tuple[bytes, ...]:
    try:
        return tuple(read_certificates(path.read_bytes()))
    except SignatureError as error:
        raise ImproperlyConfigured(f"SIGNING_ROOTS: {path.name}: {error}") from error


@lru_cache(maxsize=4)
def _keys(path: Path, _changed: int) -> dict[str, Key]:
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("key", [])
        found = [_key(entry, path.parent) for entry in listed]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, SignatureError) as error:
        raise ImproperlyConfigured(f"SIGNING_KEYS: {path.name}: {error}") from error
    return {certificate_facts(key.certificate).fingerprint: key for key in found}


def _key(entry: dict[str, str], folder: Path) -> Key:
    """Secrets stay out of the file: it names the variable of the environment that holds them."""
    secret = os.environ.get(entry["secret"], "")
    if "pkcs12" in entry:
        return Pkcs12Key.load((folder / entry["pkcs12"]).read_bytes(), secret)
    own, *chain = read_certificates((folder / entry["certificate"]).read_bytes())
    return Pkcs11Key(own, entry["pkcs11"], entry["token"], entry["label"], secret, tuple(chain))
