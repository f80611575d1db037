"""What is typed at the counter and at a desk."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Applicant, Dossier
from minhbach.dossiers.states import Channel
from minhbach.org.models import Person, Unit
from minhbach.org.ui.forms import DayField, LineField


class FindProcedure(forms.Form):
    q = forms.CharField(
        label=_("Procedure"),
        required=False,
        max_length=100,
        help_text=_("A few letters of its name, without marks if you like, or its code."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class IntakeForm(forms.Form):
    """The applicant, what is asked for, and how the result is to be returned. Papers stand beside it."""

    id_kind = forms.ChoiceField(label=_("Kind of number"), choices=Applicant._meta.get_field("id_kind").choices)
    id_number = LineField(
        label=_("Identity number"),
        required=False,
        max_length=30,
        help_text=_("Twelve digits. Somebody known from an earlier dossier is recognised by it."),
    )
    name = LineField(label=_("Full name, or name of the organisation"), max_length=300)
    kind = forms.ChoiceField(label=_("Applicant"), choices=Applicant._meta.get_field("kind").choices)
    born = DayField(label=_("Date of birth"), required=False)
    phone = LineField(label=_("Telephone"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = LineField(label=_("Address"), required=False, max_length=500)
    subject = LineField(label=_("What is asked for"), required=False, max_length=1000)
    channel = forms.ChoiceField(label=_("Sent"), choices=Channel.choices)
    return_by = forms.ChoiceField(label=_("How the result is to be returned"), choices=Channel.choices)

    APPLICANT = ("kind", "id_kind", "id_number", "name", "born", "phone", "email", "address")
    REQUEST = ("subject", "channel", "return_by")

    def __init__(self, *args, components=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.components = list(components)
        for component in self.components:
            self.fields[f"paper_{component.key}"] = forms.BooleanField(label=component.title.vi, required=False)

    @property
    def applicant_fields(self):
        return [self[name] for name in self.APPLICANT]

    @property
    def request_fields(self):
        return [self[name] for name in self.REQUEST]

    @property
    def papers(self):
        """Each component with its box to tick."""
        return [(component, self[f"paper_{component.key}"]) for component in self.components]

    def ticked(self) -> list[str]:
        return [c.key for c in self.components if self.cleaned_data[f"paper_{c.key}"]]


class DeedForm(forms.Form):
    """Seen as of this edition: whoever acts on an older one is told."""

    edition = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(DeedForm):
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class BecauseForm(DeedForm):
    because = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class MoveForm(NoteForm):
    """Where to, if there is more than one way, and to whom."""

    def __init__(self, *args, ways, people, note_needed=False, **kwargs):
        super().__init__(*args, **kwargs)
        if len(ways) > 1:
            choices = [(way.key, way.title.vi) for way in ways]
            self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)
        if people is not None:
            self.fields["person"] = forms.ModelChoiceField(
                people, label=_("To whom"), required=False, empty_label=_("the unit; somebody there takes it")
            )
        self.fields["note"].required = note_needed
        self.order_fields(["to", "person", "note"])


class AssignForm(NoteForm):
    person = forms.ModelChoiceField(Person.objects.none(), label=_("To whom"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.order_fields(["person", "note"])


class AskForm(DeedForm):
    """What is missing or owed, all at once."""

    items = forms.CharField(
        label=_("What is needed, one to a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    because = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    until = DayField(label=_("To be answered by"), required=False)

    def __init__(self, *args, again=False, **kwargs):
        super().__init__(*args, **kwargs)
        if again:
            self.fields["again_because"] = forms.CharField(
                label=_("Why a second time"),
                help_text=_("A supplement was asked for already; the law lets you ask once."),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean_items(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]


class AnswerForm(DeedForm):
    answer = forms.CharField(
        label=_("What was handed in"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )


class ReturnForm(DeedForm):
    by = forms.ChoiceField(label=_("How it is returned"), choices=Channel.choices)


class OpinionForm(DeedForm):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit asked"))
    question = forms.CharField(label=_("Question"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    until = DayField(label=_("To be answered by"), required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.order_fields(["unit", "question", "until"])


class ExtendForm(BecauseForm):
    day = DayField(label=_("New due day"))
    hour = forms.TimeField(
        label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="17:00"
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["day", "hour", "because"])
        if dossier.due_at:
            self.fields["hour"].initial = timezone.localtime(dossier.due_at).strftime("%H:%M")
