"""The calendars and rules that come with the product (data in `catalog/calendars` and `catalog/time_rules`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from minhbach.records.problems import BadInput

from .calendar import Calendar
from .errors import WorktimeError
from .reading import book_from_yaml, calendar_of, table_from_yaml
from .rules import RuleBook
from .tables import CalendarTable

FOLDER = Path(str(files("minhbach.catalog")))
OFFICE = "gio-hanh-chinh"
"""The public holidays and swapped days of civil servants with usual office hours, for a unit that states none."""
ONE_STOP = "mot-cua"
"""The rules of the one-stop shop."""


def table_files() -> dict[str, Path]:
    """The file of each calendar of the catalogue, by code."""
    return {path.stem: path for path in sorted((FOLDER / "calendars").glob("*.yaml"))}


@cache
def find_table(code: str) -> CalendarTable:
    """A calendar of the catalogue as data. WorktimeError for an unknown code, BadInput for a broken file."""
    path = table_files().get(code)
    if path is None:
        known = ", ".join(table_files())
        raise WorktimeError(
            "unknown-calendar",
            f"Danh mục không có lịch “{code}”: hãy dùng một trong {known}.",
            f"The catalogue has no calendar “{code}”: use one of {known}.",
        )
    table, problems = table_from_yaml(path.read_text(encoding="utf-8"), str(path), find_table)
    if table is None:
        raise BadInput(problems)
    return table


@cache
def find_calendar(code: str = OFFICE) -> Calendar:
    """A calendar of the catalogue, ready to count with."""
    table = find_table(code)
    return calendar_of(table, find_table(table.uses) if table.uses else None)


@cache
def find_rules(code: str = ONE_STOP) -> RuleBook:
    """A book of rules of the catalogue. WorktimeError for an unknown code, BadInput for a broken file."""
    path = FOLDER / "time_rules" / f"{code}.yaml"
    if not path.is_file():
        raise WorktimeError(
            "unknown-rules",
            f"Danh mục không có bộ quy tắc thời hạn “{code}”: hãy dùng “{ONE_STOP}”.",
            f"The catalogue has no time rules “{code}”: use “{ONE_STOP}”.",
        )
    book, problems = book_from_yaml(path.read_text(encoding="utf-8"), str(path))
    if book is None:
        raise BadInput(problems)
    return book
