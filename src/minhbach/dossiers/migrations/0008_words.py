"""On PostgreSQL an index over the words of the search key, for the expression in dossiers/words.py. Without extensions,
which not every installation may add; SQLite reads its rows through, as it has fewer."""

from django.db import migrations

INDEX = "dossier_words"


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON dossiers_dossier USING gin"
            " (array_to_tsvector(array_remove(string_to_array(search_key, ' '), '')))"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_postings")]
    operations = [migrations.RunPython(build, drop)]
