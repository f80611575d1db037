"""The dossier waits for the applicant: for papers, or for a financial obligation. Meanwhile the clock stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, events
from minhbach.dossiers.actions import common
from minhbach.dossiers.actions.intake import HandedIn, add_papers
from minhbach.dossiers.actions.owing import Owed, amounts_ask, fees_ask
from minhbach.dossiers.models import Dossier, Due, Pause
from minhbach.dossiers.permissions import RECEIVE
from minhbach.dossiers.states import WORKING, Status
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may
from minhbach.worktime.events import Resumed


@transaction.atomic
def supplement_ask(
    dossier: Dossier,
    *,
    items: Iterable[str],
    because: str,
    until: date | None = None,
    again_because: str = "",
    edition=None,
    acting,
) -> Pause:
    """Ask the applicant to complete the dossier (form 02): everything that is missing, at once.

    The law lets the office ask once (Decree 118/2025 Art. 17; staff duties Art. 11). A second request is let through
    only with a reason of its own, and is counted. Raises Refused; NotPossible with code `state`, `no_items`,
    `no_reason`, `second`, `past` or `conflict`.
    """
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.NEW, *sorted(WORKING))
    common.require_here(dossier, acting)
    missing = [item.strip() for item in items if item.strip()]
    if not missing:
        raise NotPossible(_("Name what is missing: all of it, since it may be asked for only once."), "no_items")
    common.require_reason(because)
    if dossier.supplements and not again_because.strip():
        raise NotPossible(
            _("A supplement was asked for already. A second request needs a reason of its own, and is counted."),
            "second",
        )
    if until is not None and until < timezone.localdate():
        raise NotPossible(_("The day to answer by lies in the past."), "past")
    dossier.supplements += 1
    pause = _pause(dossier, Pause.SUPPLEMENT, missing, because, until, again_because, acting)
    common.become(dossier, Status.SUPPLEMENT)
    common.save(
        dossier,
        events.SUPPLEMENT_ASKED,
        acting=acting,
        data={"items": missing, "because": because, "number": pause.number, "until": until},
    )
    if pause.number == 1:
        fees_ask(dossier, common.content_of(dossier), Due.SUPPLEMENT, acting=acting)
    return pause


@transaction.atomic
def supplement_take(
    dossier: Dossier,
    *,
    papers: Iterable[HandedIn] = (),
    answer: str = "",
    at: datetime | None = None,
    edition=None,
    acting,
) -> Dossier:
    """Take in what was asked for, in full: the clock goes on, or starts again, as the rules it was received under say.

    Raises Refused; NotPossible with code `state`, `past` or `conflict`.
    """
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.SUPPLEMENT)
    if not may(acting, RECEIVE, dossier.agency):
        common.require_here(dossier, acting)
    content = common.content_of(dossier)
    pause = _resume(dossier, answer, at or common.now())
    add_papers(dossier, content, papers, pause=pause, at=pause.answered_at, acting=acting)
    common.save(
        dossier,
        events.SUPPLEMENTED,
        acting=acting,
        data={"due_before": pause.due_before, "due_at": dossier.due_at},
        at=pause.answered_at,
    )
    return dossier


@transaction.atomic
def finance_ask(
    dossier: Dossier,
    *,
    items: Iterable[str],
    because: str,
    until: date | None = None,
    owed: Iterable[Owed] = (),
    edition=None,
    acting,
) -> Pause:
    """Ask the applicant to meet a financial obligation. `owed` are the amounts that are paid here: with the last of
    them the obligation is met. Raises Refused; NotPossible with code `state`, `no_items`, `amount` or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, *sorted(WORKING))
    common.require_here(dossier, acting)
    asked = [item.strip() for item in items if item.strip()]
    if not asked:
        raise NotPossible(_("Say what is to be paid."), "no_items")
    pause = _pause(dossier, Pause.FINANCE, asked, because, until, "", acting)
    common.become(dossier, Status.FINANCE)
    common.save(dossier, events.FINANCE_ASKED, acting=acting, data={"items": asked, "until": until})
    amounts_ask(dossier, owed, pause=pause, acting=acting)
    return pause


@transaction.atomic
def finance_settle(dossier: Dossier, *, answer: str = "", at: datetime | None = None, edition=None, acting) -> Dossier:
    """The obligation is met: the clock goes on. Raises Refused; NotPossible with code `state`, `past`, `unpaid` while
    an amount asked for is open, or `conflict`."""
    dossier = common.locked(dossier, edition)
    common.require_status(dossier, Status.FINANCE)
    if not may(acting, RECEIVE, dossier.agency):
        common.require_here(dossier, acting)
    owed = Due.objects.filter(dossier=dossier, pause__answered_at=None, pause__isnull=False)
    for due in owed:
        if due.is_open:
            raise NotPossible(
                _("“%(title)s” is still to be paid. Take the payment, or take the demand back with a reason."),
                "unpaid",
                {"title": due.title},
            )
    return obligation_meet(dossier, answer=answer, at=at or common.now(), acting=acting)


def obligation_meet(dossier: Dossier, *, answer: str, at: datetime, acting) -> Dossier:
    """The clock goes on; the caller holds the dossier's row and has asked for permission and state."""
    pause = _resume(dossier, answer, at)
    common.save(
        dossier,
        events.FINANCE_MET,
        acting=acting,
        data={"due_before": pause.due_before, "due_at": dossier.due_at},
        at=pause.answered_at,
    )
    return dossier


def _pause(dossier: Dossier, kind: str, items: list[str], because: str, until, again_because: str, acting) -> Pause:
    at = common.now()
    dossier.paused_at = at
    return Pause.objects.create(
        dossier=dossier,
        kind=kind,
        number=dossier.pauses.filter(kind=kind).count() + 1,
        asked_at=at,
        asked_by_id=common.person_of(acting),
        items=items,
        reason=because,
        until=until,
        again_because=again_because,
        due_before=dossier.due_at,
    )


def _resume(dossier: Dossier, answer: str, at: datetime) -> Pause:
    pause = dossier.pauses.select_for_update().get(answered_at=None)
    if not pause.asked_at <= at <= common.now():
        raise NotPossible(_("What was asked for comes in after it was asked for, and not in the future."), "past")
    if dossier.received_at is None:
        back = Status.NEW
    else:
        reading = clock.clock_of(dossier, Resumed(at)).at(at)
        dossier.due_at, dossier.first_due_at = reading.due, reading.first_due
        back = Status.IN_PROCESS if dossier.stays.count() > 1 else Status.RECEIVED
        _step_goes_on(dossier, pause, at)
    pause.answered_at, pause.answer, pause.due_after = at, answer, dossier.due_at
    pause.save()
    dossier.paused_at = None
    common.become(dossier, back)
    return pause


def _step_goes_on(dossier: Dossier, pause: Pause, at: datetime) -> None:
    """The step in whose hands it waited has its time again where the whole time runs again; else what was left."""
    stay = dossier.stays.filter(left_at=None).first()
    if stay is None or stay.due_at is None:
        return
    if pause.kind == Pause.SUPPLEMENT and clock.time_runs_again(dossier):
        process = common.content_of(dossier).process
        stay.due_at = clock.step_due(dossier, process.by_key.get(stay.step) if process else None, at)
    elif pause.asked_at < stay.due_at:
        stay.due_at = clock.put_off(stay.due_at, dossier, pause.asked_at, at)
    stay.save(update_fields=["due_at"])
