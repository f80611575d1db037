"""Who sends dossiers: known again by the identity number, put right, and erased when the law asks for it."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Applicant
from minhbach.dossiers.permissions import RECEIVE
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.org.rows import only_row
from minhbach.vietnamese import fold

PERSONAL_ID = re.compile(r"[0-9]{12}|[0-9]{9}")
"""Twelve digits; nine on the former identity card, which older dossiers have."""


@transaction.atomic
def applicant_keep(
    *,
    unit: Unit,
    name: str,
    kind: str = Applicant.CITIZEN,
    id_kind: str = Applicant.PERSONAL_ID,
    id_number: str = "",
    born: date | None = None,
    phone: str = "",
    email: str = "",
    address: str = "",
    acting,
) -> Applicant:
    """The applicant with this identity number, made or brought up to date; `unit` is where the dossier is received.

    What is left empty keeps what is known. Raises Refused; NotPossible with code `no_name`, `bad_number` or `future`.
    """
    require(acting, RECEIVE, unit)
    name, id_number = " ".join(name.split()), re.sub(r"[\s.]", "", id_number)
    if not name:
        raise NotPossible(_("Enter the applicant's full name."), "no_name")
    if id_number and id_kind == Applicant.PERSONAL_ID and not PERSONAL_ID.fullmatch(id_number):
        raise NotPossible(
            _("“%(number)s” is not a personal identification number: it has 12 digits (9 on the former card)."),
            "bad_number",
            {"number": id_number},
        )
    if born is not None and born > today():
        raise NotPossible(_("The date of birth lies in the future."), "future")
    told = {"phone": phone.strip(), "email": email.strip(), "address": address.strip(), "born": born}
    found = None
    if id_number:
        found = only_row(Applicant.objects.select_for_update().filter(id_kind=id_kind, id_number=id_number))
    applicant = found or Applicant(id_kind=id_kind, id_number=id_number)
    applicant.kind, applicant.name = kind, name
    for field, value in told.items():
        if value:
            setattr(applicant, field, value)
    applicant.search_key = fold(f"{name} {id_number} {applicant.phone}")[:400]
    applicant.save()
    return applicant
