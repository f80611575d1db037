"""Every page of the indices on which a unit is chosen, where the units are many: searched for, never one long list."""

import pytest
from django.urls import reverse

from minhbach.indices.actions.results import result_enter
from minhbach.indices.models import SetVersion
from minhbach.org.permissions import SYSTEM
from minhbach.org.ui import unitfields

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(open_round, province, make_unit, monkeypatch):
    """Page → (who opens it, its address, the field)."""
    monkeypatch.setattr(unitfields, "FEW", 1)
    for unit in (province.education, province.justice):
        result_enter(set_code="sipas", unit=unit, year=2025, result="80.5", source="1/BC", acting=SYSTEM)
    entry = open_round.entries.get(unit=province.education)
    return {
        "prepare a round": ("both", reverse("indices:round_new"), "unit"),
        "bodies": ("manager", reverse("indices:round_bodies", args=[open_round.pk, "so"]), "body:3.1"),
        "more time": ("manager", reverse("indices:round_reopen", args=[open_round.pk]), "unit"),
        "offices of the unit": ("officer", reverse("indices:unit_offices", args=[province.education.pk]), "lead:VP"),
        "others of the unit": ("officer", reverse("indices:unit_offices", args=[province.education.pk]), "with:VP"),
        "offices of the entry": ("officer", reverse("indices:entry_offices", args=[entry.pk]), "office"),
        "criterion": ("officer", reverse("indices:criterion", args=[entry.pk, "3.1"]), "office"),
        "to do": ("officer", reverse("indices:todo") + "?view=all", "office"),
        "a new set": ("officer", reverse("indices:set_new"), "unit"),
        "a set of the catalogue": ("officer", reverse("indices:set_catalogue", args=["papi-2021"]), "unit"),
        "an import": ("officer", reverse("indices:set_import"), "unit"),
        "a published result": ("officer", reverse("indices:published_enter"), "unit"),
        "published results": ("officer", reverse("indices:published"), "unit"),
    }


@pytest.mark.parametrize(
    ("page", "words", "found"),
    [
        ("prepare a round", "noi vu", "Sở Nội vụ"),
        ("bodies", "tu phap", "Sở Tư pháp"),
        ("more time", "tu phap", "Sở Tư pháp"),
        ("offices of the unit", "trung hoc", "Phòng Trung học"),
        ("others of the unit", "trung hoc", "Phòng Trung học"),
        ("offices of the entry", "trung hoc", "Phòng Trung học"),
        ("criterion", "trung hoc", "Phòng Trung học"),
        ("to do", "trung hoc", "Phòng Trung học"),
        ("a new set", "trung hoc", "Phòng Trung học"),
        ("a set of the catalogue", "trung hoc", "Phòng Trung học"),
        ("an import", "trung hoc", "Phòng Trung học"),
        ("a published result", "trung hoc", "Phòng Trung học"),
        ("published results", "tu phap", "Sở Tư pháp"),
    ],
)
def test_the_page_answers_while_one_types(client, pages, province, make_account, page, words, found):
    province.both = make_account("quan-tri-tp", province.top, "administrator")
    who, address, field = pages[page]
    client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
    query = {"find": field, f"{field}.q": words}
    told = client.get(address, query | {"view": "all"}, headers={"hx-request": "true"}).content.decode()
    assert found in told and "<html" not in told
    assert told.count("<li") <= 2  # what fits, and what stands for none
    assert client.get(address, {"view": "all"}).status_code == 200


def test_a_set_of_the_catalogue_goes_to_the_unit_that_was_searched_for(client, pages, province):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("indices:set_catalogue", args=["papi-2021"])
    answer = client.post(address, {"unit.q": "van phong"})
    assert answer.status_code == 302
    assert SetVersion.objects.get(code="papi-2021").unit == province.office
    assert client.post(address, {"unit": province.justice.pk}).status_code == 404  # another's
    assert client.post(address, {}).status_code == 422


def test_the_to_do_list_of_one_office_that_was_searched_for(client, pages, province):
    client.force_login(province.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("indices:todo"), {"view": "all", "office.q": "van phong"}).content.decode()
    assert "criteria/3.1/" in page and "criteria/3.4.2/" not in page
    page = client.get(reverse("indices:todo"), {"view": "all", "office": "gd-th"}).content.decode()
    assert "criteria/3.4.2/" in page and "criteria/3.1/" not in page
