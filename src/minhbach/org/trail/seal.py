"""The daily root: one hash that vouches for everything recorded up to the end of a day."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from minhbach.org.dates import today
from minhbach.org.models import Chain, DailyRoot, Event, SealedHead
from minhbach.org.trail.canonical import Merkle, leaf_hash, root_hash
from minhbach.org.trail.recording import lock


@transaction.atomic
def seal_day(day: date) -> DailyRoot:
    """Fold every chain that grew since it was last sealed, up to the end of `day`, into a Merkle root
    chained to the root before.

    Idempotent: a sealed day gives its root again. Days may be skipped (the next one covers them), but
    not sealed backwards: ValueError for a day that is not over, or lies before a sealed one. An event
    whose transaction ends after its day was sealed is covered by the next root.
    """
    if day >= today():
        raise ValueError(f"{day} is not over yet")
    lock("daily roots")
    if sealed := DailyRoot.objects.filter(day=day).first():
        return sealed
    last = DailyRoot.objects.order_by("day").last()
    if last is not None and last.day > day:
        raise ValueError(f"{day} lies before the sealed day {last.day}")
    heads = list(_unsealed(day))
    merkle = Merkle()
    for name, seq, head in heads:
        merkle.add(leaf_hash(name, seq, head))
    previous = last.root if last else ""
    root = DailyRoot.objects.create(
        day=day,
        count=merkle.count,
        merkle=merkle.root(),
        previous=previous,
        root=root_hash(day, merkle.count, merkle.root(), previous),
        sealed_at=timezone.now(),
    )
    SealedHead.objects.bulk_create(
        (SealedHead(root=root, chain=name, seq=seq, hash=head) for name, seq, head in heads), batch_size=500
    )
    return root


def _unsealed(day: date):
    """(chain, seq, hash) of the last event of the day or before, for chains not sealed that far. In the
    order of the chains' ids, which is the order of the leaves."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    last = Event.objects.filter(chain=OuterRef("pk"), at__lt=end).order_by("-seq")
    sealed = SealedHead.objects.filter(chain=OuterRef("name")).order_by().values("chain")
    return (
        Chain.objects.annotate(
            sealed=Coalesce(Subquery(sealed.annotate(most=Max("seq")).values("most")), Value(0)),
        )
        .filter(seq__gt=F("sealed"))
        .annotate(last=Subquery(last.values("seq")[:1]), last_hash=Subquery(last.values("hash")[:1]))
        .filter(last__gt=F("sealed"))
        .order_by("pk")
        .values_list("name", "last", "last_hash")
    )
