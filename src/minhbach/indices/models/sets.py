"""Indicator sets as they are used here, and results that others publish."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SetVersion(models.Model):
    """One version of an indicator set: its YAML, word for word. Frozen once a round is concluded on it; a draft may
    still be unsound."""

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

    @property
    def chain(self) -> str:
        """The name of the chain in the trail that all versions of this code share."""
        return f"set:{self.code}"


class SetDoubt(models.Model):
    """Something about a draft that the import of its file was not sure of. The release waits until somebody has
    answered each warning; a note waits for nobody."""

    class Severity(models.TextChoices):
        WARNING = "warning", _("doubtful")
        NOTE = "note", _("note")

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        SETTLED = "settled", _("put right")
        DISMISSED = "dismissed", _("right as it is")

    version = models.ForeignKey(
        SetVersion, models.CASCADE, related_name="doubts", verbose_name=_("version of the indicator set")
    )
    criterion = models.CharField(_("criterion"), max_length=80, blank=True)
    """Code or id of the node; empty for the whole set."""
    severity = models.CharField(max_length=8, choices=Severity)
    code = models.CharField(max_length=40)
    says = models.TextField()
    says_en = models.TextField()
    remedy = models.TextField(blank=True)
    remedy_en = models.TextField(blank=True)
    line = models.PositiveIntegerField(default=0)
    """Where it stands in the file; 0 where that has no lines, and then `place` says it: “bảng 1, dòng 4”."""
    place = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("doubt about an indicator set")
        verbose_name_plural = _("doubts about indicator sets")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", at__isnull=True) | (~Q(outcome="") & Q(at__isnull=False)),
                name="set_doubt_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return (self.says_en if (get_language() or "").startswith("en") else "") or self.says

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def hinders(self) -> bool:
        """Whether the release waits for it."""
        return self.is_open and self.severity == self.Severity.WARNING


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
                condition=Q(rank__isnull=True) | Q(units__isnull=True) | Q(rank__lte=F("units")),
                name="published_rank_within_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_code} {self.year}: {self.result}"
