"""Working hours and days off on screen: a year on one page, and the forms that set them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minhbach.org.calendars import actions, pages
from minhbach.org.calendars.forms import DAYS, ChooseCalendar, DayForm, HoursForm
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.dates import today
from minhbach.org.models import CalendarYear, SpecialDay, Unit, WorkingWeek
from minhbach.org.permissions import Refused, holds, may, needs, require, units_where
from minhbach.org.permissions.org_verbs import CALENDARS_MANAGE, UNITS_VIEW
from minhbach.org.screens import screen, with_form
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import attempt
from minhbach.org.units.queries import not_closed
from minhbach.worktime.hours import WEEKDAYS


@require_safe
@needs(UNITS_VIEW)
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of a unit: every day, and why it differs from the week."""
    units = not_closed(Unit.objects.all())
    form = ChooseCalendar(request.GET or None, units=units)
    said = form.cleaned_data if form.is_valid() else {}
    unit, year = said.get("unit") or _usual(request.user, units), said.get("year") or today().year
    if unit is None:
        return screen(request, "calendar/none", here="calendar")
    if not said:
        form = ChooseCalendar(request.GET or None, units=units, initial={"unit": unit.pk, "year": year})
    found = calendar_of(unit)
    cells = pages.year_of(found, year)
    weeks = [week for week in found.weeks if week.since.year <= year]
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "months": [(pages.month_name(number), weeks) for number, weeks in enumerate(cells, 1)],
        "days": [str(day) for day in DAYS],
        "counts": pages.days_counted(cells),
        "lines": pages.lines_of(found, unit, year),
        "weeks": [
            {"since": week.since, "hours": list(zip(DAYS, pages.week_lines(week), strict=True))}
            for week in (weeks or found.weeks[:1])[-3:]
        ],
        "set_by": WorkingWeek.objects.filter(unit=unit).order_by("-since").first(),
        "doubts": [doubt.says.in_(language()) for doubt in found.doubts(*pages.first_of(year))],
        "confirmed": (found.years.get(year) or CalendarYear(confirmed=False)).confirmed,
        "may_set_all": request.user.is_authenticated and actions.may_set_all(request.user),
        "may_manage": request.user.is_authenticated and may(request.user, CALENDARS_MANAGE, unit),
    }
    return screen(request, "calendar/year", context, here="calendar")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CALENDARS_MANAGE)
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _for_change(request, pk)
    now = calendar_of(unit).weeks[-1]
    form = HoursForm(
        request.POST or None, initial={"since": today(), **dict(zip(WEEKDAYS, pages.week_lines(now), strict=True))}
    )
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.week_set(
                unit, since=said["since"], hours=form.hours(), decision=said["decision"], acting=request.user
            ),
        )
        if done:
            messages.success(request, _("The hours are set."))
            return redirect(_address(unit, said["since"].year))
    return with_form(request, "calendar/hours", form, {"unit": unit, "back": _address(unit)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CALENDARS_MANAGE)
def day_new(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _for_change(request, pk)
    form = DayForm(request.POST or None, use_required_attribute=False, initial={"kind": "off"})
    if form.is_valid():
        done = attempt(
            form,
            lambda: actions.day_set(unit=unit, **form.cleaned_data, acting=request.user),
            {"no_reason": "reason"},
        )
        if done:
            messages.success(request, _("The day is set."))
            return redirect(_address(unit, done.day.year))
    return with_form(request, "calendar/day", form, {"unit": unit, "back": _address(unit)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CALENDARS_MANAGE)
def day_everywhere(request: HttpRequest) -> HttpResponse:
    """A day for every unit there is, with the decision that set it: by who sets the calendars of all of them."""
    _require_all(request)
    form = DayForm(request.POST or None, use_required_attribute=False, initial={"kind": "off"}, everywhere=True)
    if form.is_valid():
        done = attempt(
            form,
            lambda: actions.day_set(**form.cleaned_data, acting=request.user),
            {"no_reason": "reason", "no_decision": "decision"},
        )
        if done:
            messages.success(request, _("The day is set for every unit."))
            return redirect(f"{reverse('org:calendar')}?year={done.day.year}")
    return with_form(request, "calendar/day_everywhere", form, {"back": reverse("org:calendar")})


@require_POST
@needs(CALENDARS_MANAGE)
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    special = get_object_or_404(SpecialDay.objects.select_related("unit"), pk=pk)
    unit, year = special.unit, special.day.year
    if unit is None:
        _require_all(request)
    else:
        require(request.user, CALENDARS_MANAGE, unit)
    actions.day_remove(special, acting=request.user)
    messages.success(request, _("The day is taken back; what holds above it holds again."))
    return redirect(_address(unit, year) if unit else f"{reverse('org:calendar')}?year={year}")


@require_POST
@needs(CALENDARS_MANAGE)
def year_confirm(request: HttpRequest, year: int) -> HttpResponse:
    """The days off of the year are complete, as the official documents have them; or they are not yet."""
    done = actions.year_confirm(year, confirmed="not" not in request.POST, acting=request.user)
    said = _("The year is confirmed.") if done.confirmed else _("The year counts as an estimate again.")
    messages.success(request, said)
    return redirect(f"{reverse('org:calendar')}?year={year}&unit={request.POST.get('unit', '')}")


def _for_change(request: HttpRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit, pk=pk)
    require(request.user, CALENDARS_MANAGE, unit)
    return unit


def _require_all(request: HttpRequest) -> None:
    if not actions.may_set_all(request.user):
        raise Refused(CALENDARS_MANAGE, None, _("What holds everywhere is set by who administers all units."))


def _usual(account, units) -> Unit | None:
    """The unit whose calendar one looks at most: the one managed, else the first there is."""
    if account.is_authenticated and holds(account, CALENDARS_MANAGE):
        return units_where(account, CALENDARS_MANAGE).order_by("path").first()
    if account.is_authenticated and account.person.unit_id:
        return Unit.objects.filter(pk=account.person.unit_id).first()
    return units.order_by("path").first()


def _address(unit: Unit, year: int | None = None) -> str:
    return f"{reverse('org:calendar')}?unit={unit.pk}&year={year or today().year}"
