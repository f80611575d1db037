"""What the screens of the organisation share: the ways in, and how a page is answered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from minhbach.org.permissions import holds
from minhbach.org.permissions.org_verbs import CERTIFICATES_MANAGE, HEALTH_SEE, PEOPLE_VIEW, TOKENS_MANAGE, TRAIL_READ
from minhbach.org.ui.unitfields import found_units


def tabs(account, here: str) -> list[dict]:
    """Units, people, other systems, certificates, trail: as many as this person may open; one alone needs no tab."""
    found = [("units", _("Units"), True)]
    found.append(("calendar", _("Working calendar"), True))
    if account.is_authenticated:
        found.append(("people", _("People"), holds(account, PEOPLE_VIEW)))
        found.append(("tokens", _("Other systems"), holds(account, TOKENS_MANAGE)))
        found.append(("certificates", _("Certificates"), holds(account, CERTIFICATES_MANAGE)))
        found.append(("trail", _("Trail"), holds(account, TRAIL_READ)))
        found.append(("health", _("Data health"), holds(account, HEALTH_SEE)))
    shown = [(name, label) for name, label, may_open in found if may_open]
    if len(shown) < 2:
        return []
    return [{"label": label, "url": reverse(f"org:{name}"), "current": name == here} for name, label in shown]


def screen(request: HttpRequest, template: str, context: dict | None = None, *, here: str = "", status: int = 200):
    """The page; `here` names its tab. Only top pages have tabs, the others lead back by their crumbs. To words typed
    in a unit field of its form, the units that fit."""
    if answer := found_units(request, (context or {}).get("form")):
        return answer
    values = {"tabs": tabs(request.user, here) if here else [], **(context or {})}
    return render(request, f"org/{template}.html", values, status=status)


def with_form(request: HttpRequest, template: str, form, context: dict | None = None) -> HttpResponse:
    """A page around a form; a form that was not taken answers 422, so that nobody counts it as done."""
    return screen(request, template, {"form": form, **(context or {})}, status=422 if form.is_bound else 200)
