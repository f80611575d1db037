"""The papers of a dossier on their own page: scans to attach, papers to add, what was entered by mistake to
take out."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minhbach.dossiers.actions.intake import HandedIn
from minhbach.dossiers.actions.papers import may_change, paper_add, paper_remove, paper_scan
from minhbach.dossiers.forms.deeds import PaperForm
from minhbach.dossiers.permissions import SEE
from minhbach.dossiers.views.page import found_dossier
from minhbach.org.files.kept import Kept
from minhbach.org.permissions import Refused, needs
from minhbach.org.ui.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def papers(request: HttpRequest, code: str) -> HttpResponse:
    found = found_dossier(request, code)
    if not may_change(found, request.user):
        raise Refused(SEE, found.office, _("The papers can be changed where the dossier lies, while it is open."))
    form = PaperForm(None, content=found.version)
    if request.method == "POST":
        kept = Kept(request)
        form = PaperForm(request.POST, kept.files, content=found.version, do=request.POST.get("do", "add"))
        if form.is_valid():
            done = attempt(form, lambda: _do(request, found, form, kept))
            if done is not None:
                messages.success(request, _("The papers are changed."))
                return redirect("dossiers:papers", found.code)
        if form.do == "add":  # the others have a form of their own for each paper
            kept.keep(form)
    context = {
        "dossier": found,
        "form": form,
        "papers": found.papers.filter(removed_at=None).select_related("attachment"),
    }
    return render(request, "dossiers/papers.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _do(request: HttpRequest, found, form: PaperForm, kept: Kept):
    said = form.cleaned_data
    kept.take()
    if form.do == "add":
        paper = HandedIn(
            said["component"],
            title=said["title"],
            handed_in=said["handed_in"],
            copies=said["copies"] or 1,
            scan=said["scan"],
        )
        return paper_add(found, paper, acting=request.user)
    paper = get_object_or_404(
        found.papers, pk=request.POST["paper"] if request.POST.get("paper", "").isdecimal() else 0
    )
    if form.do == "scan":
        return paper_scan(paper, said["scan"], acting=request.user)
    return paper_remove(paper, because=said["because"], acting=request.user)
