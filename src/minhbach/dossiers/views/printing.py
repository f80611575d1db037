"""The forms of a dossier as files, numbered when they are issued; and many at once: a register, control slips,
receipts."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minhbach.dossiers import queries
from minhbach.dossiers.actions.issuing import WHO, form_issue, forms_issue
from minhbach.dossiers.actions.personal import personal_printed
from minhbach.dossiers.forms.finding import BatchForm
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import PERSONAL, SEE
from minhbach.dossiers.printing import form_docx, form_pdf, form_xlsx
from minhbach.dossiers.views.page import found_dossier, public_address
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs
from minhbach.papers.one_stop.sets import KINDS

MOST = 500
"""So many dossiers are printed at once."""
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DRAW = {"pdf": form_pdf, "docx": form_docx, "xlsx": form_xlsx}


@require_GET
@needs(SEE)
def form(request: HttpRequest, code: str, kind: str, ending: str) -> HttpResponse:
    """A form of one dossier: as it was issued, or as it stands. That personal data were shown by it is recorded."""
    found = found_dossier(request, code)
    if kind not in KINDS or kind == "register" or ending not in _DRAW:
        raise Http404
    try:
        return printed(found, kind, ending, request)
    except NotPossible as reason:
        messages.error(request, " ".join(reason.messages))
        return redirect("dossiers:dossier", found.code)


def printed(found: Dossier, kind: str, ending: str, request: HttpRequest) -> HttpResponse:
    """The form as a file; that personal data were shown is recorded. Raises as `form_pdf`."""
    more = {} if ending == "xlsx" else {"follow": follow_address(request)}
    content = _DRAW[ending](found, kind, **more, acting=request.user)
    if kind != "control":
        personal_printed([found], acting=request.user)
    return as_file(content, ending, f"{kind}-{found.code}")


@require_POST
@needs(SEE)
def issue(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Give the form its number and keep what it says."""
    found = found_dossier(request, code)
    if kind not in WHO:
        raise Http404
    try:
        issued = form_issue(found, kind, acting=request.user)
    except NotPossible as reason:
        messages.error(request, " ".join(reason.messages))
    else:
        messages.success(request, _("Issued under number %(number)s.") % {"number": issued.symbol})
    return redirect(reverse("dossiers:dossier", args=[found.code]) + "#forms")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PERSONAL)
def batch(request: HttpRequest) -> HttpResponse:
    """Many dossiers on paper: those received within a period, all or chosen."""
    asked = BatchForm(request.POST or request.GET or None, agencies=queries.agencies_with(request.user, PERSONAL))
    found: list[Dossier] = []
    total = 0
    if asked.is_valid():
        rows = queries.received_between(
            request.user, asked.cleaned_data["agency"], asked.cleaned_data["first"], asked.cleaned_data["last"]
        )
        total, found = rows.count(), list(rows.select_related("version", "applicant")[:MOST])
    if request.method == "POST" and found:
        keys = set(request.POST.getlist("dossier"))
        chosen = [row for row in found if not keys or str(row.pk) in keys]
        try:
            return _printed(request, chosen, asked.cleaned_data)
        except NotPossible as reason:
            asked.add_error(None, " ".join(reason.messages))
    context = {"form": asked, "rows": found, "total": total, "most": MOST}
    return render(request, "dossiers/batch.html", context, status=422 if request.method == "POST" else 200)


def _printed(request: HttpRequest, chosen: list[Dossier], said: dict) -> HttpResponse:
    kind, ending = said["kind"], said["ending"]
    name = f"{kind}-{said['first']:%Y%m%d}-{said['last']:%Y%m%d}"
    if kind == "register":
        content = register_drawn(chosen, ending, said["first"], said["last"], acting=request.user)
    elif ending != "pdf":
        raise NotPossible(_("Only the register comes as a Word file or a workbook; choose PDF."), "pdf_only")
    else:
        if kind == "receipt":
            forms_issue([row for row in chosen if row.received_at], kind, acting=request.user)
        content = form_pdf(chosen, kind, follow=follow_address(request), acting=request.user)
    if kind != "control":
        personal_printed(chosen, acting=request.user)
    return as_file(content, ending, name)


def register_drawn(dossiers: list[Dossier], ending: str, first: date, last: date, *, acting) -> bytes:
    """The register of these days. Raises as `form_pdf`."""
    subject = f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"
    return _DRAW[ending](dossiers, "register", subject=subject, acting=acting)


def follow_address(request: HttpRequest) -> str:
    """Where applicants follow their dossiers, for the QR code: the code and the token are put in for each."""
    return public_address(request, reverse("dossiers:follow")) + "{code}/{token}/"


def as_file(content: bytes, ending: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[ending])
    shown = "inline" if ending == "pdf" else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
