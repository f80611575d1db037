"""Conditions in words: ranges of a rate or a count, grades, and two qualities side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import decimal_text
from minhbach.scoring.drafting.plain import NUMBER, figure_of, folded, one_line


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, each None when open; `rest` is what the text says beside the figures."""

    low: Fraction | None
    high: Fraction | None
    low_counts: bool = True
    high_counts: bool = True
    is_rate: bool = False
    rest: str = ""

    def condition(self, name: str) -> str:
        """The range as a condition on an input, in the language of expressions."""
        sign = "%" if self.is_rate else ""
        low = f"{decimal_text(self.low)}{sign}" if self.low is not None else ""
        high = f"{decimal_text(self.high)}{sign}" if self.high is not None else ""
        if self.low is not None and self.low == self.high:
            return f"{name} == {low}"
        if self.low is not None and self.high is not None:
            if self.is_rate and self.high == 100 and self.high_counts:  # nothing is beyond 100 %
                return f"{name} {'>=' if self.low_counts else '>'} {low}"
            return f"{low} {'<=' if self.low_counts else '<'} {name} {'<=' if self.high_counts else '<'} {high}"
        if self.low is not None:
            return f"{name} {'>=' if self.low_counts else '>'} {low}"
        return f"{name} {'<=' if self.high_counts else '<'} {high}"


_N = rf"({NUMBER})\s*(%?)"
_UNDER = r"(?:dưới|<|nhỏ hơn|ít hơn|chưa đạt|thấp hơn|không đạt|chưa đến)"
_OVER = r"(?:trên|>|lớn hơn|hơn|vượt|nhiều hơn|cao hơn)"
_NOT = r"không\s+(?:được\s+)?"
_FROM = r"(?:đạt tỷ lệ từ|đạt từ|đạt|từ)"
_TO = r"(?:đến|tới|-|và)"
_PATTERNS = (
    # both ends
    (re.compile(rf"(?:{_FROM}\s+)?{_N}(?:\s+trở lên)?\s*{_TO}\s*{_UNDER}\s*{_N}", re.I), True, False),
    (re.compile(rf"{_OVER}\s*{_N}\s*{_TO}\s*{_UNDER}\s*{_N}", re.I), False, False),
    (re.compile(rf"{_OVER}\s*{_N}\s*{_TO}\s*{_N}", re.I), False, True),
    (re.compile(rf"(?:{_FROM}\s+)?{_N}\s*(?:đến|tới|-)\s*{_N}", re.I), True, True),
)
_SINGLE = (
    (re.compile(rf"(?:≥|>=|tối thiểu|ít nhất|{_NOT}(?:dưới|thấp hơn|nhỏ hơn|ít hơn))\s*{_N}", re.I), "low", True),
    (re.compile(rf"(?:≤|<=|tối đa|không quá|{_NOT}{_OVER}(?: quá)?)\s*{_N}", re.I), "high", True),
    (re.compile(rf"(?:{_FROM}\s+)?{_N}(?P<mid>[^%\d]{{0,60}}?)\s*trở lên", re.I), "low", True),
    (re.compile(rf"(?:{_FROM}\s+)?{_N}(?P<mid>[^%\d]{{0,60}}?)\s*trở xuống", re.I), "high", True),
    (re.compile(rf"{_UNDER}\s*{_N}", re.I), "high", False),
    (re.compile(rf"{_OVER}\s*{_N}", re.I), "low", False),
)
_EXACT = re.compile(r"(?:đạt\s+)?100\s*%", re.I)


def range_of(text: str, rates: bool = False) -> Range | None:
    """The range a condition states, or None. `rates`: figures without a sign are percentages (their neighbours are).

    A figure of a count must stand at the beginning, since titles are full of figures that are no thresholds.
    """
    flat = one_line(text)
    for pattern, low_counts, high_counts in _PATTERNS:
        match = pattern.search(flat)
        if match:
            is_rate = bool(match[2] or match[4]) or rates
            found = Range(
                figure_of(match[1]), figure_of(match[3]), low_counts, high_counts, is_rate, _rest(flat, match)
            )
            return _sound(found, match.start())
    for pattern, side, counts in _SINGLE:
        match = pattern.search(flat)
        if match:
            is_rate = bool(match[2]) or rates
            figure, rest = figure_of(match[1]), _rest(flat, match)
            found = (
                Range(figure, None, counts, True, is_rate, rest)
                if side == "low"
                else Range(None, figure, True, counts, is_rate, rest)
            )
            return _sound(found, match.start())
    match = _EXACT.search(flat)
    if match:
        return _sound(Range(Fraction(100), Fraction(100), is_rate=True, rest=_rest(flat, match)), match.start())
    return None


