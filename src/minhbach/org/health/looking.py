"""Running checks, for the person who asks: whoever may see the health of a unit sees the faults of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from minhbach.org.health.registry import ERROR, Check, Fault, Look, all_checks
from minhbach.org.models import Unit
from minhbach.org.permissions import unit_ids
from minhbach.org.permissions.org_verbs import HEALTH_SEE

MOST = 1000
"""Faults of one check that are counted and can be paged through."""


@dataclass(frozen=True)
class Shown:
    """A fault as this person is shown it: with an address only if they may open it."""

    says: str
    unit: Unit | None
    address: str


@dataclass(frozen=True)
class Found:
    """What a check found: how many (`more`: that many at least), and those asked for."""

    check: Check
    count: int
    more: bool = False
    faults: list[Shown] = field(default_factory=list)

    @property
    def is_error(self) -> bool:
        return bool(self.count) and self.check.severity == ERROR


def look(account, check: Check, at: Look, *, begin: int = 0, size: int = 0) -> Found:
    """What one check finds at the units whose health the account may see, and of that `size` faults from `begin` on.
    What belongs to no unit is for those who see all of them."""
    units = unit_ids(account, HEALTH_SEE)
    source = check.find(at)
    if isinstance(source, QuerySet):
        if units is not None:
            source = source.filter(**{f"{check.unit}__in": units})
        count = source[: MOST + 1].count()
        rows = list(source.select_related(*check.related)[begin : min(begin + size, MOST)]) if count and size else []
        faults = list(_faults_of(account, check, rows))
    else:
        seen = [fault for fault in source if units is None or fault.unit in units]
        count, faults = len(seen), list(islice(seen, begin, min(begin + size, MOST)))
    names = Unit.objects.in_bulk({fault.unit for fault in faults if fault.unit is not None})
    shown = [Shown(fault.says, names.get(fault.unit or 0), fault.address) for fault in faults]
    return Found(check, min(count, MOST), count > MOST, shown)


def look_everywhere(account, at: Look, *, size: int = 0) -> list[Found]:
    """Every check, the worst first."""
    return [look(account, check, at, size=size) for check in all_checks()]


def _faults_of(account, check: Check, rows: list[Any]) -> Iterator[Fault]:
    openable = None if check.open_to is None else set(check.open_to(account, rows))
    for row in rows:
        may_open = openable is None or row.pk in openable
        yield Fault(check.says(row), _unit_of(row, check.unit), check.address(row) if may_open else "")


def _unit_of(row: Any, way: str) -> int:
    *steps, last = way.split("__")
    for step in steps:
        row = getattr(row, step)
    return row.pk if last == "pk" else getattr(row, f"{last}_id")
