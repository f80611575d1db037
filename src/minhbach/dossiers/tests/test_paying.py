"""Where fees are paid to, and the way of a payer through the stand-in gateway and back."""

import re

import pytest
from django.urls import reverse

from minhbach.dossiers.actions.money import cash_take
from minhbach.dossiers.actions.paying import payments_set
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import GatewayNotice, Payment, PaymentSettings
from minhbach.dossiers.money import accounts
from minhbach.dossiers.tests.test_money import seen
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event, Unit
from minhbach.org.permissions import Refused

pytestmark = pytest.mark.django_db
GIVEN = {"bank": "970436", "account_number": "0011 00.4455-667", "account_name": "  SO GIAO  DUC "}


@pytest.fixture
def admin(make_account, desk):
    return make_account("quan-tri", desk.agency, "administrator")


def _set(desk, account, **more):
    return payments_set(desk.agency, **{**GIVEN, **more}, acting=account)


def test_an_account_is_set_cleaned_and_recorded(desk, admin):
    _set(desk, admin)
    row = PaymentSettings.objects.get()
    assert (row.bank, row.account_number, row.account_name) == ("970436", "0011004455667", "SO GIAO DUC")
    event = Event.objects.get(verb="dossiers.payment_settings_set")
    assert event.chain.name == f"unit:{desk.agency.pk}" and event.actor_name == admin.person.full_name
    assert event.data["account"] == "0011004455667"
    assert _set(desk, desk.head, account_number="99").account_number == "99"
    assert Event.objects.filter(verb="dossiers.payment_settings_set").latest("pk").data["before"] == "0011004455667"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"bank": "9704"}, "bank"),
        ({"bank": ""}, "bank"),
        ({"account_number": ""}, "account"),
        ({"account_number": "1" * 20}, "account"),
        ({"account_number": "số 12"}, "account"),
        ({"account_number": "DE89370400440532013000"}, "account"),
        ({"account_name": " "}, "holder"),
        ({"gateway": True, "gateway_page": "https://pay.example.vn/"}, "no_gateway"),
    ],
)
def test_what_no_code_can_be_drawn_from_is_refused(desk, admin, more, code):
    with pytest.raises(NotPossible) as refused:
        _set(desk, admin, **more)
    assert refused.value.code == code and not PaymentSettings.objects.exists()


def test_a_gateway_needs_its_secret_and_its_page(desk, admin, settings):
    settings.PAYMENT_SECRETS = {"H24.15": "s" * 32}
    for page in ("", "http://pay.example.vn/"):
        with pytest.raises(NotPossible) as refused:
            _set(desk, admin, gateway=True, gateway_page=page)
        assert refused.value.code == "page"
    assert _set(desk, admin, gateway=True, gateway_page="https://pay.example.vn/").gateway


def test_who_may_not_set_it_is_refused(desk):
    for account in (desk.counter, desk.specialist, desk.clerk):
        with pytest.raises(Refused):
            _set(desk, account)


def test_the_code_is_looked_at_before_it_is_saved(desk, admin, client):
    client.force_login(admin)
    address = reverse("dossiers:payment_settings_of", args=[desk.agency.pk])
    Unit.objects.filter(pk=desk.agency.pk).update(ends=today())  # closed from tomorrow on: fees are paid today
    assert client.get(reverse("dossiers:payment_settings")).url == address, "there is only one"
    looked = client.post(address, {**GIVEN, "look": ""})
    assert looked.status_code == 200 and "pay-qr" in looked.content.decode() and not PaymentSettings.objects.exists()
    wrong = client.post(address, {**GIVEN, "account_number": "1" * 21})
    assert wrong.status_code == 422 and "19" in wrong.content.decode()
    assert client.post(address, GIVEN).status_code == 302
    assert "0011004455667" in client.get(address).content.decode()


@pytest.fixture
def online(paid_desk, make_paid, settings):
    """A dossier whose 170.000 đồng can be paid online, and the addresses of its page for following and for paying."""
    settings.DEMO = True
    payments_set(
        paid_desk.agency,
        bank="970415",
        account_number="113366668888",
        account_name="SO GIAO DUC",
        gateway=True,
        acting=paid_desk.head,
    )
    dossier = make_paid()
    place = [dossier.code, token_of(dossier.code)]
    return dossier, reverse("dossiers:followed", args=place), reverse("dossiers:pay", args=place)


def test_a_payer_goes_to_the_stand_in_pays_and_comes_back(online, client):
    dossier, here, to = online
    page = client.get(here).content.decode()
    assert to in page and "170.000 đ" in page and "pay-qr" in page
    gateway = client.get(to).url
    assert gateway.startswith("/payments/stand-in/") and "170.000" in client.get(gateway).content.decode()
    assert client.post(gateway, {"leave": ""}).url.endswith(here) and not Payment.objects.exists()
    assert client.post(gateway, {"pay": ""}).url.endswith(here)
    payment = Payment.objects.get()
    assert (payment.way, payment.amount, payment.dossier) == ("gateway", 170_000, dossier)
    after = client.get(here).content.decode()
    assert to not in after and accounts.open_dues(dossier) == []
    assert client.get(to).url == here, "nothing is left to pay"
    client.post(gateway, {"pay": ""})
    assert Payment.objects.count() == 1, "a second time is kept for a person to look at"
    assert GatewayNotice.objects.filter(state="open", why="nothing").count() == 1


def test_an_order_that_was_changed_is_not_taken(online, client):
    _dossier, _here, to = online
    gateway = client.get(to).url
    changed = gateway.replace("amount=170000", "amount=1")
    assert changed != gateway
    addresses = [changed, re.sub("signature=.*", "signature=", gateway), "/payments/stand-in/", f"{gateway}&back=x"]
    for address in (*addresses, "/payments/stand-in/?" + "x=1&" * 20):
        assert client.get(address).status_code == client.post(address, {"pay": ""}).status_code == 404
    assert not GatewayNotice.objects.exists()


def test_without_the_demonstration_there_is_no_stand_in(online, client, settings):
    _dossier, here, to = online
    gateway = client.get(to).url
    settings.DEMO = False
    assert client.get(gateway).status_code == client.post(gateway, {"pay": ""}).status_code == 404
    assert client.get(to).url == here and to not in client.get(here).content.decode()


def test_paid_in_cash_meanwhile_nothing_is_paid_online(online, client, paid_desk):
    dossier, here, to = online
    cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    assert client.get(to).url == here
    assert client.get(reverse("dossiers:pay", args=[dossier.code, "0" * 20])).status_code == 404
