"""Reads of the one-stop shop, always for the person who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from minhbach.dossiers.models import Applicant, Delegation, Desk, Dossier, Involvement, Opinion
from minhbach.dossiers.permissions import ASSIGN, EXTEND, HANDLE, ISSUE, OF_ROLE, OVERSEE, PERSONAL, RECEIVE, SEE, SIGN
from minhbach.dossiers.states import OPEN, Status
from minhbach.dossiers.words import by_index, holding
from minhbach.org.dates import in_force, today
from minhbach.org.models import Person, RoleGrant, Unit
from minhbach.org.permissions import unit_ids, units_where, verb
from minhbach.org.rows import only_row
from minhbach.procedures.content.model import Step
from minhbach.procedures.models import Offer
from minhbach.vietnamese import fold

WITH_ROW = ("applicant", "at_unit", "at_person", "agency", "office", "extension", "mirror")
ACTING = (RECEIVE, HANDLE, ASSIGN, SIGN, ISSUE)


def dossiers_seen(account) -> QuerySet[Dossier]:
    """What the account may see: dossiers handled at its units, and those its units received or gave an opinion on."""
    return seen_among(account, Dossier.objects.all())


def seen_among(account, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Of these dossiers those that the account may see."""
    parts = parts_seen(account)
    return dossiers.filter(reduce(or_, parts)) if parts else dossiers.none()


def parts_seen(account) -> list[Q]:
    """The same in parts of which each is found by an index: handled there, and shared with them. A database that is
    asked for both at once reads the table through."""
    units = unit_ids(account, SEE)
    if units is None:
        return [Q()]
    if not units:
        return []
    return [Q(office__in=units), Q(pk__in=Involvement.objects.filter(unit__in=units).values("dossier"))]


def may_see(account, dossier: Dossier) -> bool:
    """Whether the account may see this dossier. At most three queries, then one."""
    units = unit_ids(account, SEE)
    if units is None or dossier.office_id in units:
        return True
    return bool(units) and Involvement.objects.filter(dossier=dossier, unit__in=units).exists()


def may_see_personal(account, dossier: Dossier) -> bool:
    """Whether the account may see the applicant's data in full: at the handling office, or at a unit that received the
    dossier or was asked about it."""
    units = unit_ids(account, PERSONAL)
    if units is None or dossier.office_id in units:
        return True
    return bool(units) and Involvement.objects.filter(dossier=dossier, unit__in=units).exists()


def agencies_with(account, code: str) -> QuerySet[Unit]:
    """The agencies with a one-stop shop of which the account holds the verb somewhere."""
    agencies = Unit.objects.filter(pk__in=Desk.objects.values("agency")).order_by("path")
    units = unit_ids(account, code)
    if units is None:
        return agencies
    paths = Unit.objects.filter(pk__in=units).values_list("path", flat=True)
    above = {path[:end] for path in paths for end in range(8, len(path) + 1, 8)}
    return agencies.filter(path__in=above)


