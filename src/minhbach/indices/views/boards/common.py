"""What the screens of the boards share: finding what a person may see, and words for states."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.html import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minhbach.indices import queries
from minhbach.indices.models import Entry, Round
from minhbach.indices.permissions import MANAGE_ROUND
from minhbach.indices.progress import BEFORE_SUBMISSION
from minhbach.org.permissions import may
from minhbach.org.templatetags.ui import state
from minhbach.scoring.model import IndicatorSet

Status = Entry.Status
#: A table of more lines than this scrolls within itself, its head staying.
TALL = 60
#: Kind of state by status: who waits for whom.
STATUS_KINDS = {
    Status.SCORING: "neutral",
    Status.REVIEW: "waiting",
    Status.APPROVED: "info",
    Status.SUBMITTED: "info",
    Status.APPRAISAL_1: "waiting",
    Status.EXPLANATION: "warn",
    Status.APPRAISAL_2: "waiting",
    Status.CONCLUDED: "ok",
}
ROUND_KINDS = {
    Round.Status.DRAFT: "neutral",
    Round.Status.OPEN: "waiting",
    Round.Status.CLOSED: "info",
    Round.Status.PUBLISHED: "ok",
}


def lang() -> str:
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def capital(text: str) -> str:
    """Labels of states stand within sentences; alone they begin with a capital letter."""
    text = str(text)
    return text[:1].upper() + text[1:]


def status_tag(status: str, *, over: bool = False) -> SafeString:
    """A unit's status as icon and word. Of a round that is over nobody is still doing anything."""
    if over and status != Status.CONCLUDED:
        return state("bad", _("Never submitted") if status in BEFORE_SUBMISSION else _("Not concluded"))
    return state(STATUS_KINDS[Status(status)], capital(Status(status).label))


def round_tag(round_: Round) -> SafeString:
    return state(ROUND_KINDS[Round.Status(round_.status)], capital(round_.get_status_display()))


def mark_tag(mark: str) -> SafeString | str:
    """How urgent: overdue, a day left, a week left."""
    if mark == "overdue":
        return state("bad", _("Overdue"))
    if mark == "day":
        return state("warn", _("Due within 1 day"))
    if mark == "week":
        return state("info", _("Due within 7 days"))
    return ""


def visible_round(request: HttpRequest, pk: int) -> Round:
    """The round, or 404 for one the person may not see."""
    round_ = queries.round_visible(request.user, pk)
    if round_ is None:
        raise Http404
    return round_


def visible_entry(request: HttpRequest, pk: int) -> Entry:
    """The entry, or 404 for one the person may not see."""
    entries = queries.entries_visible(request.user).select_related("round__unit", "unit", "set_version")
    return get_object_or_404(entries.defer("sealed"), pk=pk)


def whole_entry(request: HttpRequest, pk: int) -> Entry:
    """An entry whose totals the person may see, else 404."""
    entry = visible_entry(request, pk)
    if not queries.sees_whole(request.user, entry):
        raise Http404
    return entry


def runs(request: HttpRequest, round_: Round) -> bool:
    return request.user.is_authenticated and may(request.user, MANAGE_ROUND, round_.unit)


def group_title(indicator_set: IndicatorSet, group: str) -> str:
    """The title of a unit group as the set gives it, else its code."""
    return indicator_set.groups[group].in_(lang()) if group in indicator_set.groups else (group or _("All units"))


def coded(code: str, title: str) -> str:
    """A criterion with its number, if the decision prints one."""
    return f"{code}. {title}" if code else title


def address(name: str, *args) -> str:
    """An address of this room, or nothing where no such page is installed."""
    try:
        return reverse(f"indices:{name}", args=args)
    except NoReverseMatch:
        return ""
