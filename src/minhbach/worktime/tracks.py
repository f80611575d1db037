"""A time limit running through interruptions: the engine under the clock, for the whole dossier and for each leg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .durations import SAME_DAY, WORKING_DAY, WORKING_HOUR
from .moments import DAY
from .plans import Plan, Rest, Step, clock_start, make_plan, put_off, rest_of
from .rules import FROM_THE_NEXT_DAY, TimeRules
from .timeline import Timeline


@dataclass
class Run:
    """Work from one moment until it was interrupted, or None while it goes on."""

    begins: int
    ends: int | None = None


class Stopwatch:
    """The runs of a dossier or leg, by one calendar."""

    def __init__(self, at: int, line: Timeline, rules: TimeRules) -> None:
        self.line = line
        self.rules = rules
        self.runs: list[Run] = []
        self.go(at)

    def go(self, at: int) -> int:
        """Start, or start again, at the next working time; returns it."""
        start = clock_start(at, self.line, self.rules)
        self.runs.append(Run(start))
        return start

    def stop(self, at: int) -> None:
        self.runs[-1].ends = max(at, self.runs[-1].begins)

    def used(self, until: int) -> int:
        """Working minutes of all runs up to a moment."""
        at = self.line.minutes.at
        ends = ((run, until if run.ends is None else min(until, run.ends)) for run in self.runs)
        return sum(at(end) - at(run.begins) for run, end in ends if end > run.begins)


@dataclass(frozen=True)
class Stretch:
    """A step as far as it ran. `void` when a later supplement made the whole time run again."""

    step: Step
    void: bool = False


class Track:
    """One limit by one calendar. A pause that begins after the due moment moves nothing: asking for papers does not
    undo lateness."""

    def __init__(
        self, parts: Sequence[Rest], start: int, line: Timeline, rules: TimeRules, *, follows: bool = False
    ) -> None:
        """`follows`: it starts with the midnight after a day that itself does not count."""
        self.whole = tuple(parts)
        self.line = line
        self.rules = rules
        self.plan: Plan = make_plan(start, self.whole, line, rules, follows=follows)
        self._ran: list[Stretch] = []
        self._rest: tuple[Rest, ...] | None = None

    @property
    def due(self) -> int:
        return self.plan.due

    def pause(self, at: int) -> None:
        # Asked before the time ran: all of it is left, as on the day before its first.
        at = at if at >= self.plan.start else self.plan.start - 1
        self._rest = None if at > self.due else rest_of(self.plan, at, self.line, self.rules)

    def resume(self, paused: int, start: int, *, restart: bool) -> None:
        """Go on at `start` after a pause that began at `paused`."""
        if self._rest is None:
            return
        self._ran += self._until(paused)
        if restart:
            self._ran = [replace(stretch, void=True) for stretch in self._ran]
        self.plan = make_plan(start, self.whole if restart else self._rest, self.line, self.rules)

    def put_off(self, to: int) -> None:
        self.plan = put_off(self.plan, to, self.line, self.rules)

    def left(self, at: int) -> int:
        """Working minutes from a moment to the due one; negative when it has passed."""
        return self.line.minutes.at(self.due) - self.line.minutes.at(at)

    def stretches(self, paused: int | None = None) -> list[Stretch]:
        """What has run, and the present run as far as its due moment, or its interruption."""
        if paused is not None and self._rest is not None:
            return [*self._ran, *self._until(paused)]
        return [*self._ran, *(Stretch(step) for step in self.plan.steps)]

    def _until(self, paused: int) -> list[Stretch]:
        """The steps of the present run up to an interruption; its whole day counts where days are counted whole."""
        midnight = (paused // DAY + 1) * DAY
        ran = []
        for step in self.plan.steps:
            rule = self.rules.working_days if step.unit == WORKING_DAY else self.rules.calendar_days
            by_the_hour = step.unit in (WORKING_HOUR, SAME_DAY) or rule.value != FROM_THE_NEXT_DAY
            end = min(step.ends, paused if by_the_hour else midnight)
            ran.append(Stretch(replace(step, ends=max(step.begins, end))))
        return ran
