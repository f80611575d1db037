"""What the way of a dossier needs: a one-stop shop, and people for each step of the processes offered."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers.models import Desk
from minhbach.dossiers.permissions import OF_ROLE
from minhbach.org.dates import in_force
from minhbach.org.health import ERROR, Check, Fault, Look, register
from minhbach.org.models import RoleGrant, Unit
from minhbach.org.permissions import verb
from minhbach.org.ui.figures import language
from minhbach.org.units.models import STEP
from minhbach.procedures.content.model import ROLES
from minhbach.procedures.content.words import word
from minhbach.procedures.models import Offer, Version


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
    for procedure, agency, one_stop, office in offers:
        by_procedure.setdefault(procedure, set()).add((agency, one_stop, office))
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
