"""Dossiers that another system keeps: what it tells is written down here, each row once, the newest holding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, events
from minhbach.dossiers.actions.earlier import Said, facts_of, is_lost, keep_all
from minhbach.dossiers.actions.mirror_rows import Dues, People, dues
from minhbach.dossiers.actions.told_files import files_keep
from minhbach.dossiers.exchange.bulk import insert
from minhbach.dossiers.exchange.checking import STAGE, Checker, Facts, Fault
from minhbach.dossiers.models import Applicant, Batch, Dossier, Mirror, Pause, Source, Told
from minhbach.dossiers.permissions import MIRROR
from minhbach.dossiers.states import OPEN, WAITING, Status
from minhbach.org import trail
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import require
from minhbach.org.trail.canonical import Merkle, canonical, instant
from minhbach.vietnamese import fold
from minhbach.worktime import Calendar

MOST_IN_A_CALL = 2000


@dataclass
class Taken:
    """How many rows did what; `faults` are those that did nothing."""

    batch: Batch | None = None
    created: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0
    faults: list[Fault] = field(default_factory=list)


def mirror_take(source: Source, rows: Iterable[Mapping[str, Any]], *, as_of: datetime | None = None, acting) -> Taken:
    """Take in what another system tells of its dossiers: `rows` with the fields of `exchange.columns.FIELDS`, as text
    or dates. `as_of` is the moment for which rows hold that tell none.

    The same rows again change nothing; a row older than what is known is kept in the history and overwrites nothing.
    Rows that cannot be used are named in `faults` (line 1 is the first), the others are taken. Raises Refused;
    NotPossible with code `closed` or `too_many`.
    """
    require(acting, MIRROR, source.agency)
    require_open(source)
    given = list(rows)
    if len(given) > MOST_IN_A_CALL:
        raise NotPossible(
            _("At most %(most)s rows are taken in one call; send them in several."),
            "too_many",
            {"most": MOST_IN_A_CALL},
        )
    checker, taken, facts = Checker(source, as_of=as_of), Taken(), []
    for line, row in enumerate(given, start=1):
        judged = checker.judge(line, row)
        if isinstance(judged, Facts):
            facts.append(judged)
        else:
            taken.faults += judged
    with transaction.atomic():
        batch = taken.batch = Batch.objects.create(
            source=source, kind=Batch.CALL, state=Batch.DONE, as_of=as_of, rows=len(given), of=len(given),
            made_by=acting if acting.is_authenticated else None, finished_at=timezone.now(),
        )  # fmt: skip
        rows_take(batch, facts, taken)
        batch.created, batch.changed, batch.same, batch.older = taken.created, taken.changed, taken.same, taken.older
        batch.bad = len({fault.line for fault in taken.faults})
        batch_tell(batch, acting=acting)
    return taken


def require_open(source: Source) -> None:
    if not source.active:
        raise NotPossible(_("%(source)s is not in use any more."), "closed", {"source": source})


def rows_take_again(batch: Batch, facts: Sequence[Facts], taken: Taken, then) -> None:
    """`rows_take` and `then()` in a transaction of their own; once more if a counter officer has just registered one of
    the applicants."""
    for left in (2, 1, 0):
        before = (taken.created, taken.changed, taken.same, taken.older, list(taken.faults))
        try:
            with transaction.atomic():
                rows_take(batch, facts, taken)
                then()
            return
        except IntegrityError:
            if not left:
                raise
            taken.created, taken.changed, taken.same, taken.older, taken.faults = before


def rows_take(batch: Batch, facts: Sequence[Facts], taken: Taken) -> None:
    """Write down a chunk of judged rows, inside the caller's transaction; nobody else writes for this source then."""
    source = batch.source
    trail.lock(source.chain)
    by_code: dict[str, list[Facts]] = {}
    for one in facts:
        by_code.setdefault(one.code, []).append(one)
    known = {
        dossier.code: dossier
        for dossier in Dossier.objects.filter(code__in=list(by_code)).select_related("applicant", "mirror")
    }
    new: list[list[Facts]] = []
    more: list[tuple[Dossier, list[Facts]]] = []
    for code, rows in by_code.items():
        dossier = known.get(code)
        if dossier is None:
            new.append(rows)
        elif not _is_of(dossier, source, rows[0]):
            taken.faults += [Fault(row.line, "code", "taken", row.foreign_code) for row in rows]
        elif dossier.source_id is None:
            taken.same += len(rows)  # carried on here: what the old system says no longer matters
        else:
            more.append((dossier, rows))
    people = People([row for rows in by_code.values() for row in rows])
    due = dues([max(rows, key=_rank) for rows in (*new, *(rows for _dossier, rows in more))], source)
    _create(batch, new, people, due, taken)
    _renew(batch, more, people, due, taken)


