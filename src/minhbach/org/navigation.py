"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.navigation import register

register(
    _("Organisation"),
    "org:units",
    section="organisation",
    order=80,
    icon="diagram-3",
    public=True,
    match=[
        "org:unit",
        "org:people",
        "org:person",
        "org:post",
        "org:role",
        "org:account",
        "org:trail",
        "org:health",
        "org:calendar",
        "org:token",
        "org:certificate",
    ],
    hint=_("Units, their people, calendars and one-stop shops"),
)
