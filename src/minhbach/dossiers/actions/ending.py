"""A dossier ends: with a result that is returned, refused, stopped, or withdrawn; and a wrong result is recalled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import awaiting, clock, events, resulting
from minhbach.dossiers.actions import common, opinions, results
from minhbach.dossiers.actions.intake import Posted, post_record
from minhbach.dossiers.models import Dossier, Extension, Posting
from minhbach.dossiers.permissions import EXTEND, RECEIVE, SIGN
from minhbach.dossiers.states import OPEN, WORKING, Channel, Outcome, Status
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require


@transaction.atomic
def dossier_finish(dossier: Dossier, *, at: datetime | None = None, edition=None, acting) -> Dossier:
    """The result is there: the processing is over, and the result waits to be returned.

    What the process asks of the result must be there: signed and numbered, or recorded from paper. Raises Refused;
    NotPossible with code `state`, `opinions`, `conflict`, `no_draft`, `unsigned`, `unnumbered`, `unsealed`.
    """
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    step = common.step_of(dossier)
    common.require_step(dossier, step, acting)
    process = common.content_of(dossier).process
    assert process is not None
    last = process.steps[-1]
    ready = {way.key for way in process.targets(step.key, "forward")} | {step.key}
    if last.key not in ready and not any(move.kind == "finish" for move in step.moves):
        raise NotPossible(
            _("The processing is not over at “%(step)s”: hand the dossier on first."), "state", {"step": step.title.vi}
        )
    result = resulting.require_issued(dossier)
    if result is not None and result.kind == result.REFUSAL:
        return _finish(dossier, Outcome.REFUSED, events.REFUSED, "", at, acting)
    return _finish(dossier, Outcome.GRANTED, events.FINISHED, "", at, acting)


@transaction.atomic
def dossier_refuse(dossier: Dossier, *, because: str, at: datetime | None = None, edition=None, acting) -> Dossier:
    """Refuse the request after processing it; the reasoned answer is then returned like a result. It takes the person
    who decides. Where results are signed here the answer is drafted and signed as one, and finishing gives it out.
    Raises Refused; NotPossible with code `state`, `no_reason`, `opinions`, `conflict` or `unsigned`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    require(acting, SIGN, dossier.agency)
    common.require_reason(because)
    if resulting.is_signed_here(dossier):
        raise NotPossible(
            _("The refusal is a paper that is signed: have it drafted as the result, sign it, and finish."), "unsigned"
        )
    return _finish(dossier, Outcome.REFUSED, events.REFUSED, because, at, acting)


@transaction.atomic
def dossier_stop(dossier: Dossier, *, because: str, edition=None, acting) -> Dossier:
    """Stop (form 05): the applicant withdrew, or did not complete the dossier in time. While there is no decision yet
    (Decree 118/2025 Art. 21). Raises Refused; NotPossible with code `state`, `no_reason` or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(OPEN))
    common.require_here(dossier, acting)
    common.require_reason(because)
    outcome = Outcome.WITHDRAWN if dossier.status == Status.WITHDRAWAL else Outcome.STOPPED
    at = common.now()
    _answer_pause(dossier, at)
    common.leave(dossier, move="stopped", at=at, note=because)
    common.become(dossier, Status.STOPPED)
    common.end(dossier, outcome, at)
    common.save(dossier, events.STOPPED, acting=acting, data={"because": because, "outcome": outcome})
    return dossier


@transaction.atomic
def withdrawal_ask(dossier: Dossier, *, because: str = "", edition=None, acting) -> Dossier:
    """The applicant asks to withdraw. Raises Refused; NotPossible with code `state` or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(OPEN - {Status.NEW, Status.WITHDRAWAL}))
    require(acting, RECEIVE, dossier.agency)
    before = dossier.status
    common.become(dossier, Status.WITHDRAWAL)
    data = {"because": because, "from_status": before}
    common.save(dossier, events.WITHDRAWAL_ASKED, acting=acting, data=data)
    return dossier


@transaction.atomic
def withdrawal_decline(dossier: Dossier, *, because: str, edition=None, acting) -> Dossier:
    """Go on: the wish came after the decision, or was taken back. Raises Refused; NotPossible with code `state`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.WITHDRAWAL)
    common.require_here(dossier, acting)
    common.require_reason(because)
    waits = dossier.pauses.filter(answered_at=None).first()
    if waits is not None:
        common.become(dossier, Status.SUPPLEMENT if waits.kind == waits.SUPPLEMENT else Status.FINANCE)
    else:
        common.become(dossier, Status.IN_PROCESS if dossier.stays.count() > 1 else Status.RECEIVED)
    common.save(dossier, events.WITHDRAWAL_DECLINED, acting=acting, data={"because": because})
    return dossier


@transaction.atomic
def result_return(
    dossier: Dossier,
    *,
    by: str = Channel.COUNTER,
    posted: Posted | None = None,
    at: datetime | None = None,
    edition=None,
    acting,
) -> Dossier:
    """Return the result. Raises Refused; NotPossible with code `state`, `past`, `post_dates` or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.FINISHED)
    require(acting, RECEIVE, dossier.agency)
    at = at or common.now()
    if dossier.finished_at is None or not dossier.finished_at <= at <= common.now():
        raise NotPossible(_("A result is returned after it is there, and not in the future."), "past")
    common.leave(dossier, move="returned", at=at)
    common.become(dossier, Status.RETURNED)
    dossier.returned_at, dossier.return_by = at, by
    if posted is not None:
        post_record(dossier, Posting.OUT, posted)
    common.save(dossier, events.RETURNED, acting=acting, data={"channel": by})
    return dossier


