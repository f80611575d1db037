"""The way of a unit's self-score: offices, internal review, the head, submission, withdrawal, appraisals,
conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events, figures, queries
from minhbach.indices.actions.criteria import locked_entry, require_leaf
from minhbach.indices.models import Assignment, Entry, Round
from minhbach.indices.permissions import APPROVE, REVIEW
from minhbach.indices.rules import SELF, Status, ends, is_open, moment, require_open
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import may, require
from minhbach.scoring.model import IndicatorSet


class Incomplete(NotPossible):
    """Criteria stand in the way; `criteria` are their ids."""

    def __init__(self, message, code: str, criteria: list[str]):
        self.criteria = criteria
        super().__init__(message, code, {"criteria": ", ".join(criteria)})


def require_status(entry: Entry, *wanted: str) -> None:
    """Raises NotPossible with code `out_of_order`."""
    if entry.status not in wanted:
        raise NotPossible(
            _("This step comes when the self-score is “%(wanted)s”; now it is “%(now)s”."),
            "out_of_order",
            {"wanted": " / ".join(str(Status(w).label) for w in wanted), "now": entry.get_status_display()},
        )


def move(entry: Entry, status: str, event: str, *, acting, data: Mapping | None = None) -> None:
    """Set the state and record the event; the caller has checked that it may."""
    entry.status, entry.status_at = status, timezone.now()
    entry.save(update_fields=["status", "status_at"])
    trail.record(entry.chain, event, acting=acting, subject=entry, data={"status": status, **(data or {})})


# Assignments --------------------------------------------------------------------------------------------------------


@transaction.atomic
def criterion_assign(
    entry: Entry, criterion: str, *, office: Unit, due: datetime, leads: bool = True, alone: bool = False, acting
) -> Assignment:
    """Give a criterion to an office of the unit, or change when it is due; with `alone` in place of the offices that
    had it. What was entered stays, and their to-do lists follow at once.

    Raises Refused; NotPossible with code `unknown_criterion`, `wrong_stream`, `foreign_office`, `bad_due` or
    `out_of_order`.
    """
    [assignment] = criteria_assign(entry, [criterion], office=office, due=due, leads=leads, alone=alone, acting=acting)
    return assignment


@transaction.atomic
def criteria_assign(
    entry: Entry,
    criteria: Iterable[str],
    *,
    office: Unit,
    due: datetime,
    leads: bool = True,
    alone: bool = False,
    acting,
) -> list[Assignment]:
    """Give several criteria to one office, each as `criterion_assign` does: all of them or none.

    Raises what that raises; and NotPossible with code `nothing_chosen`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.SCORING, Status.REVIEW)
    if not entry.unit.covers(office):
        raise NotPossible(
            _("%(office)s is not part of %(unit)s."), "foreign_office", {"office": office, "unit": entry.unit}
        )
    _require_due(entry, due)
    criteria = list(dict.fromkeys(criteria))
    if not criteria:
        raise NotPossible(_("Choose at least one criterion."), "nothing_chosen")
    indicator_set = figures.set_of(entry.set_version)
    return [_assign(entry, indicator_set, each, office, due, leads, alone, acting) for each in criteria]


def _require_due(entry: Entry, due: datetime) -> None:
    if entry.round.status != Round.Status.OPEN:
        raise NotPossible(_("The round is not open."), "out_of_order")
    if due <= timezone.now():
        raise NotPossible(_("The day by which the office answers lies in the past."), "bad_due")
    if due > (end := ends(entry, SELF)):
        raise NotPossible(
            _("Self-scoring ends at %(moment)s; the office must answer before."), "bad_due", {"moment": moment(end)}
        )


def _assign(
    entry: Entry,
    indicator_set: IndicatorSet,
    criterion: str,
    office: Unit,
    due: datetime,
    leads: bool,
    alone: bool,
    acting,
) -> Assignment:
    node = require_leaf(indicator_set, criterion)
    if indicator_set.stream_of(node) != "self":
        raise NotPossible(_("Survey criteria are entered as the survey's results, not self-scored."), "wrong_stream")
    others = entry.assignments.filter(criterion=criterion).exclude(office=office).select_related("office")
    data = {"criterion": criterion, "office": office.code, "due": due, "leads": leads}
    if alone:
        data["released"] = [each.office.code for each in others.order_by("-leads", "pk")]
        others.delete()
    elif leads:
        others.filter(leads=True).update(leads=False)
    assignment, _made = Assignment.objects.update_or_create(
        entry=entry, criterion=criterion, office=office, defaults={"due": due, "leads": leads}
    )
    trail.record(entry.chain, events.ASSIGNED, acting=acting, subject=assignment, data=data)
    return assignment


