"""The papers of a dossier: what the applicant handed in, and what the office issued about it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.states import Digitised


class Paper(models.Model):
    """A component as it was handed in. `component` is its key in the version's content; empty for another paper."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="papers")
    component = models.CharField(_("component"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=1000)
    handed_in = models.CharField(_("handed in as"), max_length=20, blank=True)
    copies = models.PositiveSmallIntegerField(_("number"), default=1)
    digitised = models.PositiveSmallIntegerField(_("electronic"), choices=Digitised.choices, default=Digitised.NOT)
    attachment = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    reused_code = models.CharField(_("result it is taken from"), max_length=100, blank=True)
    pause = models.ForeignKey("dossiers.Pause", models.PROTECT, null=True, blank=True, related_name="papers")
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(digitised=Digitised.DIGITISED) | Q(attachment__isnull=False), name="paper_digitised_file"
            ),
            models.CheckConstraint(
                condition=~Q(digitised=Digitised.REUSED_RESULT) | ~Q(reused_code=""), name="paper_reused_from"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Issued(models.Model):
    """A form issued about a dossier: receipt, request for a supplement, refusal, apology, notice of stopping."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="issued")
    form = models.CharField(_("form"), max_length=10)
    """01 to 05 of the set of forms in force that day."""
    form_set = models.CharField(_("set of forms"), max_length=20)
    number = models.PositiveIntegerField(_("number"))
    symbol = models.CharField(_("number and symbol"), max_length=60)
    at = models.DateTimeField(_("issued at"))
    by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(_("what it says"), default=dict)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("form issued")
        verbose_name_plural = _("forms issued")
        indexes = [models.Index(fields=["form", "at"], name="issued_form")]

    def __str__(self) -> str:
        return self.symbol


class Posting(models.Model):
    """What the public post carried: the dossier to the office, or its result back (Decision 45/2016/QĐ-TTg)."""

    IN, OUT = "in", "out"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="postings")
    way = models.CharField(_("way"), max_length=3, choices=[(IN, _("to the office")), (OUT, _("to the applicant"))])
    sent_on = models.DateField(_("handed to the post on"), null=True, blank=True)
    arrived_on = models.DateField(_("received from the post on"), null=True, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=50, blank=True)
    fee = models.PositiveIntegerField(_("fee collected by the post (đồng)"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | Q(arrived_on__isnull=True) | Q(arrived_on__gte=F("sent_on")),
                name="posting_arrives_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.way}"
