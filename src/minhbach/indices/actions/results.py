"""Results that others publish: entered one by one, or many at once out of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.indices import events
from minhbach.indices.models import PublishedResult
from minhbach.indices.permissions import ENTER_PUBLISHED
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.files.tables import BrokenTable
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, require, units_where
from minhbach.records.tables import Row, text_of
from minhbach.vietnamese import BilingualError, fold, parse_number

COLUMNS = {
    "index": gettext_lazy("index"),
    "unit": gettext_lazy("unit code"),
    "year": gettext_lazy("year"),
    "result": gettext_lazy("result"),
    "rank": gettext_lazy("rank"),
    "units": gettext_lazy("of how many units"),
    "source": gettext_lazy("document"),
}
#: Column → the names it goes by in a head row, without marks.
NAMES = {
    "index": {"index", "chi so", "ma chi so"},
    "unit": {"unit", "unit code", "don vi", "ma don vi"},
    "year": {"year", "nam"},
    "result": {"result", "ket qua", "diem"},
    "rank": {"rank", "hang", "thu hang", "xep hang"},
    "units": {"units", "of how many units", "so don vi", "tong so don vi", "tren tong so don vi"},
    "source": {"source", "document", "van ban", "nguon", "van ban cong bo"},
}
MOST_ROWS = 5000
HEAD_WITHIN = 20
YEARS = range(1990, 2101)
#: What a database column of 12 digits with 6 decimals holds.
LARGEST = 10**6


@dataclass(frozen=True)
class BadRow:
    """A row of a file that cannot be taken: its line, its column, and what to do."""

    line: int
    column: str
    says: str

    @property
    def label(self):
        """The column as people call it."""
        return COLUMNS.get(self.column, self.column)


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
def result_enter(
    *,
    set_code: str,
    unit: Unit,
    year: int,
    result: Decimal,
    source: str,
    rank: int | None = None,
    units: int | None = None,
    acting,
) -> PublishedResult:
    """Enter a result published by others, or correct it.

    Raises Refused; NotPossible with code `no_source` or `bad_rank`.
    """
    require(acting, ENTER_PUBLISHED, unit)
    if not source.strip():
        raise NotPossible(gettext_lazy("Name the document that publishes the result."), "no_source")
    if rank is not None and (rank < 1 or (units is not None and rank > units)):
        raise NotPossible(gettext_lazy("The rank lies between 1 and the number of units."), "bad_rank")
    entered, _made = PublishedResult.objects.update_or_create(
        set_code=set_code,
        unit=unit,
        year=year,
        defaults={
            "result": result,
            "rank": rank,
            "units": units,
            "source": source.strip(),
            "entered_by": acting if acting.is_authenticated else None,
            "entered_at": timezone.now(),
        },
    )
    data = {"set": set_code, "unit": unit.code, "year": year, "result": str(result), "rank": rank, "units": units}
    trail.record(f"published:{unit.pk}", events.RESULT_ENTERED, acting=acting, subject=entered, data=data)
    return entered


@transaction.atomic
def results_import(table: Iterable[Row], *, indices: set[str], acting) -> int:
    """All results of a table, or none; how many. Raises BadRows; what one may not enter is a bad row, too."""
    rows, wrong = _read(table, indices)
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


def _read(lines: Iterable[Row], indices: set[str]) -> tuple[list[tuple[int, dict]], list[BadRow]]:
    """The rows with their lines, and what is wrong in them one by one. Titles may stand above the head row."""
    rows: list[tuple[int, dict]] = []
    wrong: list[BadRow] = []
    columns: dict[str, int] | None = None
    missing: list[str] = []
    try:
        for count, (line, raw) in enumerate(lines):
            cells = [text_of(cell) for cell in raw]
            if columns is None:
                found = _header(cells)
                lacking = [column for column in ("index", "unit", "year", "result", "source") if column not in found]
                if found and (not missing or len(lacking) < len(missing)):
                    missing = lacking
                if not lacking:
                    columns, width = found, len(cells)
                elif count >= HEAD_WITHIN:
                    break
                continue
            if len(rows) + len(wrong) >= MOST_ROWS:
                says = _("the file has more than %(most)s rows; split it") % {"most": MOST_ROWS}
                wrong.append(BadRow(line, "", says))
                break
            if len(cells) < width or any(cells[width:]):
                says = _("the row has %(count)s cells, the first line %(wanted)s; a figure with a comma goes in quotes")
                wrong.append(BadRow(line, "", says % {"count": len(cells), "wanted": width}))
                continue
            row = {column: cells[at] for column, at in columns.items()}
            if not any(row[column] for column in ("year", "result", "rank", "source")):
                continue  # a row of the empty sheet that nobody filled in
            taken = _row(row, line, indices, wrong)
            if taken is not None:
                rows.append((line, taken))
    except BrokenTable as error:
        wrong.append(BadRow(error.line or 1, "", error.says))
    if columns is None and not wrong:
        wanted = ", ".join(str(COLUMNS[column]) for column in missing or COLUMNS)
        says = _("a head row must name the columns; missing: %(columns)s") % {"columns": wanted}
        raise BadRows([BadRow(1, "", says)])
    if not rows and not wrong:
        wrong.append(BadRow(1, "", _("the file has no rows below its first line")))
    return rows, wrong


def _header(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for n, cell in enumerate(cells):
        word = " ".join(fold(cell).split())
        for column, words in NAMES.items():
            if word in words:
                found.setdefault(column, n)
    return found


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _row(row: dict[str, str], line: int, indices: set[str], wrong: list[BadRow]) -> dict | None:
    before = len(wrong)
    row = {**row, "index": "-".join(row["index"].lower().split())}  # PAR INDEX as people write it
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
