"""Reads: what a person has to do now, over all open rounds, by what they may do there.

The number of queries grows with the sets in use, never with units or criteria.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from minhbach.indices import figures, queries
from minhbach.indices.models import (
    AppraisalField,
    Assignment,
    Entry,
    ExplanationRequest,
    FieldConclusion,
    Round,
    Score,
    SetVersion,
)
from minhbach.indices.permissions import ANSWER, APPRAISE, APPROVE, MANAGE_ROUND, REVIEW, SEE
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, GRANTED, SELF, Status, ends
from minhbach.org.permissions import units_where
from minhbach.scoring.model import IndicatorSet

TO_ANSWER = (Assignment.State.OPEN, Assignment.State.RETURNED)
WITH_APPRAISERS = (Status.SUBMITTED, Status.APPRAISAL_1, Status.APPRAISAL_2)
SOON_DAYS = 3


def sets_of(entries: Iterable[Entry]) -> dict[int, IndicatorSet]:
    """The sets of entries by the id of their version, each read once."""
    versions = SetVersion.objects.in_bulk({entry.set_version_id for entry in entries})
    return {pk: figures.set_of(version) for pk, version in versions.items()}


def assignments_of_offices(account) -> QuerySet[Assignment]:
    """What the person's offices were given in open rounds, whole units they review aside."""
    return (
        Assignment.objects.filter(
            office__in=units_where(account, ANSWER).values("pk"), entry__round__status=Round.Status.OPEN
        )
        .exclude(entry__unit__in=units_where(account, REVIEW).values("pk"))
        .select_related("entry__round", "entry__unit", "office")
        .order_by("due", "entry", "criterion")
    )


def assignments_of_units(account) -> QuerySet[Assignment]:
    """Everything given to the offices of units whose scores the person sees whole, in open rounds."""
    return (
        Assignment.objects.filter(
            entry__unit__in=units_where(account, SEE).values("pk"), entry__round__status=Round.Status.OPEN
        )
        .select_related("entry__round", "entry__unit", "office")
        .order_by("due", "entry", "criterion")
    )


