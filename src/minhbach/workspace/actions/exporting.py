"""A list as a file: with personal data masked, or in full for those who hold the right, and then on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers import clock, queries
from minhbach.dossiers.masking import applicant_name, masked
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import PERSONAL
from minhbach.org import trail
from minhbach.org.calendars.queries import Calendars
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import Refused, holds
from minhbach.org.ui.figures import date_short, language, moment
from minhbach.papers import Column, Document, Row, Table, to_xlsx
from minhbach.workspace import events
from minhbach.workspace.rows import step_title
from minhbach.worktime import clock_words

MOST, MOST_FULL = 10_000, 2_000
"""Lines of a file; fewer with personal data, since each dossier in it is put on record."""
FORMATS = ("xlsx", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@transaction.atomic
def list_export(dossiers: QuerySet[Dossier], *, format: str, full: bool = False, query: str = "", acting) -> bytes:
    """The file of these dossiers, of which `acting` sees all. In full, names, numbers and telephones stand in it where
    the right is held, and the trail says who took which dossiers out; else they are masked for everybody.

    Raises Refused; NotPossible with code `too_many` or `format`.
    """
    if format not in FORMATS:
        raise NotPossible(gettext_lazy("A list goes out as XLSX or CSV."), "format")
    if full and not holds(acting, PERSONAL):
        raise Refused(PERSONAL)
    most = MOST_FULL if full else MOST
    found = list(queries.with_rows(dossiers).select_related("procedure", *queries.WITH_ROW)[: most + 1])
    if len(found) > most:
        raise NotPossible(
            gettext_lazy("The list has more than %(most)s lines; narrow it first."), "too_many", {"most": most}
        )
    lines = list(_lines(found, full, acting))
    if full:
        data = {"format": format, "filter": query[:1000], "dossiers": [dossier.code for dossier in found]}
        trail.record(f"person:{acting.person_id}", events.EXPORTED, acting=acting, subject=acting.person, data=data)
    return _xlsx(lines) if format == "xlsx" else _csv(lines)


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Dossier code"), 20),
        (_("Procedure code"), 12),
        (_("Procedure"), 40),
        (_("Applicant"), 24),
        (_("Identity number"), 16),
        (_("Telephone"), 14),
        (_("Sent by way"), 12),
        (_("Status"), 16),
        (_("Step"), 18),
        (_("Where it lies"), 26),
        (_("Held by"), 20),
        (_("Received"), 17),
        (_("First due"), 17),
        (_("Due"), 17),
        (_("Finished"), 17),
        (_("Returned"), 17),
        (_("Working time"), 22),
    ]


def _lines(dossiers: Sequence[Dossier], full: bool, account) -> Iterator[list[str]]:
    now, calendars, lang = timezone.now(), Calendars(), language()
    told = queries.personal_among(account, dossiers) if full else set()
    for dossier in dossiers:
        applicant = dossier.applicant
        open_ = dossier.pk in told
        reading = clock.reading_of(dossier, now, calendars=calendars)
        moments = (dossier.received_at, dossier.first_due_at, dossier.due_at, dossier.finished_at, dossier.returned_at)
        yield [
            dossier.code,
            dossier.procedure.code,
            str(dossier.version),
            applicant_name(applicant, full=open_),
            applicant.id_number if open_ else masked(applicant.id_number, first=3, last=3),
            applicant.phone if open_ else masked(applicant.phone, first=2, last=3),
            str(dossier.get_channel_display()),
            str(dossier.get_status_display()),
            step_title(dossier),
            str(dossier.at_unit),
            str(dossier.at_person or ""),
            *(moment(each) if each else "" for each in moments),
            clock_words(reading, lang) if reading else "",
        ]


def _xlsx(lines: list[list[str]]) -> bytes:
    table = Table(
        tuple(Column(title, share) for title, share in _columns()),
        tuple(Row.of(*line) for line in lines),
        name=_("Dossiers"),
        size=10,
    )
    title = _("LIST OF DOSSIERS")
    note = _("Drawn up on %(day)s") % {"day": date_short(timezone.localdate())}
    return to_xlsx(Document(title, note=f"({note})", blocks=(table,), landscape=True, lang=language()))


def _csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    out.write("\ufeff")  # so that Excel reads it as UTF-8
    writer = csv.writer(out)
    writer.writerow([title for title, _share in _columns()])
    for line in lines:
        writer.writerow([_plain(cell) for cell in line])
    return out.getvalue().encode()


def _plain(cell: Any) -> str:
    """Never a formula to whatever opens the file."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
