"""Other systems that are told of changes, and each message to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models.messages import Message


class Hook(models.Model):
    """Where a system is told of what happens to the dossiers its token may see."""

    token = models.ForeignKey("org.Token", models.PROTECT, related_name="hooks", verbose_name=_("token"))
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(max_length=80)
    """With it messages are signed, so it is kept as it is; it opens nothing here."""
    verbs = models.JSONField(_("events"), default=list)
    """Which events; empty for all."""
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("address to be told")
        verbose_name_plural = _("addresses to be told")
        indexes = [models.Index(fields=["id"], condition=Q(ended_at=None), name="hook_in_use")]

    def __str__(self) -> str:
        return self.url


class Delivery(Message):
    """One event for one address; given up after many tries."""

    hook = models.ForeignKey(Hook, models.PROTECT, related_name="deliveries")

    class Meta(Message.Meta):
        verbose_name = _("message to another system")
        verbose_name_plural = _("messages to other systems")
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["hook", "dossier", "id"], condition=Q(state="waiting"), name="delivery_in_order"),
            models.Index(fields=["hook", "-id"], condition=~Q(state="sent"), name="delivery_open"),
        ]
