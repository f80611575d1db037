"""What is typed to find a procedure, a dossier, or the dossiers of a period."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from minhbach.org.models import Unit
from minhbach.org.ui.forms import DayField


class FindProcedure(forms.Form):
    q = forms.CharField(
        label=_("Procedure"),
        required=False,
        max_length=100,
        help_text=_("A few letters of its name, without marks if you like, or its code."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class FollowForm(forms.Form):
    """What somebody without the receipt at hand knows of their dossier."""

    code = forms.CharField(
        label=_("Dossier code"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    digits = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last four digits of the applicant's identity number"),
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={"invalid": _("Four digits.")},
    )


class BatchForm(forms.Form):
    """Which dossiers on which form."""

    KINDS = (
        ("register", _("Register of dossiers (form 07)")),
        ("control", _("Control slips (form 06)")),
        ("receipt", _("Receipts (form 01)")),
    )
    agency = forms.ModelChoiceField(Unit.objects.none(), label=_("Agency"), empty_label=None)
    first = DayField(label=_("Received from"))
    last = DayField(label=_("Until"))
    kind = forms.ChoiceField(label=_("Form"), choices=KINDS)
    ending = forms.ChoiceField(
        label=_("As"), choices=[("pdf", "PDF"), ("docx", _("Word file")), ("xlsx", _("Workbook (Excel)"))]
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["agency"].queryset = agencies
        for name in ("kind", "ending"):
            self.fields[name].required = False

    def clean(self) -> dict:
        said = super().clean() or {}
        said["kind"], said["ending"] = said.get("kind") or "register", said.get("ending") or "pdf"
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return said
