"""Reading the trail: each reader the chains of the units at which they may, page by page by key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from minhbach.org.models import Chain, Event, Unit
from minhbach.org.permissions import SYSTEM, may, units_where
from minhbach.org.permissions.org_verbs import TRAIL_READ
from minhbach.org.trail.registry import ChainKind, chain_kinds, closed
from minhbach.vietnamese import fold

TREE = "units"
"""The chain of the tree itself: an event there belongs to the unit it is about."""


def reads_all(account) -> bool:
    """Whether the account may read the trail of the whole tree, and so what belongs to no unit too."""
    if account is SYSTEM:
        return True
    tops = list(Unit.objects.filter(parent=None))
    return bool(tops) and all(may(account, TRAIL_READ, top) for top in tops)


def chains_visible(account, everything: bool | None = None) -> QuerySet[Chain]:
    """The chains the account may read. `everything`: what `reads_all` said, if it was asked already."""
    if reads_all(account) if everything is None else everything:
        return Chain.objects.all()
    return Chain.objects.filter(_of(units_where(account, TRAIL_READ)))


def events_visible(account, everything: bool | None = None) -> QuerySet[Event]:
    """The events the account may read, without those a room keeps from it for the time being."""
    found = Event.objects.all()
    if not (reads_all(account) if everything is None else everything):
        found = events_at(found, units_where(account, TRAIL_READ))
    for find in closed():
        found = found.exclude(pk__in=find(account).order_by().values("pk"))
    return found


def events_at(events: QuerySet[Event], units: QuerySet[Unit]) -> QuerySet[Event]:
    """The events that concern these units."""
    ids = units.order_by().annotate(_text=Cast("pk", CharField())).values("_text")
    about = Q(subject_type="org.unit", subject_id__in=ids, chain__name=TREE)
    return events.filter(about | Q(chain__in=Chain.objects.filter(_of(units))))


def _of(units: QuerySet[Unit]) -> Q:
    keys = units.order_by().values("pk")
    found = Q(pk__in=[])
    for kind in chain_kinds():
        rows = Q(pk__in=[])
        for way in kind.units:
            rows |= Q(**{f"{way}__in": keys})
        name = Concat(Value(f"{kind.prefix}:"), Cast("pk", CharField()), Value(kind.suffix), output_field=CharField())
        of_kind = apps.get_model(kind.model)._default_manager.order_by().filter(rows)
        found |= Q(name__in=of_kind.annotate(_chain=name).values("_chain"))
    return found


@dataclass(frozen=True)
class Wanted:
    who: str = ""
    verb: str = ""
    unit: Unit | None = None
    begins: date | None = None
    ends: date | None = None
    chain: str = ""


def filtered(events: QuerySet[Event], wanted: Wanted) -> QuerySet[Event]:
    for word in fold(wanted.who).split():
        # People by their name without marks; what the product itself did, by the name it signs with.
        found = Q(actor__person__search_key__contains=word) | Q(actor__username__iexact=word)
        events = events.filter(found | Q(actor=None, actor_name__icontains=word))
    if wanted.verb:
        events = events.filter(verb=wanted.verb)
    if wanted.unit:
        events = events_at(events, Unit.objects.within(wanted.unit))
    if wanted.begins:
        events = events.filter(at__gte=_morning(wanted.begins))
    if wanted.ends:
        events = events.filter(at__lt=_morning(wanted.ends + timedelta(days=1)))
    if wanted.chain:
        events = events.filter(chain__name=wanted.chain)
    return events


@dataclass(frozen=True)
class Page:
    events: list[Event]
    newer: int | None
    """The key after which the newer page begins; None if there is none."""
    older: int | None


def page(events: QuerySet[Event], *, before: int | None = None, after: int | None = None, size: int = 50) -> Page:
    """One page, the newest first, from a key on: it costs the same however long the trail is."""
    events = events.select_related("chain", "actor__person")
    if after is not None:
        rows = list(events.filter(pk__gt=after).order_by("pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[0].pk if more else None, rows[-1].pk if rows else None)
    if before is not None:
        events = events.filter(pk__lt=before)
    rows = list(events.order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[0].pk if rows and before is not None else None, rows[-1].pk if more else None)


@dataclass(frozen=True)
class About:
    """What a chain or an event is about, in words."""

    kind: str
    name: str


def kind_of(chain: str) -> tuple[ChainKind | None, str]:
    """The kind of a chain and the key of its row."""
    for kind in chain_kinds():
        if pk := kind.pk_in(chain):
            return kind, pk
    return None, ""


def abouts(events: Iterable[Event]) -> dict[int, About]:
    """What each event is about, by its key: one query per kind of row, not per event."""
    events = list(events)
    wanted: dict[str, set[str]] = {}
    keys: dict[int, tuple[ChainKind | None, str, str]] = {}
    for event in events:
        kind, pk = kind_of(event.chain.name)
        model = kind.model.lower() if kind else ""
        if kind is None and event.subject_type == "org.unit":
            model, pk = "org.unit", event.subject_id
        keys[event.pk] = (kind, model, pk)
        if model:
            wanted.setdefault(model, set()).add(pk)
    related = {kind.model.lower(): kind.related for kind in chain_kinds()}
    names: dict[tuple[str, str], str] = {}
    for model, pks in wanted.items():
        rows = apps.get_model(model)._default_manager.filter(pk__in=pks).select_related(*related.get(model, ()))
        names |= {(model, str(row.pk)): str(row) for row in rows}
    return {
        event.pk: About(str(kind.title) if kind else "", names.get((model, pk), event.chain.name))
        for event in events
        for kind, model, pk in [keys[event.pk]]
    }


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
