"""Other systems whose dossiers are mirrored here, read-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A system that keeps the dossiers of an agency, and how its columns are to be read."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("mirrored system")
        verbose_name_plural = _("mirrored systems")

    def __str__(self) -> str:
        return self.name
