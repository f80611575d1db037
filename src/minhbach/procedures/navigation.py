"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.navigation import register

register(
    _("Procedures"),
    "procedures:procedures",
    section="procedures",
    order=15,
    icon="journal-text",
    public=True,
    match=["procedures:"],
    hint=_("Papers, fees, time and form of each procedure"),
)
