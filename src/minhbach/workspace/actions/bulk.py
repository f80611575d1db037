"""Several dossiers with one confirmation: each through the action that acts on one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.actions import moving
from minhbach.dossiers.doing import usual, ways
from minhbach.dossiers.models import Dossier
from minhbach.org.errors import NotPossible
from minhbach.org.models import Person

MOST = 200
"""Dossiers in one go."""


@dataclass(frozen=True)
class Done:
    """Those that went through, and of the others each with its reason. With reasons and nothing gone through, nothing
    was changed."""

    through: list[Dossier]
    refused: list[tuple[Dossier, str]]


class _TakenBack(Exception):
    pass


def dossiers_forward(
    dossiers: Iterable[Dossier],
    *,
    good_ones: bool = False,
    editions: Mapping[int, int] | None = None,
    note: str = "",
    acting,
) -> Done:
    """Hand each on to its next step: approve several at once. All or none; with `good_ones`, those that can.

    A dossier with several ways from its step is left to its page, where the way is chosen.
    """

    def forward(dossier: Dossier) -> object:
        offered = usual(dossier, acting)
        if offered is not None and offered.code not in ("forward", "approve"):
            raise NotPossible(
                _("What comes next here is “%(what)s”: do it on its page."), "other", {"what": offered.title}
            )
        if offered is not None and len(ways(dossier, "forward")) > 1:
            raise NotPossible(_("Several ways lead on from this step: choose on its page."), "which_way")
        return moving.dossier_forward(dossier, note=note, edition=(editions or {}).get(dossier.pk), acting=acting)

    return _each(dossiers, forward, good_ones)


def dossiers_hand_over(
    dossiers: Iterable[Dossier],
    person: Person,
    *,
    good_ones: bool = False,
    editions: Mapping[int, int] | None = None,
    note: str = "",
    acting,
) -> Done:
    """Give each to another person where it lies, as when somebody leaves or is ill. All or none; with `good_ones`,
    those that can."""

    def assign(dossier: Dossier) -> object:
        edition = (editions or {}).get(dossier.pk)
        return moving.dossier_assign(dossier, person, note=note, edition=edition, acting=acting)

    return _each(dossiers, assign, good_ones)


def _each(dossiers: Iterable[Dossier], act: Callable[[Dossier], object], good_ones: bool) -> Done:
    # In one order for everybody, so that two such deeds never wait for each other.
    chosen = sorted(dossiers, key=lambda dossier: dossier.pk)
    if len(chosen) > MOST:
        raise NotPossible(_("At most %(most)s dossiers at once; choose fewer."), "too_many", {"most": MOST})
    through: list[Dossier] = []
    refused: list[tuple[Dossier, str]] = []
    try:
        with transaction.atomic():
            for dossier in chosen:
                try:
                    with transaction.atomic():
                        act(dossier)
                except ValidationError as error:
                    refused.append((dossier, " ".join(error.messages)))
                except PermissionDenied as error:
                    refused.append((dossier, str(error)))
                else:
                    through.append(dossier)
            if refused and not good_ones:
                raise _TakenBack
    except _TakenBack:
        through = []
    return Done(through, refused)
