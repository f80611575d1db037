"""Signing in by an OpenID Connect provider, all the way there and back, against one that really answers."""

import logging
import re
import time
import urllib.error
import urllib.request
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from minhbach.org.models import Account, Event
from minhbach.org.people.actions import account_close
from minhbach.org.permissions import SYSTEM
from minhbach.org.tests.provider import NOBODY, Provider, new_key

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/sso/login/"
CALLBACK = LOGIN + "callback/"


@pytest.fixture
def there(settings):
    with Provider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
        settings.OIDC_USERNAME_CLAIM = "preferred_username"
        yield provider


@pytest.fixture
def account(make_unit, make_account):
    return make_account("lan", make_unit("so", kind="so"), "office", password="một-mật-khẩu-dài")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def go_there(client, query=""):
    """Press the button; returns the address at the provider to which the page leads."""
    page = client.post(LOGIN + query)
    assert page.status_code == 200
    (address,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    return unescape(address)


def come_back(address):
    """What the person's browser does at the provider; returns the path by which it comes back to us."""
    try:
        urllib.request.build_opener(_Stay).open(address)
    except urllib.error.HTTPError as answer:
        assert answer.code == 302, answer.read()
        back = urlsplit(answer.headers["Location"])
        assert (back.netloc, back.path) == ("testserver", CALLBACK)
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider did not lead back")


def sign_in(client, query=""):
    return client.get(come_back(go_there(client, query)))


def words(answer):
    return unescape(answer.content.decode())


def refused(client, answer, status=401):
    """Nobody is signed in, nothing is linked, and a page of ours shows the way on."""
    assert answer.status_code == status
    assert not get_user(client).is_authenticated
    assert not SocialAccount.objects.exists()
    assert reverse("account_login") in words(answer)


# The whole way -------------------------------------------------------------------------------------------------


def test_the_whole_way_signs_in_and_links_by_the_claim_the_installation_trusts(client, account, there):
    answer = sign_in(client, "?process=login&next=/me/")
    assert (answer.status_code, answer.url) == (302, "/me/")
    assert get_user(client) == account
    link = SocialAccount.objects.get()
    assert (link.user_id, link.provider, link.uid) == (account.pk, "sso", "u-1")
    # A provider of national identities tells much more than we need; the rest is not kept.
    assert link.extra_data == {"sub": "u-1", "preferred_username": "lan", "name": "Nguyễn Thị Lan"}
    assert [path for path, _sent in there.sent if path != "/.well-known/openid-configuration"] == [
        "/authorize",
        "/token",
        "/userinfo",
        "/keys",
    ]


def test_a_linked_identity_signs_in_whatever_it_is_called_now(client, account, there):
    sign_in(client)
    client.post(reverse("account_logout"))
    assert not get_user(client).is_authenticated
    there.person["preferred_username"] = "somebody-else"
    sign_in(client)
    assert get_user(client) == account
    assert SocialAccount.objects.count() == 1


def test_what_is_sent_away_is_fresh_each_time_and_only_what_the_settings_say(client, there):
    dear = "?auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example%26nonce%3Dx&scope=admin"
    first, second = (parse_qs(urlsplit(go_there(client, query)).query) for query in (dear, ""))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    for sent in (first, second):
        assert sent["redirect_uri"] == [f"http://testserver{CALLBACK}"]
        assert sorted(sent["scope"][0].split()) == ["email", "openid", "profile"]
        assert sent["code_challenge_method"] == ["S256"]


def test_a_provider_without_user_information_or_key_names_will_do(client, account, there):
    there.discovery = {"userinfo_endpoint": None}
    sign_in(client)
    assert get_user(client) == account


def test_the_second_step_is_asked_for_here_too(client, account, there):
    totp.TOTP.activate(account, totp.generate_totp_secret())
    answer = sign_in(client)
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert not get_user(client).is_authenticated


def test_one_links_an_identity_on_the_account_page_and_signs_in_by_it(client, account, there, settings):
    settings.OIDC_USERNAME_CLAIM = ""
    there.person["preferred_username"] = "unlike-any-of-ours"
    client.force_login(account)
    answer = sign_in(client, "?process=connect")
    assert answer.url == reverse("socialaccount_connections")
    page = client.get(answer.url)
    assert "VNeID" in words(page)
    client.logout()
    sign_in(client)
    assert get_user(client) == account
    client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    recorded = Event.objects.filter(chain__name=f"person:{account.person_id}", actor_id=account.pk)
    assert [(event.verb, event.data["provider"]) for event in recorded.order_by("seq")] == [
        ("org.provider_linked", "sso"),
        ("org.provider_unlinked", "sso"),
    ]


# Whom it lets in -----------------------------------------------------------------------------------------------


def test_an_unknown_person_is_told_what_to_do_and_gets_no_account(client, account, there):
    there.person["preferred_username"] = "nobody"
    client.cookies["django_language"] = "en"
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, reverse("account_login"))
    assert "No account here is linked to this sign-in." in words(client.get(answer.url))
    assert not get_user(client).is_authenticated
    assert Account.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_without_a_trusted_claim_the_same_name_opens_nothing(client, account, there, settings):
    settings.OIDC_USERNAME_CLAIM = ""
    assert sign_in(client).url == reverse("account_login")
    assert not get_user(client).is_authenticated


