"""What a cell of a stranger's table says: moments, statuses, channels, as other systems write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from minhbach.dossiers.exchange.columns import plain
from minhbach.dossiers.states import Channel, Status
from minhbach.records.tables import text_of
from minhbach.worktime import VIETNAM

_CLOCK = r"(?P<h>\d{1,2})(?:[:hg](?P<m>\d{2})?(?::(?P<s>\d{2})(?:\.\d+)?)?)"
_DAY = r"(?P<d>\d{1,2})[/.\-](?P<mo>\d{1,2})[/.\-](?P<y>\d{4})"
_FORMS = [
    re.compile(rf"{_DAY}(?:[ T,]+{_CLOCK})?"),
    re.compile(rf"{_CLOCK}[ ,]+(?:ngày )?{_DAY}"),
    re.compile(rf"(?P<y>\d{{4}})-(?P<mo>\d{{2}})-(?P<d>\d{{2}})(?:[ T]{_CLOCK})?(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?"),
    re.compile(r"(?P<y>\d{4})(?P<mo>\d{2})(?P<d>\d{2})(?:(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?)?"),
]
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
"""A day as spreadsheets count it: 45231.5."""
_SPREADSHEET = datetime(1899, 12, 30, tzinfo=VIETNAM)
FIRST, LAST = 1990, 2100
END_OF_DAY = time(23, 59)


def moment(cell: Any, *, ends: bool = False) -> datetime | None:
    """The moment in Vietnam's time; None for an empty cell. A day without an hour begins it, or `ends` it (a due day).

    dd/mm/yyyy hh:mm, hh:mm dd/mm/yyyy, ISO with or without zone, yyyyMMddHHmmss, and days counted by spreadsheets.
    Raises ValueError.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        there = cell if cell.tzinfo else cell.replace(tzinfo=VIETNAM)
        return _within(_whole_minute(there), ends and cell.time() == time(0))
    if isinstance(cell, date):
        return _within(datetime.combine(cell, time(0), VIETNAM), ends)
    if isinstance(cell, bool | time | timedelta):
        raise ValueError(cell)
    return _read(text_of(cell), ends)


@lru_cache(maxsize=65536)
def _read(text: str, ends: bool) -> datetime | None:
    if not text:
        return None
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            part = found.groupdict()
            clock = [int(part.get(name) or 0) for name in ("h", "m", "s")]
            told = datetime(int(part["y"]), int(part["mo"]), int(part["d"]), *clock, tzinfo=VIETNAM)
            zone = part.get("zone")
            if zone:
                told = datetime.fromisoformat(f"{told:%Y-%m-%dT%H:%M:%S}{zone}").astimezone(VIETNAM)
            return _within(told, ends and part.get("h") is None)
    if _SERIAL.fullmatch(text):
        days = float(text)
        return _within(_whole_minute(_SPREADSHEET + timedelta(days=days)), ends and days == int(days))
    raise ValueError(text)


def _whole_minute(at: datetime) -> datetime:
    """Spreadsheets keep hours as fractions of a day: 08:30 comes as 08:29:59.999997."""
    at += timedelta(milliseconds=500)
    return at.replace(microsecond=0)


def _within(at: datetime, ends: bool) -> datetime:
    if not FIRST <= at.year <= LAST:
        raise ValueError(at)
    return at.replace(hour=END_OF_DAY.hour, minute=END_OF_DAY.minute) if ends else at


_STATUSES: dict[Status, tuple[str, ...]] = {
    Status.NEW: ("moi dang ky", "moi nop", "cho tiep nhan", "newly registered", "new"),
    Status.RECEIVED: ("duoc tiep nhan", "da tiep nhan", "tiep nhan", "moi tiep nhan", "received"),
    Status.NOT_RECEIVED: ("khong duoc tiep nhan", "khong tiep nhan", "tu choi tiep nhan", "not received"),
    Status.IN_PROCESS: ("dang xu ly", "dang giai quyet", "dang thuc hien", "cho ky", "in process"),
    Status.SUPPLEMENT: (
        "yeu cau bo sung giay to", "yeu cau bo sung", "cho bo sung", "bo sung ho so", "dang cho bo sung",
        "papers to be supplemented",
    ),
    Status.FINANCE: (
        "yeu cau thuc hien nghia vu tai chinh", "cho thuc hien nghia vu tai chinh", "cho nghia vu tai chinh",
        "financial obligation to be met",
    ),
    Status.WITHDRAWAL: ("cong dan yeu cau rut ho so", "yeu cau rut ho so", "applicant asks to withdraw"),
    Status.STOPPED: ("dung xu ly", "dung giai quyet", "da rut", "da huy", "huy", "tra lai ho so", "stopped"),
    Status.FINISHED: (
        "da xu ly xong", "da giai quyet", "da co ket qua", "co ket qua", "cho tra ket qua", "hoan thanh",
        "da hoan thanh", "processing finished",
    ),
    Status.RETURNED: ("da tra ket qua", "da tra", "tra ket qua", "result returned", "returned"),
}  # fmt: skip
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}
_CHANNEL_OF = {
    **dict.fromkeys(("1", "truc tiep", "tai quay", "counter", "at the counter", "bo phan mot cua"), Channel.COUNTER),
    **dict.fromkeys(("2", "truc tuyen", "online", "qua mang", "dich vu cong", "cong dvc", "dvctt"), Channel.ONLINE),
    **dict.fromkeys(
        ("3", "bcci", "buu chinh", "buu chinh cong ich", "buu dien", "by public post", "post"), Channel.POST
    ),
}


_YES = ("1", "x", "co", "yes", "true", "dung", "da", "roi", "da so hoa", "co so hoa", "da co")
_NO = ("", "0", "khong", "no", "false", "sai", "chua", "chua so hoa", "khong so hoa", "chua co")


def yes_or_no(cell: Any) -> bool:
    """Whether something is there: yes or no in the words people use; the address of a file says yes, an empty cell no.
    Raises ValueError."""
    if isinstance(cell, bool):
        return cell
    text = text_of(cell).strip()
    word = plain(text)
    if word in _YES or "://" in text or word.endswith((" pdf", " xml")):
        return True
    if word in _NO:
        return False
    raise ValueError(text)


def status_of(text: str, own: dict[str, int] | None = None) -> Status | None:
    """By the portal's code, by what the source's officers said their word means (`own`), or by the names in use."""
    word = plain(text)
    code = (own or {}).get(word)
    if code is not None:
        return Status(code)
    if word.isdecimal() and int(word) in Status.values:
        return Status(int(word))
    return _STATUS_OF.get(word)


def channel_of(text: str) -> Channel | None:
    return _CHANNEL_OF.get(plain(text))
