"""Hours of a day as sessions, and the week they make up from a date on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from minhbach.records.problems import Problems
from minhbach.records.source import SLUG
from minhbach.records.structure import FAILED, Bilingual, DayKind, Flag, Kind, MapOf, Path, PlainText, has
from minhbach.records.texts import Text

from .moments import DAY, NOON

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_DAY = 8 * 60
"""Minutes of a working day where no week says otherwise."""
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)


class Session(NamedTuple):
    """One stretch of work, in minutes of the day; the last minute is not in it."""

    begins: int
    ends: int


Hours = tuple[Session, ...]


def minute_of_day(text: str) -> int | None:
    """ "07:30" → 450; None when it is no time of day. 24:00 is the end of the day."""
    found = _TIME.fullmatch(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    return minutes if minutes <= DAY else None


def time_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def total(hours: Hours) -> int:
    """Working minutes."""
    return sum(session.ends - session.begins for session in hours)


def part_of(hours: Hours, part: str) -> Hours:
    """What lies in the morning or afternoon; noon divides them."""
    if part == "whole":
        return hours
    low, high = (0, NOON) if part == "morning" else (NOON, DAY)
    clipped = (Session(max(s.begins, low), min(s.ends, high)) for s in hours)
    return tuple(s for s in clipped if s.begins < s.ends)


def joined(sessions: Iterable[Session]) -> Hours:
    """The sessions in order, those that touch or overlap made one."""
    result: list[Session] = []
    for session in sorted(sessions):
        if result and session.begins <= result[-1].ends:
            result[-1] = Session(result[-1].begins, max(result[-1].ends, session.ends))
        else:
            result.append(session)
    return tuple(result)


class HoursKind(Kind):
    """A list of sessions: ["07:30-11:30", "13:00-17:00"]."""

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        sessions = []
        for item in raw if isinstance(raw, list) else [raw]:
            ends = [minute_of_day(end) for end in re.split("[-–]", str(item))]
            if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
                problems.error(
                    "hours",
                    path,
                    Text(f"“{item}” không phải là khoảng giờ", f"“{item}” is not a stretch of hours"),
                    Text("viết như 07:30-11:30", "write it like 07:30-11:30"),
                )
                return FAILED
            sessions.append(Session(ends[0], ends[1]))
        sessions.sort()
        if any(one.ends > other.begins for one, other in zip(sessions, sessions[1:], strict=False)):
            problems.error("overlap", path, Text("các khoảng giờ chồng lên nhau", "the stretches of hours overlap"))
            return FAILED
        return tuple(sessions)

    def write(self, value: Hours) -> Any:
        return [f"{time_text(s.begins)}-{time_text(s.ends)}" for s in value]

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


_SPAN = PlainText(
    rf"(?:{'|'.join(WEEKDAYS)})(?:-(?:{'|'.join(WEEKDAYS)}))?",
    Text("thứ trong tuần (mon … sun, hoặc mon-fri)", "days of the week (mon … sun, or mon-fri)"),
)


@dataclass(frozen=True)
class Week:
    """The weekly hours from a day on, until the next `Week` of the calendar.

    Only hours that count towards time limits belong here: hours in which a counter receives but nobody works are left
    out, and a dossier received in them starts at the next working time.
    """

    since: date = has(DayKind(), "the first day on which these hours hold", key="from")
    spans: dict[str, Hours] = has(MapOf(HoursKind(), _SPAN), "hours by day or span of days: mon-fri, sat", key="hours")
    source: str = has(SLUG, "key in `sources`", default="")
    confirmed: bool = has(Flag(), default=True)
    note: Text = has(Bilingual(), default=Text(""))

    @property
    def days(self) -> tuple[Hours, ...]:
        """The hours of Monday to Sunday."""
        hours: list[Hours] = [()] * 7
        for span, value in self.spans.items():
            first, _, last = span.partition("-")
            for n in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
                hours[n] = value
        return tuple(hours)

    @property
    def full_day(self) -> int:
        """Minutes of one working day of this week: those of its longest day, or `FULL_DAY` for a week without work."""
        return max(total(hours) for hours in self.days) or FULL_DAY
