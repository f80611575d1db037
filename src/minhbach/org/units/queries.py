"""Reading the tree: as it is, as it was on a day, and who took over from whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from minhbach.org.dates import today
from minhbach.org.models import Placement, Unit, UnitName
from minhbach.org.units.models import STEP
from minhbach.vietnamese import fold


@dataclass(frozen=True)
class Branch:
    """A unit in the tree of a day, under the name it bore that day."""

    unit: Unit
    name: str
    parent_id: int | None
    depth: int


def tree_on(day: date) -> list[Branch]:
    """The tree as of a day, parents before their children, brothers in Vietnamese order. Two queries."""
    places = list(Placement.objects.on(day).select_related("unit", "unit__kind"))
    names = {row.unit_id: row for row in UnitName.objects.on(day)}
    under: dict[int | None, list[Placement]] = {}
    for place in sorted(places, key=lambda p: (p.unit.kind.position, p.unit.sort_key, p.unit.pk)):
        under.setdefault(place.parent_id, []).append(place)
    result: list[Branch] = []
    waiting = [(place, 0) for place in reversed(under.get(None, []))]
    while waiting:
        place, depth = waiting.pop()
        name = names.get(place.unit_id)
        result.append(Branch(place.unit, str(name or place.unit), place.parent_id, depth))
        waiting += [(child, depth + 1) for child in reversed(under.get(place.unit_id, []))]
    return result


def not_closed(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those that are open or still to open, in the order of the tree."""
    return units.filter(Q(ends__isnull=True) | Q(ends__gte=today())).order_by("path")


def subtree(unit: Unit, day: date | None = None) -> QuerySet[Unit]:
    """The unit and all under it: in the present tree, closed units too; or as of a day."""
    if day is None:
        return Unit.objects.within(unit)
    return Unit.objects.filter(
        pk__in=_recursive(
            "SELECT CAST(%s AS bigint) UNION"
            " SELECT p.unit_id FROM org_placement p JOIN found ON p.parent_id = found.id"
            " WHERE p.begins <= %s AND (p.ends IS NULL OR p.ends >= %s)",
            [unit.pk, day, day],
        )
    )


def ancestors(unit: Unit, day: date | None = None) -> list[Unit]:
    """From the top down to the unit's parent, today or as of a day."""
    if day is None:
        ids = [int(unit.path[i : i + STEP]) for i in range(0, len(unit.path) - STEP, STEP)]
    else:
        above = dict(
            Placement.objects.on(day)
            .filter(
                unit__in=_recursive(
                    "SELECT CAST(%s AS bigint) UNION"
                    " SELECT p.parent_id FROM org_placement p JOIN found ON p.unit_id = found.id"
                    " WHERE p.parent_id IS NOT NULL AND p.begins <= %s AND (p.ends IS NULL OR p.ends >= %s)",
                    [unit.pk, day, day],
                )
            )
            .values_list("unit_id", "parent_id")
        )
        ids, at = [], above.get(unit.pk)
        while at is not None:
            ids.insert(0, at)
            at = above.get(at)
    found = Unit.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def name_on(unit: Unit, day: date) -> str:
    """What the unit was called on a day; before its beginning, its first name; after its end, its last."""
    names = unit.names.order_by("begins")
    row = names.filter(begins__lte=day).last() or names.first()
    return str(row or unit)


def successors(unit: Unit) -> QuerySet[Unit]:
    """Who took over directly."""
    return Unit.objects.filter(inheritances__unit=unit)


def final_successors(unit: Unit, day: date | None = None) -> QuerySet[Unit]:
    """Who holds the unit's duties in the end (or on a day): its successors, their successors …, as
    far as they are not succeeded themselves. A unit nobody succeeded gives itself."""
    until = day or date.max
    return Unit.objects.filter(
        pk__in=_recursive(
            "SELECT CAST(%s AS bigint) UNION"
            " SELECT s.successor_id FROM org_succession s JOIN found ON s.unit_id = found.id"
            ' WHERE s."on" <= %s',
            [unit.pk, until],
        )
    ).exclude(successions__on__lte=until)


def predecessors(unit: Unit) -> QuerySet[Unit]:
    """All units whose duties came to this one, near and far: their old rows belong to its history."""
    return Unit.objects.filter(
        pk__in=_recursive(
            "SELECT CAST(%s AS bigint) UNION"
            " SELECT s.unit_id FROM org_succession s JOIN found ON s.successor_id = found.id",
            [unit.pk],
        )
    ).exclude(pk=unit.pk)


def search(text: str, day: date | None = None, among: QuerySet[Unit] | None = None) -> QuerySet[Unit]:
    """Units whose code or name holds every word of `text`, marks and đ aside; of a day or among some, if given."""
    found = Unit.objects.all() if among is None else among
    found = found.on(day) if day else found
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return found.order_by("sort_key", "pk")


def _recursive(body: str, params: list) -> RawSQL:
    # The body is ours and constant; only its parameters come from outside.
    return RawSQL(f"WITH RECURSIVE found(id) AS ({body}) SELECT id FROM found", params)  # noqa: S608, S611
