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
        "indices:round_live",
        "indices:entry_live",
        "indices:criterion_live",
        "indices:profile",
        "indices:what_if",
        "indices:outlook",
        "indices:entry_survey",
        "indices:unit_offices",
    ],
    hint=_("Scores and rankings, every point with its reason"),
)
register(
    _("To do"),
    "indices:todo",
    section="index",
    verb="indices.see",
    order=10,
    icon="inbox",
    hint=_("Criteria to answer, and who has not answered yet"),
)
register(
    _("Indicator sets"),
    "indices:sets",
    section="index",
    order=40,
    icon="list-check",
    public=True,
    match=["indices:set"],
    hint=_("The criteria and their rules in words"),
)
register(
    _("Published results"),
    "indices:published",
    section="index",
    order=50,
    icon="bar-chart-line",
    public=True,
    match=["indices:published"],
    hint=_("Results of earlier years, as they were published"),
)
