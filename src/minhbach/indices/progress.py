"""Reads for the boards: how far each unit and each office is, what is late, where a round stands in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from minhbach.indices import disclosure, figures, json_paths, queries
from minhbach.indices.json_paths import JsonText
from minhbach.indices.models import Assignment, Entry, Round, Score
from minhbach.indices.permissions import APPROVE, REVIEW
from minhbach.indices.rules import GRANTED, ends
from minhbach.org.models import Unit
from minhbach.org.permissions import holds, may
from minhbach.vietnamese import collation_key

Status = Entry.Status
DAY, WEEK = timedelta(days=1), timedelta(days=7)

#: The stage a unit is in, by its status; a concluded one is in none.
STAGE_OF = {
    Status.SCORING: Round.Stage.SELF,
    Status.REVIEW: Round.Stage.SELF,
    Status.APPROVED: Round.Stage.SELF,
    Status.SUBMITTED: Round.Stage.APPRAISAL_1,
    Status.APPRAISAL_1: Round.Stage.APPRAISAL_1,
    Status.EXPLANATION: Round.Stage.EXPLANATION,
    Status.APPRAISAL_2: Round.Stage.APPRAISAL_2,
}
BEFORE_SUBMISSION = (Status.SCORING, Status.REVIEW, Status.APPROVED)
_SECOND = (Status.APPRAISAL_2, Status.CONCLUDED)


def due_mark(due: datetime | None, now: datetime) -> str:
    """`overdue`, `day` (one day left at most), `week` (seven), or empty."""
    if due is None:
        return ""
    if due < now:
        return "overdue"
    return "day" if due - now <= DAY else "week" if due - now <= WEEK else ""


@dataclass(frozen=True)
class Line:
    """A unit on the board. `whole`: the person may see its totals; `stages`: at which stages."""

    entry: Entry
    whole: bool
    stages: frozenset[str]
    due: datetime | None
    mark: str
    left: timedelta | None

    @property
    def appraised(self) -> Decimal | None:
        """The appraised total, as far as the person may see it: that of the first appraisal while the second runs."""
        if not self.whole or Score.Stage.APPRAISAL_1 not in self.stages:
            return None
        if self.entry.status not in _SECOND or Score.Stage.APPRAISAL_2 in self.stages:
            return self.entry.appraised_score
        score, _maximum, _open = json_paths.read(self.entry._first) or (None, None, 0)  # type: ignore[attr-defined]
        return figures.decimal(figures.from_text(score))

    @property
    def final(self) -> Decimal | None:
        return self.entry.final_score if self.whole and disclosure.FINAL in self.stages else None


def board(account, round_: Round) -> list[Line]:
    """The units of a round that the person may see, by name. As many queries for 500 units as for 5."""
    now = timezone.now()
    entries = (
        queries.entries_of(account, round_)
        .annotate(_first=JsonText("parts", Score.Stage.APPRAISAL_1.value, ""))
        .select_related("unit")
        .defer("sealed", "parts")
        .prefetch_related(GRANTED)
        .order_by("unit__sort_key", "pk")
    )
    lines = []
    for entry in entries:
        entry.round = round_
        stage = None if round_.status != Round.Status.OPEN else STAGE_OF.get(Status(entry.status))
        due = ends(entry, stage) if stage else None
        whole, stages = queries.sees_whole(account, entry), disclosure.stages_seen(account, entry)
        lines.append(Line(entry, whole, stages, due, due_mark(due, now), due - now if due else None))
    return lines


@dataclass(frozen=True)
class Summary:
    """A round in the list of rounds: counts over the units the person may see."""

    round: Round
    units: int = 0
    submitted: int = 0
    concluded: int = 0
    answered: int = 0
    criteria: int = 0


def summaries(account) -> list[Summary]:
    """The rounds the person may see, the latest first. Two queries."""
    rounds = list(queries.rounds_visible(account).select_related("unit").order_by("-year", "-self_opens", "title"))
    counted = {
        row["round"]: row
        for row in queries.entries_visible(account)
        .filter(round__in=[r.pk for r in rounds])
        .order_by()
        .values("round")
        .annotate(
            units=Count("pk"),
            submitted=Count("pk", filter=~Q(status__in=BEFORE_SUBMISSION)),
            concluded=Count("pk", filter=Q(status=Status.CONCLUDED)),
            done=Sum("answered"),
            wanted=Sum("criteria"),
        )
    }
    found = []
    for round_ in rounds:
        row = counted.get(round_.pk)
        found.append(
            Summary(round_, row["units"], row["submitted"], row["concluded"], row["done"] or 0, row["wanted"] or 0)
            if row
            else Summary(round_)
        )
    return found


@dataclass(frozen=True)
class Step:
    """A stage on the timeline. `state`: over, now or ahead."""

    stage: str
    label: str
    opens: datetime
    closes: datetime
    state: str
    left: timedelta


def timeline(round_: Round) -> list[Step]:
    """The stages of a round, in order, and where the round stands."""
    now = timezone.now()
    steps = []
    for stage in Round.Stage:
        opens, closes = round_.opens(stage), round_.closes(stage)
        state = "over" if round_.is_over or closes < now else "now" if opens <= now else "ahead"
        if state == "now" and round_.status == Round.Status.DRAFT:
            state = "ahead"
        steps.append(Step(stage, stage.label, opens, closes, state, closes - now))
    return steps


@dataclass
class OfficeProgress:
    """How far an office of a unit is with the criteria given to it."""

    office: Unit
    entry: Entry
    given: int = 0
    answered: int = 0
    overdue: int = 0
    next_due: datetime | None = None
    waiting: list[str] = field(default_factory=list)
    """Criteria not answered yet, in the order of their due dates."""
    mark: str = ""


def offices_watched(account, entries: Iterable[Entry]) -> list[Entry]:
    """Of these entries the ones whose offices the person looks after; none when they are many (a whole province)."""
    if not account.is_authenticated:
        return []
    verbs = [verb for verb in (REVIEW, APPROVE) if holds(account, verb)]
    own = [e for e in entries if any(may(account, verb, e.unit) for verb in verbs)]
    return own if len(own) <= 3 else []


def offices(entries: Sequence[Entry]) -> list[OfficeProgress]:
    """Every office with criteria of these entries: who has not answered, the most urgent first. One query."""
    now = timezone.now()
    by_pk = {entry.pk: entry for entry in entries}
    found: dict[tuple[int, int], OfficeProgress] = {}
    rows = Assignment.objects.filter(entry__in=by_pk).select_related("office").order_by("due", "criterion")
    for row in rows:
        progress = found.setdefault((row.entry_id, row.office_id), OfficeProgress(row.office, by_pk[row.entry_id]))
        progress.given += 1
        if row.state in (Assignment.State.ANSWERED, Assignment.State.ACCEPTED):
            progress.answered += 1
            continue
        progress.waiting.append(row.criterion)
        progress.next_due = progress.next_due or row.due
        progress.overdue += row.due < now
    for progress in found.values():
        if progress.entry.status in BEFORE_SUBMISSION:
            progress.mark = due_mark(progress.next_due, now)
    order = {"overdue": 0, "day": 1, "week": 2, "": 3}
    return sorted(found.values(), key=lambda p: (not p.waiting, order[p.mark], collation_key(str(p.office))))
