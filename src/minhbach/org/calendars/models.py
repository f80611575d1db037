"""Weekly hours per unit, and the days that differ from the week, each with the decision that set it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OFF, WORKING = "off", "working"


class WorkingWeek(models.Model):
    """A unit's weekly hours from a day on. Units below without hours of their own have them too."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    since = models.DateField(_("first day"))
    hours = models.JSONField(_("hours"))
    """By day or span of days: {"mon-fri": ["07:30-11:30", "13:00-17:00"]}."""
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        ordering = ["unit", "since"]
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [models.UniqueConstraint(fields=["unit", "since"], name="workingweek_once")]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.since}"


class SpecialDay(models.Model):
    """A day, or half of it, that is off or worked whatever the week says; without unit, everywhere."""

    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    day = models.DateField(_("day"), db_index=True)
    kind = models.CharField(_("kind"), max_length=8, choices=[(OFF, _("day off")), (WORKING, _("worked"))])
    part = models.CharField(
        _("part of the day"),
        max_length=10,
        choices=[("whole", _("whole day")), ("morning", _("morning")), ("afternoon", _("afternoon"))],
        default="whole",
    )
    swap = models.DateField(_("swapped with"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    reason_en = models.CharField(_("reason in English"), max_length=200, blank=True)
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    confirmed = models.BooleanField(_("confirmed"), default=True)

    class Meta:
        ordering = ["day", "part"]
        verbose_name = _("day off or worked")
        verbose_name_plural = _("days off and worked")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day", "part"], condition=Q(unit__isnull=False), name="specialday_once"
            ),
            models.UniqueConstraint(
                fields=["day", "part"], condition=Q(unit__isnull=True), name="specialday_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarYear(models.Model):
    """A year whose days off are in the table; unconfirmed while they are an estimate."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    confirmed = models.BooleanField(_("confirmed"), default=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["year"]
        verbose_name = _("year of the calendar")
        verbose_name_plural = _("years of the calendar")

    def __str__(self) -> str:
        return str(self.year)
