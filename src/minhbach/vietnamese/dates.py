"""Dates, times and durations as Vietnamese offices write and say them."""

import re
from datetime import date, datetime, time, timedelta

from .errors import DateError, Lang, check_lang

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]  # not from the locale, which a server may lack
_FORMS = (
    re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(
        r"(?:.*,\s*)?ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})\.?",
        re.ASCII | re.I,
    ),
)


def format_date(day: date, lang: Lang = "vi") -> str:
    """dd/mm/yyyy in both languages, so that a table reads the same in either: 05/03/2023."""
    check_lang(lang)
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def official_date(day: date, lang: Lang = "vi") -> str:
    """The date as an official document bears it: "ngày 05 tháng 01 năm 2020", "ngày 20 tháng 3 năm 2023".

    Days under 10 and the months 1 and 2 take a leading zero, the other months none, so that no digit can be
    added (Decree 30/2020/NĐ-CP, Annex I, Part I, Section II, item 4). In English "5 January 2020".
    """
    if check_lang(lang) == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def parse_date(text: str) -> date:
    """The day a person wrote: 05/03/2023 · 5-3-2023 · 5.3.2023 (day first, always) · 2023-03-05 · "ngày 05
    tháng 3 năm 2023", also after a place ("Hải Phòng, ngày …"). DateError for anything else, for a year
    without its century, and for a day the calendar does not have."""
    written = " ".join(text.split())
    for form in _FORMS:
        if found := form.fullmatch(written):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                raise DateError(
                    f"Lịch không có ngày “{written}”: hãy kiểm tra ngày và tháng.",
                    f"The calendar has no day “{written}”: check day and month.",
                ) from None
    shown = written if len(written) <= 40 else f"{written[:40]}…"
    raise DateError(
        f"“{shown}” không phải là ngày: hãy viết như 05/03/2023.",
        f"“{shown}” is not a date: write it like 05/03/2023.",
    )


def format_time(moment: time | datetime, lang: Lang = "vi") -> str:
    """The time of day in 24 hours, hh:mm in both languages: 08:05."""
    check_lang(lang)
    return f"{moment.hour:02}:{moment.minute:02}"


def official_time(moment: time | datetime, lang: Lang = "vi") -> str:
    """The time as receipts and minutes write it: "08 giờ 05 phút"; in English "08:05"."""
    if check_lang(lang) == "en":
        return format_time(moment, lang)
    return f"{moment.hour:02} giờ {moment.minute:02} phút"


def format_datetime(moment: datetime, lang: Lang = "vi") -> str:
    """Time and day: "08:05 ngày 05/03/2023"; in English "08:05 on 05/03/2023". The moment is shown in its
    own zone: convert it to the unit's zone first."""
    joint = "on" if check_lang(lang) == "en" else "ngày"
    return f"{format_time(moment, lang)} {joint} {format_date(moment, lang)}"


def duration_words(duration: timedelta, lang: Lang = "vi", *, hours_per_day: int = 24, parts: int = 2) -> str:
    """How long, as people say it: "1 ngày 4 giờ", "1 day 4 hours"; the sign is ignored.

    At most `parts` units (days, hours, minutes), from the largest one that is not zero, the rest cut off
    and zeros left out; below a minute "dưới 1 phút". `hours_per_day` is 8 when `duration` is working time,
    so that 12 working hours are 1 day 4 hours.
    """
    if hours_per_day < 1 or parts < 1:
        raise ValueError("hours_per_day and parts must be at least 1")
    english = check_lang(lang) == "en"
    minutes = abs(duration) // timedelta(minutes=1)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, hours_per_day)
    counted = [(days, "ngày", "day"), (hours, "giờ", "hour"), (minutes, "phút", "minute")]
    while counted and not counted[0][0]:
        del counted[0]
    if not counted:
        return "less than 1 minute" if english else "dưới 1 phút"
    return " ".join(
        f"{count} {en}{'' if count == 1 else 's'}" if english else f"{count} {vi}"
        for count, vi, en in counted[:parts]
        if count
    )


def remaining_words(remaining: timedelta, lang: Lang = "vi", *, hours_per_day: int = 24, parts: int = 2) -> str:
    """The clock as people say it: "còn 1 ngày 4 giờ", or "quá hạn 2 giờ" when `remaining` is negative; in
    English "1 day 4 hours left", "2 hours overdue". Arguments as for `duration_words`."""
    words = duration_words(remaining, lang, hours_per_day=hours_per_day, parts=parts)
    overdue = remaining < timedelta(0)
    if lang == "en":
        return f"{words} overdue" if overdue else f"{words} left"
    return f"quá hạn {words}" if overdue else f"còn {words}"
