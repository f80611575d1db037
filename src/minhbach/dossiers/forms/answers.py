"""The answers to a procedure's form, checked in one way at the counter and for another system."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from minhbach.dossiers.models import Applicant
from minhbach.procedures.content.model import Content
from minhbach.procedures.filling import Filling, as_sent, prefill


def person_asked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The applicant as a procedure's form asks for them (`content.model.FROM_PERSON`)."""
    organisation = said.get("kind") == Applicant.ORGANISATION
    return {**said, "organisation": said.get("name") if organisation else ""}


def typed(content: Content, data: MutableMapping[str, Any], applicant: Mapping[str, Any]) -> Filling | None:
    """The form as a page sent it in `data`; what was left empty there is taken from the applicant. None where the
    procedure has no form."""
    if content.form is None:
        return None
    prefill(content.form, data, person_asked(applicant))
    return Filling(content.form, data)


def sent(content: Content, answers: Mapping[str, Any], applicant: Mapping[str, Any]) -> Filling | None:
    """The same of answers by key, as another system gives them."""
    return typed(content, as_sent(content.form, answers, "answers"), applicant) if content.form else None


def not_asked(content: Content, answers: Mapping[str, Any]) -> list[str]:
    """The keys of answers to what the form does not ask."""
    return sorted(answers.keys() - {one.key for one in content.form.fields} if content.form else answers)
