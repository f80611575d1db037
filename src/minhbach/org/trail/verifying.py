"""Finding any event that was changed, removed, added or moved behind the product's back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from minhbach.org.models import Chain, DailyRoot, Event, SealedHead
from minhbach.org.trail.canonical import Merkle, event_hash, leaf_hash, root_hash
from minhbach.org.trail.registry import checks

CHUNK = 2000
_COLUMNS = (
    "chain_id", "chain__name", "chain__seq", "chain__hash", "seq", "at", "actor_id", "actor_name",
    "actor_post", "verb", "subject_type", "subject_id", "data", "previous", "hash",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """`code` is missing, link, changed, head, sealed, root, published or rows; `where` names the chain and the
    event, or the day."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def verify(chain: str | None = None, *, published: Mapping[date, str] | None = None, most: int = 1000) -> list[Problem]:
    """Check one chain, or all chains and the daily roots; an empty list says nothing was touched.

    `published` are daily roots as they were read elsewhere: they find even a trail rewritten as a whole
    by someone who owns the database. Rows are streamed; at most `most` problems are collected.
    """
    found: list[Problem] = []
    for problem in _problems(chain, published or {}):
        found.append(problem)
        if len(found) >= most:
            break
    return found


def _problems(chain: str | None, published: Mapping[date, str]) -> Iterator[Problem]:
    yield from _chains(chain)
    yield from _empty_chains(chain)
    yield from _sealed(chain)
    if chain is None:
        yield from _roots(published)
        for find in checks():
            yield from (Problem("rows", where, message) for where, message in find())


def _chains(chain: str | None) -> Iterator[Problem]:
    """Events and heads come from one statement, so from one moment, while others go on recording."""
    events = Event.objects.order_by("chain_id", "seq").values(*_COLUMNS)
    if chain is not None:
        events = events.filter(chain__name=chain)
    for _pk, rows in groupby(events.iterator(CHUNK), key=lambda row: row["chain_id"]):
        previous, seq = "", 0
        for row in rows:
            name = row["chain__name"]
            where = f"{name} #{row['seq']}"
            if row["seq"] != seq + 1:
                yield Problem(
                    "missing",
                    f"{name} #{seq + 1}",
                    _("events are missing up to #%(seq)s") % {"seq": row["seq"]},
                )
            elif row["previous"] != previous:
                yield Problem("link", where, _("does not follow from the event before it"))
            if event_hash(name, row) != row["hash"]:
                yield Problem("changed", where, _("was changed after it was recorded"))
            previous, seq = row["hash"], row["seq"]
        if (seq, previous) != (row["chain__seq"], row["chain__hash"]):
            yield Problem(
                "head",
                name,
                _("ends at event #%(seq)s, but its head says #%(head)s: events were removed or added")
                % {"seq": seq, "head": row["chain__seq"]},
            )


def _empty_chains(chain: str | None) -> Iterator[Problem]:
    heads = Chain.objects.filter(Q(seq__gt=0) | ~Q(hash="")).exclude(Exists(Event.objects.filter(chain=OuterRef("pk"))))
    if chain is not None:
        heads = heads.filter(name=chain)
    for name, seq in heads.values_list("name", "seq").iterator(CHUNK):
        yield Problem("head", name, _("had %(seq)s events; all are gone") % {"seq": seq})


def _sealed(chain: str | None) -> Iterator[Problem]:
    event = Event.objects.filter(chain__name=OuterRef("chain"), seq=OuterRef("seq"))
    leaves = SealedHead.objects.annotate(now=Subquery(event.values("hash")[:1])).order_by("pk")
    if chain is not None:
        leaves = leaves.filter(chain=chain)
    rows = leaves.values_list("chain", "seq", "hash", "now", "root__day")
    for name, seq, sealed, now, day in rows.iterator(CHUNK):
        if now != sealed:
            yield Problem(
                "sealed",
                f"{name} #{seq}",
                _("is not the event that the daily root of %(day)s sealed") % {"day": day.isoformat()},
            )


def _roots(published: Mapping[date, str]) -> Iterator[Problem]:
    leaves = SealedHead.objects.order_by("root__day", "pk").values_list("root_id", "chain", "seq", "hash")
    groups = groupby(leaves.iterator(CHUNK), key=lambda leaf: leaf[0])
    root_id, group = next(groups, (None, ()))
    previous, missing = "", dict(published)
    for root in DailyRoot.objects.order_by("day").iterator(CHUNK):
        merkle = Merkle()
        if root_id == root.pk:
            for _root, name, seq, head in group:
                merkle.add(leaf_hash(name, seq, head))
            root_id, group = next(groups, (None, ()))
        day = root.day.isoformat()
        if (root.count, root.merkle) != (merkle.count, merkle.root()):
            yield Problem("root", day, _("its daily root does not cover the chains it lists"))
        if root.previous != previous:
            yield Problem("root", day, _("its daily root does not follow from the one before"))
        if root.root != root_hash(root.day, root.count, root.merkle, root.previous):
            yield Problem("root", day, _("its daily root was changed"))
        if missing.pop(root.day, root.root) != root.root:
            yield Problem("published", day, _("its daily root is not the published one"))
        previous = root.root
    for day in sorted(missing):
        yield Problem("published", day.isoformat(), _("a root was published for this day, and is gone"))
