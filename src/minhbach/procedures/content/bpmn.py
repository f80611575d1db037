"""A process as BPMN 2.0 (ISO/IEC 19510), with the diagram, for tools that draw or run such models.

Lanes are pairs of hands, steps are user tasks, the choice between moves is an exclusive gateway. What is asked of the
applicant and what the applicant gets are messages between two pools; units asked for an opinion are pools of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from minhbach.procedures.content.layout import Plan, Way, moves_of, plan_of
from minhbach.procedures.content.model import MOVES, Content, Step
from minhbach.procedures.content.spoken import share_text
from minhbach.procedures.content.words import ILLUSTRATIVE, word
from minhbach.records.texts import Text

Point = tuple[float, float]
TASK_W, TASK_H, GATE, EVENT = 100.0, 80.0, 50.0, 36.0
COLUMN, LANE, BAND, POOL, HEAD = 300.0, 270.0, 30.0, 60.0, 100.0
"""Width of a step's column, height of a lane, of the strip with its name, of an empty pool; where the lanes begin."""
APPLICANT = Text("Người nộp hồ sơ", "Applicant")
_START, _END, _REFUSED = Text("Nộp hồ sơ", "Dossier"), Text("Trả kết quả", "Result"), Text("Từ chối", "Refused")
_ASKED = {
    "supplement": (Text("Yêu cầu bổ sung", "Ask for a supplement"), Text("Nhận hồ sơ bổ sung", "Supplement received")),
    "finance": (Text("Yêu cầu nộp phí, lệ phí", "Ask for payment"), Text("Nhận xác nhận nộp", "Payment received")),
}


@dataclass
class _Node:
    """A flow node: element, name, lane, its centre and size, and for an event whether it carries a message."""

    id: str
    tag: str
    name: str
    lane: int
    at: Point
    size: tuple[float, float]
    note: str = ""
    message: bool = False
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)

    def side(self, which: str, shift: float = 0.0) -> Point:
        (x, y), (w, h) = self.at, self.size
        return {
            "left": (x - w / 2, y + shift),
            "right": (x + w / 2, y + shift),
            "top": (x + shift, y - h / 2),
            "bottom": (x + shift, y + h / 2),
        }[which]


@dataclass(frozen=True)
class _Flow:
    id: str
    source: str
    target: str
    name: str
    points: tuple[Point, ...]


def bpmn(content: Content, lang: str) -> str:
    """The BPMN 2.0 document of a procedure's process. The procedure must have one, and a sound one."""
    assert content.process is not None
    return _Model(content, plan_of(content.process), lang).text()


