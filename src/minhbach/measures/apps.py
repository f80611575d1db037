from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "minhbach.measures"
    label = "measures"
    verbose_name = _("Measures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Each room declares in its measures.py what can be counted there; measures knows no room by name.
        autodiscover_modules("measures")
        # On SQLite, altering a table makes it anew without its triggers: so after every migration.
        post_migrate.connect(_mark_changes, sender=self)


def _mark_changes(using, **kwargs):
    from django.db import connections

    from minhbach.measures import triggers

    triggers.install(connections[using])
