"""What a person may do with a dossier as it stands: the buttons of its page and the answers of the API.

Each deed names the action that does it; whether it is offered is asked of the same rules by which the action refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import awaiting, resulting
from minhbach.dossiers.actions import beginning, common, results
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.money import accounts
from minhbach.dossiers.permissions import CASH, EXTEND, OVERSEE, RECEIVE, SIGN
from minhbach.dossiers.states import OPEN, WORKING, Status
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may, require
from minhbach.procedures.content.model import Process, Step


@dataclass(frozen=True)
class Deed:
    """`code` is stable. `first` marks what usually comes next, `grave` what ends or blames."""

    code: str
    title: str | Promise
    icon: str
    offered: Callable[[Dossier, object], bool]
    first: bool = False
    grave: bool = False


def process_of(dossier: Dossier) -> Process | None:
    return common.content_of(dossier).process


def ways(dossier: Dossier, kind: str) -> list[Step]:
    """The steps to which the dossier can go from here."""
    process = process_of(dossier)
    if process is None or dossier.step not in process.by_key:
        return []
    return list(process.targets(dossier.step, kind))


def deeds(dossier: Dossier, account) -> list[Deed]:
    """What this person may do now, the usual next thing first."""
    if dossier.is_mirrored:
        return []
    found = [deed for deed in DEEDS.values() if deed.offered(dossier, account)]
    return sorted(found, key=lambda deed: (not deed.first, deed.grave))


def usual(dossier: Dossier, account) -> Deed | None:
    """What this person usually does next with it; None where it waits for others."""
    if dossier.is_mirrored:
        return None
    return next((deed for deed in DEEDS.values() if deed.first and deed.offered(dossier, account)), None)


def _allowed(check: Callable[[], object]) -> bool:
    try:
        check()
    except (NotPossible, PermissionDenied):
        return False
    return True


def _here(dossier: Dossier, account) -> bool:
    return _allowed(lambda: common.require_here(dossier, account))


def _working_here(dossier: Dossier, account) -> bool:
    return dossier.status in WORKING and _here(dossier, account)


def _move(kind: str) -> Callable[[Dossier, object], bool]:
    return lambda dossier, account: _working_here(dossier, account) and bool(ways(dossier, kind))


def _asks(kind: str) -> Callable[[Dossier, object], bool]:
    """Offered where the step says so; a step that says nothing of its moves may ask for a supplement."""

    def offered(dossier: Dossier, account) -> bool:
        if dossier.status == Status.NEW and kind == "supplement":
            return _here(dossier, account)
        if not _working_here(dossier, account):
            return False
        step = common.step_of(dossier)
        return any(move.kind == kind for move in step.moves) or (not step.moves and kind == "supplement")

    return offered


def _answers(status: Status) -> Callable[[Dossier, object], bool]:
    return lambda dossier, account: (
        dossier.status == status and (may(account, RECEIVE, dossier.agency) or _here(dossier, account))
    )


def _finishes(dossier: Dossier, account) -> bool:
    if not (_working_here(dossier, account) and _over(dossier)):
        return False
    return _allowed(lambda: resulting.require_issued(dossier)) and _nobody_asked(dossier, account)


def _nobody_asked(dossier: Dossier, account) -> bool:
    return not awaiting.waited_for(dossier)


def _over(dossier: Dossier) -> bool:
    """Whether the way of the dossier has come to its end."""
    process = process_of(dossier)
    if process is None:
        return False
    step, last = common.step_of(dossier), process.steps[-1]
    ready = {step.key, *(way.key for way in ways(dossier, "forward"))}
    return last.key in ready or any(move.kind == "finish" for move in step.moves)


def _goes_on(dossier: Dossier, account) -> bool:
    """On to the next step, unless the next one is that of the finished result, or the result is not so far."""
    if not _move("forward")(dossier, account):
        return False
    if not _allowed(lambda: awaiting.require_given(dossier, common.step_of(dossier))):
        return False
    to_counter = all(way.role == "counter" for way in ways(dossier, "forward"))
    if to_counter and _over(dossier):
        return False
    return _allowed(lambda: resulting.require_passed(dossier, common.step_of(dossier)))


def _begins(dossier: Dossier, account) -> bool:
    return beginning.may_state(dossier) and (may(account, RECEIVE, dossier.agency) or _here(dossier, account))


def _waits_for_opinions(dossier: Dossier, account) -> bool:
    return _working_here(dossier, account) and bool(awaiting.waited_for(dossier))


def _approving(dossier: Dossier) -> bool:
    """Whether handing on from here approves the draft."""
    return common.step_of(dossier).makes == resulting.APPROVAL and resulting.is_signed_here(dossier)


def _forwards(dossier: Dossier, account) -> bool:
    return _goes_on(dossier, account) and not _approving(dossier)


def _approves(dossier: Dossier, account) -> bool:
    return _goes_on(dossier, account) and _approving(dossier)


def _drafts(dossier: Dossier, account) -> bool:
    if not _working_here(dossier, account) or common.step_of(dossier).role not in results.DRAFTING:
        return False
    if not resulting.is_signed_here(dossier):
        return False
    result = resulting.current(dossier)
    return result is None or result.signed_at is None


def _at(makes: str, check: Callable[[Dossier, object], object]) -> Callable[[Dossier, object], bool]:
    """At the step that makes this, as far as the check of its action allows."""

    def offered(dossier: Dossier, account) -> bool:
        if dossier.status not in WORKING or not dossier.step:
            return False
        process = process_of(dossier)
        step = process.by_key.get(dossier.step) if process else None
        return step is not None and step.makes == makes and _allowed(lambda: check(dossier, account))

    return offered


def _records(dossier: Dossier, account) -> bool:
    """A result on paper, at the steps that sign or number it."""
    if not _working_here(dossier, account):
        return False
    if common.step_of(dossier).makes not in (resulting.SIGNATURE, resulting.NUMBER):
        return False
    return not resulting.is_signed_here(dossier) and resulting.current(dossier) is None


def _discards(dossier: Dossier, account) -> bool:
    """A signed one; a draft is simply changed."""
    if not any(_at(makes, results.to_discard)(dossier, account) for makes in (resulting.SIGNATURE, resulting.NUMBER)):
        return False
    result = resulting.current(dossier)
    return result is not None and result.signed_at is not None


def _is_late(dossier: Dossier) -> bool:
    return dossier.due_at is not None and (dossier.finished_at or common.now()) > dossier.due_at


def _held(verb: str, unit: str) -> Callable[[Dossier, object], bool]:
    return lambda dossier, account: may(account, verb, getattr(dossier, unit))


def _in(*states: Status) -> Callable[[Dossier, object], bool]:
    return lambda dossier, account: dossier.status in states


def _all(*checks: Callable[[Dossier, object], bool]) -> Callable[[Dossier, object], bool]:
    return lambda dossier, account: all(check(dossier, account) for check in checks)


def _owes(dossier: Dossier, account) -> bool:
    """Something is open, and this person takes fees. The dues were read with the dossier."""
    return (
        dossier.status not in accounts.UNPAYABLE
        and any(due.is_open for due in dossier.dues.all())
        and may(account, CASH, dossier.agency)
    )


def _assigns(dossier: Dossier, account) -> bool:
    if not dossier.is_open:
        return False
    if dossier.at_person_id is not None and dossier.at_person_id == getattr(account, "person_id", None):
        return True
    return _allowed(lambda: require(account, OVERSEE, dossier.at_unit))


DEEDS: dict[str, Deed] = {
    deed.code: deed
    for deed in (
        Deed("accept", _("Receive"), "check-circle-fill", _all(_in(Status.NEW), _here), first=True),
        Deed(
            "supplemented", _("Take the supplement in"), "file-earmark-check", _answers(Status.SUPPLEMENT), first=True
        ),
        Deed("settled", _("Obligation met"), "calculator", _answers(Status.FINANCE), first=True),
        Deed("record", _("Record the result on paper"), "paperclip", _records, first=True),
        Deed(
            "sign",
            _("Sign the result"),
            "pencil-square",
            _at(resulting.SIGNATURE, results.to_sign),
            first=True,
        ),
        Deed("number", _("Give number and date"), "list-ol", _at(resulting.NUMBER, results.to_number), first=True),
        Deed(
            "seal",
            _("Sign for the organisation"),
            "award",
            _at(resulting.NUMBER, results.to_seal),
            first=True,
        ),
        Deed("finish", _("Finish the processing"), "check2-square", _finishes, first=True),
        Deed("approve", _("Approve and hand on"), "check2-square", _approves, first=True),
        Deed("forward", _("Hand on"), "arrow-right", _forwards, first=True),
        Deed("draft", _("Draft the result"), "file-earmark-text", _drafts, first=True),
        Deed(
            "return",
            _("Return the result"),
            "box-arrow-up-right",
            _all(_in(Status.FINISHED), _held(RECEIVE, "agency")),
            first=True,
        ),
        Deed("begin", _("State from when the time counts"), "calendar-event", _begins),
        Deed("cash", _("Take the fee in cash"), "calculator", _owes),
        Deed("exempt", _("Exempt from a fee"), "award", _owes),
        Deed("undue", _("Take back a demand for a fee"), "x-circle-fill", _owes),
        Deed("back", _("Send back"), "arrow-left", _move("back")),
        Deed("assign", _("Give to somebody else"), "person-circle", _assigns),
        Deed("supplement", _("Ask for a supplement"), "file-earmark-text", _asks("supplement")),
        Deed("finance", _("Ask to meet a financial obligation"), "calculator", _asks("finance")),
        Deed("opinion", _("Ask another unit for its opinion"), "chat-left-text", _working_here),
        Deed("waive", _("Go on without the opinion"), "arrow-right", _waits_for_opinions),
        Deed(
            "extend",
            _("Extend the time, with an apology"),
            "calendar-event",
            lambda dossier, account: (
                dossier.status in WORKING
                and not dossier.extended
                and not _is_late(dossier)
                and may(account, EXTEND, dossier.office)
            ),
        ),
        Deed(
            "apologise",
            _("Apologise for the delay"),
            "envelope",
            lambda dossier, account: (
                _is_late(dossier)
                and may(account, EXTEND, dossier.office)
                and (dossier.apologised_at is None or dossier.apologised_at <= dossier.due_at)
            ),
        ),
        Deed(
            "withdraw",
            _("The applicant withdraws"),
            "x-circle-fill",
            _all(_in(*sorted(OPEN - {Status.NEW, Status.WITHDRAWAL})), _held(RECEIVE, "agency")),
        ),
        Deed("go-on", _("Go on with the dossier"), "arrow-right", _all(_in(Status.WITHDRAWAL), _here)),
        Deed("decline", _("Do not receive"), "x-circle-fill", _all(_in(Status.NEW), _here), grave=True),
        Deed(
            "refuse",
            _("Refuse the request"),
            "x-circle-fill",
            _all(
                _in(*sorted(WORKING)),
                _held(SIGN, "agency"),
                lambda dossier, account: not resulting.is_signed_here(dossier),
                _nobody_asked,
            ),
            grave=True,
        ),
        Deed(
            "discard",
            _("Throw the result away"),
            "trash",
            _discards,
            grave=True,
        ),
        Deed("stop", _("Stop the dossier"), "dash-circle", _all(_in(*sorted(OPEN)), _here), grave=True),
        Deed(
            "recall",
            _("Recall the result"),
            "arrow-counterclockwise",
            _all(_in(Status.FINISHED, Status.RETURNED), _held(SIGN, "agency")),
            grave=True,
        ),
    )
}
