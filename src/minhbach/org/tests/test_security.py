"""What every answer carries, where no answer leads, and what sessions outlive."""

import io

import pytest
from django.contrib.auth import get_user
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from minhbach.org.models import Account

pytestmark = pytest.mark.django_db
PASSWORD = "một-mật-khẩu-dài"
LOGIN = reverse("account_login")


@pytest.fixture
def account(make_unit, make_account):
    return make_account("lan", make_unit("so", kind="so"), "administrator", password=PASSWORD)


def sign_in(client, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": "lan", "password": password, **more})


# What every answer carries -------------------------------------------------------------------------------------


def _broken(request):
    raise RuntimeError("on purpose")


class Addresses:
    """The product's and one that breaks."""

    urlpatterns = [
        path("-/broken/", _broken),
        path("-/plain/", lambda request: HttpResponse("x", content_type="text/plain")),
        path("", include("minhbach.config.urls")),
    ]
    handler400 = "minhbach.org.ui.errors.bad_request"


def answers(account, make_account, settings):
    """One answer of each kind, by name."""
    settings.ROOT_URLCONF = Addresses
    visitor, person = Client(raise_request_exception=False), Client(raise_request_exception=False)
    person.force_login(account)
    other = Client()
    other.force_login(make_account("other", account.person.unit, "office"))
    strict = Client(enforce_csrf_checks=True)
    settings.AXES_FAILURE_LIMIT = 1
    many = {f"f{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    return {
        "public page": (visitor.get("/organisation/units/"), 200),
        "sign-in": (visitor.get(LOGIN), 200),
        "page": (person.get("/me/"), 200),
        "a form not taken": (person.post("/organisation/people/new/", {"code": "1"}), 422),
        "led to sign in": (visitor.get("/me/"), 302),
        "language": (visitor.post(reverse("set_language"), {"language": "en"}), 302),
        "plain": (visitor.get("/-/plain/"), 200),
        "413": (person.post("/me/language/", many), 413),
        "bad host": (visitor.get("/", HTTP_HOST="evil.example"), 400),
        "403": (other.get("/organisation/people/new/"), 403),
        "no token": (strict.post(LOGIN, {"login": "lan"}), 403),
        "404": (visitor.get("/nothing/here"), 404),
        "405": (person.get("/me/language/"), 405),
        "429": (visitor.post(LOGIN, {"login": "lan", "password": "wrong"}), 429),
        "500": (visitor.get("/-/broken/"), 500),
    }


def test_every_kind_of_answer_has_the_headers(account, make_account, settings):
    found = answers(account, make_account, settings)
    assert {name: answer.status_code for name, (answer, _status) in found.items()} == {
        name: status for name, (_answer, status) in found.items()
    }
    for name, (answer, _status) in found.items():
        policy = dict(each.strip().partition(" ")[::2] for each in answer["Content-Security-Policy"].split(";"))
        assert policy == {
            "default-src": "'self'",
            "img-src": "'self' data:",
            "object-src": "'none'",
            "base-uri": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
        }, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        if name != "bad host":  # refused before it comes to this one
            assert answer["X-Frame-Options"] == "DENY", name


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "evil.example#testserver", "", "a b"])
def test_a_wrong_host_is_refused_and_named_nowhere(host):
    answer = Client().get(LOGIN, HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert Client().get(LOGIN, HTTP_X_FORWARDED_HOST="evil.example").status_code == 200  # never looked at


def test_a_page_that_is_not_there_says_what_its_view_says_and_no_table_name(account):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(account)
    assert "Nothing is sent by e-mail here." in client.get("/account/password/reset/").content.decode()
    assert "There is no such file" in client.get("/files/00000000-0000-0000-0000-000000000000/a.pdf").content.decode()
    for address in ("/organisation/people/999/", "/organisation/units/999/", "/nothing/here"):
        page = client.get(address)
        assert page.status_code == 404
        assert "Check the address" in page.content.decode()
        assert "matches the given query" not in page.content.decode()


# Where no answer leads -----------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    " //evil.example/",
    "/\t/evil.example/",
]


START = "/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nothing_leads_to_another_site(account, elsewhere):
    client = Client()
    assert sign_in(client, next=elsewhere).url == START
    assert client.get(f"{LOGIN}?next={elsewhere}").url == START  # who is signed in is led on at once
    again = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": elsewhere})
    assert again.url.startswith("/") and "evil" not in again.url
    assert client.post(reverse("set_language"), {"language": "en", "next": elsewhere}).url == "/"
    assert client.post(reverse("account_logout"), {"next": elsewhere}).url == "/"


def test_a_page_of_ours_is_led_to(account):
    assert sign_in(Client(), next="/me/?a=1").url == "/me/?a=1"


def test_signing_out_is_a_form_and_not_a_link(account):
    client = Client()
    sign_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert get_user(client) == account
    client.post(reverse("account_logout"))
    assert not get_user(client).is_authenticated


# Sessions ------------------------------------------------------------------------------------------------------


def test_a_session_that_was_there_before_is_not_the_one_signed_in(account):
    """Nobody can put their own session under somebody else's sign-in, nor keep using it."""
    victim, thief = Client(), Client()
    session = victim.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    sign_in(victim)
    assert get_user(victim) == account
    assert victim.cookies["sessionid"].value != before
    thief.cookies["sessionid"] = before
    assert not get_user(thief).is_authenticated


def test_a_new_password_ends_the_other_sessions_and_not_this_one(account):
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    new = {"oldpassword": PASSWORD, "password1": "một-mật-khẩu-khác", "password2": "một-mật-khẩu-khác"}
    assert here.post(reverse("account_change_password"), new).status_code == 302
    assert get_user(here) == account
    assert not get_user(elsewhere).is_authenticated


def test_a_session_is_worth_nothing_after_signing_out(account):
    client, thief = Client(), Client()
    sign_in(client)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert get_user(thief) == account
    client.post(reverse("account_logout"))
    assert not get_user(thief).is_authenticated


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(account):
    client = Client()
    client.get(LOGIN)
    sign_in(client)
    assert client.cookies["sessionid"]["httponly"]
    assert {client.cookies[name]["samesite"] for name in ("sessionid", "csrftoken", "django_language")} == {"Lax"}


# Passwords -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weak", ["ngan-9-kt", "1975083019750830", "password123", "Lan-lan-lan", "matkhau"])
def test_weak_passwords_are_refused(account, weak):
    Account.objects.filter(pk=account.pk).update(username="lan-lan-lan")
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    new = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    answer = client.post(reverse("account_change_password"), new)
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]


# Uploads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed_in", [True, False])
def test_what_is_far_too_large_is_not_even_read(account, settings, monkeypatch, signed_in):
    settings.MAX_UPLOAD_BYTES = 1000
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    read = []
    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", lambda self, data, start: read.append(data))
    client = Client()
    if signed_in:
        client.force_login(account)
    for size, status in ((4000, 413), (1500, 200)):
        upload = io.BytesIO(b"x" * size)
        upload.name = "a.txt"
        answer = client.post(LOGIN, {"file": upload, "login": "lan", "password": "wrong"}, follow=signed_in)
        assert answer.status_code == status
        assert bool(read) is (status == 200)
