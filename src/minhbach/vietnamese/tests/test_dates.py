"""Dates, times and durations."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.vietnamese import (
    DateError,
    duration_words,
    format_date,
    format_datetime,
    format_time,
    official_date,
    official_time,
    parse_date,
    remaining_words,
)


def test_leading_zeros_of_the_official_date():
    """Decree 30/2020, Annex I, Part I, Section II, item 4: days under 10 and months 1 and 2 take a zero."""
    assert official_date(date(2020, 1, 5)) == "ngày 05 tháng 01 năm 2020"
    assert official_date(date(2023, 2, 28)) == "ngày 28 tháng 02 năm 2023"
    assert official_date(date(2023, 3, 5)) == "ngày 05 tháng 3 năm 2023"
    assert official_date(date(2023, 12, 15)) == "ngày 15 tháng 12 năm 2023"
    assert official_date(date(2023, 3, 5), "en") == "5 March 2023"


def test_short_forms():
    assert format_date(date(2023, 3, 5)) == format_date(date(2023, 3, 5), "en") == "05/03/2023"
    assert format_time(time(8, 5)) == "08:05"
    assert official_time(time(17, 0)) == "17 giờ 00 phút"
    assert format_datetime(datetime(2023, 3, 5, 8, 5)) == "08:05 ngày 05/03/2023"
    assert format_datetime(datetime(2023, 3, 5, 8, 5), "en") == "08:05 on 05/03/2023"


@pytest.mark.parametrize(
    "text",
    [
        "05/03/2023",
        "5/3/2023",
        "5-3-2023",
        "05.03.2023",
        "2023-03-05",
        "ngày 05 tháng 3 năm 2023",
        "Ngày 5 tháng 03 năm 2023",
        "Hải Phòng,  ngày 05 tháng 3\nnăm 2023",
    ],
)
def test_read(text):
    assert parse_date(text) == date(2023, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "5/3/23", "29/02/2023", "31/04/2023", "2023/03/05", "5/3-2023", "hôm qua", "0/1/2023"]
)
def test_refused_in_both_languages(text):
    with pytest.raises(DateError) as refused:
        parse_date(text)
    assert refused.value.text("vi") == refused.value.vi != refused.value.text("en")


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_written_is_read_back(day):
    assert parse_date(format_date(day)) == parse_date(official_date(day)) == parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("duration", "vi", "en"),
    [
        (timedelta(days=1, hours=4, minutes=59), "1 ngày 4 giờ", "1 day 4 hours"),
        (timedelta(days=2, minutes=30), "2 ngày", "2 days"),
        (timedelta(hours=1, minutes=1), "1 giờ 1 phút", "1 hour 1 minute"),
        (timedelta(minutes=45), "45 phút", "45 minutes"),
        (timedelta(seconds=59), "dưới 1 phút", "less than 1 minute"),
        (timedelta(hours=-2), "2 giờ", "2 hours"),
    ],
)
def test_durations(duration, vi, en):
    assert duration_words(duration) == vi
    assert duration_words(duration, "en") == en


def test_the_clock():
    assert remaining_words(timedelta(days=1, hours=4)) == "còn 1 ngày 4 giờ"
    assert remaining_words(timedelta(hours=-2)) == "quá hạn 2 giờ"
    assert remaining_words(timedelta(hours=12), hours_per_day=8) == "còn 1 ngày 4 giờ"
    assert remaining_words(timedelta(days=1, hours=4), "en") == "1 day 4 hours left"
    assert remaining_words(timedelta(hours=-2), "en") == "2 hours overdue"
    assert remaining_words(timedelta(days=1, hours=4, minutes=5), parts=3) == "còn 1 ngày 4 giờ 5 phút"