def _rank(row: Facts) -> tuple[datetime, int, int]:
    return (*row.rank, row.line)


def _is_of(dossier: Dossier, source: Source, row: Facts) -> bool:
    mirror = getattr(dossier, "mirror", None)
    return mirror is not None and mirror.source_id == source.pk and dossier.foreign_code == row.foreign_code


def _create(batch: Batch, new: list[list[Facts]], people: People, due: Dues, taken: Taken) -> None:
    dossiers, tops = [], [max(rows, key=_rank) for rows in new]
    people.make(tops)
    for top in tops:
        dossier = Dossier(
            code=top.code,
            agency_id=batch.source.agency_id,
            at_unit_id=top.office_id,
            source=batch.source,
            foreign_code=top.foreign_code,
        )
        _apply(dossier, top, people.of(top), due.get(top.code), whole=True)
        dossiers.append(dossier)
    insert(dossiers)
    insert(
        [
            _mirror(Mirror(dossier=dossier, source=batch.source), top, due.get(top.code))
            for dossier, top in zip(dossiers, tops, strict=True)
        ]
    )
    told, waits = [], []
    for dossier, rows in zip(dossiers, new, strict=True):
        once = {(row.told_at, row.digest): row for row in rows}
        told += [_told(batch, dossier, row) for row in once.values()]
        if any(row.status in WAITING for row in rows):
            waits.append(dossier)
        taken.older += len(rows) - 1
    insert(told)
    files_keep(list(zip(dossiers, tops, strict=True)))
    _pauses(waits, batch.source, known=False)
    taken.created += len(dossiers)


def _renew(batch: Batch, more: list[tuple[Dossier, list[Facts]]], people: People, due: Dues, taken: Taken) -> None:
    if not more:
        return
    history = set(
        Told.objects.filter(dossier__in=[d.pk for d, _rows in more]).values_list("dossier_id", "at", "digest")
    )
    changed: list[Dossier] = []
    mirrors: list[Mirror] = []
    told: list[Told] = []
    lost: list[tuple[Dossier, Said, datetime]] = []
    held: list[tuple[Dossier, Facts]] = []
    for dossier, rows in more:
        mirror = dossier.mirror
        touched = False
        for row in sorted(rows, key=_rank):
            holds = (mirror.told_at, STAGE[Status(dossier.status)]) <= row.rank
            if row.digest == mirror.digest:
                person = people.of(row) if holds and people.differs(dossier.applicant, row) else None
                if person is not None:
                    dossier.applicant, touched = person, True
                    dossier.search_key = _search_key(row)
                    taken.changed += 1
                else:
                    taken.same += 1
                if row.told_at > mirror.told_at:
                    mirror.told_at = row.told_at
                    mirrors.append(mirror)
                continue
            key = (dossier.pk, row.told_at, row.digest)
            if key not in history:
                history.add(key)
                told.append(_told(batch, dossier, row))
                taken.changed += holds
                taken.older += not holds
            else:
                taken.same += 1
                continue
            if holds:
                person = people.of(row) if people.differs(dossier.applicant, row) else dossier.applicant
                before = facts_of(dossier)
                _apply(dossier, row, person, due.get(row.code))
                if is_lost(before, facts_of(dossier)):
                    lost.append((dossier, before, row.told_at))
                _mirror(mirror, row, due.get(row.code))
                mirrors.append(mirror)
                held.append((dossier, row))
                touched = True
        if touched:
            dossier.edition, dossier.changed_at = dossier.edition + 1, timezone.now()
            changed.append(dossier)
    Dossier.objects.bulk_update(changed, _WRITTEN, batch_size=200)
    keep_all(lost)
    if mirrors:
        once = list({mirror.pk: mirror for mirror in mirrors}.values())
        Mirror.objects.bulk_update(once, ["told_at", "digest", "status_words", "due_told", "due_here"], batch_size=200)
    insert(told)
    files_keep(held)
    waiting = {row.dossier_id for row in told}
    _pauses([dossier for dossier, _rows in more if dossier.pk in waiting], batch.source, known=True)


