"""Results of earlier years that are still in force, digitised so that nobody has to bring them again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OlderRegister(models.Model):
    """A kind of older results an agency keeps: the register of diplomas of one level, the licences of one kind."""

    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    title = models.CharField(_("title"), max_length=300)
    code = models.CharField(_("code in the national database"), max_length=60, blank=True)
    """Of the result: with it, entries can stand in for papers of later dossiers."""
    total = models.PositiveIntegerField(_("to be digitised"), null=True, blank=True)
    """How many there are on paper, as counted by the agency; empty while nobody has counted."""

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("register of older results")
        verbose_name_plural = _("registers of older results")
        constraints = [models.UniqueConstraint(fields=["agency", "title"], name="older_register_once")]

    def __str__(self) -> str:
        return self.title


class OlderResult(models.Model):
    """An older result still in force: who holds it, its number, and its scan once there is one."""

    register = models.ForeignKey(OlderRegister, models.PROTECT, related_name="entries", verbose_name=_("register"))
    holder = models.CharField(_("holder"), max_length=300)
    id_number = models.CharField(_("identity number"), max_length=30, blank=True)
    born = models.DateField(_("date of birth"), null=True, blank=True)
    number = models.CharField(_("number of the result"), max_length=100)
    entry = models.CharField(_("number in the register"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=300, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    scan = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    digitised_at = models.DateTimeField(_("digitised at"), null=True, blank=True)
    added_at = models.DateTimeField(_("added at"))
    ended_on = models.DateField(_("no longer in force since"), null=True, blank=True)
    ended_because = models.CharField(_("reason"), max_length=500, blank=True)
    search_key = models.CharField(max_length=500, editable=False, default="")

    class Meta:
        ordering = ["register", "id"]
        verbose_name = _("older result")
        verbose_name_plural = _("older results")
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="older_result_number_once"),
            models.CheckConstraint(
                condition=Q(scan__isnull=True, digitised_at__isnull=True)
                | Q(scan__isnull=False, digitised_at__isnull=False),
                name="older_result_digitised_when",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=F("issued_on")),
                name="older_result_valid_later",
            ),
        ]
        indexes = [models.Index(fields=["id_number"], name="older_result_holder")]

    def __str__(self) -> str:
        return f"{self.register}: {self.number}"
