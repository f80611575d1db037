"""Other systems and what they deliver: set up, a file begun, checked, brought in; open dossiers carried on here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock, events
from minhbach.dossiers.actions import common, opinions
from minhbach.dossiers.actions.mirroring import require_open
from minhbach.dossiers.attachments import DELIVERY
from minhbach.dossiers.exchange.columns import FIELDS, FIGURES, HEAD_WITHIN, Head, fields_of, head_of
from minhbach.dossiers.models import Batch, Dossier, Mirror, Source
from minhbach.dossiers.permissions import MIRROR
from minhbach.dossiers.states import OPEN, WORKING, Status
from minhbach.org import processes, trail
from minhbach.org.errors import NotPossible
from minhbach.org.files import store
from minhbach.org.files.actions import clean_name, file_attach
from minhbach.org.files.sniff import BadFile
from minhbach.org.files.tables import KINDS, in_utf8, rows_of
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.procedures.models import Procedure

MOST_WORDS = 500
WORK = "dossiers_work"
"""The management command that checks a delivery and brings it in."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@transaction.atomic
def source_set(code: str, *, agency: Unit, name: str, kind: str = Source.MIRROR, active: bool = True, acting) -> Source:
    """Set up another system of an agency, or rename, close or open it. Raises Refused; NotPossible with code `code`,
    `no_name` or `taken`."""
    require(acting, MIRROR, agency)
    if not _CODE.fullmatch(code):
        raise NotPossible(_("A code has small letters, digits and hyphens only."), "code")
    if not name.strip():
        raise NotPossible(_("Enter the name of the system."), "no_name")
    source = Source.objects.select_for_update(of=("self",)).select_related("agency").filter(code=code).first()
    if source is not None and source.agency_id != agency.pk:
        raise NotPossible(_("The code %(code)s is used already."), "taken", {"code": code})
    source = source or Source(code=code, agency=agency)
    if source.pk and source.kind != kind and Mirror.objects.filter(source=source).exists():
        raise NotPossible(_("Dossiers of this system are here already; what kind it is stays."), "taken")
    source.name, source.kind, source.active = " ".join(name.split())[:200], kind, active
    source.save()
    data = {"code": code, "kind": kind, "active": active}
    trail.record(source.chain, events.SOURCE_SET, acting=acting, subject=source, data=data)
    return source


@transaction.atomic
def source_words(source: Source, *, statuses: Mapping[str, int], procedures: Mapping[str, str], acting) -> Source:
    """Say what words of this system mean: statuses by the portal's codes, procedures by ours. What was said before of
    other words stays. Raises Refused; NotPossible with code `status`, `procedure` or `too_many`."""
    source = Source.objects.select_for_update(of=("self",)).select_related("agency").get(pk=source.pk)
    require(acting, MIRROR, source.agency)
    if any(code not in Status.values for code in statuses.values()):
        raise NotPossible(_("Choose one of the ten statuses."), "status")
    codes = set(procedures.values())
    unknown = codes - set(Procedure.objects.filter(code__in=codes).values_list("code", flat=True))
    if unknown:
        raise NotPossible(_("There is no procedure %(code)s."), "procedure", {"code": ", ".join(sorted(unknown))})
    mapping = dict(source.mapping)
    mapping["statuses"] = {**mapping.get("statuses", {}), **statuses}
    mapping["procedures"] = {**mapping.get("procedures", {}), **procedures}
    if len(mapping["statuses"]) + len(mapping["procedures"]) > MOST_WORDS:
        raise NotPossible(_("Too many words are kept for this system."), "too_many")
    source.mapping = mapping
    source.save(update_fields=["mapping"])
    data = {"statuses": dict(statuses), "procedures": dict(procedures)}
    trail.record(source.chain, events.SOURCE_SET, acting=acting, subject=source, data=data)
    return source


