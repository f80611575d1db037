"""What of the one-stop shop can be counted. Own and mirrored dossiers count alike, for the office that handles them.

Which of these counts feeds a criterion, and against which others, belongs to the indicator set: two decisions may count
the same thing differently.
"""

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.states import Channel, Outcome, Status
from minhbach.measures.declaring import Count, Rows, declare
from minhbach.measures.figures import figure

DOSSIER = "dossiers.Dossier"


def _over(at: datetime) -> Q:
    return Q(finished_at__lte=at)


def _overdue(at: datetime) -> Q:
    """Open after the first due moment. What waited for the applicant by then is not late: its due moment moves on."""
    in_our_hands = Q(paused_at=None) | Q(paused_at__gt=F("first_due_at"))
    return (Q(finished_at=None) | Q(finished_at__gt=at)) & Q(first_due_at__lt=at) & in_our_hands


def _handled(at: datetime) -> Q:
    """Ended, or late: what is open and still has time says nothing yet."""
    return Q(received_at__lte=at) & ~Q(status=Status.NOT_RECEIVED) & (_over(at) | _overdue(at))


def _in_time(at: datetime) -> Q:
    return _over(at) & Q(finished_at__lte=F("first_due_at"))


def _late(at: datetime) -> Q:
    return (_over(at) & Q(finished_at__gt=F("first_due_at"))) | _overdue(at)


def _by(field: str, channel: Channel):
    return lambda at: Q(**{field: channel})


RECEIVED = declare(
    Rows(
        "dossiers.received",
        _("dossiers received"),
        model=DOSSIER,
        unit="office",
        days=("received_at",),
        part="procedure",
        of=lambda at: Q(received_at__lte=at),
        counts=[
            Count("all", _("received"), says=_("every dossier received, by the day it was received")),
            Count("online", _("sent online"), _by("channel", Channel.ONLINE)),
            Count("post", _("sent by public post"), _by("channel", Channel.POST)),
            Count("counter", _("handed in at the counter"), _by("channel", Channel.COUNTER)),
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
        model=DOSSIER,
        unit="office",
        days=("finished_at", "first_due_at"),
        part="procedure",
        of=_handled,
        while_={"first_due_at": Q(finished_at=None)},
        counts=[
            Count(
                "all",
                _("handled"),
                says=_("ended, by the day it ended; or late and still open, by the day it was due"),
            ),
            Count("on_time", _("on time"), _in_time, _("ended at the first due moment or before it")),
            Count(
                "on_time_extended",
                _("on time by the extended due moment"),
                lambda at: _over(at) & Q(finished_at__lte=F("due_at")),
                _("ended at the due moment as it was last put off, or before it"),
            ),
            Count(
                "on_time_once_supplemented",
                _("on time, with one request for a supplement at most"),
                lambda at: _in_time(at) & Q(supplements__lte=1),
                _("a second request for a supplement makes a dossier late (index of Decision 766/QĐ-TTg)"),
            ),
            Count(
                "late",
                _("late"),
                _late,
                _("ended after the first due moment, or open after it"),
            ),
            Count(
                "late_open",
                _("late and still open"),
                _overdue,
            ),
            Count(
                "late_apologised",
                _("late, with a letter of apology"),
                lambda at: _late(at) & Q(apologised_at__lte=at),
            ),
            Count(
                "late_without_apology",
                _("late, without a letter of apology"),
                lambda at: _late(at) & ~Q(apologised_at__lte=at),
            ),
            Count("granted", _("with a result"), lambda at: _over(at) & Q(outcome=Outcome.GRANTED)),
            Count("refused", _("refused after processing"), lambda at: _over(at) & Q(outcome=Outcome.REFUSED)),
        ],
    )
)

RETURNED = declare(
    Rows(
        "dossiers.returned",
        _("results returned"),
        model=DOSSIER,
        unit="office",
        days=("returned_at",),
        part="procedure",
        of=lambda at: Q(returned_at__lte=at),
        counts=[
            Count("all", _("returned"), says=_("every result returned, by the day it was returned")),
            Count("online", _("returned online"), _by("return_by", Channel.ONLINE)),
            Count("post", _("returned by public post"), _by("return_by", Channel.POST)),
            Count("counter", _("returned at the counter"), _by("return_by", Channel.COUNTER)),
        ],
    )
)

figure("dossiers_received", RECEIVED, "all")
figure("dossiers_online", RECEIVED, "online")
figure("dossiers_received_by_post", RECEIVED, "post")
figure("dossiers_handled", HANDLED, "all")
figure("dossiers_on_time", HANDLED, "on_time")
figure("dossiers_returned", RETURNED, "all")
figure("dossiers_returned_by_post", RETURNED, "post")
