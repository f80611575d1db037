"""When a stage may be written: the round's dates, a unit's state, reopenings. Read by actions and screens alike."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from minhbach.indices.models import Entry, Round, Score
from minhbach.org.errors import NotPossible

SELF, SURVEY = Score.Stage.SELF, Score.Stage.SURVEY
APPRAISAL_1, APPRAISAL_2 = Score.Stage.APPRAISAL_1, Score.Stage.APPRAISAL_2
Status = Entry.Status

#: The states in which each stage's scores are written.
WRITABLE = {
    SELF: (Status.SCORING, Status.REVIEW),
    APPRAISAL_1: (Status.SUBMITTED, Status.APPRAISAL_1),
    Round.Stage.EXPLANATION: (Status.EXPLANATION,),
    APPRAISAL_2: (Status.APPRAISAL_2,),
}
#: Which stage's scores an appraisal starts from.
BEFORE = {APPRAISAL_1: SELF, APPRAISAL_2: APPRAISAL_1}


GRANTED = Prefetch("reopenings", to_attr="granted")
"""For lists of entries: their reopenings read with them, into a list, which Django fills quicker than a manager."""


def ends(entry: Entry, stage: str) -> datetime:
    """When the stage ends for this unit: the round's date, or a later one granted by a reopening."""
    reopenings = entry.granted if "granted" in entry.__dict__ else entry.reopenings.all()
    granted = [r.until for r in reopenings if r.stage == stage]
    return max([entry.round.closes(stage), *granted])


def is_open(entry: Entry, stage: str, now: datetime | None = None) -> bool:
    """Whether the stage's time runs for this unit."""
    now = now or timezone.now()
    begun = entry.round.opens(stage) <= now or _is_early(entry, stage)
    return entry.round.status == Round.Status.OPEN and begun and now <= ends(entry, stage)


def _is_early(entry: Entry, stage: str) -> bool:
    """A unit that is ahead of the calendar need not wait: once it has come to a stage, the stage may begin for it."""
    return stage != SELF and entry.status in WRITABLE[stage]


def why_locked(entry: Entry, stage: str, now: datetime | None = None) -> str:
    """Why the stage cannot be written now, in words; empty when it can."""
    now = now or timezone.now()
    if entry.round.status == Round.Status.DRAFT:
        return _("The round has not been opened yet.")
    if entry.round.is_over:
        return _("The round is concluded.")
    if stage == SURVEY:
        return _("The appraisal of this unit is concluded.") if entry.status == Status.CONCLUDED else ""
    if now < entry.round.opens(stage) and not _is_early(entry, stage):
        return _("%(stage)s begins on %(moment)s.") % {
            "stage": Round.Stage(stage).label.capitalize(),
            "moment": moment(entry.round.opens(stage)),
        }
    if now > ends(entry, stage):
        return _("%(stage)s ended on %(moment)s. Whoever runs the round can reopen it for one unit.") % {
            "stage": Round.Stage(stage).label.capitalize(),
            "moment": moment(ends(entry, stage)),
        }
    if entry.status not in WRITABLE[stage]:
        return _("The unit's self-score is “%(status)s”, and this cannot be changed then.") % {
            "status": entry.get_status_display()
        }
    return ""


def require_open(entry: Entry, stage: str) -> None:
    """Raises NotPossible with code `locked`."""
    if why := why_locked(entry, stage):
        raise NotPossible(why, "locked")


def moment(value: datetime) -> str:
    """17:00 05/02/2026, as it stands within a sentence."""
    return date_format(timezone.localtime(value), "H:i d/m/Y")


def scoring_stage(entry: Entry) -> str:
    """The stage at which the entry's scores are being made now."""
    if entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED):
        return SELF
    return APPRAISAL_2 if entry.status in (Status.APPRAISAL_2, Status.CONCLUDED) else APPRAISAL_1