_WRITTEN = [
    "office", "at_unit", "procedure", "version", "applicant", "subject", "channel", "return_by", "status", "outcome",
    "submitted_at", "received_at", "allowed", "first_due_at", "due_at", "paused_at", "finished_at", "returned_at",
    "edition", "changed_at", "search_key",
]  # fmt: skip


def _apply(dossier: Dossier, row: Facts, person: Applicant, due_here: datetime | None, *, whole: bool = False) -> None:
    """The dossier as the row has it; unless it is `whole`, a field whose column the table lacks keeps what is known.

    The due moment that system told is the one that counts, in lists, clocks and figures: it stands on the receipt that
    the applicant holds (ADR 0010). Ours is kept beside it, and counts where none is told.
    """

    def told(name: str) -> bool:
        return whole or name in row.given

    dossier.procedure_id, dossier.version_id = row.procedure_id, row.version_id
    dossier.office_id = dossier.at_unit_id = row.office_id
    dossier.applicant = person
    if told("subject"):
        dossier.subject = row.subject or row.name[:1000]
    if told("channel"):
        dossier.channel = dossier.return_by = row.channel.value
    if told("submitted_at") or told("received_at"):
        dossier.submitted_at = row.submitted_at
    if told("received_at") or dossier.received_at is None:
        dossier.received_at = row.received_at
    dossier.allowed = row.allowed if dossier.received_at else ""
    if told("due_at") or dossier.due_at is None:
        dossier.due_at = row.due_at or due_here
        dossier.first_due_at = dossier.first_due_at or dossier.due_at
    if told("finished_at") or told("returned_at") or row.finished_at or row.status in OPEN:
        dossier.finished_at = row.finished_at
    if told("returned_at") or row.returned_at or row.status in OPEN:
        dossier.returned_at = row.returned_at
    dossier.status, dossier.outcome = int(row.status), row.outcome.value
    dossier.paused_at = row.told_at if row.status in WAITING else None
    dossier.search_key = _search_key(row)


def _search_key(row: Facts) -> str:
    return fold(f"{row.foreign_code} {row.applicant} {row.id_number} {row.phone}")[:800]


def _mirror(mirror: Mirror, row: Facts, due_here: datetime | None) -> Mirror:
    mirror.told_at, mirror.digest, mirror.status_words = row.told_at, row.digest, row.words
    if "due_at" in row.given:
        mirror.due_told = row.due_at
    mirror.due_here = due_here or mirror.due_here
    return mirror


def _told(batch: Batch, dossier: Dossier, row: Facts) -> Told:
    return Told(
        dossier=dossier, batch=batch, status=int(row.status), words=row.words, at=row.told_at, digest=row.digest
    )


