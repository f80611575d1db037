"""Dossier codes: agency, day, and a number without gaps, in the pattern the agency's rules set.

Sources: the code M X1X2.Y1Y2Y3.Z1Z2-YYMMDD-XXXX (agency, day received, number of at least four digits counted from 0001
each day); Circular 4/2025/TT-VPCP puts two digits of the system owner before the number for centralised services. The
future rule is the Ministry of Public Security's (Decree 309/2026): so the pattern is kept with the agency, dated.
"""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.models import Desk
from minhbach.org import numbering
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.rows import only_row

_NUMBER = re.compile(r"\{number:([1-9])\}")


def desk_of(agency: Unit, day: date) -> Desk:
    """The rules of the agency's one-stop shop on a day. Raises NotPossible with code `no_desk`."""
    desk = only_row(Desk.objects.on(day).filter(agency=agency))
    if desk is None:
        raise NotPossible(
            _("%(agency)s has no one-stop shop set up for %(day)s: its identification code is missing."),
            "no_desk",
            {"agency": agency, "day": f"{day:%d/%m/%Y}"},
        )
    return desk


def require_pattern(pattern: str) -> None:
    """Raises NotPossible with code `pattern` unless codes of the pattern are unique: agency, day and one number."""
    if not ("{agency}" in pattern and "{yymmdd}" in pattern and len(_NUMBER.findall(pattern)) == 1):
        raise NotPossible(
            _("The pattern of dossier codes needs {agency}, {yymmdd} and one {number:4}."),
            "pattern",
        )


def take(agency: Unit, day: date) -> str:
    """The next code. It holds the series of that agency and day until the transaction ends."""
    desk = desk_of(agency, day)
    shown = desk.pattern.replace("{agency}", desk.agency_code).replace("{owner}", desk.owner)
    shown = shown.replace("{yymmdd}", f"{day:%y%m%d}").replace("{yyyy}", f"{day:%Y}")
    found = _NUMBER.search(shown)
    assert found is not None
    number = numbering.take(f"dossier:{shown[: found.start()]}:{shown[found.end() :]}"[:120])
    return f"{shown[: found.start()]}{number:0{found[1]}}{shown[found.end() :]}"
