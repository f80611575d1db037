"""The quality of handling a dossier: nine criteria of 0, 1 or 2 points, and a level (Decree 61/2018 Art. 31).

The sheet is data: an indicator set like any other (`catalog/handling/`), chosen by the day the dossier was received.
What the dossier's moments and events tell is read from them, the rest is said by a person, and the exact engine of
`scoring` scores and explains both. What the decree leaves open stands in the set as a choice.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from minhbach.dossiers.models import Dossier, HandlingMark
from minhbach.dossiers.states import Outcome
from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Problems
from minhbach.records.structure import Bilingual, DayKind, Flag, ListOf, PlainText, Record, Whole, has, read_record
from minhbach.records.texts import Text
from minhbach.scoring import engine
from minhbach.scoring.explain import Explanation, explain
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet, Node, Step
from minhbach.scoring.reading import from_yaml
from minhbach.scoring.results import LeafResult, UnitResult
from minhbach.scoring.rounds import assign_bands

MOST_SUPPLEMENTS = 2
"""Further requests earn no other points; counted together, dossiers fall into few kinds."""


@dataclass(frozen=True)
class Sheet:
    """Which set scores dossiers received in these days."""

    set: str = has(PlainText())
    begins: datetime.date = has(DayKind())
    ends: datetime.date | None = has(DayKind(), default=None)
    confirmed: bool = has(Flag(), default=True)
    note: Text = has(Bilingual(), default=Text(""))

    @property
    def criteria(self) -> IndicatorSet:
        return _set(self.set)


@dataclass(frozen=True)
class Sheets:
    sheets: tuple[Sheet, ...] = has(ListOf(Record(lambda: Sheet)))
    format: int | None = has(Whole(), default=None)


@dataclass(frozen=True)
class Facts:
    """What the moments of a dossier tell: when it was finished against its first due moment, how often a supplement
    was asked for, how its result came."""

    standing: str
    supplements: int
    result: str


@dataclass(frozen=True)
class Scored:
    """The quality of one dossier. `level` is known when every criterion is."""

    sheet: Sheet
    result: UnitResult
    level: Step | None

    def explained(self, criterion: str, lang: str) -> Explanation:
        found = self.result.nodes[criterion]
        assert isinstance(found, LeafResult)
        return explain(self.sheet.criteria, found, self.result.nodes, "office", lang)


@dataclass
class Summary:
    """Many dossiers together: how many, how many of them scored in full, the mean of those, of each criterion the mean
    where it is known, and how many reached each level."""

    count: int = 0
    complete: int = 0
    total: Fraction = Fraction(0)
    levels: Counter = field(default_factory=Counter)
    sums: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    known: Counter = field(default_factory=Counter)

    def add(self, scored: Scored, times: int = 1) -> None:
        self.count += times
        for criterion, result in scored.result.nodes.items():
            if result.is_known and result.score is not None:
                self.sums[criterion] += result.score * times
                self.known[criterion] += times
        if scored.result.is_complete and scored.result.score is not None:
            self.complete += times
            self.total += scored.result.score * times
            self.levels[scored.level.code if scored.level else ""] += times

    def join(self, other: Summary) -> None:
        self.count += other.count
        self.complete += other.complete
        self.total += other.total
        self.levels += other.levels
        for criterion, amount in other.sums.items():
            self.sums[criterion] += amount
        self.known += other.known

    @property
    def mean(self) -> Fraction | None:
        return self.total / self.complete if self.complete else None

    def mean_of(self, criterion: str) -> Fraction | None:
        return self.sums[criterion] / self.known[criterion] if self.known[criterion] else None


def sheet_on(day: datetime.date) -> Sheet | None:
    """The sheet for dossiers received that day."""
    found = [one for one in _sheets() if one.begins <= day and (one.ends is None or day <= one.ends)]
    return found[-1] if found else None


def sheet_of(dossier: Dossier) -> Sheet | None:
    return sheet_on(timezone.localdate(dossier.received_at or dossier.submitted_at))


def by_hand(sheet: Sheet) -> list[Node]:
    """The criteria a person scores."""
    return [leaf for leaf in sheet.criteria.leaves if leaf.is_unstated]


def finished(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Those whose handling can be scored: there is a result, or a refusal after processing."""
    return dossiers.filter(
        outcome__in=[Outcome.GRANTED, Outcome.REFUSED], finished_at__isnull=False, first_due_at__isnull=False
    )


