"""Forms for preparing and running a round."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from minhbach.indices.actions.rounds import DATES
from minhbach.indices.models import Entry, Round
from minhbach.org.models import Unit

MOMENT = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and an hour, by the browser's own picker, or typed as 17:00 05/02/2026."""

    def __init__(self, **more):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(
            widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"], **more
        )


class DatesForm(forms.Form):
    """The moments of the stages. Whether they follow one another the action says."""

    self_opens = Moment(label=_("Self-scoring begins"))
    internal_due = Moment(label=_("Offices answer by"), help_text=_("The due date inside each unit."))
    self_closes = Moment(label=_("Self-scoring ends"))
    appraisal_1_closes = Moment(label=_("First appraisal ends"))
    explanation_closes = Moment(label=_("Explanation ends"))
    appraisal_2_closes = Moment(label=_("Second appraisal ends"))

    @property
    def dates(self) -> dict:
        return {name: self.cleaned_data[name] for name in DATES}


class ShownForm(forms.Form):
    """When units see the points they are appraised at."""

    appraisal_shown = forms.ChoiceField(
        label=_("The unit sees its appraisal points"), widget=forms.RadioSelect, initial=Round.Shown.CONCLUDED,
        help_text=_("What it is asked to explain, a unit sees in any case. Appraisers see their points at once."),
    )  # fmt: skip

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["appraisal_shown"].choices = [(s.value, s.label[:1].upper() + s.label[1:]) for s in Round.Shown]


class RoundForm(ShownForm, DatesForm):
    """A new round."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Run by"))
    title = forms.CharField(label=_("Title"), max_length=300)
    title_en = forms.CharField(label=_("English title"), max_length=300, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    previous = forms.ModelChoiceField(
        Round.objects.none(), label=_("Round of the year before"), required=False,
        help_text=_("Places and points are compared with it."),
    )  # fmt: skip
    carried_forward = forms.BooleanField(label=_("The sets are carried forward from an earlier year"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = [
        "unit",
        "title",
        "title_en",
        "year",
        "previous",
        "carried_forward",
        *DATES,
        "appraisal_shown",
        "note",
    ]

    def __init__(self, *args, units, rounds, **more):
        super().__init__(*args, **more)
        self.fields["unit"].queryset = units
        self.fields["previous"].queryset = rounds


class ReopenForm(forms.Form):
    """More time for one unit at one stage."""

    entry = forms.ModelChoiceField(Entry.objects.none(), label=_("Unit"))
    stage = forms.ChoiceField(label=_("Stage"), choices=())
    until = Moment(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, entries, **more):
        super().__init__(*args, **more)
        self.fields["entry"].queryset = entries
        self.fields["entry"].label_from_instance = lambda e: f"{e.unit} ({e.get_status_display()})"
        self.fields["stage"].choices = [(s.value, s.label[:1].upper() + s.label[1:]) for s in Round.Stage]


class UnitsForm(forms.Form):
    """The units a round is opened for."""

    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Units"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )  # fmt: skip

    def __init__(self, *args, units, **more):
        super().__init__(*args, **more)
        self.fields["units"].queryset = units


class PublishForm(forms.Form):
    decision = forms.CharField(
        label=_("Decision on the results"),
        max_length=300,
        required=False,
        help_text=_("Number and date, if there is one."),
    )


class SurveyFileForm(forms.Form):
    """A CSV with the results of a survey."""

    file = forms.FileField(label=_("Survey results (CSV)"), help_text=_("Columns: unit, criterion, input, value."))

    def clean_file(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > settings.MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than this installation allows."))
        try:
            return upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text. Save the sheet as CSV UTF-8.")) from None
