"""Hours and days as an administrator types them. What they ask is checked again in the actions."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from minhbach.org.calendars.models import SpecialDay
from minhbach.org.dates import today
from minhbach.org.ui.forms import DayField, LineField
from minhbach.org.ui.unitfields import UnitField
from minhbach.worktime.hours import WEEKDAYS

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class ChooseCalendar(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["unit"] = UnitField(units=units, label=_("Unit"))
        self.order_fields(["unit", "year"])


class HoursForm(forms.Form):
    """The hours of each day of the week, from a day on."""

    since = DayField(label=_("From"), initial=today)
    decision = LineField(label=_("Decision"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for key, title in zip(WEEKDAYS, DAYS, strict=True):
            self.fields[key] = LineField(label=title, required=False, max_length=100)
        self.fields["mon"].help_text = _("As 07:30-11:30, 13:00-17:00. Left empty, nobody works that day.")
        self.order_fields(["since", *WEEKDAYS, "decision"])

    def hours(self) -> dict[str, list[str]]:
        said = self.cleaned_data
        return {key: re.split(r"\s*[,;]\s*", said[key].strip(" ,;")) for key in WEEKDAYS if said[key].strip(" ,;")}


class DayForm(forms.Form):
    """A day, or half of it, off or worked, with the decision that set it."""

    day = DayField(label=_("Day"))
    kind = forms.ChoiceField(
        label=_("On that day"),
        choices=[("off", _("Nobody works")), ("working", _("Work is made up"))],
        widget=forms.RadioSelect,
    )
    part = forms.ChoiceField(label=_("Part of the day"), choices=SpecialDay._meta.get_field("part").choices)
    swap = DayField(
        label=_("Swapped with"), required=False, help_text=_("The day off for which work is made up, or the reverse.")
    )
    reason = LineField(label=_("Reason"), max_length=200)
    decision = LineField(label=_("Decision"), required=False, max_length=200)

    def __init__(self, *args, everywhere=False, **kwargs):
        super().__init__(*args, **kwargs)
        if everywhere:
            self.fields["decision"].required = True
            self.fields["decision"].help_text = _("The document that set it, with number and date.")
