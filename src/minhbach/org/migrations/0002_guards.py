"""What migrations cannot say as models: append-only triggers, and the table of the cache."""

from django.core.management import call_command
from django.db import migrations

from minhbach.org.trail import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def create_cache(apps, schema_editor):
    # By name, so that it is made whatever cache these settings use.
    call_command("createcachetable", "org_cache", database=schema_editor.connection.alias, verbosity=0)


def drop_cache(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS org_cache")


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]

    operations = [
        migrations.RunPython(create_cache, drop_cache),
        migrations.RunPython(install, remove),
    ]
