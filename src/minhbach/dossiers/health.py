"""What is checked of dossiers: who holds them, what was paid, what was issued, what other systems tell and are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.dossiers.models import Batch, Delivery, Desk, Dossier, Due, Filed, Outgoing, Payment, Result, Source
from minhbach.dossiers.permissions import OF_ROLE
from minhbach.dossiers.queries import dossiers_seen
from minhbach.dossiers.states import OPEN, Status
from minhbach.org.dates import in_force
from minhbach.org.health import ERROR, HINT, WARNING, Check, Fault, Look, register
from minhbach.org.models import Account, RoleGrant, Succession, Unit
from minhbach.org.permissions import verb
from minhbach.org.ui.figures import language
from minhbach.org.units.models import STEP
from minhbach.procedures.content.model import ROLES
from minhbach.procedures.content.words import word
from minhbach.procedures.models import Offer, Version

LONG_PAST = timedelta(days=7)
UNNUMBERED = timedelta(days=3)
SILENT = timedelta(days=3)
TRIES = 5
HELD_BACK = timedelta(days=1)
UNRETURNED = timedelta(days=30)
RECENT = timedelta(days=30)
PAYMENTS = 20_000
"""Payments that are compared with what they paid: the latest."""


def _open_here() -> QuerySet[Dossier]:
    """Open dossiers that are worked on here."""
    return Dossier.objects.filter(status__in=sorted(OPEN), source=None)


def _page(dossier: Dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.code])


def _openable(account, dossiers: list[Dossier]) -> set[int]:
    keys = [dossier.pk for dossier in dossiers]
    return set(dossiers_seen(account).filter(pk__in=keys).values_list("pk", flat=True))


def _openable_by(name: str):
    """The same for rows that point at a dossier."""

    def openable(account, rows: list) -> set[int]:
        seen = _openable(account, [getattr(row, name) for row in rows])
        return {row.pk for row in rows if getattr(row, f"{name}_id") in seen}

    return openable


def _day(moment) -> str:
    return f"{timezone.localdate(moment):%d/%m/%Y}"


# In whose hands they lie -----------------------------------------------------------------------------------------


def _unheld(look: Look) -> QuerySet[Dossier]:
    late = _open_here().filter(at_person=None, paused_at=None, due_at__lt=look.now - LONG_PAST)
    return late.order_by("due_at", "pk")


register(
    Check(
        "dossiers.unheld",
        WARNING,
        gettext_lazy("Dossiers long past due that nobody holds"),
        gettext_lazy("More than a week late, and nobody has taken the dossier in hand."),
        gettext_lazy("Give the dossier to somebody, and send the letter of apology."),
        find=_unheld,
        unit="office",
        says=lambda dossier: _("%(code)s, due %(day)s") % {"code": dossier.code, "day": _day(dossier.due_at)},
        address=_page,
        open_to=_openable,
    )
)


def _held_by_left(look: Look) -> QuerySet[Dossier]:
    account = Account.objects.filter(person=OuterRef("at_person"), is_active=True)
    roles = RoleGrant.objects.filter(in_force(look.day), person=OuterRef("at_person"))
    held = _open_here().exclude(at_person=None).filter(~Exists(account) | ~Exists(roles))
    return held.order_by("due_at", "pk")


register(
    Check(
        "dossiers.held_by_left",
        ERROR,
        gettext_lazy("Open dossiers held by a person who has left"),
        gettext_lazy("The person has no open account or no role any more: the dossier waits in nobody's inbox."),
        gettext_lazy("Hand the person's dossiers over to somebody else (Dossiers, Hand over)."),
        find=_held_by_left,
        unit="office",
        says=lambda dossier: (
            _("%(code)s, held by %(person)s") % {"code": dossier.code, "person": dossier.at_person.full_name}
        ),
        address=_page,
        open_to=_openable,
        related=("at_person",),
    )
)


def _at_closed(look: Look) -> Iterator[Fault]:
    closed = list(Unit.objects.filter(ends__lt=look.day).values_list("pk", flat=True))
    counts: dict[int, int] = {}
    for field in ("office", "at_unit"):
        found = _open_here().filter(**{f"{field}__in": closed}).order_by().values_list(field).annotate(n=Count("pk"))
        for unit, number in found:
            counts[unit] = max(counts.get(unit, 0), number)
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


def _unheld_roles(look: Look) -> Iterator[Fault]:
    """Steps of processes offered here whose role nobody holds where the step lies. Six queries."""
    grants = RoleGrant.objects.filter(
        in_force(look.day), person__account__is_active=True, person__account__is_system=False
    )
    held = set(grants.values_list("role", "unit__path"))
    offers = Offer.objects.filter(in_force(look.day), mode=Offer.OWN).values_list(
        "procedure", "agency", "one_stop", "office"
    )
    by_procedure: dict[int, set[tuple[int, int, int]]] = {}
    for procedure, *places in offers:
        by_procedure.setdefault(procedure, set()).add(tuple(places))  # type: ignore[arg-type]
    paths = dict(Unit.objects.filter(ends=None).values_list("pk", "path"))
    codes = dict(Unit.objects.values_list("code", "pk"))
    agencies: dict[tuple[int, str], int] = {}
    versions = Version.objects.filter(in_force(look.day), is_draft=False, procedure__in=by_procedure)
    for version in versions.only("content", "procedure").order_by("pk"):
        process = version.meaning.process
        for agency, one_stop, office in by_procedure[version.procedure_id] if process else ():
            places = {"agency": agency, "one_stop": one_stop, "office": office}
            for step in process.steps:
                lies = codes.get(step.unit) if step.unit else places[step.place]
                if lies in paths:  # closed ones are another check's
                    agencies.setdefault((lies, step.role), agency)
    units = Unit.objects.in_bulk({unit for unit, _role in agencies})
    for (unit, role), agency in sorted(agencies.items()):
        wanted = verb(OF_ROLE[role]).roles
        path = paths[unit]
        above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
        if not any((one, at) in held for one in wanted for at in above):
            said = _("nobody can act as “%(role)s” at %(unit)s") % {"role": _role(role), "unit": units[unit]}
            yield Fault(said, agency, reverse("org:unit", args=[unit]))


def _role(role: str) -> str:
    return word(ROLES, role).in_(language())


register(
    Check(
        "dossiers.unheld_role",
        ERROR,
        gettext_lazy("Steps of a process that nobody can take"),
        gettext_lazy(
            "A process offered here names a role that nobody holds at the unit of the step: dossiers stop there."
        ),
        gettext_lazy("Give somebody the role at that unit, or change the process."),
        find=_unheld_roles,
    )
)


def _without_desk(look: Look) -> Iterator[Fault]:
    desks = Desk.objects.filter(in_force(look.day)).values("agency")
    offers = Offer.objects.filter(in_force(look.day), mode=Offer.OWN).exclude(agency__in=desks)
    for unit in Unit.objects.filter(in_force(look.day), pk__in=offers.values("agency")).order_by("path"):
        yield Fault(_("%(unit)s has no one-stop shop") % {"unit": unit}, unit.pk, reverse("org:unit", args=[unit.pk]))


register(
    Check(
        "dossiers.without_desk",
        ERROR,
        gettext_lazy("Agencies that offer procedures without a one-stop shop"),
        gettext_lazy("Without the rules of its one-stop shop an agency can receive no dossier: no code can be given."),
        gettext_lazy("Set up the agency's one-stop shop (Dossiers, One-stop shops)."),
        find=_without_desk,
    )
)


def _unreturned(look: Look) -> QuerySet[Dossier]:
    found = Dossier.objects.filter(status=Status.FINISHED, source=None, finished_at__lt=look.now - UNRETURNED)
    return found.order_by("finished_at", "pk")


register(
    Check(
        "dossiers.unreturned",
        HINT,
        gettext_lazy("Results that wait for more than 30 days to be returned"),
        gettext_lazy("The applicant has not come for the result, or its return was not entered."),
        gettext_lazy("Tell the applicant that the result is ready, or enter that it was returned."),
        find=_unreturned,
        unit="office",
        says=lambda dossier: (
            _("%(code)s, finished on %(day)s") % {"code": dossier.code, "day": _day(dossier.finished_at)}
        ),
        address=_page,
        open_to=_openable,
    )
)


# Results and money ------------------------------------------------------------------------------------------------


def _unnumbered(look: Look) -> QuerySet[Result]:
    signed = Result.objects.filter(on_paper=False, recalled_at=None, signed_at__lt=look.now - UNNUMBERED)
    signed = signed.filter(Q(numbered_at=None) | Q(sealed_at=None), dossier__status__in=sorted(OPEN))
    return signed.order_by("signed_at", "pk")


register(
    Check(
        "dossiers.result_unnumbered",
        WARNING,
        gettext_lazy("Results signed days ago and not numbered or sealed"),
        gettext_lazy(
            "A document is issued on the day it is signed or on the next working day (Decree 30/2020, Article 18)."
        ),
        gettext_lazy("Let the clerk give the number and the organisation's signature, or find out what is in the way."),
        find=_unnumbered,
        unit="dossier__office",
        says=lambda result: (
            _("%(code)s, signed on %(day)s") % {"code": result.dossier.code, "day": _day(result.signed_at)}
        ),
        address=lambda result: _page(result.dossier),
        open_to=_openable_by("dossier"),
        related=("dossier",),
    )
)


def _unequal(look: Look) -> QuerySet[Payment]:
    latest = look.latest(Payment.objects.filter(cancelled_at=None), PAYMENTS)
    return latest.annotate(dues_paid=Sum("dues__amount", default=0)).exclude(dues_paid=F("settled")).order_by("-pk")


register(
    Check(
        "dossiers.payment_differs",
        ERROR,
        gettext_lazy("Payments that settled more or less than what was due"),
        gettext_lazy("What a payment is said to have settled is not the sum of the amounts due that it paid."),
        gettext_lazy(
            "Compare the payment with the bank statement or the receipt; cancel it or pay back what is too much."
        ),
        find=_unequal,
        unit="agency",
        says=lambda payment: (
            _("%(code)s: settled %(settled)s đồng, for %(due)s đồng due")
            % {"code": payment.dossier.code, "settled": payment.settled, "due": payment.dues_paid}
        ),
        address=lambda payment: _page(payment.dossier),
        open_to=_openable_by("dossier"),
        related=("dossier",),
    )
)


def _paid_by_nothing(look: Look) -> QuerySet[Due]:
    return Due.objects.filter(payment__cancelled_at__isnull=False).order_by("-pk")


register(
    Check(
        "dossiers.paid_by_cancelled",
        ERROR,
        gettext_lazy("Amounts paid by a payment that was cancelled"),
        gettext_lazy("The amount counts as paid, though the payment was taken back."),
        gettext_lazy("Tell whoever looks after the database: the amount is open, and must be shown as open."),
        find=_paid_by_nothing,
        unit="dossier__agency",
        says=lambda due: f"{due.dossier.code}: {due.title}",
        address=lambda due: _page(due.dossier),
        open_to=_openable_by("dossier"),
        related=("dossier",),
    )
)


# Other systems ----------------------------------------------------------------------------------------------------


def _silent(look: Look) -> QuerySet[Source]:
    told = Batch.objects.filter(source=OuterRef("pk"), state=Batch.DONE).exclude(kind=Batch.COMPARE).order_by("-pk")
    sources = Source.objects.filter(active=True, kind=Source.MIRROR)
    sources = sources.annotate(told=Subquery(told.values("finished_at")[:1]))
    return sources.filter(Q(told=None) | Q(told__lt=look.now - SILENT)).order_by("code")


register(
    Check(
        "dossiers.source_silent",
        WARNING,
        gettext_lazy("Other systems that have not told anything for days"),
        gettext_lazy("Dossiers mirrored from there are as they were then; the inbox and the figures with them."),
        gettext_lazy("Bring in the latest file, or find out why the system has stopped sending."),
        find=_silent,
        unit="agency",
        says=lambda source: (
            _("%(name)s: last on %(day)s") % {"name": source.name, "day": _day(source.told)}
            if source.told
            else _("%(name)s: never") % {"name": source.name}
        ),
        address=lambda source: reverse("dossiers:source", args=[source.code]),
    )
)


def _undelivered(look: Look) -> QuerySet[Outgoing]:
    stuck = Q(state=Outgoing.FAILED) | Q(state=Outgoing.WAITING, attempts__gte=TRIES)
    return Outgoing.objects.filter(stuck, state__in=[Outgoing.WAITING, Outgoing.FAILED]).order_by("pk")


def _message(message) -> str:
    words = {"code": message.dossier.code, "tries": message.attempts, "why": message.failure[:60]}
    return _("%(code)s, tried %(tries)s times: %(why)s") % words


register(
    Check(
        "dossiers.portal_stuck",
        WARNING,
        gettext_lazy("Messages to the national portal that were refused or keep failing"),
        gettext_lazy(
            "The portal does not know the present state of these dossiers, and later messages of each wait behind."
        ),
        gettext_lazy(
            "See on the page of the portal what it answers; correct it and send again, or skip it with a reason."
        ),
        find=_undelivered,
        unit="dossier__agency",
        says=_message,
        address=lambda message: reverse("dossiers:portal"),
        related=("dossier",),
    )
)


def _ungiven(look: Look) -> QuerySet[Delivery]:
    stuck = Q(state=Delivery.FAILED, made_at__gt=look.now - RECENT) | Q(state=Delivery.WAITING, attempts__gte=TRIES)
    return Delivery.objects.filter(stuck, ~Q(state=Delivery.SENT), hook__ended_at=None).order_by("pk")


register(
    Check(
        "dossiers.hooks_stuck",
        WARNING,
        gettext_lazy("Messages to other systems that keep failing"),
        gettext_lazy("A system that asked to be told of changes does not answer."),
        gettext_lazy("Tell whoever runs it; then send the messages again on the page of messages to other systems."),
        find=_ungiven,
        unit="dossier__agency",
        says=_message,
        address=lambda message: reverse("dossiers:hook_messages"),
        related=("dossier",),
    )
)


def _held_back(look: Look) -> QuerySet[Filed]:
    return Filed.objects.filter(state=Filed.HELD, came_at__lt=look.now - HELD_BACK).order_by("came_at", "pk")


register(
    Check(
        "dossiers.filed_held",
        ERROR,
        gettext_lazy("Dossiers filed at the national portal that were not taken in"),
        gettext_lazy("A citizen has filed them, and for more than a day nobody has received or refused them here."),
        gettext_lazy("See on the page of the portal why each could not be taken in; put it right and take it in."),
        find=_held_back,
        unit="link__agency",
        says=lambda filed: f"{filed.code}: {filed.failure[:120]}",
        address=lambda filed: reverse("dossiers:portal_filed", args=[filed.pk]),
        related=("link",),
    )
)
