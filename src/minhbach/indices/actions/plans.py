"""The way to a target, as the unit keeps it: the target, and what each kind of row costs in effort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events
from minhbach.indices.actions.criteria import locked_entry
from minhbach.indices.models import Entry, KeptPlan
from minhbach.indices.permissions import REVIEW
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require
from minhbach.records.texts import decimal_text

LARGEST_WEIGHT = 1000


@transaction.atomic
def plan_keep(entry: Entry, *, target: Fraction, weights: Mapping[str, Fraction], acting) -> KeptPlan:
    """Keep a target and the effort of a row of each kind, in place of what was kept; kinds that are not named keep
    theirs, for which of them the rule asks for changes from day to day.

    Raises Refused; NotPossible with code `over` (the round is concluded), `target` or `weight`.
    """
    entry = locked_entry(entry)
    require(acting, REVIEW, entry.unit)
    if entry.round.is_over:
        raise NotPossible(_("The round is concluded: there is nothing left to plan."), "over")
    if target < 0:
        raise NotPossible(_("Write a figure of 0 or more."), "target")
    if not all(0 <= weight <= LARGEST_WEIGHT for weight in weights.values()):
        raise NotPossible(_("At most %(most)s."), "weight", {"most": LARGEST_WEIGHT})
    plan = KeptPlan.objects.filter(entry=entry).first() or KeptPlan(entry=entry)
    before = plan.target, dict(plan.weights)
    plan.target = decimal_text(target)
    plan.weights = {**plan.weights, **{kind: decimal_text(weight) for kind, weight in sorted(weights.items())}}
    plan.by, plan.at = acting if acting.is_authenticated else None, timezone.now()
    plan.save()
    if before != (plan.target, plan.weights):
        data = {"target": plan.target, "weights": plan.weights}
        trail.record(entry.chain, events.PLAN_KEPT, acting=acting, subject=plan, data=data)
    return plan
