"""The dossiers by the day on which they count, and what is counted of them.

Three tables are asked by every board and stay light; the others (`further`) hold what only some indicator sets ask for.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.measures import conditions as c
from minhbach.dossiers.measures import listing
from minhbach.dossiers.states import Channel
from minhbach.measures.declaring import Count, Rows, declare

COMMON: dict[str, Any] = {
    "model": "dossiers.Dossier",
    "unit": "office",
    "part": "procedure",
    "listing": listing.DOSSIERS,
    "past": c.PAST,
}
LATE = listing.late(c.FIRST)
LATE_EXTENDED = listing.late(c.EXTENDED)


def apologised(
    key: str,
    late: c.Condition,
    title: str | Promise,
    title_in_time: str | Promise,
    says_in_time: str | Promise = "",
    *,
    due: str = c.FIRST,
) -> list[Count]:
    """Of the dossiers that are late by a due moment: those with a letter of apology, and those with one in time."""
    return [
        Count(
            f"{key}_apologised",
            title,
            c.all_of(late, c.apologised),
            why_not=listing.not_apologised(due),
            later=True,
        ),
        Count(
            f"{key}_apologised_in_time",
            title_in_time,
            c.all_of(late, c.apologised_in_time),
            says_in_time,
            why_not=listing.not_apologised_in_time(due),
        ),
    ]


def _by_channel(field: str, words: Mapping[Channel, Promise]) -> list[Count]:
    """A count for each way in which dossiers are sent, or results returned. Of one that went another way: which."""
    why_not = listing.by_channel(field, words)
    return [Count(channel.value, title, c.by(field, channel), why_not=why_not) for channel, title in words.items()]


def _handled(at: datetime) -> Q:
    """Ended, or late: what is open and still has time says nothing yet."""
    return c.received(at) & (c.over(at) | c.overdue(at))


_APOLOGISED_IN_TIME = _("written with the extension, at least one day before the first due moment")
_ended_late_extended = partial(c.ended_late, due=c.EXTENDED)

RECEIVED = declare(
    Rows(
        "dossiers.received",
        _("dossiers received"),
        **COMMON,
        days=("received_at",),
        of=lambda at: Q(received_at__lte=at),
        counts=[
            Count("all", _("received"), says=_("every dossier received, by the day it was received")),
            *_by_channel("channel", listing.SENT),
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
                partial(c.in_time, due=c.EXTENDED),
                _("ended at the due moment as it was last put off, or before it"),
                why_not=LATE_EXTENDED,
            ),
            Count("late", _("late"), c.late, _("ended after the first due moment, or open after it")),
            Count("late_ended", _("ended late"), c.ended_late, _("ended after the first due moment")),
            Count("late_open", _("late and still open"), c.overdue),
            *apologised(
                "late",
                c.late,
                _("late, with a letter of apology"),
                _("late, with a letter of apology in time"),
                _APOLOGISED_IN_TIME,
            ),
            *apologised(
                "late_ended",
                c.ended_late,
                _("ended late, with a letter of apology"),
                _("ended late, with a letter of apology in time"),
                _APOLOGISED_IN_TIME,
            ),
            Count("late_without_apology", _("late, without a letter of apology"), c.all_of(c.late, c.not_apologised)),
            Count(
                "late_extended",
                _("ended late by the extended due moment"),
                _ended_late_extended,
                _("ended after the due moment as it was last put off"),
            ),
            *apologised(
                "late_extended",
                _ended_late_extended,
                _("ended late by the extended due moment, with a letter of apology"),
                _("ended late by the extended due moment, with a letter of apology in time"),
                due=c.EXTENDED,
            ),
            Count("granted", _("with a result"), c.granted),
            Count("refused", _("refused after processing"), c.refused),
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
            *_by_channel("return_by", listing.RETURNED),
        ],
    )
)
