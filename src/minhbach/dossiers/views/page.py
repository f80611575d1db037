"""One dossier on one page: what it is, its clock with its working, its papers, its events, what can be done now."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minhbach.dossiers import awaiting, clock, queries, resulting
from minhbach.dossiers.actions.issuing import WHO, may_issue
from minhbach.dossiers.actions.papers import may_change
from minhbach.dossiers.actions.personal import personal_open
from minhbach.dossiers.doing import deeds, process_of
from minhbach.dossiers.following import token_of
from minhbach.dossiers.masking import applicant_shown, masked_name
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.money.page import money_panel
from minhbach.dossiers.permissions import HANDLE, PERSONAL, SEE
from minhbach.dossiers.printing.saying import possible_forms
from minhbach.dossiers.states import WORKING
from minhbach.dossiers.story import story
from minhbach.org.permissions import may, needs
from minhbach.org.ui.figures import language
from minhbach.worktime import clock_words, explain

SHOWN_FOR = 600  # seconds for which personal data stay open on the page after they were asked for


def found_dossier(request: HttpRequest, code: str) -> Dossier:
    """The dossier, or 404 for one that this person may not know of."""
    found = (
        Dossier.objects.filter(code=code)
        .select_related(
            "agency", "office", "at_unit", "at_person", "procedure", "version", "applicant", "source", "mirror__source"
        )
        .prefetch_related("pauses", "dues")
        .first()
    )
    if found is None or not queries.may_see(request.user, found):
        raise Http404(_("There is no dossier %(code)s, or not for you.") % {"code": code})
    return found


def public_address(request: HttpRequest, path: str) -> str:
    """Where the public finds a page of this site, for papers, codes and other systems: under PUBLIC_URL, else as this
    page was called."""
    return f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{path}"


@require_safe
@needs(SEE)
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    found = found_dossier(request, code)
    prefetch_related_objects([found], Prefetch("stays", Stay.objects.select_related("unit", "person", "given_by")))
    lang = language()
    reading = clock.reading_of(found)
    opinions = list(found.opinions.select_related("unit", "answered_by"))
    awaiting.take_from(found, opinions)
    offered = deeds(found, request.user)
    process = process_of(found)
    sees = queries.may_see_personal(request.user, found)
    open_personal = sees and _is_open(request, found)
    waited_for = awaiting.waited_for(found) if found.status in WORKING else []
    asked = [one for one in opinions if one.answered_at is None] if found.is_open else []
    to_answer = [one for one in asked if may(request.user, HANDLE, one.unit)]
    context = {
        "dossier": found,
        "applicant": applicant_shown(found.applicant, full=open_personal, name=sees),
        "open_personal": open_personal,
        "may_open": sees,
        "reading": reading,
        "allowed": clock.allowed_words(found, lang),
        "clock": clock_words(reading, lang) if reading else "",
        "counts_from": clock.counts_from(found).in_(lang),
        "working": explain(clock.clock_of(found), timezone.now(), lang) if reading else [],
        "process": process,
        "stays": _stays(found, process),
        "money": money_panel(found, request.user),
        "pay": reverse("dossiers:pay", args=[found.code, token_of(found.code)]),
        "papers": found.papers.filter(removed_at=None).select_related("attachment__file"),
        "pauses": found.pauses.all(),
        "opinions": opinions,
        "waited_for": waited_for,
        "waits_here": any(one.by_process and one.step == found.step for one in waited_for),
        "to_answer": to_answer,
        "postings": found.postings.all(),
        "may_change_papers": may_change(found, request.user),
        "sender": _sender(found, open_personal),
        "forms": possible_forms(found) if not found.is_mirrored else [],
        "may_print": sees,
        "may_issue": {kind for kind in WHO if may_issue(found, kind, request.user)},
        "results": found.results.select_related("pdf", "signed_by", "drafted_by", "numbered_by", "sealed_by")
        .prefetch_related("approvals__person")
        .order_by("-id"),
        "may_read_result": resulting.may_read(request.user, found),
        "told_files": found.told_files.filter(until=None) if hasattr(found, "mirror") else [],
        "story": story(found),
        "next": offered[0] if offered and offered[0].first else None,
        "deeds": offered[1:] if offered and offered[0].first else offered,
    }
    return render(request, "dossiers/dossier.html", context)


@require_POST
@needs(PERSONAL)
def personal(request: HttpRequest, code: str) -> HttpResponse:
    """Show the applicant's data in full for a while, and record that they were looked at."""
    found = found_dossier(request, code)
    personal_open(found, acting=request.user)
    request.session[f"personal:{found.pk}"] = int(timezone.now().timestamp())
    messages.info(request, _("The applicant's data are shown; that you looked at them is recorded."))
    return redirect("dossiers:dossier", found.code)


def _is_open(request: HttpRequest, found: Dossier) -> bool:
    since = request.session.get(f"personal:{found.pk}", 0)
    return timezone.now().timestamp() - since < SHOWN_FOR


def _sender(found: Dossier, full: bool) -> dict[str, str]:
    """Whoever handed it in for the applicant."""
    said = {name: str(found.sender.get(name) or "") for name in ("name", "id_number", "phone", "address", "warrant")}
    if not said["name"]:
        return {}
    return said if full else {"name": masked_name(said["name"]), "warrant": said["warrant"]}


def _stays(found: Dossier, process) -> list[dict]:
    """Where it lay, and how each step kept its time."""
    titles = {step.key: step.title for step in process.steps} if process else {}
    rows, now = found.stays.all(), timezone.now()
    waits = found.paused_at
    shown = []
    for row in rows:
        kind = ""
        if row.due_at is not None:
            until = row.left_at or waits or now
            kind = "late" if until > row.due_at else "kept" if row.left_at else "runs"
        title = titles[row.step].in_(language()) if row.step in titles else row.step
        shown.append({"stay": row, "title": title, "kind": kind})
    return shown
