"""What is checked of units, people, files, calendars and the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.org.dates import in_force
from minhbach.org.files import store
from minhbach.org.health.registry import ERROR, HINT, WARNING, Check, Fault, Look, register
from minhbach.org.models import (
    Account,
    CalendarYear,
    Certificate,
    Chain,
    DailyRoot,
    Event,
    Person,
    Post,
    RoleGrant,
    StoredFile,
    Unit,
)
from minhbach.org.permissions import ADMINISTRATOR, units_where
from minhbach.org.permissions.org_verbs import PEOPLE_VIEW
from minhbach.worktime import find_calendar

FILES = 50
"""Contents that are read through on one day."""
HEADS = 500
"""Chains whose heads are compared with their last event on one day."""
UNSEALED = timedelta(days=2)
EXPIRING = timedelta(days=30)
NEXT_YEAR_FROM = 10
"""The month from which on the days off of the next year should be known: dossiers fall due in it."""


def _people_open_to(account, people: list[Person]) -> set[int]:
    allowed = units_where(account, PEOPLE_VIEW)
    found = Person.objects.filter(unit__in=allowed, pk__in=[person.pk for person in people])
    return set(found.values_list("pk", flat=True))


def _damaged(look: Look) -> Iterator[Fault]:
    for stored in look.part(StoredFile.objects.filter(attachments__removed_at=None), FILES).distinct().order_by("pk"):
        if not store.intact(stored.sha256):
            gone = not store.path_of(stored.sha256).exists()
            said = _("missing") if gone else _("not what was stored")
            yield Fault(f"{stored.sha256[:16]}… ({stored.extension}, {stored.size} B): {said}")


register(
    Check(
        "org.files",
        ERROR,
        gettext_lazy("Files that are missing or damaged"),
        gettext_lazy(
            "The content of an attached file is not on the disk, or is not what its SHA-256 says any more. What was "
            "attached cannot be shown or proved. Some files are read each day, all of them by “minhbach health "
            "--whole”."
        ),
        gettext_lazy(
            "Bring the file back from a backup into the folder of files, under the same name; check the disk."
        ),
        find=_damaged,
    )
)


def _broken_heads(look: Look) -> Iterator[Fault]:
    last = Event.objects.filter(chain=OuterRef("pk"), seq=OuterRef("seq"), hash=OuterRef("hash"))
    for chain in look.part(Chain.objects.all(), HEADS).filter(~Exists(last), seq__gt=0).order_by("pk"):
        address = reverse("org:trail_chain", args=[chain.pk])
        yield Fault(
            _("%(chain)s: its head is not its event #%(seq)s") % {"chain": chain.name, "seq": chain.seq}, None, address
        )


register(
    Check(
        "org.trail_heads",
        ERROR,
        gettext_lazy("Chains of the trail that do not end as their head says"),
        gettext_lazy("Events at the end of a chain were changed, removed or added behind the product's back."),
        gettext_lazy(
            "Run “minhbach trail verify”, keep the database as it is, and tell whoever answers for its safety."
        ),
        find=_broken_heads,
    )
)


def _unsealed(look: Look) -> Iterator[Fault]:
    last = DailyRoot.objects.order_by("-day").first()
    if last is not None and last.day >= look.day - UNSEALED:
        return
    older = Event.objects.filter(at__lt=look.now - UNSEALED - timedelta(days=1))
    if last is None and not older.exists():
        return
    said = _("sealed last for %(day)s") % {"day": f"{last.day:%d/%m/%Y}"} if last else _("never sealed")
    yield Fault(said, None, reverse("org:trail_roots"))


register(
    Check(
        "org.trail_unsealed",
        WARNING,
        gettext_lazy("The trail is not sealed daily"),
        gettext_lazy(
            "No daily root vouches for what was recorded since. The daily work has not run: letters, sweeps and "
            "messages "
            "wait as well."
        ),
        gettext_lazy("Run “minhbach tick” from a timer (docs/operations.md) and see what it says."),
        find=_unsealed,
    )
)


def _uncertain_years(look: Look) -> Iterator[Fault]:
    known = {year: row.confirmed for year, row in find_calendar().years.items()}
    known |= dict(CalendarYear.objects.values_list("year", "confirmed"))
    wanted = [look.day.year] + [look.day.year + 1] * (look.day.month >= NEXT_YEAR_FROM)
    for year in wanted:
        if not known.get(year):
            said = (
                _("%(year)s: the days off are an estimate") if year in known else _("%(year)s: no days off are known")
            )
            yield Fault(said % {"year": year}, None, f"{reverse('org:calendar')}?year={year}")


register(
    Check(
        "org.calendar_year",
        WARNING,
        gettext_lazy("Days off of this or next year that are not official"),
        gettext_lazy("Due moments that fall into that year are reckoned without its holidays and swapped days."),
        gettext_lazy("Enter the days off by the official decision in the working calendar, and confirm the year."),
        find=_uncertain_years,
    )
)


def _without_administrator(look: Look) -> Iterator[Fault]:
    held = RoleGrant.objects.filter(
        in_force(look.day), role=ADMINISTRATOR, unit=OuterRef("pk"), person__account__is_active=True
    )
    for unit in Unit.objects.filter(in_force(look.day), ~Exists(held), parent=None).order_by("path"):
        yield Fault(_("%(unit)s has no administrator") % {"unit": unit}, unit.pk, reverse("org:unit", args=[unit.pk]))


register(
    Check(
        "org.no_administrator",
        ERROR,
        gettext_lazy("Units at the top that nobody administers"),
        gettext_lazy("Nobody can open accounts, give roles or set calendars there."),
        gettext_lazy("Give somebody the role of administrator at the unit, from the command line if need be."),
        find=_without_administrator,
    )
)


def _at_closed_units(look: Look) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(in_force(look.day), unit__ends__lt=look.day).order_by("unit__path", "pk")


register(
    Check(
        "org.roles_at_closed_units",
        HINT,
        gettext_lazy("Roles held at closed units"),
        gettext_lazy(
            "The unit was closed, and people still hold roles over it. For reading its history that may be meant."
        ),
        gettext_lazy("End the role if it is not, and give the person one at the unit that took over."),
        find=_at_closed_units,
        unit="unit",
        says=lambda grant: (
            _("%(person)s, closed on %(day)s")
            % {"person": grant.person.full_name, "day": f"{grant.unit.ends:%d/%m/%Y}"}
        ),
        address=lambda grant: reverse("org:person", args=[grant.person_id]),
        open_to=lambda account, grants: _grants_open_to(account, grants),
        related=("person", "unit"),
    )
)


def _grants_open_to(account, grants: list[RoleGrant]) -> set[int]:
    people = _people_open_to(account, [grant.person for grant in grants])
    return {grant.pk for grant in grants if grant.person_id in people}


def _idle_accounts(look: Look) -> QuerySet[Person]:
    roles = RoleGrant.objects.filter(in_force(look.day), person=OuterRef("pk"))
    posts = Post.objects.filter(in_force(look.day), person=OuterRef("pk"))
    open_ = Account.objects.filter(person=OuterRef("pk"), is_active=True, is_system=False)
    open_ = open_.filter(opened_at__lt=look.now - timedelta(days=7))
    return Person.objects.filter(Exists(open_), ~Exists(roles), ~Exists(posts)).order_by("sort_key", "pk")


register(
    Check(
        "org.idle_accounts",
        HINT,
        gettext_lazy("Open accounts of people without a post or a role"),
        gettext_lazy("Whoever has left the office should not be able to sign in."),
        gettext_lazy("Close the account, or enter the post the person holds now."),
        find=_idle_accounts,
        unit="unit",
        address=lambda person: reverse("org:person", args=[person.pk]),
        open_to=_people_open_to,
    )
)


def _expiring(look: Look) -> Iterator[Fault]:
    soon = Certificate.objects.filter(withdrawn_at=None, ends_at__lt=look.now + EXPIRING).order_by("ends_at", "pk")
    # One that was replaced by a longer one is nobody's loss.
    longer = Certificate.objects.filter(withdrawn_at=None, ends_at__gte=look.now + EXPIRING)
    soon = soon.exclude(Exists(longer.filter(Q(person=OuterRef("person")) | Q(unit=OuterRef("unit")))))
    for one in soon.select_related("person"):
        moment = f"{timezone.localdate(one.ends_at):%d/%m/%Y}"
        said = _("%(holder)s: valid until %(day)s") % {"holder": one.holder, "day": moment}
        yield Fault(said, one.unit_id or one.person.unit_id, reverse("org:certificates"))


register(
    Check(
        "org.certificates",
        WARNING,
        gettext_lazy("Certificates that expire within 30 days"),
        gettext_lazy("From then on results cannot be signed by this person or for this organisation."),
        gettext_lazy("Ask for a new certificate in time and register it."),
        find=_expiring,
    )
)
