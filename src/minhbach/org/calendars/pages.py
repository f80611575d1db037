"""A year of a unit's calendar as a page shows it: every day with what it is, and why."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from minhbach.org.calendars.models import OFF, SpecialDay
from minhbach.org.models import Unit
from minhbach.org.ui.figures import language
from minhbach.org.units.models import STEP
from minhbach.worktime import Calendar
from minhbach.worktime.hours import HoursKind, Week


@dataclass(frozen=True)
class Cell:
    """A day: `kind` is work, half, rest, off or made_up; `says` why, where it differs from the week."""

    day: date
    kind: str
    says: str = ""


@dataclass(frozen=True)
class Line:
    """A day that differs from the week: what it is, why, by whose decision, and at which level it was set."""

    day: date
    what: str
    kind: str
    reason: str
    decision: str
    confirmed: bool
    level: str
    own: SpecialDay | None


def year_of(calendar: Calendar, year: int) -> list[list[list[Cell | None]]]:
    """Twelve months of weeks of seven days; days of other months are None."""
    frame = months.Calendar()
    return [
        [
            [_cell(calendar, day) if day.month == month else None for day in week]
            for week in frame.monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


def _cell(calendar: Calendar, day: date) -> Cell:
    facts = calendar.facts(day)
    says = "; ".join(_reason(special) for special in facts.special)
    if facts.special and facts.minutes == 0:
        kind = "off"
    elif facts.special and facts.minutes > sum(end - begin for begin, end in facts.usual):
        kind = "made_up"
    elif facts.minutes == 0:
        kind = "rest"
    else:
        kind = "work" if facts.minutes >= facts.full_day else "half"
    return Cell(day, kind, says)


def lines_of(calendar: Calendar, unit: Unit, year: int) -> list[Line]:
    """The days of the year that differ from the week. Two queries."""
    above = [int(unit.path[:end][-STEP:]) for end in range(STEP, len(unit.path) + 1, STEP)]
    rows = SpecialDay.objects.filter(day__year=year).select_related("unit")
    by_day = {(row.day, row.part, row.unit_id): row for row in rows if row.unit_id is None or row.unit_id in above}
    found = []
    for day in sorted(day for day in calendar.days if day.year == year):
        for special in calendar.days[day]:
            setters = (by_day.get((day, special.part, level)) for level in (*reversed(above), None))
            row = next((one for one in setters if one and one.kind == special.kind), None)
            found.append(
                Line(
                    day,
                    _what(special.kind, special.part),
                    special.kind,
                    _reason(special),
                    special.decision,
                    special.confirmed,
                    str(row.unit) if row and row.unit else _("the whole country"),
                    row if row and row.unit_id in (unit.pk, None) else None,
                )
            )
    return found


def week_lines(week: Week) -> list[str]:
    """The hours of each day of the week, as they are typed."""
    return [", ".join(HoursKind().write(hours)) for hours in week.days]


def month_name(number: int) -> str:
    return f"Tháng {number}" if language() == "vi" else months.month_name[number]


def days_counted(cells: list[list[list[Cell | None]]]) -> dict[str, int]:
    """How many days of each kind."""
    counts = {"work": 0, "half": 0, "rest": 0, "off": 0, "made_up": 0}
    for month in cells:
        for week in month:
            for cell in week:
                if cell is not None:
                    counts[cell.kind] += 1
    return counts


def _what(kind: str, part: str) -> str:
    if kind == OFF:
        words = {"whole": _("day off"), "morning": _("morning off"), "afternoon": _("afternoon off")}
    else:
        words = {"whole": _("worked"), "morning": _("morning worked"), "afternoon": _("afternoon worked")}
    return words[part]


def _reason(special) -> str:
    text = special.reason.in_(language())
    if special.swap and f"{special.swap:%d/%m/%Y}" not in text:
        text += " " + _("(swapped with %(day)s)") % {"day": f"{special.swap:%d/%m/%Y}"}
    return text


def first_of(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year + 1, 1, 1) - timedelta(days=1)
