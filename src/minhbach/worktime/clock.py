"""One clock for inbox, receipt, register, report and index: what a dossier's history says at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .calendar import Calendar
from .durations import Duration
from .errors import ExtensionError, HistoryError
from .events import (
    SUPPLEMENT,
    Event,
    Extended,
    Finished,
    HandedOver,
    Paused,
    Received,
    Resumed,
    Stopped,
    TakenOver,
    checked,
)
from .moments import DAY, VIETNAM, day_of, instant, moment_of, shown
from .plans import rests
from .rules import EARLIER_DAY, RESTART, TimeRules
from .tracks import Stopwatch, Track

RUNNING, WAITING, FINISHED, STOPPED = "running", "waiting", "finished", "stopped"
EARLY, ON_TIME, LATE = "early", "on_time", "late"


@dataclass(frozen=True)
class LegReading:
    """One unit's leg, by its own calendar. `due` and `left` are None where the unit has no share of the time."""

    unit: str
    since: datetime
    until: datetime | None
    used: int
    due: datetime | None
    left: int | None
    overdue: bool


@dataclass(frozen=True)
class Reading:
    """The clock at one moment. Amounts are working minutes by the calendar of the agency that made the promise."""

    at: datetime
    state: str
    """running, waiting (for the citizen), finished, stopped."""
    received: datetime
    started: datetime
    """When the time began to run: the reception, or the next working time after it."""
    promised: datetime
    """The due moment as the first receipt says it; it never changes."""
    first_due: datetime
    """The same, moved only by the waiting on the citizen: what on time is measured against, unless an indicator set
    says otherwise."""
    due: datetime
    """The present due moment, extensions included. While waiting it is the last one known; the new one is known only
    when what is waited for is there."""
    used: int
    waited: timedelta
    """How long the citizen was waited for, by the calendar."""
    left: int
    """Working time left; negative when overdue; while waiting, as it stood when the wait began."""
    overdue: bool
    over: timedelta
    """How long after the due moment, by the clock on the wall: 17:20 for 17:00 is late without any working time."""
    standing: str
    """early, on_time or late against `due`, as things stand; early only once finished or stopped."""
    first_standing: str
    """The same against `first_due`."""
    full_day: int
    """Minutes of a working day, to say `used` and `left` in days."""
    ended: datetime | None
    waiting_since: datetime | None
    extensions: int
    breaches: tuple[ExtensionError, ...]
    """Extensions in the history that the rules do not allow. They moved the due moment all the same, as the citizen was
    told so."""
    legs: tuple[LegReading, ...]


@dataclass(frozen=True)
class Told:
    """The due moments as another system promised them, which keeps the dossier: they count, whatever the time limit
    makes. It has moved them itself for every wait and extension."""

    first_due: datetime
    due: datetime


class Clock:
    """A history, a time limit, the calendar of the agency that made the promise, and the rules of the day of reception.

    Raises HistoryError for a history that cannot have happened.
    """

    def __init__(
        self,
        events: Iterable[Event],
        duration: Duration,
        calendar: Calendar,
        rules: TimeRules,
        told: Told | None = None,
        counted_from: date | None = None,
    ) -> None:
        """`counted_from`: the day of an event from which the limit is counted, where the law counts it from that and
        not from the reception, as the last day for applications. The day itself does not count (Civil Code 2015,
        Article 147); a dossier received later is counted from its reception."""
        self.events = checked(events)
        self.told = told
        self.counted_from = counted_from
        self.duration = duration
        self.calendar = calendar
        self.rules = rules

    def at(self, moment: datetime) -> Reading:
        """The clock as it stood at a moment. HistoryError for one before the reception."""
        return self.state(moment).reading()

    def state(self, moment: datetime) -> ClockState:
        """The events up to a moment, folded; `explain` reads more out of it than a `Reading` says."""
        state = ClockState(self, moment)
        for event in self.events[1:]:
            if event.at > moment:
                break
            state.take(event)
        return state

    def refuse_extension(self, at: datetime, to: datetime) -> ExtensionError | None:
        """Why the due date may not be put off to `to` at this moment, or None when it may."""
        state = self.state(at)
        if state.ended is not None or state.waiting is not None:
            return ExtensionError(
                "not-running",
                "Hồ sơ không trong thời gian giải quyết nên không gia hạn được: chỉ gia hạn khi đang giải quyết.",
                "The dossier is not being handled, so it cannot be extended: extend it only while its time runs.",
            )
        return state.refusal(Extended(at, to))


