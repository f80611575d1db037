"""What another system sent, judged by the form of the page on which a person would type it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.forms import Form
from django.utils.translation import gettext as _

from minhbach.org.api.problems import ApiError

_Form = TypeVar("_Form", bound=Form)


def fitting(form: _Form, within: str = "") -> _Form:
    """The form, if what was sent fits it. `within` says where its fields stand in what was sent."""
    if form.is_valid():
        return form
    errors = [
        {"place": within + field.strip("_"), "code": error["code"] or "invalid", "detail": error["message"]}
        for field, found in form.errors.get_json_data().items()
        for error in found
    ]
    words = _("What was sent does not fit: %(first)s") % {"first": f"{errors[0]['place']}: {errors[0]['detail']}"}
    raise ApiError(409, "not_fitting", words, errors=errors)


def only_asked(unknown: Iterable[str], words: str) -> None:
    """Refuse answers to what is not asked: they would be lost. `words` say so, with “%(key)s” for the first."""
    unknown = sorted(unknown)
    if unknown:
        errors = [
            {"place": f"answers.{key}", "code": "extra_forbidden", "detail": _("There is no such field.")}
            for key in unknown
        ]
        raise ApiError(409, "not_fitting", words % {"key": unknown[0]}, errors=errors)
