"""The shell, the components and the pages that are nobody's: at both widths, in both languages."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import expect

PASSWORD = "một mật khẩu thật dài"
ERRORS = [
    "/-/error/400/",
    "/-/error/413/",
    "/-/error/429/",
    "/-/csrf/",
    "/-/refused/",
    "/-/broken/",
    "/there/is/no/such/page/",
]


@pytest.fixture
def account(make_unit, make_account):
    unit = make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo")
    return make_account("vanphong", unit, "office", full_name="Cán bộ Văn phòng", password=PASSWORD)


def test_style_guide(page_at, sign_in, sound, account, width, lang):
    page = sign_in(page_at(width, lang), account)
    page.goto("/ui/")
    page.wait_for_selector("[data-chart][data-drawn] svg")
    assert page.locator("html").get_attribute("lang") == lang
    sound(page)
    assert page.locator("[data-chart][data-drawn]").count() == page.locator("[data-chart]").count()


def test_signing_in(page_at, sound, account, width, lang):
    page = page_at(width, lang)
    page.goto("/account/login/")
    sound(page)
    page.fill("#id_login", "vanphong")
    page.fill("#id_password", "wrong")
    page.click("form button.btn-primary")
    page.wait_for_selector(".error-summary")
    sound(page)


def test_pages_of_ones_account(page_at, sign_in, sound, account, width, lang):
    page = sign_in(page_at(width, lang), account)
    for address in (
        "/account/password/change/",
        "/account/logout/",
        "/account/reauthenticate/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
    ):
        answer = page.goto(address)
        assert answer.status == 200 and page.url.endswith(address), (address, page.url)
        sound(page)


def test_error_pages(page_at, sound, width, lang, client):
    page = page_at(width, lang)
    for address in ERRORS:
        answer = page.goto(address)
        assert answer.status >= 400
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("main .btn-primary")).to_have_count(1)
        sound(page)


def test_without_scripts(page_at, sign_in, account):
    page = sign_in(page_at(360, "vi", java_script_enabled=False), account)
    page.goto("/ui/")
    page.locator(".account > summary").click()
    assert page.locator(".account-menu").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert not page.locator("[data-chart]").first.is_visible()
    page.locator(".languages button", has_text="EN").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/ui/")


def test_by_keyboard(page_at, sign_in, account):
    page = sign_in(page_at(1280, "vi"), account)
    page.goto("/ui/")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.goto("/account/2fa/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_passkey_that_is_not_read_says_so(page_at, account):
    page = page_at(1280, "vi")
    page.goto("/account/login/")
    page.route("**/2fa/webauthn/login/", lambda route: route.abort())
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-error]:not([hidden])")


def test_the_language_comes_back_to_the_page(page_at):
    page = page_at(1280, "vi")
    page.goto("/account/login/?next=/ui/")
    page.locator(".languages button", has_text="EN").click()
    page.wait_for_url("**/account/login/?next=/ui/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").inner_text() == "Sign in"


def _virtual_key(page):
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_signing_in_with_a_passkey(page_at, sign_in, sound, account):
    page = sign_in(page_at(1280, "vi"), account)
    _virtual_key(page)
    page.goto("/account/2fa/webauthn/add/")
    page.fill("#id_name", "Khóa của Văn phòng")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    page.goto("/account/2fa/webauthn/")
    assert page.get_by_text("Khóa của Văn phòng").first.is_visible()
    sound(page)
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/login/" not in address)
    page.goto("/ui/")
    expect(page.locator(".account")).to_have_count(1)


def test_the_second_step(page_at, sign_in, sound, account, width, lang):
    totp.TOTP.activate(account, totp.generate_totp_secret())
    codes = RecoveryCodes.activate(account).get_unused_codes()
    page = page_at(width, lang)
    page.goto("/account/login/?next=/me/")
    page.fill("#id_login", account.username)
    page.fill("#id_password", PASSWORD)
    page.click("form button.btn-primary")
    page.wait_for_url("**/2fa/authenticate/**")
    assert page.locator("#mfa_webauthn_authenticate").count() == 0, "no key, no button for it"
    sound(page)
    page.fill("#id_code", "000000")
    page.click("form button.btn-primary")
    page.wait_for_selector(".error-summary")
    sound(page)
    page.fill("#id_code", codes[0])
    page.click("form button.btn-primary")
    page.wait_for_url("**/me/")
    page = sign_in(page_at(width, lang), account)
    for address in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        assert page.goto(f"/account/2fa/{address}").status == 200
        sound(page)


def test_a_key_as_the_second_step(page_at, sign_in, account):
    page = sign_in(page_at(1280, "vi"), account)
    _virtual_key(page)
    page.goto("/account/2fa/webauthn/add/")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    page.context.clear_cookies()
    page.goto("/account/login/?next=/me/")
    page.fill("#id_login", account.username)
    page.fill("#id_password", PASSWORD)
    page.click("form button.btn-primary")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/me/")


def test_the_checks_find_what_is_wrong(page_at, axe, sound):
    page = page_at(360, "vi")
    page.goto("/account/login/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"/static/ui/mark.svg\">')")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
    page.goto("/account/login/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<p style=\"color:red\">x</p>')")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        sound(page)
