"""What this room adds to the main menu."""

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.permissions import CASH, DESK, PAYMENT_SETTINGS, SEE
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.ui.navigation import register

register(
    _("Fees"),
    "dossiers:fees",
    section="dossiers",
    verb=CASH,
    order=14,
    icon="calculator",
    match=[
        "dossiers:fees_paid",
        "dossiers:cash_day",
        "dossiers:statement",
        "dossiers:money_open",
        "dossiers:money_match",
        "dossiers:payment_cancel",
        "dossiers:payment_refund",
    ],
)
register(
    _("Quality of handling"),
    "dossiers:quality",
    section="dossiers",
    verb=SEE,
    order=16,
    icon="award",
    match=["dossiers:quality_sheet"],
)
register(
    _("Older results"),
    "dossiers:older",
    section="dossiers",
    verb=SEE,
    order=15,
    icon="journal-text",
    match=["dossiers:older_register", "dossiers:older_entry", "dossiers:older_file", "dossiers:older_scan"],
)
register(
    _("One-stop shops"),
    "dossiers:desks",
    section="organisation",
    verb=DESK,
    order=82,
    icon="gear",
    match=["dossiers:desk"],
)
register(
    _("Account and payment"),
    "dossiers:payment_settings",
    section="organisation",
    verb=PAYMENT_SETTINGS,
    order=83,
    icon="calculator",
    match=["dossiers:payment_settings_of"],
)
register(
    _("Messages to other systems"),
    "dossiers:hook_messages",
    section="organisation",
    verb=TOKENS_MANAGE,
    order=85,
    icon="envelope",
)
