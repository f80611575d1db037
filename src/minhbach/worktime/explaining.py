"""The clock shows its working: each day from the reception on, what it counts, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from minhbach.records.texts import Text
from minhbach.vietnamese import Lang, duration_words, format_date

from .calendar import DayFacts, Doubt
from .clock import Clock, ClockState, Reading
from .durations import DAY as CALENDAR_DAY
from .durations import MONTH, SAME_DAY, WORKING_DAY, WORKING_HOUR
from .events import Extended, Finished, HandedOver, Resumed, TakenOver
from .moments import DAY, day_of, instant, moment_of, shown
from .rules import FROM_THE_NEXT_DAY
from .tables import OFF, WORKING, SpecialDay
from .tracks import Stretch
from .wording import amount_words, as_days, clock_words, weekday

MOST_DAYS = 4_000
"""Lines of one explanation: eleven years."""
_PARTS = {"whole": Text("", ""), "morning": Text("buổi sáng", "morning"), "afternoon": Text("buổi chiều", "afternoon")}


@dataclass(frozen=True)
class Reason:
    """Why a day counts as it does, or what happened on it. `code` is stable."""

    code: str
    says: Text


@dataclass(frozen=True)
class DayLine:
    """One day of the working."""

    day: date
    counted: dict[str, Fraction]
    """What the day adds to the limit, by unit: working_day, working_hour, day, same_day. Empty when not counted."""
    minutes: int
    """Working minutes of the day in which the time ran."""
    full_day: int
    reasons: tuple[Reason, ...]
    confirmed: bool

    def has(self, code: str) -> bool:
        return any(reason.code == code for reason in self.reasons)

    def in_(self, lang: Lang) -> str:
        """As "Thứ Bảy 22/08/2026: tính 1 ngày — làm bù cho thứ Hai 31/08/2026 (9859/VPCP-KGVX)"."""
        line = f"{weekday(self.day, lang)} {format_date(self.day, lang)}: {self._counted(lang)}"
        why = "; ".join(reason.says.in_(lang) for reason in self.reasons)
        return f"{line} — {why}" if why else line

    def _counted(self, lang: Lang) -> str:
        words = []
        for unit, amount in self.counted.items():
            if unit == SAME_DAY:
                words.append("trong ngày" if lang == "vi" else "same day")
            elif unit == CALENDAR_DAY:
                words.append(duration_words(as_days(int(amount * DAY), DAY), lang))
            else:
                minutes = amount * (60 if unit == WORKING_HOUR else self.full_day)
                words.append(amount_words(int(minutes), self.full_day, lang))
        if not words:
            return "không tính" if lang == "vi" else "not counted"
        return f"{'tính' if lang == 'vi' else 'counts'} {' + '.join(words)}"


@dataclass(frozen=True)
class Working:
    """The clock at one moment with every day behind it, to the due moment or, when it is late, to that moment."""

    reading: Reading
    lines: tuple[DayLine, ...]
    doubts: tuple[Doubt, ...]
    """What is not sure about the calendar of these days."""
    by_calendar: datetime | None = None
    """When the time limit would have it due, where another system promised another moment."""

    def in_(self, lang: Lang) -> list[str]:
        """The whole explanation, line by line."""
        notes = [f"{doubt.says.in_(lang)} {doubt.remedy.in_(lang)}" for doubt in self.doubts]
        if self.by_calendar is not None:
            due = shown(self.by_calendar)
            notes.insert(
                0, f"Theo lịch của cơ quan: hạn {due}" if lang == "vi" else f"By the agency's calendar: due {due}"
            )
        return [*(line.in_(lang) for line in self.lines), clock_words(self.reading, lang).capitalize(), *notes]


def working(clock: Clock, moment: datetime) -> Working:
    """The working of a clock as it stands at a moment. For a receipt, ask at the moment of reception."""
    state = clock.state(moment)
    reading = state.reading()
    first, last = state.received // DAY, max(state.received, _horizon(state)) // DAY
    lines = tuple(_line(clock, state, ordinal) for ordinal in range(first, min(last, first + MOST_DAYS) + 1))
    doubts = clock.calendar.doubts(lines[0].day, lines[-1].day)
    by_calendar = moment_of(state.present.due) if state.told and state.present.due != state.due else None
    return Working(reading, lines, tuple(doubts), by_calendar)


def explain(clock: Clock, moment: datetime, lang: Lang = "vi") -> list[str]:
    """`working` in words."""
    return working(clock, moment).in_(lang)


def _horizon(state: ClockState) -> int:
    """Up to where the days are shown: the end, or now while waiting, or the due moment, or now when that has passed."""
    if state.ended is not None or state.waiting is not None:
        return state.now
    return max(state.due, state.now)


def _line(clock: Clock, state: ClockState, ordinal: int) -> DayLine:
    low, high = ordinal * DAY, (ordinal + 1) * DAY
    facts = clock.calendar.facts(date.fromordinal(ordinal))
    horizon = _horizon(state)
    at = state.line.minutes.at
    minutes = 0
    for run in state.watch.runs:
        begin, end = max(low, run.begins), min(high, horizon if run.ends is None else run.ends)
        if begin < end:
            minutes += at(end) - at(begin)
    paused = instant(state.waiting.at) if state.waiting else None
    stretches = state.first.stretches(paused)
    counted = _counted(state, stretches, low, min(high, horizon) if state.ended else high)
    reasons = (*_of_the_day(facts), *_of_the_dossier(clock, state, stretches, ordinal, counted))
    return DayLine(
        facts.day, counted, minutes, facts.full_day, reasons, all(special.confirmed for special in facts.special)
    )


def _counted(state: ClockState, stretches: list[Stretch], low: int, high: int) -> dict[str, Fraction]:
    counted: dict[str, Fraction] = {}
    for stretch in stretches:
        step = stretch.step
        begin, end = max(low, step.begins), min(high, step.ends)
        if stretch.void or begin >= end:
            continue
        if step.unit == SAME_DAY:
            if step.ends > high:
                continue
            unit, amount = SAME_DAY, Fraction(1)
        elif step.unit == WORKING_DAY:
            unit, amount = (
                WORKING_DAY,
                Fraction(state.line.days.at(end) - state.line.days.at(begin), state.line.days.one),
            )
        elif step.unit == WORKING_HOUR:
            unit, amount = WORKING_HOUR, Fraction(state.line.minutes.at(end) - state.line.minutes.at(begin), 60)
        elif state.rules.calendar_days.value == FROM_THE_NEXT_DAY:
            unit, amount = CALENDAR_DAY, Fraction(1)
        else:
            unit, amount = CALENDAR_DAY, Fraction(end - begin, DAY)
        if amount:
            counted[unit] = counted.get(unit, Fraction(0)) + amount
    return counted


def _of_the_day(facts: DayFacts) -> Iterator[Reason]:
    """What the calendar says."""
    if not facts.usual and not facts.special:
        yield Reason("weekly_rest", Text("nghỉ hằng tuần", "weekly rest day"))
    for special in facts.special:
        code = "off" if special.kind == OFF else "swapped_in"
        yield Reason(code, Text(_special(special, "vi"), _special(special, "en")))
        if not special.confirmed:
            yield Reason("unconfirmed", Text("chưa xác nhận", "not confirmed"))


def _special(special: SpecialDay, lang: Lang) -> str:
    """ "nghỉ Quốc khánh (9859/VPCP-KGVX)", "buổi sáng làm bù cho …"."""
    reason = special.reason.in_(lang)
    if special.kind == WORKING or special.swap is not None:
        reason = reason[:1].lower() + reason[1:]
    elif lang == "vi":
        reason = f"nghỉ {reason}"
    words = [_PARTS[special.part].in_(lang), reason, f"({special.decision})" if special.decision else ""]
    return " ".join(word for word in words if word)


def _of_the_dossier(
    clock: Clock, state: ClockState, stretches: list[Stretch], ordinal: int, counted: dict[str, Fraction]
) -> Iterator[Reason]:
    """What happened to the dossier."""
    low, high = ordinal * DAY, (ordinal + 1) * DAY
    start = state.watch.runs[0].begins
    if ordinal == state.received // DAY:
        yield _at("received", "tiếp nhận", "received", state.received)
        if state.begin > state.received:
            day = format_date(day_of(state.begin - 1))
            yield Reason("counted_from", Text(f"thời hạn tính sau ngày {day}", f"the time counts after {day}"))
        elif start // DAY > ordinal:
            day = format_date(day_of(start))
            yield Reason(
                "after_hours",
                Text(
                    f"ngoài giờ, tính từ {_time(start)} ngày {day}", f"after hours, counts from {_time(start)} on {day}"
                ),
            )
    elif ordinal < state.begin // DAY:
        yield Reason("not_begun", Text("chưa bắt đầu tính", "before the time counts"))
    if state.begin == state.received and ordinal == start // DAY and not counted and _skips_first_day(state):
        yield Reason("first_day", Text("ngày tiếp nhận không tính", "the day of reception does not count"))
    if any(stretch.void and stretch.step.begins < high and low < stretch.step.ends for stretch in stretches):
        yield Reason(
            "restarted", Text("tính lại từ đầu sau khi bổ sung", "the whole time ran again after the supplement")
        )
    waits = [*state.waits, *([(instant(state.waiting.at), state.now)] if state.waiting else [])]
    for begin, end in waits:
        if begin // DAY <= ordinal <= end // DAY and (begin < high and low < max(end, begin + 1)):
            yield _waiting(begin, end, ordinal, going_on=state.waiting is not None and begin == waits[-1][0])
    for event in clock.events[1:]:
        if instant(event.at) // DAY == ordinal and event.at <= state.moment:
            if isinstance(event, Resumed):
                yield _at("resumed", "đã bổ sung đủ", "supplement complete", instant(event.at))
            elif isinstance(event, HandedOver):
                yield _at("handed_over", f"chuyển {event.unit}", f"handed over to {event.unit}", instant(event.at))
            elif isinstance(event, Extended):
                to = instant(event.to)
                until = f"{_time(to)} {format_date(day_of(to))}"
                yield Reason("extended", Text(f"gia hạn đến {until}", f"extended to {until}"))
            elif isinstance(event, TakenOver):
                due = instant(event.due)
                until = f"{_time(due)} {format_date(day_of(due))}"
                yield Reason(
                    "taken_over",
                    Text(f"tiếp quản từ hệ thống cũ, hạn {until}", f"taken over from the old system, due {until}"),
                )
    yield from _of_the_due_time(state, ordinal)


def _of_the_due_time(state: ClockState, ordinal: int) -> Iterator[Reason]:
    due, first_due = state.due, state.first_due
    if state.waiting is None or state.ended is not None:
        steps = state.first.plan.steps
        last_day = (steps[-1].ends - 1) // DAY
        if steps[-1].unit in (CALENDAR_DAY, MONTH) and last_day < ordinal <= state.first.due // DAY:
            yield Reason(
                "moved",
                Text(
                    "ngày cuối là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo",
                    "the last day is off: the next working day",
                ),
            )
        if state.told is None and first_due < due and first_due // DAY < ordinal <= due // DAY:
            yield Reason("extension", Text("trong thời gian gia hạn", "within the extension"))
        if ordinal == first_due // DAY and first_due != due:
            yield _at("first_due", "hạn ban đầu", "first due", first_due)
        if ordinal == due // DAY and state.told:
            yield _at("due", "đến hạn do hệ thống kia báo", "due as the other system says", due)
        elif ordinal == due // DAY:
            yield _at("due", "đến hạn", "due", due)
        if state.told and ordinal == state.present.due // DAY and state.present.due != due:
            yield _at("due_here", "đến hạn theo lịch của cơ quan", "due by the agency's calendar", state.present.due)
    if state.judged > due and due // DAY <= ordinal and (ordinal > due // DAY or state.judged // DAY == ordinal):
        yield Reason("overdue", Text("quá hạn", "overdue"))
    if state.ended is not None and ordinal == state.now // DAY:
        if isinstance(state.ended, Finished):
            yield _at("finished", "xong", "finished", state.now)
        else:
            yield _at("stopped", "dừng", "stopped", state.now)


def _skips_first_day(state: ClockState) -> bool:
    unit = state.first.whole[0][0]
    if unit in (CALENDAR_DAY, MONTH):
        return state.rules.calendar_days.value == FROM_THE_NEXT_DAY
    return unit == WORKING_DAY and state.rules.working_days.value == FROM_THE_NEXT_DAY


def _waiting(begin: int, end: int, ordinal: int, *, going_on: bool) -> Reason:
    vi, en = "chờ công dân", "waiting for the citizen"
    if begin // DAY == ordinal:
        vi, en = f"{vi} từ {_time(begin)}", f"{en} from {_time(begin)}"
    if end // DAY == ordinal and not going_on:
        vi, en = f"{vi} đến {_time(end)}", f"{en} until {_time(end)}"
    return Reason("waiting", Text(vi, en))


def _at(code: str, vi: str, en: str, at: int) -> Reason:
    return Reason(code, Text(f"{vi} {_time(at)}", f"{en} {_time(at)}"))


def _time(at: int) -> str:
    return f"{at % DAY // 60:02}:{at % 60:02}"
