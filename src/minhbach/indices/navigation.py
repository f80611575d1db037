"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.navigation import register

register(
    _("Rounds"),
    "indices:rounds",
    section="index",
    order=20,
    icon="trophy",
    public=True,
    match=[
        "indices:round",
        "indices:ranking",
        "indices:profile",
        "indices:what_if",
        "indices:entry_survey",
        "indices:unit_offices",
    ],
)
register(_("Home"), "indices:home", section="home", order=0, icon="house", public=True)
register(_("To do"), "indices:todo", section="index", verb="indices.see", order=10, icon="inbox")
register(
    _("Indicator sets"),
    "indices:sets",
    section="index",
    order=40,
    icon="list-check",
    public=True,
    match=["indices:set"],
)
register(
    _("Published results"),
    "indices:published",
    section="index",
    order=50,
    icon="bar-chart-line",
    public=True,
    match=["indices:published"],
)
