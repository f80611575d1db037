"""Opening, moving, renaming and closing units: the only code that writes the tree.

Every change of the tree happens under the lock of one chain, "units", so that two reorganisations
can never cross each other. A day in the future is allowed: dated rows take it at once, and `name`,
`parent` and `path`, which are today's, follow when `tree_settle` runs on that day.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, memory, trail
from minhbach.org.dates import in_force, today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Placement, Post, Succession, Unit, UnitKind, UnitName
from minhbach.org.permissions import require
from minhbach.org.permissions.org_verbs import UNITS_MANAGE
from minhbach.org.units.models import STEP
from minhbach.vietnamese import collation_key, fold

CHAIN = "units"
DAY = timedelta(days=1)
DEEPEST = Unit._meta.get_field("path").max_length // STEP


@transaction.atomic
def unit_kind_set(*, code: str, title: str, title_en: str = "", position: int = 0, acting) -> UnitKind:
    """Define a kind of unit, or give the one with this code new titles. Only the installation does
    this: kinds belong to no unit."""
    require(acting, UNITS_MANAGE, None)
    kind, _made = UnitKind.objects.update_or_create(
        code=code, defaults={"title": title, "title_en": title_en, "position": position}
    )
    trail.record(CHAIN, events.UNIT_KIND_SET, acting=acting, subject=kind, data={"code": code, "title": title})
    return kind


@transaction.atomic
def unit_open(
    *,
    code: str,
    name: str,
    kind: UnitKind,
    begins: date,
    parent: Unit | None = None,
    name_en: str = "",
    short_name: str = "",
    group: str = "",
    acting,
) -> Unit:
    """Open a unit under `parent` (without one: at the top, which only the installation may do).

    Raises Refused; NotPossible with code `code_taken`, `parent_closed` or `too_deep`.
    """
    require(acting, UNITS_MANAGE, parent)
    trail.lock(CHAIN)
    if parent is not None:
        parent = _fresh(parent)
        _must_be_open(parent, begins, "parent_closed")
        _must_not_be_deep(parent)
    if Unit.objects.filter(code=code).exists():
        raise NotPossible(
            _("The code %(code)s belongs to another unit already; choose another."),
            "code_taken",
            {"code": code},
        )
    unit = Unit(
        code=code, name=name, name_en=name_en, short_name=short_name, kind=kind, group=group,
        parent=parent, begins=begins, path=f"+{code}",
    )  # fmt: skip
    _index(unit)
    unit.save()
    unit.path = (parent.path if parent else "") + _step(unit)
    unit.save(update_fields=["path"])
    Placement.objects.create(unit=unit, parent=parent, begins=begins)
    UnitName.objects.create(unit=unit, name=name, name_en=name_en, short_name=short_name, begins=begins)
    trail.record(
        CHAIN,
        events.UNIT_OPENED,
        acting=acting,
        subject=unit,
        data={
            "code": code,
            "name": name,
            "kind": kind.code,
            "parent": parent and parent.code,
            "begins": begins,
        },
    )
    memory.changed()
    return unit


@transaction.atomic
def unit_move(unit: Unit, *, parent: Unit | None, on: date, acting) -> Unit:
    """Put the unit, with all that is under it, under another parent from the day `on`.

    Moving it again on the first day of its present place corrects that place. Raises Refused;
    NotPossible with code `closed`, `parent_closed`, `too_early` (a later move is recorded already),
    `cycle` (the new parent is under the unit, on that day or later) or `too_deep`.
    """
    require(acting, UNITS_MANAGE, unit)
    require(acting, UNITS_MANAGE, parent)
    trail.lock(CHAIN)
    unit = _fresh(unit)
    _must_be_open(unit, on, "closed")
    if parent is not None:
        parent = _fresh(parent)
        _must_be_open(parent, on, "parent_closed")
    last = unit.placements.order_by("begins").last()
    if on < last.begins:
        raise NotPossible(
            _("%(unit)s has a later change of place, on %(day)s; choose a day from then on."),
            "too_early",
            {"unit": unit, "day": _shown(last.begins)},
        )
    _must_not_circle(unit, parent, on)
    if on == last.begins:
        last.parent = parent
        last.save(update_fields=["parent"])
    else:
        ends = last.ends
        last.ends = on - DAY
        last.save(update_fields=["ends"])
        Placement.objects.create(unit=unit, parent=parent, begins=on, ends=ends)
    trail.record(
        CHAIN,
        events.UNIT_MOVED,
        acting=acting,
        subject=unit,
        data={"parent": parent and parent.code, "on": on},
    )
    _settle(today())
    memory.changed()
    return _fresh(unit)


@transaction.atomic
def unit_rename(unit: Unit, *, name: str, on: date, name_en: str = "", short_name: str = "", acting) -> Unit:
    """Give the unit a new name from the day `on`; what is older keeps the old name.

    Renaming on the first day of the present name corrects it. Raises Refused; NotPossible with code
    `closed` or `too_early`.
    """
    require(acting, UNITS_MANAGE, unit)
    trail.lock(CHAIN)
    unit = _fresh(unit)
    _must_be_open(unit, on, "closed")
    last = unit.names.order_by("begins").last()
    if on < last.begins:
        raise NotPossible(
            _("%(unit)s has a later change of name, on %(day)s; choose a day from then on."),
            "too_early",
            {"unit": unit, "day": _shown(last.begins)},
        )
    names = {"name": name, "name_en": name_en, "short_name": short_name}
    if on == last.begins:
        UnitName.objects.filter(pk=last.pk).update(**names)
    else:
        ends = last.ends
        last.ends = on - DAY
        last.save(update_fields=["ends"])
        UnitName.objects.create(unit=unit, begins=on, ends=ends, **names)
    trail.record(
        CHAIN,
        events.UNIT_RENAMED,
        acting=acting,
        subject=unit,
        data={"from": last.name, "to": name, "on": on},
    )
    _settle(today())
    return _fresh(unit)


@transaction.atomic
def unit_classify(unit: Unit, *, kind: UnitKind | None = None, group: str | None = None, acting) -> Unit:
    """Change the unit's kind or its group in indicator sets; None leaves it as it is. Raises Refused."""
    require(acting, UNITS_MANAGE, unit)
    trail.lock(CHAIN)
    unit = _fresh(unit)
    unit.kind = kind or unit.kind
    unit.group = unit.group if group is None else group
    unit.save(update_fields=["kind", "group"])
    data = {"kind": unit.kind.code, "group": unit.group}
    trail.record(CHAIN, events.UNIT_CLASSIFIED, acting=acting, subject=unit, data=data)
    return unit


