"""Time limits read from the texts of the national database and of provinces, or said not to be recognised."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.worktime import (
    Duration,
    DurationError,
    days,
    durations_by_channel,
    months,
    parse_duration,
    same_day,
    working_days,
    working_hours,
)

RECOGNISED = [
    # The amounts and units of the national database, as a column of a table joins them.
    ("1 ngày làm việc", working_days(1)),
    ("2 ngày làm việc", working_days(2)),
    ("3 ngày làm việc", working_days(3)),
    ("5 ngày làm việc", working_days(5)),
    ("7 ngày làm việc", working_days(7)),
    ("8 ngày làm việc", working_days(8)),
    ("10 ngày làm việc", working_days(10)),
    ("12 ngày làm việc", working_days(12)),
    ("15 ngày làm việc", working_days(15)),
    ("16 ngày làm việc", working_days(16)),
    ("17 ngày làm việc", working_days(17)),
    ("20 ngày làm việc", working_days(20)),
    ("24 ngày làm việc", working_days(24)),
    ("25 ngày làm việc", working_days(25)),
    ("30 ngày làm việc", working_days(30)),
    ("35 ngày làm việc", working_days(35)),
    ("7 ngày", days(7)),
    ("15 ngày", days(15)),
    ("30 ngày", days(30)),
    # Other ways of writing.
    ("05 ngày làm việc", working_days(5)),
    ("  10 Ngày  làm việc. ", working_days(10)),
    ("05 (năm) ngày làm việc", working_days(5)),
    ("15 (mười lăm) ngày", days(15)),
    ("0,25 ngày làm việc", working_days("0.25")),
    ("1/2 ngày làm việc", working_days("0.5")),
    ("08 giờ làm việc", working_hours(8)),
    ("4 giờ hành chính", working_hours(4)),
    ("2 tháng", months(2)),
    ("2 tháng + 15 ngày", months(2) + days(15)),
    ("02 tháng và 15 ngày làm việc", months(2) + working_days(15)),
    ("Trong ngày", same_day()),
    ("Ngay trong ngày làm việc", same_day()),
    ("Thời hạn giải quyết: 10 ngày làm việc", working_days(10)),
    ("Tối đa 17 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ", working_days(17)),
    ("Trong thời hạn không quá 05 ngày làm việc", working_days(5)),
    ("10 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ", working_days(10)),
    ("10 ngày làm việc tính từ ngày tiếp nhận hồ sơ đầy đủ, hợp lệ", working_days(10)),
    (
        "Ngay trong ngày tiếp nhận yêu cầu hoặc trong ngày làm việc tiếp theo, nếu tiếp nhận sau 03 (ba) giờ chiều",
        same_day(),
    ),
    ("Trong ngày làm việc hoặc trong ngày làm việc tiếp theo nếu tiếp nhận sau 15 giờ", same_day()),
]


@pytest.mark.parametrize(("text", "duration"), RECOGNISED)
def test_recognised(text: str, duration: Duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "10",
        "2 tháng + 15",
        "08 giờ",
        "24h",
        "khoảng 10 ngày",
        "5 đến 8 ngày làm việc",
        "5-8 ngày làm việc",
        "5 ngày làm việc trong tỉnh, 8 ngày làm việc ngoài tỉnh",
        "Trong cùng tỉnh: 5 ngày làm việc. Từ tỉnh khác: 8 ngày làm việc",
        "15 ngày kể từ ngày hết hạn nhận đơn phúc khảo",
        "Trong vòng 30 ngày kể từ khi kết thúc buổi thi cuối cùng",
        "02 tháng và 15 ngày làm việc, trong đó: a) trong thời hạn 02 tháng …",
        "05 (sáu) ngày làm việc",
        "0 ngày làm việc",
        "-5 ngày làm việc",
        "1/0 ngày làm việc",
        "1,5 ngày làm việc,",
        "ngày làm việc",
        "Theo hướng dẫn của địa phương",
        "Tùy theo đợt",
        "Trong ngày hoặc trong ngày làm việc tiếp theo, nếu tiếp nhận sau 16 giờ",
        "10 ngày làm việc 5",
        "٣ ngày",
    ],
)
def test_never_guessed(text: str):
    with pytest.raises(DurationError) as refusal:
        parse_duration(text)
    assert refusal.value.code == "not-recognised"
    assert text.strip()[:20] in refusal.value.vi and "05 ngày làm việc" in refusal.value.en


@pytest.mark.parametrize("text", ["", "  ", "N/A", "Không quy định", "không quy định.", "-"])
def test_none_stated(text: str):
    with pytest.raises(DurationError) as refusal:
        parse_duration(text)
    assert refusal.value.code == "not-stated"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (
            "Trực tiếp: 10 ngày làm việc; Trực tuyến: 8 ngày làm việc; Dịch vụ bưu chính: 10 ngày làm việc",
            {"counter": working_days(10), "online": working_days(8), "post": working_days(10)},
        ),
        ("Trực tuyến: 7 ngày; Trực tiếp: 7 ngày", {"online": days(7), "counter": days(7)}),
        ("Dịch vụ bưu chính: N/A; Trực tiếp: N/A", {"post": None, "counter": None}),
        ("Trực tiếp: 1 ngày", {"counter": days(1)}),
    ],
)
def test_by_channel(text: str, limits: dict):
    assert durations_by_channel(text) == limits


@pytest.mark.parametrize(
    "text",
    ["10 ngày làm việc", "Qua fax: 10 ngày", "Trực tiếp: 5 ngày; Trực tiếp: 8 ngày", "Trực tiếp: sớm", "Trực tiếp"],
)
def test_channels_are_not_guessed_either(text: str):
    with pytest.raises(DurationError):
        durations_by_channel(text)


fractions = st.fractions(min_value=Fraction(1, 1000), max_value=10_000).filter(lambda amount: amount > 0)
parts = st.one_of(
    fractions.map(working_days),
    fractions.map(working_hours),
    st.integers(1, 10_000).map(days),
    st.integers(1, 10_000).map(months),
    st.just(same_day()),
)


@given(parts)
def test_the_text_of_a_limit_is_read_back(duration: Duration):
    assert parse_duration(str(duration)) == duration


@given(st.lists(parts.filter(lambda part: part != same_day()), min_size=2, max_size=4))
def test_the_text_of_several_parts_is_read_back(several: list[Duration]):
    whole = several[0]
    for part in several[1:]:
        whole += part
    assert parse_duration(str(whole)) == whole


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str):
    try:
        assert isinstance(parse_duration(text), Duration)
    except DurationError as refusal:
        assert refusal.code in ("not-recognised", "not-stated", "amount")


def test_in_words():
    assert (months(2) + working_days(15)).in_("vi") == "2 tháng + 15 ngày làm việc"
    assert (months(2) + working_days(1)).in_("en") == "2 months + 1 working day"
    assert working_days("0.25").in_("vi") == "0,25 ngày làm việc"
    assert working_days("0.25").in_("en") == "0.25 working days"
    assert same_day().in_("en") == "same day"


@pytest.mark.parametrize("make", [lambda: days(0), lambda: working_days(-1), lambda: months(10_001)])
def test_impossible_amounts(make):
    with pytest.raises(DurationError) as refusal:
        make()
    assert refusal.value.code == "amount"


def test_floats_are_not_exact():
    with pytest.raises(TypeError):
        working_days(0.1)  # type: ignore[arg-type]
