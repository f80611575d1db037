"""What happens to dossiers, told to those whom it concerns: in the transaction of the event, so that a notice stands if
and only if the thing happened."""

from __future__ import annotations

from collections.abc import Iterable

from minhbach.dossiers import events
from minhbach.dossiers.models import Dossier
from minhbach.org.models import Event, Unit
from minhbach.org.trail.registry import listen
from minhbach.workspace import receivers
from minhbach.workspace.models import Kind, Letter, Notice, NoticeChoice


@listen(events.MOVED, events.SENT_BACK, events.ASSIGNED, events.RECALLED, events.SUBMITTED)
def _came(event: Event, dossier: Dossier, acting) -> None:
    tell(receivers.of_dossier(dossier), Kind.CAME, event, dossier, acting)


@listen(events.SUPPLEMENTED, events.FINANCE_MET)
def _answered(event: Event, dossier: Dossier, acting) -> None:
    tell(receivers.of_dossier(dossier), Kind.ANSWERED, event, dossier, acting)


@listen(events.OPINION_ASKED)
def _opinion_asked(event: Event, dossier: Dossier, acting) -> None:
    unit = Unit.objects.get(code=event.data["unit"])
    tell(receivers.of_opinion(unit), Kind.OPINION, event, dossier, acting)


@listen(events.OPINION_GIVEN)
def _opinion_given(event: Event, dossier: Dossier, acting) -> None:
    tell(receivers.of_dossier(dossier), Kind.OPINION_GIVEN, event, dossier, acting)


def tell(people: Iterable[int], kind: str, event: Event, dossier: Dossier, acting) -> None:
    """A notice for each but the one who did it, and a letter for those who want one. At most three queries."""
    people = set(people) - {getattr(acting, "person_id", None)}
    if not people:
        return
    muted, mailed = choices(people, kind)
    notices = Notice.objects.bulk_create(
        Notice(person_id=person, kind=kind, dossier=dossier, once=f"event:{event.pk}", at=event.at)
        for person in sorted(people - muted)
    )
    letters = [
        Letter(person_id=notice.person_id, notice=notice, next_at=event.at)
        for notice in notices
        if notice.person_id in mailed
    ]
    if letters:
        Letter.objects.bulk_create(letters)


def choices(people: Iterable[int], kind: str) -> tuple[set[int], set[int]]:
    """Of these people, who does not want to be told so, and who wants a letter. One query."""
    muted, mailed = set(), set()
    for choice in NoticeChoice.objects.filter(person__in=list(people)):
        if kind in choice.muted:
            muted.add(choice.person_id)
        elif kind in choice.mailed:
            mailed.add(choice.person_id)
    return muted, mailed