def _rest(text: str, match: re.Match[str]) -> str:
    middle = match.groupdict().get("mid") or ""
    return one_line(f"{text[: match.start()]} {middle} {text[match.end() :]}").strip(" ,:;.-")


def _sound(found: Range, start: int) -> Range | None:
    if "%" in found.rest or (not found.is_rate and start > 0):
        return None
    if found.is_rate and any(figure is not None and figure > 100 for figure in (found.low, found.high)):
        return None
    if found.low is not None and found.high is not None and found.low > found.high:
        return None
    return found


# Grades -------------------------------------------------------------------------------------------------------

_GRADES = ("xuất sắc", "tốt", "khá", "trung bình", "yếu", "kém", "đạt", "không đạt")
_GRADE_HEAD = re.compile(r"^(?:đạt mức|xếp mức|xếp loại|đạt loại|mức|loại|hạng)(?: độ)?\s+")


def grades_of(text: str) -> list[str] | None:
    """The grades a condition names (`Mức trung bình, yếu`), or None when it is not a list of grades."""
    lowered = one_line(text).lower().strip(" .:")
    bare = _GRADE_HEAD.sub("", lowered)
    parts = [part.strip() for part in re.split(r",|;| và | hoặc |/", bare) if part.strip()]
    headed = bare != lowered
    if parts and all(part in _GRADES or (headed and re.fullmatch(r"[a-dđ]|[1-5]|[iv]+", part)) for part in parts):
        return parts
    return None


# Qualities ----------------------------------------------------------------------------------------------------

QUALITY = re.compile(r"đầy đủ|kịp thời|đúng hạn|đúng quy định|đúng thời hạn|đảm bảo|bảo đảm|đúng")
_NEGATIVE = re.compile(r"^(?:không|chưa)(?:\s|$)")
REST = re.compile(r"^(?:các )?(?:trường hợp )?(?:còn lại|khác|ngược lại)$", re.I)
_TAIL = re.compile(r"\s*theo (?:đúng )?quy định$")


def is_negative(text: str) -> bool:
    return bool(_NEGATIVE.match(one_line(text).lower()))


def qualities_of(text: str) -> dict[str, bool] | None:
    """`Đầy đủ nhưng không kịp thời` → {đầy đủ: true, kịp thời: false}; None when it is anything else."""
    lowered = _TAIL.sub("", one_line(text).lower().strip(" .:"))
    found: dict[str, bool] = {}
    for part in re.split(r",| nhưng | và ", lowered):
        words = part.strip()
        negative = bool(_NEGATIVE.match(words))
        quality = _NEGATIVE.sub("", words).strip()
        if not QUALITY.fullmatch(quality) or quality in found:
            return None
        found[quality] = not negative
    return found if len(found) > 1 else None


_TELLING = {"khong", "chua", "cham", "muon", "tre", "hoac", "nhung", "va", "dung", "han", "day", "du", "kip", "thoi"}


_DONE = re.compile(r"^(?:đã|có|được|thực hiện)\s+(?=\S)")
_IN_TIME = {"đúng hạn", "đúng thời hạn", "kịp thời", "đúng hạn hoặc trước hạn", "trước hạn hoặc đúng hạn"}
_LATE = {"quá hạn", "trễ hạn", "chậm", "muộn", "không đúng hạn", "chậm hạn", "không kịp thời", "sau thời hạn"}


def opposite(one: str, other: str) -> bool:
    """Whether one is the other with `không` in front, or `có` and `không`, `đúng hạn` and `quá hạn` alone."""
    a, b = (one_line(text).lower().strip(" .:;") for text in (one, other))
    if (a in _IN_TIME and b in _LATE) or (a, b) in (("có", "không"), ("có", "chưa"), ("có", "chưa có")):
        return True
    for yes, no in ((a, b), (b, a)):
        if is_negative(no):
            bare = _NEGATIVE.sub("", no)
            if bare in (yes, _DONE.sub("", yes)) or _DONE.sub("", bare) == yes:
                return True
    return False


def alike(one: str, other: str) -> bool:
    """Whether two remainders speak of the same thing: equal, one inside the other, or nearly so."""
    import difflib

    a, b = folded(one), folded(other)
    differ = set(a.split()) ^ set(b.split())
    if differ & _TELLING:
        return False
    if not a or not b or a in b or b in a:
        return True
    return difflib.SequenceMatcher(None, a.split(), b.split()).ratio() >= 0.6
