"""Points that people give for how a dossier was handled."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events, handling
from minhbach.dossiers.actions import common
from minhbach.dossiers.models import Dossier, HandlingMark
from minhbach.dossiers.permissions import OVERSEE
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require


@transaction.atomic
def handling_mark(dossier: Dossier, points: Mapping[str, int | None], *, acting) -> handling.Scored:
    """Give points to criteria that the events of the dossier cannot tell; None takes them away. By those who oversee
    the office, once the processing is finished.

    Raises Refused; NotPossible with code `unfinished`, `criterion` for one that is measured or unknown, `points` for
    more than it has.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("office").get(pk=dossier.pk)
    require(acting, OVERSEE, dossier.office)
    before = handling.scored(dossier)
    if before is None:
        raise NotPossible(_("How it was handled can be scored once the processing is finished."), "unfinished")
    open_to_people = {leaf.id: leaf for leaf in handling.by_hand(before.sheet)}
    kept = {mark.criterion: mark for mark in dossier.marks.all()}
    changed: dict[str, int | None] = {}
    for criterion, given in points.items():
        leaf = open_to_people.get(criterion)
        if leaf is None:
            raise NotPossible(_("Criterion %(code)s is not scored by hand."), "criterion", {"code": criterion})
        if given is not None and not 0 <= given <= (leaf.maximum or 0):
            raise NotPossible(
                _("Criterion %(code)s has 0 to %(most)s points."), "points", {"code": criterion, "most": leaf.maximum}
            )
        old = kept.get(criterion)
        if given == (old.points if old else None):
            continue
        changed[criterion] = given
        if given is None:
            old.delete()
        else:
            row = old or HandlingMark(dossier=dossier, criterion=criterion)
            row.points, row.at, row.by_id = given, common.now(), common.person_of(acting)
            row.save()
    if changed:
        data = {"points": {key: changed[key] for key in sorted(changed)}, "to_status": dossier.status}
        trail.record(dossier.chain, events.HANDLING_MARKED, acting=acting, subject=dossier, data=data)
    dossier = Dossier.objects.get(pk=dossier.pk)
    found = handling.scored(dossier)
    assert found is not None
    return found
