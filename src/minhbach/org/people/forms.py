"""Forms about people, posts, roles and accounts. What they ask is checked again in the actions."""

import secrets

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import today
from minhbach.org.models import Account, Person, Post
from minhbach.org.permissions import grantable_roles
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import UnitField

# Without letters and digits that are mistaken for one another when read aloud or from paper.
_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


def suggested_password() -> str:
    """Three groups of five: about 74 bits, and can be told on the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(5)) for _g in range(3))


def _length(model, field: str) -> int:
    return model._meta.get_field(field).max_length


class PeopleFilter(forms.Form):
    q = LineField(label=_("Name or staff code"), required=False, max_length=200)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(
            label=_("At or under the unit"), required=False, units=units, empty=_("All units")
        )


class PersonForm(forms.Form):
    full_name = LineField(label=_("Full name"), max_length=_length(Person, "full_name"))
    code = LineField(label=_("Staff code"), required=False, max_length=_length(Person, "code"))
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=_length(Person, "email"))

    field_order = ["full_name", "unit", "code", "email"]

    def __init__(self, *args, units, known: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(label=_("Unit that keeps the record"), units=units)
        if known:  # a staff code is given once
            del self.fields["code"]
        self.order_fields(self.field_order)


class PostForm(forms.Form):
    title = LineField(
        label=_("Title of the post"), max_length=_length(Post, "title"), help_text=_("For instance Trưởng phòng.")
    )
    begins = DayField(label=_("First day"), initial=today)
    ends = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty while there is no end."))

    field_order = ["title", "unit", "begins", "ends"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(label=_("Unit"), units=units)
        self.order_fields(self.field_order)


class EndForm(forms.Form):
    on = DayField(label=_("Last day"), initial=today)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    begins = DayField(label=_("First day"), initial=today)
    ends = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty while there is no end."))

    field_order = ["role", "unit", "begins", "ends"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.code, role.title) for role in grantable_roles()]
        self.fields["unit"] = UnitField(
            label=_("Over the unit"), units=units, help_text=_("The role holds there and at all units under it.")
        )
        self.order_fields(self.field_order)


class RevokeForm(forms.Form):
    on = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty to take the role away at once."))


def _password(required: bool, help_text) -> forms.CharField:
    # Shown as it is typed: the administrator has to tell it to the person.
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"})
    return forms.CharField(
        label=_("Password"), required=required, strip=False, max_length=128, widget=widget, help_text=help_text
    )


class AccountForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=_length(Account, "username"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("What the person types to sign in."),
    )
    password = _password(
        False, _("A suggestion; tell it to the person in private. Empty: they can sign in only by a linked provider.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def clean_password(self) -> str | None:
        return self.cleaned_data["password"] or None


class PasswordForm(forms.Form):
    password = _password(True, _("A suggestion; tell it to the person in private. It is not shown again."))


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