@transaction.atomic
def criterion_send_back(entry: Entry, criterion: str, *, why: str, acting) -> None:
    """Ask the office to answer again.

    Raises Refused; NotPossible with code `needs_reason`, `out_of_order` or `not_assigned`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.SCORING, Status.REVIEW)
    if not why.strip():
        raise NotPossible(_("Say what is to be corrected."), "needs_reason")
    changed = entry.assignments.filter(criterion=criterion).update(
        state=Assignment.State.RETURNED, returned_why=why.strip(), answered_at=None
    )
    if not changed:
        raise NotPossible(_("No office has been given this criterion."), "not_assigned")
    trail.record(
        entry.chain, events.RETURNED, acting=acting, subject=entry, data={"criterion": criterion, "why": why.strip()}
    )
    if entry.status == Status.REVIEW:
        move(entry, Status.SCORING, events.SENT_BACK, acting=acting, data={"criterion": criterion})


@transaction.atomic
def criterion_accept(entry: Entry, criterion: str, *, acting) -> None:
    """The reform officer finds the answer in order.

    Raises Refused; NotPossible with code `out_of_order` or `not_answered`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.SCORING, Status.REVIEW)
    answered = entry.assignments.filter(criterion=criterion, state=Assignment.State.ANSWERED)
    if not answered.update(state=Assignment.State.ACCEPTED):
        raise NotPossible(_("The office has not answered this criterion yet."), "not_answered")
    trail.record(entry.chain, events.ACCEPTED, acting=acting, subject=entry, data={"criterion": criterion})


# The self-score -----------------------------------------------------------------------------------------------------


def _require_complete(entry: Entry) -> None:
    """Every criterion has a result or an explanation, and evidence where the set demands it."""
    indicator_set = figures.set_of(entry.set_version)
    rows = queries.scores_at(entry, SELF)
    if open_ := queries.unanswered(entry, indicator_set, rows):
        raise Incomplete(
            _("Not answered yet: %(criteria)s. Enter the figures, or explain on the criterion why there are none."),
            "unanswered",
            [leaf.id for leaf in open_],
        )
    if bare := queries.evidence_missing(entry, indicator_set, rows):
        raise Incomplete(
            _("Evidence is missing: %(criteria)s. Add a document, or explain how it was scored without one."),
            "evidence_missing",
            [leaf.id for leaf in bare],
        )


@transaction.atomic
def entry_review(entry: Entry, *, acting) -> None:
    """Hand the self-score to internal review. Raises Refused; NotPossible with code `locked` or `out_of_order`."""
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.SCORING)
    require_open(entry, SELF)
    move(entry, Status.REVIEW, events.REVIEW_ASKED, acting=acting)


@transaction.atomic
def entry_send_back(entry: Entry, *, why: str, acting) -> None:
    """Give the whole self-score back to the offices, from review or from the head.

    Raises Refused; NotPossible with code `locked`, `out_of_order` or `needs_reason`.
    """
    entry = locked_entry(entry)
    require_status(entry, Status.REVIEW, Status.APPROVED)
    # While it lies with the head, both may; what the head has approved, only the head takes back.
    require(
        acting, REVIEW if entry.status == Status.REVIEW and may(acting, REVIEW, entry.unit) else APPROVE, entry.unit
    )
    if not why.strip():
        raise NotPossible(_("Say what is to be corrected."), "needs_reason")
    move(entry, Status.SCORING, events.SENT_BACK, acting=acting, data={"why": why.strip()})


@transaction.atomic
def entry_approve(entry: Entry, *, acting) -> None:
    """The head approves. Raises Refused; Incomplete with code `unanswered` or `evidence_missing`; NotPossible with code
    `locked` or `out_of_order`."""
    entry = locked_entry(entry)
    require(acting, APPROVE, entry.unit)
    require_status(entry, Status.REVIEW)
    require_open(entry, SELF)
    _require_complete(entry)
    move(entry, Status.APPROVED, events.APPROVED, acting=acting, data={"score": str(entry.self_score)})


@transaction.atomic
def entry_submit(entry: Entry, *, acting) -> None:
    """Submit the approved self-score to the appraisers; scores are locked from here on.

    Raises Refused; NotPossible with code `too_late` or `out_of_order`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.APPROVED)
    _require_self_time(entry)
    move(entry, Status.SUBMITTED, events.SUBMITTED, acting=acting, data={"score": str(entry.self_score)})


@transaction.atomic
def entry_withdraw(entry: Entry, *, why: str, acting) -> None:
    """Take a submitted self-score back to correct it, while self-scoring lasts and no appraiser has begun.

    Raises Refused; NotPossible with code `too_late`, `out_of_order` or `needs_reason`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    require_status(entry, Status.SUBMITTED)
    _require_self_time(entry)
    if not why.strip():
        raise NotPossible(_("Say why the self-score is withdrawn."), "needs_reason")
    move(entry, Status.SCORING, events.WITHDRAWN, acting=acting, data={"why": why.strip()})


def _require_self_time(entry: Entry) -> None:
    if not is_open(entry, SELF):
        raise NotPossible(
            _("Self-scoring is not open for this unit. Whoever runs the round can reopen it."), "too_late"
        )
