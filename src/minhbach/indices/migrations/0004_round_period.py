from datetime import date

from django.db import migrations, models


def by_calendar(apps, schema_editor):
    """Rounds until now counted the calendar year."""
    rounds = apps.get_model("indices", "Round").objects
    for year in rounds.order_by().values_list("year", flat=True).distinct():
        rounds.filter(year=year).update(counts_from=date(year, 1, 1), counts_to=date(year, 12, 31))


class Migration(migrations.Migration):
    dependencies = [("indices", "0003_round_shown_and_report")]

    operations = [
        migrations.AddField("round", "counts_from", models.DateField(null=True, verbose_name="work counts from")),
        migrations.AddField("round", "counts_to", models.DateField(null=True, verbose_name="work counts to")),
        migrations.RunPython(by_calendar, migrations.RunPython.noop),
        migrations.AlterField("round", "counts_from", models.DateField(verbose_name="work counts from")),
        migrations.AlterField("round", "counts_to", models.DateField(verbose_name="work counts to")),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(("counts_from__lte", models.F("counts_to"))), name="round_period_in_order"
            ),
        ),
    ]
