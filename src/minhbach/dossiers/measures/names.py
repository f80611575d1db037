"""The figures of the dossiers, by the names that indicator sets use. docs/measures.md lists them all."""

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.measures.further import ENDED, FOLLOWED, IN_PROCESS
from minhbach.dossiers.measures.tables import HANDLED, RECEIVED, RETURNED
from minhbach.measures.declaring import because
from minhbach.measures.figures import figure
from minhbach.procedures.measures import (
    LEVEL_3,
    LEVEL_4,
    PROCEDURES_BY_POST,
    PROCEDURES_ONLINE,
    PROCEDURES_WITH_FEE,
    PROCEDURES_WITH_RESULT,
)

NO_DOSSIER = because(_("no such dossier in the period"))

# Received, by channel. The former levels 3 and 4 are those of the procedures as they stand at the end of the period.
figure("dossiers_received", RECEIVED, "all")
figure("dossiers_online", RECEIVED, "online")
figure("dossiers_received_by_post", RECEIVED, "post")
figure(
    "dossiers_of_online_procedures",
    RECEIVED,
    "all",
    among=PROCEDURES_ONLINE,
    named=_("received of procedures offered online"),
)
figure(
    "dossiers_online_of_online_procedures",
    RECEIVED,
    "online",
    among=PROCEDURES_ONLINE,
    named=_("sent online of procedures offered online"),
)
figure(
    "dossiers_of_post_procedures",
    RECEIVED,
    "all",
    among=PROCEDURES_BY_POST,
    named=_("received of procedures offered by public post"),
)
figure(
    "dossiers_by_post_of_post_procedures",
    RECEIVED,
    "post",
    among=PROCEDURES_BY_POST,
    named=_("sent by public post of procedures offered by it"),
)
figure(
    "dossiers_online_level_3",
    RECEIVED,
    "online",
    among=LEVEL_3,
    named=_("sent online of procedures at the former level 3"),
)
figure(
    "dossiers_of_level_3_procedures",
    RECEIVED,
    "all",
    among=LEVEL_3,
    named=_("received of procedures at the former level 3"),
)
figure(
    "dossiers_online_level_4",
    RECEIVED,
    "online",
    among=LEVEL_4,
    named=_("sent online of procedures at the former level 4"),
)
figure(
    "dossiers_of_level_4_procedures",
    RECEIVED,
    "all",
    among=LEVEL_4,
    named=_("received of procedures at the former level 4"),
)

# Procedures that had any.
figure(
    "procedures_online_with_dossiers",
    RECEIVED,
    "online",
    parts=True,
    among=PROCEDURES_ONLINE,
    named=_("procedures offered online with dossiers sent online"),
    why=NO_DOSSIER,
)
figure(
    "services_online_with_dossiers",
    RECEIVED,
    "online",
    parts=True,
    among=PROCEDURES_ONLINE,
    named=_("online services with dossiers"),
    why=NO_DOSSIER,
)
figure(
    "procedures_online_with_any_dossiers",
    RECEIVED,
    "all",
    parts=True,
    among=PROCEDURES_ONLINE,
    named=_("procedures offered online with dossiers sent in any way"),
    why=NO_DOSSIER,
)
figure(
    "procedures_by_post_with_dossiers",
    RECEIVED,
    "post",
    parts=True,
    also=[(RETURNED, "post")],
    among=PROCEDURES_BY_POST,
    named=_("procedures with dossiers sent or results returned by public post"),
    why=NO_DOSSIER,
)

# Ended, and late.
figure("dossiers_handled", HANDLED, "ended")
figure("dossiers_on_time", HANDLED, "on_time")
figure("dossiers_on_time_extended", HANDLED, "on_time_extended")
figure("dossiers_overdue", HANDLED, "late_ended")
figure("dossiers_apologised", HANDLED, "late_ended_apologised")
figure("dossiers_apologised_on_time", HANDLED, "late_ended_apologised_in_time")
figure("dossiers_overdue_extended", HANDLED, "late_extended")
figure("dossiers_overdue_extended_apologised", HANDLED, "late_extended_apologised")
figure("dossiers_overdue_extended_apologised_on_time", HANDLED, "late_extended_apologised_in_time")
figure("dossiers_handled_or_overdue", HANDLED, "all")
figure("dossiers_overdue_or_open", HANDLED, "late")
figure("dossiers_overdue_or_open_apologised", HANDLED, "late_apologised")
figure("dossiers_overdue_or_open_apologised_on_time", HANDLED, "late_apologised_in_time")

# What became of those received in the period.
figure("dossiers_received_handled_on_time", FOLLOWED, "on_time")
figure("dossiers_received_overdue", FOLLOWED, "late")
figure("dossiers_received_overdue_apologised", FOLLOWED, "late_apologised")
figure("dossiers_received_overdue_apologised_on_time", FOLLOWED, "late_apologised_in_time")

# Received or in process, by the counting rules of index 766.
figure("dossiers_received_or_in_process", IN_PROCESS, "all", carried="open")
figure("dossiers_within_due", IN_PROCESS, "within_due", carried="open_within_due")
figure("dossiers_past_due", IN_PROCESS, "past_due", carried="open_past_due")

# Returned.
figure("dossiers_returned", RETURNED, "all")
figure("dossiers_returned_by_post", RETURNED, "post")
figure(
    "dossiers_returned_of_post_procedures",
    RETURNED,
    "all",
    among=PROCEDURES_BY_POST,
    named=_("returned of procedures offered by public post"),
)
figure(
    "dossiers_returned_by_post_of_post_procedures",
    RETURNED,
    "post",
    among=PROCEDURES_BY_POST,
    named=_("returned by public post of procedures offered by it"),
)

# Paid for.
figure(
    "dossiers_of_fee_procedures",
    FOLLOWED,
    "all",
    among=PROCEDURES_WITH_FEE,
    named=_("received of procedures with a fee or charge"),
)
figure("dossiers_zero_fee", FOLLOWED, "free", among=PROCEDURES_WITH_FEE)
figure("dossiers_paid_online", FOLLOWED, "paid_by_gateway", among=PROCEDURES_WITH_FEE)
figure("dossiers_paid_cashless", FOLLOWED, "paid_cashless", among=PROCEDURES_WITH_FEE)
figure(
    "procedures_with_online_payments",
    FOLLOWED,
    "paid_by_gateway",
    parts=True,
    among=PROCEDURES_WITH_FEE,
    named=_("procedures with dossiers paid through a gateway"),
    why=NO_DOSSIER,
)
figure(
    "procedures_with_cashless_payments",
    FOLLOWED,
    "paid_cashless",
    parts=True,
    among=PROCEDURES_WITH_FEE,
    named=_("procedures with dossiers paid through a gateway or by bank transfer"),
    why=NO_DOSSIER,
)

# Electronic.
figure("results_issued", ENDED, "granted", named=_("results issued"))
figure("results_digitised", ENDED, "with_file", named=_("results that are electronic or scanned"))
figure("results_on_paper", ENDED, "on_paper")
figure("results_on_paper_digitised", ENDED, "on_paper_with_file")
figure("dossiers_with_written_result", ENDED, "granted", among=PROCEDURES_WITH_RESULT)
figure("dossiers_with_result_file", ENDED, "with_file", among=PROCEDURES_WITH_RESULT)
figure("dossiers_digitised", ENDED, "digitised")
figure("dossiers_received_digitised", FOLLOWED, "digitised")
figure("dossiers_reusing_data", FOLLOWED, "reusing")