def with_facts(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Each with the facts as columns: `standing`, `result_came`, `asked`."""
    late = When(finished_at__gt=F("first_due_at"), then=Value("late"))
    apologised = When(apologised_at__lte=F("first_due_at"), then=Value("apologised"))
    return dossiers.annotate(
        standing=Case(
            late,
            When(_finished_on__lt=F("_due_on"), then=Value("early")),
            default=Value("in_time"),
            output_field=CharField(),
        ),
        result_came=Case(
            When(finished_at__lte=F("first_due_at"), then=Value("in_time")),
            apologised,
            default=Value("late"),
            output_field=CharField(),
        ),
        asked=Least("supplements", Value(MOST_SUPPLEMENTS)),
    )


def scored(dossier: Dossier) -> Scored | None:
    """The quality of one dossier, with its marks; None before its processing is finished, or without a sheet."""
    ended = dossier.outcome in (Outcome.GRANTED, Outcome.REFUSED)
    return scored_row(dossier) if ended else None


def scored_row(dossier: Dossier) -> Scored | None:
    """The same for a row of a list, its marks read before: no query. For dossiers whose processing is finished."""
    sheet = sheet_of(dossier)
    if sheet is None or dossier.finished_at is None or dossier.first_due_at is None:
        return None
    finished, due = dossier.finished_at, dossier.first_due_at
    is_late = finished > due
    early = timezone.localdate(finished) < timezone.localdate(due)
    apologised = dossier.apologised_at is not None and dossier.apologised_at <= due
    facts = Facts(
        "late" if is_late else "early" if early else "in_time",
        min(dossier.supplements, MOST_SUPPLEMENTS),
        "in_time" if not is_late else "apologised" if apologised else "late",
    )
    return score(sheet, facts, {mark.criterion: mark.points for mark in dossier.marks.all()})


def score(sheet: Sheet, facts: Facts, marks: Mapping[str, int]) -> Scored:
    """Equal dossiers are scored once."""
    return _scored(sheet, facts, tuple(sorted(marks.items())))


def summaries(dossiers: QuerySet[Dossier]) -> dict[int, Summary]:
    """By handling office. Dossiers without marks are counted by the database, kind by kind: three queries."""
    rows = with_facts(_dated(finished(dossiers)))
    marked = Exists(HandlingMark.objects.filter(dossier=OuterRef("pk")))
    found: dict[int, Summary] = defaultdict(Summary)
    keys = ("office", "received_on", "standing", "asked", "result_came")
    kinds = rows.filter(~marked).order_by().values(*keys).annotate(count=Count("pk")).values_list(*keys, "count")
    for office, day, *facts, count in kinds:
        sheet = sheet_on(day)
        if sheet is not None:
            found[office].add(score(sheet, Facts(*facts), {}), count)
    for row in rows.filter(marked).order_by().prefetch_related("marks"):
        sheet = sheet_on(row.received_on)
        if sheet is not None:
            marks = {mark.criterion: mark.points for mark in row.marks.all()}
            found[row.office_id].add(score(sheet, Facts(row.standing, row.asked, row.result_came), marks))
    return dict(found)


def together(parts: Iterable[Summary]) -> Summary:
    whole = Summary()
    for part in parts:
        whole.join(part)
    return whole


def _dated(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return dossiers.annotate(
        _finished_on=TruncDate("finished_at"), _due_on=TruncDate("first_due_at"), received_on=TruncDate("received_at")
    )


@lru_cache(maxsize=4096)
def _scored(sheet: Sheet, facts: Facts, marks: tuple[tuple[str, int], ...]) -> Scored:
    given = UnitFacts(unit="dossier", group="office")
    told = {"standing": facts.standing, "supplements": Fraction(facts.supplements), "result": facts.result}
    for leaf in sheet.criteria.leaves:
        for key in leaf.inputs:
            given.give(leaf.id, key, told[key])
    hand = {leaf.id for leaf in by_hand(sheet)}
    given.given = {criterion: Fraction(points) for criterion, points in marks if criterion in hand}
    result = engine.score(sheet.criteria, given)
    level = assign_bands(sheet.criteria, [result])["dossier"] if result.is_complete else None
    return Scored(sheet, result, level)


@cache
def _sheets() -> tuple[Sheet, ...]:
    raw, lines = yaml_text.load(_text("sheets.yaml"), "handling/sheets.yaml")
    problems = Problems("handling/sheets.yaml", lambda path: (lines.line(path), ".".join(map(str, path))))
    found = read_record(Sheets, raw, (), problems)
    if problems.errors:
        raise BadInput(problems)
    assert isinstance(found, Sheets)
    return found.sheets


@cache
def _set(code: str) -> IndicatorSet:
    found, problems = from_yaml(_text(f"{code}.yaml"))
    if found is None:
        raise BadInput(problems)
    return found


def _text(name: str) -> str:
    return (files("minhbach.catalog") / "handling" / name).read_text(encoding="utf-8")
