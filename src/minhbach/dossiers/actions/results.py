"""The result comes about: drafted, approved on the way up, numbered and dated; or recorded from paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events, resulting
from minhbach.dossiers.actions import common
from minhbach.dossiers.attachments import RESULT
from minhbach.dossiers.models import Approval, Dossier, Result
from minhbach.dossiers.permissions import ISSUE, SIGN
from minhbach.dossiers.printing import results as papers
from minhbach.dossiers.states import WORKING
from minhbach.org import numbering
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.files.actions import file_attach
from minhbach.org.permissions import require
from minhbach.org.signing.actions import in_words
from minhbach.papers.signable import blank_filled
from minhbach.procedures.content.model import Step
from minhbach.signatures import Filling, SignatureError, boxes, fill

DRAFTING = ("specialist", "office_head")
LONGEST = 20_000  # characters of a paper's text


@transaction.atomic
def result_draft(
    dossier: Dossier,
    *,
    template: str,
    draft: Mapping[str, Any] | None = None,
    said: Mapping[str, Any] | None = None,
    edition: int | None = None,
    acting,
) -> Result:
    """Draft the result, or change its draft: an approval given to other words does not hold any more.

    `template` is that of one of the procedure's results, or the refusal's; `draft` answers what it asks; `said` is the
    wording as the officer changed it, else the template's own. Raises Refused; NotPossible with code `state`,
    `conflict`, `not_here`, `no_template`, `signed` or `empty`.
    """
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    if step.role not in DRAFTING:
        raise NotPossible(
            _("The result is not drafted at “%(step)s”: send the dossier back to those who draft."),
            "not_here",
            {"step": step.title.vi},
        )
    content = common.content_of(dossier)
    of = next((one for one in content.results if one.template == template), None)
    found = papers.templates().get(template)
    if found is None or (of is None and template != papers.REFUSAL):
        raise NotPossible(_("This procedure has no result with that template."), "no_template")
    result = resulting.current(dossier)
    if result is not None and result.signed_at is not None:
        raise NotPossible(_("The result is signed already; its words cannot change."), "signed")
    answers = dict(draft or {})
    wording = tidy(said) if said else papers.wording(found, dossier, answers)
    if not any(text.strip() for text in wording["body"]):
        raise NotPossible(_("The paper says nothing yet."), "empty")
    at, new = common.now(), result is None
    if result is None:
        before = Result.objects.filter(dossier=dossier, sealed_at__isnull=False, replaced_by=None).last()
        result = Result(dossier=dossier, replaces=before)
    result.kind = Result.GRANT if of else Result.REFUSAL
    result.code, result.title = (of.code if of else ""), (of.title.vi if of else found.title.vi)[:500]
    result.template, result.draft, result.said = template, answers, wording
    result.fingerprint = papers.fingerprint(wording)
    result.drafted_at, result.drafted_by_id = at, common.person_of(acting)
    result.save()
    event = events.RESULT_DRAFTED if new else events.RESULT_REDRAFTED
    common.save(dossier, event, acting=acting, data={"fingerprint": result.fingerprint, "kind": result.kind})
    return result


def step_passed(dossier: Dossier, step: Step, *, at, acting) -> None:
    """Before the dossier is handed on: what the step adds must be there; handing on from a step that approves is the
    approval. Raises NotPossible as `resulting.require_passed`."""
    result = resulting.require_passed(dossier, step)
    if result is not None and step.makes == resulting.APPROVAL:
        Approval.objects.get_or_create(
            result=result,
            step=step.key,
            fingerprint=result.fingerprint,
            defaults={"person_id": common.person_of(acting), "at": at},
        )


@transaction.atomic
def result_number(dossier: Dossier, *, edition: int | None = None, acting) -> Result:
    """The clerk gives number and date: the next of the agency, the symbol and the year, without gaps, and today
    (Decree 30/2020 Art. 15, 18). They go into the blanks the paper was signed with.

    Raises Refused; NotPossible with code `state`, `conflict`, `unsigned`, `numbered`, or that of a damaged file.
    """
    dossier = common.locked(dossier, edition)
    result = to_number(dossier, acting)
    day, at = today(), common.now()
    content = common.content_of(dossier)
    symbol = str(result.said.get("symbol") or "")
    # Last, since whoever takes a number holds the series until the transaction ends.
    result.series = f"result:{dossier.agency_id}:{symbol}:{day.year}"[:120]
    result.number = numbering.take(result.series)
    result.symbol = f"{result.number:02}/{symbol}"[:100] if symbol else f"{result.number:02}"
    result.issued_on, result.numbered_at, result.numbered_by_id = day, at, common.person_of(acting)
    of = resulting.content_result(content, result)
    result.valid_until = _months_later(day, of.valid_months) if of and of.valid_months else None
    attach(result, _numbered(file_of(result), result.number, day), acting=acting)
    result.save()
    data = {"symbol": result.symbol, "on": day}
    common.save(dossier, events.RESULT_NUMBERED, acting=acting, data=data)
    return result


@transaction.atomic
def result_record(
    dossier: Dossier,
    *,
    symbol: str,
    issued_on: date,
    scan,
    refusal: bool = False,
    code: str = "",
    edition: int | None = None,
    acting,
) -> Result:
    """Record a result on paper: number, date and scan; `code` tells which of the procedure's results it is, if there is
    more than one. Raises Refused; NotPossible with code `state`, `conflict`, `electronic`, `recorded`, `no_number`,
    `future`, `no_scan`, and those of a file that is not taken."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    common.require_step(dossier, common.step_of(dossier), acting)
    if resulting.is_signed_here(dossier):
        raise NotPossible(_("The result of this dossier is signed here, not on paper."), "electronic")
    if resulting.current(dossier) is not None:
        raise NotPossible(_("A result is recorded already."), "recorded")
    symbol = " ".join(symbol.split())
    if not symbol:
        raise NotPossible(_("Give the number of the paper."), "no_number")
    if issued_on > today():
        raise NotPossible(_("The date of the paper lies in the future."), "future")
    if scan is None:
        raise NotPossible(_("Attach the scan of the paper."), "no_scan")
    content, at = common.content_of(dossier), common.now()
    of = None
    if not refusal:
        of = next((one for one in content.results if code in ("", one.code)), None)
    result = Result.objects.create(
        dossier=dossier,
        kind=Result.REFUSAL if refusal else Result.GRANT,
        code=of.code if of else "",
        title=(of.title.vi if of else papers.templates()[papers.REFUSAL].title.vi if refusal else dossier.version.name)[
            :500
        ],
        on_paper=True,
        drafted_at=at,
        drafted_by_id=common.person_of(acting),
        symbol=symbol[:100],
        issued_on=issued_on,
        numbered_at=at,
        numbered_by_id=common.person_of(acting),
        sealed_at=at,
        valid_until=_months_later(issued_on, of.valid_months) if of and of.valid_months else None,
        replaces=Result.objects.filter(dossier=dossier, sealed_at__isnull=False, replaced_by=None).last(),
    )
    result.pdf = file_attach(scan, kind=RESULT, chain=dossier.chain, subject_id=result.pk, acting=acting)
    result.save(update_fields=["pdf"])
    common.save(dossier, events.RESULT_RECORDED, acting=acting, data={"symbol": result.symbol, "on": issued_on})
    return result


