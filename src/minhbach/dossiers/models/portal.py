"""The National Public Service Portal: what it is to be told, and what was filed there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models.messages import Message


class PortalLink(models.Model):
    """An agency whose dossiers are reported to the portal, and whose dossiers filed there are taken in."""

    agency = models.OneToOneField("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    active = models.BooleanField(_("in use"), default=True)
    takes_in = models.BooleanField(_("takes in dossiers filed there"), default=True)
    read_to = models.CharField(max_length=100, blank=True)
    """How far the list of filed dossiers was read, in the portal's own words."""
    read_at = models.DateTimeField(_("asked last"), null=True, blank=True)
    failure = models.CharField(_("why the portal could not be asked"), max_length=500, blank=True)

    class Meta:
        ordering = ["agency"]
        verbose_name = _("link to the portal")
        verbose_name_plural = _("links to the portal")

    def __str__(self) -> str:
        return str(self.agency)


class Outgoing(Message):
    """A change of a dossier that the portal is to be told. The body is in the fields of DongBoHoSo, without the
    applicant: their data are put in when it is sent. What the portal refuses waits for a person."""

    verb = models.CharField(max_length=100)

    class Meta(Message.Meta):
        verbose_name = _("message to the portal")
        verbose_name_plural = _("messages to the portal")
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["dossier", "id"], condition=Q(state__in=["waiting", "failed"]), name="outgoing_open"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.verb}"


class Filed(models.Model):
    """A dossier filed at the portal, as it came: taken in, or kept with the reason why it could not be."""

    WAITING, TAKEN, HELD, SET_ASIDE = "waiting", "taken", "held", "set_aside"

    link = models.ForeignKey(PortalLink, models.PROTECT, related_name="filed", verbose_name=_("agency"))
    code = models.CharField(_("dossier code at the portal"), max_length=100, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (WAITING, _("to be taken in")),
            (TAKEN, _("taken in")),
            (HELD, _("cannot be taken in")),
            (SET_ASIDE, _("set aside by a person")),
        ],
        default=WAITING,
    )
    dossier = models.OneToOneField(
        "dossiers.Dossier", models.PROTECT, null=True, blank=True, related_name="filed", verbose_name=_("dossier")
    )
    failure = models.CharField(_("why not"), max_length=500, blank=True)
    came_at = models.DateTimeField(_("came at"), auto_now_add=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    because = models.CharField(_("why it was set aside"), max_length=500, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dossier filed at the portal")
        verbose_name_plural = _("dossiers filed at the portal")
        indexes = [models.Index(fields=["link", "state"], name="filed_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="taken", dossier__isnull=False) | (~Q(state="taken") & Q(dossier__isnull=True)),
                name="filed_taken_as",
            )
        ]

    def __str__(self) -> str:
        return self.code
