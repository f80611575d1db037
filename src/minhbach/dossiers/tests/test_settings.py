"""Set-up around the counter on screen: one-stop shops, delegations, hand-over when somebody leaves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from minhbach.dossiers.actions import moving
from minhbach.dossiers.actions.desks import desk_set
from minhbach.dossiers.codes import desk_of
from minhbach.dossiers.models import Delegation, Desk, Dossier
from minhbach.org.dates import today
from minhbach.org.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_account, desk):
    return make_account("quan-tri", desk.agency, "administrator")


SETTINGS = {"agency_code": "H24.15", "pattern": "{agency}-{yymmdd}-{number:4}", "name": "Trung tâm Phục vụ"}


def test_a_one_stop_shop_is_changed_from_a_day_on(desk, as_, admin):
    client, address = as_(admin), reverse("dossiers:desk", args=[desk.agency.pk])
    assert 'value="H24.15"' in client.get(address).content.decode()
    client.post(address, {**SETTINGS, "begins": "2026-07-01"})
    assert desk_of(desk.agency, date(2026, 6, 30)).name == "Bộ phận Một cửa Sở"
    assert desk_of(desk.agency, date(2026, 7, 1)).name == "Trung tâm Phục vụ"
    listed = client.get(reverse("dossiers:desks")).content.decode()
    assert listed.count("H24.15") == 2 and "30/06/2026" in listed


def test_what_is_no_setting_of_a_one_stop_shop_is_not_lost_in_silence(desk, admin):
    with pytest.raises(FieldDoesNotExist):
        desk_set(desk.agency, begins=date(2020, 1, 1), agency_code="H24.15", bank="970436", acting=admin)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"pattern": "{agency}-{number:4}"}, "{yymmdd}"),
        ({"begins": "2019-01-01"}, "01/01/2020"),
    ],
)
def test_a_wrong_setting_is_said_at_its_place(desk, as_, admin, wrong, says):
    answer = as_(admin).post(
        reverse("dossiers:desk", args=[desk.agency.pk]), {**SETTINGS, "begins": "2026-07-01", **wrong}
    )
    assert answer.status_code == 422 and says in answer.content.decode()
    assert Desk.objects.count() == 1


def test_a_delegation_is_set_shown_and_ended(desk, as_, make_dossier):
    client, address = as_(desk.specialist), reverse("dossiers:delegations")
    sent = {
        "giver": desk.specialist.person_id,
        "taker": desk.second.person_id,
        "unit": desk.office.pk,
        "begins": (today() - timedelta(days=2)).isoformat(),
        "reason": "Nghỉ phép",
    }
    assert client.post(address, sent | {"taker": desk.specialist.person_id}).status_code == 422
    assert client.post(address, sent | {"giver": desk.second.person_id}).status_code == 422, "not for others"
    shown = client.post(address, sent, follow=True).content.decode()
    assert "Nghỉ phép" in shown and "đang áp dụng" in shown
    given = Delegation.objects.get()
    assert as_(desk.clerk).post(reverse("dossiers:delegation_end", args=[given.pk])).status_code == 404
    as_(desk.office_head).post(reverse("dossiers:delegation_end", args=[given.pk]))
    given.refresh_from_db()
    assert given.ends == today() - timedelta(days=1) and not given.holds_on(today())
    assert Event.objects.filter(verb="dossiers.delegation_ended").count() == 1


def test_everything_somebody_holds_goes_to_another_or_nothing(desk, as_, make_dossier):
    dossiers = [make_dossier() for _n in range(3)]
    for dossier in dossiers[:2]:
        moving.dossier_forward(dossier, acting=desk.counter)
        moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    client, address = as_(desk.office_head), reverse("dossiers:hand_over")
    assert "Lan" in client.get(address).content.decode()
    one = f"{address}?person={desk.specialist.person_id}"
    shown = client.get(one).content.decode()
    assert all(dossier.code in shown for dossier in dossiers[:2]) and dossiers[2].code not in shown
    # A head's person cannot take a specialist's step: none is handed over.
    wrong = client.post(one, {"to": desk.clerk.person_id})
    assert wrong.status_code == 422
    assert Dossier.objects.filter(at_person=desk.specialist.person).count() == 2
    client.post(one, {"to": desk.second.person_id, "note": "Chuyển công tác"})
    assert Dossier.objects.filter(at_person=desk.second.person).count() == 2
    assert not Dossier.objects.filter(at_person=desk.specialist.person).exists()
