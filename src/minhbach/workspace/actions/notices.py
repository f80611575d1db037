"""Notices that the clock alone brings about, what people choose and read, and the sweeping of old ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import ASSIGN
from minhbach.dossiers.states import OPEN
from minhbach.org.models import Person
from minhbach.workspace import bands, receivers
from minhbach.workspace.letters import letters_send
from minhbach.workspace.models import Kind, Letter, Notice, NoticeChoice
from minhbach.workspace.telling import choices
from minhbach.worktime import find_calendar

KEPT_READ, KEPT = timedelta(days=90), timedelta(days=365)
DIGEST_FROM = time(6, 30)
_BATCH = 1000


def work(now: datetime | None = None) -> None:
    """The part of `minhbach tick`: whoever has to know of what becomes due or late is told, the digests of the day are
    laid ready, the letters go out, old notices are swept. As often as one likes."""
    now = now or timezone.now()
    due_tell(now)
    digests_prepare(now)
    letters_send(now)
    notices_sweep(now)


@transaction.atomic
def due_tell(now: datetime) -> None:
    """Tell who holds a dossier (else who gives the work out) that it has become late, or is due on the next working
    day; once for each due moment."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))
    running = Dossier.objects.filter(status__in=sorted(OPEN), source=None).exclude(bands.PAUSED)
    late = running.filter(due_at__lt=now)
    coming = running.filter(due_at__gte=midnight)
    coming = coming.filter(bands.due_within(coming, midnight, 1))
    managers = receivers.Holders(ASSIGN)
    told = Notice.objects.filter(dossier=OuterRef("pk"), kind=Kind.LATE, at__gte=OuterRef("due_at"))
    _tell_of(late.filter(~Exists(told)), Kind.LATE, managers, now)
    _tell_of(coming, Kind.DUE, managers, now)


def _tell_of(dossiers: QuerySet[Dossier], kind: str, managers: receivers.Holders, now: datetime) -> None:
    rows = dossiers.order_by("pk").values_list("pk", "due_at", "at_person", "at_unit__path")
    batch: list[Notice] = []
    for pk, due_at, person, path in rows.iterator(chunk_size=_BATCH):
        people = {person} if person else set()
        if not person or kind == Kind.LATE:
            people |= receivers.nearest(managers, path, all_at_once=True)
        once = f"due:{due_at.timestamp():.0f}"
        batch += [Notice(person_id=each, kind=kind, dossier_id=pk, once=once, at=now) for each in sorted(people)]
        if len(batch) >= _BATCH:
            _write(batch, kind, now)
            batch = []
    _write(batch, kind, now)


def _write(notices: list[Notice], kind: str, now: datetime) -> None:
    """Those that nobody has yet; what was told before stays as it is."""
    muted, mailed = choices({notice.person_id for notice in notices}, kind)
    Notice.objects.bulk_create([notice for notice in notices if notice.person_id not in muted], ignore_conflicts=True)
    if mailed:
        written = Letter.objects.filter(notice=OuterRef("pk"))
        new = Notice.objects.filter(~Exists(written), kind=kind, at=now, person__in=mailed)
        Letter.objects.bulk_create(Letter(person_id=notice.person_id, notice=notice, next_at=now) for notice in new)


@transaction.atomic
def digests_prepare(now: datetime) -> int:
    """Lay a digest ready for each person with an e-mail address who has something late or due today, or gives such work
    out: one a day, on working days. Returns how many."""
    local = timezone.localtime(now)
    day = local.date()
    if local.time() < DIGEST_FROM or not find_calendar().is_working_day(day):
        return 0
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    pressing = Dossier.objects.filter(status__in=sorted(OPEN), source=None, due_at__lt=midnight).exclude(bands.PAUSED)
    managers = receivers.Holders(ASSIGN)
    people: set[int] = set()
    for person, path in pressing.order_by().values_list("at_person", "at_unit__path").distinct():
        people |= receivers.nearest(managers, path, all_at_once=True)
        if person:
            people.add(person)
    wanted = (
        Person.objects.filter(pk__in=people, account__is_active=True)
        .exclude(email="")
        .exclude(Exists(NoticeChoice.objects.filter(person=OuterRef("pk"), digest=False)))
        .exclude(Exists(Letter.objects.filter(person=OuterRef("pk"), day=day)))
    )
    letters = [Letter(person=person, day=day, next_at=now) for person in wanted]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


@transaction.atomic
def notices_read(pks: Iterable[int] | None = None, *, acting) -> int:
    """Mark one's own notices as read: these, or all."""
    own = Notice.objects.filter(person=acting.person_id, read_at=None)
    if pks is not None:
        own = own.filter(pk__in=list(pks))
    return own.update(read_at=timezone.now())


@transaction.atomic
def choice_set(*, shown: Iterable[str], mailed: Iterable[str], digest: bool, acting) -> NoticeChoice:
    """How the acting person wants to be told: the kinds shown in the application, of these the ones sent by e-mail."""
    shown = set(shown) & set(Kind.values)
    choice, _made = NoticeChoice.objects.update_or_create(
        person_id=acting.person_id,
        defaults={
            "muted": sorted(set(Kind.values) - shown),
            "mailed": sorted(set(mailed) & shown),
            "digest": digest,
        },
    )
    return choice


@transaction.atomic
def notices_sweep(now: datetime) -> None:
    """Take away what nobody needs any more; the trail keeps what happened."""
    Notice.objects.filter(read_at__lt=now - KEPT_READ).delete()
    Notice.objects.filter(at__lt=now - KEPT).delete()
    Letter.objects.filter(notice=None, next_at__lt=now - KEPT).exclude(sent_at=None, dropped_at=None).delete()


def unread(account) -> int:
    """How many notices the person has not read. One query."""
    return Notice.objects.filter(person=account.person_id, read_at=None).count()


__all__ = [
    "choice_set",
    "digests_prepare",
    "due_tell",
    "notices_read",
    "notices_sweep",
    "unread",
    "work",
]
