"""The rows behind a live criterion as a file: what is listed on its page, without a name of anybody."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.indices.exporting.data import safe_cell
from minhbach.indices.live.behind import Behind
from minhbach.indices.models import Entry
from minhbach.org.ui.figures import date_short, language, number
from minhbach.papers import Column, Document, Row, Table, to_xlsx
from minhbach.scoring.model import Node

MOST = 10_000
"""Lines of a workbook, which says so where there are more; a CSV has them all."""
_CHUNK = 2_000


def _columns(one: Behind, part: int | None) -> list[str]:
    if _by_part(one, part):
        return [_("Procedure"), _("Rows")]
    return [*one.columns(), *([_("Why it is not counted")] if one.missed else [])]


def _by_part(one: Behind, part: int | None) -> bool:
    return not one.lists_rows or (one.figure.parts and part is None)


def _lines(one: Behind, part: int | None) -> Iterator[list[str]]:
    if _by_part(one, part):
        for each in one.parts():
            yield [each.title, str(each.rows)]
        return
    for row in one.rows(part).iterator(chunk_size=_CHUNK):
        yield [*one.cells(row), *([one.why(row)] if one.missed else [])]


def to_csv(one: Behind, entry: Entry, node: Node, day: date | None, part: int | None) -> Iterator[bytes]:
    """A line at a time; with a byte order mark, for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(_columns(one, part))
    for line in _lines(one, part):
        writer.writerow([safe_cell(cell) for cell in line])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def to_workbook(one: Behind, entry: Entry, node: Node, day: date | None, part: int | None) -> bytes:
    """With the unit, the criterion, the days that count and the moment it was drawn up."""
    lines = list(islice(_lines(one, part), MOST + 1))
    is_cut = len(lines) > MOST
    del lines[MOST:]
    columns = _columns(one, part)
    table = Table(
        tuple(Column(title, 30 if n else 20) for n, title in enumerate(columns)),
        tuple(Row.of(*line) for line in lines),
        name=_("Rows"),
        size=10,
    )
    first, last = one.period
    said = _("%(unit)s; criterion %(criterion)s: %(what)s; %(count)s rows; work from %(first)s to %(last)s") % {
        "unit": entry.unit,
        "criterion": node.code or node.id,
        "what": one.title,
        "count": number(len(lines)),
        "first": date_short(first),
        "last": date_short(last),
    }
    as_of = _("as of the end of %(day)s") if day else _("as of %(day)s")
    note = f"{said}; {as_of % {'day': date_short(day or timezone.localdate())}}"
    if is_cut:
        note += "; " + _("there are more: the CSV has all of them")
    return to_xlsx(
        Document(_("ROWS BEHIND A CRITERION"), note=f"({note})", blocks=(table,), landscape=True, lang=language())
    )


FORMATS: dict[str, Callable[..., bytes | Iterator[bytes]]] = {"xlsx": to_workbook, "csv": to_csv}
