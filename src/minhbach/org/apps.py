from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "minhbach.org"
    label = "org"
    verbose_name = _("Organisation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import minhbach.org.people.lockout
        import minhbach.org.people.own_sign_in
        import minhbach.org.permissions.org_verbs  # noqa: F401

        # Each room declares its verbs in permissions.py, its trail events in events.py, its
        # attachment kinds in attachments.py and what it has signed in signing.py; org finds them and knows no room
        # by name.
        autodiscover_modules("permissions", "events", "attachments", "signing")
        # On SQLite, altering a table makes it anew without its triggers: so after every migration.
        post_migrate.connect(_guard_the_trail, sender=self)


def _guard_the_trail(using, **kwargs):
    from django.db import connections

    from minhbach.org.trail import triggers

    connection = connections[using]
    if set(triggers.TABLES) <= set(connection.introspection.table_names()):
        triggers.install(connection)
