from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "minhbach.workspace"
    verbose_name = _("Workspace")

    def ready(self):
        import minhbach.workspace.telling  # noqa: F401 - listens to the trail
