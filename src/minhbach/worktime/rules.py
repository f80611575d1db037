"""How a time limit is counted, as dated data: every setting with the document it comes from, or said to be our choice.

A dossier keeps the rules in force on the day it was received: ask the book with `RuleBook.on(day)`.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from minhbach.records.problems import Path, Problems
from minhbach.records.source import SLUG, TITLE, Source
from minhbach.records.structure import (
    FAILED,
    Choice,
    DayKind,
    Flag,
    Kind,
    ListOf,
    MapOf,
    Record,
    Whole,
    has,
    read_record,
    record_schema,
    write_record,
)
from minhbach.records.texts import Text

from .duration_text import parse_duration
from .durations import WORKING_DAY, Duration
from .errors import DurationError, WorktimeError
from .hours import minute_of_day, time_text

T = TypeVar("T")

FROM_THE_HOUR, FROM_THE_NEXT_DAY = "from_the_hour", "from_the_next_day"
RESTART, CONTINUE = "restart", "continue"
EARLIER_DAY, EARLIER_MOMENT = "earlier_day", "earlier_moment"


@dataclass(frozen=True)
class Stated(Generic[T]):
    """A setting, where it comes from, and whether that was read in the document itself."""

    value: T
    source: str = ""
    """Key in the book's `sources`; empty when no document says it and the note says why it was chosen."""
    confirmed: bool = True
    note: Text = Text("")


class Setting(Kind):
    """`{value: …, source: …}`, the value of a kind of its own."""

    def __init__(self, kind: Kind, *, optional: bool = False):
        self.record = dataclasses.make_dataclass(
            "Setting",
            [
                ("value", Any, has(kind, default=None) if optional else has(kind)),
                ("source", str, has(SLUG, default="")),
                ("confirmed", bool, has(Flag(), default=True)),
                ("note", Text, has(TITLE, default=Text(""))),
            ],
            frozen=True,
        )

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        read = read_record(self.record, raw, path, problems)
        return FAILED if read is FAILED else Stated(read.value, read.source, read.confirmed, read.note)

    def write(self, value: Stated[Any]) -> Any:
        return write_record(self.record(value.value, value.source, value.confirmed, value.note))

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return record_schema(self.record, definitions)


class ClockTime(Kind):
    """A time of day, kept as minutes: 15:00."""

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        minutes = minute_of_day(str(raw))
        if minutes is None:
            problems.error(
                "time",
                path,
                Text(f"“{raw}” không phải là giờ trong ngày", f"“{raw}” is not a time of day"),
                Text("viết như 15:00", "write it like 15:00"),
            )
            return FAILED
        return minutes

    def write(self, value: int) -> Any:
        return time_text(value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string"}


class DurationKind(Kind):
    """A time limit in Vietnamese text: 1 ngày làm việc."""

    in_a_cell = True

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        try:
            return parse_duration(str(raw))
        except DurationError as error:
            problems.error(error.code, path, Text(error.vi, error.en))
            return FAILED

    def write(self, value: Duration) -> Any:
        return str(value)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string"}


class WorkingDaysKind(DurationKind):
    """A time limit in working days and nothing else."""

    def read(self, raw: Any, path: Path, problems: Problems) -> Any:
        read = super().read(raw, path, problems)
        if read is not FAILED and not _in_working_days(read):
            problems.error(
                "not-working-days",
                path,
                Text(f"“{raw}” không tính bằng ngày làm việc", f"“{raw}” is not in working days"),
                Text("viết như 1 ngày làm việc", "write it like 1 ngày làm việc"),
            )
            return FAILED
        return read


def _in_working_days(duration: Duration) -> bool:
    return [part.unit for part in duration.parts] == [WORKING_DAY]


@dataclass(frozen=True)
class TimeRules:
    """The settings in force from a day on. `but` gives the same rules with other values."""

    since: date = has(DayKind(), key="from")
    title: Text = has(TITLE)
    working_days: Stated[str] = has(Setting(Choice(FROM_THE_HOUR, FROM_THE_NEXT_DAY)))
    """`from_the_hour`: N working days on, at the same point of the working day. `from_the_next_day`: the day of
    reception is not counted, and the limit ends when N working days after it have passed."""
    calendar_days: Stated[str] = has(Setting(Choice(FROM_THE_HOUR, FROM_THE_NEXT_DAY)))
    """The same for calendar days and months. A last day that is not worked gives way to the next working day."""
    start_cutoff: Stated[int | None] = has(Setting(ClockTime(), optional=True))
    """Received after this time of day, the clock starts with the next working day; without a value, at once."""
    transfer_cutoff: Stated[int] = has(Setting(ClockTime()))
    """Received after this time of day, the dossier is passed to the unit that handles it on the next working day."""
    same_day_cutoff: Stated[int] = has(Setting(ClockTime()))
    """The last time of day at which "trong ngày" means the same day."""
    after_supplement: Stated[str] = has(Setting(Choice(RESTART, CONTINUE)))
    """Whether the whole time runs again from the full supplement, or what was left of it goes on."""
    extensions: Stated[int] = has(Setting(Whole()))
    """How often the due date may be put off."""
    extension_notice: Stated[Duration] = has(Setting(WorkingDaysKind()))
    """The working days that must be left until the due date when it is put off."""
    early: Stated[str] = has(Setting(Choice(EARLIER_DAY, EARLIER_MOMENT)))
    """When a finished dossier is early rather than on time: on a day before the due day, or any minute before."""
    note: Text = has(TITLE, default=Text(""))

    def __post_init__(self) -> None:
        if not _in_working_days(self.extension_notice.value):
            raise ValueError("the notice before an extension is in working days")

    def but(self, **values: Any) -> TimeRules:
        """These rules with other values, set by whoever calls: `rules.but(after_supplement="continue")`."""
        stated: dict[str, Any] = {name: Stated(value) for name, value in values.items()}
        return dataclasses.replace(self, **stated)

    @property
    def settings(self) -> dict[str, Stated[Any]]:
        """Every setting by name, to show where it comes from."""
        return {f.name: value for f in dataclasses.fields(self) if isinstance(value := getattr(self, f.name), Stated)}


@dataclass(frozen=True)
class RuleBook:
    """Rules by the day they came into force."""

    format: int = has(Whole())
    code: str = has(SLUG)
    title: Text = has(TITLE)
    rules: tuple[TimeRules, ...] = has(ListOf(Record(lambda: TimeRules)))
    sources: dict[str, Source] = has(MapOf(Record(lambda: Source), SLUG), default={})

    def on(self, day: date) -> TimeRules:
        """The rules in force on a day, as a rule that of reception. WorktimeError before the first ones."""
        ordered = sorted(self.rules, key=lambda rules: rules.since)
        place = bisect_right([rules.since for rules in ordered], day) - 1
        if place < 0:
            first = f"{ordered[0].since:%d/%m/%Y}"
            raise WorktimeError(
                "no-rules",
                f"Chưa có quy tắc tính thời hạn cho ngày {day:%d/%m/%Y}: hãy nhập quy tắc của thời gian trước {first}.",
                f"There are no rules of counting for {day:%d/%m/%Y}: enter those of the time before {first}.",
            )
        return ordered[place]
