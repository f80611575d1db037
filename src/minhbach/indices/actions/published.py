"""Results published by others, many at once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices.actions.sets import result_enter
from minhbach.indices.permissions import ENTER_PUBLISHED
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, units_where
from minhbach.vietnamese import BilingualError, parse_number

COLUMNS = ("index", "unit", "year", "result", "rank", "units", "source")
MOST_ROWS = 5000
YEARS = range(1990, 2101)
#: What a database column of 12 digits with 6 decimals holds.
LARGEST = 10**6


@dataclass(frozen=True)
class BadRow:
    """A row of a file that cannot be taken: its line, its column, and what to do."""

    line: int
    column: str
    says: str


class BadRows(NotPossible):
    """Nothing was imported; `rows` lists every bad row."""

    def __init__(self, rows: list[BadRow]):
        self.rows = rows
        message = gettext_lazy("Nothing was imported: %(count)s rows cannot be taken.")
        super().__init__(message, "bad_rows", {"count": len(rows)})


def result_figure(text: str) -> Decimal:
    """A published figure as people write it, exact. Raises ValueError with what to do, in words."""
    try:
        value = parse_number(
            text, "vi" if "," in text and "." not in text else "en" if "." in text and "," not in text else None
        )
    except BilingualError as error:
        raise ValueError(_("“%(text)s” is not a number; write 70,69 or 70.69") % {"text": text[:40]}) from error
    if not 0 <= value < LARGEST:
        raise ValueError(_("“%(text)s” lies outside what an index can be") % {"text": text[:40]})
    if value != round(value, 6):
        raise ValueError(_("“%(text)s” has more than six decimals") % {"text": text[:40]})
    return value


@transaction.atomic
def results_import(text: str, *, indices: set[str], acting) -> int:
    """All results of a CSV, or none. Returns how many. Raises BadRows; Refused is a bad row, too: it names its line."""
    rows, wrong = _read(text, indices)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={row["unit"] for _line, row in rows})}
    allowed = set(units)
    if acting is not SYSTEM:
        allowed = set(units_where(acting, ENTER_PUBLISHED).filter(code__in=units).values_list("code", flat=True))
    seen: dict[tuple, int] = {}
    for line, row in rows:
        if row["unit"] not in units:
            wrong.append(
                BadRow(line, "unit", _("there is no unit with the code “%(code)s”") % {"code": row["unit"][:60]})
            )
        elif row["unit"] not in allowed:
            wrong.append(
                BadRow(
                    line,
                    "unit",
                    _("your roles do not let you enter results of %(unit)s") % {"unit": units[row["unit"]]},
                )
            )
        before = seen.setdefault((row["index"], row["unit"], row["year"]), line)
        if before != line:
            wrong.append(
                BadRow(line, "", _("the same index, unit and year stand in line %(line)s already") % {"line": before})
            )
    if wrong:
        raise BadRows(sorted(wrong, key=lambda bad: bad.line))
    for _line, row in rows:
        result_enter(
            set_code=row["index"],
            unit=units[row["unit"]],
            year=row["year"],
            result=row["result"],
            rank=row["rank"],
            units=row["units"],
            source=row["source"],
            acting=acting,
        )
    return len(rows)


def _read(text: str, indices: set[str]) -> tuple[list[tuple[int, dict]], list[BadRow]]:
    """The rows with their lines, and what is wrong in them one by one."""
    text = text.lstrip("\ufeff")
    if "\0" in text:
        raise BadRows([BadRow(1, "", _("this is not a text file; save the table as CSV (UTF-8)"))])
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, dict]] = []
    wrong: list[BadRow] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in ("index", "unit", "year", "result", "source") if column not in header]
        if missing:
            says = _("the first line must name the columns; missing: %(columns)s") % {"columns": ", ".join(missing)}
            raise BadRows([BadRow(1, "", says)])
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(wrong) >= MOST_ROWS:
                says = _("the file has more than %(most)s rows; split it") % {"most": MOST_ROWS}
                wrong.append(BadRow(reader.line_num, "", says))
                break
            if len(cells) != len(header):
                says = _("the row has %(count)s cells, the first line %(wanted)s; a figure with a comma goes in quotes")
                wrong.append(BadRow(reader.line_num, "", says % {"count": len(cells), "wanted": len(header)}))
                continue
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            taken = _row(row, reader.line_num, indices, wrong)
            if taken is not None:
                rows.append((reader.line_num, taken))
    except csv.Error as error:
        wrong.append(BadRow(reader.line_num, "", _("cannot be read as CSV: %(why)s") % {"why": error}))
    if not rows and not wrong:
        wrong.append(BadRow(1, "", _("the file has no rows below its first line")))
    return rows, wrong


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _row(row: dict[str, str], line: int, indices: set[str], wrong: list[BadRow]) -> dict | None:
    before = len(wrong)
    taken: dict = {"index": row["index"], "unit": row["unit"], "source": row["source"], "rank": None, "units": None}
    if row["index"] not in indices:
        says = _("there is no index “%(code)s”; write one of: %(codes)s")
        wrong.append(BadRow(line, "index", says % {"code": row["index"][:60], "codes": ", ".join(sorted(indices))}))
    if _is_whole(row["year"]) and len(row["year"]) == 4 and int(row["year"]) in YEARS:
        taken["year"] = int(row["year"])
    else:
        wrong.append(BadRow(line, "year", _("“%(text)s” is not a year, as 2023") % {"text": row["year"][:40]}))
    try:
        taken["result"] = result_figure(row["result"])
    except ValueError as error:
        wrong.append(BadRow(line, "result", str(error)))
    for column in ("rank", "units"):
        text = row.get(column, "")
        if not text:
            continue
        if _is_whole(text) and 0 < int(text[:9]) < 100_000 and len(text) < 9:
            taken[column] = int(text)
        else:
            says = _("“%(text)s” is not a whole number from 1; leave it empty when none is published")
            wrong.append(BadRow(line, column, says % {"text": text[:40]}))
    if taken["rank"] and taken["units"] and taken["rank"] > taken["units"]:
        wrong.append(BadRow(line, "rank", _("the rank is greater than the number of units")))
    if not row["source"]:
        wrong.append(BadRow(line, "source", _("name the document that publishes the result")))
    elif len(row["source"]) > 500:
        wrong.append(BadRow(line, "source", _("at most 500 characters")))
    return taken if len(wrong) == before else None
