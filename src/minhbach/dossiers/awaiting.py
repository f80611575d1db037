"""Opinions that were asked for and have not come: what waits for them, in actions, on pages and in lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Dossier, Opinion
from minhbach.dossiers.states import WORKING
from minhbach.org.errors import NotPossible
from minhbach.procedures.content.model import Step

_WAITED = "_waited_for"


def waited_for(dossier: Dossier) -> list[Opinion]:
    """Asked, and neither given nor gone on without; the first asked first."""
    known = dossier.__dict__.get(_WAITED)
    return known if known is not None else list(_open().filter(dossier=dossier))


def read_for(dossiers: Iterable[Dossier]) -> None:
    """Read them at once for the lines of a list. One query. What an action locks is another object and is read anew."""
    dossiers = list(dossiers)
    asked = [dossier for dossier in dossiers if dossier.status in WORKING]
    found: dict[int, list[Opinion]] = defaultdict(list)
    for opinion in _open().filter(dossier__in=asked) if asked else ():
        found[opinion.dossier_id].append(opinion)
    for dossier in asked:
        dossier.__dict__[_WAITED] = found[dossier.pk]


def take_from(dossier: Dossier, opinions: Iterable[Opinion]) -> None:
    """The same for a page that has read all of its opinions, with their units."""
    waited = [opinion for opinion in opinions if opinion.answered_at is None]
    dossier.__dict__[_WAITED] = sorted(waited, key=lambda opinion: (opinion.asked_at, opinion.pk))


def at_step(dossier: Dossier, step: Step) -> list[Opinion]:
    """What the process waits for before the step is left."""
    if not step.opinions:
        return []
    return [opinion for opinion in waited_for(dossier) if opinion.by_process and opinion.step == step.key]


def require_given(dossier: Dossier, step: Step) -> None:
    """Raises NotPossible with code `opinions` while a unit named by the process has not given its opinion."""
    _require_none(at_step(dossier, step))


def require_all_given(dossier: Dossier) -> None:
    """A dossier is not finished over the head of a unit that was asked, by whomever. Raises NotPossible with code
    `opinions`."""
    _require_none(waited_for(dossier))


def _require_none(waited: list[Opinion]) -> None:
    if waited:
        raise NotPossible(
            _("%(unit)s has not given its opinion yet. Wait for it, or say why you go on without it."),
            "opinions",
            {"unit": waited[0].unit},
        )


def _open() -> QuerySet[Opinion]:
    return Opinion.objects.filter(answered_at=None).select_related("unit").order_by("asked_at", "id")