class _Model:
    def __init__(self, content: Content, plan: Plan, lang: str):
        self.content, self.plan, self.lang = content, plan, lang
        self.nodes: dict[str, _Node] = {}
        self.flows: list[_Flow] = []
        self.messages: list[_Flow] = []
        self.others = list(dict.fromkeys(unit for step in plan.steps for unit in step.opinions))
        self.right = BAND * 2 + 90 + len(plan.steps) * COLUMN + 90
        self.low = HEAD + len(plan.lanes) * LANE
        self._build()

    # Places -----------------------------------------------------------------------------------------------------

    def _x(self, n: int) -> float:
        return BAND * 2 + 90 + n * COLUMN

    def _y(self, n: int) -> float:
        return HEAD + self.plan.lane_of[min(n, self.plan.end - 1)] * LANE + 100

    def _pool(self, n: int) -> float:
        """Top of the pool of the n-th unit asked for an opinion."""
        return self.low + 40 + n * (POOL + 20)

    # Building ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        plan = self.plan
        start = self._node("start", "startEvent", _START, 0, (self._x(0) - 40, self._y(0)), message=True)
        for n, step in enumerate(plan.steps):
            at = (self._x(n) + TASK_W / 2, self._y(n))
            task = self._node(f"step_{step.key}", "userTask", step.title, n, at, (TASK_W, TASK_H), self._note(step))
            if n == 0:
                self._flow(start, task, "", (start.side("right"), task.side("left")))
        if any(way.target == plan.end for way in plan.ways):
            self._node("end", "endEvent", _END, plan.end - 1, (self._x(plan.end) + 20, self._y(plan.end)), message=True)
        self._message("applicant", start.id, start.side("top"))
        for n, step in enumerate(plan.steps):
            self._leave(n, step)
            for unit in step.opinions:
                self._ask_opinion(n, step, self.others.index(unit))
        if end := self.nodes.get("end"):
            self._message(end.id, "applicant", end.side("top"))

    def _node(
        self,
        id_: str,
        tag: str,
        name: Text,
        n: int,
        at: Point,
        size: tuple[float, float] = (EVENT, EVENT),
        note: str = "",
        message: bool = False,
    ) -> _Node:
        node = _Node(id_, tag, name.in_(self.lang), self.plan.lane_of[n], at, size, note, message)
        self.nodes[id_] = node
        return node

    def _flow(self, source: _Node, target: _Node, name: str, points: tuple[Point, ...]) -> None:
        flow = _Flow(f"flow_{len(self.flows) + 1}", source.id, target.id, name, points)
        self.flows.append(flow)
        source.outgoing.append(flow.id)
        target.incoming.append(flow.id)

    def _message(self, source: str, target: str, at: Point) -> None:
        """A message to or from the applicant, whose pool is above."""
        edge = (at[0], POOL)
        points = (at, edge) if target == "applicant" else (edge, at)
        self.messages.append(_Flow(f"message_{len(self.messages) + 1}", source, target, "", points))

    def _leave(self, n: int, step: Step) -> None:
        """What may be done at a step: one way straight on, several by a gateway."""
        task = self.nodes[f"step_{step.key}"]
        ways = [way for way in self.plan.ways if way.source == n]
        stops = self.plan.stops(n)
        source = task
        if len(ways) + len(stops) > 1:
            at = (self._x(n) + 185, self._y(n))
            source = self._node(f"choice_{step.key}", "exclusiveGateway", Text(""), n, at, (GATE, GATE))
            self._flow(task, source, "", (task.side("right"), source.side("left")))
        for way in ways:
            target = self.nodes["end" if way.target == self.plan.end else f"step_{self.plan.steps[way.target].key}"]
            name = way.title.in_(self.lang) or (word(MOVES, way.kind).in_(self.lang) if source is not task else "")
            self._flow(source, target, name, self._points(source, target, way))
        for kind in stops:
            said = next((move.title for move in moves_of(step) if move.kind == kind and move.title), Text(""))
            name = said.in_(self.lang) or word(MOVES, kind).in_(self.lang)
            if kind == "refuse":
                self._refuse(n, step, source, name)
            else:
                self._ask(n, step, source, kind, name)

    def _points(self, source: _Node, target: _Node, way: Way) -> tuple[Point, ...]:
        if way.is_next:
            a, b = source.side("right"), target.side("left")
            x = b[0] - 22
            return (a, b) if a[1] == b[1] else (a, (x, a[1]), (x, b[1]), b)
        # Other ways run along the top of the lane they leave from, and come in beside the middle of their target.
        a = source.side("top")
        y = a[1] - 30 if way.is_back else a[1] - 45
        down = target.at[1] > y
        b = target.side("top" if down else "bottom", 0.0 if target.tag == "endEvent" else 32.0)
        return (a, (a[0], y), (b[0], y), b)

    def _ask(self, n: int, step: Step, source: _Node, kind: str, name: str) -> None:
        """Something is asked of the applicant, and the step goes on when it is there."""
        task = self.nodes[f"step_{step.key}"]
        second = kind == "finance"
        y = self._y(n) + (125 if second else 75)
        asked, came = _ASKED[kind]
        x = self._x(n) + (215 if second else 185)
        ask = self._node(f"ask_{kind}_{step.key}", "intermediateThrowEvent", asked, n, (x, y + 10), message=True)
        back = self._node(
            f"got_{kind}_{step.key}",
            "intermediateCatchEvent",
            came,
            n,
            (self._x(n) + (15 if second else 60), y + 10),
            message=True,
        )
        out = source.side("bottom") if source is not task else task.side("right", 20)
        bend = source.side("bottom")[1] + 12
        straight = source is not task and out[0] == ask.at[0]
        points = (out, ask.side("top")) if straight else (out, (out[0], bend), (ask.at[0], bend), ask.side("top"))
        self._flow(source, ask, name, points)
        self._flow(ask, back, "", (ask.side("left"), back.side("right")))
        self._flow(back, task, "", (back.side("top"), (back.at[0], task.side("bottom")[1])))
        self._message(ask.id, "applicant", ask.side("right"))
        self._message("applicant", back.id, back.side("left"))

    def _refuse(self, n: int, step: Step, source: _Node, name: str) -> None:
        at = (self._x(n) + 250, self._y(n) + 85)
        end = self._node(f"refused_{step.key}", "endEvent", _REFUSED, n, at, message=True)
        a = source.side("bottom") if source.tag == "exclusiveGateway" else source.side("right", 30)
        bend = source.side("bottom")[1] + 12
        self._flow(source, end, name, (a, (a[0], bend), (at[0], bend), end.side("top")))
        self._message(end.id, "applicant", end.side("right"))

    def _ask_opinion(self, n: int, step: Step, unit: int) -> None:
        task, top = self.nodes[f"step_{step.key}"], self._pool(unit)
        for shift, source, target in ((39.0, task.id, f"unit_{unit + 1}"), (46.0, f"unit_{unit + 1}", task.id)):
            a: Point = task.side("bottom", shift)
            points = (a, (a[0], top)) if source == task.id else ((a[0], top), a)
            self.messages.append(_Flow(f"message_{len(self.messages) + 1}", source, target, "", points))

    def _note(self, step: Step) -> str:
        lane = next(
            lane for n, lane in enumerate(self.plan.lanes) if self.plan.lane_of[self.plan.steps.index(step)] == n
        )
        parts = [f"{lane.title.in_(self.lang)} · {lane.where.in_(self.lang)}"]
        if step.time is not None:
            parts.append(step.time.in_("vi" if self.lang == "vi" else "en"))
        elif step.share is not None:
            parts.append(share_text(step.share).in_(self.lang))
        return "; ".join(parts)

    # Writing ----------------------------------------------------------------------------------------------------

    def text(self) -> str:
        name = self.content.name.in_(self.lang)
        illustrative = self.content.process is not None and self.content.process.illustrative
        note = f"{self.content.code}{f' ({ILLUSTRATIVE.in_(self.lang)})' if illustrative else ''}"
        return "\n".join(
            [
                '<?xml version="1.0" encoding="UTF-8"?>',
                '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
                ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
                ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
                ' id="definitions" targetNamespace="urn:minh-bach:procedures" exporter="Minh Bạch">',
                *self._collaboration(name),
                f'<process id="process" name={quoteattr(name)} isExecutable="false">',
                f"<documentation>{escape(note)}</documentation>",
                *self._lanes(),
                *(line for node in self.nodes.values() for line in _element(node)),
                *(
                    f'<sequenceFlow id="{f.id}"{_named(f.name)} sourceRef="{f.source}" targetRef="{f.target}"/>'
                    for f in self.flows
                ),
                "</process>",
                '<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">',
                *self._shapes(),
                *self._edges(),
                "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>",
                "</definitions>",
                "",
            ]
        )

    def _collaboration(self, name: str) -> Iterator[str]:
        agency = self.content.agency.in_(self.lang) or name
        yield '<collaboration id="collaboration">'
        yield f'<participant id="applicant"{_named(APPLICANT.in_(self.lang))}/>'
        yield f'<participant id="agency"{_named(agency)} processRef="process"/>'
        for n, unit in enumerate(self.others, 1):
            yield f'<participant id="unit_{n}"{_named(unit)}/>'
        for flow in self.messages:
            yield f'<messageFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"/>'
        yield "</collaboration>"

    def _lanes(self) -> Iterator[str]:
        yield '<laneSet id="lanes">'
        for n, lane in enumerate(self.plan.lanes):
            title = f"{lane.title.in_(self.lang)} · {lane.where.in_(self.lang)}"
            yield f'<lane id="lane_{n + 1}"{_named(title)}>'
            yield from (f"<flowNodeRef>{node.id}</flowNodeRef>" for node in self.nodes.values() if node.lane == n)
            yield "</lane>"
        yield "</laneSet>"

    def _shapes(self) -> Iterator[str]:
        wide = self.right - BAND
        yield _shape("applicant", (BAND, 0, wide, POOL), ' isHorizontal="true"')
        yield _shape("agency", (BAND, HEAD, wide, self.low - HEAD), ' isHorizontal="true"')
        for n in range(len(self.plan.lanes)):
            bounds = (BAND * 2, HEAD + n * LANE, wide - BAND, LANE)
            yield _shape(f"lane_{n + 1}", bounds, ' isHorizontal="true"')
        for n in range(len(self.others)):
            yield _shape(f"unit_{n + 1}", (BAND, self._pool(n), wide, POOL), ' isHorizontal="true"')
        for node in self.nodes.values():
            (x, y), (w, h) = node.at, node.size
            marked = ' isMarkerVisible="true"' if node.tag == "exclusiveGateway" else ""
            yield _shape(node.id, (x - w / 2, y - h / 2, w, h), marked)

    def _edges(self) -> Iterator[str]:
        for flow in (*self.flows, *self.messages):
            points = "".join(f'<di:waypoint x="{x:g}" y="{y:g}"/>' for x, y in flow.points)
            yield f'<bpmndi:BPMNEdge id="edge_{flow.id}" bpmnElement="{flow.id}">{points}</bpmndi:BPMNEdge>'


def _element(node: _Node) -> Iterator[str]:
    yield f'<{node.tag} id="{node.id}"{_named(node.name)}>'
    if node.note:
        yield f"<documentation>{escape(node.note)}</documentation>"
    yield from (f"<incoming>{flow}</incoming>" for flow in node.incoming)
    yield from (f"<outgoing>{flow}</outgoing>" for flow in node.outgoing)
    if node.message:
        yield f'<messageEventDefinition id="{node.id}_message"/>'
    yield f"</{node.tag}>"


def _named(name: str) -> str:
    return f" name={quoteattr(name)}" if name else ""


def _shape(id_: str, bounds: tuple[float, float, float, float], more: str = "") -> str:
    x, y, w, h = bounds
    box = f'<dc:Bounds x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"/>'
    return f'<bpmndi:BPMNShape id="shape_{id_}" bpmnElement="{id_}"{more}>{box}</bpmndi:BPMNShape>'
