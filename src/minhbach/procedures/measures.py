"""What of the procedures can be counted: those an agency offers, as they stand on the last day of a period, for the
office that handles their dossiers; those announced in it, for the unit that keeps them.

What a procedure says is asked of the version in force that day. Procedures between agencies are left out: they are not
for citizens.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.measures.declaring import Count, Listing, Standing, because, declare
from minhbach.measures.figures import figure
from minhbach.org.calendars.queries import Calendars
from minhbach.org.dates import in_force
from minhbach.org.ui.figures import date_short
from minhbach.procedures.content.model import PARTS
from minhbach.procedures.models import Offer, Version
from minhbach.worktime import Calendar

ONLINE = ("full", "part")


def _says(day: date, **such: object) -> Q:
    """The version in force on the day is such."""
    versions = Version.objects.order_by().filter(in_force(day), is_draft=False, **such)
    return Q(procedure__in=versions.values("procedure"))


def _online(day: date) -> Q:
    """Online in part or fully, as the agency offers it, or else as the procedure says (Decree 42/2022 Art. 11)."""
    return Q(online__in=ONLINE) | Q(online="") & _says(day, online__in=ONLINE)


def _public(day: date) -> Q:
    return _says(day, public_on__lte=day)


def _complete(day: date) -> Q:
    return _says(day, public_on__lte=day, public_parts=len(PARTS))


def _everything(account: object, rows: QuerySet) -> QuerySet:
    """The catalogue is everybody's to read."""
    return rows


OFFERS = Listing(
    columns=(
        (gettext_lazy("Procedure"), lambda offer: offer.procedure.called),
        (gettext_lazy("Agency"), lambda offer: str(offer.agency)),
        (gettext_lazy("Handling office"), lambda offer: str(offer.office)),
        (gettext_lazy("Offered since"), lambda offer: date_short(offer.begins)),
    ),
    open_to=_everything,
    address=lambda offer: reverse("procedures:procedure", args=[offer.procedure_id]),
    related=("procedure__current", "agency", "office"),
    fields=(
        "begins", "procedure__code", "procedure__current__name", "procedure__current__name_en",
        "agency__name", "agency__name_en", "office__name", "office__name_en",
    ),
    order=("procedure__code", "pk"),
)  # fmt: skip


def _may_become(
    key: str, title: Promise, holds: Callable[[date], Q], why_not: Promise, says: str | Promise = ""
) -> Count:
    """Procedures offered that are such. One that is not, for the reason given, may still become one."""
    return Count(key, title, holds, says, because(why_not), later=True)


OFFERED = declare(
    Standing(
        "procedures.offered",
        gettext_lazy("procedures offered"),
        model="procedures.Offer",
        unit="office",
        part="procedure",
        of=lambda day: in_force(day) & _says(day, internal=False),
        counts=[
            Count("all", gettext_lazy("procedures offered")),
            _may_become(
                "process_announced",
                gettext_lazy("procedures whose internal process is announced"),
                lambda day: _says(day, content__process__has_key="source"),
                gettext_lazy("no document announces its internal process"),
                gettext_lazy("the process names the document that announced it"),
            ),
            _may_become("published", gettext_lazy("procedures made public"), _public, gettext_lazy("not made public")),
            _may_become(
                "published_complete",
                gettext_lazy("procedures made public with all their parts"),
                _complete,
                gettext_lazy("not made public, or not with all seven parts"),
                gettext_lazy("the seven parts of Decree 63/2010/NĐ-CP, article 8.2"),
            ),
            _may_become(
                "online",
                gettext_lazy("procedures offered online"),
                _online,
                gettext_lazy("not offered online"),
                gettext_lazy("in part or fully (Decree 42/2022/NĐ-CP, article 11)"),
            ),
            Count(
                "former_level_3",
                gettext_lazy("procedures offered online at the former level 3"),
                lambda day: _says(day, content__former_level=3),
            ),
            Count(
                "former_level_4",
                gettext_lazy("procedures offered online at the former level 4"),
                lambda day: _says(day, content__former_level=4),
            ),
            _may_become(
                "post",
                gettext_lazy("procedures offered by public post"),
                lambda day: Q(post=True),
                gettext_lazy("not offered by public post"),
            ),
            Count("here", gettext_lazy("procedures handled in this system"), lambda day: Q(mode=Offer.OWN)),
            _may_become(
                "here_with_process",
                gettext_lazy("procedures with their electronic process"),
                lambda day: Q(mode=Offer.OWN) & _says(day, content__has_key="process"),
                gettext_lazy("no electronic process"),
            ),
            Count(
                "with_fee",
                gettext_lazy("procedures with a fee or charge"),
                lambda day: _says(day, content__has_key="fees"),
            ),
            Count(
                "with_result",
                gettext_lazy("procedures with a written result"),
                lambda day: _says(day, content__has_key="results"),
            ),
        ],
        fed_by=("procedures.Version",),
        listing=OFFERS,
    )
)

