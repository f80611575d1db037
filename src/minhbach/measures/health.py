"""What is checked of tallies."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.measures import tallies
from minhbach.measures.declaring import REGISTRY
from minhbach.measures.models import Shelf
from minhbach.org.health import ERROR, Check, Fault, Look, register

SHELVES = 2
"""Units whose tallies are counted from their rows on one day, for each table."""


def _untrue(look: Look) -> Iterator[Fault]:
    for rows in REGISTRY.values():
        units = None
        if not look.whole:
            keys = list(Shelf.objects.filter(rows=rows.key).order_by("unit").values_list("unit_id", flat=True))
            begin = look.day.toordinal() * SHELVES % max(len(keys), 1)
            units = {*keys[begin : begin + SHELVES]}
        for one in tallies.verify(rows, units=units):
            said = _("%(rows)s on %(day)s: %(wrong)s") % {
                "rows": rows.title,
                "day": f"{one.day:%d/%m/%Y}",
                "wrong": one.says(rows),
            }
            yield Fault(said, one.unit)


register(
    Check(
        "measures.tallies",
        ERROR,
        gettext_lazy("Tallies that are not what their rows say"),
        gettext_lazy(
            "A figure of the index that is counted would be wrong. Some units are counted each day, all of them by "
            "“minhbach tallies verify”."
        ),
        gettext_lazy("Run “minhbach tallies rebuild”, and report what differed: it is a fault of the program."),
        find=_untrue,
    )
)
