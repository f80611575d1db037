"""Reads about fees, always for the person who asks: whoever takes fees of an agency sees what came in for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from minhbach.dossiers.models import Dossier, Due, GatewayNotice, Payment, StatementLine
from minhbach.dossiers.models.statements import OPEN
from minhbach.dossiers.money.accounts import UNPAYABLE
from minhbach.dossiers.money.references import keys_in
from minhbach.dossiers.permissions import CASH
from minhbach.org.models import Person, Unit
from minhbach.org.permissions import may, unit_ids
from minhbach.vietnamese import fold


def may_cash(account, agency: Unit) -> bool:
    return may(account, CASH, agency)


def _mine(account, field: str) -> Q:
    units = unit_ids(account, CASH)
    return Q() if units is None else Q(**{f"{field}__in": units})


def unpaid(account, text: str = "") -> QuerySet[Due]:
    """Open dues of dossiers for which something can still be paid, the oldest first."""
    found = Due.objects.filter(_mine(account, "dossier__agency"), payment=None, cancelled_at=None, amount__gt=0)
    found = found.exclude(dossier__status__in=sorted(UNPAYABLE))
    for word in fold(text).split():
        found = found.filter(dossier__search_key__contains=word)
    return found.select_related("dossier__version", "dossier__applicant").order_by("asked_at", "id")


def total_of(dues: QuerySet[Due]) -> int:
    return dues.order_by().aggregate(total=Sum("amount"))["total"] or 0


def payments(account, text: str = "") -> QuerySet[Payment]:
    found = Payment.objects.filter(_mine(account, "agency"))
    for word in fold(text).split():
        found = found.filter(dossier__search_key__contains=word)
    return found.select_related("dossier__version", "dossier__applicant", "taken_by").order_by("-at", "-id")


def cash_agencies(account) -> list[Unit]:
    """Agencies whose fees the person takes and that have a one-stop shop."""
    return list(Unit.objects.filter(_mine(account, "pk"), desks__isnull=False).distinct().order_by("path"))


def cash_officers(account) -> QuerySet[Person]:
    """Who took cash at these agencies."""
    took = Payment.objects.filter(_mine(account, "agency"), way=Payment.CASH).values("taken_by")
    return Person.objects.filter(pk__in=took)


def cash_of(agency: Unit, day: date, officer: Person | None = None) -> QuerySet[Payment]:
    """The receipts of a day in their order."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    found = Payment.objects.filter(agency=agency, way=Payment.CASH, at__gte=begin, at__lt=begin + timedelta(days=1))
    if officer is not None:
        found = found.filter(taken_by=officer)
    return found.select_related("dossier", "taken_by").order_by("year", "receipt")


def open_lines(account) -> QuerySet[StatementLine]:
    """Lines of statements for a person to look at."""
    found = StatementLine.objects.filter(_mine(account, "account__agency"), state=OPEN)
    return found.select_related("account__agency", "dossier").order_by("-booked_on", "-id")


def open_notices(account) -> QuerySet[GatewayNotice]:
    found = GatewayNotice.objects.filter(_mine(account, "agency"), state=OPEN)
    return found.select_related("agency", "dossier").order_by("-id")


def waiting(account) -> int:
    """How much money that came in waits for a person."""
    return open_lines(account).count() + open_notices(account).count()


def dossier_to_pay(account, code: str) -> Dossier | None:
    """The dossier with this code or reference, if the person takes its fees."""
    found = Dossier.objects.filter(_mine(account, "agency"), source=None).select_related("agency", "version")
    keys = keys_in(code)
    wanted = Q(pk__in=keys) if keys else Q(code=code.strip())
    return found.filter(wanted).first() if code.strip() else None
