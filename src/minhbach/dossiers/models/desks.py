"""How an agency runs its one-stop shop, and who acts for whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import Dated, ends_after_begins

PATTERN = "{agency}-{yymmdd}-{number:4}"


class Desk(Dated):
    """The rules of an agency's one-stop shop from one day on: its code, the pattern of its dossier codes, its rules of
    time, the set of its forms."""

    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="desks", verbose_name=_("agency"))
    agency_code = models.CharField(_("identification code of the agency"), max_length=30)
    """By Decision 20/2020/QĐ-TTg, amended by Decision 09/2025/QĐ-TTg."""
    pattern = models.CharField(_("pattern of dossier codes"), max_length=100, default=PATTERN)
    """{agency}, {yymmdd}, {owner} and {number:4}; the number counts within what stands before it."""
    owner = models.CharField(_("system owner (Circular 4/2025)"), max_length=2, blank=True)
    name = models.CharField(_("name on the forms"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    e_signatures = models.BooleanField(_("results are signed electronically"), default=True)
    """Then a result whose process asks for a signature is drafted, signed and numbered here before the processing can
    end; else that happens on paper. A dossier keeps the rule of the day it was received."""

    class Meta:
        ordering = ["agency", "-begins"]
        verbose_name = _("one-stop shop")
        verbose_name_plural = _("one-stop shops")
        constraints = [
            ends_after_begins("desk_dates"),
            models.UniqueConstraint(fields=["agency", "begins"], name="desk_one_beginning"),
            models.UniqueConstraint(fields=["agency"], condition=Q(ends__isnull=True), name="desk_one_open"),
            models.UniqueConstraint(fields=["agency_code"], condition=Q(ends__isnull=True), name="desk_code_once"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.agency)


class Delegation(Dated):
    """While one is absent, or has delegated, another acts in their place at a unit."""

    giver = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("absent or delegating"))
    taker = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("acting in their place"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        ordering = ["-begins", "id"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            ends_after_begins("delegation_dates"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} > {self.taker_id}: {self.begins}"
