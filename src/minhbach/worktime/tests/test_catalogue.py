"""The tables that come with the product, against the published days, and the reading of others."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from minhbach.records.texts import Text
from minhbach.worktime import (
    CalendarTable,
    Session,
    SpecialDay,
    Week,
    WorktimeError,
    Year,
    book_from_yaml,
    find_calendar,
    find_rules,
    find_table,
    table_from_yaml,
    to_yaml,
    working_days,
)
from minhbach.worktime.catalogue import FOLDER, table_files

# Weekdays off of civil servants: single days and spans of a month.
WEEKDAYS_OFF = {
    2019: "1/1 4-8/2 15/4 29/4 30/4 1/5 2/9",
    2020: "1/1 23-24/1 27-29/1 2/4 30/4 1/5 2/9",
    2021: "1/1 10-12/2 15-16/2 21/4 30/4 3/5 2-3/9",
    2022: "3/1 31/1 1-4/2 11/4 2-3/5 1-2/9",
    2023: "2/1 20/1 23-26/1 1-3/5 1/9 4/9",
    2024: "1/1 8-9/2 12-14/2 18/4 29/4 30/4 1/5 2-3/9",
    2025: "1/1 27-31/1 7/4 30/4 1/5 2/5 1-2/9",
    2026: "1/1 2/1 16-20/2 27/4 30/4 1/5 31/8 1-2/9 24/11",
    2027: "1/1 4-5/2 8-10/2 16/4 30/4 3/5 2-3/9 24/11",
}
WORKED = [date(2019, 5, 4), date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)]


def spelled_out(year: int, text: str) -> set[date]:
    found = set()
    for item in text.split():
        span, _, month = item.partition("/")
        first, _, last = span.partition("-")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_days_off_and_worked(year: int):
    calendar = find_calendar()
    all_days = [date(year, 1, 1) + timedelta(n) for n in range(366) if (date(year, 1, 1) + timedelta(n)).year == year]
    off = {day for day in all_days if day.weekday() < 5 and not calendar.is_working_day(day)}
    worked = [day for day in all_days if day.weekday() >= 5 and calendar.is_working_day(day)]
    assert off == spelled_out(year, WEEKDAYS_OFF[year])
    assert worked == [day for day in WORKED if day.year == year]


def test_worked_saturdays_have_the_hours_of_a_full_day():
    for day in WORKED:
        assert find_calendar().facts(day).minutes == 480


def test_every_row_has_a_source_and_every_swap_two_ends():
    rows = yaml.safe_load((FOLDER / "calendars" / "viet-nam.yaml").read_text(encoding="utf-8"))
    assert all(row["source"] in rows["sources"] for row in rows["days"])
    swaps = {row["day"]: row["swap"] for row in rows["days"] if "swap" in row}
    assert all(swaps[other] == day for day, other in swaps.items()) and len(swaps) == 10


def test_what_is_not_confirmed_is_said():
    rows = yaml.safe_load((FOLDER / "calendars" / "viet-nam.yaml").read_text(encoding="utf-8"))
    open_rows = {row["day"] for row in rows["days"] if row.get("confirmed") is False}
    assert open_rows == {date(2026, 11, 24)} | {row["day"] for row in rows["days"] if row["day"].year == 2027}
    calendar = find_calendar()
    assert calendar.doubts(date(2026, 1, 1), date(2026, 11, 23)) == []
    (culture_day,) = calendar.doubts(date(2026, 11, 1), date(2026, 12, 31))
    assert culture_day.first == culture_day.last == date(2026, 11, 24) and "24/11/2026" in culture_day.says.vi
    estimate, unknown = calendar.doubts(date(2026, 12, 1), date(2028, 3, 1))
    assert (estimate.first, estimate.last) == (date(2027, 1, 1), date(2027, 12, 31)) and "dự kiến" in estimate.says.vi
    assert (unknown.first, unknown.last) == (date(2028, 1, 1), date(2028, 3, 1)) and "2028" in unknown.remedy.en


@pytest.mark.parametrize("code", table_files())
def test_tables_are_sound_and_read_back(code: str):
    table = find_table(code)
    read, problems = table_from_yaml(to_yaml(table), find=find_table)
    assert read == table and not list(problems)


def test_rules_are_sound_dated_and_read_back():
    book = find_rules()
    assert book_from_yaml(to_yaml(book))[0] == book
    assert book.on(date(2025, 6, 30)).title.vi.startswith("Nghị định 61/2018")
    assert book.on(date(2025, 7, 1)).title.vi.startswith("Nghị định 118/2025")
    now = book.on(date(2026, 11, 21))
    assert now.transfer_cutoff.value == now.same_day_cutoff.value == 15 * 60
    assert (now.extensions.value, now.extension_notice.value) == (1, working_days(1))
    assert now.after_supplement.value == "restart" and not now.after_supplement.confirmed
    assert now.but(after_supplement="continue").after_supplement.value == "continue"
    with pytest.raises(WorktimeError) as refusal:
        book.on(date(2010, 1, 1))
    assert refusal.value.code == "no-rules"


def test_unknown_codes():
    for find in (find_calendar, find_rules):
        with pytest.raises(WorktimeError, match="khong-co"):
            find("khong-co")


GOOD = """\
format: 1
code: trung-tam
title: Trung tâm
uses: viet-nam
sources:
  qd: {document: "12/QĐ-TTPVHCC"}
weeks:
  - {from: 2026-01-01, source: qd, hours: {mon-fri: ["07:30-11:30", "13:00-17:00"], sat: ["07:30-11:30"]}}
days:
  - {day: 2026-03-02, kind: "off", part: afternoon, reason: Mất điện, decision: "5/TB", source: qd}
