"""The clock as people say it: "còn 1 ngày 4 giờ", "quá hạn 2 ngày", "1 day 4 hours left"."""

from __future__ import annotations

from datetime import date, timedelta

from minhbach.records.texts import Text
from minhbach.vietnamese import Lang, duration_words, remaining_words

from .clock import EARLY, LATE, RUNNING, STOPPED, WAITING, Reading

WEEKDAYS = (
    Text("Thứ Hai", "Monday"),
    Text("Thứ Ba", "Tuesday"),
    Text("Thứ Tư", "Wednesday"),
    Text("Thứ Năm", "Thursday"),
    Text("Thứ Sáu", "Friday"),
    Text("Thứ Bảy", "Saturday"),
    Text("Chủ Nhật", "Sunday"),
)


def weekday(day: date, lang: Lang) -> str:
    return WEEKDAYS[day.weekday()].in_(lang)


def amount_words(minutes: int, full_day: int, lang: Lang = "vi") -> str:
    """Working minutes in working days of `full_day` minutes: 720 of 480 are "1 ngày 4 giờ"; the sign is ignored."""
    return duration_words(as_days(minutes, full_day), lang)


def left_words(minutes: int, full_day: int, lang: Lang = "vi") -> str:
    """Working time left, or overdue when negative: "còn 1 ngày 4 giờ", "quá hạn 2 ngày"."""
    return remaining_words(as_days(minutes, full_day), lang)


def clock_words(reading: Reading, lang: Lang = "vi") -> str:
    """One line about a dossier: what is left, how late it is, or how it ended."""
    vi = lang == "vi"
    if reading.state in (RUNNING, WAITING):
        left = _open_words(reading, lang)
        if reading.state == RUNNING:
            return left
        return f"đang chờ công dân, {left}" if vi else f"waiting for the citizen, {left}"
    done = ("dừng" if vi else "stopped") if reading.state == STOPPED else ("xong" if vi else "finished")
    if reading.standing == LATE:
        late = _late_by(reading, lang)
        return f"{done} quá hạn {late}" if vi else f"{done} {late} late"
    if reading.standing == EARLY:
        early = amount_words(reading.left, reading.full_day, lang)
        return f"{done} trước hạn {early}" if vi else f"{done} {early} early"
    return f"{done} đúng hạn" if vi else f"{done} on time"


def _open_words(reading: Reading, lang: Lang) -> str:
    if reading.overdue:
        late = _late_by(reading, lang)
        return f"quá hạn {late}" if lang == "vi" else f"{late} overdue"
    if reading.left == 0:
        return "đến hạn" if lang == "vi" else "due now"
    return left_words(reading.left, reading.full_day, lang)


def _late_by(reading: Reading, lang: Lang) -> str:
    """In working time; where none has passed since the due moment, by the clock on the wall."""
    if reading.left:
        return amount_words(reading.left, reading.full_day, lang)
    return duration_words(reading.over, lang)


def as_days(minutes: int, full_day: int) -> timedelta:
    """Working minutes as whole working days and the rest, the form in which a span of time is put into words."""
    days, rest = divmod(abs(minutes), full_day)
    span = timedelta(days=days, minutes=rest)
    return -span if minutes < 0 else span
