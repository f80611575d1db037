"""Points for each event, added or taken off: `mỗi báo cáo chậm trừ 0,25 điểm, trừ không quá 1 điểm`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from minhbach.records.structure import exact_number
from minhbach.records.texts import Text, decimal_text
from minhbach.scoring.drafting.found import Recognised
from minhbach.scoring.drafting.items import Item, Line
from minhbach.scoring.drafting.plain import NUMBER, figure_of, in_sentence, one_line, points_at_end

_N = rf"(-?{NUMBER})\s*(?:điểm|đ)\b"
_EACH = re.compile(
    rf"^(?:-\s*)?(?:cứ\s+)?(?:có\s+)?(?:mỗi|01|1|một)\s+(?P<what>[^:%]+?)\s*[,:]?\s*(?:thì\s+)?(?:bị\s+)?(?:được\s+)?"
    rf"(?P<verb>trừ|cộng(?: thêm)?|thưởng|đạt|tính|:|-)?\s*(?P<points>{NUMBER})\s*(?:điểm|đ)\b(?P<tail>.*)$",
    re.I,
)
_PER = re.compile(
    r"^(?:-\s*)?(?P<what>[^%]+?)\s*[,:]?\s*(?:thì\s+)?(?:bị\s+)?(?:được\s+)?"
    rf"(?P<verb>trừ|cộng(?: thêm)?|thưởng|đạt|tính|[:-])?\s*(?P<points>-?{NUMBER})\s*(?:điểm|đ)"
    r"\s*/\s*(?:mỗi\s+|một\s+|0?1\s+)?(?P<unit>[^\W\d][^,;.:()]{0,30})(?P<tail>.*)$",
    re.I,
)
_CAP = re.compile(
    r"^[\s,;.(]*(?:nhưng\s+|và\s+)?(?:tổng(?: số)?(?: điểm)?(?: trừ| cộng)?\s*)?(?:(?:trừ|cộng)\s+)?"
    rf"(?:điểm\s+)?(?:tối đa|không quá|không vượt quá)(?:\s+không quá)?\s*{_N}\s*[).;]*$",
    re.I,
)
_TO_NOTHING = re.compile(
    r"^[\s,;.(]*(?:nhưng\s+)?(?:trừ\s+)?(?:(?:đến|cho đến|tới)\s+(?:khi\s+)?)?(?:hết|0)\s*(?:số\s+)?điểm"
    r"[^,;:]{0,25}[).;]*$"
    r"|^[\s,;.(]*(?:nhưng\s+)?(?:trừ\s+)?không quá (?:số )?điểm tối đa[^,;:]{0,25}[).;]*$",
    re.I,
)
_ONE = re.compile(
    rf"^(?:-\s*)?(?P<what>[^\d%:]+?\s(?:0?1|một)\s[^\d%:,]+?)\s*[,:]?\s*(?:thì\s+)?(?:bị\s+)?(?:được\s+)?"
    rf"(?P<verb>trừ|cộng(?: thêm)?|thưởng)\s*(?P<points>{NUMBER})\s*(?:điểm|đ)\b(?P<tail>.*)$",
    re.I,
)
_OFF = ("trừ", "-")


@dataclass
class _Event:
    what: str
    points: Fraction
    off: bool
    line: Line


def by_events(item: Item, doubt: Callable[..., None]) -> Recognised | None:
    """The rule when every line is a base, something counted, or a cap; None when no line counts anything."""
    return _Events(item, doubt).run()


def mentions(text: str) -> bool:
    """Whether a line gives points for each of something."""
    return _event(one_line(text)) is not None


def _event(text: str) -> re.Match[str] | None:
    """`mỗi … trừ 0,5 điểm`, `trừ 0,5 điểm/báo cáo`, `thiếu 01 báo cáo trừ 0,5 điểm`."""
    if match := _PER.match(text) or _ONE.match(text):
        return match
    match = _EACH.match(text)
    if match is None or re.match(r"^(?:-\s*)?(?:cứ|mỗi|cứ mỗi)\s", text, re.I):
        return match
    # “01 sáng kiến: 1 điểm” is one of several tiers, unless a limit says that there can be more of them.
    counted = (match["verb"] or "").lower().startswith(("trừ", "cộng", "thưởng"))
    return match if counted or _CAP.match(match["tail"]) else None


class _Events:
    def __init__(self, item: Item, doubt: Callable[..., None]):
        self.item = item
        self.doubt = doubt
        self.events: list[_Event] = []
        self.bases: list[tuple[str, Fraction]] = []
        self.cap: Fraction | None = None
        self.to_nothing = False
        self.understood = True

    def run(self) -> Recognised | None:
        if not any(mentions(line.text) for line in self.item.lines):
            return None
        for line in self.item.lines:
            for text in re.split(r";\s+|\.\s+(?=[A-ZĐ])", one_line(line.text)):
                self._sort(text.strip(" ;"), line)
        directions = {event.off for event in self.events}
        if not self.understood or len(directions) != 1 or len(self.bases) > 1:
            return None
        if self.item.kind == "penalty" or not directions.pop():
            return self._added()
        return self._taken_off()

    def _sort(self, text: str, line: Line) -> None:
        if not text:
            return
        match = _event(text)
        if match:
            points = figure_of(match["points"])
            verb = (match["verb"] or "").lower()
            off = verb.startswith(_OFF) or points < 0
            if off and verb.startswith("cộng"):
                self.understood = False
            what = one_line(match["what"]).strip(" ,:-")
            if re.search(r"^\d|\btừ\b.*\b(?:thứ|trở)\b", what):  # “mỗi 10 hồ sơ”, “từ vụ thứ hai”: not every one counts
                self.understood = False
            unit = match.groupdict().get("unit")
            self.events.append(_Event(f"{what} ({unit.strip()})" if unit else what, abs(points), off, line))
            self._tail(match["tail"])
            return
        if self._is_limit(text):
            return
        ended = points_at_end(text)
        if ended is None or not ended[0] or ended[1] <= 0:
            self.understood = False
        else:
            self.bases.append(ended)

    def _tail(self, text: str) -> None:
        if text.strip(" .;,)") and not self._is_limit(text):
            self.understood = False

    def _is_limit(self, text: str) -> bool:
        if match := _CAP.match(text):
            if self.cap is not None and self.cap != figure_of(match[1]):
                self.understood = False
            self.cap = figure_of(match[1])
            return True
        if _TO_NOTHING.match(text):
            self.to_nothing = True
            return True
        return False

    # Rules ----------------------------------------------------------------------------------------------------

    def _counts(self) -> tuple[dict[str, dict[str, Any]], str]:
        """The inputs, and the points of all events as an expression."""
        inputs: dict[str, dict[str, Any]] = {}
        terms = []
        for n, event in enumerate(self.events, 1):
            key = "amount" if len(self.events) == 1 else f"amount_{n}"
            # “Thiếu 01 báo cáo” → “báo cáo thiếu”: what is counted comes first.
            title = re.sub(r"^(?:(?:số|mỗi|có)\s+)+", "", event.what, flags=re.I)
            title = re.sub(r"^(.+?)\s(?:0?1|một)\s(.+)$", lambda m: f"{m[2]} {in_sentence(m[1])}", title, flags=re.I)
            inputs[key] = {"type": "count", "title": f"số {in_sentence(title)}"}
            terms.append(key if event.points == 1 else f"{key} * {decimal_text(event.points)}")
        return inputs, " + ".join(terms)

    def _taken_off(self) -> Recognised | None:
        base = self.bases[0][1] if self.bases else self.item.points
        if base is None:
            return None
        if self.item.points is not None and base != self.item.points:
            return None
        inputs, total = self._counts()
        start = "maximum" if self.item.points is not None else decimal_text(base)
        floor: Fraction | None = None
        limit = start
        if self.cap is not None:
            floor, limit = base - self.cap, decimal_text(self.cap)
            if floor < 0:
                self.doubt(
                    "cap",
                    f"mức trừ tối đa {decimal_text(self.cap)} lớn hơn điểm tối đa: phần dưới 0 cần xác nhận",
                    f"up to {decimal_text(self.cap)} may be taken off, more than the maximum: confirm points below 0",
                )
        elif self.to_nothing:
            floor = Fraction(0)
        tiers: list[dict[str, Any]] = [{"when": f"{total} <= {limit}", "points": f"{start} - ({total})"}]
        if len(self.events) == 1:
            tiers[0]["points"] = f"{start} - {total}"
        left_open = None
        if floor is None:
            left_open = Text(
                "Văn bản không nêu trừ đến mức nào.", "The text does not say how far points are taken off."
            )
            self.doubt(
                "no-floor",
                "không nêu trừ tối đa bao nhiêu: khi trừ quá điểm tối đa thì để chưa xác định",
                "how much may be taken off at most is not said: beyond the maximum the case is left undefined",
            )
        else:
            tiers.append({"otherwise": exact_number(floor)})
        self._several()
        return Recognised(
            {"tiers": tiers},
            inputs=inputs,
            best=base,
            minimum=min(floor or Fraction(0), Fraction(0)),
            left_open=left_open,
        )

    def _added(self) -> Recognised | None:
        inputs, total = self._counts()
        cap = self.cap if self.cap is not None else self.item.points
        if cap is None or self.to_nothing:
            return None
        if self.cap is None and not self.item.kind:
            self.doubt(
                "no-cap",
                "không nêu cộng tối đa bao nhiêu: điểm tối đa được hiểu là mức trần",
                "how much may be added is not said: the maximum is taken for the cap",
            )
        limit = decimal_text(cap) if self.cap is not None else "maximum"
        added: dict[str, Any] = {"tiers": [{"when": f"{total} >= {limit}", "points": limit}, {"otherwise": total}]}
        self._several()
        if not self.bases:
            return Recognised(added, inputs=inputs, best=cap)
        condition, base = self.bases[0]
        if self.item.points is None or base + cap != self.item.points:
            return None
        self.doubt(
            "checklist",
            "được hiểu là cộng điểm từng ý (không phải chọn một mức): cần xác nhận",
            "read as points to be added, not as tiers to choose from: to be confirmed",
        )
        first = {"fulfilled": {"type": "bool", "title": in_sentence(condition)}}
        rule = {"sum": [{"when": "fulfilled", "points": exact_number(base)}, added]}
        return Recognised(rule, inputs={**first, **inputs}, best=base + cap)

    def _several(self) -> None:
        if len(self.events) > 1:
            self.doubt(
                "several-events",
                "nhiều loại sự việc, mỗi loại một số đếm; một việc không đếm hai lần: cần xác nhận",
                "several kinds of events, each counted by itself; that none counts twice is to be confirmed",
            )