def batch_begin(
    source: Source,
    upload: File,
    *,
    kind: str = Batch.IMPORT,
    as_of: datetime | None = None,
    begins=None,
    ends=None,
    whose: str = "mirrored",
    acting,
) -> Batch:
    """Keep a file another system delivered and find its headings; nothing is read into dossiers yet.

    A delivery of the kind COMPARE is for a period, against dossiers `mirrored` from the system or our `own`; it may be
    a table of figures. Raises Refused; BadFile; NotPossible with code `closed`, `future`, `dates` or `no_head`.
    """
    require(acting, MIRROR, source.agency)
    require_open(source)
    if as_of is not None and as_of > timezone.now():
        raise NotPossible(_("What the file says cannot hold as of a later moment."), "future")
    if kind == Batch.COMPARE and (begins is None or ends is None or begins > ends):
        raise NotPossible(_("Give the first and the last day of the period."), "dates")
    name = clean_name(upload.name or "")
    upload, encoding = in_utf8(upload, name)
    with transaction.atomic():
        batch = Batch(source=source, kind=kind, name=name, as_of=as_of, begins=begins, ends=ends, encoding=encoding)
        batch.made_by = acting if acting.is_authenticated else None
        batch.save()
        batch.attachment = file_attach(upload, kind=DELIVERY, chain=source.chain, subject_id=batch.pk, acting=acting)
        batch.sha256 = batch.attachment.file.sha256
        if batch.attachment.file.extension not in KINDS:
            raise BadFile(_("Send the table as XLSX or CSV."), "type_not_allowed")
        if kind == Batch.COMPARE:
            batch.result = {"whose": whose, "shape": _shape(batch)}
        head, _first = batch_head(batch)
        if head is None:
            raise NotPossible(
                _("No row of headings was found. Name at least the columns for dossier code, procedure and status."),
                "no_head",
            )
        known = source.mapping.get("columns", {})
        batch.columns = head.suggested(fields_of(batch.result.get("shape", "")), known=known)
        batch.save()
    return batch


def batch_head(batch: Batch) -> tuple[Head | None, list[tuple[int, list[Any]]]]:
    """The headings of its file, and the first rows after them. Raises BadFile."""
    with store.path_of(batch.sha256).open("rb") as content:
        rows = list(islice(rows_of(content, batch.attachment.file.extension), HEAD_WITHIN + 6))
    head = head_of(rows, fields_of(batch.result.get("shape", "")))
    return head, [row for row in rows if head and row[0] > head.line][:5]


