"""The days of a round whose work counts: the calendar year, or any others."""

from datetime import date

import pytest
from django.urls import reverse

from minhbach.indices.actions import preparing
from minhbach.indices.models import Round
from minhbach.indices.views.boards.forms import MOMENT
from minhbach.org.dates import years_on
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM

SCHOOL_YEAR = date(2026, 9, 1), date(2027, 8, 31)


def prepared(province, dates, **more):
    more = {"title": "Đợt", "year": 2026, "dates": dates, "acting": SYSTEM, **more}
    return preparing.round_prepare(unit=province.home, **more)


def test_the_calendar_year_unless_said_otherwise(province, dates):
    assert prepared(province, dates).period == (date(2026, 1, 1), date(2026, 12, 31))
    assert prepared(province, dates, title="Năm học", period=SCHOOL_YEAR).period == SCHOOL_YEAR


def test_the_same_days_a_year_before(province, dates):
    made = prepared(province, dates, period=(date(2023, 12, 15), date(2024, 12, 14)))
    assert made.period_before == (date(2022, 12, 15), date(2023, 12, 14))
    assert years_on(date(2024, 2, 29), -1) == date(2023, 2, 28)
    assert years_on(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_first_day_is_not_after_the_last(province, dates):
    with pytest.raises(NotPossible) as error:
        prepared(province, dates, period=SCHOOL_YEAR[::-1])
    assert error.value.code == "period" and not Round.objects.exists()


def test_in_the_form_and_on_record(client, province, dates):
    client.force_login(province.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    made = prepared(province, dates)
    form = {name: value.strftime(MOMENT) for name, value in dates.items()}
    address = reverse("indices:round_dates", args=[made.pk])
    wrong = client.post(address, form | {"counts_from": "2027-01-01", "counts_to": "2026-12-31"})
    assert wrong.context["form"].errors["counts_to"]
    client.post(address, form | {"counts_from": "15/12/2025", "counts_to": "2026-12-14"})
    made.refresh_from_db()
    assert made.period == (date(2025, 12, 15), date(2026, 12, 14))
    said = Event.objects.filter(chain__name=f"round:{made.pk}").latest("seq").data
    assert (said["before"]["counts_from"], said["after"]["counts_from"]) == ("2026-01-01", "2025-12-15")
    assert "15/12/2025" in client.get(reverse("indices:round", args=[made.pk])).content.decode()
