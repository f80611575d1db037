"""Contents on disk, each under its own SHA-256: ab/cd/abcd…"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

CHUNK = 256 * 1024


def path_of(sha256: str) -> Path:
    """Where the content lies. Only a digest makes a path, so none can lead elsewhere."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def put(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store a content; returns its SHA-256 and size.

    It is written aside, flushed to the disk and then renamed: a name never holds half a file. The same
    content is kept once.
    """
    waiting = Path(settings.MEDIA_ROOT) / "tmp"
    waiting.mkdir(parents=True, exist_ok=True)
    part = waiting / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("xb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o640)
        target = path_of(digest.hexdigest())
        if target.exists() and target.stat().st_size == size:
            # A young file is not swept away: the row that will name it may not be committed yet.
            os.utime(target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, target)
            _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest(), size


def intact(sha256: str) -> bool:
    """Whether the content is there and still is what its name says."""
    digest = hashlib.sha256()
    try:
        with path_of(sha256).open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def strays(known: set[str], older_than: float = 24 * 3600) -> Iterable[Path]:
    """Contents no row names (their transaction was rolled back), and parts of broken uploads."""
    before = time.time() - older_than
    root = Path(settings.MEDIA_ROOT)
    for path in [*root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"), *root.glob("tmp/*")]:
        if path.name not in known and path.stat().st_mtime < before:
            yield path


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
