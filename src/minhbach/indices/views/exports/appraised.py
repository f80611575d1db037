"""The appraised result of the province's own software: chosen, looked at beside the self-score, then entered."""

from __future__ import annotations

import json
import zlib

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from minhbach.indices.actions import appraisal
from minhbach.indices.actions.appraisal import AppraisedPoints
from minhbach.indices.exporting import appraised
from minhbach.indices.exporting.extract import Extract, file_name
from minhbach.indices.permissions import MANAGE_ROUND, REVIEW
from minhbach.indices.rules import APPRAISAL_1, Status, why_locked
from minhbach.indices.views.exports.answers import answer, of_entry
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import Refused, may

SALT = "indices.appraised"
#: How long a preview may be confirmed, in seconds.
VALID = 3600


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Result as XLSX or CSV"),
        help_text=gettext_lazy("One row for each criterion, with columns for the code, the points and a remark."),
        error_messages={"required": gettext_lazy("Choose the file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@of_entry(inside=True)
@require_http_methods(["GET", "HEAD", "POST"])
def appraised_import(request: HttpRequest, extract: Extract):
    """Three steps on one address: the form, the preview, and (with the preview's own token) the entry."""
    entry = extract.entry
    if not may(request.user, MANAGE_ROUND, entry.round.unit) and not may(request.user, REVIEW, entry.unit):
        raise Refused(MANAGE_ROUND, entry.round.unit)
    if request.GET.get("template") == "xlsx":
        return answer(appraised.template(extract), file_name("ket-qua-tham-dinh", entry, "xlsx"), "xlsx")
    if request.method == "POST" and "token" in request.POST:
        return _enter(request, extract)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            read = appraised.read(form.cleaned_data["file"], extract.set)
        except appraised.BadRows as error:
            return _page(request, extract, form, status=422, bad=error.rows, said=str(error))
        except NotPossible as error:
            form.add_error("file", error)
        else:
            return _preview(request, extract, read)
    return _page(request, extract, form, status=422 if form.errors else 200)


def _page(request: HttpRequest, extract: Extract, form: UploadForm, status: int = 200, **more):
    context = {
        "entry": extract.entry,
        "round": extract.entry.round,
        "form": form,
        "locked": _locked(extract),
        **more,
    }
    return render(request, "indices/exports/appraised.html", context, status=status)


def _locked(extract: Extract) -> str:
    if extract.entry.status not in (Status.SUBMITTED, Status.APPRAISAL_1):
        return _(
            "An appraised result is entered after the self-score has been submitted, before explanations are asked."
        )
    return str(why_locked(extract.entry, APPRAISAL_1))


def _preview(request: HttpRequest, extract: Extract, read: appraised.Read):
    lines = appraised.as_scored(extract, read.lines)
    differences = appraised.differences(extract, lines)
    own = {leaf.id for leaf in extract.set.leaves if extract.own(leaf) is not None}
    token = signing.dumps(
        {
            "entry": extract.entry.pk,
            "editions": _editions(extract),
            "lines": {code: [line.points, line.remark, line.maximum] for code, line in lines.items()},
        },
        salt=SALT,
        compress=True,
    )
    context = {
        "entry": extract.entry,
        "round": extract.entry.round,
        "locked": _locked(extract),
        "differences": [each for each in differences if each.differs],
        "places": _places(differences),
        "same": sum(not each.differs for each in differences),
        "count": len(differences),
        "total": sum((each.appraised for each in differences if not each.node.kind), start=0),
        "own_total": sum((each.own or 0 for each in differences if not each.node.kind), start=0),
        "change": sum((each.change for each in differences if not each.node.kind), start=0),
        "left": len(own - set(lines)),
        "skipped": read.skipped,
        "token": token,
    }
    return render(request, "indices/exports/appraised_preview.html", context)


def _places(differences: list[appraised.Difference]) -> int:
    """As many decimals as the most exact figure of the table needs, two at least and four at most: then they add up."""
    figures = [figure for each in differences for figure in (each.own, each.rule, each.appraised) if figure is not None]
    exact = (-int(figure.normalize().as_tuple().exponent) for figure in figures)
    return min(4, max(2, *exact, 2))


def _editions(extract: Extract) -> int:
    """What the preview stood on: it is made anew if anybody has saved in between, seen by this person or not."""
    rows = extract.entry.scores.all()
    said = sorted((row.criterion, row.stage, row.edition, str(row.points)) for row in rows)
    return zlib.crc32(json.dumps(said).encode())


def _enter(request: HttpRequest, extract: Extract):
    form = UploadForm()
    try:
        told = signing.loads(request.POST["token"], salt=SALT, max_age=VALID)
        if told["entry"] != extract.entry.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        said = _("The preview is too old or was changed. Choose the file again.")
        return _page(request, extract, form, status=409, said=said)
    if told["editions"] != _editions(extract):
        said = _(
            "Scores were saved after the preview was made. Choose the file again and look at the differences anew."
        )
        return _page(request, extract, form, status=409, said=said)
    lines = {code: AppraisedPoints(*line) for code, line in told["lines"].items()}
    try:
        differences = appraisal.appraised_import(extract.entry, lines, acting=request.user)
    except NotPossible as error:
        return _page(request, extract, form, status=409, said=str(error))
    messages.success(
        request,
        _("The appraised points of %(count)s criteria were entered; %(changed)s differ from the self-score.")
        % {"count": len(lines), "changed": len(differences)},
    )
    return redirect("indices:entry", extract.entry.pk)
