"""The trail: what happened, in chains of hashes, and the daily roots that seal them."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(PermissionDenied):
    """Something tried to change or remove what may only be added to."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnly(f"{self.model.__name__} rows are never changed")

    def delete(self):
        raise AppendOnly(f"{self.model.__name__} rows are never deleted")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnly(f"{self.model.__name__} rows are never changed")


class AppendOnlyModel(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        raise AppendOnly(f"{type(self).__name__} rows are never deleted")


class Chain(models.Model):
    """The head of one chain. Its row is the lock under which the chain grows."""

    name = models.CharField(max_length=200, unique=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("chain of events")
        verbose_name_plural = _("chains of events")

    def __str__(self) -> str:
        return self.name


class Event(AppendOnlyModel):
    """One thing that happened. `hash` covers every other column and the event before it."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(_("recorded at"), db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    actor_post = models.CharField(_("post at that time"), max_length=600, blank=True)
    verb = models.CharField(max_length=100, db_index=True)
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "seq"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="event_seq_once")]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.seq} {self.verb}"

    @property
    def label(self):
        """The verb in words, in the reader's language."""
        from minhbach.org.trail.registry import label

        return label(self.verb)


class DailyRoot(AppendOnlyModel):
    """What the portal publishes each day: one hash over every chain that grew, and over yesterday's."""

    day = models.DateField(unique=True)
    count = models.PositiveIntegerField()
    merkle = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]
        verbose_name = _("daily root")
        verbose_name_plural = _("daily roots")

    def __str__(self) -> str:
        return f"{self.day}: {self.root}"


class SealedHead(AppendOnlyModel):
    """A leaf of a daily root: how far a chain had come. The name is text, so that a chain that was
    removed together with its head is still missed."""

    root = models.ForeignKey(DailyRoot, models.PROTECT, related_name="heads")
    chain = models.CharField(max_length=200)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["root", "chain"]
        constraints = [models.UniqueConstraint(fields=["root", "chain"], name="sealedhead_once")]
        indexes = [models.Index(fields=["chain", "seq"], name="sealedhead_chain")]

    def __str__(self) -> str:
        return f"{self.chain}:{self.seq}"


class Salt(models.Model):
    """The salt of one subject's digests. Erasing it makes the digests in the chain meaningless, and
    leaves the chain whole."""

    subject = models.CharField(max_length=200, unique=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("salt")
        verbose_name_plural = _("salts")

    def __str__(self) -> str:
        return self.subject
