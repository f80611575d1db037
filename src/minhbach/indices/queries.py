"""Reads that screens, exports and the API share, always for the person who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from minhbach.indices.models import (
    AppraisalField,
    Assignment,
    Entry,
    PublishedResult,
    Round,
    Score,
    SetVersion,
)
from minhbach.indices.permissions import ANSWER, APPRAISE, EDIT_SETS, MANAGE_ROUND, SEE
from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, may, units_where
from minhbach.scoring.model import IndicatorSet, Node

Body = TypeVar("Body")


def entries_visible(account) -> QuerySet[Entry]:
    """Entries a person may see: of units where they may see scores, with criteria of their office, of rounds they run
    or appraise in; everybody sees those of published rounds: the result, or that there is none."""
    if account is SYSTEM:
        return Entry.objects.all()
    published = Q(round__status=Round.Status.PUBLISHED)
    if not account.is_authenticated:
        return Entry.objects.filter(published)
    return Entry.objects.filter(published | _inside(account))


def entries_inside(account) -> QuerySet[Entry]:
    """Entries a person sees by their own roles, published or not: with files, comments and history, which publication
    does not give to everybody."""
    if account is SYSTEM:
        return Entry.objects.all()
    return Entry.objects.filter(_inside(account)) if account.is_authenticated else Entry.objects.none()


def _inside(account) -> Q:
    seeing = units_where(account, SEE).values("pk")
    appraising = units_where(account, APPRAISE).values("pk")
    assigned = Assignment.objects.filter(entry=OuterRef("pk"), office__in=seeing)
    fields = AppraisalField.objects.filter(round_set__round=OuterRef("round"), body__in=appraising)
    return (
        Q(unit__in=seeing)
        | Q(round__unit__in=appraising)
        | Q(round__unit__in=units_where(account, MANAGE_ROUND).values("pk"))
        | Exists(assigned)
        | Exists(fields)
    )


def sees_every_unit(account, round_: Round) -> bool:
    """Whether the person sees all units of a round by what they are in the round, without asking unit by unit."""
    if account is SYSTEM or round_.status == Round.Status.PUBLISHED:
        return True
    return account.is_authenticated and any(may(account, verb, round_.unit) for verb in (APPRAISE, MANAGE_ROUND))


def entries_of(account, round_: Round) -> QuerySet[Entry]:
    """The units of one round that the person may see."""
    found = Entry.objects.all() if sees_every_unit(account, round_) else entries_visible(account)
    return found.filter(round=round_)


def round_visible(account, pk: int) -> Round | None:
    """The round with its unit, the round before and its open data, if it is one of `rounds_visible`; at less cost."""
    round_ = Round.objects.select_related("unit", "previous__unit", "publication__stored").filter(pk=pk).first()
    if round_ is None:
        return None
    seen = sees_every_unit(account, round_) and round_.entries.exists()  # a draft has none yet
    return round_ if seen or rounds_visible(account).filter(pk=pk).exists() else None


def rounds_visible(account) -> QuerySet[Round]:
    """Rounds with an entry the person may see, those they run, and the published ones."""
    entries = entries_visible(account).filter(round=OuterRef("pk"))
    return Round.objects.filter(
        Exists(entries) | Q(status=Round.Status.PUBLISHED) | Q(unit__in=units_where(account, MANAGE_ROUND).values("pk"))
    )


def rounds_live_public() -> QuerySet[Round]:
    """Open rounds whose live index everybody may see."""
    return Round.objects.filter(status=Round.Status.OPEN).exclude(live_shown=Round.LiveShown.INSIDE)


def candidates(round_: Round) -> QuerySet[Unit]:
    """Units that may take part in a round: open today, beside or under the unit that runs it, with a group in
    indicator sets."""
    around = round_.unit.parent or round_.unit
    return Unit.objects.within(around).on(today()).exclude(group="").order_by("group", "sort_key")


def scores_at(entry: Entry, stage: str) -> list[Score]:
    """The score rows of one stage and the survey's, in one query."""
    return list(entry.scores.filter(stage__in=[stage, Score.Stage.SURVEY]).order_by("criterion"))


def scores_of(entries: Iterable[Entry], stage: str) -> dict[int, list[Score]]:
    """Those of many entries, by entry: in one query. Where both are there, the survey's row comes last."""
    rows: dict[int, list[Score]] = {entry.pk: [] for entry in entries}
    found = Score.objects.filter(entry__in=list(rows), stage__in=[stage, Score.Stage.SURVEY])
    for row in found.order_by("stage", "criterion"):
        rows[row.entry_id].append(row)
    return rows


def bodies(entry: Entry, indicator_set: IndicatorSet) -> dict[str, Unit]:
    """The appraising body of every node: the nearest ancestor's, else the unit that runs the round. One query."""
    named = {
        field.node: field.body
        for field in AppraisalField.objects.filter(
            round_set__round=entry.round_id, round_set__group=entry.group
        ).select_related("body")
    }
    return nearest(indicator_set, named, entry.round.unit)


def nearest(indicator_set: IndicatorSet, named: Mapping[str, Body], otherwise: Body) -> dict[str, Body]:
    """What is named for every node: at itself, else at its nearest ancestor, else the other."""
    found: dict[str, Body] = {}
    for node in indicator_set.nodes.values():  # parents come before their children
        parent = indicator_set.parents.get(node.id)
        found[node.id] = named.get(node.id) or (found[parent] if parent else otherwise)
    return found


