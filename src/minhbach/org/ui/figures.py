"""Figures and dates as pages show them, in the language of the request; the forms are those of `vietnamese`.

A value is an int, Decimal, Fraction, or a string holding a plain decimal ("24.55") or fraction ("1/3").
Nothing here goes through a binary float.
"""

import datetime
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import get_language

from minhbach import vietnamese
from minhbach.vietnamese import numbers

NOTHING = "–"


def language() -> str:
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def exact(value: object) -> Fraction | None:
    """The value as a fraction; None where there is none, or it is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return Fraction(value) if isinstance(value, str) and "/" in value else numbers.exact(value)
    except (ValueError, TypeError, ZeroDivisionError):
        return None


def _written(value: object, places: int | None, most: int) -> str:
    figure = exact(value)
    if figure is None:
        return NOTHING if value is None or value == "" else str(value)
    if places is not None:
        return numbers.format_number(figure, places, language())
    if (figure * 10**most).denominator == 1:
        return numbers.format_number(figure, None, language())
    text = numbers.format_number(figure, most, language())
    return text.rstrip("0").rstrip(",.") if most else text


def points(value: object, places: int | None = None) -> str:
    """Points: two decimals, or as many as asked."""
    return _written(value, 2 if places is None else places, 2)


def number(value: object, places: int | None = None) -> str:
    """A figure: as many decimals as it has, at most four; or exactly as many as asked."""
    return _written(value, places, 4)


def per_hundred(value: object, places: int | None = None) -> str:
    """A figure that already counts hundredths: "75" is 75%."""
    text = _written(value, places, 2)
    return text if text == NOTHING else text + "%"


def percent(value: object, places: int | None = None) -> str:
    """A share of one: Fraction(3, 4) is 75%."""
    part = exact(value)
    return NOTHING if part is None else per_hundred(part * 100, places)


def signed(value: object, places: int | None = None) -> str:
    """A difference in points, with its sign."""
    difference = exact(value)
    text = points(value, places)
    return f"+{text}" if difference is not None and difference > 0 and text.strip("0,.") else text


def share(value: object, maximum: object) -> Fraction | None:
    top, bottom = exact(value), exact(maximum)
    return top / bottom if top is not None and bottom else None


def _day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return _here(value).date()
    return value if isinstance(value, datetime.date) else None


def _here(value: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def date_official(value: object) -> str:
    """In running text: ngày 05 tháng 02 năm 2024."""
    day = _day(value)
    return NOTHING if day is None else vietnamese.official_date(day, language())


def date_short(value: object) -> str:
    """In tables: 05/02/2024, in both languages."""
    day = _day(value)
    return NOTHING if day is None else vietnamese.format_date(day, language())


def moment(value: object) -> str:
    """08:05 ngày 05/03/2023, by the clock of the authority."""
    if not isinstance(value, datetime.datetime):
        return date_short(value)
    return vietnamese.format_datetime(_here(value), language())


def duration(value: object) -> str:
    """1 ngày 4 giờ"""
    return vietnamese.duration_words(value, language()) if isinstance(value, datetime.timedelta) else NOTHING


def remaining(value: object) -> str:
    """còn 1 ngày 4 giờ, quá hạn 2 giờ"""
    return vietnamese.remaining_words(value, language()) if isinstance(value, datetime.timedelta) else NOTHING
