"""A row of another system's table, judged: the facts it tells, or what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import clock
from minhbach.dossiers.exchange.columns import FIELDS, plain
from minhbach.dossiers.exchange.values import channel_of, moment, status_of, yes_or_no
from minhbach.dossiers.models import Source
from minhbach.dossiers.states import ENDED, Channel, Outcome, Status
from minhbach.org.trail.canonical import canonical
from minhbach.org.trail.canonical import plain as recorded
from minhbach.procedures.content.reading import stored
from minhbach.procedures.models import Offer, Procedure, Version
from minhbach.records.tables import text_of

FILES = ("papers_file", "result_file")
MOMENTS = ("submitted_at", "received_at", "due_at", "finished_at", "returned_at")
LONGEST = {"code": 60, "applicant": 300, "id_number": 30, "phone": 30, "email": 254, "address": 500, "subject": 1000}
MOST_WORDS = 100
_UNWANTED = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
SUFFIX = re.compile(r"(\d\.\d{6})\.\d{3}\.\d{2}\.\d{2}\.\w+")
"""The former codes of provinces: 1.005142.000.00.00.H24."""

FAULTS: dict[str, tuple[Any, Any]] = {
    # code: (what is wrong, what to do)
    "missing": (_("is empty"), _("fill it in, or choose another column for it")),
    "too_long": (_("is too long"), _("shorten it")),
    "code": (_("is no dossier code"), _("write the code of the other system, with a letter or digit")),
    "date": (_("is no day that exists"), _("write it as 31/12/2026 14:30")),
    "future": (_("lies in the future"), _("correct the day")),
    "order": (_("is earlier than what must come before it"), _("correct one of the two days")),
    "status": (_("is no known status"), _("say below which status it means, or correct it")),
    "procedure": (_("is no procedure of the catalogue"), _("say below which procedure it means, or add the procedure")),
    "channel": (_("is no way of sending a dossier"), _("write 1 or at the counter, 2 or online, 3 or by public post")),
    "no_version": (_("has no released version"), _("release the procedure first")),
    "own": (_("is processed in this system on that day"), _("take the row out, or set the procedure to be mirrored")),
    "twice": (_("stands in an earlier row with other facts"), _("keep one of them, or add the column “as of”")),
    "taken": (_("is the code of another dossier here"), _("correct the code, or take the row out")),
    "yes_no": (_("says neither yes nor no"), _("write yes or no, or 1 or 0")),
    "number": (_("is no whole number"), _("write how many, in digits")),
    "no_end": (_("is over, but no row says when"), _("fill in when the processing finished")),
}


@dataclass(frozen=True)
class Fault:
    """`field` names the column; `value` is what stands there."""

    line: int
    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row tells. Fields whose column the table lacks are not in `given` and keep what is known."""

    line: int
    foreign_code: str
    code: str
    procedure_id: int
    version_id: int
    name: str
    office_id: int
    allowed: str
    status: Status
    words: str
    outcome: Outcome
    applicant: str
    id_number: str
    phone: str
    email: str
    address: str
    subject: str
    channel: Channel
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    papers_file: bool
    result_file: bool
    told_at: datetime
    given: frozenset[str]
    digest: str

    @property
    def rank(self) -> tuple[datetime, int]:
        """Of two rows the higher holds; of equal ones that which came later."""
        return self.told_at, STAGE[self.status]


STAGE = dict.fromkeys(Status, 1) | {Status.NEW: 0, Status.RETURNED: 3}
STAGE |= dict.fromkeys((Status.NOT_RECEIVED, Status.STOPPED, Status.FINISHED), 2)


class Checker:
    """Judges the rows of one delivery. Procedures, versions and offers are read once."""

    def __init__(self, source: Source, *, as_of: datetime | None = None) -> None:
        self.source, self.as_of = source, as_of
        self.now = timezone.now()
        self.unknown: dict[str, Counter[str]] = {"status": Counter(), "procedure": Counter()}
        self._statuses = {plain(word): int(code) for word, code in source.mapping.get("statuses", {}).items()}
        self._procedures = _procedures(source.mapping.get("procedures", {}))
        self._catalogue = _Catalogue(source)
        self._seen: dict[str, str] = {}

    @property
    def statuses(self) -> dict[str, int]:
        return self._statuses

    def procedure_of(self, words: str) -> str | None:
        """The code of the procedure that words name."""
        found = self._procedures.get(plain(words)) or self._procedures.get(plain(SUFFIX.sub(r"\1", words)))
        return found[1] if found else None

    def names(self) -> list[tuple[str, str]]:
        """Code and name of every procedure."""
        return list(Procedure.objects.values_list("code", "current__name"))

    def judge(self, line: int, given: Mapping[str, Any]) -> Facts | list[Fault]:
        """`given`: field → cell, for the columns the table has."""
        row = _Row(self, line, given)
        facts = row.facts()
        return facts if facts is not None else row.faults


