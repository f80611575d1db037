"""An entry as one person may take it away: rows, evidence with its running numbers, requests, offices. Read once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.text import slugify

from minhbach.indices import disclosure, figures, queries
from minhbach.indices.disclosure import FINAL
from minhbach.indices.models import Entry, Evidence, ExplanationRequest, Score, SelfReport
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, SELF, Status
from minhbach.records.texts import is_terminating, rounded
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.results import UnitResult
from minhbach.vietnamese import fold

PLACES = 4
"""Decimals of points on paper."""


class Extract:
    """`entry` comes with round, its unit, unit and set version. `lang` is vi or en."""

    def __init__(self, account, entry: Entry, lang: str):
        self.account, self.entry, self.lang = account, entry, lang
        self.set: IndicatorSet = figures.set_of(entry.set_version)

    @cached_property
    def inside(self) -> bool:
        """Whether the person sees it by a role: only then do files, reports and officers' names go out."""
        return queries.entries_inside(self.account).filter(pk=self.entry.pk).exists()

    @cached_property
    def with_files(self) -> set[str]:
        """The criteria whose files the person may have."""
        return queries.criteria_inside(self.account, self.entry, self.set) if self.inside else set()

    @cached_property
    def visible(self) -> set[str]:
        return queries.criteria_visible(self.account, self.entry, self.set)

    @cached_property
    def whole(self) -> bool:
        return self.visible >= set(self.set.nodes)

    @cached_property
    def sight(self) -> disclosure.Sight:
        """Which stages the person may see."""
        return disclosure.sight(self.account, self.entry, queries.bodies(self.entry, self.set))

    @cached_property
    def scores(self) -> dict[tuple[str, str], Score]:
        rows = self.entry.scores.select_related("by__person")
        return {
            (row.criterion, row.stage): row
            for row in rows
            if row.criterion in self.visible and self.sight.sees(row.criterion, row.stage)
        }

    @cached_property
    def evidence(self) -> list[tuple[int, Evidence]]:
        """The documents of the criteria the person sees, with their running number in the whole entry's folder."""
        place = {leaf.id: n for n, leaf in enumerate(self.set.leaves)}
        found = self.entry.evidence.filter(removed_at=None).select_related("attachment__file")
        ordered = sorted(found, key=lambda each: (place.get(each.criterion, len(place)), each.at, each.pk))
        return [
            (n, each)
            for n, each in enumerate(ordered, start=1)
            if each.criterion in self.visible and self.sight.sees(each.criterion, each.stage)
        ]

    @property
    def files(self) -> list[tuple[int, Evidence]]:
        """Those of the documents whose file the person may have."""
        return [
            (n, each) for n, each in self.evidence if each.attachment is not None and each.criterion in self.with_files
        ]

    @cached_property
    def requests(self) -> list[ExplanationRequest]:
        if not self.inside:
            return []
        place = {leaf.id: n for n, leaf in enumerate(self.set.leaves)}
        found = [
            each
            for each in self.entry.requests.all()
            if each.criterion in self.visible and self.sight.asks(each.criterion)
        ]
        return sorted(found, key=lambda each: place.get(each.criterion, len(place)))

    @cached_property
    def report(self) -> SelfReport:
        """What the unit says beyond its scores; empty while it has written nothing."""
        found = SelfReport.objects.select_related("by__person").filter(entry=self.entry).first()
        return found or SelfReport(entry=self.entry, edition=0)

    @cached_property
    def offices(self) -> dict[str, str]:
        """Criterion → the office that leads its answer."""
        leading = self.entry.assignments.filter(leads=True).select_related("office")
        return {each.criterion: str(each.office) for each in leading}

    # Points -----------------------------------------------------------------------------------------------------

    @property
    def appraised_stage(self) -> str:
        """The stage whose points are the appraised ones by now; empty before any appraisal that the person sees."""
        if self.entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED, Status.SUBMITTED):
            return ""
        is_final = self.entry.final_score is not None and FINAL in self.entry.parts
        for stage in ([FINAL] if is_final else []) + [APPRAISAL_2, APPRAISAL_1]:
            if stage in self.entry.parts and self._sees_some(stage):
                return stage
        return ""

    def _sees_some(self, stage: str) -> bool:
        return any(self.sight.sees(leaf.id, stage) for leaf in self.set.leaves if leaf.id in self.visible)

    def own(self, leaf: Node) -> Score | None:
        return self.scores.get((leaf.id, SELF))

    def appraised(self, leaf: Node) -> Score | None:
        """The row that counts at the appraisal: the survey's, or the latest."""
        if not self.appraised_stage:
            return None
        for stage in (Score.Stage.SURVEY, APPRAISAL_2, APPRAISAL_1):
            if row := self.scores.get((leaf.id, stage)):
                return row
        return None

    def sealed(self, leaf: Node) -> dict:
        """What was concluded about a criterion with the round; empty before."""
        if self.appraised_stage != FINAL or not self.sight.sees(leaf.id, FINAL):
            return {}
        return self.entry.sealed.get("criteria", {}).get(leaf.id, {})

    def totals(self, node_id: str, stage: str) -> tuple[Fraction | None, Fraction | None]:
        """A part's points and maximum at a stage, "" the unit's; nothing unless all criteria below are visible."""
        if node_id:
            leaves = [leaf.id for leaf in self.set.nodes[node_id].walk() if leaf.is_leaf]
            shown = self.visible.issuperset(leaves) and self.sight.sees_all(leaves, stage)
        else:
            shown = self.whole and stage in self.sight.stages
        found = self.entry.parts.get(stage, {}).get(node_id) if shown else None
        return (figures.from_text(found[0]), figures.from_text(found[1])) if found else (None, None)

    def lines(self) -> Iterator[tuple[Node, int]]:
        """Every node with something visible below, and its level from 1, in the order of the set."""

        def branch(node: Node, level: int) -> Iterator[tuple[Node, int]]:
            if node.is_leaf:
                if node.id in self.visible:
                    yield node, level
                return
            below = [line for child in node.criteria for line in branch(child, level + 1)]
            if below:
                yield node, level
                yield from below

        for top in (*self.set.criteria, *self.set.adjustments):
            yield from branch(top, 1)

    # Facts ------------------------------------------------------------------------------------------------------

    def rows_at(self, stage: str) -> list[Score]:
        """The visible rows of a stage and the survey's."""
        wanted = (APPRAISAL_2 if stage == FINAL else stage, Score.Stage.SURVEY)
        return [row for (_criterion, at), row in self.scores.items() if at in wanted]

    def facts(self, stage: str) -> UnitFacts:
        return figures.unit_facts(self.entry, self.set, self.rows_at(stage))

    def result(self, stage: str) -> UnitResult:
        return figures.result_of(self.entry, self.set, self.rows_at(stage))

    @property
    def latest_stage(self) -> str:
        """Where the entry's figures stand by now, as far as the person may see them."""
        is_over = self.appraised_stage == FINAL or self.entry.status == Status.CONCLUDED
        return APPRAISAL_2 if is_over and self._sees_some(APPRAISAL_2) else SELF


def exact(value: Fraction | Decimal | None) -> Decimal | None:
    """A figure for a workbook: every digit it has; as many as papers print where it has no end."""
    if value is None:
        return None
    value = Fraction(value)
    if not is_terminating(value):
        value = rounded(value, PLACES)
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return Decimal(int(value * 10**places)).scaleb(-places)


def on_paper(value: Fraction | Decimal | None) -> Decimal | None:
    """A figure as papers print it: at most PLACES decimals. The data files have every digit."""
    return None if value is None else exact(rounded(Fraction(value), PLACES))


def safe(text: str, most: int = 60) -> str:
    """Text as a part of a file name that every system takes: marks folded, a–z, 0–9, hyphens."""
    slug = slugify(fold(text))
    if len(slug) > most:
        slug = slug[: most + 1].rpartition("-")[0] or slug[:most]
    return slug.strip("-") or "x"


def file_name(kind: str, entry: Entry, ending: str) -> str:
    """phieu-tu-cham_hm-sgddt_2025.xlsx"""
    return f"{kind}_{safe(entry.unit.code)}_{entry.round.year}.{ending}"
