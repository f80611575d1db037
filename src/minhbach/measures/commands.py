"""`minhbach tallies show`, `verify` and `rebuild`, as functions that give the exit code."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.measures import figures, tallies
from minhbach.measures.declaring import REGISTRY
from minhbach.org.dates import today
from minhbach.org.models import Unit
from minhbach.org.ui.figures import number
from minhbach.org.units.queries import subtree


def show(arguments: argparse.Namespace, lang: str) -> int:
    """Every count and every figure of a unit and all under it, over a period. 0; 2 if there is no such unit, or the
    period is none."""
    with translation.override(lang):
        unit = Unit.objects.filter(code=arguments.unit).first()
        if unit is None:
            _line(_("There is no unit “%(code)s”.") % {"code": arguments.unit}, sys.stderr)
            return 2
        last = arguments.last or today()
        first = arguments.first or last.replace(month=1, day=1)
        if last < first:
            _line(_("The period ends before it begins."), sys.stderr)
            return 2
        units = list(subtree(unit, last).values_list("pk", flat=True))
        _line(f"{unit}, {first:%d/%m/%Y}–{last:%d/%m/%Y}")
        for rows in REGISTRY.values():
            total: Counter[str] = Counter()
            for found in tallies.sums(rows, units, first, last).values():
                total.update(found.rows)
            _line(f"\n{rows.title}")
            for count in rows.counts:
                _line(f"  {number(total[count.key]):>9}  {count.title}  ({rows.key}.{count.key})")
        _line("\n" + _("By the names that indicator sets use"))
        for key, value in figures.values(figures.FIGURES, {unit.pk: units}, first, last)[unit.pk].items():
            _line(f"  {number(value):>9}  {figures.FIGURES[key].title}  ({key})")
        return 0


def verify(arguments: argparse.Namespace, lang: str) -> int:
    """Compare every tally with its rows: 0 if none differs, else 1 with those that do."""
    with translation.override(lang):
        wrong = 0
        for rows in REGISTRY.values():
            for one in tallies.verify(rows):
                wrong += 1
                _line(f"{rows.key}, {Unit.objects.get(pk=one.unit)}, {one.day:%d/%m/%Y}: {one.says(rows)}")
        if wrong:
            words = ngettext(
                "%(count)s tally differs from its rows. “minhbach tallies rebuild” counts everything anew.",
                "%(count)s tallies differ from their rows. “minhbach tallies rebuild” counts everything anew.",
                wrong,
            )
            _line(words % {"count": wrong})
            return 1
        _line(_("Every tally is what its rows say."))
        return 0


def rebuild(arguments: argparse.Namespace, lang: str) -> int:
    """Count everything anew and say how many tallies there are."""
    with translation.override(lang):
        for rows in REGISTRY.values():
            _line(f"{rows.title}: {number(tallies.rebuild(rows))}")
        return 0


def _line(text: str, to=None) -> None:
    (to or sys.stdout).write(text + "\n")
