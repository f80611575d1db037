"""What a dossier was at a moment, by dated facts: so that the same question can be asked of a past day.

Own and mirrored dossiers are asked alike.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from minhbach.dossiers.models import Due, Earlier, Pause, Payment, ToldFile
from minhbach.dossiers.states import Channel, Digitised, Outcome
from minhbach.measures.conditions import Has
from minhbach.measures.declaring import THEN, Past

FIRST, EXTENDED = "first_due_at", "due_at"
"""The due moments that a dossier can be late by: the first, and as it was last put off."""
REUSED = (Digitised.REUSED, Digitised.REUSED_RESULT)
GATEWAY = (Payment.GATEWAY,)
CASHLESS = (Payment.GATEWAY, Payment.TRANSFER)

Condition = Callable[[datetime], Q]


def _not_yet(field: str, at: datetime) -> Q:
    """Had not happened. Not ~Q(…__lte=at): of a past moment, nothing is neither yes nor no."""
    return Q(**{field: None}) | Q(**{f"{field}__gt": at})


def received(at: datetime) -> Q:
    """Received, and not turned away."""
    return Q(received_at__lte=at) & ~Q(outcome=Outcome.NOT_RECEIVED)


def over(at: datetime) -> Q:
    """Its processing has ended, in whatever way."""
    return Q(finished_at__lte=at)


def still_open(at: datetime) -> Q:
    return _not_yet("finished_at", at)


def overdue(at: datetime, due: str = FIRST) -> Q:
    """Open after its due moment. What waited for the applicant by then is not late: its due moment moves on."""
    in_our_hands = Q(paused_at=None) | Q(paused_at__gt=F(due))
    return still_open(at) & Q(**{f"{due}__lt": at}) & in_our_hands


def in_time(at: datetime, due: str = FIRST) -> Q:
    return over(at) & Q(finished_at__lte=F(due))


def ended_late(at: datetime, due: str = FIRST) -> Q:
    return over(at) & Q(finished_at__gt=F(due))


def late(at: datetime, due: str = FIRST) -> Q:
    """Ended after its due moment, or open after it."""
    return ended_late(at, due) | overdue(at, due)


def apologised(at: datetime) -> Q:
    return Q(apologised_at__lte=at)


def not_apologised(at: datetime) -> Q:
    return _not_yet("apologised_at", at)


def apologised_in_time(at: datetime) -> Q:
    """With the letter of an extension, which is written at least one day before the due moment or not at all."""
    return Q(extended=True)


def granted(at: datetime) -> Q:
    return over(at) & Q(outcome=Outcome.GRANTED)


def refused(at: datetime) -> Q:
    return over(at) & Q(outcome=Outcome.REFUSED)


def by(field: str, channel: Channel) -> Condition:
    """Sent, or its result returned, in this way."""
    return lambda at: Q(**{field: channel})


def all_of(*such: Condition) -> Condition:
    """All of these conditions at once."""

    def holds(at: datetime) -> Q:
        found = Q()
        for one in such:
            found &= one(at)
        return found

    return holds


def _has_paper(at: datetime, such: Q) -> Q:
    there = Q(added_at__lte=at) & _not_yet("removed_at", at)
    return Q(Has("dossiers.Paper", "dossier", there & such))


def reuses(at: datetime) -> Q:
    """One of its papers at least is taken from a database or from an earlier result, not brought along."""
    return _has_paper(at, Q(digitised__in=REUSED))


def _told_file(at: datetime, what: str) -> Q:
    """The system that keeps a mirrored dossier says that it has it as a file."""
    there = Q(what=what, since__lte=at) & _not_yet("until", at)
    return Q(Has("dossiers.ToldFile", "dossier", there))


def has_electronic_paper(at: datetime) -> Q:
    """One of its papers at least is there as a file: scanned, or reused; of a mirrored dossier, as told."""
    electronic = Q(digitised=Digitised.DIGITISED, attachment__at__lte=at) | Q(digitised__in=REUSED)
    return _has_paper(at, electronic) | _told_file(at, ToldFile.PAPERS)


def _has_result(at: datetime, such: Q) -> Q:
    issued = Q(sealed_at__lte=at) & _not_yet("recalled_at", at)
    return Q(Has("dossiers.Result", "dossier", issued & such))


def has_result_file(at: datetime) -> Q:
    """Its result is there as a file: signed electronically, or the scan of one on paper; of a mirrored dossier, as
    told."""
    return _has_result(at, Q(pdf__isnull=False)) | _told_file(at, ToldFile.RESULT)


def has_result_on_paper(at: datetime) -> Q:
    return _has_result(at, Q(on_paper=True))


def owes(at: datetime) -> Q:
    """A fee or charge of its procedure is left to pay, or was paid: nothing of it was waived or taken back."""
    asked = Q(kind__in=(Due.FEE, Due.CHARGE), asked_at__lte=at) & _not_yet("cancelled_at", at)
    return Q(Has("dossiers.Due", "dossier", asked & (Q(amount__gt=0) | Q(exempt_at__gt=at))))


def paid_by(*ways: str) -> Condition:
    """Paid in one of these ways, at least in part, and not taken back."""

    def holds(at: datetime) -> Q:
        paid = Q(way__in=ways, at__lte=at) & _not_yet("cancelled_at", at)
        return Q(Has("dossiers.Payment", "dossier", paid))

    return holds


def _read(dossiers: QuerySet, at: datetime) -> QuerySet:
    """Each with what it said at a moment: from what was kept when something else was put in its place (`Earlier`), and
    from the requests to the applicant (`Pause`)."""
    was = FilteredRelation("earlier", condition=Q(earlier__since__lte=at, earlier__until__gt=at))
    asked = Pause.objects.filter(dossier=OuterRef("pk"), asked_at__lte=at).order_by()
    supplements = asked.filter(kind=Pause.SUPPLEMENT).values("dossier").annotate(number=Count("pk")).values("number")
    waiting = asked.filter(_not_yet("answered_at", at)).values("asked_at")[:1]
    return dossiers.annotate(was=was).annotate(
        **{
            f"{THEN}{name}": Case(When(was__isnull=True, then=F(name)), default=F(f"was__{name}"))
            for name in Earlier.FIELDS
        },
        **{
            f"{THEN}supplements": Coalesce(Subquery(supplements, output_field=IntegerField()), Value(0)),
            f"{THEN}paused_at": Subquery(waiting),
        },
    )


PAST = Past((*Earlier.FIELDS, "supplements", "paused_at"), _read)
