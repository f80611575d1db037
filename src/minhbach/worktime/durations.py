"""Time limits as the law and the catalogue of procedures state them: an amount of a unit, or several in a row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import figure, is_terminating
from minhbach.vietnamese import Lang, format_number

from .errors import DurationError

WORKING_DAY, WORKING_HOUR, DAY, MONTH, SAME_DAY = "working_day", "working_hour", "day", "month", "same_day"
_WORDS = {
    WORKING_DAY: ("ngày làm việc", "working day"),
    WORKING_HOUR: ("giờ làm việc", "working hour"),
    DAY: ("ngày", "day"),
    MONTH: ("tháng", "month"),
}
LONGEST = 10_000
"""The largest amount of one part: more is a slip of the keyboard."""


@dataclass(frozen=True)
class Part:
    """An amount of one unit. Working days and hours may be fractions (0.25 day), days and months are whole."""

    amount: Fraction
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in (*_WORDS, SAME_DAY):
            raise ValueError(f"unknown unit {self.unit!r}")
        whole = self.unit in (DAY, MONTH, SAME_DAY)
        if not 0 < self.amount <= LONGEST or (whole and self.amount.denominator != 1):
            raise DurationError(
                "amount",
                f"Thời hạn {figure(self.amount, 'vi')} không dùng được: số phải lớn hơn 0, không quá {LONGEST}, "
                "và là số nguyên khi tính bằng ngày hoặc tháng.",
                f"A time limit of {figure(self.amount, 'en')} cannot be used: it must be over 0, at most {LONGEST}, "
                "and whole in days or months.",
            )

    def in_(self, lang: Lang) -> str:
        if self.unit == SAME_DAY:
            return "trong ngày" if lang == "vi" else "same day"
        vi, en = _WORDS[self.unit]
        # Nothing may be lost: what has no end as a decimal is written as a fraction.
        shown = format_number(self.amount, lang=lang) if is_terminating(self.amount) else str(self.amount)
        return f"{shown} {vi}" if lang == "vi" else f"{shown} {en}{'' if self.amount == 1 else 's'}"


@dataclass(frozen=True)
class Duration:
    """A time limit. Parts run one after another: "2 tháng + 15 ngày làm việc" are two months, then 15 working days."""

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("a duration has at least one part")
        if len(self.parts) > 1 and any(part.unit == SAME_DAY for part in self.parts):
            raise ValueError("the same day stands alone")

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.parts + other.parts)

    def in_(self, lang: Lang) -> str:
        """For people: "10 ngày làm việc", "10 working days"."""
        return " + ".join(part.in_(lang) for part in self.parts)

    def __str__(self) -> str:
        """The Vietnamese text, which `parse_duration` reads back to the same duration: fit for a column of a table."""
        return self.in_("vi")


def _of(amount: Fraction | int | str, unit: str) -> Duration:
    return Duration((Part(Fraction(amount), unit),))


def working_days(amount: Fraction | int | str) -> Duration:
    """So many working days; "0.25" and Fraction(1, 4) are exact, floats are not taken."""
    return _of(_exact(amount), WORKING_DAY)


def working_hours(amount: Fraction | int | str) -> Duration:
    return _of(_exact(amount), WORKING_HOUR)


def days(amount: int) -> Duration:
    """Calendar days."""
    return _of(amount, DAY)


def months(amount: int) -> Duration:
    return _of(amount, MONTH)


def same_day() -> Duration:
    """Within the working day of reception, or the next one when received after the rules' `same_day_cutoff`."""
    return _of(1, SAME_DAY)


def _exact(amount: Fraction | int | str) -> Fraction:
    if isinstance(amount, float):
        raise TypeError("a float is not exact: pass int, Fraction or str")
    return Fraction(amount)
