"""The dossiers by the day on which they count, and what is counted of them.

Three tables are asked by every board and stay light; the others hold what only some indicator sets ask for.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.measures import conditions as c
from minhbach.dossiers.measures import listing
from minhbach.dossiers.states import Channel, Outcome
from minhbach.measures.declaring import Count, Rows, declare

COMMON: dict[str, Any] = {
    "model": "dossiers.Dossier",
    "unit": "office",
    "part": "procedure",
    "listing": listing.DOSSIERS,
    "past": c.PAST,
}
LATE = listing.late()
LATE_EXTENDED = listing.late(c.EXTENDED)


def _handled(at: datetime) -> Q:
    """Ended, or late: what is open and still has time says nothing yet."""
    return c.received(at) & (c.over(at) | c.overdue(at))


RECEIVED = declare(
    Rows(
        "dossiers.received",
        _("dossiers received"),
        **COMMON,
        days=("received_at",),
        of=lambda at: Q(received_at__lte=at),
        counts=[
            Count("all", _("received"), says=_("every dossier received, by the day it was received")),
            Count("online", _("sent online"), c.by("channel", Channel.ONLINE), why_not=listing.sent),
            Count("post", _("sent by public post"), c.by("channel", Channel.POST), why_not=listing.sent),
            Count("counter", _("handed in at the counter"), c.by("channel", Channel.COUNTER), why_not=listing.sent),
            Count("supplemented", _("with a request for a supplement"), lambda at: Q(supplements__gte=1)),
            Count(
                "supplemented_again",
                _("with more than one request for a supplement"),
                lambda at: Q(supplements__gte=2),
            ),
        ],
    )
)

HANDLED = declare(
    Rows(
        "dossiers.handled",
        _("dossiers handled"),
        **COMMON,
        days=("finished_at", "first_due_at"),
        of=_handled,
        while_={"first_due_at": Q(finished_at=None)},
        counts=[
            Count(
                "all",
                _("handled, or late and still open"),
                says=_("ended, by the day it ended; or late and still open, by the day it was due"),
            ),
            Count("ended", _("handled"), c.over, _("ended in whatever way, by the day it ended")),
            Count("on_time", _("on time"), c.in_time, _("ended at the first due moment or before it"), why_not=LATE),
            Count(
                "on_time_extended",
                _("on time by the extended due moment"),
                lambda at: c.in_time(at, c.EXTENDED),
                _("ended at the due moment as it was last put off, or before it"),
                why_not=LATE_EXTENDED,
            ),
            Count("late", _("late"), c.late, _("ended after the first due moment, or open after it")),
            Count("late_ended", _("ended late"), c.ended_late, _("ended after the first due moment")),
            Count("late_open", _("late and still open"), c.overdue),
            Count(
                "late_apologised",
                _("late, with a letter of apology"),
                lambda at: c.late(at) & c.apologised(at),
                why_not=listing.not_apologised,
                later=True,
            ),
            Count(
                "late_apologised_in_time",
                _("late, with a letter of apology in time"),
                lambda at: c.late(at) & c.apologised_in_time(at),
                _("written with the extension, at least one day before the first due moment"),
                why_not=listing.not_apologised_in_time,
            ),
            Count(
                "late_ended_apologised",
                _("ended late, with a letter of apology"),
                lambda at: c.ended_late(at) & c.apologised(at),
                why_not=listing.not_apologised,
                later=True,
            ),
            Count(
                "late_ended_apologised_in_time",
                _("ended late, with a letter of apology in time"),
                lambda at: c.ended_late(at) & c.apologised_in_time(at),
                _("written with the extension, at least one day before the first due moment"),
                why_not=listing.not_apologised_in_time,
            ),
            Count(
                "late_without_apology",
                _("late, without a letter of apology"),
                lambda at: c.late(at) & c.not_apologised(at),
            ),
            Count(
                "late_extended",
                _("ended late by the extended due moment"),
                lambda at: c.ended_late(at, c.EXTENDED),
                _("ended after the due moment as it was last put off"),
            ),
            Count(
                "late_extended_apologised",
                _("ended late by the extended due moment, with a letter of apology"),
                lambda at: c.ended_late(at, c.EXTENDED) & c.apologised(at),
                why_not=listing.not_apologised,
                later=True,
            ),
            Count(
                "late_extended_apologised_in_time",
                _("ended late by the extended due moment, with a letter of apology in time"),
                lambda at: c.ended_late(at, c.EXTENDED) & c.apologised_in_time(at),
                why_not=listing.not_apologised_in_time,
            ),
            Count("granted", _("with a result"), c.granted),
            Count("refused", _("refused after processing"), lambda at: c.over(at) & Q(outcome=Outcome.REFUSED)),
        ],
    )
)

RETURNED = declare(
    Rows(
        "dossiers.returned",
        _("results returned"),
        **COMMON,
        days=("returned_at",),
        of=lambda at: Q(returned_at__lte=at),
        counts=[
            Count("all", _("returned"), says=_("every result returned, by the day it was returned")),
            Count("online", _("returned online"), c.by("return_by", Channel.ONLINE), why_not=listing.returned),
            Count("post", _("returned by public post"), c.by("return_by", Channel.POST), why_not=listing.returned),
            Count(
                "counter", _("returned at the counter"), c.by("return_by", Channel.COUNTER), why_not=listing.returned
            ),
        ],
    )
)
