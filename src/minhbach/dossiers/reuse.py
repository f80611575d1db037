"""What an applicant has already been given: results of earlier dossiers, and older ones that were digitised.

A paper of a new dossier that one of them stands in for need not be brought again (Decree 118/2025 Art. 4):

    for found in results_reusable(applicant, component):
        HandedIn(component.key, digitised=Digitised.REUSED_RESULT, reused_code=found.reused_code)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from minhbach.dossiers.models import Applicant, OlderResult, Result
from minhbach.org.dates import today
from minhbach.procedures.content.model import Component


@dataclass(frozen=True)
class Reusable:
    """A result in the applicant's store. `reused_code` is what a paper keeps of it; `attachment` its file, if any."""

    code: str
    symbol: str
    title: str
    issued_on: date | None
    valid_until: date | None
    attachment: Any = None
    older: bool = False
    """Digitised from the registers of earlier years."""

    @property
    def reused_code(self) -> str:
        """The code of the kind of result and its own number: “KQ.G03.000157#12/QĐ-SGDĐT”."""
        return f"{self.code}#{self.symbol}"[:100]


def store_of(applicant: Applicant, codes: Iterable[str] | None = None, *, day: date | None = None) -> list[Reusable]:
    """The results the applicant holds that are in force on the day, of these codes or of all, the newest first.

    Recalled, expired and refusing ones are not among them. Older ones are found by the applicant's identity number. Two
    queries.
    """
    day = day or today()
    in_force = Q(valid_until=None) | Q(valid_until__gte=day)
    issued = Result.objects.filter(
        in_force, dossier__applicant=applicant, kind=Result.GRANT, sealed_at__isnull=False, recalled_at=None
    ).select_related("pdf__file")
    older = OlderResult.objects.none()
    if applicant.id_number:
        older = OlderResult.objects.filter(
            in_force, Q(ended_on=None) | Q(ended_on__gt=day), id_number=applicant.id_number
        ).select_related("register", "scan__file")
    if codes is not None:
        wanted = [code for code in codes if code]
        issued, older = issued.filter(code__in=wanted), older.filter(register__code__in=wanted)
    found = [
        Reusable(row.code, row.symbol, row.title, row.issued_on, row.valid_until, attachment=row.pdf) for row in issued
    ]
    found += [
        Reusable(
            row.register.code, row.number, row.register.title, row.issued_on, row.valid_until, row.scan, older=True
        )
        for row in older
    ]
    return sorted(found, key=lambda row: row.issued_on or date.min, reverse=True)


def results_reusable(applicant: Applicant, component: Component, *, day: date | None = None) -> list[Reusable]:
    """The results that stand in for this paper (`reusable_from`), the newest first; none asks the database nothing."""
    return store_of(applicant, component.reusable_from, day=day) if component.reusable_from else []
