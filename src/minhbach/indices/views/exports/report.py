"""The self-score report: what only people can say is written and kept here, and the paper drawn with it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from minhbach.indices.actions import reports
from minhbach.indices.exporting.extract import Extract
from minhbach.indices.views.exports.answers import of_entry
from minhbach.org.errors import NotPossible

LONGEST = 10_000


class ReportForm(forms.Form):
    """What the report says beyond the scores; each line of a list is an item."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    basis = forms.CharField(
        label=_("Document that orders the self-score"),
        help_text=_("For instance: Plan No. 12/KH-UBND of 15/01/2026 of the People's Committee."),
        required=False,
        max_length=500,
    )
    difficulties = forms.CharField(
        label=_("Difficulties"),
        help_text=_("One on each line."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    proposals = forms.CharField(
        label=_("Proposals"),
        help_text=_("One on each line."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@of_entry(inside=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, extract: Extract):
    """The form for those who may write it now, for all others what it says; the files beside."""
    entry, account = extract.entry, request.user
    writes = reports.may_write(account, entry)
    kept = {name: getattr(extract.report, name) for name in ReportForm.base_fields}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=kept)
    conflict, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            reports.report_write(
                entry, **form.cleaned_data | {"edition": form.cleaned_data["edition"] or 0}, acting=account
            )
        except reports.ReportConflict as error:
            # The next save is meant to replace what the page now shows beside it.
            form.data = form.data.copy()
            form.data["edition"] = error.current.edition
            conflict, status = error, 409
        except NotPossible as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("The report is saved."))
            return redirect("indices:report", entry.pk)
    context = {
        "entry": entry,
        "round": entry.round,
        "report": extract.report,
        "form": form,
        "writes": writes,
        "why_not": reports.why_not(entry),
        "conflict": conflict,
        "whole": extract.whole,
    }
    return render(request, "indices/exports/report.html", context, status=422 if form.errors else status)
