"""Moments: aware datetimes outside, whole minutes in Vietnam's time inside.

The clock counts in whole minutes and cuts the seconds of every moment off, because receipt, register and control slip
show the minute: what is printed is what is counted, so that 09:12:50 meets a due time printed as 09:12. Whoever needs
the seconds keeps the moment itself; nothing here changes it. Vietnam has been at UTC+7 without summer time since 1975.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from .errors import WorktimeError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = 24 * 60
"""Minutes of a calendar day."""
NOON = DAY // 2


def instant(moment: datetime) -> int:
    """The moment as minutes since the beginning of day 0 (`date.toordinal`), seconds cut off."""
    if moment.tzinfo is not VIETNAM:
        if moment.utcoffset() is None:
            raise WorktimeError(
                "naive-moment",
                f"Thời điểm {moment:%H:%M %d/%m/%Y} không có múi giờ: hãy dùng thời điểm có múi giờ.",
                f"The moment {moment:%H:%M %d/%m/%Y} has no time zone: use an aware datetime.",
            )
        moment = moment.astimezone(VIETNAM)
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute


def moment_of(minutes: int) -> datetime:
    """The aware datetime of an instant."""
    ordinal, minute = divmod(minutes, DAY)
    day = date.fromordinal(ordinal)
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=VIETNAM)


def shown(moment: datetime) -> str:
    """ "09:15 03/08/2026", in Vietnam's time, for messages."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def day_of(minutes: int) -> date:
    """The calendar day in which an instant lies."""
    return date.fromordinal(minutes // DAY)
