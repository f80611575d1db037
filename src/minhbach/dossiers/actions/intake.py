"""A dossier comes in: registered online, received at the counter, by post or from the portal, or not received."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, codes, events
from minhbach.dossiers.actions import common, opinions
from minhbach.dossiers.actions.owing import fees_ask
from minhbach.dossiers.attachments import PAPER
from minhbach.dossiers.models import Applicant, Dossier, Due, Involvement, Paper, Pause, Posting
from minhbach.dossiers.permissions import RECEIVE
from minhbach.dossiers.states import Channel, Digitised, Outcome, Status
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import file_attach
from minhbach.org.models import Attachment, Unit
from minhbach.org.permissions import require
from minhbach.org.rows import only_row
from minhbach.procedures.content.model import Component, Content
from minhbach.procedures.models import Offer, Version
from minhbach.vietnamese import fold


@dataclass(frozen=True)
class HandedIn:
    """A paper as it is handed in. `component` is a key of the procedure's components, or empty for another paper."""

    component: str
    title: str = ""
    handed_in: str = ""
    copies: int = 1
    digitised: int = Digitised.NOT
    attachment: Any = None
    reused_code: str = ""
    scan: UploadedFile | None = None
    """Attached with the paper, which is then digitised."""


@dataclass(frozen=True)
class Posted:
    """What the public post carried, as the slip says it; the fee in đồng."""

    sent_on: date | None = None
    arrived_on: date | None = None
    tracking: str = ""
    fee: int | None = None


@transaction.atomic
def dossier_receive(
    offer: Offer,
    *,
    applicant: Applicant,
    papers: Iterable[HandedIn] = (),
    subject: str = "",
    answers: Mapping[str, Any] | None = None,
    sender: Mapping[str, Any] | None = None,
    channel: str = Channel.COUNTER,
    return_by: str = Channel.COUNTER,
    sets: int = 1,
    posted: Posted | None = None,
    intake: Unit | None = None,
    submitted_at: datetime | None = None,
    at: datetime | None = None,
    acting,
) -> Dossier:
    """Receive a dossier in full: it gets its code and its due moment, and goes to the first step of its process.

    `intake` is the one-stop shop that received it, if not the agency's own; then `at` is when the competent agency has
    it, from which the time counts (Decree 118/2025 Art. 17). Raises Refused; NotPossible with code `not_offered`,
    `mirrored`, `incomplete`, `no_time`, `future`, `post_dates`, those of `codes.take`, or BadFile for a scan.
    """
    require(acting, RECEIVE, intake or offer.one_stop)
    dossier, content = _new(offer, applicant, subject, answers, sender, channel, return_by, submitted_at, at)
    dossier.sets = sets
    handed = list(papers)
    _require_complete(content, handed, dossier.answers)
    _start(dossier, offer, content, at or dossier.submitted_at)
    _code(dossier, offer)
    _place(dossier, content, offer, acting)
    add_papers(dossier, content, handed, at=dossier.submitted_at, acting=acting)
    if posted is not None:
        post_record(dossier, Posting.IN, posted)
    if intake is not None and not offer.agency.covers(intake):
        Involvement.objects.get_or_create(dossier=dossier, unit=intake)
    common.tell(dossier, events.RECEIVED, acting=acting, data=_said(dossier, content))
    fees_ask(dossier, content, Due.RECEIVED, Due.RETURNED, acting=acting)
    opinions.process_asks(dossier, acting=acting)
    return dossier


@transaction.atomic
def dossier_submit(
    offer: Offer,
    *,
    applicant: Applicant,
    papers: Iterable[HandedIn] = (),
    subject: str = "",
    answers: Mapping[str, Any] | None = None,
    sender: Mapping[str, Any] | None = None,
    channel: str = Channel.ONLINE,
    return_by: str = Channel.ONLINE,
    sets: int = 1,
    posted: Posted | None = None,
    submitted_at: datetime | None = None,
    foreign_code: str = "",
    acting,
) -> Dossier:
    """Register a dossier sent online or from another system: it waits at the one-stop shop to be received or not.

    `foreign_code` is what the national portal calls it. Raises Refused; NotPossible as `dossier_receive`, but papers
    may be missing.
    """
    require(acting, RECEIVE, offer.one_stop)
    dossier, content = _new(offer, applicant, subject, answers, sender, channel, return_by, submitted_at, None)
    dossier.sets, dossier.foreign_code = sets, foreign_code
    _code(dossier, offer)
    common.arrive(dossier, step="", unit=offer.one_stop, person_id=None, by=None, at=dossier.submitted_at)
    add_papers(dossier, content, papers, at=dossier.submitted_at, acting=acting)
    if posted is not None:
        post_record(dossier, Posting.IN, posted)
    common.tell(dossier, events.SUBMITTED, acting=acting, data=_said(dossier, content))
    return dossier


