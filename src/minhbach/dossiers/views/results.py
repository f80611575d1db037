"""The result on screen: drafted, looked at, and checked by anybody who holds the paper."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers import resulting
from minhbach.dossiers.actions import results
from minhbach.dossiers.doing import DEEDS
from minhbach.dossiers.forms.drafting import Drafting, WordingForm
from minhbach.dossiers.masking import applicant_name
from minhbach.dossiers.models import Dossier, Result
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.printing import results as papers
from minhbach.dossiers.views.page import found_dossier, public_address
from minhbach.org.dates import today
from minhbach.org.models import Attachment
from minhbach.org.permissions import Refused, needs, public
from minhbach.org.signing import server_keys
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import attempt
from minhbach.papers import to_docx, to_pdf
from minhbach.signatures import SignatureError, check

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Draft the result: answer what its template asks, put the answers into the text, change the text, save."""
    dossier = found_dossier(request, code)
    if request.method != "POST" and not DEEDS["draft"].offered(dossier, request.user):
        raise Refused(
            SEE, dossier.agency, _("This cannot be done now: the dossier has moved on, or lies in other hands.")
        )
    try:
        drafting = Drafting(dossier, request.GET.get("of", ""))
    except LookupError:
        raise Http404(_("This procedure has no result with that template.")) from None
    asked = drafting.asked(request.POST or None)
    initial = {"edition": dossier.edition, **WordingForm.initial_of(drafting.said)}
    form = WordingForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if asked.is_valid() and form.is_valid():
            answers, typed = asked.answers, form.said()
            # Words nobody touched are put together anew from the answers; changed ones are kept as they are.
            if (
                papers.fingerprint(results.tidy(typed)) == papers.fingerprint(results.tidy(drafting.own))
                or "fill" in request.POST
            ):
                typed = papers.wording(drafting.template, dossier, answers)
            if "fill" in request.POST:
                form, status = WordingForm({**request.POST.dict(), **WordingForm.initial_of(typed)}), 200
            elif attempt(
                form,
                lambda: results.result_draft(
                    dossier,
                    template=drafting.chosen,
                    draft=answers,
                    said=typed,
                    edition=form.cleaned_data["edition"],
                    acting=request.user,
                ),
                {"empty": "body", "too_long": "body"},
            ):
                messages.success(request, _("The draft is saved. Look at it before you hand it on."))
                return redirect("dossiers:dossier", dossier.code)
    tabs = [
        {"label": title, "url": f"{request.path}?of={code}", "current": code == drafting.chosen}
        for code, title in drafting.choices
    ]
    context = {
        "dossier": dossier,
        "form": form,
        "asked": asked,
        "tabs": tabs,
        "template": drafting.template,
        "result": drafting.result,
    }
    return render(request, "dossiers/result_draft.html", context, status=status)


@require_safe
@needs(SEE)
def paper(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """The draft as it would look, or as a Word file."""
    dossier = found_dossier(request, code)
    if not resulting.may_read(request.user, dossier):
        raise Refused(SEE, dossier.agency, _("Results name the applicant; only those who handle the dossier see them."))
    return drawn(dossier, ending)


def drawn(dossier: Dossier, ending: str) -> HttpResponse:
    """The present draft as a file. Who may read it was asked."""
    result = resulting.current(dossier)
    if result is None or not result.said or ending not in TYPES:
        raise Http404(_("There is no draft of a result."))
    document = papers.document(
        dossier,
        result.said,
        signer=str(result.signed_by or ""),
        number=result.number,
        day=result.issued_on,
        draft=result.signed_at is None,
    )
    content = to_pdf(document) if ending == "pdf" else to_docx(document)
    name = f"{_('result')}-{dossier.code}.{ending}"
    return HttpResponse(
        content,
        content_type=TYPES[ending],
        headers={
            "Content-Disposition": f'{"inline" if ending == "pdf" else "attachment"}; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


class CompareForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Your PDF file"),
        help_text=gettext_lazy("It is compared with the one that was issued, and not kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """What a result is worth, for whoever holds it: nothing that says whose it is."""
    rows = Result.objects.select_related("dossier__agency", "dossier__applicant", "dossier__version", "pdf__file")
    result = rows.select_related("replaces", "replaced_by", "signed_by").filter(token=token).first()
    if result is None or (result.signed_at is None and not result.on_paper):
        raise Http404(_("No result has this address. Scan the code again, or ask the one-stop shop."))
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    compared = None
    if form.is_valid():
        compared = _compared(result, form.cleaned_data["file"])
    context = {
        "result": result,
        "worth": _worth(result),
        "report": _report(result),
        "recipient": applicant_name(result.dossier.applicant, full=False),
        "replaced_by": getattr(result, "replaced_by", None),
        "form": form,
        "compared": compared,
        "lang": language(),
    }
    answer = render(request, "dossiers/verify.html", context, status=422 if form.is_bound and compared is None else 200)
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-store"
    # Its address is told to no other site; with “no-referrer” browsers would not say where the form comes from either,
    # and it would be refused.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def verify_address(request: HttpRequest) -> str:
    """Where the QR code of a result leads, “{token}” standing for the result's."""
    return public_address(request, reverse("dossiers:verify", args=["TOKEN"]).replace("TOKEN", "{token}"))


def _worth(result: Result) -> str:
    if result.recalled_at is not None:
        return "recalled"
    if not result.is_issued:
        return "unissued"
    if result.valid_until is not None and result.valid_until < today():
        return "expired"
    return "valid"


def _report(result: Result) -> dict[str, Any] | None:
    """The signatures of the file as it lies here, checked now."""
    if result.on_paper or result.pdf is None:
        return None
    try:
        found = check(results.file_of(result), server_keys.roots())
    except (SignatureError, OSError):
        return {"intact": False, "lines": []}
    lines = [{"intact": one.intact, "trusted": one.trusted, "words": one.words(language())} for one in found.signatures]
    return {"intact": found.intact, "trusted": found.trusted, "lines": lines}


def _compared(result: Result, upload) -> str:
    """same: the very file; earlier: as it was before number or seal; else other."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    if result.pdf is not None and result.pdf.file.sha256 == digest.hexdigest():
        return "same"
    editions = Attachment.objects.filter(kind="dossiers.result", subject_id=str(result.pk))
    return "earlier" if editions.filter(file__sha256=digest.hexdigest()).exists() else "other"
