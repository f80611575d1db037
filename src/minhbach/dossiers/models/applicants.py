"""Who sends dossiers: personal data, kept once per person and shown only to those who handle them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Applicant(models.Model):
    """A person or organisation that sent a dossier, known again by the identity number."""

    CITIZEN, ORGANISATION = "citizen", "organisation"
    PERSONAL_ID, PASSPORT, TAX_CODE, OTHER = "personal_id", "passport", "tax_code", "other"

    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(CITIZEN, _("citizen")), (ORGANISATION, _("organisation or enterprise"))],
        default=CITIZEN,
    )
    name = models.CharField(_("full name"), max_length=300)
    id_kind = models.CharField(
        _("kind of number"),
        max_length=12,
        choices=[
            (PERSONAL_ID, _("personal identification number")),
            (PASSPORT, _("passport")),
            (TAX_CODE, _("enterprise code")),
            (OTHER, _("other paper")),
        ],
        default=PERSONAL_ID,
    )
    id_number = models.CharField(_("number"), max_length=30, blank=True)
    born = models.DateField(_("date of birth"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    search_key = models.CharField(max_length=400, editable=False, default="")
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("applicant")
        verbose_name_plural = _("applicants")
        constraints = [
            models.UniqueConstraint(fields=["id_kind", "id_number"], condition=~Q(id_number=""), name="applicant_once"),
        ]
        indexes = [models.Index(fields=["phone"], name="applicant_phone")]

    def __str__(self) -> str:
        return self.name
