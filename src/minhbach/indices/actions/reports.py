"""What the self-score report says in the unit's own words: written until it is submitted, and fixed then."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.indices import events
from minhbach.indices.actions.criteria import locked_entry
from minhbach.indices.models import Entry, SelfReport
from minhbach.indices.permissions import APPROVE, REVIEW
from minhbach.indices.rules import SELF, Status, require_open, why_locked
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import may, require


class ReportConflict(NotPossible):
    """Somebody saved the report in between. `current` is what they saved; nothing was overwritten."""

    def __init__(self, current: SelfReport):
        self.current = current
        super().__init__(
            _("%(who)s saved the report at %(when)s, after you opened it. Nothing of theirs was overwritten."),
            "conflict",
            {
                "who": current.by.person if current.by else _("Somebody"),
                "when": timezone.localtime(current.at).strftime("%H:%M"),
            },
        )


def verb_to_write(entry: Entry) -> str:
    """What one must be allowed to do to write the report now: what the head has approved, only the head changes."""
    return APPROVE if entry.status == Status.APPROVED else REVIEW


def may_write(account, entry: Entry) -> bool:
    """Whether the report can be written now, by this person."""
    return why_not(entry) == "" and _is_allowed(account, entry)


def why_not(entry: Entry) -> str:
    """Why nobody can write the report now, in words; empty when somebody can."""
    if entry.status == Status.APPROVED:
        return ""
    return str(why_locked(entry, SELF))


def _is_allowed(account, entry: Entry) -> bool:
    return may(account, verb_to_write(entry), entry.unit) or may(account, APPROVE, entry.unit)


@transaction.atomic
def report_write(
    entry: Entry, *, basis: str = "", difficulties: str = "", proposals: str = "", edition: int = 0, acting
) -> SelfReport:
    """Keep the order the self-score follows, the difficulties and the proposals; each line of the latter is an item.

    `edition` is the one the person saw (0: none). Raises Refused; ReportConflict; NotPossible with code `locked`.
    """
    entry = locked_entry(entry)
    if not may(acting, APPROVE, entry.unit):
        require(acting, verb_to_write(entry), entry.unit)
    if entry.status != Status.APPROVED:
        require_open(entry, SELF)
    report = SelfReport.objects.select_related("by__person").filter(entry=entry).first()
    if report is not None and report.edition != edition:
        raise ReportConflict(report)
    report = report or SelfReport(entry=entry, edition=0)
    before = {"basis": report.basis, "difficulties": report.difficulties, "proposals": report.proposals}
    report.basis = " ".join(basis.split())
    report.difficulties, report.proposals = _lines(difficulties), _lines(proposals)
    after = {"basis": report.basis, "difficulties": report.difficulties, "proposals": report.proposals}
    report.edition, report.at = report.edition + 1, timezone.now()
    report.by = acting if acting.is_authenticated else None
    report.save()
    if before != after:
        trail.record(entry.chain, events.REPORT_WRITTEN, acting=acting, subject=report, data=after)
    return report


_BULLET = re.compile(r"^(?:[-–•*+]+(?:\s+|(?!\d)))+")
"""A sign before the digits of a figure (-5%) belongs to it."""


def _lines(text: str) -> str:
    """The lines without the dashes and dots people put before them, and without empty ones."""
    return "\n".join(line for raw in text.splitlines() if (line := _BULLET.sub("", " ".join(raw.split()))))
