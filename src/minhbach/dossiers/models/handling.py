"""What people say of how a dossier was handled, where its events cannot tell."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HandlingMark(models.Model):
    """Points that a person gave one criterion of the quality of handling."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="marks")
    criterion = models.CharField(_("criterion"), max_length=40)
    points = models.PositiveSmallIntegerField(_("points"))
    at = models.DateTimeField(_("given at"))
    by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["dossier", "criterion"]
        verbose_name = _("mark for the handling")
        verbose_name_plural = _("marks for the handling")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "criterion"], name="handling_mark_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="handling_mark_within"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.criterion}: {self.points}"
