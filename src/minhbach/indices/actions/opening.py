"""A round opened: an entry and assignments for every unit, blocks that were not held, more time for one unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures, queries
from minhbach.indices.actions.criteria import locked_entry, totals_renew
from minhbach.indices.actions.preparing import locked_round, require_draft
from minhbach.indices.models import Assignment, Entry, OfficeFor, Reopening, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.indices.rules import APPRAISAL_2, Status
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.scoring.model import IndicatorSet


@transaction.atomic
def round_open(round_: Round, *, units: Iterable[Unit], acting) -> list[Entry]:
    """Open the round for these units: an entry each, its criteria given to the offices responsible.

    Raises Refused; NotPossible with code `out_of_order`, `no_units`, `no_group` (a unit in no group of sets), `no_set`
    (one whose group has no set) or `foreign_unit` (one that is not open, or neither beside nor under the unit whose
    round it is).
    """
    round_ = locked_round(round_)
    require(acting, MANAGE_ROUND, round_.unit)
    require_draft(round_)
    units = list(units)
    if not units:
        raise NotPossible(_("Choose at least one unit."), "no_units")
    if ungrouped := [unit for unit in units if not unit.group]:
        raise NotPossible(
            _("These units are in no group of indicator sets; give them one on their page: %(units)s."),
            "no_group",
            {"units": "; ".join(map(str, ungrouped))},
        )
    sets = {chosen.group: chosen.set_version for chosen in round_.sets.select_related("set_version")}
    if without := [unit for unit in units if unit.group not in sets]:
        raise NotPossible(
            _("No set is chosen for the group of: %(units)s."), "no_set", {"units": "; ".join(map(str, without))}
        )
    able = set(queries.candidates(round_).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    if foreign := [unit for unit in units if unit.pk not in able]:
        raise NotPossible(
            _("Only open units beside or under %(body)s take part in its round; not: %(units)s."),
            "foreign_unit",
            {"body": round_.unit, "units": "; ".join(map(str, foreign))},
        )
    round_.status = Round.Status.OPEN
    round_.save(update_fields=["status"])
    offices: dict[int, list[OfficeFor]] = {}
    for each in OfficeFor.objects.filter(unit__in=units).select_related("office").order_by("pk"):
        offices.setdefault(each.unit_id, []).append(each)
    entries = []
    for unit in units:
        indicator_set = figures.set_of(sets[unit.group])
        own = [n for n in indicator_set.leaves if indicator_set.stream_of(n) == "self" and not n.kind]
        entry = Entry.objects.create(
            round=round_,
            unit=unit,
            group=unit.group,
            set_version=sets[unit.group],
            is_ranked=unit.code not in indicator_set.ranking.unranked,
            criteria=len(own),
        )
        _assign_all(entry, indicator_set, offices.get(unit.pk, []), round_.internal_due)
        trail.record(entry.chain, events.ENTRY_OPENED, acting=acting, subject=entry, data={"unit": unit.code})
        entries.append(entry)
    data = {"units": [unit.code for unit in units]}
    trail.record(round_.chain, events.ROUND_OPENED, acting=acting, subject=round_, data=data)
    return entries


def _assign_all(entry: Entry, indicator_set: IndicatorSet, offices: list[OfficeFor], due: datetime) -> None:
    """One assignment per responsible office of each criterion; the first of the set's list leads."""
    by_code: dict[str, list[Unit]] = {}
    for each in offices:
        by_code.setdefault(each.code, []).append(each.office)
    made = []
    for leaf in indicator_set.leaves:
        if indicator_set.stream_of(leaf) != "self":
            continue
        codes = indicator_set.inherited(leaf, "responsible", ())
        wanted = dict.fromkeys(office for code in codes for office in by_code.get(code, ()))  # type: ignore[attr-defined]
        made += [
            Assignment(entry=entry, criterion=leaf.id, office=office, leads=n == 0, due=due)
            for n, office in enumerate(wanted)
        ]
    Assignment.objects.bulk_create(made)


@transaction.atomic
def block_held(entry: Entry, *, block: str, held: bool, acting) -> None:
    """Say whether a block that may be absent (a survey) was held; one that was not leaves the maximum.

    Raises Refused; NotPossible with code `unknown_criterion` or `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, MANAGE_ROUND, entry.round.unit)
    if entry.status == Status.CONCLUDED:
        raise NotPossible(_("The appraisal of this unit is concluded."), "out_of_order")
    indicator_set = figures.set_of(entry.set_version)
    node = indicator_set.nodes.get(block)
    if node is None or not node.may_be_absent:
        raise NotPossible(
            _("The set has no block %(code)s that may be left out."), "unknown_criterion", {"code": block}
        )
    entry.absent = sorted(set(entry.absent) - {block} | (set() if held else {block}))
    for stage in figures.STAGES:
        rows = queries.scores_at(entry, stage)
        if rows or stage == figures.STAGES[0]:
            totals_renew(entry, stage, rows, indicator_set)
    trail.record(entry.chain, events.ENTRY_CHANGED, acting=acting, subject=entry, data={"absent": entry.absent})


@transaction.atomic
def stage_reopen(entry: Entry, *, stage: str, until: datetime, reason: str, acting) -> Reopening:
    """Give one unit more time at a stage, and bring it back to that stage.

    Raises Refused; NotPossible with code `needs_reason`, `in_the_past` or `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, MANAGE_ROUND, entry.round.unit)
    if entry.round.is_over:
        raise NotPossible(_("The round is concluded."), "out_of_order")
    if not reason.strip():
        raise NotPossible(_("Say why the stage is reopened."), "needs_reason")
    if until <= timezone.now():
        raise NotPossible(_("The new end lies in the past."), "in_the_past")
    back = {
        Round.Stage.SELF: Status.SCORING,
        Round.Stage.APPRAISAL_1: Status.APPRAISAL_1,
        Round.Stage.EXPLANATION: Status.EXPLANATION,
        Round.Stage.APPRAISAL_2: Status.APPRAISAL_2,
    }[Round.Stage(stage)]
    order = list(Status)
    if order.index(back) > order.index(Status(entry.status)):
        raise NotPossible(_("The unit has not come to this stage yet."), "out_of_order")
    reopening = Reopening.objects.create(
        entry=entry,
        stage=stage,
        until=until,
        reason=reason.strip(),
        by=acting if acting.is_authenticated else None,
        at=timezone.now(),
    )
    if stage in (APPRAISAL_2, Round.Stage.APPRAISAL_1):
        entry.conclusions.filter(stage=stage).delete()
    entry.status, entry.status_at = back, timezone.now()
    entry.final_score = entry.final_maximum = None
    entry.save()
    data = {"stage": stage, "until": until, "reason": reason.strip()}
    trail.record(entry.chain, events.REOPENED, acting=acting, subject=reopening, data=data)
    return reopening
