"""Who holds what and how late, and how long it took: in few queries, whatever the number of dossiers.

Durations are working time by the calendar of the agency, as the clock of each dossier counts it: without the time in
which the applicant was waited for. On time means against the first due moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from urllib.parse import urlencode

import numpy as np
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers import clock, queries
from minhbach.dossiers.models import Dossier, Pause
from minhbach.dossiers.permissions import OVERSEE
from minhbach.dossiers.states import OPEN, Outcome
from minhbach.org.calendars.queries import Calendars
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import unit_ids
from minhbach.org.ui.figures import language
from minhbach.procedures.models import Version
from minhbach.workspace import bands
from minhbach.workspace.filters import DECIDED, NOBODY
from minhbach.worktime import Calendar, TimeRules, starts_at
from minhbach.worktime.many import to_wall_clock, working_times

BY_UNIT, BY_PERSON, BY_STEP = "unit", "person", "step"
_KEYS = {BY_UNIT: ("at_unit",), BY_PERSON: ("at_unit", "at_person"), BY_STEP: ("procedure", "step")}


@dataclass
class Held:
    """A line of who holds what. `counts` by band, `query` the address of the dossiers behind it."""

    title: str
    hint: str
    open: int
    counts: dict[str, int]
    oldest: datetime | None
    query: str


def overseen(account) -> QuerySet[Dossier]:
    """The open dossiers that the person sees and that lie at units they oversee."""
    units = unit_ids(account, OVERSEE)
    found = queries.dossiers_seen(account).filter(status__in=sorted(OPEN)).order_by()
    return found if units is None else found.filter(at_unit__in=units)


def held(account, by: str, now: datetime) -> list[Held]:
    """Who holds what, by unit, by person or by step, the latest first. At most five queries, and the calendars."""
    found = overseen(account)
    cut = bands.conditions(found, now)
    counts = {f"n_{code}": Count("pk", filter=band) for code, band in cut.items()}
    rows = list(
        found.values(*_KEYS[by]).annotate(n=Count("pk"), oldest=Min("submitted_at"), version=Max("version"), **counts)
    )
    named = _names(by, rows)
    lines = [
        Held(
            *named(row),
            row["n"],
            {code: row[f"n_{code}"] for code in cut},
            row["oldest"],
            urlencode({"overseen": "yes", **_query(by, row)}),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.counts["late"], -line.counts["today"], -line.open, line.title))


def _query(by: str, row: Mapping) -> dict[str, object]:
    if by == BY_STEP:
        return {"procedure": row["procedure"], "step": row["step"]}
    person = {"person": row["at_person"] or NOBODY} if by == BY_PERSON else {}
    return {"unit": row["at_unit"], **person}


def _names(by: str, rows: Sequence[Mapping]):
    """Gives title and hint of a row."""
    if by == BY_STEP:
        versions, lang = Version.objects.in_bulk({row["version"] for row in rows}), language()

        def of_step(row: Mapping) -> tuple[str, str]:
            version = versions[row["version"]]
            process = version.meaning.process
            step = process.by_key.get(row["step"]) if process else None
            return (step.title.in_(lang) if step else row["step"] or _("before the first step")), str(version)

        return of_step
    units = Unit.objects.in_bulk({row["at_unit"] for row in rows})
    if by == BY_UNIT:
        return lambda row: (str(units[row["at_unit"]]), "")
    people = Person.objects.in_bulk({row["at_person"] for row in rows if row["at_person"]})
    return lambda row: (str(people.get(row["at_person"]) or _("nobody yet")), str(units[row["at_unit"]]))


@dataclass
class Spent:
    """How long the dossiers of a procedure took at an office, finished in a period. Amounts in working minutes."""

    procedure: str
    office: str
    full_day: int
    used: list[int] = field(default_factory=list)
    kept: int = 0
    judged: int = 0
    """How many have a first due moment, of which `kept` were done by then."""
    query: str = ""

    @property
    def count(self) -> int:
        return len(self.used)

    @property
    def median(self) -> int:
        """The middle one, or the mean of the two in the middle."""
        used = sorted(self.used)
        middle = len(used) // 2
        return used[middle] if len(used) % 2 else (used[middle - 1] + used[middle] + 1) // 2

    @property
    def ninth(self) -> int:
        """The time within which nine of ten were done (90th percentile, nearest rank)."""
        return sorted(self.used)[ceil(0.9 * len(self.used)) - 1]


def spent(account, first: date, last: date) -> list[Spent]:
    """By procedure and handling office, for dossiers finished with a result or a refusal between two days, both
    counted. Six queries, and the calendars."""
    begin, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    units = unit_ids(account, OVERSEE)
    found = queries.dossiers_seen(account).filter(
        finished_at__gte=begin,
        finished_at__lt=end,
        received_at__isnull=False,
        outcome__in=[Outcome.GRANTED, Outcome.REFUSED],
    )
    if units is not None:
        found = found.filter(office__in=units)
    found = found.order_by()
    rows = list(
        found.values_list(
            "pk", "procedure", "office", "agency", "received_at", "finished_at", "first_due_at", "version"
        )
    )
    waits: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    pauses = Pause.objects.filter(dossier__in=found.values("pk")).order_by("asked_at", "id")
    for pk, asked, answered in pauses.values_list("dossier", "asked_at", "answered_at"):
        waits[pk].append((asked, answered))
    agencies = Unit.objects.in_bulk({row[3] for row in rows})
    calendars = Calendars()
    by_agency: dict[int, list[tuple]] = defaultdict(list)
    for row in rows:
        by_agency[row[3]].append(row)
    offices = Unit.objects.in_bulk({row[2] for row in rows})
    versions = Version.objects.defer("content").in_bulk({row[7] for row in rows})
    period = {"outcome": DECIDED, "finished_from": first.isoformat(), "finished_to": last.isoformat()}
    lines: dict[tuple[int, int], Spent] = {}
    for agency, its in by_agency.items():
        calendar = calendars.of(agencies[agency])
        for row, minutes in zip(its, _used(its, waits, calendar), strict=True):
            _pk, procedure, office, _agency, _received, finished, first_due, version = row
            line = lines.get((procedure, office))
            if line is None:
                query = urlencode({"procedure": procedure, "office": office, **period})
                full_day = calendar.full_day(last)
                line = Spent(str(versions[version]), str(offices[office]), full_day, query=query)
                lines[procedure, office] = line
            line.used.append(int(minutes))
            if first_due is not None:
                line.judged += 1
                line.kept += finished <= first_due
    return sorted(lines.values(), key=lambda line: (line.office, line.procedure))


def _used(rows: Sequence[tuple], waits: Mapping[int, list], calendar: Calendar) -> np.ndarray:
    """Working minutes of each dossier, the runs between the waits added up."""
    whose: list[int] = []
    begins: list[datetime] = []
    ends: list[datetime] = []
    for place, (pk, _procedure, _office, _agency, received, finished, *_rest) in enumerate(rows):
        rules = _rules(timezone.localdate(received))
        start: datetime | None = received
        for asked, answered in waits.get(pk, ()):
            if asked < received or start is None:
                continue
            whose.append(place)
            begins.append(_started(start, calendar, rules))
            ends.append(min(asked, finished))
            start = answered
        if start is not None:
            whose.append(place)
            begins.append(_started(start, calendar, rules))
            ends.append(finished)
    minutes = working_times(_wall(begins), _wall(ends), calendar)
    total = np.zeros(len(rows), dtype=np.int64)
    np.add.at(total, whose, np.maximum(minutes, 0))
    return total


@lru_cache(maxsize=4096)
def _rules(day: date) -> TimeRules:
    return clock.rules_for(timezone.make_aware(datetime.combine(day, time(12))))


def _started(moment: datetime, calendar: Calendar, rules: TimeRules) -> datetime:
    """Where a time of the day puts the start off, the clock is asked; else only working time counts anyway."""
    if rules.start_cutoff.value is None:
        return moment
    return starts_at(moment, calendar, rules).astimezone(moment.tzinfo)


def _wall(moments: Sequence[datetime]) -> np.ndarray:
    naive = [moment.astimezone(_UTC).replace(tzinfo=None, second=0, microsecond=0) for moment in moments]
    return to_wall_clock(np.array(naive, dtype="datetime64[m]"))


_UTC = timezone.get_fixed_timezone(0)