"""


def test_a_unit_adds_its_week_and_days_to_the_country():
    table, problems = table_from_yaml(GOOD, find=find_table)
    assert table is not None and not list(problems)
    assert table.days[0] == SpecialDay(
        date(2026, 3, 2), "off", Text("Mất điện"), "afternoon", decision="5/TB", source="qd"
    )
    assert table.weeks[0].days[5] == (Session(450, 690),)


@pytest.mark.parametrize(
    ("wrong", "right", "code", "line"),
    [
        ("from: 2026-01-01", "from: thứ hai", "wrong-value", 8),
        ("07:30-11:30\"]}}", "11:30-07:30\"]}}", "hours", 8),
        ("13:00-17:00", "11:00-17:00", "overlap", 8),
        ("sat: [", "fri: [", "repeated-day", 8),
        ("mon-fri", "fri-mon", "span", 8),
        ("kind: \"off\"", "kind: lễ", "wrong-value", 10),
        ("part: afternoon", "part: evening", "wrong-value", 10),
        ("reason: Mất điện, ", "", "missing-field", 10),
        ("day: 2026-03-02", "day: 2026-02-30", "wrong-value", 10),
        ("day: 2026-03-02", "day: 1926-03-02", "year", 10),
        ("day: 2026-03-02", "day: ", "missing-field", 10),
        (", source: qd}\n", "}\n", "no-source", 10),
        ("source: qd}\n", "source: khac}\n", "unknown-source", 10),
        ("part: afternoon", "hours: [\"08:00-09:00\"]", "hours-of-day-off", 10),
        ("part: afternoon", "swap: 2026-03-07", "swap", 10),
        ("uses: viet-nam", "uses: lao", "uses", 4),
        ("format: 1", "format: 2", "format", 1),
        ("weeks:", "tuần:", "unknown-field", 7),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(wrong: str, right: str, code: str, line: int):
    assert wrong in GOOD
    table, problems = table_from_yaml(GOOD.replace(wrong, right), "lich.yaml", find_table)
    assert table is None
    assert (code, line) in {(problem.code, problem.line) for problem in problems.errors}
    assert all(problem.in_("vi") != problem.in_("en") for problem in problems.errors)


def test_days_written_twice():
    again = '  - {day: 2026-03-02, kind: "off", reason: Bão, source: qd}\n'
    _, problems = table_from_yaml(GOOD + again, find=find_table)
    assert [problem.code for problem in problems.errors] == ["repeated-day"]
    halves = '  - {day: 2026-03-02, kind: "off", part: morning, reason: Bão, source: qd}\n'
    table, _ = table_from_yaml(GOOD + halves, find=find_table)
    assert table is not None and len(table.days) == 2


def test_a_year_nobody_covered_is_a_warning():
    later = GOOD.replace("2026-03-02", "2031-03-03")
    table, problems = table_from_yaml(later, find=find_table)
    assert table is not None and [problem.code for problem in problems] == ["year-not-covered"]


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("value: 15:00\n      source: tthc", "value: 25:00\n      source: tthc", "time"),
        ("value: 1 ngày làm việc", "value: một lúc", "not-recognised"),
        ("value: 1 ngày làm việc", "value: 1 tháng", "not-working-days"),
        ("value: earlier_day", "value: sooner", "wrong-value"),
        ("value: from_the_hour", "value:", "missing-field"),
        ("source: qd-88", "source: qd-89", "unknown-source"),
        ("- from: 2018-06-21", "- from: 2025-07-01", "repeated-rules"),
    ],
)
def test_mistakes_in_rules(wrong: str, right: str, code: str):
    text = (FOLDER / "time_rules" / "mot-cua.yaml").read_text(encoding="utf-8")
    assert wrong in text
    book, problems = book_from_yaml(text.replace(wrong, right, 1))
    assert book is None and code in {problem.code for problem in problems.errors}


def test_a_setting_without_source_says_why():
    text = (FOLDER / "time_rules" / "mot-cua.yaml").read_text(encoding="utf-8")
    book, problems = book_from_yaml(text.replace("      source: tthc-3-000465\n", "", 1))
    assert book is None and {problem.code for problem in problems.errors} == {"no-source"}


hours = st.sampled_from([(), (Session(450, 690), Session(780, 1020)), (Session(0, 1440),), (Session(1, 2),)])
texts = st.builds(Text, st.sampled_from(["Nghỉ: lễ", "“Tết”", "1.5"]), st.sampled_from(["", "a: b"]))
tables = st.builds(
    CalendarTable,
    format=st.just(1),
    code=st.just("thu"),
    title=texts,
    years=st.lists(st.builds(Year, st.integers(2019, 2030), st.booleans(), note=texts), max_size=3).map(tuple),
    weeks=st.lists(
        st.builds(Week, st.dates(), st.dictionaries(st.sampled_from(["mon-fri", "sat"]), hours), note=texts),
        max_size=2,
    ).map(tuple),
    days=st.lists(
        st.builds(
            SpecialDay,
            st.dates(),
            st.sampled_from(["off", "working"]),
            texts,
            st.sampled_from(["whole", "morning", "afternoon"]),
            st.none() | st.dates(),
            hours,
            st.sampled_from(["", "12729/VPCP-KGVX"]),
            st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
)


@given(tables)
def test_tables_are_written_and_read_without_loss(table: CalendarTable):
    from minhbach.records import yaml_text
    from minhbach.records.problems import Problems
    from minhbach.records.structure import read_record

    data, _ = yaml_text.load(to_yaml(table))
    problems = Problems()
    assert read_record(CalendarTable, data, (), problems) == table, list(problems)