class _Row:
    def __init__(self, checker: Checker, line: int, given: Mapping[str, Any]) -> None:
        self.of, self.line, self.given = checker, line, given
        self.faults: list[Fault] = []

    def fault(self, field: str, code: str, value: Any = "") -> None:
        self.faults.append(Fault(self.line, field, code, str(value)[:200]))

    def text(self, field: str) -> str:
        value = text_of(self.given.get(field))
        if not value.isprintable():
            value = _UNWANTED.sub("", value)
        if not value and FIELDS[field].required:
            self.fault(field, "missing")
        elif len(value) > LONGEST.get(field, 1000):
            self.fault(field, "too_long", value)
            return ""
        return value

    def moment(self, field: str) -> datetime | None:
        cell = self.given.get(field)
        if cell is None:
            return None
        try:
            at = moment(cell, ends=field == "due_at")
        except (ValueError, OverflowError):
            self.fault(field, "date", text_of(cell))
            return None
        if at is not None and field != "due_at" and at > self.of.now + timedelta(days=1):
            self.fault(field, "future", text_of(cell))
            return None
        return at

    def is_there(self, field: str) -> bool:
        try:
            return yes_or_no(self.given.get(field))
        except ValueError:
            self.fault(field, "yes_no", text_of(self.given.get(field)))
            return False

    def facts(self) -> Facts | None:
        foreign, applicant = self.text("code"), self.text("applicant")
        code = re.sub(r"[^\w.\-]+", "-", foreign).strip("-")
        if foreign and not re.search(r"\w", code):
            self.fault("code", "code", foreign)
        at = {field: self.moment(field) for field in MOMENTS}
        told = self.moment("told_at") or self.of.as_of
        status, words = self._status()
        if at["finished_at"] is None and at["returned_at"] is not None:
            at["finished_at"] = at["returned_at"]
        sent = at["submitted_at"] or at["received_at"]
        if sent is None and not any(fault.field in ("submitted_at", "received_at") for fault in self.faults):
            self.fault("received_at" if "received_at" in self.given else "submitted_at", "missing")
        if status not in (None, Status.NEW, Status.NOT_RECEIVED) and at["received_at"] is None:
            at["received_at"] = sent
        self._in_order(sent, at)
        if status is not None and (status in ENDED or status == Status.FINISHED) and at["finished_at"] is None:
            if "finished_at" in self.given or "returned_at" in self.given or told is None:
                self.fault("status", "no_end", words)
            else:
                at["finished_at"] = told
        kind = self._procedure(timezone.localdate(sent) if sent else None)
        channel = self._channel()
        files = {field: self.is_there(field) for field in FILES}
        personal = {field: self.text(field) for field in ("id_number", "phone", "email", "address", "subject")}
        if self.faults or status is None or kind is None or sent is None:
            return None
        stamps = [stamp for stamp in (sent, *at.values()) if stamp is not None and stamp <= self.of.now]
        told_at = told or max(stamps, default=sent)
        outcome = Outcome.NONE
        if status in _OUTCOMES:
            outcome = _OUTCOMES[status]
        elif status not in (Status.NOT_RECEIVED, Status.STOPPED):
            at["finished_at"] = at["returned_at"] = None
        facts = [code, kind.procedure, int(status), words, channel.value, *(recorded(at[field]) for field in MOMENTS)]
        facts += [[field, there] for field, there in files.items() if field in self.given]
        digest = sha256(canonical(facts)).hexdigest()
        if self.given.get("told_at") in (None, "") and self.of._seen.setdefault(code, digest) != digest:
            self.fault("code", "twice", foreign)
            return None
        return Facts(
            line=self.line,
            foreign_code=foreign,
            code=code,
            procedure_id=kind.procedure_id,
            version_id=kind.version_id,
            name=kind.name,
            office_id=kind.office_id,
            allowed=kind.allowed(channel),
            status=status,
            words=words,
            outcome=outcome,
            applicant=applicant,
            channel=channel,
            submitted_at=sent,
            received_at=at["received_at"],
            due_at=at["due_at"],
            finished_at=at["finished_at"],
            returned_at=at["returned_at"],
            told_at=told_at,
            given=frozenset(self.given),
            digest=digest,
            **files,
            **personal,
        )

    def _status(self) -> tuple[Status | None, str]:
        words = self.text("status")[:200]
        status = status_of(words, self.of._statuses) if words else None
        if words and status is None:
            self.of.unknown["status"][words] += 1
            self.fault("status", "status", words)
        return status, words

    def _channel(self) -> Channel:
        words = text_of(self.given.get("channel"))
        channel = channel_of(words) if words else Channel.COUNTER
        if channel is None:
            self.fault("channel", "channel", words)
        return channel or Channel.COUNTER

    def _procedure(self, day: date | None) -> _Kind | None:
        words = self.text("procedure")
        if not words or day is None:
            return None
        key = plain(words)
        procedure = self.of._procedures.get(key) or self.of._procedures.get(plain(SUFFIX.sub(r"\1", words)))
        if procedure is None:
            self.of.unknown["procedure"][words[:200]] += 1
            self.fault("procedure", "procedure", words)
            return None
        kind = self.of._catalogue.on(procedure, day)
        if kind is None:
            self.fault("procedure", "no_version", words)
        elif kind.is_own and self.of.source.kind == Source.MIRROR:
            self.fault("procedure", "own", words)
            return None
        return kind

    def _in_order(self, sent: datetime | None, at: Mapping[str, datetime | None]) -> None:
        before = sent
        for field in ("received_at", "finished_at", "returned_at"):
            here = at[field]
            if here is None:
                continue
            # A day without an hour is not before an hour of the same day.
            if before is not None and here < before and here.date() != before.date():
                self.fault(field, "order", text_of(self.given.get(field)))
            before = here


