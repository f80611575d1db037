"""Rows that another system tells: whose dossiers they are, and when they are due by our clock, a chunk at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from minhbach.dossiers.clock import rules_for
from minhbach.dossiers.exchange.bulk import insert
from minhbach.dossiers.exchange.checking import Facts
from minhbach.dossiers.models import Applicant, Source
from minhbach.org.calendars.queries import calendar_of
from minhbach.vietnamese import fold
from minhbach.worktime import VIETNAM, WorktimeError, due_at, parse_duration
from minhbach.worktime.durations import WORKING_DAY
from minhbach.worktime.many import due_dates

Dues = dict[str, "datetime | None"]
"""By code."""
_PERSONAL_ID = re.compile(r"[0-9]{12}|[0-9]{9}")
_TAX_CODE = re.compile(r"[0-9]{10}(-[0-9]{3})?")


class People:
    """Applicants of a chunk: known again by their number; without one, a person of the one dossier alone."""

    def __init__(self, rows: Sequence[Facts]) -> None:
        numbers = {row.id_number: row for row in rows if row.id_number}
        self._known = {
            (one.id_kind, one.id_number): one for one in Applicant.objects.filter(id_number__in=list(numbers))
        }
        new = [_person(row) for number, row in numbers.items() if (_id_kind(number), number) not in self._known]
        alone = [row for row in rows if not row.id_number]
        self._alone = {id(row): _person(row) for row in alone}
        insert(new)
        self._known |= {(one.id_kind, one.id_number): one for one in new}

    def make(self, rows: Sequence[Facts]) -> None:
        """Those of new dossiers who have no number."""
        insert([self._alone[id(row)] for row in rows if not row.id_number])

    def of(self, row: Facts) -> Applicant:
        if row.id_number:
            return self._known[_id_kind(row.id_number), row.id_number]
        person = self._alone[id(row)]
        if person.pk is None:
            person.save()
        return person

    @staticmethod
    def differs(now: Applicant, row: Facts) -> bool:
        if row.id_number or "id_number" in row.given and now.id_number:
            return now.id_number != row.id_number
        return not now.id_number and (now.name, now.phone, now.address) != (row.applicant, row.phone, row.address)


def _id_kind(number: str) -> str:
    if _PERSONAL_ID.fullmatch(number):
        return Applicant.PERSONAL_ID
    return Applicant.TAX_CODE if _TAX_CODE.fullmatch(number) else Applicant.OTHER


def _person(row: Facts) -> Applicant:
    kind = _id_kind(row.id_number) if row.id_number else Applicant.PERSONAL_ID
    return Applicant(
        kind=Applicant.ORGANISATION if kind == Applicant.TAX_CODE else Applicant.CITIZEN,
        name=row.applicant,
        id_kind=kind,
        id_number=row.id_number,
        phone=row.phone,
        email=row.email if "@" in row.email else "",
        address=row.address,
        search_key=fold(f"{row.applicant} {row.id_number} {row.phone}")[:400],
    )


def dues(rows: Sequence[Facts], source: Source) -> Dues:
    """By code: when our clock has them due. Working days are counted for a whole column at once."""
    calendar = calendar_of(source.agency)
    columns: dict[tuple[str, Any], list[Facts]] = {}
    for row in rows:
        if row.received_at is not None and row.allowed:
            columns.setdefault((row.allowed, rules_for(row.received_at)), []).append(row)
    found: Dues = {}
    for (allowed, rules), column in columns.items():
        duration = parse_duration(allowed)
        parts = duration.parts
        try:
            if len(parts) == 1 and parts[0].unit == WORKING_DAY and parts[0].amount.denominator == 1:
                starts = np.array(
                    [row.received_at.astimezone(VIETNAM).replace(tzinfo=None) for row in column], dtype="datetime64[m]"
                )
                due = due_dates(starts, int(parts[0].amount), calendar, rules).astype("datetime64[s]").tolist()
                found |= {row.code: at.replace(tzinfo=VIETNAM) for row, at in zip(column, due, strict=True)}
            else:
                found |= {row.code: due_at(row.received_at, duration, calendar, rules) for row in column}
        except WorktimeError:  # before the calendar begins: no reading of ours
            found |= {row.code: None for row in column}
    return found
