"""The form of the counter: who, what for, with which papers, by which way; and, where papers are missing, what is asked
to be completed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.actions.intake import HandedIn, Posted
from minhbach.dossiers.forms.beginning import beginning_fields
from minhbach.dossiers.models import Applicant
from minhbach.dossiers.states import Channel, Digitised
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField
from minhbach.procedures.content.model import FORMS_OF_PAPER, Component, Content
from minhbach.procedures.content.words import word
from minhbach.records.texts import Text

APPLICANT = ("id_number", "name", "phone", "address", "kind", "id_kind", "born", "email")
SENDER = ("sender_name", "sender_id_number", "sender_phone", "sender_address", "sender_warrant")
REQUEST = ("subject", "return_by", "sets", "channel")
BEGINNING = ("counted_day", "counted_document")
POST = ("sent_on", "arrived_on", "tracking", "fee")
_CHANNELS = [(code, capfirst(label)) for code, label in Channel.choices]
_ELECTRONIC = [
    ("", _("On paper")),
    (str(Digitised.REUSED.value), _("Reused: the data are in a database")),
    (str(Digitised.REUSED_RESULT.value), _("Reused from an earlier result")),
]


def _begun(name: str) -> list[tuple[str, Any]]:
    """The choices of a field of the applicant, with a capital letter."""
    return [(code, capfirst(label)) for code, label in Applicant._meta.get_field(name).choices]


@dataclass(frozen=True)
class PaperRow:
    """A component on screen: its box to tick, and what is said of it."""

    component: Component
    key: str
    ticked: forms.BoundField
    scan: forms.BoundField
    details: list[forms.BoundField]

    @property
    def title(self) -> str:
        return self.component.title.in_(language())

    @property
    def when(self) -> str:
        return self.component.when.in_(language())

    @property
    def is_wrong(self) -> bool:
        return any(bound.errors for bound in (self.ticked, self.scan, *self.details))


class IntakeForm(forms.Form):
    """The applicant, the papers, and how it came and shall go."""

    id_number = LineField(
        label=_("Identity number"),
        required=False,
        max_length=30,
        help_text=_("12 digits, or the enterprise code. Whoever sent a dossier before is recognised by it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = LineField(label=_("Full name, or name of the organisation"), max_length=300)
    phone = LineField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    address = LineField(label=_("Address"), required=False, max_length=500)
    kind = forms.ChoiceField(label=_("Applicant"), choices=_begun("kind"))
    id_kind = forms.ChoiceField(label=_("Kind of number"), choices=_begun("id_kind"))
    born = DayField(label=_("Date of birth"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    by_other = forms.BooleanField(label=_("Somebody else hands it in for the applicant"), required=False)
    sender_name = LineField(label=_("Full name of the representative"), required=False, max_length=300)
    sender_id_number = LineField(label=_("Identity number"), required=False, max_length=30)
    sender_phone = LineField(label=_("Telephone"), required=False, max_length=30)
    sender_address = LineField(label=_("Address"), required=False, max_length=500)
    sender_warrant = LineField(label=_("Paper by which they act"), required=False, max_length=300)

    subject = LineField(label=_("What is asked for"), required=False, max_length=1000)
    return_by = forms.ChoiceField(label=_("How the result is to be returned"), choices=_CHANNELS)
    sets = forms.IntegerField(label=_("Sets of papers"), min_value=1, max_value=99)
    channel = forms.ChoiceField(label=_("Sent"), choices=_CHANNELS)
    sent_on = DayField(label=_("Handed to the post on"), required=False)
    arrived_on = DayField(label=_("Received from the post on"), required=False)
    tracking = LineField(label=_("Tracking number"), required=False, max_length=50)
    fee = forms.IntegerField(label=_("Fee collected by the post (đồng)"), required=False, min_value=0, max_value=10**9)

    other = LineField(label=_("Another paper, by its title"), required=False, max_length=500)
    other_scan = forms.FileField(label=_("Scan"), required=False, widget=forms.FileInput)

    def __init__(self, data=None, files=None, *, content: Content, beginnings: Sequence[Text] = (), **kwargs):
        """`beginnings`: the events from which the law may count its time, where that is not the reception."""
        super().__init__(data, files, use_required_attribute=False, **kwargs)
        self.content = content
        if beginnings:
            self.fields |= dict(zip(BEGINNING, beginning_fields(beginnings, required=False), strict=True))
        for component in content.components:
            self._add(component)

    def _add(self, component: Component) -> None:
        name = f"paper_{component.key}"
        papers = [(code, word(FORMS_OF_PAPER, code).in_(language()).capitalize()) for code in FORMS_OF_PAPER]
        self.fields |= {
            name: forms.BooleanField(label=component.title.in_(language()), required=False),
            f"{name}.as": forms.ChoiceField(
                label=_("Handed in as"), choices=papers, required=False, initial=component.paper or "original"
            ),
            f"{name}.copies": forms.IntegerField(
                label=_("Number"), required=False, min_value=1, max_value=999, initial=component.copies or 1
            ),
            f"{name}.state": forms.ChoiceField(label=_("Electronic"), choices=_ELECTRONIC, required=False),
            f"{name}.code": LineField(
                label=_("Number or code of that result"),
                required=False,
                max_length=100,
            ),
            # Ticked among what the applicant was given before, where it stands in for this paper.
            f"{name}.reuse": forms.CharField(required=False, max_length=100),
            f"{name}.scan": forms.FileField(label=_("Scan"), required=False, widget=forms.FileInput),
        }

    @property
    def applicant_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in APPLICANT[1:]]

    @property
    def sender_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SENDER]

    @property
    def request_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in REQUEST]

    @property
    def post_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in POST]

    @property
    def beginning_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in BEGINNING if name in self.fields]

    @property
    def has_other(self) -> bool:
        """Whether another paper was named, or its scan kept."""
        return bool(self["other"].value()) or "other_scan" in getattr(self, "kept", {})

    def papers(self) -> Iterator[PaperRow]:
        for component in self.content.components:
            name = f"paper_{component.key}"
            details = [self[f"{name}.{part}"] for part in ("as", "copies", "state", "code")]
            yield PaperRow(component, component.key, self[name], self[f"{name}.scan"], details)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("by_other") and not said.get("sender_name"):
            self.add_error("sender_name", gettext("Enter the name of the person who hands it in."))
        if said.get("counted_document") and not said.get("counted_day") and "counted_day" not in self.errors:
            self.add_error("counted_day", gettext("Enter the day, or leave the document out, too."))
        for component in self.content.components:
            name = f"paper_{component.key}"
            if said.get(f"{name}.state") == str(Digitised.REUSED_RESULT.value) and not said.get(f"{name}.code"):
                self.add_error(f"{name}.code", gettext("Say which result it is taken from."))
        return said

    def applicant(self) -> dict[str, Any]:
        """As `applicant_keep` takes it. Ten or thirteen digits are an enterprise's code, whatever was chosen."""
        said = {name: self.cleaned_data[name] for name in APPLICANT}
        if said["id_kind"] == Applicant.PERSONAL_ID:
            said["id_kind"] = kind_of_number(said["id_number"])
            if said["id_kind"] == Applicant.TAX_CODE:
                said["kind"] = Applicant.ORGANISATION
        return said

    def sender(self) -> dict[str, str]:
        if not self.cleaned_data["by_other"]:
            return {}
        return {name.removeprefix("sender_"): self.cleaned_data[name] for name in SENDER}

    def posted(self) -> Posted | None:
        said = self.cleaned_data
        return Posted(*(said[name] for name in POST)) if said["channel"] == Channel.POST else None

    def beginning(self) -> dict[str, Any]:
        """From when its time counts, as `beginning_state` takes it; nothing where no day is stated."""
        day, document = (self.cleaned_data.get(name) for name in BEGINNING)
        return {"day": day, "document": document} if day else {}

    def reused(self) -> dict[str, str]:
        """The results ticked, by the key of the paper they stand in for."""
        keys = [component.key for component in self.content.components]
        return {key: code for key in keys if (code := self.cleaned_data[f"paper_{key}.reuse"])}

    def handed_in(self) -> list[HandedIn]:
        """What was ticked, scanned, or is reused: each counts as handed in."""
        said, found = self.cleaned_data, []
        for component in self.content.components:
            name = f"paper_{component.key}"
            state, scan, reuse = said[f"{name}.state"], said[f"{name}.scan"], said[f"{name}.reuse"]
            if reuse:
                state = Digitised.REUSED_RESULT
            if said[name] or state or scan:
                found.append(
                    HandedIn(
                        component.key,
                        handed_in=said[f"{name}.as"],
                        copies=said[f"{name}.copies"] or 1,
                        digitised=int(state or Digitised.NOT),
                        reused_code=reuse or said[f"{name}.code"],
                        scan=scan,
                    )
                )
        if said["other"] or said["other_scan"]:
            title = said["other"] or gettext("Another paper")
            found.append(HandedIn("", title=title, handed_in="copy", scan=said["other_scan"]))
        return found


class CompleteForm(forms.Form):
    """A request to complete (form 02): everything that is missing, at once."""

    items = forms.CharField(
        label=_("What is missing, one to a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    because = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    until = DayField(label=_("To be answered by"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="ask", use_required_attribute=False, **kwargs)

    def clean_items(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]


def kind_of_number(number: str) -> str:
    """A personal number has 12 digits (9 on the former card), an enterprise's code 10, or 13 with that of a branch."""
    digits = re.sub(r"[\s.\-]", "", number)
    return Applicant.TAX_CODE if digits.isdecimal() and len(digits) in (10, 13) else Applicant.PERSONAL_ID


def as_typed(form: forms.BaseForm, data: Mapping[str, Any]) -> None:
    """Make an unbound form show what was typed, without judging it."""
    form.initial = {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()
    }
