"""The fixed words of a paper in both languages, and its values as text that is safe to draw."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from minhbach.vietnamese import Lang, format_date, format_number, official_date

from .model import Document, Letterhead, Value

# Characters no XML file may hold, and those that reorder or hide text on screen.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    "|[\U0001fffe\U0001ffff\U0002fffe-\U0010ffff]"
)
_GAP = "\u00a0" * 6
NUMBER, DAY, MONTH, YEAR = "\ue001", "\ue002", "\ue003", "\ue004"
"""Stand for the blanks of a paper to be signed, each of which the template turns into room of its own."""


@dataclass(frozen=True)
class Labels:
    """The fixed words of one language."""

    nation: str
    motto: str
    number: str
    about: str
    recipients: str


_LABELS = {
    "vi": Labels("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số:", "V/v", "Nơi nhận:"),
    "en": Labels(
        "THE SOCIALIST REPUBLIC OF VIETNAM",
        "Independence - Freedom - Happiness",
        "No.:",
        "Re:",
        "Recipients:",
    ),
}


def labels(lang: Lang) -> Labels:
    """The fixed words of `lang`; the Vietnamese ones are those of Annex I, Part I, Section II of Decree
    30/2020."""
    return _LABELS[lang]


def clean(text: str) -> str:
    """`text` in composed form (NFC), with line breaks as \\n and without characters that break files or
    mislead readers.

    Control characters, halves of surrogate pairs, non-characters, private planes and the marks that reverse
    the reading direction are removed; everything else, markup included, stays as it is.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text)).replace("\t", " ")


def shown(value: Value, lang: Lang, places: int | None = None) -> str:
    """A cell's value as text: numbers and dates in official form, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, date):
        return format_date(value, lang)
    return format_number(value, places, lang)


def is_number(value: Value) -> bool:
    """Whether a cell holds a number rather than text, a date or nothing."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_short(text: str) -> bool:
    """Whether a cell's text is so short that its row is better kept whole than broken over two pages."""
    return len(text) <= 400 and text.count("\n") <= 8


def number_line(head: Letterhead, lang: Lang, *, signable: bool = False) -> str | None:
    """ "Số: 05/BC-SGDĐT": numbers under 10 with a leading zero, a gap for the clerk when there is none yet
    (Annex I, Part I, Section II, item 3). None when the letterhead has neither number nor symbol."""
    if head.number is None and head.symbol is None and not signable:
        return None
    number = _GAP if head.number is None else clean(str(head.number))
    if number.isascii() and number.isdigit():
        number = number.zfill(2)
    symbol = f"/{clean(head.symbol)}" if head.symbol else ""
    if signable and head.number is None:
        return f"{labels(lang).number} {NUMBER}{symbol}"
    gap = " " if number.strip() else ""
    return f"{labels(lang).number}{gap}{number}{symbol}"


def date_line(head: Letterhead, lang: Lang, *, signable: bool = False) -> str:
    """ "Hải Phòng, ngày 15 tháng 12 năm 2023", with blanks to fill when the day is not known."""
    if head.day is not None:
        day = official_date(head.day, lang)
    elif signable:
        day = f"ngày {DAY} tháng {MONTH} năm {YEAR}" if lang == "vi" else f"{DAY}/{MONTH}/{YEAR}"
    elif lang == "vi":
        day = f"ngày{_GAP} tháng{_GAP} năm{_GAP}"
    else:
        day = "…… …………… 20……"
    return f"{clean(head.place)}, {day}"


def recipient_lines(document: Document) -> list[str]:
    """The list under *Nơi nhận*: each with a dash and a semicolon, the last with a full stop (Annex I,
    II.9)."""
    lines = [clean(line).strip().rstrip(";.") for line in document.recipients]
    return [f"- {line}{';' if place < len(lines) else '.'}" for place, line in enumerate(lines, start=1)]


def attached_to(kind: str, head: Letterhead, lang: Lang = "vi") -> str:
    """The line under an annex's title: "(Kèm theo Báo cáo số 05/BC-SGDĐT ngày 05 tháng 12 năm 2023 của Sở
    …)".

    `kind` is the kind of the main document; number and day are left open when the letterhead has none (Decree
    30/2020/NĐ-CP, Annex I, Part I, Section III, item 1).
    """
    number = _GAP if head.number is None else clean(str(head.number))
    if number.isascii() and number.isdigit():
        number = number.zfill(2)
    symbol = f"{number}/{clean(head.symbol)}" if head.symbol else number
    agency = " ".join(clean(head.agency).split())
    if lang == "en":
        day = official_date(head.day, lang) if head.day else "……"
        return f"(Attached to {kind} No. {symbol} of {day} of {agency})"
    day = official_date(head.day) if head.day else f"ngày{_GAP} tháng{_GAP} năm{_GAP}"
    return f"(Kèm theo {kind} số {symbol} {day} của {agency})"


def file_title(document: Document) -> str:
    """The title a file carries in its properties, at most the 255 characters Word allows there."""
    return " ".join(clean(f"{document.title} {document.subtitle or ''}").split())[:255]
