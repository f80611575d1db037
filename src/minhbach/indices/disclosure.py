"""Which points of an appraisal a person may see, and from when on. Asked on every way to them.

Whoever appraises, runs the round or oversees the body that runs it sees them as they are made; a body with a field of
its own sees its field. The unit sees a stage when the round says so (`Round.Shown`): until then no points, comments,
documents or events of that appraisal, on no screen and in no file. Self-scores and survey results are the unit's own at
any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from minhbach.indices import queries
from minhbach.indices.models import Entry, Round, Score
from minhbach.indices.permissions import APPRAISE, MANAGE_ROUND, SEE
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, Status
from minhbach.org.models import Event, Unit
from minhbach.org.permissions import SYSTEM, may, units_where
from minhbach.org.permissions.org_verbs import TRAIL_READ

FINAL = "final"
"""The stage of what was sealed with the round."""
_OPEN = frozenset({str(Score.Stage.SELF), str(Score.Stage.SURVEY), str(Round.Stage.EXPLANATION)})
_FIRST, _ALL = _OPEN | {str(APPRAISAL_1)}, _OPEN | {str(APPRAISAL_1), str(APPRAISAL_2), FINAL}
#: The states of a unit whose first appraisal is concluded.
_AFTER_FIRST = (Status.EXPLANATION, Status.APPRAISAL_2, Status.CONCLUDED)


@dataclass(frozen=True)
class Sight:
    """What one person may see of one entry. `own` are the criteria they appraise: seen at every stage."""

    stages: frozenset[str]
    own: frozenset[str] = frozenset()
    requests: bool = True
    """Whether the requests for explanation are shown: before they are sent only to those who make them."""

    def sees(self, criterion: str, stage: str) -> bool:
        return stage in self.stages or criterion in self.own

    def sees_all(self, criteria: Iterable[str], stage: str) -> bool:
        """Whether all of them are seen at the stage, and so their sum may be."""
        return stage in self.stages or all(criterion in self.own for criterion in criteria)

    def asks(self, criterion: str) -> bool:
        return self.requests or criterion in self.own

    @property
    def is_whole(self) -> bool:
        return self.stages >= _ALL and self.requests


def sight(account, entry: Entry, bodies: Mapping[str, Unit]) -> Sight:
    """What the person may see of an entry; `bodies` from `queries.bodies`. No query beyond the person's rights."""
    stages = stages_seen(account, entry)
    if stages >= _ALL:
        return Sight(stages)
    own = frozenset(code for code, body in bodies.items() if account.is_authenticated and may(account, APPRAISE, body))
    return Sight(stages, own, entry.status in _AFTER_FIRST)


def stages_seen(account, entry: Entry) -> frozenset[str]:
    """The stages whose points the person may see of every criterion they see, and so in totals. For many entries at no
    query, if `round` and its unit were read with them."""
    if is_behind(account, entry.round) or entry.round.status == Round.Status.PUBLISHED:
        return _ALL
    match entry.round.appraisal_shown:
        case Round.Shown.AT_ONCE:
            return _ALL
        case Round.Shown.PUBLISHED:
            return _OPEN
    if entry.status == Status.CONCLUDED or entry.round.is_over:
        return _ALL
    return _FIRST if entry.status in _AFTER_FIRST else _OPEN


def is_comparable(account, entry: Entry, stage: str) -> bool:
    """Whether the person may compare the unit with others: its total of the stage is theirs to see, or it has none
    since it never submitted. As many queries as `stages_seen`."""
    return entry.is_absent or (queries.sees_whole(account, entry) and stage in stages_seen(account, entry))


def is_behind(account, round_: Round) -> bool:
    """Whether the person belongs to those who make the appraisal, or oversees them."""
    if account is SYSTEM:
        return True
    return account.is_authenticated and any(may(account, verb, round_.unit) for verb in (APPRAISE, MANAGE_ROUND, SEE))


def closed_events(account) -> QuerySet[Event]:
    """Events of the trail that would tell the person what they may not see yet, though they read the unit's trail.

    A field of their own does not open them: the trail is read by overseers, not by appraisers.
    """
    from minhbach.indices import events

    if account is SYSTEM:
        return Event.objects.none()
    entries = Entry.objects.filter(unit__in=units_where(account, TRAIL_READ).values("pk")).exclude(
        Q(round__status=Round.Status.PUBLISHED) | Q(round__appraisal_shown=Round.Shown.AT_ONCE)
    )
    for verb in (APPRAISE, MANAGE_ROUND, SEE):
        entries = entries.exclude(round__unit__in=units_where(account, verb).values("pk"))
    by_stage = Q(round__appraisal_shown=Round.Shown.CONCLUDED)
    over = by_stage & (Q(status=Status.CONCLUDED) | Q(round__status=Round.Status.CLOSED))
    asked = entries.exclude(status__in=_AFTER_FIRST)
    first = entries.exclude(over | by_stage & Q(status__in=_AFTER_FIRST))
    second = entries.exclude(over)
    points = [events.SCORED, events.COPIED, events.COMMENTED, events.EVIDENCE_ADDED, events.EVIDENCE_REMOVED]
    return Event.objects.filter(
        _of(asked) & Q(verb=events.EXPLANATION_ASKED)
        | _of(first) & Q(verb__in=points, data__stage=str(APPRAISAL_1))
        | _of(second)
        & (Q(verb__in=points, data__stage=str(APPRAISAL_2)) | Q(verb=events.CONCLUDED, data__has_key="score"))
    )


def _of(entries: QuerySet[Entry]) -> Q:
    chain = Concat(Value("entry:"), Cast("pk", CharField()), output_field=CharField())
    return Q(chain__name__in=entries.order_by().annotate(_chain=chain).values("_chain"))


def is_closed(sight_: Sight, verb: str, data: Mapping) -> bool:
    """Whether the person may not see yet what an event of the entry says; the same rule, for one event."""
    from minhbach.indices import events

    if verb == events.EXPLANATION_ASKED:
        return not sight_.asks(data.get("criterion", ""))
    stage = data.get("stage")
    if stage not in (APPRAISAL_1, APPRAISAL_2) or verb in (events.CONCLUDED, events.REOPENED):
        return False
    return not sight_.sees_all(data.get("criteria") or [data.get("criterion", "")], stage)
