"""Figures as people read them; values worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from minhbach.org.ui import figures


def shown(source: str, lang: str, **values) -> str:
    with translation.override(lang):
        return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "value", "vi", "en"),
    [
        ("{{ v|points }}", Decimal("24.55"), "24,55", "24.55"),
        ("{{ v|points }}", "24.5", "24,50", "24.50"),
        ("{{ v|points }}", "0.125", "0,13", "0.13"),
        ("{{ v|points }}", "-0.125", "-0,13", "-0.13"),
        ("{{ v|points }}", "-0.001", "0,00", "0.00"),
        ("{{ v|points:4 }}", Fraction(1, 3), "0,3333", "0.3333"),
        ("{{ v|points }}", Fraction(2, 3), "0,67", "0.67"),
        ("{{ v|points:0 }}", "1234567.5", "1.234.568", "1,234,568"),
        ("{{ v|points }}", "1/8", "0,13", "0.13"),
        ("{{ v|points }}", None, "–", "–"),
        ("{{ v|number }}", 12045, "12.045", "12,045"),
        ("{{ v|number }}", "70.69", "70,69", "70.69"),
        ("{{ v|number }}", "3.0", "3", "3"),
        ("{{ v|number }}", Fraction(1, 3), "0,3333", "0.3333"),
        ("{{ v|number }}", Fraction(1, 30000), "0", "0"),
        ("{{ v|number:1 }}", 7, "7,0", "7.0"),
        ("{{ v|number }}", "không rõ", "không rõ", "không rõ"),
        ("{{ v|percent }}", Fraction(3, 4), "75%", "75%"),
        ("{{ v|percent }}", Fraction(1012, 1204), "84,05%", "84.05%"),
        ("{{ v|percent:1 }}", "0.8", "80,0%", "80.0%"),
        ("{{ v|per_hundred }}", "98.40", "98,4%", "98.4%"),
        ("{{ v|per_hundred }}", None, "–", "–"),
        ("{{ v|signed }}", "0.52", "+0,52", "+0.52"),
        ("{{ v|signed }}", "-0.8", "-0,80", "-0.80"),
        ("{{ v|signed }}", "0.001", "0,00", "0.00"),
        ("{{ v|signed }}", 0, "0,00", "0.00"),
        ("{{ v|date_official }}", date(2024, 2, 5), "ngày 05 tháng 02 năm 2024", "5 February 2024"),
        ("{{ v|date_official }}", date(2023, 12, 15), "ngày 15 tháng 12 năm 2023", "15 December 2023"),
        ("{{ v|date_short }}", date(2024, 2, 5), "05/02/2024", "05/02/2024"),
        ("{{ v|date_short }}", None, "–", "–"),
        ("{{ v|moment }}", datetime(2023, 12, 5, 7, 5, tzinfo=UTC), "14:05 ngày 05/12/2023", "14:05 on 05/12/2023"),
        # Already tomorrow in Vietnam.
        ("{{ v|date_short }}", datetime(2023, 12, 5, 18, 0, tzinfo=UTC), "06/12/2023", "06/12/2023"),
        ("{{ v|duration }}", timedelta(days=1, hours=4), "1 ngày 4 giờ", "1 day 4 hours"),
        ("{{ v|remaining }}", timedelta(hours=-2), "quá hạn 2 giờ", "2 hours overdue"),
    ],
)
def test_filters(source, value, vi, en):
    assert shown(source, "vi", v=value) == vi
    assert shown(source, "en", v=value) == en


def test_a_long_figure_stays_exact():
    # As a binary float this would end in …890.12 or …792.00.
    assert shown("{{ v|points }}", "en", v="12345678901234567890.115") == "12,345,678,901,234,567,890.12"


def test_share_of_nothing_is_nothing():
    assert figures.share("1", "0") is None
    assert figures.percent(figures.share("1", None)) == "–"
