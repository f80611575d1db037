"""Following a dossier from outside, without an account: where it stands, when it is due, what is to be done. No
personal data, and wrong tries are counted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import clock, following
from minhbach.dossiers.forms.finding import FollowForm
from minhbach.dossiers.models import Desk, Dossier
from minhbach.dossiers.money.page import to_pay
from minhbach.dossiers.states import Status
from minhbach.org.permissions import public
from minhbach.org.ui.figures import language
from minhbach.worktime import clock_words

_STEPS = (Status.NEW, Status.RECEIVED, Status.IN_PROCESS, Status.FINISHED, Status.RETURNED)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def follow(request: HttpRequest) -> HttpResponse:
    """By the code and the last digits of the identity number."""
    form = FollowForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if following.too_many(request, code):
            form.add_error(None, _("Too many tries. Wait a quarter of an hour, or ask the one-stop shop."))
            status = 429
        else:
            found = following.by_digits(code, form.cleaned_data["digits"])
            if found is not None:
                return redirect("dossiers:followed", found.code, following.token_of(found.code))
            following.count_wrong(request, code)
            form.add_error(None, _("No dossier fits. Check the code and the last four digits of the identity number."))
            status = 422
    elif form.is_bound:
        status = 422
    return render(request, "dossiers/follow.html", {"form": form}, status=status)


@require_safe
@public
def followed(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Where the dossier stands, for whoever holds the receipt."""
    if following.too_many(request, code):
        return render(request, "dossiers/follow.html", {"form": FollowForm(), "too_many": True}, status=429)
    found = (
        Dossier.objects.filter(code=code)
        .select_related("agency", "version", "source")
        .prefetch_related("pauses", "dues")
        .first()
    )
    if found is None or not following.is_token(code, token):
        following.count_wrong(request, code)
        raise Http404(_("There is no such page. Enter the code of the dossier on the page for following."))
    reading = clock.reading_of(found)
    today = timezone.localdate()
    context = {
        "dossier": found,
        "clock": clock_words(reading, language()) if reading and found.is_open else "",
        "pause": next((pause for pause in found.pauses.all() if pause.answered_at is None), None),
        "counts_from": clock.counts_from(found).in_(language()),
        "desk": Desk.objects.on(today).filter(agency=found.agency).first(),
        "way": _way(found),
        "money": to_pay(found),
        "pay": reverse("dossiers:pay", args=[code, token]),
    }
    answer = render(request, "dossiers/followed.html", context)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _way(found: Dossier) -> list[dict]:
    """The stations every dossier passes, with those it has passed."""
    at = {
        Status.NEW: found.submitted_at,
        Status.RECEIVED: found.received_at,
        Status.IN_PROCESS: None,
        Status.FINISHED: found.finished_at if found.status in (Status.FINISHED, Status.RETURNED) else None,
        Status.RETURNED: found.returned_at,
    }
    if found.status in (Status.NOT_RECEIVED, Status.STOPPED):
        return [
            {"title": Status.NEW.label, "at": found.submitted_at, "done": True},
            {"title": found.get_status_display(), "at": found.finished_at, "done": True},
        ]
    worked = found.received_at is not None and found.status != Status.RECEIVED
    done = {Status.NEW: True, Status.RECEIVED: found.received_at is not None, Status.IN_PROCESS: worked}
    return [{"title": one.label, "at": at[one], "done": done.get(one, at[one] is not None)} for one in _STEPS]
