"""The day of the event from which the law counts, and the document that says so: asked alike at intake and later."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField, LineField
from minhbach.records.texts import Text


def beginning_fields(events: Iterable[Text], *, required: bool = True) -> tuple[forms.Field, forms.Field]:
    """The field for the day, with what it is the day of, and that for the document."""
    event = "; ".join(event.in_(language()) for event in events)
    day = DayField(
        label=_("Day of the event"),
        required=required,
        help_text=gettext("The time counts from: %(event)s. The day itself does not count.") % {"event": event},
    )
    document = LineField(
        label=_("Document that says so"),
        required=required,
        max_length=300,
        help_text=_("Its number and date, or where it was announced."),
    )
    return day, document
