"""The way to an OpenID Connect provider and back in a real browser, whose policy stops forms that lead elsewhere."""

import re

import pytest

from minhbach.org.tests.provider import NOBODY, Provider


@pytest.fixture
def there(settings):
    with Provider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        settings.OIDC_USERNAME_CLAIM = "preferred_username"
        yield provider


@pytest.fixture
def account(make_unit, make_account):
    return make_account(
        "lan", make_unit("so", kind="so"), "office", full_name="Nguyễn Thị Lan", password="mật khẩu dài"
    )


def test_one_press_leads_there_and_back_signed_in(page_at, there, account, sound, width, lang):
    page = page_at(width, lang)
    page.goto("/account/login/?next=/me/")
    sound(page)
    page.get_by_role("button", name=re.compile("VNeID")).click()
    page.wait_for_url("**/me/")
    sound(page)
    # Who stops at the provider, and who comes when it is out of order.
    page.context.clear_cookies(name="sessionid")
    there.person = NOBODY
    page.goto("/account/login/")
    page.get_by_role("button", name=re.compile("VNeID")).click()
    page.wait_for_url("**/cancelled/")
    sound(page)
    there.answers["/.well-known/openid-configuration"] = (503, b"")
    page.goto("/account/oidc/sso/login/")
    sound(page)
    page.locator("main button").click()
    page.locator("main h1").filter(has_text="VNeID").wait_for()
    sound(page)
    assert page.locator("main a.btn-primary").get_attribute("href") == "/account/login/"


def test_the_linked_identities_of_an_account(page_at, there, account, sign_in, sound, width, lang):
    page = sign_in(page_at(width, lang), account)
    page.goto("/account/3rdparty/")
    sound(page)
    page.get_by_role("button", name=re.compile("VNeID")).click()
    page.wait_for_url("**/account/3rdparty/")
    page.locator("main tbody tr").wait_for()
    sound(page)
    page.locator("main tbody button").click()
    page.locator("main tbody").wait_for(state="detached")
