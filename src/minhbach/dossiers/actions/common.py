"""What every action on a dossier begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minhbach.dossiers import clock
from minhbach.dossiers.actions.earlier import facts_of, keep
from minhbach.dossiers.exchange.portal import outbox
from minhbach.dossiers.hooks import laying
from minhbach.dossiers.models import Delegation, Dossier, Involvement, Stay
from minhbach.dossiers.permissions import ASSIGN, OF_ROLE, RECEIVE
from minhbach.dossiers.states import NEXT, Outcome, Status
from minhbach.org import trail
from minhbach.org.dates import in_force, today
from minhbach.org.errors import NotPossible
from minhbach.org.memory import remembered
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, Refused, may, require
from minhbach.org.rows import only_row
from minhbach.procedures.content.model import Content, Step
from minhbach.procedures.models import Offer
from minhbach.worktime import WorktimeError

RELATED = ("agency", "office", "at_unit", "version", "applicant")


def locked(dossier: Dossier, edition: int | None = None) -> Dossier:
    """The dossier as it stands, nobody else changing it until the end of the transaction.

    `edition` is the one the person saw. Raises NotPossible with code `mirrored`, or `conflict` when another was faster.
    """
    known = [name for name in RELATED if Dossier._meta.get_field(name).is_cached(dossier)]
    others = [name for name in RELATED if name not in known]
    rows = Dossier.objects.select_for_update(of=("self",))
    found = (rows.select_related(*others) if others else rows).get(pk=dossier.pk)
    for name in known:  # read just now with the same dossier: of the same row there is no need to ask again
        if getattr(found, f"{name}_id") == getattr(dossier, f"{name}_id"):
            setattr(found, name, getattr(dossier, name))
    found.__dict__["_offers"] = dossier.__dict__.setdefault("_offers", {})
    found.__dict__["_before"] = facts_of(found)
    if found.is_mirrored:
        raise NotPossible(
            gettext_lazy("This dossier is kept in another system; act on it there."),
            "mirrored",
        )
    if edition is not None and found.edition != edition:
        raise NotPossible(
            gettext_lazy("Somebody else has just acted on this dossier; look at it again before you go on."), "conflict"
        )
    return found


def content_of(dossier: Dossier) -> Content:
    """What the version says under which the dossier was filed."""
    return dossier.version.meaning


def step_of(dossier: Dossier) -> Step:
    """The step at which it stands. Raises NotPossible with code `no_step`."""
    process = content_of(dossier).process
    step = process.by_key.get(dossier.step) if process else None
    if step is None:
        raise NotPossible(gettext_lazy("The dossier is at no step of a process."), "no_step")
    return step


def require_status(dossier: Dossier, *wanted: Status) -> None:
    """Raises NotPossible with code `state`, naming the state and those in which it can be done."""
    if dossier.status not in wanted:
        raise NotPossible(
            gettext_lazy("The dossier is “%(now)s”; this can only be done when it is: %(wanted)s."),
            "state",
            {"now": Status(dossier.status).label, "wanted": ", ".join(str(status.label) for status in wanted)},
        )


def require_step(dossier: Dossier, step: Step, acting) -> None:
    """Raise Refused unless `acting` may act at the step: by their role at its unit, and, if somebody holds the dossier,
    as that person, as the one acting for them, or as one who may assign."""
    if acting is SYSTEM:
        return
    unit = dossier.at_unit
    if step.role == "specialist" and may(acting, ASSIGN, unit):
        return
    require(acting, OF_ROLE[step.role], unit)
    holder = dossier.at_person_id
    if holder is None or holder == acting.person_id or acts_for(acting, holder) or may(acting, ASSIGN, unit):
        return
    raise Refused(
        OF_ROLE[step.role],
        unit,
        _("%(person)s holds this dossier. They, or the head of the unit, can hand it over to you.")
        % {"person": dossier.at_person},
    )


def require_here(dossier: Dossier, acting) -> None:
    """Raise Refused unless `acting` may act on the dossier where it lies: at its step, or, before it was received, at
    the one-stop shop."""
    if dossier.status == Status.NEW or not dossier.step:
        require(acting, RECEIVE, dossier.at_unit)
    else:
        require_step(dossier, step_of(dossier), acting)


def acts_for(acting, person_id: int) -> bool:
    """Whether the acting person stands in for the other today."""
    return person_id in stands_in_for(acting)


def stands_in_for(acting) -> frozenset[int]:
    """The people for whom this person acts today. At most one query, then none."""
    given = Delegation.objects.filter(in_force(today()), taker=acting.person_id)
    return remembered(acting, "stands in for", lambda: frozenset(given.values_list("giver", flat=True)))


def offer_of(dossier: Dossier, day=None) -> Offer:
    """How the agency offers the procedure on the day the dossier was sent. Raises NotPossible, code `not_offered`."""
    day = day or timezone.localdate(dossier.submitted_at)
    known = dossier.__dict__.setdefault("_offers", {})  # asked for by the form and by the action of one call
    if day in known:
        return known[day]
    rows = Offer.objects.on(day).filter(procedure=dossier.procedure_id, agency=dossier.agency_id)
    offer = only_row(rows.select_related("agency", "office", "one_stop"))
    if offer is None:
        raise NotPossible(gettext_lazy("The agency does not offer this procedure on that day."), "not_offered")
    known[day] = offer
    return offer


def unit_for(step: Step, offer: Offer) -> Unit:
    """The unit in whose hands a step of the process lies, as the agency offers the procedure."""
    if step.unit:
        unit = only_row(Unit.objects.filter(code=step.unit))
        if unit is None:
            raise NotPossible(
                gettext_lazy("The step “%(step)s” names the unit %(unit)s, which is not in the tree."),
                "no_unit",
                {"step": step.title.vi, "unit": step.unit},
            )
        return unit
    return getattr(offer, step.place)


def in_words(error: WorktimeError) -> NotPossible:
    """The clock's refusal as an error of an action, in the person's language."""
    lang = "en" if (get_language() or "").startswith("en") else "vi"
    return NotPossible(error.text(lang), error.code)


def require_reason(because: str) -> None:
    """Raises NotPossible with code `no_reason`."""
    if not because.strip():
        raise NotPossible(gettext_lazy("Give the reason."), "no_reason")


def end(dossier: Dossier, outcome: Outcome, at: datetime) -> None:
    """The processing is over."""
    dossier.outcome, dossier.finished_at, dossier.paused_at = outcome, at, None


def person_of(acting) -> int | None:
    """The acting person's id; None for the system."""
    return getattr(acting, "person_id", None)


