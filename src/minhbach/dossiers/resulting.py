"""What the process of a dossier asks of its result, and how far that is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Approval, Desk, Dossier, Result
from minhbach.org.errors import NotPossible
from minhbach.procedures.content.model import Content, Step

DRAFT, APPROVAL, SIGNATURE, NUMBER = "draft", "approval", "signature", "number"


def makes(dossier: Dossier) -> frozenset[str]:
    """What the steps of the process add to the result."""
    process = dossier.version.meaning.process
    return frozenset(step.makes for step in process.steps if step.makes) if process else frozenset()


def is_signed_here(dossier: Dossier) -> bool:
    """Whether its result is signed electronically: the process asks for a signature, and the agency's desk signed so on
    the day the dossier was received."""
    if SIGNATURE not in makes(dossier):
        return False
    if _SIGNED_HERE in dossier.__dict__:
        return dossier.__dict__[_SIGNED_HERE]
    desk = Desk.objects.on(_day(dossier)).filter(agency=dossier.agency_id).first()
    return desk is not None and desk.e_signatures


def _day(dossier: Dossier) -> date:
    return timezone.localdate(dossier.received_at or dossier.submitted_at)


def read_for(dossiers: Iterable[Dossier]) -> None:
    """Read at once, for the lines of a list, what the questions of this module ask of each dossier. At most three
    queries. What an action locks is another object and is read anew."""
    asked = [dossier for dossier in dossiers if makes(dossier)]
    if not asked:
        return
    desks = list(Desk.objects.filter(agency__in={dossier.agency_id for dossier in asked}))
    found = Result.objects.select_related("pdf__file").filter(dossier__in=asked, recalled_at=None)
    results = {result.dossier_id: result for result in found}
    for result in results.values():
        result.__dict__[_APPROVED] = set()
    by_pk = {result.pk: result for result in results.values()}
    given = Approval.objects.filter(result__in=by_pk).values_list("result", "fingerprint", "step")
    for pk, fingerprint, step in given if by_pk else ():
        if fingerprint == by_pk[pk].fingerprint:
            by_pk[pk].__dict__[_APPROVED].add(step)
    for dossier in asked:
        day = _day(dossier)
        desk = next((desk for desk in desks if desk.agency_id == dossier.agency_id and desk.holds_on(day)), None)
        signed = SIGNATURE in makes(dossier) and desk is not None and desk.e_signatures
        dossier.__dict__ |= {_SIGNED_HERE: signed, _CURRENT: results.get(dossier.pk)}


_SIGNED_HERE, _CURRENT, _APPROVED = "_signed_here", "_current_result", "_approved_at"


def is_recorded_here(dossier: Dossier) -> bool:
    """Whether a result on paper has to be recorded with its number: a step gives it one, and none signs."""
    asked = makes(dossier)
    return NUMBER in asked and SIGNATURE not in asked


def current(dossier: Dossier) -> Result | None:
    """The result the dossier has or will have; None before the draft, and after a recall."""
    if _CURRENT in dossier.__dict__:
        return dossier.__dict__[_CURRENT]
    return Result.objects.select_related("pdf__file").filter(dossier=dossier, recalled_at=None).first()


def content_result(content: Content, result: Result):
    """What the procedure says of this result; None for a refusal."""
    return next((one for one in content.results if one.code == result.code and one.title.vi == result.title), None)


def require_passed(dossier: Dossier, step: Step) -> Result | None:
    """What the step adds to the result must be there before the dossier goes on. Raises NotPossible with code
    `no_draft`, `unsigned` or `unnumbered`."""
    if step.makes is None or not is_signed_here(dossier):
        return None
    result = current(dossier)
    if result is None:
        raise NotPossible(_("Draft the result first: there is nothing yet to approve or sign."), "no_draft")
    if step.makes == SIGNATURE and result.signed_at is None:
        raise NotPossible(_("The result is not signed yet."), "unsigned")
    if step.makes == NUMBER:
        require_issued(dossier)
    return result


def require_issued(dossier: Dossier) -> Result | None:
    """The result, when the process asks for one: signed, numbered, and signed for the organisation; or recorded from
    paper. Raises NotPossible with code `no_draft`, `unsigned`, `unnumbered` or `unsealed`."""
    result = current(dossier)
    if is_signed_here(dossier):
        if result is None:
            raise NotPossible(_("There is no result yet: draft it, and have it signed."), "no_draft")
        if result.signed_at is None:
            raise NotPossible(_("The result is not signed: a result without signature is not given out."), "unsigned")
        if result.numbered_at is None:
            raise NotPossible(_("The result has no number and date yet."), "unnumbered")
        if result.sealed_at is None:
            raise NotPossible(_("The organisation has not signed the result yet."), "unsealed")
    elif is_recorded_here(dossier) and (result is None or not result.is_issued):
        raise NotPossible(_("Record the result first: its number, its date and its scan."), "unnumbered")
    return result if result is not None and result.is_issued else None


def approvals_missing(dossier: Dossier, result: Result) -> list[Step]:
    """The steps before the signature whose approval of the present wording is missing."""
    process = dossier.version.meaning.process
    if process is None:
        return []
    given = result.__dict__.get(_APPROVED)
    if given is None:
        known = Approval.objects.filter(result=result, fingerprint=result.fingerprint)
        given = set(known.values_list("step", flat=True))
    found = []
    for step in process.steps:
        if step.makes == SIGNATURE:
            break
        if step.makes == APPROVAL and step.key not in given:
            found.append(step)
    return found


def may_read(account, dossier: Dossier) -> bool:
    """Results name the applicant: for those who may see personal data, and those who have the dossier in hand to sign
    or number it."""
    from minhbach.dossiers.permissions import OF_ROLE
    from minhbach.dossiers.queries import may_see_personal
    from minhbach.org.permissions import may

    return may_see_personal(account, dossier) or any(may(account, verb, dossier.at_unit) for verb in OF_ROLE.values())
