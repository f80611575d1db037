"""Reading the catalogue, always for the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import ExtractYear

from minhbach.org.dates import in_force, today
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, units_where, visible
from minhbach.procedures.models import Offer, Procedure, Review, Version
from minhbach.procedures.permissions import EDIT, SEE_REVIEWS
from minhbach.vietnamese import collation_key, fold

IN_FORCE, COMING, REPEALED, DRAFT = "in_force", "coming", "repealed", "draft"


def versions_readable(account) -> QuerySet[Version]:
    """Released versions are everybody's to read, those of procedures between agencies whoever has an account; a draft
    is for whoever may edit the procedure."""
    if account is SYSTEM:
        return Version.objects.all()
    released = Q(is_draft=False)
    if not account.is_authenticated:
        return Version.objects.filter(released, internal=False)
    return Version.objects.filter(released | Q(procedure__keeper__in=units_where(account, EDIT).values("pk")))


BY_CODE = ("procedure__code", "number")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `day`: as of which day; `agency`: offered by it on that day."""

    text: str = ""
    field: str = ""
    level: str = ""
    online: str = ""
    status: str = IN_FORCE
    day: date | None = None
    agency: Unit | None = None


def listed(account, wanted: Wanted) -> QuerySet[Version]:
    """The versions that fit, one for each procedure, those that hold the very words first, then by code.

    In force: the version of the day. Repealed: the last one. Coming: released, begins after the day. One query.
    """
    day = wanted.day or today()
    found = versions_readable(account).select_related("procedure__keeper")
    match wanted.status:
        case "draft":
            found = found.filter(is_draft=True)
        case "repealed":
            found = found.filter(is_draft=False, procedure__repealed_on__lte=day, procedure__current=F("pk"))
        case "coming":
            found = found.filter(is_draft=False, begins__gt=day)
        case _:
            found = found.on(day).filter(is_draft=False)  # type: ignore[attr-defined]
    for name in ("field", "level", "online"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.agency is not None:
        offers = Offer.objects.filter(in_force(day), procedure=OuterRef("procedure"), agency=wanted.agency)
        found = found.filter(Exists(offers))
    found = matching(found, wanted.text)
    if text := fold(wanted.text).strip():
        # “chuyen truong” is about changing school before it is about turning one kind of school into another.
        found = found.annotate(apart=Case(When(search_key__contains=text, then=0), default=1))
        return found.order_by("apart", *BY_CODE)
    return found.order_by(*BY_CODE)


def matching(versions: QuerySet[Version], text: str) -> QuerySet[Version]:
    """Those whose code, name or field holds every word of the text, marks and đ aside."""
    for word in fold(text).split()[:12]:
        versions = versions.filter(search_key__contains=word)
    return versions


def fields_of(account) -> list[str]:
    """The fields (lĩnh vực) of the catalogue, in Vietnamese order. One query."""
    found = versions_readable(account).exclude(field="").order_by().values_list("field", flat=True).distinct()
    return sorted(found, key=collation_key)


def agencies() -> QuerySet[Unit]:
    """Units that offer procedures today, in the order of the tree."""
    offers = Offer.objects.filter(in_force(today()), agency=OuterRef("pk"))
    return Unit.objects.filter(Exists(offers)).order_by("path")


def versions_of(account, procedure: Procedure) -> list[Version]:
    """The versions of a procedure the person may read, the newest first, with their content. One query."""
    found = versions_readable(account).filter(procedure=procedure).select_related("changed_by__person")
    return list(found.order_by("-number"))


def version_on(versions: list[Version], day: date) -> Version | None:
    """Of these the one in force on a day; else the last that was, the first to come, or the draft."""
    released = [version for version in versions if not version.is_draft]
    current = next((version for version in released if version.holds_on(day)), None)
    past = next((version for version in released if version.begins <= day), None)
    return current or past or (released or versions or [None])[-1]


def offers_of(procedure: Procedure, day: date | None = None) -> QuerySet[Offer]:
    """Who offers the procedure: on a day, or ever (the present first)."""
    offers = procedure.offers.select_related("agency", "one_stop", "office")
    if day is not None:
        return offers.filter(in_force(day)).order_by("agency__path")
    return offers.order_by(F("ends").desc(nulls_first=True), "agency__path")


def heirs_of(account, procedure: Procedure) -> list[Version]:
    """The procedures that replaced this one, as the person may read them."""
    replaced = procedure.replaced_by.values("current")
    return list(versions_readable(account).filter(pk__in=replaced).select_related("procedure").defer("content"))


def replaced_by(account, procedure: Procedure) -> list[Version]:
    """The procedures that this one replaced."""
    before = procedure.replaces.values("current")
    return list(versions_readable(account).filter(pk__in=before).select_related("procedure").defer("content"))


def editable(account) -> QuerySet[Procedure]:
    """The procedures the person may edit."""
    return visible(Procedure.objects.select_related("keeper", "current"), account, EDIT, unit_field="keeper")


def keepers(account) -> QuerySet[Unit]:
    """Units for which the person may keep procedures, open ones, in the order of the tree."""
    day = today()
    open_ = Q(ends__isnull=True) | Q(ends__gte=day)
    return units_where(account, EDIT).filter(open_).order_by("path")


# Reviews ----------------------------------------------------------------------------------------------------------


def reviews_readable(account) -> QuerySet[Review]:
    """Reviews by units whose reviews the person may see."""
    found = Review.objects.select_related("procedure__current", "unit")
    return visible(found, account, SEE_REVIEWS)


def review_years(account) -> list[int]:
    """The years with reviews, the latest first."""
    years = (
        reviews_readable(account).order_by().annotate(year=ExtractYear("reviewed_on")).values_list("year", flat=True)
    )
    return sorted(set(years), reverse=True)
