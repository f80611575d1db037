"""Drafting a result: what its template asks, and the words of the paper, typed on a page or sent by another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from minhbach.dossiers import resulting
from minhbach.dossiers.actions import common, results
from minhbach.dossiers.forms.deeds import DeedForm
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.printing import results as papers
from minhbach.org.ui.figures import language
from minhbach.procedures.content.model import Form
from minhbach.procedures.filling import Filling, as_sent


def _lines(label, rows: int, help_text="", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=results.LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class WordingForm(DeedForm):
    """The words of the paper, each paragraph on a line of its own."""

    kind = forms.CharField(label=gettext_lazy("Kind of document"), max_length=100)
    about = _lines(gettext_lazy("Summary"), 2)
    symbol = forms.CharField(label=gettext_lazy("Symbol after the number"), max_length=60, required=False)
    by = forms.CharField(label=gettext_lazy("Who decides"), max_length=300, required=False)
    bases = _lines(gettext_lazy("Legal bases and reasons"), 4, gettext_lazy("Each on a line of its own."))
    decides = forms.CharField(label=gettext_lazy("Line before the body"), max_length=100, required=False)
    body = _lines(gettext_lazy("Body"), 10, gettext_lazy("Each paragraph on a line of its own."), required=True)
    recipients = _lines(gettext_lazy("Recipients"), 3, gettext_lazy("Each on a line of its own, the record copy last."))
    signed_by = _lines(
        gettext_lazy("Position above the signature"),
        2,
        gettext_lazy("Lines of authority first, such as TM. ỦY BAN NHÂN DÂN. KT. or TUQ. are set when signing."),
        required=True,
    )

    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = {part: self.cleaned_data[part] for part in papers.WORDS}
        return said | {part: self.cleaned_data[part].splitlines() for part in papers.LINES}

    @staticmethod
    def initial_of(said: Mapping[str, Any]) -> dict[str, str]:
        words = {part: said.get(part, "") for part in papers.WORDS}
        return words | {part: "\n".join(said.get(part, [])) for part in papers.LINES}


class Drafting:
    """The draft of one of the papers that can come out: what was answered and said before, and what is asked.

    `chosen` names the template; empty: that of the present draft, or the first. LookupError for one that this procedure
    has not.
    """

    def __init__(self, dossier: Dossier, chosen: str = ""):
        self.choices = choices(dossier)
        self.result = resulting.current(dossier)
        self.chosen = chosen or (self.result.template if self.result else "") or self.choices[0][0]
        if self.chosen not in dict(self.choices):
            raise LookupError(self.chosen)
        self.template = papers.templates()[self.chosen]
        present = self.result if self.result is not None and self.result.template == self.chosen else None
        self.is_begun = present is not None
        self.before: Mapping[str, Any] = present.draft if present else {}
        self.own = papers.wording(self.template, dossier, self.before)
        self.said = present.said if present else self.own

    @property
    def form(self) -> Form:
        """What the template asks."""
        return papers.asked_by(self.template) or Form(())

    def asked(self, data: Mapping[str, Any] | None = None) -> Filling:
        return Filling(self.form, data, answers=self.before, prefix="draft")

    def answered(self, answers: Mapping[str, Any]) -> Filling:
        """The same as another system answers it, by key."""
        return self.asked(as_sent(self.form, answers, "draft"))


def choices(dossier: Dossier) -> list[tuple[str, str]]:
    """The papers that can come out: the procedure's results, and a refusal."""
    content, known = common.content_of(dossier), papers.templates()
    found = {one.template: one.title.in_(language()) for one in content.results if one.template in known}
    return [*found.items(), (papers.REFUSAL, known[papers.REFUSAL].title.in_(language()))]
