"""Fees through the programming interface: the same deeds, the same refusals."""

import pytest

from minhbach.dossiers.models import Payment
from minhbach.dossiers.tests.test_api import system_of

__all__ = ["system_of"]
pytestmark = pytest.mark.django_db


def test_a_fee_is_exempted_and_another_is_paid_once(paid_desk, make_paid, system_of):
    dossier = make_paid()
    codes = ["dossiers:read", "dossiers:fees"]
    counter, specialist = system_of("counter", codes=codes), system_of("specialist", codes=codes)
    assert system_of("counter").post(f"/dossiers/{dossier.code}/undue", {}).status_code == 403
    fee, charge = counter.get(f"/dossiers/{dossier.code}").json()["dues"]
    assert (fee["title"], fee["amount"], fee["is_open"]) == ("Phí thẩm định", 150_000, True)
    way = f"/dossiers/{dossier.code}"
    less = {"due": fee["id"], "amount": 50_000, "exempt_as": "Hộ nghèo", "source": "Điều 5"}
    answer = counter.post(f"{way}/exempt", less)
    assert answer.status_code == 200, answer.content.decode()
    told = counter.get(way).json()
    assert [due["amount"] for due in told["dues"]] == [50_000, 20_000]
    stale = {"dues": [{"due": fee["id"], "amount": 150_000}]}
    answer = counter.post(f"{way}/cash", stale)
    assert answer.status_code == 409 and answer.json()["code"] == "changed"
    paid = {"dues": [{"due": fee["id"], "amount": 50_000}]}
    assert specialist.post(f"{way}/cash", paid).status_code == 403
    assert counter.post(f"{way}/cash", paid).status_code == 200
    told = counter.get(way).json()
    assert [(one["way"], one["amount"]) for one in told["payments"]] == [("cash", 50_000)]
    answer = counter.post(f"{way}/cash", paid)
    assert answer.status_code == 409 and answer.json()["code"] == "paid"
    counter.post(f"{way}/undue", {"due": charge["id"], "because": "thu nhầm"})
    told = counter.get(way).json()
    assert [due["is_open"] for due in told["dues"]] == [False, False] and Payment.objects.count() == 1
