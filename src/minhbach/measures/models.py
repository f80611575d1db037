"""Tallies: how many rows of a table count for a unit on a day, and what says that one is no longer true.

`rows` is the key of a declaration (`declaring.Rows`); the columns n00, n01 … are its counts in their order.

All of it but the marks can be counted again: PostgreSQL does not log these tables (migration 0004), and finds them
empty after a crash, as if nothing had ever been counted.
"""

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from minhbach.measures.declaring import SLOTS

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
EVERY_UNIT = 0
"""In place of a unit: what has changed counts for every one of them."""


class Shelf(models.Model):
    """What is kept of one unit for one table: all its tallies; of what stands, the version alone. Whoever recounts a
    tally holds the shelf."""

    rows = models.CharField(max_length=60)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    layout = models.CharField(max_length=16, default="")
    version = models.PositiveBigIntegerField(default=0)
    """Another number after each recount, never given before: so a sum, or a process, knows whether what it has still
    holds."""
    turns_at = models.DateTimeField(default=NEVER)
    """The next moment after which time alone has changed a tally."""

    class Meta:
        verbose_name = _("tallies of a unit")
        verbose_name_plural = _("tallies of units")
        constraints = [models.UniqueConstraint(fields=["rows", "unit"], name="measures_shelf_once")]

    def __str__(self) -> str:
        return f"{self.rows} {self.unit_id}"


class Cell(models.Model):
    """The counts of one unit, day and part.

    Laid by the hundred thousand, so no index and no check that is not needed: a shelf is held while its cells are laid.
    """

    pk = models.CompositePrimaryKey("shelf_id", "day", "part")
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="cells", db_index=False, db_constraint=False)
    day = models.DateField()
    part = models.BigIntegerField()
    turns_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        indexes = [
            models.Index(
                fields=["shelf", "turns_at"], condition=models.Q(turns_at__lt=NEVER), name="measures_cell_turns"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shelf_id} {self.day} {self.part}"


for _place in range(SLOTS):
    # Plain integers: a database would check each of them at every row. Empty where no count is declared: that takes no
    # room.
    Cell.add_to_class(f"n{_place:02}", models.IntegerField(null=True))


class Mark(models.Model):
    """A row that counts for this unit and day has changed; of what stands, a row of this unit, or of `EVERY_UNIT`.

    Written by triggers in the transaction that changes it, and never changed; a recount removes those it has seen.
    """

    rows = models.CharField(max_length=60)
    unit = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        verbose_name = _("mark of a change")
        verbose_name_plural = _("marks of changes")
        indexes = [models.Index(fields=["rows", "unit"], name="measures_mark_of")]

    def __str__(self) -> str:
        return f"{self.rows} {self.unit} {self.day}"


class Sum(models.Model):
    """The counts of a unit over a period, as of a version of its tallies."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="sums", db_index=False)
    first = models.DateField()
    last = models.DateField()
    version = models.PositiveBigIntegerField()
    numbers = models.JSONField()
    """Part → its counts in the order of the declaration; parts without any are left out."""

    class Meta:
        verbose_name = _("sum of tallies")
        verbose_name_plural = _("sums of tallies")
        constraints = [models.UniqueConstraint(fields=["shelf", "first", "last"], name="measures_sum_once")]

    def __str__(self) -> str:
        return f"{self.shelf_id} {self.first}–{self.last}"
