"""Long work on a delivery: claimed by one process at a time, done in chunks that are each whole, taken up again when
that process stops.

A chunk's rows, the counts and how far the file was read are one transaction, so that a process may be killed at any
instant. Whoever claims the job next goes on behind the last chunk.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers.actions.mirroring import Taken, batch_tell, rows_take_again
from minhbach.dossiers.exchange.checking import Checker, Facts, Fault, cells
from minhbach.dossiers.exchange.columns import fields_of, head_of
from minhbach.dossiers.models import BadRow, Batch
from minhbach.dossiers.permissions import MIRROR
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.files.tables import rows_of
from minhbach.org.permissions import SYSTEM, Refused, require
from minhbach.records.tables import Row

CHUNK = 1000
MOST_ROWS = 500_000
MOST_BAD = 20_000
"""Bad rows kept; the others are counted."""
DEAD_AFTER = timedelta(seconds=60)
Say = Callable[[Batch], None]


class _Lost(Exception):
    """Another process works on it now."""


def waiting() -> list[int]:
    """Jobs nobody works on: not begun, or begun by a process that is gone."""
    return list(Batch.objects.filter(_free()).order_by("pk").values_list("pk", flat=True))


def _free() -> Q:
    gone = Q(state=Batch.RUNNING, alive_at__lt=timezone.now() - DEAD_AFTER)
    return Q(state=Batch.WAITING) | gone


def work(pk: int, say: Say = lambda batch: None) -> Batch | None:
    """Do the job, or what is left of it; None if another process does it."""
    me = uuid.uuid4().hex
    claimed = Batch.objects.filter(_free(), pk=pk).update(state=Batch.RUNNING, worker=me, alive_at=timezone.now())
    if not claimed:
        return None
    batch = Batch.objects.select_related("source__agency", "attachment__file", "made_by__person").get(pk=pk)
    acting = batch.made_by or SYSTEM
    try:
        require(acting, MIRROR, batch.source.agency)
        _Job(batch, acting, say).run()
    except _Lost:
        return None
    except (NotPossible, Refused) as error:
        _fail(batch, str(error))
    except Exception as error:
        _fail(batch, _("An unexpected fault: %(kind)s. Nothing half done stays.") % {"kind": type(error).__name__})
        raise
    say(batch)
    return batch


def _fail(batch: Batch, why: str) -> None:
    batch.state, batch.failure, batch.finished_at = Batch.FAILED, why[:500], timezone.now()
    Batch.objects.filter(pk=batch.pk, worker=batch.worker).update(
        state=batch.state, failure=batch.failure, finished_at=batch.finished_at
    )


class _Job:
    def __init__(self, batch: Batch, acting, say: Say) -> None:
        self.batch, self.acting, self.say = batch, acting, say

    def run(self) -> None:
        batch = self.batch
        if batch.kind == Batch.COMPARE:
            from minhbach.dossiers.exchange.comparing import compare

            self.begin("compare")
            compare(batch, self.rows(), lambda: self.places, self.beat)
            return self.end(Batch.DONE)
        if batch.result.get("phase") != "take":
            if batch.only_check or batch.all_or_nothing:
                self.check()
                if batch.only_check:
                    return self.end(Batch.CHECKED)
                if batch.bad:
                    batch.failure = _("%(count)s rows are not usable; nothing was brought in.") % {"count": batch.bad}
                    return self.end(Batch.FAILED)
            self.begin("take")
        self.take()
        with transaction.atomic():
            self.hold()
            batch_tell(batch, acting=self.acting)
            self.end(Batch.DONE)

    def begin(self, phase: str) -> None:
        batch = self.batch
        batch.rows = batch.bad = 0
        batch.result = {**batch.result, "phase": phase}
        with transaction.atomic():
            self.hold()
            BadRow.objects.filter(batch=batch).delete()
            self.keep([])

    def rows(self) -> Iterator[Row]:
        """The rows under the headings."""
        batch = self.batch
        with store.path_of(batch.sha256).open("rb") as content:
            found = rows_of(content, batch.attachment.file.extension)
            first = list(islice(found, 40))
            head = head_of(first, fields_of(batch.result.get("shape", "")))
            if head is None:
                raise NotPossible(_("No row of headings was found."), "no_head")
            places = head.places(batch.columns)
            self.places, self.headings = places, batch.columns
            count = 0
            for row in (row for row in first if row[0] > head.line):
                count += 1
                yield row
            for row in found:
                count += 1
                if count > MOST_ROWS:
                    raise NotPossible(
                        _("The file has more than %(most)s rows; split it."), "too_many", {"most": MOST_ROWS}
                    )
                yield row

    def judged(self) -> Iterator[list[Facts | list[Fault]]]:
        """Chunk by chunk."""
        checker = self.checker = Checker(self.batch.source, as_of=self.batch.as_of)
        rows = self.rows()
        while chunk := list(islice(rows, CHUNK)):
            yield [checker.judge(line, cells(row, self.places)) for line, row in chunk]

    def check(self) -> None:
        """Judge every row and write nothing but what is wrong."""
        self.begin("check")
        batch = self.batch
        for chunk in self.judged():
            batch.rows += len(chunk)
            faults = [fault for one in chunk if isinstance(one, list) for fault in one]
            batch.bad += sum(isinstance(one, list) for one in chunk)
            with transaction.atomic():
                self.hold()
                self.keep(faults)
            self.say(batch)
        batch.of = batch.rows
        batch.result |= {
            "unknown": {field: dict(words.most_common(100)) for field, words in self.checker.unknown.items() if words}
        }

    def take(self) -> None:
        batch, read, done = self.batch, 0, self.batch.rows
        for chunk in self.judged():
            read += len(chunk)
            if read <= done:
                continue  # brought in before the process was stopped
            taken = Taken()
            facts = [one for one in chunk if isinstance(one, Facts)]
            faults = [fault for one in chunk if isinstance(one, list) for fault in one]
            before = (batch.created, batch.changed, batch.same, batch.older, batch.bad)

            def then(taken=taken, faults=faults, before=before, read=read) -> None:
                self.hold()
                batch.created, batch.changed = before[0] + taken.created, before[1] + taken.changed
                batch.same, batch.older = before[2] + taken.same, before[3] + taken.older
                found = faults + taken.faults
                batch.bad = before[4] + len({fault.line for fault in found})
                batch.rows = read
                self.keep(found)

            rows_take_again(batch, facts, taken, then)
            self.say(batch)
        batch.of = batch.rows

    def hold(self) -> None:
        """Say that we live, and lock the job; stop if another took it over."""
        held = Batch.objects.filter(pk=self.batch.pk, worker=self.batch.worker, state=Batch.RUNNING)
        if not held.update(alive_at=timezone.now()):
            raise _Lost

    def keep(self, faults: list[Fault]) -> None:
        batch = self.batch
        batch.save(update_fields=["rows", "of", "created", "changed", "same", "older", "bad", "result"])
        if faults and (room := MOST_BAD - BadRow.objects.filter(batch=batch).count()) > 0:
            BadRow.objects.bulk_create(
                BadRow(
                    batch=batch,
                    line=fault.line,
                    column=self.headings.get(fault.field, ""),
                    field=fault.field,
                    code=fault.code,
                    value=fault.value,
                )
                for fault in faults[:room]
            )

    def beat(self, rows: int) -> None:
        self.batch.rows = rows
        with transaction.atomic():
            self.hold()
            self.batch.save(update_fields=["rows"])
        self.say(self.batch)

    def end(self, state: str) -> None:
        batch = self.batch
        batch.state, batch.finished_at = state, timezone.now()
        if not Batch.objects.filter(pk=batch.pk, worker=batch.worker, state=Batch.RUNNING).exists():
            raise _Lost
        batch.save()
