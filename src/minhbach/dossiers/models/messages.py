"""What other systems are to be told: one row for each message, whatever system it is for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """Something another system is to be told, written with the change it tells of, sent by `dossiers.exchange.sending`.
    The key tells the receiver that a message sent twice is one."""

    WAITING, SENT, FAILED, SKIPPED = "waiting", "sent", "failed", "skipped"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("when it happened"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (WAITING, _("to be sent")),
            (SENT, _("delivered")),
            (FAILED, _("could not be delivered")),
            (SKIPPED, _("skipped by a person")),
        ],
        default=WAITING,
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    failure = models.CharField(_("why not"), max_length=500, blank=True)
    lease = models.CharField(max_length=40, blank=True)
    leased_to = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    because = models.CharField(_("why it was skipped"), max_length=500, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["id"]
        indexes = [models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="%(class)s_due")]

    def __str__(self) -> str:
        return str(self.key)
