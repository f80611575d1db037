"""Tokens of other systems, and what a repeated call is answered with."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """The key by which another system calls the API. Only its hash is kept: whoever reads the table cannot call.

    The account's roles say what the system may do and where, the scopes what this key may do of that.
    """

    account = models.OneToOneField("org.Account", models.PROTECT, related_name="token", verbose_name=_("account"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    scopes = models.JSONField(_("scopes"), default=list)
    prefix = models.CharField(_("beginning of the token"), max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole key. The key has 256 random bits, so that no slow hash is needed to keep it."""
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey("org.Account", models.PROTECT, null=True, blank=True, related_name="+")
    expires = models.DateField(_("last day"))
    revoked_at = models.DateTimeField(_("taken away at"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    """To the quarter of an hour: a call is not to cost a write."""

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.account} ({self.prefix}…)"

    @property
    def holds(self) -> bool:
        """Whether it opens anything today."""
        return self.revoked_at is None and self.expires >= timezone.localdate()


class Repeat(models.Model):
    """A call that was done under an idempotency key: asked for again, it is not done again."""

    token = models.ForeignKey(Token, models.PROTECT, related_name="repeats")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    """Of what was asked for: the same key with another request is a mistake."""
    answer = models.CharField(max_length=100, blank=True)
    """What was made, by its code."""
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("repeated call")
        verbose_name_plural = _("repeated calls")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="repeat_once")]

    def __str__(self) -> str:
        return self.key
