"""How the dossiers behind a figure are shown, and why one of them is not among those that earn points.

Nothing here says who a person is; and each is opened only by those who may see the dossier.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach import vietnamese
from minhbach.dossiers import queries
from minhbach.dossiers.measures import notes
from minhbach.dossiers.measures.conditions import FIRST
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.states import Channel, Outcome
from minhbach.measures.declaring import Listing, stood
from minhbach.org.ui.figures import language


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _outcome(dossier: Dossier) -> str:
    return str(Outcome(stood(dossier, "outcome")).label)


def _column(name: str) -> Callable[[Dossier], str]:
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
    notes=(notes.versions, notes.calendar),
)  # fmt: skip


SENT = {
    Channel.ONLINE: gettext_lazy("sent online"),
    Channel.POST: gettext_lazy("sent by public post"),
    Channel.COUNTER: gettext_lazy("handed in at the counter"),
}
RETURNED = {
    Channel.ONLINE: gettext_lazy("returned online"),
    Channel.POST: gettext_lazy("returned by public post"),
    Channel.COUNTER: gettext_lazy("returned at the counter"),
}

WhyNot = Callable[[Dossier, datetime], str]
"""Of a dossier that a figure does not count, as it stood at a moment: why."""


def by_channel(field: str, words: Mapping[Channel, Promise]) -> WhyNot:
    """How it was sent, or its result returned."""
    return lambda dossier, at: str(words[Channel(stood(dossier, field))])


def late(due: str) -> WhyNot:
    """By how much it is late, by this due moment: “due 12/03/2026 09:00, ended 14/03/2026 10:00: 2 days late”. Of one
    that is not late: what it is instead."""

    def why(dossier: Dossier, at: datetime) -> str:
        hoped, ended, waits = (stood(dossier, name) for name in (due, "finished_at", "paused_at"))
        is_over = ended is not None and ended <= at
        if is_over and (hoped is None or ended <= hoped):
            return _outcome(dossier)
        if hoped is None:
            return _("still open")
        if not is_over and waits is not None and waits <= hoped:
            return _("still open; waits for the applicant since %(since)s") % {"since": _moment(waits)}
        if not is_over and at <= hoped:
            return _("still open; due %(due)s") % {"due": _moment(hoped)}
        how_much = vietnamese.duration_words((ended if is_over else at) - hoped, language(), parts=1)
        words = {"due": _moment(hoped), "ended": _moment(ended), "late": how_much}
        if is_over:
            return _("due %(due)s, ended %(ended)s: %(late)s late") % words
        return _("due %(due)s and still open: %(late)s late") % words

    return why


def not_apologised(due: str) -> WhyNot:
    """Late by this due moment, and nobody said sorry."""
    by_how_much = late(due)
    return lambda dossier, at: _("%(late)s; no letter of apology") % {"late": by_how_much(dossier, at)}


def not_apologised_in_time(due: str) -> WhyNot:
    """Late by this due moment, and the letter came late or not at all."""
    by_how_much, without = late(due), not_apologised(due)

    def why(dossier: Dossier, at: datetime) -> str:
        if (said := stood(dossier, "apologised_at")) is None or said > at:
            return without(dossier, at)
        words = {"late": by_how_much(dossier, at), "apologised": _moment(said)}
        return _("%(late)s; letter of apology only on %(apologised)s") % words

    return why


_late = late(FIRST)


def late_by_766(dossier: Dossier, at: datetime) -> str:
    """Late by the clock, or by the rule of Decision 766/QĐ-TTg that a second request for a supplement makes it so."""
    if stood(dossier, "supplements") > 1:
        return _("%(count)s requests for a supplement") % {"count": stood(dossier, "supplements")}
    return _late(dossier, at)