def is_unit_side(account, entry: Entry) -> bool:
    """Whether the person sees the whole entry: from the unit's side, or as whoever runs the round."""
    return (
        account is SYSTEM
        or entry.is_public
        or (
            account.is_authenticated and (may(account, SEE, entry.unit) or may(account, MANAGE_ROUND, entry.round.unit))
        )
    )


def sees_whole(account, entry: Entry) -> bool:
    """Whether the person may see the entry's totals: sums over all its criteria, of which some are not enough.

    At most one query for any number of entries (rights are remembered), if `round` and `unit` were read with them.
    """
    return is_unit_side(account, entry) or (account.is_authenticated and may(account, APPRAISE, entry.round.unit))


def sees_inside(account, entry: Entry) -> bool:
    """Whether the person sees more of the entry than its publication shows everybody: the figures, every stage."""
    if account is SYSTEM:
        return True
    if not account.is_authenticated:
        return False
    if entry.round.status != Round.Status.PUBLISHED:
        return True  # whoever sees an unpublished entry at all works on it
    return (
        may(account, SEE, entry.unit)
        or may(account, MANAGE_ROUND, entry.round.unit)
        or may(account, APPRAISE, entry.round.unit)
    )


def criteria_visible(account, entry: Entry, indicator_set: IndicatorSet) -> set[str]:
    """Ids of the criteria whose scores the person may see in an entry they may see.

    From the unit's side all; an appraising body its own fields (the body that runs the round: all); an office the
    criteria assigned to it.
    """
    if entry.is_public:
        return set(indicator_set.nodes)
    return criteria_inside(account, entry, indicator_set)


def criteria_inside(account, entry: Entry, indicator_set: IndicatorSet) -> set[str]:
    """Ids of the criteria the person sees by their own roles: with the files, which publication opens to nobody."""
    if account is SYSTEM:
        return set(indicator_set.nodes)
    if not account.is_authenticated:
        return set()
    run, unit = entry.round.unit, entry.unit
    if may(account, SEE, unit) or may(account, MANAGE_ROUND, run) or may(account, APPRAISE, run):
        return set(indicator_set.nodes)
    found = {code for code, body in bodies(entry, indicator_set).items() if may(account, APPRAISE, body)}
    offices = entry.assignments.filter(office__in=units_where(account, SEE).values("pk"))
    found |= set(offices.values_list("criterion", flat=True))
    return found


def answerable(account, entry: Entry, indicator_set: IndicatorSet) -> set[str]:
    """Ids of the leaves whose self-score the person may write, dates aside."""
    own = {leaf.id for leaf in indicator_set.leaves if indicator_set.stream_of(leaf) == "self"}
    if may(account, ANSWER, entry.unit):
        return own
    offices = entry.assignments.filter(office__in=units_where(account, ANSWER).values("pk"))
    return own & set(offices.values_list("criterion", flat=True))


def appraisable(account, entry: Entry, indicator_set: IndicatorSet) -> set[str]:
    """Ids of the leaves the person may appraise, dates aside."""
    of = bodies(entry, indicator_set)
    return {leaf.id for leaf in indicator_set.leaves if may(account, APPRAISE, of[leaf.id])}


def evidence_missing(entry: Entry, indicator_set: IndicatorSet, rows: Iterable[Score]) -> list[Node]:
    """Leaves whose set demands evidence and that have neither evidence nor an explanation. One query."""
    shown = set(entry.evidence.filter(removed_at=None).values_list("criterion", flat=True))
    explained = {row.criterion for row in rows if row.note.strip()}
    answered = {row.criterion for row in rows if row.wants_evidence}
    return [
        leaf
        for leaf in indicator_set.leaves
        if leaf.evidence == "required"
        and leaf.id in answered
        and leaf.id not in shown
        and leaf.id not in explained
        and indicator_set.stream_of(leaf) == "self"
    ]


def unanswered(entry: Entry, indicator_set: IndicatorSet, rows: Iterable[Score]) -> list[Node]:
    """Leaves of the self stream without a result and without an explanation why."""
    done = {row.criterion for row in rows if row.is_answered}
    return [
        leaf
        for leaf in indicator_set.leaves
        if leaf.id not in done and not leaf.kind and indicator_set.stream_of(leaf) == "self"
    ]


# Sets and published results -------------------------------------------------------------------------------------


def sets_visible(account) -> QuerySet[SetVersion]:
    """Released sets are everybody's to read; a draft is for those who may edit it."""
    if account is SYSTEM:
        return SetVersion.objects.all()
    released = Q(is_draft=False)
    if not account.is_authenticated:
        return SetVersion.objects.filter(released)
    return SetVersion.objects.filter(released | Q(unit__in=units_where(account, EDIT_SETS).values("pk")))


def published_results(*, set_code: str = "", unit: Unit | None = None) -> QuerySet[PublishedResult]:
    """Results that others have published: they are public already. Newest year first."""
    found = PublishedResult.objects.select_related("unit").order_by("set_code", "unit__sort_key", "unit_id", "-year")
    if set_code:
        found = found.filter(set_code=set_code)
    return found.filter(unit=unit) if unit is not None else found