def _pauses(dossiers: Sequence[Dossier], source: Source, *, known: bool) -> None:
    """Waits for the applicant, read from the history: so the one clock stands still for mirrored dossiers, too.
    `known`: they said something before."""
    if not dossiers:
        return
    ids = [dossier.pk for dossier in dossiers]
    history: dict[int, list[tuple[int, datetime]]] = {}
    for pk, status, at in (
        Told.objects.filter(dossier__in=ids).order_by("dossier", "at", "id").values_list("dossier_id", "status", "at")
    ):
        history.setdefault(pk, []).append((status, at))
    kinds = {Status.SUPPLEMENT: Pause.SUPPLEMENT, Status.FINANCE: Pause.FINANCE}
    waits: list[Pause] = []
    for pk, steps in history.items():
        numbers = {Pause.SUPPLEMENT: 0, Pause.FINANCE: 0}
        wait: Pause | None = None
        for status, at in steps:
            kind = kinds.get(Status(status))
            if wait is not None and kind != wait.kind:
                wait.answered_at, wait = at, None
            if kind and wait is None:
                numbers[kind] += 1
                wait = Pause(dossier_id=pk, kind=kind, number=numbers[kind], asked_at=at)
                waits.append(wait)
    Pause.objects.filter(dossier__in=ids).delete()
    Pause.objects.bulk_create(waits)
    of: dict[int, list[Pause]] = {}
    for wait in waits:
        of.setdefault(wait.dossier_id, []).append(wait)
    lost = []
    calendar = calendar_of(source.agency) if waits else None
    for dossier in dossiers:
        found = of.get(dossier.pk, [])
        dossier.supplements = sum(wait.kind == Pause.SUPPLEMENT for wait in found)
        open_ = [wait.asked_at for wait in found if wait.answered_at is None]
        dossier.paused_at = open_[0] if open_ and dossier.status in WAITING else None
        if found and calendar:
            before = facts_of(dossier)
            _after_waits(dossier, found, calendar)
            if is_lost(before, facts_of(dossier)):
                lost.append((dossier, before, dossier.mirror.told_at))
    if known:
        keep_all(lost)
    Dossier.objects.bulk_update(dossiers, ["supplements", "paused_at", "first_due_at", "due_at"], batch_size=200)
    Mirror.objects.bulk_update([one.mirror for one in dossiers if one.pk in of], ["due_here"], batch_size=200)


def _after_waits(dossier: Dossier, waits: Sequence[Pause], calendar: Calendar) -> None:
    """The due moment after waits for the applicant. That system does not say how much of a move was the wait, and how
    much an extension: what it told last is what being on time is measured by."""
    mirror = dossier.mirror
    mirror.due_here = clock.due_by_calendar(dossier, waits, calendar) or mirror.due_here
    if mirror.due_told is None:
        dossier.due_at = mirror.due_here or dossier.due_at
    dossier.first_due_at = dossier.due_at


def batch_tell(batch: Batch, *, acting) -> None:
    """One event for all of the delivery, in the chain of the source: how many, and the digest of all that was told.

    A hundred thousand chains of one event each would say no more: any change of a row told is found all the same
    (`exchange.verifying`).
    """
    root, count = batch_root(batch)
    batch.result = {**batch.result, "merkle": root, "told": count}
    batch.save()
    data = {
        "batch": batch.pk,
        "sha256": batch.sha256,
        "rows": batch.rows,
        "created": batch.created,
        "changed": batch.changed,
        "told": count,
        "merkle": root,
    }
    trail.record(batch.source.chain, events.MIRRORED, acting=acting, subject=batch, data=data)


def batch_root(batch: Batch) -> tuple[str, int]:
    """The Merkle root over what the delivery told, in the order it was written."""
    merkle = Merkle()
    rows = Told.objects.filter(batch=batch).order_by("pk")
    for code, status, words, at, digest in rows.values_list(
        "dossier__foreign_code", "status", "words", "at", "digest"
    ).iterator(5000):
        merkle.add(sha256(b"\0" + canonical([code, status, words, instant(at), digest])).digest())
    return merkle.root(), merkle.count
