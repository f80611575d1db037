"""The declaration of a check: what it looks for, how bad it is, what it means and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

ERROR, WARNING, HINT = "error", "warning", "hint"
SEVERITIES: dict[str, str | Promise] = {ERROR: _("Errors"), WARNING: _("Warnings"), HINT: _("Hints")}
"""From the worst: what is wrong, what is about to go wrong, what somebody should look at."""


@dataclass(frozen=True)
class Look:
    """When is looked, and how far: of long tables a part, another one each day, unless `whole`."""

    now: datetime
    whole: bool = False

    @property
    def day(self) -> date:
        return timezone.localdate(self.now)

    def part(self, rows: QuerySet, size: int) -> QuerySet:
        """About `size` rows of a table, so that each has its day. One query by the key."""
        ends = rows.order_by().aggregate(first=Min("pk"), last=Max("pk"))
        first, last = ends["first"] or 0, ends["last"] or 0
        if self.whole or last - first < size:
            return rows
        begin = first + self.day.toordinal() * size % (last - first + 1)
        return rows.filter(pk__gte=begin, pk__lt=begin + size)

    def latest(self, rows: QuerySet, size: int) -> QuerySet:
        """The last `size` rows of a table; all of them if the whole is asked for."""
        last = 0 if self.whole else rows.order_by().aggregate(last=Max("pk"))["last"] or 0
        return rows.filter(pk__gt=max(last - size, 0))


@dataclass(frozen=True)
class Fault:
    """Something that fails a check, in one line without personal data; the key of its unit (None: it concerns the
    whole installation); the page where it is put right, if everybody who sees faults may open that."""

    says: str
    unit: int | None = None
    address: str = ""


@dataclass(frozen=True)
class Check:
    """What is looked for, and what to say of it.

    find     the rows that fail, as a query in a stated order; or faults, where no single query tells
    unit     of rows: the way to their unit ("pk" if they are units); faults know theirs
    says     of a row, what is wrong, without personal data
    address  of a row, its page
    open_to  of these rows, the keys of those that an account may open; all of them if it is not given
    related  what is read with the rows
    """

    key: str
    severity: str
    title: str | Promise
    means: str | Promise
    remedy: str | Promise
    find: Callable[[Look], QuerySet | Iterable[Fault]]
    unit: str = ""
    says: Callable[[Any], str] = str
    address: Callable[[Any], str] = lambda row: ""
    open_to: Callable[[Any, Sequence[Any]], Collection[Any]] | None = None
    related: tuple[str, ...] = ()


_checks: dict[str, Check] = {}


def register(check: Check) -> Check:
    """Declare a check. Raises ValueError when the key is taken or the severity is none."""
    if _checks.setdefault(check.key, check) is not check:
        raise ValueError(f"{check.key} is declared twice")
    if check.severity not in SEVERITIES:
        raise ValueError(f"{check.key}: no severity {check.severity}")
    return check


@cache
def _discover() -> None:
    import minhbach.org.health.own  # noqa: F401

    autodiscover_modules("health")


def all_checks() -> list[Check]:
    """Every check of every room, the worst first, then by key."""
    _discover()
    order = list(SEVERITIES)
    return sorted(_checks.values(), key=lambda check: (order.index(check.severity), check.key))
