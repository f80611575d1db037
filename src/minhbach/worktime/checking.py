"""What is wrong with a calendar or a book of rules, each finding with its place and what to do."""

from __future__ import annotations

from collections import Counter
from datetime import date

from minhbach.records.problems import Path, Problems
from minhbach.records.texts import Text

from .hours import WEEKDAYS, Week
from .rules import RuleBook
from .tables import OFF, WORKING, CalendarTable, SpecialDay
from .timeline import LATEST

FIRST_YEAR = 1990


def check_table(table: CalendarTable, problems: Problems, base: CalendarTable | None = None) -> None:
    """Findings about a calendar; `base` is the table it uses."""
    sources = {*table.sources}
    for n, year in enumerate(table.years):
        _source(year.source, sources, ("years", n), problems)
        if not FIRST_YEAR <= year.year <= LATEST:
            _wrong_year(year.year, ("years", n, "year"), problems)
    for value, count in Counter(year.year for year in table.years).items():
        if count > 1:
            problems.error("repeated-year", ("years",), Text(f"năm {value} viết hai lần", f"{value} is written twice"))
    for n, week in enumerate(table.weeks):
        _check_week(week, ("weeks", n), problems)
    for since, count in Counter(week.since for week in table.weeks).items():
        if count > 1:
            problems.error(
                "repeated-week",
                ("weeks",),
                Text(f"hai tuần làm việc cùng từ ngày {since:%d/%m/%Y}", f"two weeks begin on {since:%d/%m/%Y}"),
                Text("gộp làm một hoặc sửa ngày", "make them one or change a date"),
            )
    covered = {year.year for year in (*table.years, *(base.years if base else ()))}
    rows: dict[date, list[SpecialDay]] = {}
    for n, row in enumerate(table.days):
        _check_day(row, rows.setdefault(row.day, []), covered, ("days", n), problems)
        _source(row.source, sources, ("days", n), problems)
        rows[row.day].append(row)
    known = rows if base is None else {**{row.day: [row] for row in base.days}, **rows}
    for n, row in enumerate(table.days):
        _check_swap(row, known, ("days", n), problems)


def check_book(book: RuleBook, problems: Problems) -> None:
    """Findings about a book of rules."""
    if not book.rules:
        problems.error("no-rules", ("rules",), Text("chưa có quy tắc nào", "there are no rules"))
    for n, rules in enumerate(book.rules):
        for name, stated in rules.settings.items():
            path = ("rules", n, name)
            if stated.source:
                _source(stated.source, {*book.sources}, path, problems)
            elif not stated.note:
                problems.error(
                    "no-source",
                    path,
                    Text("không nêu nguồn", "no source is given"),
                    Text(
                        "ghi source; nếu là lựa chọn thì ghi lý do ở note", "write source; for a choice say why in note"
                    ),
                )
    for since, count in Counter(rules.since for rules in book.rules).items():
        if count > 1:
            problems.error(
                "repeated-rules",
                ("rules",),
                Text(f"hai bộ quy tắc cùng từ ngày {since:%d/%m/%Y}", f"two sets of rules begin on {since:%d/%m/%Y}"),
            )


def _check_week(week: Week, path: Path, problems: Problems) -> None:
    seen: Counter[str] = Counter()
    for span in week.spans:
        first, _, last = span.partition("-")
        days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]
        if not days:
            problems.error(
                "span",
                (*path, "hours", span),
                Text(f"“{span}” đi ngược tuần", f"“{span}” runs backwards"),
                Text("tuần bắt đầu từ mon", "the week begins with mon"),
            )
        seen.update(days)
    for day, count in seen.items():
        if count > 1:
            problems.error(
                "repeated-day",
                (*path, "hours"),
                Text(f"{day} có giờ làm việc ở hai chỗ", f"{day} has hours in two places"),
                Text("chỉ để một chỗ", "keep one of them"),
            )


def _check_day(row: SpecialDay, others: list[SpecialDay], covered: set[int], path: Path, problems: Problems) -> None:
    if not FIRST_YEAR <= row.day.year <= LATEST:
        _wrong_year(row.day.year, (*path, "day"), problems)
    elif covered and row.day.year not in covered:
        problems.warning(
            "year-not-covered",
            (*path, "day"),
            Text(f"năm {row.day.year} không có trong “years”", f"{row.day.year} is not among the years"),
            Text("thêm năm này khi đã nhập đủ ngày nghỉ của nó", "add it once all its days are entered"),
        )
    if row.hours and row.kind == OFF:
        problems.error(
            "hours-of-day-off",
            (*path, "hours"),
            Text("ngày nghỉ không có giờ làm việc", "a day off has no hours"),
            Text("bỏ hours, hoặc dùng part: morning/afternoon", "leave hours out, or use part: morning/afternoon"),
        )
    if any("whole" in (row.part, other.part) or row.part == other.part for other in others):
        problems.error(
            "repeated-day",
            (*path, "day"),
            Text(f"ngày {row.day:%d/%m/%Y} viết hai lần", f"{row.day:%d/%m/%Y} is written twice"),
            Text("chỉ để một dòng cho mỗi ngày hoặc mỗi buổi", "keep one row for each day or half-day"),
        )


def _check_swap(row: SpecialDay, rows: dict[date, list[SpecialDay]], path: Path, problems: Problems) -> None:
    """Both days of a swap are in the table, each naming the other."""
    if row.swap is None:
        return
    other_kind = WORKING if row.kind == OFF else OFF
    if not any(other.kind == other_kind and other.swap == row.day for other in rows.get(row.swap, ())):
        problems.error(
            "swap",
            (*path, "swap"),
            Text(
                f"ngày {row.swap:%d/%m/%Y} không ghi hoán đổi với {row.day:%d/%m/%Y}",
                f"{row.swap:%d/%m/%Y} is not said to be swapped with {row.day:%d/%m/%Y}",
            ),
            Text("ghi cả hai ngày, ngày này nêu ngày kia ở swap", "write both days, each naming the other in swap"),
        )


def _source(key: str, sources: set[str], path: Path, problems: Problems) -> None:
    if not key:
        problems.error(
            "no-source",
            path,
            Text("không nêu nguồn", "no source is given"),
            Text("ghi source: khóa của một nguồn trong “sources”", "write source: a key of “sources”"),
        )
    elif key not in sources:
        problems.error(
            "unknown-source",
            (*path, "source"),
            Text(f"“sources” không có nguồn “{key}”", f"“sources” has no “{key}”"),
            Text("thêm nguồn này vào “sources” hoặc sửa khóa", "add it to “sources”, or correct the key"),
        )


def _wrong_year(year: int, path: Path, problems: Problems) -> None:
    problems.error(
        "year",
        path,
        Text(f"năm {year} ngoài khoảng {FIRST_YEAR}–{LATEST}", f"{year} is not between {FIRST_YEAR} and {LATEST}"),
        Text("kiểm tra năm", "check the year"),
    )
