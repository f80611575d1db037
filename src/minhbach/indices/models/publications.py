"""What a published round was given to everybody as: one file, kept for as long as the round."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Publication(models.Model):
    """The open data of a published round: wanted in the transaction that publishes it, made once, right after. Its
    SHA-256 stands on the round's page and in the trail."""

    round = models.OneToOneField("indices.Round", models.PROTECT, related_name="publication", verbose_name=_("round"))
    imprint = models.TextField(_("imprint"), blank=True)
    """What `imprint.imprint_of` said at the moment of publishing, as JSON: as text, for it goes into the file word for
    word. All else there was sealed before."""
    stored = models.ForeignKey(
        "org.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stored file")
    )
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    failure = models.CharField(_("why it could not be made"), max_length=500, blank=True)
    """Of the last attempt, as the machine says it; the timer tries again."""

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("open data of a round")
        verbose_name_plural = _("open data of rounds")
        constraints = [
            models.CheckConstraint(
                condition=Q(stored__isnull=True, made_at__isnull=True)
                | Q(stored__isnull=False, made_at__isnull=False, failure=""),
                name="publication_made_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.stored or '–'}"

    @property
    def is_made(self) -> bool:
        return self.stored_id is not None

    @property
    def file_name(self) -> str:
        return f"ket-qua_{self.round.year}_{self.round_id}.zip"