class _Leg:
    """A unit's stretch of the way, by its own calendar."""

    def __init__(self, unit: str, at: int, calendar: Calendar, allowed: Duration | None, rules: TimeRules) -> None:
        self.unit = unit
        self.since = at
        self.until: int | None = None
        line = calendar.timeline(at)
        self.watch = Stopwatch(at, line, rules)
        self.track = Track(rests(allowed.parts), self.watch.runs[0].begins, line, rules) if allowed else None

    def reading(self, now: int, judged: int) -> LegReading:
        end = judged if self.until is None else self.until
        due = self.track.due if self.track else None
        return LegReading(
            self.unit,
            moment_of(self.since),
            None if self.until is None else moment_of(self.until),
            self.watch.used(now if self.until is None else self.until),
            None if due is None else moment_of(due),
            self.track.left(end) if self.track else None,
            due is not None and end > due,
        )


class ClockState:
    """A history folded up to a moment."""

    def __init__(self, clock: Clock, moment: datetime) -> None:
        reception = clock.events[0]
        assert isinstance(reception, Received)
        if instant(moment) < instant(reception.at):
            raise HistoryError(
                "not-received",
                f"Lúc {shown(moment)} hồ sơ chưa được tiếp nhận: hãy hỏi thời điểm sau khi tiếp nhận.",
                f"At {shown(moment)} the dossier was not received yet: ask for a later moment.",
            )
        self.moment = moment
        self.rules = clock.rules
        self.calendar = clock.calendar
        self.received = instant(reception.at)
        self.line = clock.calendar.timeline(self.received)
        midnight = (clock.counted_from.toordinal() + 1) * DAY if clock.counted_from else 0
        self.begin = max(self.received, midnight)
        """From here the time counts."""
        self.watch = Stopwatch(self.begin, self.line, clock.rules)
        parts, later = rests(clock.duration.parts), self.begin > self.received
        start = self.begin if later else self.watch.runs[0].begins
        self.first = Track(parts, start, self.line, clock.rules, follows=later)
        self.present = Track(parts, start, self.line, clock.rules, follows=later)
        self.told = clock.told
        self.promised = instant(clock.told.first_due) if clock.told else self.first.due
        self.legs = [_Leg(reception.unit, self.received, clock.calendar, reception.allowed, clock.rules)]
        self.waiting: Paused | None = None
        self.waits: list[tuple[int, int]] = []
        self.ended: Finished | Stopped | None = None
        self.extensions: list[Extended] = []
        self.breaches: list[ExtensionError] = []

    @property
    def due(self) -> int:
        """The present due moment."""
        return instant(self.told.due) if self.told else self.present.due

    @property
    def first_due(self) -> int:
        return instant(self.told.first_due) if self.told else self.first.due

    @property
    def now(self) -> int:
        """The moment asked for, or the end when that came before."""
        return instant(self.moment if self.ended is None else self.ended.at)

    @property
    def judged(self) -> int:
        """The moment at which lateness is judged: while waiting, when the wait began."""
        return instant(self.waiting.at) if self.waiting else self.now

    def take(self, event: Event) -> None:
        """The next event of a checked history."""
        at = instant(event.at)
        if isinstance(event, Paused):
            self.waiting = event
            self.watch.stop(at)
            self.legs[-1].watch.stop(at)
            for track in self._tracks():
                track.pause(at)
        elif isinstance(event, Resumed):
            self._resume(at)
        elif isinstance(event, Extended):
            if breach := self.refusal(event):
                self.breaches.append(breach)
            self.extensions.append(event)
            self.present.put_off(instant(event.to))
        elif isinstance(event, TakenOver):
            self.promised = instant(event.due)
            for track in (self.first, self.present):
                track.put_off(self.promised)
        elif isinstance(event, HandedOver):
            self.legs[-1].until = at
            self.legs.append(_Leg(event.unit, at, event.calendar, event.allowed, self.rules))
            if self.waiting:
                self.legs[-1].watch.stop(at)
                for track in self._tracks()[2:]:
                    track.pause(at)
        elif isinstance(event, Finished | Stopped):
            self.ended = event
            self.legs[-1].until = at

    def _tracks(self) -> list[Track]:
        leg = self.legs[-1].track
        return [self.first, self.present, *([leg] if leg else [])]

    def _resume(self, at: int) -> None:
        assert self.waiting
        paused = instant(self.waiting.at)
        restart = self.waiting.waiting_for == SUPPLEMENT and self.rules.after_supplement.value == RESTART
        self.waits.append((paused, at))
        self.waiting = None
        start = self.watch.go(max(at, self.begin))
        if at > self.begin:  # else the time did not run yet: nothing moves
            for track in (self.first, self.present):
                track.resume(paused, start, restart=restart)
        leg = self.legs[-1]
        start = leg.watch.go(at)
        if leg.track:
            leg.track.resume(paused, start, restart=restart)

    def refusal(self, event: Extended) -> ExtensionError | None:
        """What the rules have against an extension at this point of the history."""
        at, to, due = instant(event.at), instant(event.to), self.present.due
        allowed = self.rules.extensions.value
        notice = self.rules.extension_notice.value
        days = self.line.days
        if len(self.extensions) >= allowed:
            return ExtensionError(
                "too-many",
                f"Hồ sơ đã gia hạn {len(self.extensions)} lần, chỉ được {allowed} lần: hãy giải quyết và xin lỗi.",
                f"The dossier was extended {len(self.extensions)} times of {allowed}: finish it and apologise.",
            )
        if days.at(due) - days.at(at) < notice.parts[0].amount * days.one:
            return ExtensionError(
                "too-late",
                f"Phải gia hạn trước hạn ít nhất {notice.in_('vi')}; hạn là {shown(moment_of(due))}: "
                "hãy giải quyết và xin lỗi.",
                f"An extension must come at least {notice.in_('en')} before the due time, "
                f"{shown(moment_of(due))}: finish the dossier and apologise.",
            )
        if to <= due:
            return ExtensionError(
                "not-later",
                f"Hạn mới phải sau hạn {shown(moment_of(due))}: hãy chọn thời điểm muộn hơn.",
                f"The new due time must be after {shown(moment_of(due))}: choose a later one.",
            )
        if not self.line.shape(to // DAY).minutes:
            return ExtensionError(
                "not-working-day",
                f"Ngày {day_of(to):%d/%m/%Y} không phải ngày làm việc: hãy chọn một ngày làm việc.",
                f"{day_of(to):%d/%m/%Y} is no working day: choose one.",
            )
        return None

    def reading(self) -> Reading:
        """What people see of it."""
        now, judged, due, first_due = self.now, self.judged, self.due, self.first_due
        waits = [*self.waits, *([(judged, now)] if self.waiting else [])]
        return Reading(
            at=self.moment.astimezone(VIETNAM),
            state=self._state(),
            received=moment_of(self.received),
            started=moment_of(self.watch.runs[0].begins),
            promised=moment_of(self.promised),
            first_due=moment_of(first_due),
            due=moment_of(due),
            used=self.watch.used(now),
            waited=timedelta(minutes=sum(end - begin for begin, end in waits)),
            left=self.line.minutes.at(due) - self.line.minutes.at(judged),
            overdue=judged > due,
            over=timedelta(minutes=max(judged - due, 0)),
            standing=self._standing(due),
            first_standing=self._standing(first_due),
            full_day=self.calendar.full_day(day_of(judged)),
            ended=self.ended.at.astimezone(VIETNAM) if self.ended else None,
            waiting_since=self.waiting.at.astimezone(VIETNAM) if self.waiting else None,
            extensions=len(self.extensions),
            breaches=tuple(self.breaches),
            legs=tuple(leg.reading(now, judged) for leg in self.legs),
        )

    def _state(self) -> str:
        if self.ended is not None:
            return FINISHED if isinstance(self.ended, Finished) else STOPPED
        return WAITING if self.waiting else RUNNING

    def _standing(self, due: int) -> str:
        judged = self.judged
        if judged > due:
            return LATE
        by_day = self.rules.early.value == EARLIER_DAY
        before = judged // DAY < due // DAY if by_day else judged < due
        return EARLY if self.ended is not None and before else ON_TIME