def received_between(account, agency: Unit, first: date, last: date) -> QuerySet[Dossier]:
    """The dossiers of the agency received from one day to another whose applicants the account may see in full."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found = Dossier.objects.filter(agency=agency, received_at__gte=begin, received_at__lt=end)
    units = unit_ids(account, PERSONAL)
    return (found if units is None else found.filter(office__in=units)).order_by("received_at", "id")


def personal_among(account, dossiers: Iterable[Dossier]) -> set[int]:
    """Of these the ids of those whose applicant's data the account may see in full. At most one query, for those that
    another office handles."""
    dossiers = list(dossiers)
    units = unit_ids(account, PERSONAL)
    if units is None:
        return {dossier.pk for dossier in dossiers}
    open_ = {dossier.pk for dossier in dossiers if dossier.office_id in units}
    rest = [dossier.pk for dossier in dossiers if dossier.pk not in open_]
    if units and rest:
        open_ |= set(Involvement.objects.filter(dossier__in=rest, unit__in=units).values_list("dossier", flat=True))
    return open_


def mine(account) -> QuerySet[Dossier]:
    """The open dossiers the person holds, the soonest due first."""
    return _inbox(dossiers_seen(account).filter(at_person=account.person_id))


def of_my_units(account) -> QuerySet[Dossier]:
    """The open dossiers lying at units where the person may act, the soonest due first."""
    units = acting_units(account)
    seen = dossiers_seen(account)
    return _inbox(seen if units is None else seen.filter(at_unit__in=units))


def acting_units(account) -> frozenset[int] | None:
    """The units, by id, at which the person may act on dossiers at all; None: everywhere."""
    units: set[int] = set()
    for code in ACTING:
        found = unit_ids(account, code)
        if found is None:
            return None
        units |= found
    return frozenset(units)


def of_those_i_stand_in_for(account) -> QuerySet[Dossier]:
    """The open dossiers held by those for whom the person acts today, at the units of the delegation."""
    path = OuterRef("at_unit__path")
    given = (
        Delegation.objects.filter(in_force(today()), taker=account.person_id, giver=OuterRef("at_person"))
        .annotate(_end=Concat("unit__path", Value("z")))
        .filter(unit__path__lte=path, _end__gt=path)
    )
    return _inbox(dossiers_seen(account).filter(Exists(given)))


def _inbox(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    # What was not received yet has no due moment; it comes first, since it must be received the same day.
    return dossiers.filter(status__in=sorted(OPEN)).order_by(F("due_at").asc(nulls_first=True), "id")


def dossiers_found(account, text: str, among: QuerySet[Dossier] | None = None) -> QuerySet[Dossier]:
    """What the account may see (or of that, `among`) and the text names: those whose code, identity number or telephone
    it is; else those whose code, applicant, number or telephone has words that begin with its words, marks aside. But
    by the code alone where it may not see personal data, or searching would tell them letter by letter."""
    seen = dossiers_seen(account) if among is None else among
    if (exact := found_exactly(account, text)) is not None and seen.filter(exact).exists():
        return seen.filter(exact)
    return found_by_words(account, seen, text)


def found_exactly(account, text: str) -> Q | None:
    """What finds by index whatever is this code, identity number or telephone; None for what looks like none."""
    if not any(char.isdecimal() for char in text):
        return None
    code, number = Q(code=text.strip().upper()), "".join(text.split())
    if not (number.isdecimal() and len(number) >= 8):
        return code
    kinds = [kind for kind, _title in Applicant._meta.get_field("id_kind").choices]
    people = Applicant.objects.filter(Q(id_kind__in=kinds, id_number=number) | Q(phone=number))
    return code | Q(applicant__in=list(people.values_list("pk", flat=True)[:100])) & _told(account)


def found_by_words(account, dossiers: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """Of these, as `dossiers_found` says."""
    words = fold(text).split()[:12]
    told, by_code = _told(account), Q()
    if told:
        for word in words:
            by_code &= Q(code__icontains=word)
        told |= by_code
    return holding(dossiers, words).filter(told)


NEAR = 5000


def first_by_words(found: QuerySet[Dossier], along: QuerySet[Dossier], size: int) -> list[Dossier]:
    """The first `size` of what was found by words, in its order. `along` is every dossier in that order, from where the
    list goes on.

    No database can tell beforehand how many rows hold a word. Of one that many hold enough are met among the nearest
    rows; one that few hold is looked up in the index of words. At most four queries.
    """
    [order, *_rest] = along.query.order_by
    name = order.removeprefix("-")
    edge = list(along.values_list(name, flat=True)[NEAR : NEAR + 1])
    near = found.filter(**{f"{name}__{'gt' if order != name else 'lt'}": edge[0]}) if edge else found
    rows = list(near[:size])
    if not edge or len(rows) == size:
        return rows
    named = by_index(found).prefetch_related(None).values_list("pk", flat=True)[:size]
    return list(found.filter(pk__in=list(named)))


def _told(account) -> Q:
    """Where the account may see personal data; no condition where that is everywhere."""
    units = unit_ids(account, PERSONAL)
    if units is None:
        return Q()
    return Q(office__in=units) | Q(Exists(Involvement.objects.filter(dossier=OuterRef("pk"), unit__in=units)))


def late(now: datetime) -> Q:
    """Late by the clock: past the due moment when it was finished, when the wait for the applicant began, or now."""
    return (
        Q(finished_at__gt=F("due_at"))
        | Q(finished_at=None, paused_at__gt=F("due_at"))
        | Q(finished_at=None, paused_at=None, due_at__lt=now)
    )


def without_apology(now: datetime) -> Q:
    """Late, and nobody has apologised since."""
    return late(now) & (Q(apologised_at=None) | Q(apologised_at__lte=F("due_at")))


def to_apologise(account, now: datetime) -> QuerySet[Dossier]:
    """Late dossiers without an apology, not returned yet, for those who may sign one; the latest first."""
    return _at(account, EXTEND, "office").filter(
        without_apology(now), source=None, status__in=[*sorted(OPEN), Status.FINISHED]
    )


def to_return(account) -> QuerySet[Dossier]:
    """Results that wait to be returned, for those who return them; the oldest first."""
    return _at(account, RECEIVE, "agency").filter(status=Status.FINISHED, source=None).order_by("finished_at", "id")


def opinions_to_give(account) -> QuerySet[Opinion]:
    """Opinions asked of the units where the person may give them, not given yet, and not too late for the dossier; the
    soonest due first."""
    units = unit_ids(account, HANDLE)
    found = Opinion.objects.filter(answered_at=None, dossier__status__in=sorted(OPEN))
    if units is not None:
        found = found.filter(unit__in=units)
    return found.select_related("dossier", "unit").order_by(F("due_at").asc(nulls_last=True), "id")


def _at(account, code: str, where: str) -> QuerySet[Dossier]:
    units = unit_ids(account, code)
    return Dossier.objects.all() if units is None else Dossier.objects.filter(**{f"{where}__in": units})


def with_rows(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """What a line of a list shows, in three queries however many lines."""
    return dossiers.select_related(*WITH_ROW).prefetch_related("pauses", "version")


def offers_to_receive(account, text: str = "", day: date | None = None) -> QuerySet[Offer]:
    """The procedures this person may receive dossiers of, by words of the name or the code, marks aside."""
    offers = Offer.objects.on(day or today()).filter(mode=Offer.OWN, procedure__repealed_on=None)
    units = unit_ids(account, RECEIVE)
    if units is not None:
        offers = offers.filter(one_stop__in=units)
    for word in fold(text).split():
        offers = offers.filter(procedure__current__search_key__contains=word)
    return offers.select_related("procedure__current", "agency", "office", "one_stop").order_by(
        "procedure__current__name", "id"
    )


def offer_on(day: date, *, procedure: str, agency: str) -> Offer | None:
    """How an agency offers a procedure on a day, both by their codes. Offers are everybody's to read."""
    found = Offer.objects.on(day).filter(procedure__code=procedure, agency__code=agency)
    return only_row(found.select_related("procedure", "agency", "office", "one_stop"))


