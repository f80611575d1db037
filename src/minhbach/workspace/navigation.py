"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.permissions import MIRROR, OVERSEE, PORTAL, SEE
from minhbach.org.ui.navigation import register

register(
    _("Inbox"),
    "workspace:inbox",
    verb=SEE,
    order=5,
    icon="inbox",
    match=["workspace:bulk", "workspace:notice"],
)
register(
    _("Dossiers"),
    "workspace:dossiers",
    verb=SEE,
    order=12,
    icon="folder2-open",
    match=["dossiers:"],
)
register(
    _("Other systems"),
    "dossiers:other_systems",
    verb=MIRROR,
    order=14,
    icon="arrow-repeat",
    match=["dossiers:source", "dossiers:delivery", "dossiers:compar"],
)
register(
    _("National portal"),
    "dossiers:portal",
    verb=PORTAL,
    order=15,
    icon="globe2",
)
register(_("Who holds what"), "workspace:overview", verb=OVERSEE, order=13, icon="graph-up")