@transaction.atomic
def unit_close(
    unit: Unit,
    *,
    on: date,
    successors: Sequence[Unit] = (),
    document_number: str = "",
    document_date: date | None = None,
    document_title: str = "",
    acting,
) -> Unit:
    """Close the unit; `on` is its last day, and its successors have taken over on the next.

    Its posts end with it. Its rows, its history and the roles held over it stay. Raises Refused;
    NotPossible with code `closed` (already, or `on` before it began), `too_early` (a later move or
    name is recorded), `has_children` (units under it are still open the day after; move or close
    them first) or `successor_closed`.
    """
    require(acting, UNITS_MANAGE, unit)
    trail.lock(CHAIN)
    unit = _fresh(unit)
    if unit.ends is not None or on < unit.begins:
        raise NotPossible(_("%(unit)s is closed already, or began after that day."), "closed", {"unit": unit})
    later = [row.begins for rows in (unit.placements, unit.names) for row in rows.filter(begins__gt=on)]
    if later:
        raise NotPossible(
            _("%(unit)s has a change recorded for %(day)s; it cannot close before."),
            "too_early",
            {"unit": unit, "day": _shown(max(later))},
        )
    _must_have_no_children(unit, on)
    rows = []
    for successor in successors:
        successor = _fresh(successor)
        if successor.pk == unit.pk or not successor.is_open(on + DAY):
            raise NotPossible(
                _("%(successor)s cannot take over: it is not open on %(day)s."),
                "successor_closed",
                {"successor": successor, "day": _shown(on + DAY)},
            )
        rows.append(
            Succession(
                unit=unit, successor=successor, on=on + DAY, document_number=document_number,
                document_date=document_date, document_title=document_title,
            )
        )  # fmt: skip
    unit.ends = on
    unit.save(update_fields=["ends"])
    unit.placements.filter(ends__isnull=True).update(ends=on)
    unit.names.filter(ends__isnull=True).update(ends=on)
    posts = Post.objects.filter(in_force(on + DAY), unit=unit, begins__lte=on).update(ends=on)
    Succession.objects.bulk_create(rows)
    trail.record(
        CHAIN,
        events.UNIT_CLOSED,
        acting=acting,
        subject=unit,
        data={
            "on": on,
            "successors": sorted(row.successor.code for row in rows),
            "document": [document_number, document_date, document_title],
            "posts_ended": posts,
        },
    )
    memory.changed()
    return unit


