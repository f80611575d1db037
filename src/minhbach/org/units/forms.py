"""Forms of the tree. What they ask is checked again in the actions."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import today
from minhbach.org.models import Unit, UnitKind, UnitName
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import Choosable, UnitField

SUCCESSORS = 4
MOST_SUCCESSORS = 40


def _length(model, field: str) -> int:
    return model._meta.get_field(field).max_length


class TreeFilter(forms.Form):
    day = DayField(label=_("As of"), required=False)
    q = LineField(label=_("Name or code"), required=False, max_length=200)
    kind = forms.ModelChoiceField(
        UnitKind.objects.all(), to_field_name="code", label=_("Kind"), required=False, empty_label=_("All kinds")
    )


class _Names(forms.Form):
    name = LineField(label=_("Name"), max_length=_length(UnitName, "name"))
    name_en = LineField(label=_("Name in English"), required=False, max_length=_length(UnitName, "name_en"))
    short_name = LineField(
        label=_("Short name"),
        required=False,
        max_length=_length(UnitName, "short_name"),
        help_text=_("As in the symbols of documents, for instance SGDĐT."),
    )


class OpenForm(_Names):
    code = LineField(
        label=_("Code"),
        max_length=_length(Unit, "code"),
        validators=[
            RegexValidator(r"^[0-9A-Za-z][0-9A-Za-z._-]*$", _("Use letters without marks, digits, . _ and -."))
        ],
        help_text=_("Stays the same for ever, for instance thpt-le-loi. Files and imports name the unit by it."),
    )
    kind = forms.ModelChoiceField(UnitKind.objects.all(), label=_("Kind"), empty_label=_("Choose a kind"))
    group = LineField(
        label=_("Group in indicator sets"),
        required=False,
        max_length=_length(Unit, "group"),
        help_text=_("Units of one group are ranked together."),
    )
    begins = DayField(label=_("First day"), initial=today)

    field_order = ["parent", "name", "code", "kind", "begins", "name_en", "short_name", "group"]

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"] = UnitField(label=_("Parent unit"), units=parents)
        self.order_fields(self.field_order)


class RenameForm(_Names):
    on = DayField(label=_("From the day"), initial=today, help_text=_("What is older keeps the old name."))

    field_order = ["name", "on", "name_en", "short_name"]


class MoveForm(forms.Form):
    on = DayField(label=_("From the day"), initial=today)

    field_order = ["parent", "on"]

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"] = UnitField(label=_("New parent unit"), units=parents)
        self.order_fields(self.field_order)


class ClassifyForm(forms.Form):
    kind = forms.ModelChoiceField(UnitKind.objects.all(), label=_("Kind"), empty_label=None)
    group = LineField(
        label=_("Group in indicator sets"),
        required=False,
        max_length=_length(Unit, "group"),
        help_text=_("Units of one group are ranked together."),
    )


class CloseForm(forms.Form):
    """As many fields for successors as `rows` says; the page's button asks for more of them."""

    on = DayField(label=_("Last day"), help_text=_("The successors take over on the day after."))
    document_number = LineField(
        label=_("Number of the document"), required=False, max_length=100, help_text=_("For instance 1671/NQ-HĐND.")
    )
    document_date = DayField(label=_("Date of the document"), required=False)
    document_title = LineField(label=_("What the document is about"), required=False, max_length=500)
    rows = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=MOST_SUCCESSORS)

    def __init__(self, *args, units, rows: int = SUCCESSORS, **kwargs):
        super().__init__(*args, **kwargs)
        units = Choosable(units)
        self.successor_names = [f"successor_{n}" for n in range(1, rows + 1)]
        for n, name in enumerate(self.successor_names, 1):
            self.fields[name] = UnitField(
                label=_("Successor %(n)s") % {"n": n}, units=units, required=False, empty=_("No unit")
            )
            if self.initial.get(f"{name}.q"):  # words that are not judged yet stay
                self.initial[name] = self.fields[name].widget.value_from_datadict(self.initial, {}, name)
        self.initial["rows"] = rows

    def successor_fields(self):
        return [self[name] for name in self.successor_names]

    def successors(self) -> list[Unit]:
        """Those chosen, each once."""
        chosen = (self.cleaned_data[name] for name in self.successor_names)
        return list({unit.pk: unit for unit in chosen if unit is not None}.values())