@transaction.atomic
def dossier_accept(dossier: Dossier, *, at: datetime | None = None, edition: int | None = None, acting) -> Dossier:
    """Receive a registered dossier: from now on its time counts. Raises Refused; NotPossible with code `state`,
    `incomplete`, `no_time` or `future`."""
    dossier = common.locked(dossier, edition)
    require(acting, RECEIVE, dossier.at_unit)
    common.require_status(dossier, Status.NEW)
    content, at = common.content_of(dossier), at or timezone.now()
    _require_past(at)
    offer = common.offer_of(dossier)
    _require_complete(
        content, [HandedIn(paper.component) for paper in dossier.papers.filter(removed_at=None)], dossier.answers
    )
    common.leave(dossier, move="received", at=at)
    _start(dossier, offer, content, at)
    _place(dossier, content, offer, acting)
    common.save(dossier, events.RECEIVED, acting=acting, data=_said(dossier, content))
    fees_ask(dossier, content, Due.RECEIVED, Due.RETURNED, acting=acting)
    opinions.process_asks(dossier, acting=acting)
    return dossier


@transaction.atomic
def dossier_decline(
    dossier: Dossier, *, because: str, at: datetime | None = None, edition: int | None = None, acting
) -> Dossier:
    """Not receive a registered dossier, with the reason (form 03). Raises Refused; NotPossible with code `state` or
    `no_reason`."""
    dossier = common.locked(dossier, edition)
    require(acting, RECEIVE, dossier.at_unit)
    common.require_status(dossier, Status.NEW)
    common.require_reason(because)
    at = at or timezone.now()
    common.leave(dossier, move="declined", at=at, note=because)
    common.become(dossier, Status.NOT_RECEIVED)
    common.end(dossier, Outcome.NOT_RECEIVED, at)
    common.save(dossier, events.NOT_RECEIVED, acting=acting, data={"because": because})
    return dossier


def _new(offer, applicant, subject, answers, sender, channel, return_by, submitted_at, at) -> tuple[Dossier, Content]:
    moment = submitted_at or at or timezone.now()
    _require_past(moment)
    _require_past(at or moment)
    day = timezone.localdate(moment)
    if offer.mode == Offer.MIRROR:
        raise NotPossible(_("Dossiers of this procedure are kept in another system and mirrored here."), "mirrored")
    version = version_on(offer, day)
    dossier = Dossier(
        code="",
        agency=offer.agency,
        office=offer.office,
        procedure=offer.procedure,
        version=version,
        applicant=applicant,
        sender=dict(sender or {}),
        subject=subject or version.name[:1000],
        answers=dict(answers or {}),
        channel=channel,
        return_by=return_by,
        submitted_at=moment,
        at_unit=offer.one_stop,
        status=Status.NEW,
    )
    return dossier, version.meaning


def version_on(offer: Offer, day: date) -> Version:
    """The version under which a dossier sent that day is filed. Raises NotPossible with code `not_offered`."""
    version = only_row(offer.procedure.versions.on(day).filter(is_draft=False))
    if version is None or not offer.holds_on(day):
        raise NotPossible(_("The agency does not offer this procedure on that day."), "not_offered")
    return version


def _require_past(moment: datetime) -> None:
    if moment > timezone.now():
        raise NotPossible(
            _("%(moment)s lies in the future."), "future", {"moment": f"{timezone.localtime(moment):%H:%M %d/%m/%Y}"}
        )


