"""Django's flush, which empties every table. The trail does not allow that, so this one lifts its
triggers for the moment, and works in tests and demonstrations only."""

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections

from minhbach.org.trail import triggers


class Command(Flush):
    def handle(self, **options):
        if not (settings.TESTING or settings.DEMO):
            raise CommandError("flush would remove the trail; drop the database instead if you mean it.")
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            return super().handle(**options)
        finally:
            triggers.install(connection)
