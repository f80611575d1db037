"""What the forms of all rooms share: days, lines, and an action's refusal shown at its field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from minhbach.org.errors import NotPossible

Result = TypeVar("Result")


class DayField(forms.DateField):
    """A day: chosen from the browser's calendar, or typed as people write it, 05/02/2024."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        kwargs.setdefault("error_messages", {"invalid": _("Give a day that exists, as 31/12/2024.")})
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **kwargs})


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
