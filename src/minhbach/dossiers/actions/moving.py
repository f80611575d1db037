"""A dossier goes its way inside the office: forward, back, to a named step, into somebody's hands."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import awaiting, events
from minhbach.dossiers.actions import common, opinions, results
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.permissions import ASSIGN, HANDLE, OF_ROLE, OVERSEE
from minhbach.dossiers.states import WORKING, Status
from minhbach.org.errors import NotPossible
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import require
from minhbach.procedures.content.model import Step


@transaction.atomic
def dossier_forward(
    dossier: Dossier, *, to: str | None = None, person: Person | None = None, note: str = "", edition=None, acting
) -> Dossier:
    """Hand the dossier on to the next step, or to one of those that lie open from here; `person` is who shall have it.

    Raises Refused; NotPossible with code `state`, `conflict`, `no_way`, `not_theirs`, or `opinions` while a unit
    that the process names has not given its opinion on this step.
    """
    return _move(dossier, "forward", to, person, note, edition, acting)


@transaction.atomic
def dossier_back(dossier: Dossier, *, to: str | None = None, note: str, edition=None, acting) -> Dossier:
    """Send the dossier back, with what is to be done differently. Raises as `dossier_forward`, and `no_reason`."""
    common.require_reason(note)
    return _move(dossier, "back", to, None, note, edition, acting)


@transaction.atomic
def dossier_assign(dossier: Dossier, person: Person, *, note: str = "", edition=None, acting) -> Dossier:
    """Give the dossier, where it lies, to another person: by the head of the unit, or by who holds it and hands it on.

    Raises Refused; NotPossible with code `ended` or `not_theirs`.
    """
    dossier = common.locked(dossier, edition)
    if not dossier.is_open:
        raise NotPossible(_("The processing of this dossier is over."), "ended")
    if dossier.at_person_id is None or dossier.at_person_id != common.person_of(acting):
        require(acting, OVERSEE, dossier.at_unit)
    content = common.content_of(dossier)
    step = content.process.by_key.get(dossier.step) if content.process else None
    _require_able(person, step, dossier.at_unit)
    at = common.now()
    before = dossier.at_person
    lies = dossier.stays.filter(left_at=None).first()
    common.leave(dossier, move="assigned", at=at, note=note)
    common.arrive(
        dossier,
        step=dossier.step,
        unit=dossier.at_unit,
        person_id=person.pk,
        by=common.person_of(acting),
        at=at,
        # Another person, the same step: its time goes on.
        due_at=lies.due_at if lies else None,
    )
    data = {"step": dossier.step, "person": person.pk, "before": before.pk if before else None}
    common.save(dossier, events.ASSIGNED, acting=acting, data=data)
    return dossier


@transaction.atomic
def dossiers_assign(dossiers: Iterable[Dossier], person: Person, *, note: str = "", acting) -> list[Dossier]:
    """Hand several dossiers over to one person, as when somebody leaves: all or none. Raises as `dossier_assign`."""
    # In one order for everybody, so that two such hand-overs never wait for each other.
    return [
        dossier_assign(dossier, person, note=note, acting=acting)
        for dossier in sorted(dossiers, key=lambda dossier: dossier.pk)
    ]


def _move(dossier: Dossier, kind: str, to, person, note: str, edition, acting) -> Dossier:
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    process = common.content_of(dossier).process
    assert process is not None
    ways = {way.key: way for way in process.targets(step.key, kind)}
    target = ways.get(to) if to else next(iter(ways.values()), None)
    if target is None:
        raise NotPossible(
            _("From “%(step)s” the dossier cannot go there; it can go to: %(ways)s."),
            "no_way",
            {"step": step.title.vi, "ways": ", ".join(way.title.vi for way in ways.values()) or "–"},
        )
    at, offer = common.now(), common.offer_of(dossier)
    unit = common.unit_for(target, offer)
    if person is None and kind == "back":
        person = _last_at(dossier, target)
    if person is not None:
        _require_able(person, target, unit)
    if kind == "forward":
        awaiting.require_given(dossier, step)
        results.step_passed(dossier, step, at=at, acting=acting)
    common.leave(dossier, move=kind, at=at, note=note)
    common.arrive(
        dossier,
        step=target.key,
        unit=unit,
        person_id=person.pk if person else None,
        by=common.person_of(acting),
        at=at,
    )
    common.become(dossier, Status.IN_PROCESS)
    event = events.MOVED if kind == "forward" else events.SENT_BACK
    data = {"from_step": step.key, "step": target.key, "person": person.pk if person else None, "because": note}
    common.save(dossier, event, acting=acting, data=data)
    opinions.process_asks(dossier, acting=acting)
    return dossier


def _last_at(dossier: Dossier, step: Step) -> Person | None:
    """Who had it at that step before."""
    stay = Stay.objects.filter(dossier=dossier, step=step.key).select_related("person").order_by("-id").first()
    return stay.person if stay else None


def _require_able(person: Person, step: Step | None, unit: Unit) -> None:
    from minhbach.org.permissions import may

    account = getattr(person, "account", None)
    wanted = OF_ROLE[step.role] if step else HANDLE
    if account is None or not (may(account, wanted, unit) or may(account, ASSIGN, unit)):
        raise NotPossible(
            _("%(person)s has no role at %(unit)s to take this step. Choose somebody else, or have the role given."),
            "not_theirs",
            {"person": person, "unit": unit},
        )
