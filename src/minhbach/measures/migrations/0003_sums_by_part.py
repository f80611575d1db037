"""Sums that hold the counts of each part. Nothing is lost: they are made again when read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_lighter_tallies")]

    operations = [
        migrations.DeleteModel("Sum"),
        migrations.CreateModel(
            name="Sum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("version", models.PositiveBigIntegerField()),
                ("numbers", models.JSONField()),
                (
                    "shelf",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sums",
                        to="measures.shelf",
                    ),
                ),
            ],
            options={
                "verbose_name": "sum of tallies",
                "verbose_name_plural": "sums of tallies",
                "constraints": [models.UniqueConstraint(fields=("shelf", "first", "last"), name="measures_sum_once")],
            },
        ),
    ]
