"""In whose hands open dossiers lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.dossiers.health.rows import OF_OFFICE, day, open_here
from minhbach.dossiers.models import Dossier
from minhbach.org.dates import in_force
from minhbach.org.health import ERROR, WARNING, Check, Fault, Look, register
from minhbach.org.models import Account, RoleGrant, Succession, Unit

LONG_PAST = timedelta(days=7)


def _unheld(look: Look) -> QuerySet[Dossier]:
    late = open_here().filter(at_person=None, paused_at=None, due_at__lt=look.now - LONG_PAST)
    return late.order_by("due_at", "pk")


register(
    Check(
        "dossiers.unheld",
        WARNING,
        gettext_lazy("Dossiers long past due that nobody holds"),
        gettext_lazy("More than a week late, and nobody has taken the dossier in hand."),
        gettext_lazy("Give the dossier to somebody, and send the letter of apology."),
        find=_unheld,
        says=lambda dossier: _("%(code)s, due %(day)s") % {"code": dossier.code, "day": day(dossier.due_at)},
        **OF_OFFICE,
    )
)


def _held_by_left(look: Look) -> QuerySet[Dossier]:
    account = Account.objects.filter(person=OuterRef("at_person"), is_active=True)
    roles = RoleGrant.objects.filter(in_force(look.day), person=OuterRef("at_person"))
    held = open_here().exclude(at_person=None).filter(~Exists(account) | ~Exists(roles))
    return held.order_by("due_at", "pk")


register(
    Check(
        "dossiers.held_by_left",
        ERROR,
        gettext_lazy("Open dossiers held by a person who has left"),
        gettext_lazy("The person has no open account or no role any more: the dossier waits in nobody's inbox."),
        gettext_lazy("Hand the person's dossiers over to somebody else (Dossiers, Hand over)."),
        find=_held_by_left,
        says=lambda dossier: (
            _("%(code)s, held by %(person)s") % {"code": dossier.code, "person": dossier.at_person.full_name}
        ),
        related=("at_person",),
        **OF_OFFICE,
    )
)


def _at_closed(look: Look) -> Iterator[Fault]:
    closed = set(Unit.objects.filter(ends__lt=look.day).values_list("pk", flat=True))
    there = open_here().filter(Q(office__in=closed) | Q(at_unit__in=closed)).order_by()
    counts = Counter[int]()
    for office, at_unit, number in there.values_list("office", "at_unit").annotate(number=Count("pk")):
        counts.update(dict.fromkeys({office, at_unit} & closed, number))
    succeeded = set(Succession.objects.filter(unit__in=counts).values_list("unit", flat=True))
    for unit in Unit.objects.filter(pk__in=counts).order_by("path"):
        number = counts[unit.pk]
        said = ngettext(
            "%(count)s open dossier, closed on %(day)s", "%(count)s open dossiers, closed on %(day)s", number
        )
        said %= {"count": number, "day": f"{unit.ends:%d/%m/%Y}"}
        if unit.pk not in succeeded:
            said += "; " + _("no successor is known")
        yield Fault(said, unit.pk, reverse("org:unit", args=[unit.pk]))


register(
    Check(
        "dossiers.at_closed_unit",
        ERROR,
        gettext_lazy("Closed units that still have open dossiers"),
        gettext_lazy("The dossiers lie where nobody works any more, and count for a unit that is gone."),
        gettext_lazy("Name the unit that took over, and hand the dossiers over to its people."),
        find=_at_closed,
    )
)
