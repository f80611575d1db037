"""Who is to be told of a dossier: who holds it and who stands in for them; else those nearest to it who give the work
out, or who can take the step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from minhbach.dossiers.doing import process_of
from minhbach.dossiers.models import Delegation, Dossier
from minhbach.dossiers.permissions import ASSIGN, HANDLE, OF_ROLE, RECEIVE
from minhbach.org.dates import in_force, today
from minhbach.org.models import RoleGrant, Unit
from minhbach.org.permissions import verb
from minhbach.org.units.models import STEP

MOST = 12
"""So many are told of what nobody holds."""


def of_dossier(dossier: Dossier) -> set[int]:
    """The people, by id, to whom a dossier has come. Two queries."""
    if dossier.at_person_id is not None:
        return {dossier.at_person_id, *standing_in(dossier.at_person_id, dossier.at_unit)}
    process = process_of(dossier)
    step = process.by_key.get(dossier.step) if process else None
    wanted = RECEIVE if step is None else ASSIGN if step.role == "specialist" else OF_ROLE[step.role]
    return nearest(Holders(wanted), dossier.at_unit.path)


def of_opinion(unit: Unit) -> set[int]:
    """Whom to tell that the unit is asked: who gives its work out, else who does it, else who heads it from above. At
    most three queries."""
    managers = Holders(ASSIGN)
    return (
        nearest(managers, unit.path, only_here=True)
        or nearest(Holders(HANDLE), unit.path)
        or nearest(managers, unit.path)
    )


def standing_in(person: int, unit: Unit) -> set[int]:
    """Who acts for the person at the unit today."""
    given = Delegation.objects.filter(in_force(today()), giver=person).values_list("taker", "unit__path")
    return {taker for taker, path in given if unit.path.startswith(path)}


class Holders:
    """Who holds a verb, by the path of the unit over which: read once, for one dossier or for many."""

    def __init__(self, code: str, day: date | None = None):
        grants = RoleGrant.objects.filter(
            in_force(day or today()), role__in=sorted(verb(code).roles), person__account__is_active=True
        )
        self._grants = grants.order_by("person").values_list("person", "unit__path")
        self._all: dict[str, list[int]] | None = None

    def at(self, paths: Iterable[str]) -> Mapping[str, list[int]]:
        """By path, for one unit and those above it. One query."""
        return _by_path(self._grants.filter(unit__path__in=list(paths)))

    def everywhere(self) -> Mapping[str, list[int]]:
        """By path. One query, then none."""
        if self._all is None:
            self._all = _by_path(self._grants)
        return self._all


def nearest(holders: Holders, path: str, *, only_here: bool = False, all_at_once: bool = False) -> set[int]:
    """Those whose role holds at the unit itself, or at the nearest unit above that has some; a director is not told of
    what a head of an office gives out."""
    above = [path] if only_here else [path[:end] for end in range(len(path), 0, -STEP)]
    found = holders.everywhere() if all_at_once else holders.at(above)
    return next((set(found[step][:MOST]) for step in above if found.get(step)), set())


def _by_path(grants: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for person, path in grants:
        found.setdefault(path, []).append(person)
    return found
