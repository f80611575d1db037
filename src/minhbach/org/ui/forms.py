"""What the forms of all rooms share: days, units in tree order, and an action's refusal shown at its field."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit

Result = TypeVar("Result")


class DayField(forms.DateField):
    """A day: chosen from the browser's calendar, or typed as people write it, 05/02/2024."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        kwargs.setdefault("error_messages", {"invalid": _("Give a day that exists, as 31/12/2024.")})
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **kwargs})


class UnitField(forms.ChoiceField):
    """One of `units` (in the order of the tree), indented by depth; several fields can share one list."""

    def __init__(self, *, units: Iterable[Unit], empty: str = "", **kwargs):
        self.units = {str(unit.pk): unit for unit in units}
        top = min((unit.depth for unit in self.units.values()), default=0)
        choices = [(pk, "\u2003" * (unit.depth - top) + f"{unit} ({unit.code})") for pk, unit in self.units.items()]
        wrong = {"invalid_choice": _("You cannot choose this unit here; choose one of the list.")}
        super().__init__(
            **{"choices": [("", empty or _("Choose a unit")), *choices], "error_messages": wrong, **kwargs}
        )

    def prepare_value(self, value):
        return str(value.pk) if isinstance(value, Unit) else value

    def clean(self, value) -> Unit | None:
        return self.units.get(super().clean(value))


class LineField(forms.CharField):
    """One line of text, its spaces tidied."""

    def clean(self, value) -> str:
        return " ".join(super().clean(value).split())


def attempt(form: forms.Form, act: Callable[[], Result], fields: Mapping[str, str] | None = None) -> Result | None:
    """`act()`; or, where the state of things forbids it, None and the reason on the form.

    `fields` says at which field a reason belongs, by its code; the others stand above the form.
    """
    try:
        return act()
    except NotPossible as reason:
        at = (fields or {}).get(reason.code)
        form.add_error(at if at in form.fields else None, ValidationError(reason.messages, code=reason.code))
        return None
