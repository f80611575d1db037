"""The form of a procedure as it is filled in, the same at the counter and online.

Built from `content.Form`: fields, types, limits, conditions. A question whose conditions do not hold is neither asked
nor kept, whatever the browser sends. What comes out is plain data that a JSON column keeps:

    text, identity and telephone numbers, e-mail: str     date: "2026-11-21"       choice: key of the option
    number, money: int, or "0.5" where it is no whole     yes_no: "yes" or "no"    many: list of keys
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.org.dates import today
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField
from minhbach.procedures.content.model import Condition, Field, Form
from minhbach.vietnamese import BilingualError, format_number, parse_number

LINE, PAGE = 500, 5000
"""Most characters of a line and of a longer text, where the form says nothing."""
FEW = 6
"""So many options are shown beside each other; more are a list."""


class ExactField(forms.CharField):
    """A number as people write it; `whole` takes no decimals. Value: Decimal."""

    def __init__(self, *, whole: bool = False, least: str = "", most: str = "", **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric" if whole else "decimal", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **kwargs)
        self.whole, self.least, self.most = whole, _number(least), _number(most)

    def clean(self, value) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_number(text, language())
        except BilingualError as error:
            raise forms.ValidationError(error.vi if language() == "vi" else error.en) from error
        if self.whole and number != number.to_integral_value():
            raise forms.ValidationError(_("Give a whole number."))
        if self.least is not None and number < self.least:
            raise forms.ValidationError(_("At least %(number)s.") % {"number": shown_number(self.least)})
        if self.most is not None and number > self.most:
            raise forms.ValidationError(_("At most %(number)s.") % {"number": shown_number(self.most)})
        return number


class DayWithin(DayField):
    """A day between two others, either of which may be `today`."""

    def __init__(self, *, least: str = "", most: str = "", **kwargs):
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def clean(self, value) -> datetime.date | None:
        day = super().clean(value)
        if day is None:
            return None
        least, most = _day(self.least), _day(self.most)
        if least is not None and day < least:
            raise forms.ValidationError(_("Not before %(day)s.") % {"day": f"{least:%d/%m/%Y}"})
        if most is not None and day > most:
            raise forms.ValidationError(_("Not after %(day)s.") % {"day": f"{most:%d/%m/%Y}"})
        return day


@dataclass(frozen=True)
class Asked:
    """A question on screen: `when` are its conditions for the browser, `holds` whether it is asked at this moment."""

    bound: forms.BoundField
    field: Field
    when: SafeString | str
    holds: bool
    only_if: str


class Filling(forms.Form):
    """The form of a procedure. `answers` are given before; `person` fills in what is known of the applicant."""

    def __init__(
        self,
        asked: Form,
        data=None,
        *,
        answers: Mapping[str, Any] | None = None,
        person: Mapping[str, Any] | None = None,
        prefix: str = "answers",
    ):
        initial = {**prefilled(asked, person or {}), **as_initial(asked, answers or {})}
        super().__init__(data, initial=initial, prefix=prefix, use_required_attribute=False)
        self.asked = asked
        for one in asked.fields:
            self.fields[one.key] = _field(one)
            if one.prefill:
                self.fields[one.key].widget.attrs["data-prefill"] = one.prefill

    def clean(self) -> dict[str, Any]:
        """Conditions are judged in the order of the questions: each asks only those before it."""
        cleaned = super().clean() or {}
        answers: dict[str, Any] = {}
        for one in self.asked.fields:
            if not holds(one.when, answers):
                self._errors.pop(one.key, None)
                cleaned.pop(one.key, None)
                continue
            value = plain(cleaned.get(one.key))
            if value not in (None, "", []):
                answers[one.key] = value
            elif one.required and one.key not in self._errors:
                self.add_error(
                    one.key, forms.ValidationError(self.fields[one.key].error_messages["required"], "required")
                )
        self._answers = answers
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, in the order of the questions. Only of a form that is valid."""
        assert self.is_valid()
        return self._answers

    def so_far(self) -> dict[str, Any]:
        """What stands in the form at this moment, for conditions on screen."""
        if self.is_bound:
            self.errors  # noqa: B018 - judges the form
            return self._answers
        given = {key: plain(self.get_initial_for_field(field, key)) for key, field in self.fields.items()}
        return {key: value for key, value in given.items() if value}

    def sections(self) -> Iterator[tuple[str, list[Asked]]]:
        """What the template shows, section by section."""
        so_far, lang = self.so_far(), language()
        titles = {one.key: one.title.in_(lang) for one in self.asked.fields}
        for section in self.asked.sections:
            yield section.title.in_(lang), [self._asked(one, so_far, titles) for one in section.fields]

    def _asked(self, one: Field, so_far: Mapping[str, Any], titles: Mapping[str, str]) -> Asked:
        when: SafeString | str = ""
        if one.when:
            conditions = [{"field": f"{self.prefix}-{c.field}", "values": list(c.values)} for c in one.when]
            when = format_html(' data-when="{}"', json.dumps(conditions))
        names = ", ".join(f"“{titles.get(c.field, c.field)}”" for c in one.when)
        return Asked(self[one.key], one, when, holds(one.when, so_far), names)


