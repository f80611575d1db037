"""Filters kept under a name."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.permissions import SEE
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.workspace.lists import SCOPES
from minhbach.workspace.models import SavedFilter

MOST = 50


@transaction.atomic
def filter_keep(*, name: str, scope: str, query: str, unit: Unit | None = None, acting) -> SavedFilter:
    """Keep a narrowed list under a name; one of the same name is replaced. `unit`: shared with its people.

    Raises Refused; NotPossible with code `no_name`, `no_list`, `too_long` or `too_many`.
    """
    name = " ".join(name.split())
    if not name:
        raise NotPossible(_("Give the filter a name."), "no_name")
    if scope not in SCOPES:
        raise NotPossible(_("There is no such list."), "no_list")
    if len(name) > 80 or len(query) > 1000:
        raise NotPossible(_("The name or the filter is too long to be kept."), "too_long")
    if unit is not None:
        require(acting, SEE, unit)
    own = SavedFilter.objects.filter(person=acting.person_id)
    if own.exclude(name=name).count() >= MOST:
        raise NotPossible(_("You keep %(most)s filters already; remove one first."), "too_many", {"most": MOST})
    kept, _made = SavedFilter.objects.update_or_create(
        person_id=acting.person_id, name=name, defaults={"scope": scope, "query": query, "unit": unit}
    )
    return kept


@transaction.atomic
def filter_drop(pk: int, *, acting) -> None:
    """Remove a filter of one's own. Raises NotPossible with code `not_yours`."""
    removed, _rows = SavedFilter.objects.filter(pk=pk, person=acting.person_id).delete()
    if not removed:
        raise NotPossible(_("This filter is gone, or it is not yours."), "not_yours")
