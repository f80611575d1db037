"""Tallies that PostgreSQL does not log, with room for the counts that are declared alone. Nothing is lost: they are
counted again when read."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def emptied(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("TRUNCATE measures_sum, measures_shelf")  # after DELETE no table can be altered
    else:
        for table in ("sum", "shelf"):
            schema_editor.execute(f"DELETE FROM measures_{table}")  # noqa: S608


def unlogged(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("sum", "cell", "shelf"):  # none that is logged may point at one that is not
            schema_editor.execute(f"ALTER TABLE measures_{table} SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_sums_by_part")]

    operations = [
        migrations.DeleteModel("Cell"),
        migrations.RunPython(emptied, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Cell",
            fields=[
                *((f"n{place:02}", models.IntegerField(null=True)) for place in range(24)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "shelf_id", "day", "part", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("part", models.BigIntegerField()),
                ("turns_at", models.DateTimeField()),
                (
                    "shelf",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cells",
                        to="measures.shelf",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
                "indexes": [
                    models.Index(
                        condition=models.Q(("turns_at__lt", NEVER)),
                        fields=["shelf", "turns_at"],
                        name="measures_cell_turns",
                    )
                ],
            },
        ),
        migrations.RunPython(unlogged, migrations.RunPython.noop),
    ]
