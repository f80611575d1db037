"""Other systems from the terminal: `minhbach dossiers import`, `minhbach portal …`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.core.files.base import File
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minhbach.dossiers.actions import sources
from minhbach.dossiers.exchange import jobs
from minhbach.dossiers.exchange.badrows import csv_lines, said
from minhbach.dossiers.exchange.values import moment
from minhbach.dossiers.models import Batch, Source
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import SYSTEM

SHOWN = 20


def import_(arguments: argparse.Namespace, lang: str) -> int:
    """Check a file of another system's dossiers and bring it in.

    0: all rows are in; 1: some or all are not; 2: the file or the system is none.
    """
    with translation.override(lang):
        source = Source.objects.select_related("agency").filter(code=arguments.source).first()
        if source is None:
            known = ", ".join(Source.objects.values_list("code", flat=True)) or "–"
            return _bad(
                _("There is no system “%(code)s”. Known: %(known)s.") % {"code": arguments.source, "known": known}
            )
        try:
            as_of = moment(arguments.as_of) if arguments.as_of else None
        except ValueError:
            return _bad(_("“%(text)s” is no moment; write it as 31/12/2026 14:30.") % {"text": arguments.as_of})
        path = Path(arguments.file)
        try:
            with path.open("rb") as content:
                batch = sources.batch_begin(source, File(content, name=path.name), as_of=as_of, acting=SYSTEM)
        except OSError as error:
            return _bad(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror})
        except NotPossible as error:
            return _bad(str(error))
        try:
            batch = sources.batch_start(
                batch,
                columns=batch.columns,
                check=arguments.check,
                all_or_nothing=not arguments.good_rows,
                by_itself=False,
                acting=SYSTEM,
            )
        except NotPossible as error:
            return _bad(str(error))
        progress = _Progress()
        done = jobs.work(batch.pk, progress)
        progress.end()
        return _told(done, arguments.bad) if done else _bad(_("Another process does this already."))


def work(lang: str) -> int:
    """Take up what stopped in the middle."""
    with translation.override(lang):
        for pk in jobs.waiting():
            jobs.work(pk)
    return 0


class _Progress:
    """One line on the terminal, written anew."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self.begun = timezone.now()

    def __call__(self, batch: Batch) -> None:
        if self.shown:
            phase = _("bringing in") if batch.result.get("phase") == "take" else _("checking")
            seconds = (timezone.now() - self.begun).total_seconds()
            line = _("%(phase)s: %(rows)s rows, %(bad)s not usable, %(seconds).0f s") % {
                "phase": phase, "rows": batch.rows, "bad": batch.bad, "seconds": seconds,
            }  # fmt: skip
            sys.stderr.write(f"\r\033[K{line}")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")


def _told(batch: Batch, keep: str | None) -> int:
    for row in batch.bad_rows.all()[:SHOWN]:
        sys.stderr.write(f"{said(row)}\n")
    if batch.bad > SHOWN:
        sys.stderr.write(_("… and more; --bad FILE.csv keeps all of them.") + "\n")
    if keep:
        Path(keep).write_bytes(csv_lines(batch))
    counts = {name: getattr(batch, name) for name in ("rows", "created", "changed", "same", "older", "bad")}
    words = _(
        "%(rows)s rows: %(created)s new, %(changed)s changed, %(same)s unchanged, %(older)s older, %(bad)s not usable."
    )
    sys.stdout.write(f"{batch.get_state_display()}. {words % counts}\n")
    if batch.failure:
        sys.stderr.write(f"{batch.failure}\n")
    return 1 if batch.bad or batch.state == Batch.FAILED else 0


def _bad(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 2


def portal(lang: str) -> int:
    """Send what waits and take in what was filed; 0 if all went well, 1 if not, 2 if no portal is configured."""
    from minhbach.dossiers.actions.portal import filed_fetch
    from minhbach.dossiers.exchange.portal import outbox
    from minhbach.dossiers.exchange.portal.connector import configured
    from minhbach.dossiers.models import PortalLink

    with translation.override(lang):
        connector = configured()
        if connector is None:
            return _bad(_("No portal is configured: set PORTAL_URL."))
        done, new, failed = outbox.send(connector), 0, 0
        for link in PortalLink.objects.filter(active=True, takes_in=True).select_related("agency"):
            new += filed_fetch(link, connector)
            failed += bool(link.failure)
        words = _("Sent: %(sent)s; to be tried again: %(later)s; refused: %(failed)s. Filed there: %(new)s new.")
        counts = {"sent": done.sent, "later": done.later, "failed": done.failed, "new": new}
        sys.stdout.write(f"{words % counts}\n")
    return 1 if done.later or done.failed or failed else 0


def daily(lang: str) -> None:
    """The part of the daily work: what stopped is taken up, and the portal told once more."""
    from django.conf import settings

    work(lang)
    if settings.PORTAL_URL:
        portal(lang)
