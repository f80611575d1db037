"""The demonstration province: invented units, people and figures, put in through the real actions.

Everything is inside one transaction: a database holds the whole demonstration or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from minhbach.config.demonstration import education, others, signing
from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.crew import Crew
from minhbach.config.demonstration.departments import Departments
from minhbach.config.demonstration.dossiers import Dossiers
from minhbach.config.demonstration.people import People
from minhbach.config.demonstration.procedures import Procedures
from minhbach.config.demonstration.province import CITY, Province
from minhbach.config.demonstration.schools import Schools
from minhbach.indices.actions.results import result_enter
from minhbach.indices.actions.sets import catalogue_load
from minhbach.org.models import Account, Unit
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail.seal import seal_day
from minhbach.org.units.actions import tree_settle
from minhbach.workspace.actions.notices import due_tell, notices_read
from minhbach.workspace.models import Notice

DEPARTMENT_SET = "hai-phong-so-2023"
UNREAD = 4
"""So many notices of the last days are left to be read."""


def is_filled() -> bool:
    """Whether the database holds the demonstration."""
    return Unit.objects.filter(code=CITY[0]).exists()


def is_empty() -> bool:
    """Whether nobody has put anything into the database yet."""
    return not Unit.objects.exists()


def fill(say: Callable[[str], None] = lambda step: None) -> None:
    """Fill an empty database; `say` hears the name of each step."""
    clock = Clock()
    with clock.running(), transaction.atomic():
        clock.set(date(clock.today.year - 2, 12, 15))
        say("units")
        province, people = Province(), People()
        province.build()
        people.register(province)
        version = catalogue_load(DEPARTMENT_SET, unit=province["hm-snv"], acting=people["quan-tri"])
        for code in ("hai-phong-so-2022", "qd766-2022", "papi-2021", "sipas", "dti", "pci", "par-index"):
            catalogue_load(code, unit=province["hm-snv"], acting=SYSTEM)
        departments = Departments(province, people, clock, version)
        departments.offices()
        say("last_year")
        last = departments.last_year(say)
        schools = Schools(province, people, clock)
        closed = schools.last_year(say)
        _published(province, people, departments.year - 1)
        say("this_year")
        open_round = departments.this_year(last, say)
        schools.this_year(closed)
        say("procedures")
        Procedures(province, people, clock).load()
        say("dossiers")
        crew = Crew(province, people)
        crew.register()
        Dossiers(province, crew, clock).load()
        others.Mirror(clock, province["hm-sgddt"], people["van-thu"]).load()
        education.measured_taken(departments, open_round.entries.get(unit=province["hm-sgddt"]))
        _notices_read(clock)
        _daily_work(clock)
        signing.load()


def _notices_read(clock: Clock) -> None:
    """People have read what they were told, but for the latest few of the last days."""
    clock.go(clock.started - timedelta(minutes=8))
    due_tell(clock.read())
    since = clock.started - timedelta(days=3)
    for account in Account.objects.filter(person__in=Notice.objects.values("person")).select_related("person"):
        told = Notice.objects.filter(person=account.person_id)
        kept = list(told.filter(at__gte=since).order_by("-at", "-pk").values_list("pk", flat=True)[:UNREAD])
        notices_read(told.exclude(pk__in=kept).values_list("pk", flat=True), acting=account)


def _daily_work(clock: Clock) -> None:
    """What `minhbach tick` does every day: the tree of July 2025 has come into force, and the trail is sealed.

    Of the days long past only the last of each month; a root covers all that came since the one before.
    """
    days = [clock.today - timedelta(days=before) for before in range(2 * 365, 0, -1)]
    for day in days:
        after = day + timedelta(days=1)
        # In the first minutes after midnight yesterday's seal waits for the next day's work.
        over = at(after, 0) < clock.started - timedelta(minutes=6)
        if over and (after.day == 1 or day in days[-7:]):
            clock.set(after, 1)
            tree_settle(acting=SYSTEM)
            seal_day(day)


def _published(province: Province, people: People, last: int) -> None:
    """Results that others published, for the city and its education department: invented, in the usual ranges."""
    city, education = province.city, province["hm-sgddt"]
    found = [
        (
            "par-index",
            city,
            63,
            ((-2, "87.31", 14), (-1, "88.74", 11), (0, "89.92", 8)),
            "Quyết định của Bộ Nội vụ công bố PAR INDEX năm {} (minh họa)",
        ),
        (
            "sipas",
            city,
            63,
            ((-2, "81.46", 27), (-1, "83.05", 21), (0, "84.12", 18)),
            "Báo cáo SIPAS năm {} của Bộ Nội vụ (minh họa)",
        ),
        ("dti", city, 63, ((-2, "0.6412", 16), (-1, "0.6988", 12), (0, "0.7235", 9)), "Báo cáo DTI năm {} (minh họa)"),
        (
            "papi-2021",
            city,
            None,
            ((-2, "42.11", None), (-1, "43.02", None), (0, "42.87", None)),
            "Báo cáo PAPI năm {} (minh họa)",
        ),
        (
            "par-index",
            education,
            21,
            ((-3, "70.69", 15), (-2, "74.20", 13), (-1, "78.55", 11)),
            "Quyết định của UBND thành phố công bố chỉ số năm {} (minh họa)",
        ),
        (
            "sipas",
            education,
            20,
            ((-2, "79.80", 12), (-1, "82.36", 9)),
            "Thông báo kết quả đo lường sự hài lòng năm {} của UBND thành phố (minh họa)",
        ),
    ]
    for set_code, unit, units, years, source in found:
        for before, result, rank in years:
            year = last + before
            result_enter(
                set_code=set_code,
                unit=unit,
                year=year,
                result=Decimal(result),
                rank=rank,
                units=units if rank else None,
                source=source.format(year),
                acting=people["quan-tri"],
            )
