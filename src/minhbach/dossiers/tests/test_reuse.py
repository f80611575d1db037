"""What an applicant was given before stands in for papers of later dossiers."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from minhbach.dossiers.models import OlderRegister, OlderResult, Result
from minhbach.dossiers.reuse import results_reusable, store_of
from minhbach.procedures.content.model import Component
from minhbach.records.texts import Text

pytestmark = pytest.mark.django_db
COPY = Component("copy", Text("Bản sao bằng"), reusable_from=("KQ.T.1", "KQ.T.2"))


@pytest.fixture
def issued(make_dossier):
    def issue(dossier=None, *, code="KQ.T.1", number="12/QĐ", day=date(2026, 3, 2), **more):
        dossier = dossier or make_dossier()
        now = timezone.now()
        moments = {"drafted_at": now, "numbered_at": now, "sealed_at": now}
        given = {"code": code, "title": "Bản sao", "symbol": number, "issued_on": day, "on_paper": True}
        return Result.objects.create(dossier=dossier, **given, **moments | more)

    return issue


def older(desk, applicant, number="B 0123", **more):
    register, _ = OlderRegister.objects.get_or_create(agency=desk.agency, title="Sổ gốc", code="KQ.T.2")
    return OlderResult.objects.create(
        register=register,
        holder=applicant.name,
        id_number=applicant.id_number,
        number=number,
        added_at=timezone.now(),
        **more,
    )


def test_results_of_earlier_dossiers_and_older_ones_stand_in_the_newest_first(
    desk, issued, make_applicant, django_assert_num_queries
):
    an = make_applicant()
    issued()
    older(desk, an, issued_on=date(1999, 6, 1))
    other = make_applicant(name="Trần Thị Bình", id_number="031188000002")
    older(desk, other, number="B 9")
    with django_assert_num_queries(2):
        found = results_reusable(an, COPY)
    assert [(one.symbol, one.older) for one in found] == [("12/QĐ", False), ("B 0123", True)]
    assert [one.reused_code for one in found] == ["KQ.T.1#12/QĐ", "KQ.T.2#B 0123"]
    with django_assert_num_queries(0):
        assert results_reusable(an, Component("request", Text("Đơn"))) == []


def test_what_is_not_in_force_does_not(desk, issued, make_applicant):
    an = make_applicant()
    today = timezone.localdate()
    issued(number="1/A", recalled_at=timezone.now() + timedelta(minutes=1), recalled_because="Sai tên")
    issued(number="2/A", valid_until=today - timedelta(days=1))
    issued(number="3/A", kind=Result.REFUSAL)
    issued(number="4/A", code="KQ.T.9")
    issued(number="5/A", sealed_at=None)
    older(desk, an, number="B 1", ended_on=today)
    older(desk, an, number="B 2", valid_until=today - timedelta(days=1))
    assert results_reusable(an, COPY) == []
    assert [one.symbol for one in store_of(an)] == ["4/A"]
    issued(number="6/A", valid_until=today)
    assert [one.symbol for one in results_reusable(an, COPY)] == ["6/A"]