_OUTCOMES = {
    Status.NOT_RECEIVED: Outcome.NOT_RECEIVED,
    Status.STOPPED: Outcome.STOPPED,
    Status.FINISHED: Outcome.GRANTED,
    Status.RETURNED: Outcome.GRANTED,
}


def _procedures(own: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Folded code or name, or the source's own word → the procedure. A name that two share tells nothing."""
    found: dict[str, tuple[int, str]] = {}
    shared: set[str] = set()
    rows = list(Procedure.objects.values_list("pk", "code", "current__name"))
    for pk, code, name in rows:
        key = plain(name or "")
        if key in found and found[key][0] != pk:
            shared.add(key)
        if key:
            found[key] = (pk, code)
    for key in shared:
        del found[key]
    by_code = {code: (pk, code) for pk, code, _name in rows}
    found |= {plain(code): one for code, one in by_code.items()}
    found |= {plain(word): by_code[code] for word, code in own.items() if code in by_code}
    return found


@dataclass(frozen=True)
class _Kind:
    procedure: str
    procedure_id: int
    version_id: int
    name: str
    office_id: int
    is_own: bool
    times: dict[str, str]

    def allowed(self, channel: str) -> str:
        return self.times[channel]


class _Catalogue:
    """Which version holds on a day, and who handles it at the agency."""

    def __init__(self, source: Source) -> None:
        self._agency = source.agency
        self._versions: dict[int, list[Version]] = {}
        for version in Version.objects.filter(is_draft=False).defer("search_key").order_by("begins"):
            self._versions.setdefault(version.procedure_id, []).append(version)
        self._offers: dict[int, list[Offer]] = {}
        for offer in Offer.objects.filter(agency=source.agency).order_by("begins"):
            self._offers.setdefault(offer.procedure_id, []).append(offer)
        self._known: dict[tuple[int, date], _Kind | None] = {}
        self._allowed: dict[tuple[int, int | None], dict[str, str]] = {}

    def on(self, procedure: tuple[int, str], day: date) -> _Kind | None:
        key = (procedure[0], day)
        if key not in self._known:
            self._known[key] = self._find(procedure, day)
        return self._known[key]

    def _find(self, procedure: tuple[int, str], day: date) -> _Kind | None:
        pk, code = procedure
        versions = self._versions.get(pk, [])
        # Older than the catalogue: the first version we know.
        version = _holding(versions, day) or (versions[0] if versions else None)
        if version is None:
            return None
        offer = _holding(self._offers.get(pk, []), day)
        office = offer or next(reversed(self._offers.get(pk, [])), None)
        return _Kind(
            code,
            pk,
            version.pk,
            version.name,
            office.office_id if office else self._agency.pk,
            offer is not None and offer.mode == Offer.OWN,
            self._times(version, offer),
        )

    def _times(self, version: Version, offer: Offer | None) -> dict[str, str]:
        key = (version.pk, offer.pk if offer else None)
        if key not in self._allowed:
            self._allowed[key] = self._read_times(version, offer)
        return self._allowed[key]

    def _read_times(self, version: Version, offer: Offer | None) -> dict[str, str]:
        content = stored(version.content)
        of = offer or SimpleNamespace(committed="")
        found = {channel: clock.time_allowed(content, of, channel, {}) for channel in Channel.values}  # type: ignore[arg-type]
        return {channel: str(time) if time is not None else "" for channel, time in found.items()}


def _holding(rows: Sequence[Any], day: date) -> Any | None:
    return next((row for row in reversed(rows) if row.begins <= day and (row.ends is None or day <= row.ends)), None)


def cells(row: Sequence[Any], places: Mapping[str, int]) -> dict[str, Any]:
    """Field → cell."""
    count = len(row)
    return {field: row[place] if place < count else None for field, place in places.items()}