def writable_now(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those of units that are still scoring themselves."""
    return assignments.filter(entry__status__in=[Status.SCORING, Status.REVIEW])


@dataclass(frozen=True)
class OfficeProgress:
    """How far one office is in one entry."""

    entry: int
    round_title: str
    unit: str
    office: str
    office_code: str
    total: int
    answered: int
    late: int
    returned: int
    due: datetime | None

    @property
    def open_(self) -> int:
        return self.total - self.answered


def offices_progress(account, now: datetime | None = None) -> list[OfficeProgress]:
    """Who has not answered, by office; the late ones first, then those with most to do. Two queries."""
    now = now or timezone.now()
    open_ = Q(state__in=TO_ANSWER)
    rows = list(
        assignments_of_units(account)
        .order_by()
        .values("entry_id", "office_id")
        .annotate(
            total=Count("pk"),
            late=Count("pk", filter=open_ & Q(due__lt=now)),
            open_=Count("pk", filter=open_),
            returned=Count("pk", filter=Q(state=Assignment.State.RETURNED)),
            first_due=Min("due", filter=open_),
            any_=Max("pk"),
        )
    )
    samples = Assignment.objects.select_related("entry__round", "entry__unit", "office").in_bulk(
        [r["any_"] for r in rows]
    )
    found = []
    for row in rows:
        sample = samples[row["any_"]]
        found.append(
            OfficeProgress(
                entry=row["entry_id"],
                round_title=str(sample.entry.round),
                unit=str(sample.entry.unit),
                office=str(sample.office),
                office_code=sample.office.code,
                total=row["total"],
                answered=row["total"] - row["open_"],
                late=row["late"],
                returned=row["returned"],
                due=row["first_due"],
            )
        )
    return sorted(found, key=lambda o: (-o.late, -o.open_, o.office))


def entries_seen_whole(account, *, most: int) -> list[Entry]:
    """Entries in open rounds of units whose scores the person sees by their post there; none, if there are more."""
    seen = Entry.objects.filter(unit__in=units_where(account, SEE).values("pk"), round__status=Round.Status.OPEN)
    found = list(
        seen.select_related("round", "unit")
        .defer("sealed", "parts")
        .order_by("round__self_closes", "unit__sort_key")[: most + 1]
    )
    return found if len(found) <= most else []


def entries_of_own_units(account) -> list[Entry]:
    """Entries in open rounds whose self-score the person reviews or approves."""
    own = Q(unit__in=units_where(account, REVIEW).values("pk")) | Q(unit__in=units_where(account, APPROVE).values("pk"))
    return list(
        Entry.objects.filter(own, round__status=Round.Status.OPEN)
        .select_related("round", "unit")
        .prefetch_related(GRANTED)
        .defer("sealed", "parts")
        .order_by("round__self_closes", "unit__sort_key")[:1000]
    )


def explanations_to_give(account) -> QuerySet[ExplanationRequest]:
    """Requests that the person's unit or office has not answered yet."""
    answering = units_where(account, ANSWER).values("pk")
    given = Assignment.objects.filter(entry=OuterRef("entry"), criterion=OuterRef("criterion"), office__in=answering)
    return (
        ExplanationRequest.objects.filter(
            Q(entry__unit__in=answering) | Exists(given),
            answer="",
            entry__status=Status.EXPLANATION,
            entry__round__status=Round.Status.OPEN,
        )
        .select_related("entry__round", "entry__unit")
        .prefetch_related(Prefetch("entry__reopenings", to_attr="granted"))
        .order_by("entry__round__explanation_closes", "entry", "criterion")
    )


@dataclass
class ToAppraise:
    """An entry with criteria in the person's fields that are not appraised yet."""

    entry: Entry
    left: int
    done: int
    stage: str
    own: frozenset[str] = field(default_factory=frozenset)
    is_concluded: bool = False
    """Whether every body of the person has concluded its field at the stage."""


def entries_to_appraise(account, among: Iterable[Entry] | None = None) -> list[ToAppraise]:
    """What lies with the appraisers among the person's fields, the fullest first.

    `among`: the entries of a round as the person sees them, already read; else those of all open rounds are read.
    Queries: entries, fields, units, sets, conclusions, and two counts per round and unit group they appraise in.
    """
    appraising = units_where(account, APPRAISE)
    if among is None:
        waiting = (
            queries.entries_inside(account)
            .filter(
                Q(round__unit__in=appraising.values("pk")) | Q(round__sets__fields__body__in=appraising.values("pk")),
                round__status=Round.Status.OPEN,
                status__in=WITH_APPRAISERS,
            )
            .distinct()
            .select_related("round", "unit")
            .prefetch_related(GRANTED)
            .defer("sealed", "parts")
        )
        entries = list(waiting.order_by("round__appraisal_1_closes", "unit__sort_key"))
    else:
        entries = [each for each in among if each.status in WITH_APPRAISERS and each.round.status == Round.Status.OPEN]
    if not entries:
        return []
    concluded: dict[tuple[int, str], set[int]] = {}
    for entry_id, stage, body in FieldConclusion.objects.filter(entry__in=[e.pk for e in entries]).values_list(
        "entry_id", "stage", "body_id"
    ):
        concluded.setdefault((entry_id, stage), set()).add(body)
    mine = set(appraising.values_list("pk", flat=True))
    sets = sets_of(entries)
    fields: dict[tuple[int, str], dict[str, int]] = {}
    for each in AppraisalField.objects.filter(round_set__round__in={e.round_id for e in entries}).select_related(
        "round_set"
    ):
        fields.setdefault((each.round_set.round_id, each.round_set.group), {})[each.node] = each.body_id
    found: list[ToAppraise] = []
    groups: dict[tuple[int, str, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.round_id, entry.group, entry.set_version_id), []).append(entry)
    for (round_id, group, version), members in groups.items():
        leaves = _own_leaves(sets[version], fields.get((round_id, group), {}), members[0].round.unit_id, mine)
        own, own_bodies = frozenset(leaves), set(leaves.values())
        if not own:
            continue
        keys = [entry.pk for entry in members]
        counts = {
            (row["entry_id"], row["stage"]): row["n"]
            for row in Score.objects.filter(
                entry__in=keys, criterion__in=own, stage__in=[SELF, APPRAISAL_1, APPRAISAL_2]
            )
            .order_by()
            .values("entry_id", "stage")
            .annotate(n=Count("pk"))
        }
        asked = dict(
            ExplanationRequest.objects.filter(entry__in=keys, criterion__in=own)
            .order_by()
            .values_list("entry_id")
            .annotate(n=Count("pk"))
        )
        for entry in members:
            if entry.status == Status.APPRAISAL_2:
                total, done, stage = asked.get(entry.pk, 0), counts.get((entry.pk, APPRAISAL_2), 0), APPRAISAL_2
                done = min(done, total)
            else:
                total, done, stage = (
                    counts.get((entry.pk, SELF), 0),
                    counts.get((entry.pk, APPRAISAL_1), 0),
                    APPRAISAL_1,
                )
            is_concluded = own_bodies <= concluded.get((entry.pk, stage), set())
            found.append(ToAppraise(entry, max(total - done, 0), done, stage, own, is_concluded))
    return sorted(found, key=lambda each: (-each.left, each.entry.unit.sort_key))


@dataclass(frozen=True)
class ToLead:
    """An entry whose appraisal can go on, by the body that runs the round."""

    entry: Entry
    asked: int


def entries_to_lead(account, round_: Round | None = None) -> list[ToLead]:
    """Entries ready for their next step where the person's body leads the appraisal, in one round or in all that are
    open. Two queries.

    One whose explanation was reopened is ready when its own time is over, not the round's.
    """

    def count(queryset: QuerySet):
        numbers = queryset.filter(entry=OuterRef("pk")).order_by().values("entry").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(numbers), 0)

    entries = (
        Entry.objects.filter(
            round__unit__in=units_where(account, APPRAISE).values("pk"),
            round__status=Round.Status.OPEN,
            status__in=[Status.APPRAISAL_1, Status.EXPLANATION, Status.APPRAISAL_2],
        )
        .filter(**{"round": round_} if round_ else {})
        .select_related("round", "unit")
        .prefetch_related(GRANTED)
        .defer("sealed", "parts")
        .annotate(
            n_self=count(Score.objects.filter(stage=SELF)),
            n_first=count(Score.objects.filter(stage=APPRAISAL_1)),
            n_second=count(Score.objects.filter(stage=APPRAISAL_2)),
            n_asked=count(ExplanationRequest.objects.all()),
        )
        .order_by("round", "unit__sort_key")
    )
    now = timezone.now()
    ready = {
        Status.APPRAISAL_1: lambda e: e.n_first >= e.n_self,
        Status.EXPLANATION: lambda e: now > ends(e, Round.Stage.EXPLANATION),
        Status.APPRAISAL_2: lambda e: e.n_second >= e.n_asked,
    }
    return [ToLead(entry, entry.n_asked) for entry in entries if ready[Status(entry.status)](entry)]


