"""Other units' opinions: asked by a person while the work goes on, or by the process when a step begins."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import awaiting, events
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier, Involvement, Opinion
from minhbach.dossiers.permissions import HANDLE
from minhbach.dossiers.states import OPEN, WORKING
from minhbach.org.dates import in_force, today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.procedures.content.model import Step

QUESTION = "Theo quy trình, đề nghị cho ý kiến ở bước “%(step)s”."
"""Kept in the dossier as the offices write."""


@transaction.atomic
def opinion_ask(dossier: Dossier, unit: Unit, *, question: str, due_at=None, acting) -> Opinion:
    """Ask another unit for its opinion while the work goes on. Raises Refused; NotPossible with code `state`,
    `no_reason` or `asked`."""
    dossier = common.locked(dossier)
    common.require_status(dossier, *WORKING)
    common.require_step(dossier, common.step_of(dossier), acting)
    common.require_reason(question)
    if dossier.opinions.filter(unit=unit, answered_at=None).exists():
        raise NotPossible(_("%(unit)s was asked already and has not answered yet."), "asked", {"unit": unit})
    opinion = _asked(dossier, unit, question=question, due_at=due_at, acting=acting)
    common.save(dossier, events.OPINION_ASKED, acting=acting, data={"unit": unit.code, "due_at": due_at})
    return opinion


def process_asks(dossier: Dossier, *, acting) -> list[Opinion]:
    """Ask the units that the process names at the step to which the dossier has just come; each once, however often it
    comes there. A unit that does not exist is noted in the dossier's chain and holds nobody up.

    The caller holds the dossier's row and has asked for permission.
    """
    process = common.content_of(dossier).process
    step = process.by_key.get(dossier.step) if process else None
    if step is None or not step.opinions:
        return []
    found, unknown = _named(step, dossier)
    asked = set(dossier.opinions.filter(step=step.key).values_list("unit", flat=True))
    stay = dossier.stays.filter(left_at=None).first()
    due_at, question = stay.due_at if stay else None, QUESTION % {"step": step.title.vi}
    made = []
    for unit in found:
        if unit.pk not in asked:
            made.append(_asked(dossier, unit, question=question, due_at=due_at, by_process=True, acting=acting))
            common.tell(dossier, events.OPINION_ASKED, acting=acting, data={"unit": unit.code, "due_at": due_at})
    for name in unknown:
        common.tell(dossier, events.OPINION_UNKNOWN, acting=acting, data={"unit": name, "step": step.key})
    return made


@transaction.atomic
def opinions_waive(dossier: Dossier, *, because: str, edition=None, acting) -> list[Opinion]:
    """Go on without the opinions that have not come, with the reason, which stays with each of them. Raises Refused;
    NotPossible with code `state`, `conflict`, `no_reason` or `none`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    common.require_step(dossier, common.step_of(dossier), acting)
    common.require_reason(because)
    waiting = awaiting.waited_for(dossier)
    if not waiting:
        raise NotPossible(_("No opinion is waited for."), "none")
    now, person = common.now(), common.person_of(acting)
    for opinion in waiting:
        opinion.answered_at, opinion.answered_by_id = now, person
        opinion.answer, opinion.waived = because, True
        opinion.save()
    data = {"units": [opinion.unit.code for opinion in waiting], "because": because}
    common.save(dossier, events.OPINIONS_WAIVED, acting=acting, data=data)
    return waiting


@transaction.atomic
def opinion_give(opinion: Opinion, *, agrees: bool | None, answer: str, acting) -> Opinion:
    """Answer, while the dossier is open. Raises Refused; NotPossible with code `state`, `answered` or `no_reason`."""
    dossier = common.locked(opinion.dossier)
    opinion = Opinion.objects.select_for_update(of=("self",)).select_related("unit").get(pk=opinion.pk)
    require(acting, HANDLE, opinion.unit)
    common.require_status(dossier, *sorted(OPEN))
    common.require_reason(answer)
    if opinion.answered_at is not None:
        raise NotPossible(_("This opinion was given already."), "answered")
    opinion.answered_at, opinion.answered_by_id = common.now(), common.person_of(acting)
    opinion.agrees, opinion.answer = agrees, answer
    opinion.save()
    common.save(dossier, events.OPINION_GIVEN, acting=acting, data={"unit": opinion.unit.code, "agrees": agrees})
    return opinion


def _asked(
    dossier: Dossier, unit: Unit, *, question: str, due_at: datetime | None, by_process: bool = False, acting
) -> Opinion:
    """Asked at the step where the dossier stands; the unit may see it from now on."""
    Involvement.objects.get_or_create(dossier=dossier, unit=unit)
    return Opinion.objects.create(
        dossier=dossier,
        unit=unit,
        step=dossier.step,
        asked_at=common.now(),
        asked_by_id=common.person_of(acting),
        by_process=by_process,
        question=question,
        due_at=due_at,
    )


def _named(step: Step, dossier: Dossier) -> tuple[list[Unit], list[str]]:
    """The units that the step names by code or name, and the names that are nobody's. Of two with one name it is the
    one of the agency."""
    units = list(Unit.objects.filter(in_force(today())).filter(Q(code__in=step.opinions) | Q(name__in=step.opinions)))
    units.sort(key=lambda unit: not dossier.agency.covers(unit))
    found: dict[str, Unit] = {}
    for unit in units:
        for name in (unit.code, unit.name):
            found.setdefault(name, unit)
    wanted = {name: found.get(name) for name in step.opinions}
    known = list(dict.fromkeys(unit for unit in wanted.values() if unit is not None))
    return known, [name for name, unit in wanted.items() if unit is None]
