"""A process drawn as an SVG picture for a page: lanes, steps, the ways between them. Colours come from the page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from minhbach.procedures.content.layout import Plan, Way, plan_of
from minhbach.procedures.content.model import Process, Step
from minhbach.procedures.content.spoken import share_text
from minhbach.records.texts import Text

LABEL, START, BOX, HIGH, GAP = 132, 46, 142, 84, 46
LANE, TRACK, EDGE = 118, 14, 6
"""Sizes in pixels: width of the lane labels, room for the beginning, a step's box, the gap after it; height of a lane,
distance of ways that run above or below the lanes, the border."""
_CHARACTERS = 19
_LINES = 3
BADGES = {"supplement": "?", "finance": "đ", "refuse": "×"}
"""What stands for the moves that lead to no step."""
_PICTURE = Text("Sơ đồ quy trình gồm {0} bước", "Picture of a process of {0} steps")
_START, _END = Text("Bắt đầu", "Start"), Text("Kết thúc", "End")
_OPINIONS = Text("Ý kiến: ", "Opinion: ")


def picture(process: Process, lang: str, *, name: str = "process") -> str:
    """The SVG text. `name` begins the ids in it, so that several can stand on one page."""
    return _Picture(plan_of(process), lang, name).drawn()


class _Picture:
    def __init__(self, plan: Plan, lang: str, name: str):
        self.plan, self.lang, self.name = plan, lang, name
        backs = [w for w in plan.ways if w.is_back and w.source - w.target != 1]
        skips = [w for w in plan.ways if not w.is_back and not w.is_next]
        # Ways to the same step share a track.
        self.above = {target: n for n, target in enumerate(dict.fromkeys(w.target for w in backs))}
        self.below = {target: n for n, target in enumerate(dict.fromkeys(w.target for w in skips))}
        self.top = EDGE + (len(self.above) + 1) * TRACK if self.above else EDGE
        self.bottom = self.top + len(plan.lanes) * LANE
        self.width = LABEL + START + len(plan.steps) * (BOX + GAP) + 34 + EDGE
        self.height = self.bottom + ((len(self.below) + 1) * TRACK if self.below else 0) + EDGE

    # Places -----------------------------------------------------------------------------------------------------

    def left(self, n: int) -> float:
        return LABEL + START + n * (BOX + GAP)

    def right(self, n: int) -> float:
        return self.left(n) + BOX

    def across(self, n: int) -> float:
        return self.left(n) + (14 if n == self.plan.end else BOX / 2)

    def middle(self, n: int) -> float:
        lane = self.plan.lane_of[min(n, len(self.plan.steps) - 1)]
        return self.top + lane * LANE + LANE / 2

    # Drawing ----------------------------------------------------------------------------------------------------

    def drawn(self) -> str:
        title = _PICTURE.in_(self.lang).format(len(self.plan.steps))
        parts = [
            f'<svg class="process" viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" '
            f'height="{self.height:g}" role="img" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">',
            f'<defs><marker id="{self.name}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="p-head"/></marker></defs>',
            *self._lanes(),
            *(self._way(way) for way in self.plan.ways),
            *self._ends(),
            *(text for n, step in enumerate(self.plan.steps) for text in self._step(n, step)),
            "</svg>",
        ]
        return "".join(parts)

    def _lanes(self) -> Iterator[str]:
        for n, lane in enumerate(self.plan.lanes):
            y = self.top + n * LANE
            tone = "p-lane p-odd" if n % 2 else "p-lane"
            yield f'<rect class="{tone}" x="{EDGE}" y="{y}" width="{self.width - 2 * EDGE:g}" height="{LANE}"/>'
            role = _wrapped(lane.title.in_(self.lang), 15)
            where = _wrapped(lane.where.in_(self.lang), 18)
            first = y + LANE / 2 - (len(role) + len(where) - 1) * 8 + 4
            yield from _lines(role, EDGE + 10, first, "p-role")
            yield from _lines(where, EDGE + 10, first + len(role) * 16, "p-place")

    def _ends(self) -> Iterator[str]:
        y = self.middle(0)
        x = self.left(0) - 34
        yield f'<circle class="p-start" cx="{x}" cy="{y}" r="9"><title>{_START.in_(self.lang)}</title></circle>'
        yield self._line([(x + 9, y), (self.left(0), y)])
        if any(way.target == self.plan.end for way in self.plan.ways):
            x, y = self.across(self.plan.end), self.middle(self.plan.end)
            yield f'<circle class="p-end" cx="{x}" cy="{y}" r="10"><title>{_END.in_(self.lang)}</title></circle>'

    def _step(self, n: int, step: Step) -> Iterator[str]:
        x, y = self.left(n), self.middle(n) - HIGH / 2
        title = step.title.in_(self.lang)
        yield f'<g class="p-step"><title>{escape(title)}</title>'
        yield f'<rect class="p-box" x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="6"/>'
        lines, notes = _wrapped(f"{n + 1}. {title}", _CHARACTERS, 2 if step.opinions else _LINES), []
        if time := _time(step, self.lang):
            notes.append(time)
        if step.opinions:
            notes.append(_short(_OPINIONS.in_(self.lang) + ", ".join(step.opinions), 22))
        stops = self.plan.stops(n)
        room = HIGH - (10 if stops else 0)
        first = y + room / 2 - (len(lines) + len(notes) - 1) * 7.5 + 4
        yield from _lines(lines, x + BOX / 2, first, "p-title", 15)
        yield from _lines(notes, x + BOX / 2, first + len(lines) * 15, "p-time", 15)
        for place, kind in enumerate(reversed(stops)):
            cx, cy = x + BOX - 14 - place * 24, y + HIGH
            yield f'<circle class="p-badge p-{kind}" cx="{cx}" cy="{cy}" r="10"/>'
            yield f'<text class="p-sign p-{kind}" x="{cx}" y="{cy + 4.5}">{BADGES[kind]}</text>'
        yield "</g>"

    def _way(self, way: Way) -> str:
        a, b = way.source, way.target
        if way.is_next:
            y, to = self.middle(a) - 8, self.middle(b) - 8
            if b == self.plan.end:
                y, to = self.middle(a), self.middle(b)
            end = self.left(b) + (4 if b == self.plan.end else 0)
            x = self.right(a) + GAP / 2 + (7 if to >= y else -7)
            return self._line(
                [(self.right(a), y), (x, y), (x, to), (end, to)] if y != to else [(self.right(a), y), (end, to)]
            )
        if way.is_back and a - b == 1:
            y, to = self.middle(a) + 12, self.middle(b) + 12
            x = self.left(a) - GAP / 2 - (7 if y >= to else -7)
            points = [(self.left(a), y), (x, y), (x, to), (self.right(b), to)]
            return self._line(points if y != to else [points[0], points[-1]], back=True)
        if way.is_back:
            y = self.top - (self.above[b] + 1) * TRACK
            x, to = self.across(a) + 16, self.across(b) - 16
            return self._line(
                [(x, self.middle(a) - HIGH / 2), (x, y), (to, y), (to, self.middle(b) - HIGH / 2)], back=True
            )
        y = self.bottom + (self.below[b] + 1) * TRACK
        x, to = self.across(a) - 24, self.across(b)
        low = 10 if b == self.plan.end else HIGH / 2
        return self._line([(x, self.middle(a) + HIGH / 2), (x, y), (to, y), (to, self.middle(b) + low)])

    def _line(self, points: list[tuple[float, float]], back: bool = False) -> str:
        way = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
        return f'<path class="p-way{" p-back" if back else ""}" d="{way}" marker-end="url(#{self.name}-arrow)"/>'


def _time(step: Step, lang: str) -> str:
    if step.time is not None:
        return step.time.in_("vi" if lang == "vi" else "en")
    return share_text(step.share).in_(lang) if step.share is not None else ""


def _wrapped(text: str, width: int, most: int = 3) -> list[str]:
    """The text in lines of about so many characters, cut after `most`."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(_short(word, width + 3))
    if len(lines) > most:
        lines = [*lines[: most - 1], _short(f"{lines[most - 1]} {lines[most]}", width)]
    return lines


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _lines(lines: list[str], x: float, y: float, kind: str, step: float = 16) -> Iterator[str]:
    for n, line in enumerate(lines):
        yield f'<text class="{kind}" x="{x:g}" y="{y + n * step:g}">{escape(line)}</text>'
