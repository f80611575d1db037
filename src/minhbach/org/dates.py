"""Dated rows: both days count, and no end means still in force."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def today() -> date:
    """The day it is in Vietnam."""
    return timezone.localdate()


def years_on(day: date, years: int) -> date:
    """The same day some years on, or before; 29 February is the 28th where there is none."""
    year = day.year + years
    return date(year, 3, 1) - timedelta(days=1) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def in_force(day: date, prefix: str = "") -> Q:
    """Rows in force on `day`; `prefix` leads to them over a relation ("unit__")."""
    ends = f"{prefix}ends"
    return Q(**{f"{prefix}begins__lte": day}) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": day}))


class DatedQuerySet(models.QuerySet):
    def on(self, day: date):
        """The rows in force on `day`."""
        return self.filter(in_force(day))


class Dated(models.Model):
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True, blank=True)
    """The last day it holds, counted in; empty while it has no end."""

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day <= self.ends)


def ends_after_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")), name=name)
