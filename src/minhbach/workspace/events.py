"""What this room writes into the trail."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.registry import register, register_words

EXPORTED = register("workspace.exported", _("exported a list with personal data"))

register_words(dossiers=_("dossiers"), filter=_("filter"), format=_("format"))
