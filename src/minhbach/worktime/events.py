"""What happens to a dossier that its clock must know, as a history in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .calendar import Calendar
from .durations import Duration
from .errors import HistoryError
from .moments import instant, shown

SUPPLEMENT, PAYMENT, OTHER = "supplement", "payment", "other"
WAITING_FOR = (SUPPLEMENT, PAYMENT, OTHER)


@dataclass(frozen=True)
class Received:
    """Received in full by the competent agency: from here the time runs."""

    at: datetime
    unit: str = ""
    allowed: Duration | None = None
    """The share of the time this unit has, when the process gives it one."""


@dataclass(frozen=True)
class Paused:
    """The citizen was asked for something; until it is there, no time counts. Only a wait for a supplement can make the
    whole time run again (`TimeRules.after_supplement`)."""

    at: datetime
    waiting_for: str = SUPPLEMENT


@dataclass(frozen=True)
class Resumed:
    """What was waited for is there in full."""

    at: datetime


@dataclass(frozen=True)
class Extended:
    """The due date was put off, with a letter of apology."""

    at: datetime
    to: datetime


@dataclass(frozen=True)
class TakenOver:
    """Gone on with from another system, which had promised this due moment: it counts, whatever the time limit makes,
    and moves from here on like any other."""

    at: datetime
    due: datetime


@dataclass(frozen=True)
class HandedOver:
    """Passed to another unit. Its leg is counted by its own calendar; what the citizen was promised does not change."""

    at: datetime
    unit: str
    calendar: Calendar
    allowed: Duration | None = None


@dataclass(frozen=True)
class Finished:
    """The result is there."""

    at: datetime


@dataclass(frozen=True)
class Stopped:
    """Ended without a result: withdrawn, refused, closed."""

    at: datetime


Event = Received | Paused | Resumed | Extended | TakenOver | HandedOver | Finished | Stopped


def checked(events: Iterable[Event]) -> tuple[Event, ...]:
    """The history, when it can have happened. HistoryError naming the first event that cannot."""
    history = tuple(events)
    if not history or not isinstance(history[0], Received):
        raise HistoryError(
            "no-reception",
            "Lịch sử hồ sơ phải bắt đầu bằng việc tiếp nhận: hãy ghi thời điểm tiếp nhận trước.",
            "A history begins with the reception: record it first.",
        )
    for event in history:
        instant(event.at)  # refuses moments without a zone
    waiting = False
    before: Event = history[0]
    for event in history[1:]:
        if event.at < before.at:
            raise _refused("order", event, "xảy ra trước sự kiện đứng trước nó", "is before the event it follows")
        if isinstance(before, Finished | Stopped):
            raise _refused("after-end", event, "xảy ra sau khi hồ sơ đã kết thúc", "is after the end")
        if isinstance(event, Received):
            raise _refused("received-twice", event, "là lần tiếp nhận thứ hai", "is a second reception")
        if isinstance(event, Paused):
            if waiting:
                raise _refused("already-waiting", event, "đến khi đang chờ", "comes while already waiting")
            if event.waiting_for not in WAITING_FOR:
                raise ValueError(f"unknown reason {event.waiting_for!r}: use one of {WAITING_FOR}")
            waiting = True
        elif isinstance(event, Resumed):
            if not waiting:
                raise _refused("not-waiting", event, "đến khi không chờ gì", "comes while nothing is waited for")
            waiting = False
        elif isinstance(event, Extended | TakenOver) and waiting:
            code = "extended-while-waiting" if isinstance(event, Extended) else "taken-over-while-waiting"
            raise _refused(code, event, "đến khi đang chờ công dân", "comes while waiting")
        before = event
    return history


_NAMES = {
    "Received": ("Tiếp nhận", "The reception"),
    "Paused": ("Việc chờ", "The wait"),
    "Resumed": ("Việc tiếp tục", "Going on"),
    "Extended": ("Việc gia hạn", "The extension"),
    "TakenOver": ("Việc tiếp quản", "The taking over"),
    "HandedOver": ("Việc chuyển hồ sơ", "The hand-over"),
    "Finished": ("Việc hoàn thành", "The end"),
    "Stopped": ("Việc dừng", "The stop"),
}


def _refused(code: str, event: Event, vi: str, en: str) -> HistoryError:
    name_vi, name_en = _NAMES[type(event).__name__]
    at = shown(event.at)
    return HistoryError(
        code,
        f"{name_vi} lúc {at} {vi}: hãy kiểm tra thời điểm và thứ tự các sự kiện.",
        f"{name_en} at {at} {en}: check the times and the order of the events.",
    )
