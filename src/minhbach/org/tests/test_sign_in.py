"""Signing in: by user name and second step; and being locked out."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone

from minhbach.org.models import Account, Event
from minhbach.org.people.actions import account_close
from minhbach.org.permissions import SYSTEM
from minhbach.org.trail.verifying import verify

pytestmark = pytest.mark.django_db
PASSWORD = "một-mật-khẩu-dài"


@pytest.fixture
def account(make_unit, make_account):
    return make_account("Lan", make_unit("so", kind="so"), "office", password=PASSWORD)


@pytest.fixture
def sign_in(client):
    def post(username="lan", password=PASSWORD, **more):
        return client.post(reverse("account_login"), {"login": username, "password": password}, **more)

    return post


def signed_in(client):
    return get_user(client).is_authenticated


def test_by_user_name_in_any_case(client, account, sign_in):
    assert signed_in(client) is False
    answer = sign_in("LAN")
    assert answer.status_code == 302
    assert get_user(client) == account
    assert answer.cookies["django_language"].value == "vi"


def test_a_wrong_password_is_refused_and_says_nothing_about_the_account(client, account, sign_in):
    known, unknown = sign_in(password="wrong"), sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert not signed_in(client)
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_a_closed_account_is_refused_and_its_session_ends(client, account, sign_in):
    sign_in()
    assert signed_in(client)
    account_close(account, acting=SYSTEM)
    assert not signed_in(client)
    sign_in()
    assert not signed_in(client)


def test_nobody_signs_up(client):
    answer = client.post(reverse("account_signup"), {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code in (200, 302)
    assert not Account.objects.exists()


def test_nothing_is_sent_by_email(client, account, mailoutbox):
    client.force_login(account)
    for name in ("account_reset_password", "account_email"):
        assert client.get(reverse(name)).status_code == 404
        assert client.post(reverse(name), {"email": "a@example.com"}).status_code == 404
    assert client.get(reverse("account_change_password")).status_code == 200
    assert mailoutbox == []


def test_five_wrong_passwords_lock_for_a_while_and_say_until_when(client, account, sign_in):
    for spelling in ("lan", "Lan", "LAN", " lan "):
        assert sign_in(spelling, "wrong").status_code == 200
    locked = sign_in(password="wrong")
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert timedelta() < locked.context["until"] - timezone.now() <= timedelta(minutes=15)
    again = sign_in()  # the right password, too early
    assert again.status_code == 429
    assert not signed_in(client)
    assert sign_in("LAN").status_code == 429
    assert sign_in("somebody", "else").status_code == 200  # only this account is locked
    # Trying while locked does not make it longer.
    assert again.context["until"] == locked.context["until"]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in().status_code == 302
    assert signed_in(client)


@pytest.mark.parametrize(("language", "words"), [("vi", ""), ("en", "Wait")])
def test_the_lock_out_page_is_a_page_of_ours(client, account, sign_in, language, words):
    client.cookies["django_language"] = language
    for _ in range(5):
        answer = sign_in(password="wrong")
    page = answer.content.decode()
    assert re.search(rf'<html[^>]*lang="{language}"', page)
    assert words in page


def test_a_success_clears_the_count(client, account, sign_in):
    for _ in range(2):
        for _ in range(4):
            assert sign_in(password="wrong").status_code == 200
        assert sign_in("LAN").status_code == 302
        client.logout()


def test_wrong_second_step_codes_lock_too(client, account, sign_in):
    """allauth's own limiter is off: without this the six digits could be tried out."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    assert Authenticator.objects.filter(user=account).exists()
    answer = sign_in()
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert not signed_in(client)
    url = reverse("mfa_authenticate")
    for _ in range(4):
        assert client.post(url, {"code": "000000"}).status_code == 200
    assert client.post(url, {"code": "000000"}).status_code == 429
    right = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post(url, {"code": right}).status_code == 429
    assert not signed_in(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert client.post(url, {"code": right}).status_code == 302
    assert signed_in(client)


def test_what_people_change_about_their_own_sign_in_is_in_the_trail(
    client, account, sign_in, django_capture_on_commit_callbacks
):
    sign_in()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    right = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    for name, sent in (
        ("mfa_activate_totp", {"code": right}),
        ("mfa_generate_recovery_codes", {}),
        ("mfa_deactivate_totp", {}),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse(name), sent)
    new = {"oldpassword": PASSWORD, "password1": "một-mật-khẩu-khác", "password2": "một-mật-khẩu-khác"}
    client.post(reverse("account_change_password"), new)
    recorded = Event.objects.filter(chain__name=f"person:{account.person_id}", actor_id=account.pk).order_by("seq")
    assert [(event.verb, event.data.get("kind")) for event in recorded] == [
        ("org.second_factor_added", "totp"),
        ("org.second_factor_added", "recovery_codes"),
        ("org.recovery_codes_renewed", None),
        ("org.second_factor_removed", "totp"),
        ("org.second_factor_removed", "recovery_codes"),
        ("org.own_password_changed", None),
    ]
    assert "mật-khẩu" not in str(recorded.values_list("data", flat=True))
    assert verify(f"person:{account.person_id}") == []
