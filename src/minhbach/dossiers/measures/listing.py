"""How the dossiers behind a figure are shown, and why one of them is not among those that earn points.

Nothing here says who a person is; and each is opened only by those who may see the dossier.
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach import vietnamese
from minhbach.dossiers import queries
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel, Outcome
from minhbach.measures.declaring import Listing, stood
from minhbach.org.ui.figures import language


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _outcome(dossier: Dossier) -> str:
    return str(Outcome(stood(dossier, "outcome")).label)


def _column(name: str):
    return lambda dossier: _moment(stood(dossier, name))


DOSSIERS = Listing(
    columns=(
        (gettext_lazy("Dossier code"), lambda dossier: dossier.code),
        (gettext_lazy("Procedure"), lambda dossier: f"{dossier.procedure.code} {dossier.version}"),
        (gettext_lazy("Received at"), _column("received_at")),
        (gettext_lazy("First due"), _column("first_due_at")),
        (gettext_lazy("Handling ended"), _column("finished_at")),
        (gettext_lazy("Outcome"), _outcome),
    ),
    open_to=queries.seen_among,
    address=lambda dossier: reverse("dossiers:dossier", args=[dossier.code]),
    related=("procedure", "version"),
    fields=(
        "code", "office", "channel", "return_by", "outcome", "received_at", "first_due_at", "due_at", "paused_at",
        "finished_at", "returned_at", "supplements", "extended", "apologised_at",
        "procedure__code", "version__name", "version__name_en",
    ),
    order=("first_due_at", "pk"),
)  # fmt: skip


def late(against: str = "first_due_at"):
    """By how much it is late, from the one due moment or the other: “due 12/03/2026 09:00, ended 14/03/2026 10:00:
    2 days late”."""

    def why(dossier: Dossier, at: datetime) -> str:
        due, ended = stood(dossier, against), stood(dossier, "finished_at")
        is_over = ended is not None and ended <= at
        if due is None or due >= (ended if is_over else at):
            return _not_over(dossier, at)
        how_much = vietnamese.duration_words((ended if is_over else at) - due, language(), parts=1)
        words = {"due": _moment(due), "ended": _moment(ended), "late": how_much}
        if is_over:
            return _("due %(due)s, ended %(ended)s: %(late)s late") % words
        return _("due %(due)s and still open: %(late)s late") % words

    return why


def _not_over(dossier: Dossier, at: datetime) -> str:
    due = stood(dossier, "first_due_at")
    return _("still open; due %(due)s") % {"due": _moment(due)} if due else _("still open")


_SENT = {
    Channel.COUNTER: gettext_lazy("handed in at the counter"),
    Channel.ONLINE: gettext_lazy("sent online"),
    Channel.POST: gettext_lazy("sent by public post"),
}
_RETURNED = {
    Channel.COUNTER: gettext_lazy("returned at the counter"),
    Channel.ONLINE: gettext_lazy("returned online"),
    Channel.POST: gettext_lazy("returned by public post"),
}


def sent(dossier: Dossier, at: datetime) -> str:
    """How it was sent."""
    return str(_SENT[Channel(dossier.channel)])


def returned(dossier: Dossier, at: datetime) -> str:
    """How its result was returned."""
    return str(_RETURNED[Channel(stood(dossier, "return_by"))])


def not_apologised(dossier: Dossier, at: datetime) -> str:
    """Late, and nobody said sorry."""
    return _("%(late)s; no letter of apology") % {"late": late()(dossier, at)}


def not_apologised_in_time(dossier: Dossier, at: datetime) -> str:
    """Late, and the letter came late or not at all."""
    if (said := stood(dossier, "apologised_at")) is None or said > at:
        return not_apologised(dossier, at)
    words = {"late": late()(dossier, at), "apologised": _moment(said)}
    return _("%(late)s; letter of apology only on %(apologised)s") % words


def late_by_766(dossier: Dossier, at: datetime) -> str:
    """Late by the clock, or by the rule of Decision 766/QĐ-TTg that a second request for a supplement makes it so."""
    if stood(dossier, "supplements") > 1:
        return _("%(count)s requests for a supplement") % {"count": stood(dossier, "supplements")}
    return late()(dossier, at)


def nothing_reused(dossier: Dossier, at: datetime) -> str:
    return _("no paper was reused")


def no_result_file(dossier: Dossier, at: datetime) -> str:
    return _("no file of the result")


def not_digitised(dossier: Dossier, at: datetime) -> str:
    return _("no file of a paper, or none of the result")


def not_paid_online(dossier: Dossier, at: datetime) -> str:
    return _("not paid online")
