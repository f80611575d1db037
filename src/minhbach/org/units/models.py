"""Units as a dated tree: a unit begins, moves, is renamed, ends, and has successors."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import Dated, DatedQuerySet, ends_after_begins

STEP = 8
"""Digits per level of `Unit.path`."""


class UnitKind(models.Model):
    """Department, office, school, commune …: data, because levels come and go by law."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("name of the kind"), max_length=200)
    title_en = models.CharField(_("English name of the kind"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of unit")

    def __str__(self) -> str:
        return (self.title_en if _english() else "") or self.title


class UnitQuerySet(DatedQuerySet):
    def within(self, unit: "Unit"):
        """The unit and everything under it in the present tree, by one index range."""
        return self.filter(path__gte=unit.path, path__lt=unit.path + "z")


class Unit(Dated):
    """An organisation at any level. `name`, `parent` and `path` are today's; the past is in
    UnitName and Placement."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    kind = models.ForeignKey(UnitKind, models.PROTECT, verbose_name=_("kind of unit"))
    group = models.CharField(_("group in indicator sets"), max_length=40, blank=True, db_index=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent unit")
    )
    path = models.CharField(max_length=248, unique=True, editable=False)
    """The ids from the root down, STEP digits each. Digits sort alike in every collation, so that a
    subtree is the range from path to path + "z" on SQLite and PostgreSQL, whatever the locale."""
    sort_key = models.CharField(max_length=1300, editable=False, default="")
    search_key = models.CharField(max_length=800, editable=False, default="")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            ends_after_begins("unit_dates"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_under_itself"),
        ]

    def __str__(self) -> str:
        return (self.name_en if _english() else "") or self.name

    @property
    def depth(self) -> int:
        return len(self.path) // STEP - 1

    def covers(self, other: "Unit") -> bool:
        """Whether `other` is this unit or lies under it today."""
        return other.path.startswith(self.path)

    def is_open(self, day: date) -> bool:
        return self.holds_on(day)


class UnitName(Dated):
    """What a unit was called, and when, so that an old document keeps the old name."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names")
    name = models.CharField(_("name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)

    class Meta:
        ordering = ["unit", "begins"]
        constraints = [
            ends_after_begins("unitname_dates"),
            models.UniqueConstraint(fields=["unit", "begins"], name="unitname_one_beginning"),
            models.UniqueConstraint(fields=["unit"], condition=Q(ends__isnull=True), name="unitname_one_open"),
        ]

    def __str__(self) -> str:
        return (self.name_en if _english() else "") or self.name


class Placement(Dated):
    """Under whom a unit stood, and when; without parent it stood at the top."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["unit", "begins"]
        constraints = [
            ends_after_begins("placement_dates"),
            models.UniqueConstraint(fields=["unit", "begins"], name="placement_one_beginning"),
            models.UniqueConstraint(fields=["unit"], condition=Q(ends__isnull=True), name="placement_one_open"),
            models.CheckConstraint(condition=~Q(parent=F("unit")), name="placement_not_under_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}: {self.begins} - {self.ends or ''}"


class Succession(models.Model):
    """Who took over from a closed unit, by which decision."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="inheritances")
    on = models.DateField(_("first day of the successor"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    document_date = models.DateField(_("document date"), null=True, blank=True)
    document_title = models.CharField(_("document title"), max_length=500, blank=True)

    class Meta:
        ordering = ["unit", "successor"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "successor"], name="succession_once"),
            models.CheckConstraint(condition=~Q(successor=F("unit")), name="succession_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} > {self.successor_id} ({self.on})"


def _english() -> bool:
    return (get_language() or "").startswith("en")
