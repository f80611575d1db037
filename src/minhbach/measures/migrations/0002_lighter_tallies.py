"""Tallies made anew without checks and indexes that they do not need. Nothing is lost: they are counted again when read."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def _slots(letter):
    return [(f"{letter}{place:02}", models.IntegerField(db_default=0)) for place in range(24)]


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_tallies")]

    operations = [
        migrations.DeleteModel("Cell"),
        migrations.DeleteModel("Sum"),
        migrations.RunSQL("DELETE FROM measures_shelf", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Cell",
            fields=[
                *_slots("n"),
                ("pk", models.CompositePrimaryKey("shelf_id", "day", "part", blank=True, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("part", models.BigIntegerField()),
                ("turns_at", models.DateTimeField()),
                ("shelf", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="cells", to="measures.shelf")),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
                "indexes": [models.Index(condition=models.Q(("turns_at__lt", NEVER)), fields=["shelf", "turns_at"], name="measures_cell_turns")],
            },
        ),
        migrations.CreateModel(
            name="Sum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *_slots("n"),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("version", models.PositiveBigIntegerField()),
                *_slots("p"),
                ("shelf", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="sums", to="measures.shelf")),
            ],
            options={
                "verbose_name": "sum of tallies",
                "verbose_name_plural": "sums of tallies",
                "constraints": [models.UniqueConstraint(fields=("shelf", "first", "last"), name="measures_sum_once")],
            },
        ),
    ]