def _is_due(component: Component, answers: Mapping[str, Any]) -> bool:
    """Whether this applicant must hand it in: always, or in the case they are in."""
    in_case = bool(component.only_if) and all(condition.holds(answers) for condition in component.only_if)
    return component.required or in_case


def missing_papers(content: Content, there: Collection[str], answers: Mapping[str, Any]) -> list[Component]:
    """The components this applicant must hand in and has not; `there` are the keys of those handed in."""
    return [paper for paper in content.components if paper.key not in there and _is_due(paper, answers)]


def _require_complete(content: Content, handed: list[HandedIn], answers: Mapping[str, Any]) -> None:
    missing = missing_papers(content, {paper.component for paper in handed}, answers)
    if missing:
        raise NotPossible(
            _("These papers are missing: %(papers)s. Take them in, or give the applicant a request to complete."),
            "incomplete",
            {"papers": "; ".join(component.title.vi for component in missing)},
        )


def _start(dossier: Dossier, offer: Offer, content: Content, at: datetime) -> None:
    """The clock starts."""
    allowed = clock.time_allowed(content, offer, dossier.channel, dossier.answers)
    if allowed is None:
        raise NotPossible(
            _("No time is stated for this procedure; enter the agency's time before you receive dossiers."), "no_time"
        )
    dossier.received_at, dossier.allowed = at, str(allowed)
    dossier.first_due_at = dossier.due_at = clock.due_of(at, allowed, dossier)
    common.become(dossier, Status.RECEIVED)


def _place(dossier: Dossier, content: Content, offer: Offer, acting) -> None:
    """At the first step, in the hands of whoever received it; a system has none."""
    first = content.process.steps[0] if content.process else None
    common.arrive(
        dossier,
        step=first.key if first else "",
        unit=common.unit_for(first, offer) if first else offer.one_stop,
        person_id=common.hands_of(acting),
        by=None,
        at=dossier.received_at,
    )


def add_papers(
    dossier: Dossier,
    content: Content,
    handed: Iterable[HandedIn],
    *,
    pause: Pause | None = None,
    at: datetime,
    acting=None,
) -> list[Paper]:
    """Write down what was handed in, with the dossier or later; `acting` is who attaches the scans."""
    titles = {component.key: component.title.vi for component in content.components}
    return Paper.objects.bulk_create(
        Paper(
            dossier=dossier,
            component=paper.component,
            title=(paper.title or titles.get(paper.component, ""))[:1000],
            handed_in=paper.handed_in,
            copies=paper.copies,
            digitised=Digitised.DIGITISED if paper.scan else paper.digitised,
            attachment=scan_keep(dossier, paper.scan, acting=acting) if paper.scan else paper.attachment,
            reused_code=paper.reused_code,
            pause=pause,
            added_at=at,
        )
        for paper in handed
    )


def scan_keep(dossier: Dossier, scan: UploadedFile, *, acting) -> Attachment:
    """The scan of a paper, kept with the dossier. Raises BadFile."""
    return file_attach(scan, kind=PAPER, chain=dossier.chain, subject_id=dossier.pk, acting=acting)


def post_record(dossier: Dossier, way: str, posted: Posted) -> Posting:
    """Write down what the post carried. Raises NotPossible with code `post_dates`."""
    sent, arrived = posted.sent_on, posted.arrived_on
    if (sent and arrived and arrived < sent) or max(sent or date.min, arrived or date.min) > today():
        raise NotPossible(
            _("What is posted arrives on the day it was handed to the post or later, and not in the future."),
            "post_dates",
        )
    return Posting.objects.create(
        dossier=dossier, way=way, sent_on=sent, arrived_on=arrived, tracking=posted.tracking, fee=posted.fee
    )


def _code(dossier: Dossier, offer: Offer) -> None:
    """Taken late: whoever takes a number holds the agency's series until the transaction ends."""
    dossier.code = codes.take(offer.agency, timezone.localdate(dossier.submitted_at))
    applicant = dossier.applicant
    dossier.search_key = fold(f"{dossier.code} {applicant.name} {applicant.id_number} {applicant.phone}")[:800]


def _said(dossier: Dossier, content: Content) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "procedure": content.code,
        "version": dossier.version.number,
        "channel": dossier.channel,
        "due_at": dossier.due_at,
        "step": dossier.step,
    }
