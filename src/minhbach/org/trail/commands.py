"""`minhbach trail verify` and `minhbach trail seal`, as functions that give the exit code."""

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.org.dates import today
from minhbach.org.models import Chain, DailyRoot, Event
from minhbach.org.trail.seal import seal_day
from minhbach.org.trail.verifying import verify as find_problems


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")


def verify(
    *,
    chain: str | None = None,
    published: Mapping[date, str] | None = None,
    lang: str = "vi",
    write: Callable[[str], None] = _line,
) -> int:
    """Check the trail and say what was found: 0 if it is whole, 1 if not, 2 if there is no such chain."""
    with translation.override(lang):
        if chain is not None and not Chain.objects.filter(name=chain).exists():
            write(_("There is no chain “%(chain)s”.") % {"chain": chain})
            return 2
        problems = find_problems(chain, published=published)
        for problem in problems:
            write(str(problem))
        if problems:
            count = len(problems)
            write(
                ngettext(
                    "The trail was tampered with: %(count)s place.",
                    "The trail was tampered with: %(count)s places.",
                    count,
                )
                % {"count": count}
            )
            return 1
        events = Event.objects.filter(chain__name=chain) if chain else Event.objects.all()
        write(_("The trail is whole: %(events)s events checked.") % {"events": events.count()})
        if chain is None and (last := DailyRoot.objects.order_by("day").last()):
            write(_("Sealed up to %(day)s, root %(root)s.") % {"day": last.day.isoformat(), "root": last.root})
        return 0


def seal(*, day: date | None = None, lang: str = "vi", write: Callable[[str], None] = _line) -> int:
    """Seal a day (yesterday) and print its root: 0, or 2 if that day cannot be sealed."""
    with translation.override(lang):
        try:
            root = seal_day(day or today() - timedelta(days=1))
        except ValueError:
            write(_("This day cannot be sealed: it is not over, or a later day is sealed already."))
            return 2
        write(
            _("%(day)s: %(count)s chains, root %(root)s")
            % {"day": root.day.isoformat(), "count": root.count, "root": root.root}
        )
        return 0