@transaction.atomic
def batch_start(
    batch: Batch,
    *,
    columns: Mapping[str, str],
    check: bool,
    all_or_nothing: bool = True,
    by_itself: bool = True,
    acting,
) -> Batch:
    """Let the rows be checked, or brought in; the columns are remembered for this system's next file. The work goes on
    `by_itself`, unless the caller does it, and is taken up again if its process stops.

    Raises Refused; NotPossible with code `working`, `column` (a required one is missing) or `done`.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("source__agency", "attachment").get(pk=batch.pk)
    )
    require(acting, MIRROR, batch.source.agency)
    if batch.is_working:
        raise NotPossible(_("This file is being worked on."), "working")
    if batch.state == Batch.DONE:
        raise NotPossible(_("This file was brought in already."), "done")
    head, _first = batch_head(batch)
    assert head is not None
    batch.columns = _among(columns, head, fields_of(batch.result.get("shape", "")))
    _require_columns(batch)
    source = batch.source
    if batch.kind == Batch.IMPORT and batch.columns != source.mapping.get("columns"):
        source.mapping = {**source.mapping, "columns": batch.columns}
        source.save(update_fields=["mapping"])
    batch.state, batch.only_check, batch.all_or_nothing = Batch.WAITING, check, all_or_nothing
    batch.rows = batch.bad = batch.created = batch.changed = batch.same = batch.older = 0
    batch.worker, batch.alive_at, batch.failure, batch.finished_at = "", timezone.now(), "", None
    batch.result = {key: batch.result[key] for key in ("shape", "whose") if key in batch.result}
    batch.save()
    if by_itself:
        transaction.on_commit(lambda: processes.begin(WORK, batch.pk))
    return batch


def _require_columns(batch: Batch) -> None:
    missing = [str(field.title) for name, field in FIELDS.items() if field.required and name not in batch.columns]
    if not {"submitted_at", "received_at"} & set(batch.columns):
        missing.append(str(FIELDS["received_at"].title))
    if batch.kind == Batch.COMPARE:
        key = "received" if batch.result.get("shape") == "figures" else "code"
        missing = [] if key in batch.columns else [str((FIGURES | FIELDS)[key].title)]
    if missing:
        raise NotPossible(_("Choose the columns for: %(columns)s."), "column", {"columns": ", ".join(missing)})


def _shape(batch: Batch) -> str:
    """Whether it is a table of dossiers or of figures: only the first has their codes."""
    head, _first = batch_head(batch)
    return "rows" if head is not None and "code" in head.suggested() else "figures"


def _among(columns: Mapping[str, str], head: Head, fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: heading for name, heading in columns.items() if name in fields and heading in head.headings and heading
    }


@transaction.atomic
def dossier_carry_on(dossier: Dossier, *, acting) -> Dossier:
    """Go on here with an open dossier of a system this one has replaced: it becomes ours, under its old code and with
    the due moment it had, at the first step of its process.

    Raises Refused; NotPossible with code `not_old`, `ended`, `not_offered`, `no_time` or `waits`.
    """
    dossier = (
        Dossier.objects.select_for_update(of=("self",)).select_related(*common.RELATED, "source").get(pk=dossier.pk)
    )
    require(acting, MIRROR, dossier.agency)
    source = dossier.source
    if source is None or source.kind != Source.OLD:
        raise NotPossible(_("Only dossiers of a system that this one has replaced are carried on here."), "not_old")
    if dossier.status not in OPEN:
        raise NotPossible(_("The processing of this dossier is over."), "ended")
    offer = common.offer_of(dossier, timezone.localdate())
    content = common.content_of(dossier)
    now = common.now()
    if dossier.status not in (*WORKING, Status.NEW):
        raise NotPossible(
            _("It waits for the applicant. Bring in how that ended, or end it in the old system, first."), "waits"
        )
    dossier.source = None
    if dossier.status == Status.NEW:
        common.arrive(dossier, step="", unit=offer.one_stop, person_id=None, by=None, at=now)
    else:
        if not dossier.allowed:
            allowed = clock.time_allowed(content, offer, dossier.channel, dossier.answers)
            if allowed is None:
                raise NotPossible(_("No time is stated for this procedure."), "no_time")
            dossier.allowed = str(allowed)
        if dossier.due_at is None:
            received = dossier.received_at or now
            dossier.due_at = clock.due_of(received, clock.parse_duration(dossier.allowed), dossier)
        dossier.first_due_at = dossier.first_due_at or dossier.due_at
        first = content.process.steps[0] if content.process else None
        common.arrive(
            dossier,
            step=first.key if first else "",
            unit=common.unit_for(first, offer) if first else offer.one_stop,
            person_id=None,
            by=None,
            at=now,
        )
    Mirror.objects.filter(dossier=dossier).update(carried_on_at=now)
    common.save(dossier, events.CARRIED_ON, acting=acting, data={"code": dossier.code, "source": source.code})
    opinions.process_asks(dossier, acting=acting)
    return dossier


def dossiers_carry_on(source: Source, *, acting) -> tuple[int, list[tuple[str, NotPossible]]]:
    """`dossier_carry_on` for every open dossier of the system, each on its own: how many, and the codes of the others
    with the reason."""
    require(acting, MIRROR, source.agency)
    done, left = 0, []
    for dossier in Dossier.objects.filter(source=source, status__in=sorted(OPEN)).order_by("id"):
        try:
            dossier_carry_on(dossier, acting=acting)
            done += 1
        except NotPossible as reason:
            left.append((dossier.code, reason))
    return done, left