def people_for(code: str, unit: Unit) -> QuerySet[Person]:
    """The people with an account who hold the verb at the unit today; systems take no dossiers in hand."""
    paths = [unit.path[:end] for end in range(8, len(unit.path) + 1, 8)]
    grants = RoleGrant.objects.filter(in_force(today()), role__in=sorted(verb(code).roles), unit__path__in=paths)
    return Person.objects.filter(pk__in=grants.values("person"), account__is_active=True, account__is_system=False)


def people_for_step(dossier: Dossier, step: Step) -> QuerySet[Person]:
    """Who can take the step to which the dossier would go."""
    from minhbach.dossiers.actions.common import offer_of, unit_for

    offer = offer_of(dossier)
    return people_for(OF_ROLE[step.role], unit_for(step, offer))


def people_here(dossier: Dossier) -> QuerySet[Person]:
    """Who can have the dossier where it lies."""
    from minhbach.dossiers.actions.common import content_of

    process = content_of(dossier).process
    step = process.by_key.get(dossier.step) if process else None
    return people_for(OF_ROLE[step.role] if step else RECEIVE, dossier.at_unit).exclude(pk=dossier.at_person_id or 0)


def units_to_ask(dossier: Dossier) -> QuerySet[Unit]:
    """Units whose opinion can be asked: those of the agency, and agencies beside it."""
    around = Q(path__startswith=dossier.agency.path) | Q(parent=dossier.agency.parent_id)
    return Unit.objects.filter(in_force(today()), around).exclude(pk=dossier.at_unit_id)


def units_acted_at(account) -> QuerySet[Unit]:
    """The units at which the account may act at a step, or oversee."""
    found: set[int] = set()
    for code in (*ACTING, OVERSEE):
        units = unit_ids(account, code)
        if units is None:
            return Unit.objects.filter(in_force(today())).order_by("path")
        found |= units
    return Unit.objects.filter(in_force(today()), pk__in=found).order_by("path")


def people_around(account) -> QuerySet[Person]:
    """The people with an account who hold a role where this account acts or oversees."""
    grants = RoleGrant.objects.filter(in_force(today()), unit__in=units_acted_at(account).values("pk"))
    return Person.objects.filter(pk__in=grants.values("person"), account__is_active=True).order_by("full_name", "pk")


def delegations_seen(account) -> QuerySet[Delegation]:
    """One's own, and those at units one oversees, the newest first."""
    over = units_where(account, OVERSEE)
    person = account.person_id
    return Delegation.objects.filter(Q(giver=person) | Q(taker=person) | Q(unit__in=over)).order_by("-begins", "-pk")
