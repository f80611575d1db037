"""Days off and working days that differ from the week, with the decision that set each: the table an office keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minhbach.records.source import SLUG, TEXT, TITLE, Source
from minhbach.records.structure import Choice, DayKind, Flag, ListOf, MapOf, Record, Whole, has
from minhbach.records.texts import Text

from .hours import Hours, HoursKind, Week

OFF, WORKING = "off", "working"
PARTS = ("whole", "morning", "afternoon")


@dataclass(frozen=True)
class SpecialDay:
    """One day, or half of it, that is off (*nghỉ*) or worked (*làm bù*) whatever the week says.

    A worked day has the hours of the day it is swapped with (`swap`), or its own (`hours`), or those of a full day of
    the week. `confirmed` is False while the arrangement is an estimate or not yet confirmed.
    """

    day: date = has(DayKind())
    kind: str = has(Choice(OFF, WORKING))
    reason: Text = has(TITLE)
    part: str = has(Choice(*PARTS), default="whole")
    swap: date | None = has(DayKind(), "the day it was exchanged with", default=None)
    hours: Hours = has(HoursKind(), "hours of a worked day, when they are its own", default=())
    decision: str = has(TEXT, "number of the decision that set it", default="")
    confirmed: bool = has(Flag(), default=True)
    source: str = has(SLUG, "key in `sources`", default="")
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class Year:
    """A year the table covers. Outside these years only the week is known, and the calendar says so."""

    year: int = has(Whole())
    confirmed: bool = has(Flag(), "false while the year is an estimate", default=True)
    source: str = has(SLUG, "key in `sources`", default="")
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class CalendarTable:
    """A calendar as data. `uses` names the table whose days and years hold here too; a day of its own wins."""

    format: int = has(Whole())
    code: str = has(SLUG)
    title: Text = has(TITLE)
    uses: str = has(SLUG, default="")
    sources: dict[str, Source] = has(MapOf(Record(lambda: Source), SLUG), default={})
    years: tuple[Year, ...] = has(ListOf(Record(lambda: Year)), default=())
    weeks: tuple[Week, ...] = has(ListOf(Record(lambda: Week)), default=())
    days: tuple[SpecialDay, ...] = has(ListOf(Record(lambda: SpecialDay)), default=())
