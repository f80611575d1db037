"""The working of the clock, day by day, and the phrases people use."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.records.texts import Text
from minhbach.worktime import (
    Clock,
    Duration,
    Extended,
    Finished,
    HandedOver,
    Paused,
    Received,
    Resumed,
    SpecialDay,
    Stopped,
    Told,
    amount_words,
    clock_words,
    days,
    explain,
    find_calendar,
    left_words,
    months,
    same_day,
    working,
    working_days,
    working_hours,
)

from .making import CONTINUES, MODES, RULES, Spec, moment, moments, office, specs


def said(*events, duration: Duration, at: str, rules=RULES, lang="vi") -> list[str]:
    return explain(Clock(events, duration, find_calendar(), rules), moment(at), lang)


def test_a_receipt_before_national_day():
    received = Received(moment("27/08/2026 16:30"))
    assert said(received, duration=working_days(2), at="27/08/2026 16:30") == [
        "Thứ Năm 27/08/2026: tính 30 phút — tiếp nhận 16:30",
        "Thứ Sáu 28/08/2026: tính 1 ngày",
        "Thứ Bảy 29/08/2026: không tính — nghỉ hằng tuần",
        "Chủ Nhật 30/08/2026: không tính — nghỉ hằng tuần",
        "Thứ Hai 31/08/2026: không tính — hoán đổi với thứ Bảy 22/08/2026 (9859/VPCP-KGVX)",
        "Thứ Ba 01/09/2026: không tính — nghỉ Quốc khánh (9859/VPCP-KGVX)",
        "Thứ Tư 02/09/2026: không tính — nghỉ Quốc khánh (9859/VPCP-KGVX)",
        "Thứ Năm 03/09/2026: tính 7 giờ 30 phút — đến hạn 16:30",
        "Còn 2 ngày",
    ]
    assert said(received, duration=working_days(2), at="27/08/2026 16:30", lang="en")[4:] == [
        "Monday 31/08/2026: not counted — swapped with Saturday 22/08/2026 (9859/VPCP-KGVX)",
        "Tuesday 01/09/2026: not counted — National Day (9859/VPCP-KGVX)",
        "Wednesday 02/09/2026: not counted — National Day (9859/VPCP-KGVX)",
        "Thursday 03/09/2026: counts 7 hours 30 minutes — due 16:30",
        "2 days left",
    ]


def test_after_hours_a_worked_saturday_and_waiting():
    events = [
        Received(moment("20/08/2026 18:30")),
        Paused(moment("22/08/2026 09:30")),
        Resumed(moment("25/08/2026 10:00")),
    ]
    assert said(*events, duration=working_days(3), at="25/08/2026 10:00", rules=CONTINUES) == [
        "Thứ Năm 20/08/2026: không tính — tiếp nhận 18:30; ngoài giờ, tính từ 07:30 ngày 21/08/2026",
        "Thứ Sáu 21/08/2026: tính 1 ngày",
        "Thứ Bảy 22/08/2026: tính 2 giờ — làm bù cho thứ Hai 31/08/2026 (9859/VPCP-KGVX); chờ công dân từ 09:30",
        "Chủ Nhật 23/08/2026: không tính — nghỉ hằng tuần; chờ công dân",
        "Thứ Hai 24/08/2026: không tính — chờ công dân",
        "Thứ Ba 25/08/2026: tính 5 giờ 30 phút — chờ công dân đến 10:00; đã bổ sung đủ 10:00",
        "Thứ Tư 26/08/2026: tính 1 ngày",
        "Thứ Năm 27/08/2026: tính 30 phút — đến hạn 08:00",
        "Còn 1 ngày 6 giờ",
    ]
    again = said(*events, duration=working_days(3), at="25/08/2026 10:00")
    assert again[1] == "Thứ Sáu 21/08/2026: không tính — tính lại từ đầu sau khi bổ sung"
    assert again[-2:] == ["Thứ Sáu 28/08/2026: tính 2 giờ 30 phút — đến hạn 10:00", "Còn 3 ngày"]


def test_extension_and_lateness():
    events = [
        Received(moment("03/08/2026 08:00")),
        HandedOver(moment("03/08/2026 09:00"), "Phòng chuyên môn", office()),
        Extended(moment("04/08/2026 08:00"), moment("07/08/2026 17:00")),
        Finished(moment("10/08/2026 08:00")),
    ]
    assert said(*events, duration=working_days(3), at="12/08/2026 08:00") == [
        "Thứ Hai 03/08/2026: tính 7 giờ 30 phút — tiếp nhận 08:00; chuyển Phòng chuyên môn 09:00",
        "Thứ Ba 04/08/2026: tính 1 ngày — gia hạn đến 17:00 07/08/2026",
        "Thứ Tư 05/08/2026: tính 1 ngày",
        "Thứ Năm 06/08/2026: tính 30 phút — hạn ban đầu 08:00",
        "Thứ Sáu 07/08/2026: không tính — trong thời gian gia hạn; đến hạn 17:00",
        "Thứ Bảy 08/08/2026: không tính — nghỉ hằng tuần; quá hạn",
        "Chủ Nhật 09/08/2026: không tính — nghỉ hằng tuần; quá hạn",
        "Thứ Hai 10/08/2026: không tính — quá hạn; xong 08:00",
        "Xong quá hạn 30 phút",
    ]


def test_calendar_days_through_an_unconfirmed_holiday():
    lines = said(Received(moment("20/11/2026 08:30")), duration=days(8), at="20/11/2026 08:30", lang="vi")
    assert lines[0] == "Thứ Sáu 20/11/2026: không tính — tiếp nhận 08:30; ngày tiếp nhận không tính"
    assert lines[4] == "Thứ Ba 24/11/2026: tính 1 ngày — nghỉ Ngày Văn hóa Việt Nam; chưa xác nhận"
    assert lines[8] == "Thứ Bảy 28/11/2026: tính 1 ngày — nghỉ hằng tuần"
    assert lines[9].endswith("nghỉ hằng tuần; ngày cuối là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo")
    assert lines[10].endswith("đến hạn 17:00")
    assert lines[12].startswith("Ngày Văn hóa Việt Nam 24/11/2026 chưa được xác nhận.")


def test_days_are_also_data():
    received = Received(moment("21/08/2026 07:30"))
    lines = working(Clock([received], working_days(2), find_calendar(), RULES), received.at).lines
    assert [line.day for line in lines] == [date(2026, 8, 21), date(2026, 8, 22)]
    assert [line.counted for line in lines] == [{"working_day": Fraction(1)}] * 2
    assert [line.minutes for line in lines] == [480, 480]
    assert lines[1].has("swapped_in") and lines[1].has("due") and not lines[1].has("weekly_rest")
    assert all(line.confirmed for line in lines)


def test_half_a_day_off_is_half_counted():
    half = SpecialDay(date(2026, 8, 4), "off", Text("Hội nghị", "Conference"), part="morning", decision="7/TB")
    clock = Clock([Received(moment("03/08/2026 07:30"))], working_days(2), office(half), RULES)
    assert explain(clock, moment("03/08/2026 07:30"))[1:3] == [
        "Thứ Ba 04/08/2026: tính 4 giờ — buổi sáng nghỉ Hội nghị (7/TB)",
        "Thứ Tư 05/08/2026: tính 4 giờ — đến hạn 11:30",
    ]


def test_same_day():
    assert said(Received(moment("03/08/2026 15:30")), duration=same_day(), at="03/08/2026 15:30") == [
        "Thứ Hai 03/08/2026: không tính — tiếp nhận 15:30",
        "Thứ Ba 04/08/2026: tính trong ngày — đến hạn 17:00",
        "Còn 1 ngày 1 giờ",
    ]


limits = st.one_of(
    st.integers(1, 20).map(working_days),
    st.sampled_from(["0.5", "3.25"]).map(working_days),
    st.integers(1, 40).map(working_hours),
    st.integers(1, 40).map(days),
)
modes = st.builds(
    lambda working, calendar: CONTINUES.but(working_days=working, calendar_days=calendar),
    st.sampled_from(MODES),
    st.sampled_from(MODES),
)


@settings(deadline=None)
@given(specs(), moments, limits, modes)
def test_the_days_come_to_the_whole_limit(spec: Spec, start: datetime, limit: Duration, rules):
    lines = working(Clock([Received(start)], limit, spec.calendar(), rules), start).lines
    (part,) = limit.parts
    counted = sum((line.counted.get(part.unit, Fraction(0)) for line in lines), Fraction(0))
    # The end is rounded up to a minute.
    assert part.amount <= counted < part.amount + Fraction(1, 2 if part.unit == "working_day" else 60)
    assert [line.day for line in lines] == [lines[0].day + timedelta(n) for n in range(len(lines))]


@settings(deadline=None)
@given(specs(), moments, limits, moments, moments)
def test_the_minutes_are_those_of_the_clock(
    spec: Spec, start: datetime, limit: Duration, one: datetime, other: datetime
):
    pause, resume = (max(start, each) for each in sorted((one, other)))
    clock = Clock([Received(start), Paused(pause), Resumed(resume)], limit, spec.calendar(), CONTINUES)
    found = working(clock, resume)
    used = sum(line.minutes for line in found.lines)
    assert used == found.reading.used + max(found.reading.left, 0)


@pytest.mark.parametrize(
    ("minutes", "full_day", "vi", "en"),
    [
        (720, 480, "còn 1 ngày 4 giờ", "1 day 4 hours left"),
        (-960, 480, "quá hạn 2 ngày", "2 days overdue"),
        (90, 480, "còn 1 giờ 30 phút", "1 hour 30 minutes left"),
        (510, 450, "còn 1 ngày 1 giờ", "1 day 1 hour left"),
    ],
)
def test_phrases(minutes: int, full_day: int, vi: str, en: str):
    assert left_words(minutes, full_day) == vi
    assert left_words(minutes, full_day, "en") == en
    assert amount_words(minutes, full_day, "vi") in vi


@pytest.mark.parametrize(
    ("events", "at", "vi", "en"),
    [
        ([], "05/08/2026 16:00", "còn 2 ngày", "2 days left"),
        ([], "07/08/2026 16:00", "đến hạn", "due now"),
        ([], "11/08/2026 16:00", "quá hạn 2 ngày", "2 days overdue"),
        ([], "07/08/2026 16:20", "quá hạn 20 phút", "20 minutes overdue"),
        ([Paused(moment("04/08/2026 16:00"))], "20/08/2026 08:00", "đang chờ công dân, còn 3 ngày",
         "waiting for the citizen, 3 days left"),
        ([Finished(moment("05/08/2026 16:00"))], "20/08/2026 08:00", "xong trước hạn 2 ngày", "finished 2 days early"),
        ([Finished(moment("07/08/2026 16:00"))], "20/08/2026 08:00", "xong đúng hạn", "finished on time"),
        ([Finished(moment("10/08/2026 16:00"))], "20/08/2026 08:00", "xong quá hạn 1 ngày", "finished 1 day late"),
        ([Stopped(moment("05/08/2026 16:00"))], "20/08/2026 08:00", "dừng trước hạn 2 ngày", "stopped 2 days early"),
    ],
)  # fmt: skip
def test_one_line_about_a_dossier(events, at: str, vi: str, en: str):
    clock = Clock([Received(moment("03/08/2026 16:00")), *events], working_days(4), office(), RULES)
    reading = clock.at(moment(at))
    assert (clock_words(reading, "vi"), clock_words(reading, "en")) == (vi, en)


def test_late_outside_hours_is_said_by_the_clock_on_the_wall():
    clock = Clock(
        [Received(moment("03/08/2026 07:30")), Finished(moment("04/08/2026 17:20"))],
        working_days(2),
        office(),
        RULES,
    )
    assert clock_words(clock.at(moment("05/08/2026 08:00"))) == "xong quá hạn 20 phút"


def test_months_and_working_days_share_the_working():
    received = Received(moment("03/08/2026 09:00"))
    lines = working(Clock([received], months(1) + working_days(2), office(), RULES), received.at).lines
    assert sum(line.counted.get("day", 0) for line in lines) == 31
    assert sum(line.counted.get("working_day", 0) for line in lines) == 2
    assert lines[-1].day == date(2026, 9, 7)


def test_what_another_system_promised_stands_beside_our_calendar():
    told = Told(moment("04/09/2026 17:00"), moment("04/09/2026 17:00"))
    mirrored = Clock([Received(moment("27/08/2026 16:30"))], working_days(2), find_calendar(), RULES, told)
    lines = explain(mirrored, moment("27/08/2026 16:30"))
    assert lines[-4:] == [
        "Thứ Năm 03/09/2026: tính 7 giờ 30 phút — đến hạn theo lịch của cơ quan 16:30",
        "Thứ Sáu 04/09/2026: không tính — đến hạn do hệ thống kia báo 17:00",
        "Còn 3 ngày",
        "Theo lịch của cơ quan: hạn 16:30 03/09/2026",
    ]


def test_the_days_before_the_time_counts():
    received = Received(moment("27/08/2026 16:30"))
    counted = Clock([received], working_days(1), find_calendar(), RULES, counted_from=date(2026, 8, 28))
    lines = explain(counted, received.at)
    assert lines[:2] == [
        "Thứ Năm 27/08/2026: không tính — tiếp nhận 16:30; thời hạn tính sau ngày 28/08/2026",
        "Thứ Sáu 28/08/2026: không tính — chưa bắt đầu tính",
    ]
    assert lines[-2] == "Thứ Năm 03/09/2026: tính 1 ngày — đến hạn 17:00"
