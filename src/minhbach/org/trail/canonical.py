"""One way to write an event down, and the hash of it. Changing anything here breaks every chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

VERSION = 1


def plain(value: Any) -> Any:
    """`value` as JSON that both databases give back exactly as it went in.

    Floats are refused (their text differs between machines): use Decimal, kept as text. Text that
    PostgreSQL cannot keep (NUL, lone surrogates) is refused too. Raises TypeError or ValueError.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        value = str(value)
        if "\x00" in value:
            raise ValueError("text in the trail holds a NUL character")
        value.encode()  # UnicodeEncodeError, a ValueError, for lone surrogates
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys in the trail are text")
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in the trail: {value!r}")


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_hash(chain: str, row: Mapping[str, Any]) -> str:
    """The hash of an event; `row` has the columns of Event."""
    return hashlib.sha256(
        canonical(
            {
                "version": VERSION,
                "chain": chain,
                "seq": row["seq"],
                "at": instant(row["at"]),
                "actor": row["actor_id"],
                "actor_name": row["actor_name"],
                "actor_post": row["actor_post"],
                "verb": row["verb"],
                "subject_type": row["subject_type"],
                "subject_id": row["subject_id"],
                "data": row["data"],
                "previous": row["previous"],
            }
        )
    ).hexdigest()


def leaf_hash(chain: str, seq: int, head: str) -> bytes:
    # 0x00 and 0x01 keep leaves and nodes apart (RFC 6962), so that a node cannot pose as a leaf.
    return hashlib.sha256(b"\x00" + canonical([chain, seq, head])).digest()


class Merkle:
    """The Merkle root of leaves given one by one; memory grows with the logarithm of their number."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        self.count += 1
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = _node(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))

    def root(self) -> str:
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        right = self._peaks[-1][1]
        for _height, left in reversed(self._peaks[:-1]):
            right = _node(left, right)
        return right.hex()


def root_hash(day: date, count: int, merkle: str, previous: str) -> str:
    """The daily root: over the day's tree and over the root of the day sealed before."""
    return hashlib.sha256(
        canonical(
            {
                "version": VERSION,
                "day": day.isoformat(),
                "count": count,
                "merkle": merkle,
                "previous": previous,
            }
        )
    ).hexdigest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
