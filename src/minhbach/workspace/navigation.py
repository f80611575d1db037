"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.permissions import MIRROR, OVERSEE, PORTAL, SEE
from minhbach.org.ui.navigation import register

register(
    _("Inbox"),
    "workspace:inbox",
    section="inbox",
    verb=SEE,
    order=5,
    icon="inbox",
    match=["workspace:bulk", "workspace:notice"],
)
register(
    _("Dossiers"),
    "workspace:dossiers",
    section="dossiers",
    verb=SEE,
    order=12,
    icon="folder2-open",
    match=["dossiers:"],
)
register(
    _("Other systems"),
    "dossiers:other_systems",
    section="dossiers",
    verb=MIRROR,
    order=17,
    icon="arrow-repeat",
    match=["dossiers:source", "dossiers:delivery", "dossiers:compar"],
)
register(
    _("National portal"),
    "dossiers:portal",
    section="dossiers",
    verb=PORTAL,
    order=18,
    icon="globe2",
)
register(_("Who holds what"), "workspace:overview", section="dossiers", verb=OVERSEE, order=13, icon="graph-up")
