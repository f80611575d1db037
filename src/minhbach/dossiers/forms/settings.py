"""What is set up around the counter: the one-stop shop, who acts for whom, whose dossiers go to whom."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Desk
from minhbach.dossiers.models.desks import PATTERN
from minhbach.org.dates import today
from minhbach.org.models import Person
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import UnitField


def _length(field: str) -> int:
    return Desk._meta.get_field(field).max_length


class DeskForm(forms.Form):
    """The rules of a one-stop shop from a day on."""

    begins = DayField(label=_("From"), initial=today)
    name = LineField(
        label=_("Name on the forms"),
        required=False,
        max_length=_length("name"),
        help_text=_("As “Bộ phận Tiếp nhận và Trả kết quả Sở Giáo dục và Đào tạo”."),
    )
    agency_code = LineField(
        label=_("Identification code of the agency"),
        max_length=_length("agency_code"),
        help_text=_("By Decision 20/2020/QĐ-TTg, amended by Decision 09/2025/QĐ-TTg; dossier codes begin with it."),
    )
    pattern = LineField(
        label=_("Pattern of dossier codes"),
        max_length=_length("pattern"),
        initial=PATTERN,
        help_text=_("{agency}, {yymmdd} and {number:4} must be in it; {owner} and {yyyy} may."),
    )
    owner = LineField(label=_("System owner (Circular 4/2025)"), required=False, max_length=_length("owner"))
    address = LineField(label=_("Address"), required=False, max_length=_length("address"))
    phone = LineField(label=_("Telephone"), required=False, max_length=_length("phone"))
    email = forms.EmailField(label=_("E-mail"), required=False)

    GROUPS = (
        (_("Dossier codes"), ("begins", "agency_code", "pattern", "owner")),
        (_("On forms and on the page for following"), ("name", "address", "phone", "email")),
    )

    def groups(self):
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]


class ChooseAgency(forms.Form):
    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["unit"] = UnitField(units=units, label=_("Agency"))


class DelegationForm(forms.Form):
    """Who acts in whose place, where, and until when."""

    begins = DayField(label=_("From"), initial=today)
    ends = DayField(label=_("Until"), required=False, help_text=_("Left empty, until it is ended."))
    reason = LineField(label=_("Reason"), required=False, max_length=300)
    document = LineField(label=_("Document"), required=False, max_length=200)

    def __init__(self, *args, units, people, givers, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["giver"] = forms.ModelChoiceField(givers, label=_("Absent or delegating"), empty_label=_("Choose"))
        self.fields["taker"] = forms.ModelChoiceField(people, label=_("Acts in their place"), empty_label=_("Choose"))
        self.fields["unit"] = UnitField(units=units, label=_("Unit"))
        self.order_fields(["giver", "taker", "unit", "begins", "ends", "reason", "document"])


class HandOverForm(forms.Form):
    """To whom everything goes."""

    to = forms.ModelChoiceField(Person.objects.none(), label=_("To whom"), empty_label=_("Choose"))
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["to"].queryset = people
