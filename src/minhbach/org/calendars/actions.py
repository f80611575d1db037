"""Setting working hours, holidays and swapped days: the only code that changes calendars."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, trail
from minhbach.org.calendars.queries import CHAIN, week_of
from minhbach.org.dates import in_force, today
from minhbach.org.errors import NotPossible
from minhbach.org.models import CalendarYear, SpecialDay, Unit, WorkingWeek
from minhbach.org.permissions import SYSTEM, may, require
from minhbach.org.permissions.org_verbs import CALENDARS_MANAGE
from minhbach.records.problems import Problems


@transaction.atomic
def week_set(unit: Unit, *, since: date, hours: dict[str, list[str]], decision: str = "", acting) -> WorkingWeek:
    """Set a unit's weekly hours from a day on: {"mon-fri": ["07:30-11:30", "13:00-17:00"]}.

    Raises Refused; NotPossible with code `hours` when they cannot be read or leave no working time.
    """
    require(acting, CALENDARS_MANAGE, unit)
    problems = Problems()
    read = week_of(since, hours, problems)
    if read is None:
        lang = "en" if (get_language() or "").startswith("en") else "vi"
        raise NotPossible("; ".join(problem.in_(lang) for problem in problems), "hours")
    if not any(read.days):
        raise NotPossible(_("A week without working hours leaves no time to work in."), "hours")
    week, _made = WorkingWeek.objects.update_or_create(
        unit=unit, since=since, defaults={"hours": hours, "decision": decision}
    )
    data = {"unit": unit.code, "begins": since, "hours": hours, "decision": decision}
    _changed(events.HOURS_SET, acting, week, data)
    return week


@transaction.atomic
def day_set(
    *,
    day: date,
    kind: str,
    reason: str,
    unit: Unit | None = None,
    part: str = "whole",
    swap: date | None = None,
    decision: str = "",
    confirmed: bool = True,
    acting,
) -> SpecialDay:
    """Say that a day, or half of it, is off or worked; without a unit for everybody, by who sets the calendars of all
    units, and then with the decision that set it.

    Raises Refused; NotPossible with code `no_reason` or `no_decision`.
    """
    _require(unit, acting)
    if not reason.strip():
        raise NotPossible(_("Say why the day is off or worked."), "no_reason")
    if unit is None and not decision.strip():
        raise NotPossible(_("Name the decision: the day holds for every unit."), "no_decision")
    special, _made = SpecialDay.objects.update_or_create(
        unit=unit,
        day=day,
        part=part,
        defaults={"kind": kind, "swap": swap, "reason": reason, "decision": decision, "confirmed": confirmed},
    )
    data = {"unit": unit.code if unit else "", "date": day, "kind": kind, "part": part, "decision": decision}
    _changed(events.DAY_SET, acting, special, data)
    return special


@transaction.atomic
def day_remove(special: SpecialDay, *, acting) -> None:
    """Take a day back: what the levels above say holds again. Raises Refused."""
    _require(special.unit, acting)
    data = {"unit": special.unit.code if special.unit else "", "date": special.day, "part": special.part}
    _changed(events.DAY_REMOVED, acting, special, data)
    special.delete()


@transaction.atomic
def year_confirm(year: int, *, confirmed: bool = True, note: str = "", acting) -> CalendarYear:
    """Say that the days off of a year are complete and official, or are not yet: for every unit there is, so it takes
    the right at every unit that stands at the top. Raises Refused."""
    _require(None, acting)
    row, _made = CalendarYear.objects.update_or_create(year=year, defaults={"confirmed": confirmed, "note": note})
    _changed(events.YEAR_CONFIRMED, acting, row, {"year": year, "confirmed": confirmed})
    return row


def may_set_all(account) -> bool:
    """Whether the account sets what holds everywhere: the installation itself, or who sets the calendars of all its
    units."""
    tops = list(Unit.objects.filter(in_force(today()), parent=None))
    return account is SYSTEM or bool(tops) and all(may(account, CALENDARS_MANAGE, unit) for unit in tops)


def _require(unit: Unit | None, acting) -> None:
    if unit is not None or not may_set_all(acting):
        require(acting, CALENDARS_MANAGE, unit)


def _changed(event: str, acting, subject, data) -> None:
    trail.record(CHAIN, event, acting=acting, subject=subject, data=data)
