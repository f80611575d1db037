"""Time limits out of Vietnamese text: recognised for certain or not at all, never guessed.

What is read: "05 ngày làm việc", "25 ngày", "08 giờ làm việc", "02 tháng và 15 ngày làm việc", "0,25 ngày làm việc",
"1/2 ngày làm việc", "Trong ngày", with an introduction ("Thời hạn giải quyết: tối đa …") and the usual ending ("… kể
từ ngày nhận đủ hồ sơ hợp lệ"). What is refused: an amount without its unit, hours that may be working hours or not, a
start other than the reception of the dossier, two limits in one text.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from minhbach.vietnamese import BilingualError, number_in_words, parse_number

from .durations import DAY, MONTH, SAME_DAY, WORKING_DAY, WORKING_HOUR, Duration, Part
from .errors import DurationError

CHANNELS = {
    "trực tiếp": "counter",
    "trực tuyến": "online",
    "dịch vụ bưu chính": "post",
    "bưu chính": "post",
}
"""The channels of the national database, by the words it uses."""

_UNITS = {
    "ngày làm việc": WORKING_DAY,
    "ngày": DAY,
    "tháng": MONTH,
    "giờ làm việc": WORKING_HOUR,
    "giờ hành chính": WORKING_HOUR,
}
_INTRODUCTION = re.compile(
    r"(?:(?:thời (?:hạn|gian)(?: giải quyết)?|trong (?:thời (?:hạn|gian)|vòng)|không quá|tối đa|chậm nhất)"
    r"(?:\s*(?:là|:))?\s*)*"
)
_COMPLETE = r"(?:đầy đủ|hợp lệ|đúng quy định|theo quy định)"
_ENDING = re.compile(
    r",? ?(?:kể |tính |được tính )?từ (?:ngày|khi|lúc|thời điểm) (?:tiếp nhận|nhận)(?: được)?(?: đủ)?"
    rf" hồ sơ(?:,? ?(?:và )?{_COMPLETE})*"
)
_PART = re.compile(
    r"(?P<amount>\d+/\d+|\d[\d.,]*)(?:\s*\((?P<words>[^\d()]+)\))?\s*"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?!\w)",
)
_JOINT = re.compile(r"\s*(?:\+|và|cộng)\s*")
_SAME_DAY = re.compile(r"(?:ngay )?trong ngày(?: làm việc)?(?: tiếp nhận)?")
_SAME_OR_NEXT_DAY = re.compile(
    # The rule of copies from the register: same day, the next working day when received after 3 p.m.
    r"(?:ngay )?trong ngày (?:làm việc|tiếp nhận)[^,;.]{0,40} hoặc (?:trong )?ngày làm việc (?:tiếp theo|kế tiếp),?"
    r" nếu (?:tiếp nhận|nhận)[^,;.\d]{0,40} sau (?:0?3(?: \(ba\))? giờ chiều|15 (?:giờ|h)(?: 00)?)"
    r"(?:, cơ quan có thẩm quyền [^\d.;]*)?"
)
_NOT_STATED = {"", "n/a", "-", "–", "không quy định", "không có", "chưa quy định"}


def parse_duration(text: str) -> Duration:
    """The time limit a text states. DurationError `not-recognised` for anything not understood for certain, and
    `not-stated` for a text that says there is none ("Không quy định", "N/A", an empty one)."""
    plain = _plain(text)
    if plain in _NOT_STATED:
        raise _not_stated()
    body = plain[_INTRODUCTION.match(plain).end() :]  # type: ignore[union-attr] # matches the empty text too
    if (ending := _ENDING.search(body)) and ending.end() == len(body):
        body = body[: ending.start()]
    if _SAME_DAY.fullmatch(plain) or _SAME_OR_NEXT_DAY.fullmatch(plain):
        return Duration((Part(Fraction(1), SAME_DAY),))
    parts: list[Part] = []
    place = 0
    while found := _PART.match(body, place):
        parts.append(Part(_amount(found, text), _UNITS[found["unit"]]))
        place = found.end()
        if joint := _JOINT.match(body, place):
            place = joint.end()
            continue
        break
    if not parts or place != len(body):
        raise _not_recognised(text)
    return Duration(tuple(parts))


def durations_by_channel(text: str) -> dict[str, Duration | None]:
    """The limits of "Trực tiếp: 10 ngày làm việc; Trực tuyến: 8 ngày làm việc", by channel: `counter`, `online`,
    `post`. None where the text states none ("N/A"). DurationError for a channel or limit not understood, or a channel
    given twice."""
    found: dict[str, Duration | None] = {}
    for piece in text.split(";"):
        name, colon, limit = piece.partition(":")
        channel = CHANNELS.get(_plain(name))
        if not colon or channel is None or channel in found:
            raise _not_recognised(text)
        try:
            found[channel] = parse_duration(limit)
        except DurationError as error:
            if error.code != "not-stated":
                raise
            found[channel] = None
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split()).rstrip(" .;")


def _amount(found: re.Match[str], text: str) -> Fraction:
    written = found["amount"]
    try:
        amount = Fraction(written) if "/" in written else Fraction(parse_number(written, "vi"))
    except (BilingualError, ZeroDivisionError):
        raise _not_recognised(text) from None
    # "05 (năm)": the amount in words must say the same.
    if found["words"] and _plain(found["words"]) != number_in_words(amount):
        raise _not_recognised(text)
    if amount == 0:
        raise _not_recognised(text)
    return amount


def _not_recognised(text: str) -> DurationError:
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 80 else f"{shown[:80]}…"
    return DurationError(
        "not-recognised",
        f"Không nhận ra thời hạn trong “{shown}”: hãy viết như “05 ngày làm việc”, “25 ngày”, “08 giờ làm việc”, "
        "“2 tháng + 15 ngày làm việc” hoặc “Trong ngày”.",
        f"No time limit recognised in “{shown}”: write it like “05 ngày làm việc”, “25 ngày”, “08 giờ làm việc”, "
        "“2 tháng + 15 ngày làm việc” or “Trong ngày”.",
    )


def _not_stated() -> DurationError:
    return DurationError(
        "not-stated",
        "Nguồn không nêu thời hạn: hãy hỏi đơn vị giải quyết rồi nhập thời hạn.",
        "The source states no time limit: ask the unit that handles it, then enter one.",
    )
