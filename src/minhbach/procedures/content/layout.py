"""Where the steps of a process stand in a picture of it: a lane for each pair of hands, a column for each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minhbach.procedures.content.model import PLACES, ROLES, Move, Process, Step
from minhbach.procedures.content.words import word
from minhbach.records.texts import Text

USUAL = (Move("forward"), Move("back"))
"""What may be done at a step that says nothing else."""


@dataclass(frozen=True)
class Lane:
    """A role at a place: one pair of hands."""

    role: str
    place: str
    unit: str

    @property
    def title(self) -> Text:
        role = word(ROLES, self.role)
        return Text(role.vi[:1].upper() + role.vi[1:], role.en[:1].upper() + role.en[1:])

    @property
    def where(self) -> Text:
        return Text(self.unit) if self.unit else word(PLACES, self.place)


@dataclass(frozen=True)
class Way:
    """A move that leads from one step to another; `end` instead of a step where the process is over."""

    kind: str
    source: int
    target: int
    title: Text = Text("")

    @property
    def is_next(self) -> bool:
        return self.target == self.source + 1

    @property
    def is_back(self) -> bool:
        return self.target <= self.source


@dataclass(frozen=True)
class Plan:
    """The lanes in the order they are first used, the lane of each step, and the ways between steps.

    Steps are known by their place in the process. `len(steps)` stands for the end.
    """

    steps: tuple[Step, ...]
    lanes: tuple[Lane, ...]
    lane_of: tuple[int, ...]
    ways: tuple[Way, ...]

    @property
    def end(self) -> int:
        return len(self.steps)

    def stops(self, n: int) -> list[str]:
        """Moves of a step that lead to no step: asking the applicant, refusing."""
        return [m.kind for m in moves_of(self.steps[n]) if m.kind in ("supplement", "finance", "refuse")]


def moves_of(step: Step) -> tuple[Move, ...]:
    return step.moves or USUAL


def plan_of(process: Process) -> Plan:
    """The plan of a sound process."""
    lanes: list[Lane] = []
    lane_of = []
    for step in process.steps:
        lane = Lane(step.role, "" if step.unit else step.place, step.unit)
        if lane not in lanes:
            lanes.append(lane)
        lane_of.append(lanes.index(lane))
    ways = tuple(dict.fromkeys(_ways(process)))
    return Plan(process.steps, tuple(lanes), tuple(lane_of), ways)


def _ways(process: Process) -> Iterator[Way]:
    places = {step.key: n for n, step in enumerate(process.steps)}
    end = len(process.steps)
    for n, step in enumerate(process.steps):
        for move in moves_of(step):
            if move.kind == "finish":
                yield Way("finish", n, end, move.title)
            elif move.kind == "forward":
                # Forward from the last step is the end of the process.
                yield Way("forward", n, places[move.to] if move.to else n + 1, move.title)
            elif move.kind == "back" and (move.to or n):
                yield Way("back", n, places[move.to] if move.to else n - 1, move.title)
