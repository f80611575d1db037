"""What an administrator says about a system that calls the API."""

from datetime import timedelta

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import today
from minhbach.org.permissions import grantable_roles, scopes
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import UnitField


def _in_a_year():
    return today() + timedelta(days=365)


class TokenForm(forms.Form):
    name = LineField(
        label=_("Name of the system"),
        max_length=200,
        help_text=_("As it shall stand in the trail, for instance “Cổng dịch vụ công của tỉnh”."),
    )
    codes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as it needs. It never does more than its roles allow."),
    )
    roles = forms.MultipleChoiceField(label=_("In which roles"), widget=forms.CheckboxSelectMultiple)
    expires = DayField(label=_("Last day"), initial=_in_a_year, help_text=_("At most two years ahead."))

    field_order = ["name", "unit", "codes", "roles", "expires"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(scope.code, f"{capfirst(scope.title)} ({scope.code})") for scope in scopes()]
        self.fields["roles"].choices = [(role.code, role.title) for role in grantable_roles()]
        self.fields["unit"] = UnitField(
            label=_("Over the unit"), units=units, help_text=_("The roles hold there and at all units under it.")
        )
        self.order_fields(self.field_order)
