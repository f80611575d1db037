"""What the screens of units show, read in a fixed number of queries however large the tree is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from minhbach.org.dates import today
from minhbach.org.models import Placement, Post, RoleGrant, Succession, Unit, UnitKind, UnitName
from minhbach.org.permissions.registry import ROLES
from minhbach.org.units import queries
from minhbach.org.units.queries import Branch, tree_on
from minhbach.vietnamese import fold

MOST_ROWS = 300
"""Beyond so many rows the lower levels are left to a click."""


@dataclass
class Row:
    unit: Unit
    name: str
    indent: int
    under: int = 0
    """How many units stand under it on the day."""
    place: str = ""
    """The units above it, where the row stands alone."""
    cut: bool = False
    """What is under it is not shown here."""


@dataclass
class Shown:
    rows: list[Row]
    total: int
    """How many units there are on the day."""
    filtered: bool
    closed: list[Unit] = field(default_factory=list)
    coming: list[Unit] = field(default_factory=list)
    top: Branch | None = None
    above: list[Branch] = field(default_factory=list)


def shown(day: date, *, text: str = "", kind: UnitKind | None = None, under: str = "") -> Shown:
    """The tree of a day, or of one branch of it; or, with a text or a kind, the units that fit, as a list."""
    branches = tree_on(day)
    by_id = {branch.unit.pk: branch for branch in branches}
    counts = _counts(branches)
    filtered = bool(text or kind)
    result = Shown([], len(branches), filtered)
    words = fold(text).split()
    if filtered:
        for branch in branches:
            if _fits(branch.unit, branch.name, words, kind):
                place = " › ".join(step.name for step in _above(by_id, branch))
                result.rows.append(Row(branch.unit, branch.name, 0, counts.get(branch.unit.pk, 0), place))
    else:
        top = by_id.get(int(under)) if under.isdecimal() and len(under) < 18 else None
        if top is not None:
            result.top, result.above = top, _above(by_id, top)
            branches = _branch(branches, top)
        result.rows = _rows(branches, counts)
    result.closed = [unit for unit in closed_by(day) if _fits(unit, unit.name, words, kind)]
    result.coming = [unit for unit in coming_after(day) if _fits(unit, unit.name, words, kind)]
    return result


def closed_by(day: date) -> QuerySet[Unit]:
    """Units that had ended before the day, the latest first, with those that took over."""
    heirs = Succession.objects.select_related("successor").order_by("successor__sort_key")
    return (
        Unit.objects.filter(ends__lt=day)
        .select_related("kind")
        .prefetch_related(Prefetch("successions", heirs))
        .order_by("-ends", "sort_key", "pk")
    )


def coming_after(day: date) -> QuerySet[Unit]:
    """Units that are known already and begin after the day."""
    return Unit.objects.filter(begins__gt=day).select_related("kind").order_by("begins", "sort_key", "pk")


@dataclass
class Place:
    """Where a unit stood from a day on, under the name its parent bore then."""

    parent: Unit | None
    name: str
    begins: date
    ends: date | None


@dataclass
class Life:
    """A unit's history."""

    names: list[UnitName]
    places: list[Place]
    above: list[Unit]
    children: list[Unit]
    successions: list[Succession]
    inheritances: list[Succession]
    earlier: list[Unit]
    """Those whose duties came here by way of others."""
    holders: list[Unit]
    """Who holds a closed unit's duties today, where that is not whoever took over first."""
    state: str


def life(unit: Unit) -> Life:
    """Everything that is known of a unit's life."""
    day = today()
    successions = list(unit.successions.select_related("successor").order_by("on", "successor__sort_key"))
    inheritances = list(unit.inheritances.select_related("unit").order_by("on", "unit__sort_key"))
    direct = {row.unit_id for row in inheritances}
    earlier: list[Unit] = []
    if inheritances:
        earlier = [u for u in queries.predecessors(unit).order_by("ends", "sort_key") if u.pk not in direct]
    holders: list[Unit] = []
    if successions:
        holders = list(queries.final_successors(unit, day).order_by("sort_key"))
        if {u.pk for u in holders} <= {row.successor_id for row in successions} | {unit.pk}:
            holders = []
    state = "coming" if unit.begins > day else "closed" if unit.ends and unit.ends < day else "open"
    if state == "open" and unit.ends:
        state = "closing"
    return Life(
        names=list(unit.names.order_by("-begins")),
        places=_places(unit),
        above=queries.ancestors(unit),
        children=list(children_of(unit, day)),
        successions=successions,
        inheritances=inheritances,
        earlier=earlier,
        holders=holders,
        state=state,
    )


