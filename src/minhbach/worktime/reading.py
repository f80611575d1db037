"""Calendars and books of rules from YAML, with the line of every mistake, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.structure import FAILED, read_record, write_record
from minhbach.records.texts import Text

from .calendar import Calendar
from .checking import check_book, check_table
from .errors import WorktimeError
from .rules import RuleBook
from .tables import CalendarTable

FORMAT = 1


def table_from_yaml(
    text: str, file: str = "", find: Callable[[str], CalendarTable] | None = None
) -> tuple[CalendarTable | None, Problems]:
    """The table, or None when it cannot be used, with all findings. `find` gives the table that another one uses."""
    table, problems = _read(CalendarTable, text, file)
    if table is not None:
        base = None
        if table.uses:
            base = _found(table.uses, find, problems)
        check_table(table, problems, base)
    return (None if problems.errors else table), problems


def book_from_yaml(text: str, file: str = "") -> tuple[RuleBook | None, Problems]:
    """As `table_from_yaml`, for a book of rules."""
    book, problems = _read(RuleBook, text, file)
    if book is not None:
        check_book(book, problems)
    return (None if problems.errors else book), problems


def to_yaml(record: CalendarTable | RuleBook) -> str:
    """What is read back to an equal record."""
    return yaml_text.dump(write_record(record))


def calendar_of(table: CalendarTable, base: CalendarTable | None = None) -> Calendar:
    """The calendar of a table and of the table it uses. WorktimeError for a table without a week."""
    weeks = table.weeks or (base.weeks if base else ())
    years = {year.year: year for year in (*(base.years if base else ()), *table.years)}
    return Calendar(table.title, weeks, base.days if base else (), table.days, years=years.values(), code=table.code)


def _read(record: type, text: str, file: str) -> tuple[Any, Problems]:
    try:
        raw, lines = yaml_text.load(text, file)
    except BadInput as error:
        return None, error.problems
    problems = Problems(file, lambda path: (lines.line(path), _place(raw, path)))
    read = read_record(record, raw, (), problems)
    if read is FAILED or problems.errors:
        return None, problems
    if read.format != FORMAT:
        problems.error(
            "format",
            ("format",),
            Text(f"không biết định dạng {read.format}", f"format {read.format} is not known"),
            Text(f"viết format: {FORMAT}", f"write format: {FORMAT}"),
        )
        return None, problems
    return read, problems


def _found(code: str, find: Callable[[str], CalendarTable] | None, problems: Problems) -> CalendarTable | None:
    try:
        return find(code) if find else None
    except (BadInput, WorktimeError) as error:
        says = error.problems.errors[0].says if isinstance(error, BadInput) else Text(error.vi, error.en)
        problems.error(
            "uses",
            ("uses",),
            Text(
                f"không dùng được lịch “{code}”: {says.vi}", f"the calendar “{code}” cannot be used: {says.in_('en')}"
            ),
            Text("sửa mã lịch ở “uses”", "correct the code in “uses”"),
        )
        return None


def _place(raw: Any, path: Path) -> str:
    """A path as people name it: the day or year it stands in, then the field."""
    name, fields = "", []
    current = raw
    for step in path:
        try:
            current = current[step]
        except (KeyError, IndexError, TypeError):
            fields.append(str(step))
            continue
        if isinstance(current, dict) and isinstance(step, int):
            name = str(current.get("day") or current.get("year") or current.get("from") or f"[{step + 1}]")
            fields = []
        elif not isinstance(step, int):
            fields.append(str(step))
    return " ".join(part for part in (name, ".".join(fields)) if part)