def test_a_closed_account_stays_closed(client, account, there):
    sign_in(client)
    client.logout()
    account_close(account, acting=SYSTEM)
    assert sign_in(client).url == reverse("account_inactive")
    assert not get_user(client).is_authenticated
    SocialAccount.objects.all().delete()
    assert sign_in(client).url == reverse("account_login")
    assert not get_user(client).is_authenticated


# Tokens that are not accepted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "of-another-sign-in"}, "made for another sign-in"),
        ({"nonce": None}, "made for another sign-in"),
        ({"iss": "https://evil.example"}, "Invalid issuer"),
        ({"aud": "another-application"}, "Audience doesn't match"),
        ({"azp": "another-application"}, "made for another application"),
        ({"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200}, "Signature has expired"),
        ({"exp": None}, 'missing the "exp" claim'),
        ({"iat": int(time.time()) + 3600}, "not yet valid"),
        ({"sub": "u-2"}, "about different people"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_token_that_is_not_for_this_sign_in(client, account, there, caplog, claims, reason):
    there.claims = claims
    refused(client, sign_in(client))
    (line,) = [r for r in caplog.records if r.name == "minhbach.org.people.adapter"]
    assert line.levelno == logging.WARNING
    assert reason in line.getMessage()


def test_clocks_may_be_half_a_minute_apart(client, account, there):
    there.claims = {"iat": int(time.time()) + 30}
    sign_in(client)
    assert get_user(client) == account


def test_a_token_signed_by_someone_else(client, account, there):
    there.key = new_key()
    refused(client, sign_in(client))


def test_user_information_about_someone_else(client, account, there):
    there.userinfo = {"sub": "u-2"}
    refused(client, sign_in(client))


def test_coming_back_twice_or_without_having_left(client, account, there):
    back = come_back(go_there(client))
    client.get(back)
    assert get_user(client) == account
    client.logout()
    SocialAccount.objects.all().delete()
    refused(client, client.get(back))
    refused(client, client.get(f"{CALLBACK}?code=x&state=y"))
    refused(client, client.get(CALLBACK))


def test_the_answer_to_another_browser_is_worth_nothing(client, account, there):
    back = come_back(go_there(Client()))
    refused(client, client.get(back))


def test_who_gives_up_at_the_provider_is_told_that_nothing_happened(client, there):
    there.person = NOBODY
    answer = sign_in(client)
    assert answer.url == reverse("socialaccount_login_cancelled")
    client.cookies["django_language"] = "en"
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "The sign-in was cancelled" in words(page)


# A provider that is out of order -------------------------------------------------------------------------------

HTML = (200, b"<html>Maintenance</html>")
RUBBISH = {
    "html": HTML,
    "500": (500, b"{}", "application/json"),
    "not JSON": (200, b'{"issuer": ', "application/json"),
    "a list": (200, b"[1, 2]", "application/json"),
    "a number": (200, b"7", "application/json"),
    "null": (200, b"null", "application/json"),
    "empty": (200, b"", "application/json"),
    "nothing in it": (200, b"{}", "application/json"),
}
ENDPOINTS = b'{"issuer": "%s", "authorization_endpoint": "javascript:x", "token_endpoint": 5, "jwks_uri": null}'


def out_of_order(client, answer):
    refused(client, answer, 502)
    assert "VNeID" in words(answer)


@pytest.mark.parametrize("kind", RUBBISH)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/userinfo", "/keys"])
def test_rubbish_in_place_of_an_answer(client, account, there, path, kind):
    if path != "/.well-known/openid-configuration":
        back = come_back(go_there(client))
        there.answers[path] = RUBBISH[kind]
        out_of_order(client, client.get(back))
        return
    there.answers[path] = RUBBISH[kind]
    out_of_order(client, client.post(LOGIN))
    # It can also break down while the person is there.
    there.answers.clear()
    back = come_back(go_there(client))
    there.answers[path] = RUBBISH[kind]
    out_of_order(client, client.get(back))


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_in_place_of_a_token(client, account, there, kind):
    back = come_back(go_there(client))
    there.answers["/token"] = RUBBISH[kind]
    answer = client.get(back)
    assert answer.status_code in (401, 502)
    refused(client, answer, answer.status_code)


@pytest.mark.parametrize(
    "token",
    [
        b'{"access_token": "x"}',
        b'{"access_token": "x", "id_token": "y"}',
        b'{"access_token": "x", "expires_in": "soon"}',
    ],
)
def test_a_token_answer_without_a_usable_token(client, account, there, token):
    there.discovery = {"userinfo_endpoint": None}
    back = come_back(go_there(client))
    there.answers["/token"] = (200, token, "application/json")
    answer = client.get(back)
    refused(client, answer, answer.status_code)
    assert answer.status_code in (401, 502)


def test_addresses_that_are_none(client, there):
    there.answers["/.well-known/openid-configuration"] = (200, ENDPOINTS % there.url.encode(), "application/json")
    out_of_order(client, client.post(LOGIN))


def test_a_provider_that_refuses_the_connection(client, account, settings, caplog):
    with Provider() as there:
        settings.SOCIALACCOUNT_PROVIDERS = there.settings()
        back = come_back(go_there(client))
    out_of_order(client, client.post(LOGIN))
    out_of_order(client, client.get(back))
    lines = [r for r in caplog.records if r.name == "minhbach.org.people.adapter"]
    assert [line.levelno for line in lines] == [logging.ERROR] * 2
    assert "VNeID" in lines[0].getMessage()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/userinfo", "/keys"])
def test_a_provider_that_never_answers(client, account, there, settings, path):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    back = come_back(go_there(client))
    there.answers[path] = there.never
    out_of_order(client, client.get(back))
    if path == "/.well-known/openid-configuration":
        out_of_order(client, client.post(LOGIN))


def test_the_page_says_what_happened_and_what_to_do(client, there):
    there.answers["/.well-known/openid-configuration"] = HTML
    client.cookies["django_language"] = "en"
    page = words(client.post(LOGIN))
    assert "<h1>VNeID does not answer</h1>" in page
    assert "try VNeID again in a few minutes" in page
    for way in (reverse("account_login"), LOGIN):
        assert f'href="{way}' in page


# Without one ---------------------------------------------------------------------------------------------------


def test_without_a_provider_there_is_no_button_and_no_way(client, account):
    assert "/oidc/" not in words(client.get(reverse("account_login")))
    for address in (LOGIN, CALLBACK):
        assert client.get(address).status_code == 404
    client.force_login(account)
    assert reverse("socialaccount_connections") not in words(client.get(reverse("org:me")))


def test_with_one_the_sign_in_page_offers_it_and_passes_on_where_to(client, there):
    client.cookies["django_language"] = "en"
    page = words(client.get(reverse("account_login") + "?next=/me/"))
    assert "Sign in with VNeID" in page
    assert re.search(rf'<form method="post" action="{LOGIN}\?process=login&next=%2Fme%2F">', page)
