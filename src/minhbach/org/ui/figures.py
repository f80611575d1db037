"""Figures and dates as people read them. Exact: nothing here goes through a binary float.

A value is an int, Decimal, Fraction, or a string holding a plain decimal ("24.55") or a fraction ("1/3").
"""

import calendar
import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import get_language, ngettext

NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
MONTHS = calendar.month_name[1:]  # English: the process never sets another locale
_MARKS = {"vi": (",", "."), "en": (".", ",")}  # decimal, thousands


def exact(value: object) -> Fraction | None:
    """The value as a fraction; None when there is none. A float is taken at its shortest written form."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = repr(value)
    try:
        return Fraction(value) if not isinstance(value, str) else Fraction(value.strip())
    except (ValueError, TypeError, OverflowError, InvalidOperation, ZeroDivisionError):
        return None


def _language(language: str | None = None) -> str:
    code = (language or get_language() or "vi").split("-")[0]
    return code if code in _MARKS else "en"


def _round(value: Fraction, places: int) -> Decimal:
    """Half away from zero, as officials round, by whole-number arithmetic."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    digits = Decimal(whole).scaleb(-places)
    return -digits if value < 0 and whole else digits


def written(value: object, least: int, most: int, language: str | None = None) -> str:
    """With at least and at most so many decimals; more than `most` are rounded half up."""
    number = exact(value)
    if number is None:
        return NOTHING if value is None or value == "" else str(value)
    text = f"{abs(_round(number, most)):f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    point, group = _MARKS[_language(language)]
    groups = []
    while len(whole) > 3:
        whole, last = whole[:-3], whole[-3:]
        groups.insert(0, last)
    text = group.join([whole, *groups]) + (point + decimals if decimals else "")
    negative = number < 0 and text.strip("0,.")
    return MINUS + text if negative else text


def points(value: object, places: int | None = None, language: str | None = None) -> str:
    """Points: two decimals, or as many as asked."""
    places = 2 if places is None else places
    return written(value, places, places, language)


def number(value: object, places: int | None = None, language: str | None = None) -> str:
    """A figure: as many decimals as it has, at most four; or exactly as many as asked."""
    return written(value, places or 0, 4 if places is None else places, language)


def percent(value: object, places: int | None = None, language: str | None = None) -> str:
    """A share of one as a percentage: Fraction(3, 4) is 75%."""
    share = exact(value)
    return NOTHING if share is None else per_hundred(share * 100, places, language)


def per_hundred(value: object, places: int | None = None, language: str | None = None) -> str:
    """A figure that already counts hundredths: "75" is 75%."""
    text = written(value, places or 0, 2 if places is None else places, language)
    return text if text == NOTHING else text + "%"


def signed(value: object, places: int = 2, language: str | None = None) -> str:
    """A difference, with its sign."""
    difference = exact(value)
    text = points(value, places, language)
    return "+" + text if difference is not None and difference > 0 and text.strip("0,.") else text


def share(value: object, maximum: object) -> Fraction | None:
    top, bottom = exact(value), exact(maximum)
    return top / bottom if top is not None and bottom else None


def _day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value if isinstance(value, datetime.date) else None


def date_official(value: object, language: str | None = None) -> str:
    """In running text: ngày 05 tháng 02 năm 2024 (Decree 30: a zero before days under 10, months 1 and 2)."""
    day = _day(value)
    if day is None:
        return NOTHING
    if _language(language) == "vi":
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        return f"ngày {day.day:02} tháng {month} năm {day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_short(value: object) -> str:
    """In tables: 05/02/2024, in both languages."""
    day = _day(value)
    return NOTHING if day is None else f"{day.day:02}/{day.month:02}/{day.year}"


def moment(value: object) -> str:
    """14:05 05/02/2024, by the clock of the authority."""
    if not isinstance(value, datetime.datetime):
        return date_short(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%H:%M} {date_short(local)}"


def duration(value: datetime.timedelta) -> str:
    """As people say it, the two largest parts: 1 ngày 4 giờ."""
    minutes = int(abs(value).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = []
    if days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes and not days:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(parts[:2]) or ngettext("%(n)d minute", "%(n)d minutes", 0) % {"n": 0}
