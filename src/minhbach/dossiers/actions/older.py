"""The registers of older results: set up, entries added one by one or from a file, digitised, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers import events
from minhbach.dossiers.actions.applicants import PERSONAL_ID
from minhbach.dossiers.attachments import OLDER_RESULT
from minhbach.dossiers.models import OlderRegister, OlderResult
from minhbach.dossiers.permissions import OLDER
from minhbach.org import trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.files.actions import file_attach
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.vietnamese import fold

MOST_ROWS = 50_000


@dataclass(frozen=True)
class Entry:
    """An older result as it stands in the register."""

    holder: str
    number: str
    id_number: str = ""
    born: date | None = None
    entry: str = ""
    issued_on: date | None = None
    issued_by: str = ""
    valid_until: date | None = None
    note: str = ""


@transaction.atomic
def register_set(
    agency: Unit, *, title: str, code: str = "", total: int | None = None, register=None, acting
) -> OlderRegister:
    """Open a register of the agency, or change one: its title, the result's code, how many there are to digitise.

    Raises Refused; NotPossible with code `no_title`, `taken` or `fewer` (than are entered already).
    """
    require(acting, OLDER, agency)
    title = " ".join(title.split())
    if not title:
        raise NotPossible(_("Give the register a title."), "no_title")
    same = OlderRegister.objects.filter(agency=agency, title=title)
    if same.exclude(pk=register.pk if register else None).exists():
        raise NotPossible(_("There is a register with this title already."), "taken")
    found = OlderRegister(agency=agency) if register is None else register
    if register is not None and total is not None:
        entered = register.entries.count()
        if total < entered:
            raise NotPossible(
                _("%(count)s results are entered already; there cannot be fewer in all."), "fewer", {"count": entered}
            )
    found.title, found.code, found.total = title[:300], code.strip()[:60], total
    found.save()
    _tell(found, events.OLDER_REGISTER_SET, acting, {"code": found.code, "count": total})
    return found


@transaction.atomic
def older_add(register: OlderRegister, entries: Sequence[Entry], *, acting) -> list[OlderResult]:
    """Enter older results: all or none. Raises Refused; NotPossible with code `bad_entry`, naming the first, or
    `too_many`. `faults` finds all of them."""
    require(acting, OLDER, register.agency)
    # In one order for everybody: whoever enters holds the register.
    register = OlderRegister.objects.select_for_update(of=("self",)).select_related("agency").get(pk=register.pk)
    if len(entries) > MOST_ROWS:
        raise NotPossible(_("At most %(most)s at once; split the file."), "too_many", {"most": MOST_ROWS})
    for place, why in faults(register, entries):
        raise NotPossible(_("Entry %(place)s: %(why)s"), "bad_entry", {"place": place + 1, "why": why})
    at = timezone.now()
    made = OlderResult.objects.bulk_create(
        (
            OlderResult(
                register=register,
                added_at=at,
                search_key=fold(f"{one.holder} {one.number} {one.entry} {one.id_number}")[:500],
                **asdict(one),
            )
            for one in entries
        ),
        batch_size=500,
    )
    _tell(register, events.OLDER_ADDED, acting, {"count": len(made)})
    return made


def faults(register: OlderRegister, entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """What keeps entries from being entered: the place of each, from 0, and why. One query."""
    known = set(register.entries.values_list("number", flat=True))
    found: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for place, one in enumerate(entries):
        why = _fault(one)
        if not why and one.number in known:
            why = _("the number %(number)s is in the register already") % {"number": one.number}
        if not why and one.number in seen:
            why = _("the number %(number)s stands twice, also at entry %(other)s") % {
                "number": one.number,
                "other": seen[one.number] + 1,
            }
        if why:
            found.append((place, str(why)))
        seen.setdefault(one.number, place)
    return found


@transaction.atomic
def older_digitise(entry: OlderResult, scan, *, acting) -> OlderResult:
    """Attach the scan: from now on it counts as digitised and can stand in for papers. Another scan takes the place of
    the first. Raises Refused; NotPossible with code `ended`, and those of a file that is not taken."""
    entry = OlderResult.objects.select_for_update(of=("self",)).select_related("register__agency").get(pk=entry.pk)
    require(acting, OLDER, entry.register.agency)
    _require_in_force(entry)
    chain = f"unit:{entry.register.agency_id}"
    entry.scan = file_attach(scan, kind=OLDER_RESULT, chain=chain, subject_id=entry.pk, acting=acting)
    entry.digitised_at = timezone.now()
    entry.save(update_fields=["scan", "digitised_at"])
    _tell(entry.register, events.OLDER_DIGITISED, acting, {"sha256": entry.scan.file.sha256})
    return entry


@transaction.atomic
def older_end(entry: OlderResult, *, on: date, because: str, acting) -> OlderResult:
    """It is no longer in force: withdrawn, replaced, lost its meaning. Raises Refused; NotPossible with code `ended`,
    `no_reason` or `future`."""
    entry = OlderResult.objects.select_for_update(of=("self",)).select_related("register__agency").get(pk=entry.pk)
    require(acting, OLDER, entry.register.agency)
    _require_in_force(entry)
    if not because.strip():
        raise NotPossible(_("Give the reason."), "no_reason")
    if on > today():
        raise NotPossible(_("The day lies in the future."), "future")
    entry.ended_on, entry.ended_because = on, because.strip()[:500]
    entry.save(update_fields=["ended_on", "ended_because"])
    _tell(entry.register, events.OLDER_ENDED, acting, {"on": on})
    return entry


def _fault(one: Entry) -> str:
    if not one.holder:
        return _("the holder's name is missing")
    if not one.number:
        return _("the number is missing")
    if len(one.holder) > 300 or len(one.number) > 100 or len(one.entry) > 100 or len(one.issued_by) > 300:
        return _("a text is too long")
    if len(one.note) > 1000:
        return _("a text is too long")
    if one.id_number and not PERSONAL_ID.fullmatch(one.id_number):
        return _("“%(number)s” is no identity number: it has 12 digits (9 on the former card)") % {
            "number": one.id_number
        }
    if one.issued_on and one.issued_on > today():
        return _("the day it was issued lies in the future")
    if one.born and one.issued_on and one.born >= one.issued_on:
        return _("it was issued before its holder was born")
    if one.valid_until and one.issued_on and one.valid_until < one.issued_on:
        return _("it ends before it was issued")
    return ""


def _require_in_force(entry: OlderResult) -> None:
    if entry.ended_on is not None:
        raise NotPossible(_("This result is no longer in force."), "ended")


def _tell(register: OlderRegister, event: str, acting, data: dict) -> None:
    trail.record(f"unit:{register.agency_id}", event, acting=acting, subject=register, data=data)
