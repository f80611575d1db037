"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.permissions import MIRROR, OVERSEE, PORTAL, SEE
from minhbach.org.ui.navigation import register

register(_("Home"), "workspace:home", section="home", order=0, icon="house", public=True)
register(
    _("Inbox"),
    "workspace:inbox",
    section="inbox",
    verb=SEE,
    order=5,
    icon="inbox",
    match=["workspace:bulk", "workspace:notice"],
    hint=_("What lies with you and your units, by working time left"),
)
register(
    _("Dossiers"),
    "workspace:dossiers",
    section="dossiers",
    verb=SEE,
    order=12,
    icon="folder2-open",
    match=["dossiers:"],
    hint=_("Every dossier you may see: search, filter, export"),
)
register(
    _("Other systems"),
    "dossiers:other_systems",
    section="dossiers",
    verb=MIRROR,
    order=17,
    icon="arrow-repeat",
    match=["dossiers:source", "dossiers:delivery", "dossiers:compar"],
    hint=_("Dossiers brought in from other systems, and the figures compared"),
)
register(
    _("National portal"),
    "dossiers:portal",
    section="dossiers",
    verb=PORTAL,
    order=18,
    icon="globe2",
    hint=_("What the national portal was told, and what is stuck"),
)
register(
    _("Who holds what"),
    "workspace:overview",
    section="dossiers",
    verb=OVERSEE,
    order=13,
    icon="graph-up",
    hint=_("Where dossiers lie, how late they are, how long they took"),
)
