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
    hint=_("Fees taken, cash of the day, bank statements"),
)
register(
    _("Quality of handling"),
    "dossiers:quality",
    section="dossiers",
    verb=SEE,
    order=16,
    icon="award",
    match=["dossiers:quality_sheet"],
    hint=_("How well dossiers were handled, by the rules of evaluation"),
)
register(
    _("Older results"),
    "dossiers:older",
    section="dossiers",
    verb=SEE,
    order=15,
    icon="journal-text",
    match=["dossiers:older_register", "dossiers:older_entry", "dossiers:older_file", "dossiers:older_scan"],
    hint=_("Diplomas and licences issued before, with their scans"),
)
register(
    _("One-stop shops"),
    "dossiers:desks",
    section="organisation",
    verb=DESK,
    order=82,
    icon="gear",
    match=["dossiers:desk"],
    hint=_("Codes and addresses of the one-stop shops"),
)
register(
    _("Account and payment"),
    "dossiers:payment_settings",
    section="organisation",
    verb=PAYMENT_SETTINGS,
    order=83,
    icon="calculator",
    match=["dossiers:payment_settings_of"],
    hint=_("Where fees are paid to: bank account and gateway"),
)
register(
    _("Messages to other systems"),
    "dossiers:hook_messages",
    section="organisation",
    verb=TOKENS_MANAGE,
    order=85,
    icon="envelope",
    hint=_("What was sent to other systems, and what did not arrive"),
)
register(
    _("Follow a dossier"),
    "dossiers:follow",
    section="dossiers",
    order=19,
    icon="search",
    public=True,
    hint=_("Where it stands, by its code or the QR code of the receipt"),
)