@transaction.atomic
def result_discard(dossier: Dossier, *, because: str, edition: int | None = None, acting) -> Result:
    """Throw a result away that was never given out, as when the clerk finds a mistake after the signature: it is
    drafted anew. A number it had is spent. By the person who decides, or the clerk. Raises Refused; NotPossible with
    code `state`, `conflict`, `no_reason` or `no_draft`."""
    dossier = common.locked(dossier, edition)
    result = to_discard(dossier, acting)
    common.require_reason(because)
    recall(result, because)
    common.save(dossier, events.RESULT_DISCARDED, acting=acting, data={"because": because, "symbol": result.symbol})
    return result


def recall(result: Result, because: str) -> None:
    """From now on it is worth nothing; its page says so."""
    result.recalled_at, result.recalled_because = common.now(), because
    result.save(update_fields=["recalled_at", "recalled_because"])


def attach(result: Result, pdf: bytes, *, acting) -> None:
    """A new edition of the paper; the earlier ones stay attached."""
    name = f"{result.symbol.replace('/', '-') or 'ket-qua'}-{result.dossier.code}.pdf"
    upload = SimpleUploadedFile(name, pdf, content_type="application/pdf")
    result.pdf = file_attach(upload, kind=RESULT, chain=result.dossier.chain, subject_id=result.pk, acting=acting)