def children_of(unit: Unit, day: date) -> QuerySet[Unit]:
    """Who stands directly under the unit on the day."""
    places = Placement.objects.on(day).filter(parent=unit)
    return (
        Unit.objects.filter(pk__in=places.values("unit"))
        .select_related("kind")
        .order_by("kind__position", "sort_key", "pk")
    )


def posts_at(unit: Unit) -> QuerySet[Post]:
    """Posts at this very unit that hold or are still to begin."""
    return (
        Post.objects.filter(_not_over(), unit=unit)
        .select_related("person")
        .order_by("begins", "person__sort_key", "pk")
    )


def grants_at(unit: Unit) -> list[RoleGrant]:
    """Roles held over this very unit, by role."""
    order = {code: n for n, code in enumerate(ROLES)}
    rows = RoleGrant.objects.filter(_not_over(), unit=unit).select_related("person").order_by("person__sort_key", "pk")
    found = sorted(rows, key=lambda grant: order.get(grant.role, len(order)))
    for grant in found:
        grant.title = ROLES[grant.role].title if grant.role in ROLES else grant.role
    return found


def _not_over() -> Q:
    return Q(ends__isnull=True) | Q(ends__gte=today())


def _places(unit: Unit) -> list[Place]:
    rows = list(unit.placements.select_related("parent").order_by("-begins"))
    names: dict[int, list[UnitName]] = {}
    for name in UnitName.objects.filter(unit__in={row.parent_id for row in rows if row.parent_id}).order_by("begins"):
        names.setdefault(name.unit_id, []).append(name)
    places = []
    for row in rows:
        then = [name for name in names.get(row.parent_id, []) if name.begins <= row.begins]
        places.append(Place(row.parent, str(then[-1] if then else row.parent or ""), row.begins, row.ends))
    return places


def _rows(branches: list[Branch], counts: dict[int, int]) -> list[Row]:
    if not branches:
        return []
    top = branches[0].depth
    depths = [branch.depth - top for branch in branches]
    deepest = max(depths)
    if len(branches) > MOST_ROWS:
        # At least one level below the top is shown, whatever it costs: a page with one row helps nobody.
        while deepest > 1 and sum(1 for depth in depths if depth <= deepest) > MOST_ROWS:
            deepest -= 1
    return [
        Row(branch.unit, branch.name, min(depth, 5), under, cut=bool(under and depth == deepest))
        for branch, depth in zip(branches, depths, strict=True)
        if depth <= deepest
        for under in [counts.get(branch.unit.pk, 0)]
    ]


def _branch(branches: list[Branch], top: Branch) -> list[Branch]:
    start = branches.index(top)
    end = start + 1
    while end < len(branches) and branches[end].depth > top.depth:
        end += 1
    return branches[start:end]


def _counts(branches: Iterable[Branch]) -> dict[int, int]:
    """How many units stand under each, at any depth: parents come before their children."""
    counts: dict[int, int] = {}
    waiting: list[Branch] = []
    for branch in branches:
        while waiting and waiting[-1].depth >= branch.depth:
            waiting.pop()
        for above in waiting:
            counts[above.unit.pk] = counts.get(above.unit.pk, 0) + 1
        waiting.append(branch)
    return counts


def _above(by_id: dict[int, Branch], branch: Branch) -> list[Branch]:
    found: list[Branch] = []
    at = by_id.get(branch.parent_id or 0)
    while at is not None:
        found.insert(0, at)
        at = by_id.get(at.parent_id or 0)
    return found


def _fits(unit: Unit, name: str, words: list[str], kind: UnitKind | None) -> bool:
    """Every word in the name of that day, or in what the unit is called today."""
    if kind is not None and unit.kind_id != kind.pk:
        return False
    text = f"{fold(name)} {unit.search_key}" if words else ""
    return all(word in text for word in words)