figure("procedures_competent", OFFERED, "all")
figure("procedures_internal_process_announced", OFFERED, "process_announced")
figure("procedures_published", OFFERED, "published")
figure("procedures_published_complete", OFFERED, "published_complete")
figure("procedures_published_on_portal", OFFERED, "published_complete")
PROCEDURES_ONLINE = figure("procedures_online", OFFERED, "online")
figure("services_online", OFFERED, "online", named=gettext_lazy("online services"))
LEVEL_3 = figure("procedures_online_level_3", OFFERED, "former_level_3")
LEVEL_4 = figure("procedures_online_level_4", OFFERED, "former_level_4")
PROCEDURES_BY_POST = figure("procedures_by_post", OFFERED, "post")
figure("procedures_in_system", OFFERED, "here")
figure("procedures_with_electronic_process", OFFERED, "here_with_process")
PROCEDURES_WITH_FEE = figure("procedures_with_payment_due", OFFERED, "with_fee")
PROCEDURES_WITH_RESULT = figure("procedures_with_written_result", OFFERED, "with_result")

ANNOUNCED_AHEAD = 5
"""Working days by which the decision that announces a procedure of a province or commune comes before it takes effect;
for ministries it is 20 (item 1.1 of the index of Decision 766/QĐ-TTg)."""
PUBLIC_WITHIN = 5
"""Working days after that decision within which the procedure is made public; for ministries 10 (item 1.2)."""


def _away(calendar: Calendar, day: date, working_days: int) -> date:
    """The working day that many working days after a day; before it, if negative."""
    step, left = timedelta(days=1 if working_days > 0 else -1), abs(working_days)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    return day


def _announced_late(version: Version, calendar: Calendar) -> bool:
    decided, effective = version.decided_on, version.effective_on
    return decided is None or effective is None or decided > _away(calendar, effective, -ANNOUNCED_AHEAD)


def _public_late(version: Version, calendar: Calendar) -> bool:
    decided, public = version.decided_on, version.public_on
    return decided is None or public is None or public > _away(calendar, decided, PUBLIC_WITHIN)


def _judged(is_late: Callable[[Version, Calendar], bool]) -> Callable[[date], Q]:
    """Versions that are late by the calendar of the unit that keeps the procedure. Few are announced with a date: they
    are judged one by one."""

    def holds(day: date) -> Q:
        versions = Version.objects.order_by().filter(ANNOUNCED_ONES, decided_on__lte=day)
        calendars = Calendars()
        return Q(
            pk__in=[
                version.pk
                for version in versions.select_related("procedure__keeper").defer("content")
                if is_late(version, calendars.of(version.procedure.keeper))
            ]
        )

    return holds


ANNOUNCED_ONES = Q(is_draft=False, internal=False, decided_on__isnull=False)
VERSIONS = Listing(
    columns=(
        (gettext_lazy("Procedure"), lambda version: f"{version.procedure.code} {version}"),
        (gettext_lazy("Announced on"), lambda version: date_short(version.decided_on)),
        (gettext_lazy("Takes effect"), lambda version: date_short(version.effective_on)),
        (gettext_lazy("Made public"), lambda version: date_short(version.public_on)),
    ),
    open_to=_everything,
    address=lambda version: reverse("procedures:procedure", args=[version.procedure_id]),
    related=("procedure",),
    fields=("name", "name_en", "decided_on", "effective_on", "public_on", "procedure__code"),
    order=("procedure__code", "pk"),
)

ANNOUNCED = declare(
    Standing(
        "procedures.announced",
        gettext_lazy("procedures announced"),
        model="procedures.Version",
        unit="procedure__keeper",
        part="procedure",
        of=lambda day: ANNOUNCED_ONES,
        dated="decided_on",
        counts=[
            Count("all", gettext_lazy("procedures announced")),
            Count("announced_late", gettext_lazy("procedures announced late"), _judged(_announced_late)),
            Count("public_late", gettext_lazy("procedures made public late"), _judged(_public_late)),
        ],
        fed_by=("procedures.Procedure", "org.Unit", "org.CalendarYear", "org.SpecialDay", "org.WorkingWeek"),
        listing=VERSIONS,
    )
)


def _why_announced_late(version: Version, day: date) -> str:
    if version.effective_on is None:
        return _("the day it takes effect is not stated")
    return _("announced on %(decided)s, takes effect on %(effective)s: less than %(days)s working days before") % {
        "decided": date_short(version.decided_on),
        "effective": date_short(version.effective_on),
        "days": ANNOUNCED_AHEAD,
    }


def _why_public_late(version: Version, day: date) -> str:
    if version.public_on is None:
        return _("not made public")
    return _("announced on %(decided)s, made public on %(public)s: more than %(days)s working days later") % {
        "decided": date_short(version.decided_on),
        "public": date_short(version.public_on),
        "days": PUBLIC_WITHIN,
    }


figure("procedures_announced", ANNOUNCED, "all")
figure(
    "procedures_announced_on_time",
    ANNOUNCED,
    "all",
    unless="announced_late",
    named=gettext_lazy("procedures announced in time"),
    why=_why_announced_late,
)
figure(
    "procedures_published_on_time",
    ANNOUNCED,
    "all",
    unless="public_late",
    named=gettext_lazy("procedures made public in time"),
    why=_why_public_late,
)