def file_of(result: Result) -> bytes:
    """The latest edition of the paper."""
    assert result.pdf is not None
    return store.path_of(result.pdf.file.sha256).read_bytes()


def to_sign(dossier: Dossier, acting) -> Result:
    """The drafted result, at the step that signs. Raises Refused; NotPossible with code `state`, `not_here`,
    `no_draft`, `signed` or `unapproved`."""
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    if step.makes != resulting.SIGNATURE:
        raise NotPossible(_("The result is not signed at “%(step)s”."), "not_here", {"step": step.title.vi})
    require(acting, SIGN, dossier.agency)
    result = resulting.current(dossier)
    if result is None:
        raise NotPossible(
            _("There is nothing to sign yet: send the dossier back to have the result drafted."), "no_draft"
        )
    if result.signed_at is not None:
        raise NotPossible(_("This was signed already."), "signed")
    if missing := resulting.approvals_missing(dossier, result):
        raise NotPossible(
            _("The draft was changed after it was approved, or never approved, at “%(step)s”."),
            "unapproved",
            {"step": missing[0].title.vi},
        )
    return result


def to_discard(dossier: Dossier, acting) -> Result:
    """A result not given out yet. Raises Refused; NotPossible with code `state` or `no_draft`."""
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    require(acting, ISSUE if step.makes == resulting.NUMBER else SIGN, dossier.agency)
    result = resulting.current(dossier)
    if result is None:
        raise NotPossible(_("There is no result to throw away."), "no_draft")
    return result


def _to_issue(dossier: Dossier, acting) -> Result:
    """The signed result, at the clerk's step. Raises Refused; NotPossible with code `state`, `not_here`, `unsigned`."""
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    require(acting, ISSUE, dossier.agency)
    if step.makes != resulting.NUMBER:
        raise NotPossible(_("The result is not numbered at “%(step)s”."), "not_here", {"step": step.title.vi})
    result = resulting.current(dossier)
    if result is None or result.signed_at is None:
        raise NotPossible(_("The result is not signed yet."), "unsigned")
    return result


def to_number(dossier: Dossier, acting) -> Result:
    """The signed result without a number. Raises as `_to_issue`, and NotPossible with code `numbered`."""
    result = _to_issue(dossier, acting)
    if result.numbered_at is not None:
        raise NotPossible(_("The result has its number already: %(number)s."), "numbered", {"number": result.symbol})
    return result


def to_seal(dossier: Dossier, acting) -> Result:
    """The numbered result. Raises as `_to_issue`, and NotPossible with code `unnumbered` or `sealed`."""
    result = _to_issue(dossier, acting)
    if result.numbered_at is None:
        raise NotPossible(_("Give the result its number and date first."), "unnumbered")
    if result.sealed_at is not None:
        raise NotPossible(_("The organisation has signed already."), "sealed")
    return result


def _numbered(pdf: bytes, number: int, day: date) -> bytes:
    values = {"number": f"{number:02}", "day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day.year}"}
    try:
        places = boxes(pdf)
        fillings = {
            name: Filling(
                value,
                blank_filled(
                    value,
                    places[name].width,
                    places[name].height,
                    italic=name != "number",
                    right=name == "number",
                ),
            )
            for name, value in values.items()
            if name in places
        }
        return fill(pdf, fillings)
    except SignatureError as error:
        raise in_words(error) from error


def tidy(said: Mapping[str, Any]) -> dict[str, Any]:
    """What an officer typed, cut to the parts a paper has. Raises NotPossible with code `too_long`."""
    lines = {part: [str(line).strip() for line in said.get(part) or [] if str(line).strip()] for part in papers.LINES}
    words = {part: " ".join(str(said.get(part) or "").split()) for part in papers.WORDS}
    if sum(len(text) for part in lines.values() for text in part) > LONGEST:
        raise NotPossible(_("The paper is too long; put what is more into an annex."), "too_long")
    return {**words, **lines}


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(months)
