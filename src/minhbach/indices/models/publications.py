"""What a published round was given to everybody as: one file, kept for as long as the round."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Publication(models.Model):
    """The open data of a published round, made once: its SHA-256 stands on the round's page and in the trail."""

    round = models.OneToOneField("indices.Round", models.PROTECT, related_name="publication", verbose_name=_("round"))
    stored = models.ForeignKey("org.StoredFile", models.PROTECT, related_name="+", verbose_name=_("stored file"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("open data of a round")
        verbose_name_plural = _("open data of rounds")

    def __str__(self) -> str:
        return f"{self.round_id}: {self.stored}"

    @property
    def file_name(self) -> str:
        return f"ket-qua_{self.round.year}_{self.round_id}.zip"