@transaction.atomic
def tree_settle(day: date | None = None, *, acting) -> int:
    """Bring names and places in the present tree up to the day (today), for changes that were
    entered ahead. Idempotent; a daily job. Returns how many units changed."""
    require(acting, UNITS_MANAGE, None)
    day = day or today()
    trail.lock(CHAIN)
    count = _settle(day)
    if count:
        trail.record(CHAIN, events.TREE_SETTLED, acting=acting, data={"day": day, "units": count})
        memory.changed()
    return count


def _settle(day: date) -> int:
    """Copy the places and names of the day into the rows of the units that differ."""
    current = Q(name=F("unit__name"), name_en=F("unit__name_en"), short_name=F("unit__short_name"))
    renamed = list(UnitName.objects.on(day).exclude(current).select_related("unit"))
    for row in renamed:
        unit = row.unit
        unit.name, unit.name_en, unit.short_name = row.name, row.name_en, row.short_name
        _index(unit)
        unit.save(update_fields=["name", "name_en", "short_name", "sort_key", "search_key"])
    staying = Q(parent=F("unit__parent")) | Q(parent__isnull=True, unit__parent__isnull=True)
    moved = set(Placement.objects.on(day).exclude(staying).values_list("unit_id", flat=True))
    if moved:
        above = dict(Placement.objects.on(day).values_list("unit_id", "parent_id"))
        # From the top down in the new tree: a parent already stands where it belongs when its child
        # is put under it, even if the two change places.
        for pk in sorted(moved, key=lambda pk: _depth(above, pk)):
            _put(Unit.objects.get(pk=pk), above[pk])
    return len(moved | {row.unit_id for row in renamed})


def _put(unit: Unit, parent_id: int | None) -> None:
    parent = Unit.objects.get(pk=parent_id) if parent_id else None
    old, new = unit.path, (parent.path if parent else "") + _step(unit)
    deepest = Unit.objects.within(unit).aggregate(length=Max(Length("path")))["length"]
    if deepest - len(old) + len(new) > DEEPEST * STEP:
        _too_deep()
    # The whole subtree in one statement; no two paths meet on the way, because each ends in its own id.
    Unit.objects.within(unit).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Unit.objects.filter(pk=unit.pk).update(parent=parent)


def _depth(above: dict[int, int | None], pk: int | None) -> int:
    depth = 0
    while (pk := above.get(pk)) is not None:
        depth += 1
    return depth


def _index(unit: Unit) -> None:
    unit.sort_key = collation_key(unit.name)[:1300]
    unit.search_key = fold(" ".join((unit.code, unit.name, unit.short_name, unit.name_en)))[:800]


def _step(unit: Unit) -> str:
    return f"{unit.pk:0{STEP}d}"


def _fresh(unit: Unit) -> Unit:
    """The unit as it is under the lock, not as the caller read it."""
    return Unit.objects.get(pk=unit.pk)


def _must_be_open(unit: Unit, day: date, code: str) -> None:
    if not unit.is_open(day):
        raise NotPossible(_("%(unit)s is not open on %(day)s."), code, {"unit": unit, "day": _shown(day)})


def _must_not_be_deep(parent: Unit) -> None:
    if parent.depth + 1 >= DEEPEST:
        _too_deep()


def _too_deep() -> None:
    raise NotPossible(_("The tree would become too deep (more than %(most)s levels)."), "too_deep", {"most": DEEPEST})


def _must_have_no_children(unit: Unit, on: date) -> None:
    after = on + DAY
    places = Placement.objects.filter(parent=unit).filter(Q(ends__isnull=True) | Q(ends__gte=after))
    children = list(Unit.objects.filter(placements__in=places).distinct()[:6])
    if children:
        raise NotPossible(
            _("Units under %(unit)s are still open after that day: %(children)s. Move or close them first."),
            "has_children",
            {
                "unit": unit,
                "children": ", ".join(map(str, children[:5])) + ("…" if len(children) > 5 else ""),
            },
        )


def _must_not_circle(unit: Unit, parent: Unit | None, on: date) -> None:
    """The new parent must not lie under the unit on the day, nor on any later day already entered."""
    if parent is None:
        return
    rows = list(
        Placement.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on)).values_list(
            "unit_id", "parent_id", "begins", "ends"
        )
    )
    for day in sorted({on} | {begins for _u, _p, begins, _e in rows if begins > on}):
        above = {u: p for u, p, begins, ends in rows if begins <= day and (ends is None or day <= ends)}
        at, steps = parent.pk, 0
        while at is not None and steps <= len(above):
            if at == unit.pk:
                raise NotPossible(
                    _("%(parent)s is under %(unit)s on %(day)s; a unit cannot be under itself."),
                    "cycle",
                    {"parent": parent, "unit": unit, "day": _shown(day)},
                )
            at, steps = above.get(at), steps + 1


def _shown(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
