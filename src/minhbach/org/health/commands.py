"""`minhbach health`: what every check finds, in words or as JSON, as a function that gives the exit code."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minhbach.org.health.looking import Found, look_everywhere
from minhbach.org.health.registry import SEVERITIES, Look
from minhbach.org.permissions import SYSTEM
from minhbach.records.problems import printable

SHOWN = 10


def health(*, as_json: bool, whole: bool, lang: str) -> int:
    """Run every check: 0 if none of severity error found anything, else 1."""
    with translation.override(lang):
        at = Look(timezone.now(), whole)
        found = look_everywhere(SYSTEM, at, size=SHOWN)
        if as_json:
            sys.stdout.write(json.dumps(_data(at, found), ensure_ascii=False, indent=2) + "\n")
        else:
            _say(found)
        return int(any(one.is_error for one in found))


def _say(found: list[Found]) -> None:
    for severity, words in SEVERITIES.items():
        of_these = [one for one in found if one.check.severity == severity and one.count]
        if not of_these:
            continue
        _line(f"{words}")
        for one in of_these:
            _line(f"  {one.check.title}: {_count(one)}  [{one.check.key}]")
            for fault in one.faults:
                _line(f"    {fault.says}" + (f" – {fault.unit}" if fault.unit else ""))
            if one.more or one.count > len(one.faults):
                _line("    …")
            _line(f"    → {one.check.remedy}")
    clean = sum(not one.count for one in found)
    words = ngettext("%(count)s check found nothing.", "%(count)s checks found nothing.", clean)
    _line(words % {"count": clean})


def _count(one: Found) -> str:
    return _("more than %(count)s") % {"count": one.count} if one.more else str(one.count)


def _data(at: Look, found: list[Found]) -> dict[str, Any]:
    return {
        "at": at.now.isoformat(),
        "whole": at.whole,
        **{
            severity: sum(bool(one.count) for one in found if one.check.severity == severity) for severity in SEVERITIES
        },
        "checks": [
            {
                "key": one.check.key,
                "severity": one.check.severity,
                "title": str(one.check.title),
                "means": str(one.check.means),
                "remedy": str(one.check.remedy),
                "count": one.count,
                "more": one.more,
                "faults": [
                    {"says": fault.says, "unit": fault.unit.code if fault.unit else None, "address": fault.address}
                    for fault in one.faults
                ],
            }
            for one in found
        ],
    }


def _line(text: str) -> None:
    sys.stdout.write(printable(text) + "\n")
