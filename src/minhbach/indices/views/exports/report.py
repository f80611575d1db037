"""The self-score report: a small form for what only people can say, then the paper."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from minhbach.indices.exporting import papers
from minhbach.indices.exporting.extract import Extract, file_name
from minhbach.indices.views.exports.answers import answer, of_entry
from minhbach.indices.views.exports.files import DRAW


class ReportForm(forms.Form):
    """What the report says beyond the scores; each line of a list is an item."""

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
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    proposals = forms.CharField(
        label=_("Proposals"),
        help_text=_("One on each line."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@of_entry(inside=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, extract: Extract):
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ending = "pdf" if request.POST.get("format") == "pdf" else "docx"
        paper = papers.report(
            extract,
            basis=form.cleaned_data["basis"],
            difficulties=_items(form.cleaned_data["difficulties"]),
            proposals=_items(form.cleaned_data["proposals"]),
        )
        return answer(DRAW[ending](paper), file_name("bao-cao-tu-cham", extract.entry, ending), ending)
    context = {"entry": extract.entry, "round": extract.entry.round, "form": form, "whole": extract.whole}
    return render(request, "indices/exports/report.html", context)


def _items(text: str) -> list[str]:
    return [line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t")]
