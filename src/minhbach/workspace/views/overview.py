"""For those who head a unit: who holds what and how late, and how long the work took."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from minhbach.dossiers.permissions import OVERSEE
from minhbach.org.dates import today
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language
from minhbach.org.ui.forms import DayField
from minhbach.workspace import overview as reading
from minhbach.workspace.bands import BANDS
from minhbach.worktime import amount_words

CHARTED = 20


class Period(forms.Form):
    first = DayField(label=gettext_lazy("Finished from"))
    last = DayField(label=gettext_lazy("Finished until"))

    def clean(self):
        said = super().clean()
        if said.get("first") and said.get("last") and said["first"] > said["last"]:
            self.add_error("last", _("The last day comes before the first."))
        return said


@needs(OVERSEE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Each number leads to the dossiers behind it."""
    by = request.GET.get("by", "")
    by = by if by in (reading.BY_UNIT, reading.BY_PERSON, reading.BY_STEP) else reading.BY_UNIT
    usual = {"first": date(today().year, 1, 1), "last": today()}
    asked = {name: request.GET[name] for name in usual if name in request.GET}
    form = Period(asked if len(asked) == 2 else {name: day.isoformat() for name, day in usual.items()})
    period = form.cleaned_data if form.is_valid() else usual
    now = timezone.now()
    lines = reading.held(request.user, by, now)
    spent = reading.spent(request.user, period["first"], period["last"])
    dossiers = reverse("workspace:dossiers")
    context = {
        "by": by,
        "tabs": [
            {"label": label, "url": f"?by={code}", "current": code == by}
            for code, label in (
                (reading.BY_UNIT, _("By unit")),
                (reading.BY_PERSON, _("By person")),
                (reading.BY_STEP, _("By step")),
            )
        ],
        "bands": BANDS.values(),
        "lines": [_held(line, dossiers) for line in lines],
        "totals": _totals(lines, dossiers),
        "chart": _chart(lines),
        "form": form,
        "period": period,
        "spent": [_spent(line, dossiers) for line in spent],
        "whole": _whole(spent),
        "now": now,
    }
    return render(request, "workspace/overview.html", context)


def _held(line: reading.Held, address: str) -> dict:
    link = f"{address}?{line.query}"
    return {
        "line": line,
        "url": f"{link}&band=open",
        "cells": [(band, line.counts[code], f"{link}&band={code}") for code, band in BANDS.items()],
    }


def _totals(lines: list[reading.Held], address: str) -> dict:
    link = f"{address}?overseen=yes"
    return {
        "open": sum(line.open for line in lines),
        "url": f"{link}&band=open",
        "cells": [
            (band, sum(line.counts[code] for line in lines), f"{link}&band={code}") for code, band in BANDS.items()
        ],
    }


def _chart(lines: list[reading.Held]) -> dict | None:
    """The lateness of each line; the figures stand in the table."""
    shown = lines[:CHARTED]
    if not shown:
        return None
    kinds = (
        (_("Late"), "lost", True, ("late",)),
        (_("Today or soon"), "before", False, ("today", "soon")),
        (_("Later"), "won", False, ("later", "new")),
        (_("Applicant"), "open", True, ("waiting",)),
    )
    return {
        "kind": "stacked",
        "places": 0,
        "categories": [line.title for line in shown],
        "series": [
            {
                "name": name,
                "tone": tone,
                "pattern": pattern,
                "values": [sum(line.counts[code] for code in codes) for line in shown],
            }
            for name, tone, pattern, codes in kinds
        ],
    }


def _spent(line: reading.Spent, address: str) -> dict:
    lang, link = language(), f"{address}?{line.query}"
    return {
        "line": line,
        "median": amount_words(line.median, line.full_day, lang),
        "ninth": amount_words(line.ninth, line.full_day, lang),
        "rate": Fraction(line.kept, line.judged) if line.judged else None,
        "late": line.judged - line.kept,
        "url": link,
        "kept_url": f"{link}&late=kept",
        "late_url": f"{link}&late=first",
    }


def _whole(lines: list[reading.Spent]) -> dict | None:
    """All of them together, where they have one length of the working day."""
    if not lines:
        return None
    lang, full_day = language(), lines[0].full_day
    one = reading.Spent("", "", full_day, [minutes for line in lines for minutes in line.used])
    one.kept, one.judged = sum(line.kept for line in lines), sum(line.judged for line in lines)
    same = all(line.full_day == full_day for line in lines)
    return {
        "line": one,
        "median": amount_words(one.median, full_day, lang) if same else "",
        "ninth": amount_words(one.ninth, full_day, lang) if same else "",
        "rate": Fraction(one.kept, one.judged) if one.judged else None,
        "late": one.judged - one.kept,
    }
