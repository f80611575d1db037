"""What only some indicator sets ask of the dossiers: what became of those received, which were in process, what was
digitised. Tables of their own, so that the boards do not pay for them."""

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.measures import conditions as c
from minhbach.dossiers.measures import listing
from minhbach.dossiers.measures.tables import COMMON, LATE, apologised
from minhbach.measures.declaring import Count, Rows, because, declare

_NO_RESULT_FILE = because(_("no file of the result"))
_NOT_DIGITISED = because(_("no file of a paper, or none of the result"))
_NOT_PAID_ONLINE = because(_("not paid online"))


def _past_due(at: datetime) -> Q:
    """Late by the counting rules of the index of Decision 766/QĐ-TTg: ended late, open after the due moment, or asked
    for a supplement more than once. The time in which it waited for the applicant is not counted."""
    return c.late(at) | Q(supplements__gte=2)


def _within_due(at: datetime) -> Q:
    """The others. What has no due moment cannot be late."""
    in_time = c.over(at) & (Q(first_due_at=None) | Q(finished_at__lte=F("first_due_at")))
    has_time = Q(first_due_at=None) | Q(first_due_at__gte=at) | Q(paused_at__lte=F("first_due_at"))
    return (in_time | c.still_open(at) & has_time) & Q(supplements__lte=1)


FOLLOWED = declare(
    Rows(
        "dossiers.followed",
        _("dossiers received, and what became of them"),
        **COMMON,
        days=("received_at",),
        of=c.received,
        while_={"first_due_at": Q(finished_at=None)},
        counts=[
            Count("all", _("received")),
            Count("on_time", _("received, and ended on time"), c.in_time, why_not=LATE, later=True),
            Count("late", _("received, and late"), c.late, _("ended after the first due moment, or open after it")),
            *apologised(
                "late",
                c.late,
                _("received, late, with a letter of apology"),
                _("received, late, with a letter of apology in time"),
            ),
            Count(
                "reusing",
                _("with a reused paper"),
                c.reuses,
                _("one paper at least was taken from a database or an earlier result, not brought along"),
                why_not=because(_("no paper was reused")),
                later=True,
            ),
            Count(
                "digitised",
                _("received, with a file of a paper and of the result"),
                c.all_of(c.has_electronic_paper, c.has_result_file),
                why_not=_NOT_DIGITISED,
                later=True,
            ),
            Count(
                "free",
                _("with nothing to pay"),
                lambda at: ~c.owes(at),
                _("no fee or charge was asked for, or all of it was waived"),
            ),
            Count(
                "paid_by_gateway",
                _("paid through a gateway"),
                c.all_of(c.owes, c.paid_by(*c.GATEWAY)),
                why_not=_NOT_PAID_ONLINE,
                later=True,
            ),
            Count(
                "paid_cashless",
                _("paid through a gateway or by bank transfer"),
                c.all_of(c.owes, c.paid_by(*c.CASHLESS)),
                why_not=_NOT_PAID_ONLINE,
                later=True,
            ),
        ],
    )
)

IN_PROCESS = declare(
    Rows(
        "dossiers.in_process",
        _("dossiers received or in process"),
        **COMMON,
        days=("finished_at", "received_at"),
        of=c.received,
        while_={"first_due_at": Q(finished_at=None)},
        counts=[
            Count(
                "all",
                _("received or in process"),
                says=_("received in the period, or received before and not yet ended when it began"),
            ),
            Count("open", _("in process"), c.still_open),
            Count(
                "within_due",
                _("handled or in process within the due moment"),
                _within_due,
                _("the first due moment; more than one request for a supplement makes a dossier late (index 766)"),
                why_not=listing.late_by_766,
            ),
            Count("open_within_due", _("in process within the due moment"), c.all_of(c.still_open, _within_due)),
            Count(
                "past_due",
                _("past due"),
                _past_due,
                _("late by the first due moment, or with more than one request for a supplement (index 766)"),
            ),
            Count("open_past_due", _("in process and past due"), c.all_of(c.still_open, _past_due)),
        ],
    )
)

ENDED = declare(
    Rows(
        "dossiers.ended",
        _("dossiers ended, and what of them is electronic"),
        **COMMON,
        days=("finished_at",),
        of=c.all_of(c.received, c.over),
        counts=[
            Count("all", _("dossiers ended")),
            Count("granted", _("with a result"), c.granted),
            Count(
                "with_file",
                _("with an electronic result"),
                c.all_of(c.granted, c.has_result_file),
                _("the result is there as a file: signed electronically, or scanned from paper"),
                why_not=_NO_RESULT_FILE,
                later=True,
            ),
            Count("on_paper", _("with a result on paper"), c.all_of(c.granted, c.has_result_on_paper)),
            Count(
                "on_paper_with_file",
                _("with a result on paper that was scanned"),
                c.all_of(c.granted, c.has_result_on_paper, c.has_result_file),
                why_not=_NO_RESULT_FILE,
                later=True,
            ),
            Count(
                "digitised",
                _("with a file of a paper and of the result"),
                c.all_of(c.has_electronic_paper, c.has_result_file),
                why_not=_NOT_DIGITISED,
                later=True,
            ),
        ],
    )
)
