"""Indicator sets as they are used here, and results that others publish."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SetVersion(models.Model):
    """One version of an indicator set: its YAML, word for word. Frozen once a round is concluded on it; a
    draft may still be
    unsound."""

    code = models.SlugField(_("code"), max_length=80)
    version = models.CharField(_("version"), max_length=40, default="1")
    title = models.CharField(_("title"), max_length=500)
    title_en = models.CharField(_("English title"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that keeps the set")
    )
    text = models.TextField(_("content (YAML)"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    is_draft = models.BooleanField(_("draft"), default=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    edition = models.PositiveIntegerField(default=1)
    """Counts the saves of a draft, so that of two people editing it the later one sees both."""

    class Meta:
        ordering = ["-year", "code", "version"]
        verbose_name = _("indicator set")
        verbose_name_plural = _("indicator sets")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="set_version_once"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(is_draft=False), name="set_draft_not_frozen"
            ),
        ]

    def __str__(self) -> str:
        return (self.title_en if (get_language() or "").startswith("en") else "") or self.title


class PublishedResult(models.Model):
    """A result published by others (SIPAS, DTI, PCI, PAR): entered or imported, with its rank."""

    set_code = models.SlugField(_("index"), max_length=80)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    result = models.DecimalField(_("result"), max_digits=12, decimal_places=6)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    units = models.PositiveIntegerField(_("of how many units"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=500)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["unit", "set_code", "-year"]
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        constraints = [
            models.UniqueConstraint(fields=["set_code", "unit", "year"], name="published_result_once"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(units__isnull=True) | Q(rank__lte=models.F("units")),
                name="published_rank_within_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_code} {self.year}: {self.result}"
