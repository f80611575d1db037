"""Guessing passwords and codes: who is locked out, from where, and who is not."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minhbach.org.people.actions import account_close, account_open, person_register
from minhbach.org.permissions import SYSTEM

pytestmark = pytest.mark.django_db
PASSWORD = "một-mật-khẩu-dài"
LOGIN, SECOND = reverse("account_login"), reverse("mfa_authenticate")


@pytest.fixture
def account(make_unit, make_account):
    return make_account("lan", make_unit("so", kind="so"), "office", password=PASSWORD)


@pytest.fixture
def secret(account):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return secret


def code(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def sign_in(client, password=PASSWORD, name="lan", **more):
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def signed_in(client):
    return get_user(client).is_authenticated


# Behind a proxy ------------------------------------------------------------------------------------------------


def tries(**more):
    """Five wrong tries, each with these headers: the last answer's status."""
    return [sign_in(Client(), "wrong", **more).status_code for _ in range(5)][-1]


def test_without_a_proxy_what_the_header_says_is_not_believed(account):
    assert tries(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1") == 429
    # Another invented address does not help; a machine that really has another does not suffer.
    more = {"HTTP_X_FORWARDED_FOR": "198.51.100.2", "HTTP_X_REAL_IP": "198.51.100.2", "HTTP_CLIENT_IP": "198.51.100.2"}
    assert sign_in(Client(), REMOTE_ADDR="203.0.113.7", **more).status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="203.0.113.8").status_code == 302
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"203.0.113.7"}


@pytest.mark.parametrize(
    ("proxies", "header", "locked"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.9.9.9, 198.51.100.1", "198.51.100.1"),  # the client wrote 10.9.9.9 itself
        (2, "198.51.100.1, 192.0.2.10", "198.51.100.1"),
        (2, "10.9.9.9,10.8.8.8 ,198.51.100.1, 192.0.2.10", "198.51.100.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "198.51.100.1:50123", "198.51.100.1"),
    ],
)
def test_behind_proxies_the_address_is_the_one_they_saw(account, settings, proxies, header, locked):
    settings.BEHIND_PROXY = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    proxy = {"REMOTE_ADDR": "192.0.2.1"}
    assert tries(HTTP_X_FORWARDED_FOR=header, **proxy) == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {locked}
    # Somebody else behind the same proxy signs in; the locked one does not, whatever it adds in front.
    end = header.rpartition(",")[2] if proxies == 2 else ""
    other = f"198.51.100.77,{end}".strip(",")
    again = "10.1.1.1, " + header
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR=again, **proxy).status_code == 429
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR=other, **proxy).status_code == 302


def test_more_proxies_than_there_are_lets_nobody_in_until_it_is_right(account, settings):
    """Or a client's own words would count as what a proxy saw."""
    settings.BEHIND_PROXY = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client = Client(raise_request_exception=False)
    assert sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 500
    assert client.get(LOGIN, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 200


def test_where_there_is_no_address_tries_are_counted_by_name(account):
    assert tries(REMOTE_ADDR="") == 429
    assert sign_in(Client(), REMOTE_ADDR="").status_code == 429


# The second step -----------------------------------------------------------------------------------------------


def test_codes_cannot_be_tried_from_many_addresses(account, secret):
    for number in range(5):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        sign_in(client)
        answer = client.post(SECOND, {"code": "000000"})
    assert answer.status_code == 429
    fresh = Client(REMOTE_ADDR="203.0.113.1")
    sign_in(fresh)
    locked = fresh.post(SECOND, {"code": code(secret)})
    assert locked.status_code == 429
    assert timedelta() < locked.context["until"] - timezone.now() <= timedelta(minutes=15)
    assert not signed_in(fresh)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert fresh.post(SECOND, {"code": code(secret)}).status_code == 302
    assert signed_in(fresh)


@pytest.mark.parametrize("name", ["lan", "lan (second step)", "lan (second step) "])
def test_without_the_password_nobody_locks_the_second_step_of_others(account, secret, name):
    for number in range(12):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number % 3}"), "wrong", name)
    client = Client(REMOTE_ADDR="203.0.113.1")
    sign_in(client)
    assert client.post(SECOND, {"code": code(secret)}).status_code == 302
    assert signed_in(client)


def test_a_right_code_clears_the_count(account, secret):
    for _ in range(2):
        client = Client()
        sign_in(client)
        for _ in range(4):
            assert client.post(SECOND, {"code": "000000"}).status_code == 200
        assert client.post(SECOND, {"code": code(secret)}).status_code == 302
        cache.clear()  # a code opens once; the next round may fall into the same half minute
    assert signed_in(client)


def test_no_wrong_code_or_password_is_kept(account, secret):
    client = Client()
    sign_in(client, "almost-my-password")
    sign_in(client)
    client.post(SECOND, {"code": "123456"})
    client.post(SECOND, {"code": code(secret)})
    change = {"oldpassword": "almost-my-other", "password1": "a-new-one-of-mine", "password2": "a-new-one-of-mine"}
    client.post(reverse("account_change_password"), change)
    kept = " ".join(f"{each.get_data} {each.post_data}" for each in AccessAttempt.objects.all())
    for typed in ("almost", "123456", "a-new-one"):
        assert typed not in kept


# Who is signed in ----------------------------------------------------------------------------------------------


def test_the_old_password_cannot_be_tried_out_on_a_screen_left_open(account):
    client = Client()
    sign_in(client)
    new = {"password1": "một-mật-khẩu-khác", "password2": "một-mật-khẩu-khác"}
    page = reverse("account_change_password")
    statuses = [client.post(page, {"oldpassword": f"guess {n}", **new}).status_code for n in range(5)]
    assert statuses == [200] * 4 + [429]
    assert client.post(page, {"oldpassword": PASSWORD, **new}).status_code == 429
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_nor_where_the_password_is_asked_for_once_more(account):
    client = Client()
    sign_in(client)
    page = reverse("account_reauthenticate")
    statuses = [client.post(page, {"password": f"guess {n}"}).status_code for n in range(5)]
    assert statuses == [200] * 4 + [429]


# What it tells about accounts ----------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch):
    """The salts and passwords that were hashed: what a sign-in takes its time for."""
    seen = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen


def test_a_name_that_exists_costs_and_says_the_same_as_one_that_does_not(account, make_account, hashed):
    unit = account.person.unit
    without = account_open(
        person_register(full_name="Không", unit=unit, acting=SYSTEM), username="khong", acting=SYSTEM
    )
    assert not without.has_usable_password()
    account_close(make_account("dong", unit, password=PASSWORD), acting=SYSTEM)
    said = set()
    for name in ("lan", "nobody", "khong", "dong"):
        hashed.clear()
        answer = sign_in(Client(), "wrong", name)
        assert len(hashed) == 1, name
        said.add((answer.status_code, str(answer.context["form"].non_field_errors())))
    assert len(said) == 1


def test_names_that_do_not_exist_are_locked_too(account):
    for _ in range(5):
        answer = sign_in(Client(), "wrong", "nobody")
    assert answer.status_code == 429


@pytest.mark.parametrize("name", ["ﷺ" * 150, "x" * 151, "a\x00b", "  ", "' OR 1=1 --", "ß" * 150])
def test_strange_names_are_just_wrong(name):
    """One letter of the first becomes eighteen: the lock-out keeps no more than its column holds."""
    for _ in range(2):
        assert sign_in(Client(), "wrong", name).status_code == 200
