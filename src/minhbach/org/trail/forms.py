"""The filter of the trail."""

from itertools import groupby

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from minhbach.org.trail.queries import Wanted
from minhbach.org.trail.registry import labels
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import UnitField


def _verbs() -> list:
    """The declared events under the names of their rooms."""
    rooms = {config.label: config.verbose_name for config in apps.get_app_configs()}
    found: list = [("", _("Everything"))]
    for room, rows in groupby(labels().items(), lambda row: row[0].split(".")[0]):
        choices = [(code, str(label)[:1].upper() + str(label)[1:]) for code, label in rows]
        found.append((rooms.get(room, room), sorted(choices, key=lambda choice: choice[1])))
    return found


class TrailFilter(forms.Form):
    who = LineField(label=_("Who"), required=False, max_length=200)
    verb = forms.ChoiceField(label=_("Did what"), required=False, choices=_verbs)
    begins = DayField(label=_("From the day"), required=False)
    ends = DayField(label=_("To the day"), required=False)
    chain = LineField(label=_("Chain"), required=False, max_length=200)

    field_order = ["who", "verb", "unit", "begins", "ends", "chain"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(
            label=_("At or under the unit"), required=False, units=units, empty=_("All units")
        )
        self.order_fields(self.field_order)

    def wanted(self) -> Wanted:
        """What is asked for; of a form with errors, what is right in it."""
        given = getattr(self, "cleaned_data", {}) if self.is_bound and self.is_valid() is not None else {}
        return Wanted(**{name: value for name, value in given.items() if value})
