"""A line of a list: what stands in it, worked out for a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers import awaiting, clock, queries, resulting
from minhbach.dossiers.doing import Deed, process_of, usual
from minhbach.dossiers.masking import applicant_name
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import WORKING, Status
from minhbach.org.calendars.queries import Calendars
from minhbach.org.ui.figures import language
from minhbach.worktime import Reading, clock_words
from minhbach.worktime.clock import LATE, WAITING


@dataclass(frozen=True)
class Row:
    """`waits_for` is who has to act next, `deed` what this reader usually does now."""

    dossier: Dossier
    applicant: str
    step: str
    waits_for: str
    clock: str
    kind: str
    deed: Deed | None


def rows_of(dossiers: Iterable[Dossier], account) -> list[Row]:
    """The lines for dossiers fetched by `queries.with_rows`. Few queries, however many lines: the calendars, their
    results, whose data may be seen, in whose place the person acts."""
    now, calendars, lang = timezone.now(), Calendars(), language()
    dossiers = list(dossiers)
    open_ = queries.personal_among(account, dossiers)
    resulting.read_for(dossiers)
    awaiting.read_for(dossiers)
    found = []
    for dossier in dossiers:
        reading = clock.reading_of(dossier, now, calendars=calendars)
        found.append(
            Row(
                dossier,
                applicant_name(dossier.applicant, full=dossier.pk in open_),
                step_title(dossier),
                _waits_for(dossier),
                clock_words(reading, lang) if reading else "",
                _kind(dossier, reading),
                usual(dossier, account),
            )
        )
    return found


def step_title(dossier: Dossier) -> str:
    """The step in words; the status where it stands at none."""
    process = process_of(dossier)
    step = process.by_key.get(dossier.step) if process else None
    return step.title.in_(language()) if step else str(Status(dossier.status).label)


def _waits_for(dossier: Dossier) -> str:
    if dossier.paused_at is not None:
        return _("the applicant")
    hands = f"{dossier.at_person} · {dossier.at_unit}" if dossier.at_person is not None else str(dossier.at_unit)
    asked = [str(one.unit) for one in awaiting.waited_for(dossier)] if dossier.status in WORKING else []
    return _("%(hands)s; asked: %(units)s") % {"hands": hands, "units": ", ".join(asked)} if asked else hands


def _kind(dossier: Dossier, reading: Reading | None) -> str:
    """The kind of state by which the line is marked."""
    if reading is None:
        return "info" if dossier.is_open else "neutral"
    if reading.standing == LATE:
        return "bad"
    if not dossier.is_open:
        return "ok"
    if reading.state == WAITING:
        return "waiting"
    return "warn" if reading.left <= reading.full_day else "neutral"
