"""The counters behind gapless numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """How far a series has come. Only `numbering.take` moves it."""

    series = models.CharField(max_length=120, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"
