"""What is typed to do something with a dossier: a form for each kind of deed."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, resulting
from minhbach.dossiers.actions.intake import HandedIn, Posted
from minhbach.dossiers.forms.beginning import beginning_fields
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.printing.results import signing_forms
from minhbach.dossiers.states import Channel
from minhbach.org.models import Certificate, Person, Unit
from minhbach.org.signing.queries import usable
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField
from minhbach.procedures.content.model import FORMS_OF_PAPER
from minhbach.procedures.content.reading import stored
from minhbach.procedures.content.words import word


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

    warning = ""

    def __init__(self, *args, again=False, **kwargs):
        super().__init__(*args, **kwargs)
        if again:
            self.warning = gettext(
                "A supplement was asked for already, and the law lets the office ask once. A second request is recorded"
                " with its reason, and counts against the office wherever an indicator set says so."
            )
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


class SupplementForm(AnswerForm):
    """What was asked for, item by item, with its scans; `papers` is what came in. On a page all of it has to be there:
    the clock goes on only from the full supplement."""

    listed = forms.CharField(required=False, widget=forms.HiddenInput, initial="1")

    def __init__(self, data=None, files=None, *, items=(), components=(), **kwargs):
        super().__init__(data, files, **kwargs)
        self.items, self.keys = list(items), {one.title.vi: one.key for one in components}
        for place, item in enumerate(self.items):
            self.fields[f"item_{place}"] = forms.BooleanField(label=item, required=False)
            self.fields[f"scan_{place}"] = forms.FileField(
                label=gettext("Scan: %(title)s") % {"title": item}, required=False, widget=forms.FileInput
            )
        order = [f"{kind}_{place}" for place in range(len(self.items)) for kind in ("item", "scan")]
        self.order_fields([*order, "answer"])

    def clean(self) -> dict:
        said = super().clean() or {}
        papers, missing = [], []
        for place, item in enumerate(self.items):
            ticked, scan = said.pop(f"item_{place}", False), said.pop(f"scan_{place}", None)
            if ticked or scan:
                papers.append(HandedIn(self.keys.get(item, ""), title=item, scan=scan))
            else:
                missing.append(item)
        if said.pop("listed", "") and missing:
            raise forms.ValidationError(
                gettext("Not everything is here: %(missing)s. The time goes on only once all of it is.")
                % {"missing": "; ".join(missing)}
            )
        if papers:
            said["papers"] = papers
        return said


class ReturnForm(DeedForm):
    by = forms.ChoiceField(label=_("How it is returned"), choices=Channel.choices)
    sent_on = DayField(label=_("Handed to the post on"), required=False, help_text=_("Only by post."))
    tracking = forms.CharField(label=_("Tracking number"), required=False, max_length=50)
    fee = forms.IntegerField(label=_("Fee collected by the post (đồng)"), required=False, min_value=0, max_value=10**9)

    def clean(self) -> dict:
        said = super().clean() or {}
        posted = {name: said.pop(name, None) for name in ("sent_on", "tracking", "fee")}
        if said.get("by") == Channel.POST:
            said["posted"] = Posted(posted["sent_on"], None, posted["tracking"] or "", posted["fee"])
        return said


class GiveOpinionForm(forms.Form):
    """The answer of the unit asked."""

    agrees = forms.TypedChoiceField(
        label=_("Does your unit agree?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Neither for nor against"))],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Opinion"), widget=forms.Textarea(attrs={"rows": 6}), max_length=10_000)


class PaperForm(forms.Form):
    """A paper to add, or (by `do`) a scan for one that is there, or the reason why one is taken out."""

    component = forms.ChoiceField(label=_("Which paper"), required=False)
    title = forms.CharField(label=_("Another paper, by its title"), required=False, max_length=500)
    handed_in = forms.ChoiceField(label=_("Handed in as"), required=False)
    copies = forms.IntegerField(label=_("Number"), required=False, min_value=1, max_value=999, initial=1)
    scan = forms.FileField(label=_("Scan"), required=False, widget=forms.FileInput)
    because = forms.CharField(label=_("Why it is taken out"), required=False, max_length=1000)

    def __init__(self, data=None, files=None, *, content, do="add", **kwargs):
        super().__init__(data, files, **kwargs)
        self.do = do
        components = stored(content.content).components
        titles = [(one.key, one.title.in_(language())) for one in components]
        self.fields["component"].choices = [("", gettext("Another paper")), *titles]
        kinds = [(code, word(FORMS_OF_PAPER, code).in_(language()).capitalize()) for code in FORMS_OF_PAPER]
        self.fields["handed_in"].choices = kinds
        self.fields["scan"].required = do == "scan"
        self.fields["because"].required = do == "remove"


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


class BeginForm(DeedForm):
    """The day of the event from which the law counts."""

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"], self.fields["document"] = beginning_fields([clock.counts_from(dossier)])
        self.fields["day"].initial, self.fields["document"].initial = dossier.counted_from, dossier.counted_by


class CertificateForm(DeedForm):
    """By which certificate, where there is more than one."""

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        found = usable(owner)
        if len(found) > 1:
            self.fields["certificate"] = forms.ModelChoiceField(
                Certificate.objects.filter(pk__in=[one.pk for one in found]),
                label=_("Certificate"),
                empty_label=None,
                initial=found[0].pk,
            )


class SignForm(CertificateForm):
    """In whose name the result is signed."""

    def __init__(self, *args, dossier: Dossier, person: Person | None, **kwargs):
        super().__init__(*args, owner=person, **kwargs)
        result = resulting.current(dossier)
        chosen = signing_forms(dossier, result.said if result else {}, person)
        self.fields["form"] = forms.ChoiceField(
            label=_("Authority to sign"),
            choices=[(one.code, one.said) for one in chosen],
            initial=chosen[0].code,
            required=False,
            widget=forms.RadioSelect,
        )
        self.order_fields(["form", "certificate"])


class RecordForm(DeedForm):
    """A result on paper."""

    symbol = LineField(label=_("Number and symbol of the paper"), max_length=100)
    issued_on = DayField(label=_("Date of the paper"))
    scan = forms.FileField(label=_("Scan"))

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        content = stored(dossier.version.content)
        if len(content.results) > 1:
            self.fields["code"] = forms.ChoiceField(
                label=_("Which result"), choices=[(one.code, one.title.vi) for one in content.results], required=False
            )
        self.fields["refusal"] = forms.BooleanField(label=_("It is a reasoned refusal"), required=False)