@transaction.atomic
def result_recall(dossier: Dossier, *, because: str, edition=None, acting) -> Dossier:
    """Recall a wrong result: the dossier is in process again, at the step that drafts. Raises Refused; NotPossible with
    code `state`, `no_reason` or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.FINISHED, Status.RETURNED)
    require(acting, SIGN, dossier.agency)
    common.require_reason(because)
    process = common.content_of(dossier).process
    step = next((step for step in process.steps if step.role == "specialist"), None) if process else None
    if step is None:
        raise NotPossible(_("The process has no step that could draft the result anew."), "no_step")
    at = common.now()
    if wrong := resulting.current(dossier):
        results.recall(wrong, because)
    common.leave(dossier, move="recalled", at=at, note=because)
    common.become(dossier, Status.IN_PROCESS)
    dossier.outcome, dossier.finished_at, dossier.returned_at = Outcome.NONE, None, None
    common.arrive(
        dossier,
        step=step.key,
        unit=common.unit_for(step, common.offer_of(dossier)),
        person_id=None,
        by=common.person_of(acting),
        at=at,
    )
    common.save(dossier, events.RECALLED, acting=acting, data={"because": because, "step": step.key})
    opinions.process_asks(dossier, acting=acting)
    return dossier


@transaction.atomic
def due_extend(dossier: Dossier, *, due_at: datetime, because: str, edition=None, acting) -> Extension:
    """Put the due moment off, with a letter of apology (form 04): once, and at least one day before it.

    Raises Refused; NotPossible with code `state`, `no_reason`, `conflict`, or that of the clock's refusal.
    """
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    require(acting, EXTEND, dossier.office)
    common.require_reason(because)
    at = common.now()
    refusal = clock.clock_of(dossier).refuse_extension(at, due_at)
    if refusal is not None:
        raise common.in_words(refusal)
    extension = Extension.objects.create(
        dossier=dossier,
        at=at,
        by_id=common.person_of(acting),
        reason=because,
        due_before=dossier.due_at,
        due_after=due_at,
    )
    stay = dossier.stays.filter(left_at=None).first()
    if stay is not None and stay.due_at is not None and stay.due_at > at:
        stay.due_at = clock.put_off(stay.due_at, dossier, extension.due_before, due_at)
        stay.save(update_fields=["due_at"])
    dossier.extended, dossier.apologised_at, dossier.due_at = True, at, due_at
    data = {"because": because, "due_before": extension.due_before, "due_at": due_at}
    common.save(dossier, events.EXTENDED, acting=acting, data=data)
    return extension


@transaction.atomic
def delay_apologise(dossier: Dossier, *, because: str, edition=None, acting) -> Dossier:
    """Apologise for a dossier that is late already; its due moment stays. Raises Refused; NotPossible with code
    `not_late`, `apologised`, `no_reason`."""
    dossier = common.locked(dossier, edition)
    require(acting, EXTEND, dossier.office)
    common.require_reason(because)
    if dossier.due_at is None or (dossier.finished_at or common.now()) <= dossier.due_at:
        raise NotPossible(_("This dossier is not late."), "not_late")
    if dossier.apologised_at is not None and dossier.apologised_at > dossier.due_at:
        raise NotPossible(_("An apology was made already."), "apologised")
    dossier.apologised_at = common.now()
    common.save(dossier, events.APOLOGISED, acting=acting, data={"because": because})
    return dossier


def _finish(dossier: Dossier, outcome: Outcome, event: str, because: str, at, acting) -> Dossier:
    at = at or common.now()
    awaiting.require_all_given(dossier)
    content, offer = common.content_of(dossier), common.offer_of(dossier)
    last = content.process.steps[-1] if content.process else None
    common.leave(dossier, move="finished", at=at, note=because)
    common.become(dossier, Status.FINISHED)
    common.end(dossier, outcome, at)
    common.arrive(
        dossier,
        step=last.key if last and last.role == "counter" else "",
        unit=offer.one_stop,
        person_id=None,
        by=common.person_of(acting),
        at=at,
    )
    common.save(dossier, event, acting=acting, data={"because": because} if because else None)
    return dossier


def _answer_pause(dossier: Dossier, at: datetime) -> None:
    dossier.pauses.filter(answered_at=None).update(answered_at=at, due_after=dossier.due_at)