def hands_of(acting) -> int | None:
    """The person in whose hands a dossier can lie; None for the system and for other systems."""
    return None if getattr(acting, "is_system", False) else person_of(acting)


def now() -> datetime:
    return timezone.now()


def become(dossier: Dossier, status: Status) -> None:
    """The only place where a status changes. A way that NEXT does not know is a fault of the program."""
    if status != dossier.status and status not in NEXT[Status(dossier.status)]:
        raise AssertionError(f"no way from {dossier.status} to {status}")
    dossier.status = status


def arrive(
    dossier: Dossier,
    *,
    step: str,
    unit: Unit,
    person_id: int | None,
    by: int | None,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """Lay the dossier into a unit's hands; a new one is written with it. The step is due at `due_at`, or else as the
    process divides the time."""
    process = content_of(dossier).process
    if due_at is None and process is not None:
        due_at = clock.step_due(dossier, process.by_key.get(step), at)
    dossier.step, dossier.at_unit, dossier.at_person_id = step, unit, person_id
    if dossier.pk is None:
        dossier.save()
    if unit.pk not in (dossier.office_id, dossier.agency_id):
        # A one-stop shop, or a unit of another agency: what lies in its hands it may see.
        Involvement.objects.bulk_create([Involvement(dossier=dossier, unit=unit)], ignore_conflicts=True)
    Stay.objects.create(
        dossier=dossier, step=step, unit=unit, person_id=person_id, given_by_id=by, arrived_at=at, due_at=due_at
    )


def leave(dossier: Dossier, *, move: str, at: datetime, note: str = "") -> None:
    """Take it out of the hands it lay in."""
    Stay.objects.filter(dossier=dossier, left_at=None).update(left_at=at, move=move, note=note)


def save(
    dossier: Dossier, event: str, *, acting, data: Mapping[str, Any] | None = None, at: datetime | None = None
) -> None:
    """Write the changed dossier and the event, and what it said until `at`, if that was not now: all or nothing."""
    if before := dossier.__dict__.pop("_before", None):
        keep(dossier, before, at or now())
    dossier.__dict__["_before"] = facts_of(dossier)
    dossier.edition += 1
    dossier.save()
    tell(dossier, event, acting=acting, data=data)


def tell(dossier: Dossier, event: str, *, acting, data: Mapping[str, Any] | None = None) -> None:
    """Record what was done in the dossier's chain, with the status it led to."""
    data = {"to_status": dossier.status, **(data or {})}
    recorded = trail.record(dossier.chain, event, acting=acting, subject=dossier, data=data)
    outbox.lay_out(dossier, recorded, data)
    laying.lay_out(dossier, recorded)