def _own_leaves(indicator_set: IndicatorSet, bodies: dict[str, int], runs: int, mine: set[int]) -> dict[str, int]:
    """Leaves whose appraising body is one of the person's, with it."""
    of = queries.nearest(indicator_set, bodies, runs)
    return {
        leaf.id: of[leaf.id]
        for leaf in indicator_set.leaves
        if of[leaf.id] in mine and indicator_set.stream_of(leaf) == "self"
    }


@dataclass(frozen=True)
class RoundProgress:
    """A round with its units counted by their status."""

    round: Round
    units: int
    by_status: dict[str, int]

    def count(self, *statuses: str) -> int:
        return sum(self.by_status.get(s, 0) for s in statuses)


def rounds_run(account) -> list[RoundProgress]:
    """Rounds that are not over and that the person runs, with their entries counted by state. Two queries."""
    rounds = list(
        Round.objects.filter(
            unit__in=units_where(account, MANAGE_ROUND).values("pk"), status__in=[Round.Status.DRAFT, Round.Status.OPEN]
        ).order_by("-year", "title")
    )
    counts: dict[int, dict[str, int]] = {}
    for row in Entry.objects.filter(round__in=rounds).order_by().values("round_id", "status").annotate(n=Count("pk")):
        counts.setdefault(row["round_id"], {})[row["status"]] = row["n"]
    return [RoundProgress(r, sum(counts.get(r.pk, {}).values()), counts.get(r.pk, {})) for r in rounds]


def rounds_published() -> list[Round]:
    """The newest published rounds, with how many units were scored."""
    return list(
        Round.objects.filter(status=Round.Status.PUBLISHED)
        .annotate(units=Count("entries", filter=Q(entries__status=Status.CONCLUDED)))
        .order_by("-year", "title")[:12]
    )


def public_now() -> dict[str, list[Round]]:
    """What visitors are offered first: the newest published rounds, and the live boards that are open to them."""
    return {"published": rounds_published(), "live": list(queries.rounds_live_public())}
