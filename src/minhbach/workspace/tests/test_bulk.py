"""Several dossiers with one confirmation."""

import pytest
from django.urls import reverse

from minhbach.dossiers.actions import moving, waiting
from minhbach.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
ADDRESS = "/inbox/several/"


@pytest.fixture
def ready(desk, make_dossier):
    """Three dossiers in the specialist's hands."""
    made = []
    for _n in range(3):
        dossier = make_dossier()
        moving.dossier_forward(dossier, acting=desk.counter)
        made.append(moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head))
    return made


def picks(dossiers):
    return [f"{d.pk}.{Dossier.objects.get(pk=d.pk).edition}" for d in dossiers]


def steps(dossiers):
    return [Dossier.objects.get(pk=d.pk).step for d in dossiers]


def test_several_are_confirmed_once_and_handed_on(desk, ready, as_):
    client = as_(desk.specialist)
    asked = client.post(ADDRESS, {"do": "forward", "pick": picks(ready), "back": "/inbox/?list=mine"})
    shown = asked.content.decode()
    assert asked.status_code == 200 and all(d.code in shown for d in ready) and "Duyệt" in shown
    assert steps(ready) == ["handle"] * 3
    done = client.post(
        ADDRESS, {"do": "forward", "pick": picks(ready), "sure": "1", "how": "all", "back": "/inbox/?list=mine"}
    )
    assert done.url == "/inbox/?list=mine"
    assert steps(ready) == ["approve"] * 3


def test_one_that_cannot_holds_all_back_or_is_left_out_by_choice(desk, ready, as_):
    waiting.supplement_ask(ready[1], items=["Ảnh"], because="Thiếu", acting=desk.specialist)
    client = as_(desk.specialist)
    said = {"do": "forward", "pick": picks(ready), "sure": "1", "back": "/inbox/"}
    refused = client.post(ADDRESS, {**said, "how": "all"})
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Chưa có gì thay đổi" in shown and ready[1].code in shown
    assert steps(ready) == ["handle"] * 3
    client.post(ADDRESS, {**said, "how": "good"})
    assert steps(ready) == ["approve", "handle", "approve"]


def test_who_was_faster_is_told(desk, ready, as_):
    seen = picks(ready)
    moving.dossier_assign(ready[0], desk.second.person, acting=desk.specialist)
    answer = as_(desk.office_head).post(
        ADDRESS, {"do": "assign", "pick": seen, "sure": "1", "how": "all", "person": desk.second.person_id}
    )
    assert answer.status_code == 422 and "Người khác vừa xử lý" in answer.content.decode()
    assert Dossier.objects.filter(at_person=desk.second.person).count() == 1


def test_all_are_handed_over_when_somebody_leaves(desk, ready, as_):
    as_(desk.office_head).post(
        ADDRESS, {"do": "assign", "pick": picks(ready), "sure": "1", "how": "all", "person": desk.second.person_id}
    )
    assert Dossier.objects.filter(at_person=desk.second.person).count() == 3


def test_nothing_of_others_is_touched(desk, ready, as_, make_account, make_unit):
    other = make_account("khac", make_unit("so-khac", kind="so"), "office_head", "specialist")
    answer = as_(other).post(ADDRESS, {"do": "forward", "pick": picks(ready), "sure": "1", "how": "good"})
    assert answer.status_code == 302 and steps(ready) == ["handle"] * 3
    assert (
        as_(desk.counter).post(ADDRESS, {"do": "forward", "pick": picks(ready), "sure": "1", "how": "good"}).status_code
        == 422
    )
    assert steps(ready) == ["handle"] * 3
    assert as_(desk.specialist).post(ADDRESS, {"do": "burn", "pick": picks(ready)}).status_code == 400
    for back in ("https://evil.example/", "//evil.example", "javascript:x"):
        assert as_(desk.specialist).post(ADDRESS, {"do": "forward", "back": back}).url == reverse("workspace:inbox")