def holds(conditions: tuple[Condition, ...], answers: Mapping[str, Any]) -> bool:
    return all(condition.holds(answers) for condition in conditions)


def plain(value: Any) -> Any:
    """A cleaned value as a JSON column keeps it."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
        case datetime.date():
            return value.isoformat()
    return value


def as_initial(asked: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers kept before, as their controls show them."""
    found = {}
    for one in asked.fields:
        value = answers.get(one.key)
        if value is None:
            continue
        found[one.key] = shown_number(Decimal(str(value))) if one.type in ("number", "money") else value
    return found


def as_sent(asked: Form, answers: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Answers by key, as another system gives them, in the way a page sends them. What does not fit is left for the
    form to refuse."""
    data: dict[str, Any] = {}
    for one in asked.fields:
        value = answers.get(one.key)
        if value is None:
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif one.type in ("number", "money"):
            with suppress(ArithmeticError):
                value = as_initial(asked, {one.key: value})[one.key]
        elif isinstance(value, list) and one.type != "many":
            value = ", ".join(str(part) for part in value)
        data[f"{prefix}-{one.key}"] = value
    return data


def prefill(asked: Form, data: MutableMapping[str, Any], person: Mapping[str, Any], prefix: str = "answers") -> None:
    """What was left empty is taken from what is known of the applicant."""
    for key, value in prefilled(asked, person).items():
        if not data.get(f"{prefix}-{key}"):
            data[f"{prefix}-{key}"] = value


def prefilled(asked: Form, person: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the applicant (`content.model.FROM_PERSON`), at the questions that ask for it."""
    found = {}
    for one in asked.fields:
        value = person.get(one.prefill) if one.prefill else None
        if value:
            found[one.key] = plain(value)
    return found


def shown_number(value: Decimal) -> str:
    """With the decimal sign of the language and no groups, so that it is read back as it was."""
    text = format_number(value, None, language())
    return text.replace("." if language() == "vi" else ",", "")


def _field(one: Field) -> forms.Field:
    lang = language()
    # A question with conditions is demanded in `clean`, when it is asked at all.
    common: dict[str, Any] = {
        "label": one.title.in_(lang),
        "help_text": one.help.in_(lang),
        "required": one.required and not one.when,
    }
    match one.type:
        case "number" | "money":
            return ExactField(whole=one.type == "money", least=one.least, most=one.most, **common)
        case "date":
            return DayWithin(least=one.least, most=one.most, **common)
        case "choice" | "yes_no":
            return _choice(one, common)
        case "many":
            choices = [(option.key, option.title.in_(lang)) for option in one.options]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    return _text(one, common)


def _choice(one: Field, common: dict[str, Any]) -> forms.Field:
    options = [(option.key, option.title.in_(language())) for option in one.options]
    if one.type == "yes_no":
        options = [("yes", _("Yes")), ("no", _("No"))]
    wrong = {"invalid_choice": _("Choose one of the answers.")}
    if len(options) <= FEW and one.required:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, error_messages=wrong, **common)
    return forms.ChoiceField(choices=[("", _("Choose")), *options], error_messages=wrong, **common)


_ID = RegexValidator(
    r"^(\d{9}|\d{12}|[A-Za-z]{1,2}\d{6,8})$",
    gettext_lazy("A personal identification number has 12 digits (9 of a former card); a passport letters and digits."),
)
_PHONE = RegexValidator(r"^\+?\d{8,15}$", gettext_lazy("A telephone number has 8 to 15 digits."))


class _Tidied(forms.CharField):
    """Numbers people write with blanks and points in between."""

    def to_python(self, value):
        return re.sub(r"[\s.\-]", "", super().to_python(value)).upper()


def _text(one: Field, common: dict[str, Any]) -> forms.Field:
    most = int(one.most) if one.most.isdecimal() else PAGE if one.type == "long_text" else LINE
    if one.type == "email":
        return forms.EmailField(max_length=254, **common)
    if one.type in ("id_number", "phone"):
        check = _ID if one.type == "id_number" else _PHONE
        mode = {} if one.type == "id_number" else {"inputmode": "tel"}
        return _Tidied(max_length=40, validators=[check], widget=forms.TextInput(attrs=mode), **common)
    validators = []
    if one.pattern:
        says = one.help.in_(language()) or _("This is not in the form that is asked for.")
        validators.append(RegexValidator(rf"^(?:{one.pattern})\Z", says))
    widget = forms.Textarea(attrs={"rows": 4}) if one.type == "long_text" else None
    least = int(one.least) if one.least.isdecimal() else None
    return forms.CharField(max_length=most, min_length=least, validators=validators, widget=widget, **common)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None


def _day(text: str) -> datetime.date | None:
    if text == "today":
        return today()
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def filling_of(asked: Form, request: HttpRequest, **more: Any) -> Filling:
    """The form of this request: filled in, or still empty."""
    return Filling(asked, request.POST if request.method == "POST" else None, **more)
