"""The screens for other systems: their tokens, and the messages that could not be delivered."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from minhbach.dossiers.actions.hooks import hook_set
from minhbach.dossiers.actions.moving import dossier_forward
from minhbach.dossiers.models import Delivery
from minhbach.org.dates import today
from minhbach.org.models import Token
from minhbach.org.permissions import SYSTEM
from minhbach.org.tokens.actions import token_make, token_revoke


@pytest.fixture
def systems(desk, make_dossier, settings):
    """A portal with a webhook whose messages did not arrive, and a system of the past."""
    settings.WEBHOOK_HOSTS = ["kho-du-lieu.example"]
    more = {"unit": desk.agency, "expires": today() + timedelta(days=90), "acting": SYSTEM}
    codes = ["dossiers:read", "dossiers:write", "files:write", "webhooks"]
    portal, _key = token_make(name="Cổng dịch vụ công của tỉnh", codes=codes, roles=["counter"], **more)
    former, _key = token_make(name="Phần mềm báo cáo cũ", codes=["dossiers:read"], roles=["auditor"], **more)
    token_revoke(former, acting=SYSTEM)
    url = "https://kho-du-lieu.example/minh-bach/thong-bao-thay-doi-trang-thai"
    hook_set(portal, url=url, verbs=[], acting=portal.account)
    dossier = make_dossier()
    dossier_forward(dossier, acting=desk.counter)
    first = Delivery.objects.first()
    Delivery.objects.filter(pk=first.pk).update(
        state=Delivery.FAILED, attempts=12, failure="503 Service Unavailable: the other system answers with an error"
    )
    return portal


def test_every_page_for_other_systems_is_sound(page_at, sign_in, sound, desk, systems, make_account, width, lang):
    page = sign_in(page_at(width, lang), make_account("quan-tri", desk.agency, "administrator"))
    for address in (
        "/organisation/systems/",
        "/organisation/systems/new/",
        f"/organisation/systems/{systems.pk}/revoke/",
        "/dossiers/messages/",
    ):
        assert page.goto(address).status == 200, address
        expect(page.locator("h1")).to_have_count(1)
        sound(page)


@pytest.mark.django_db(transaction=True)
def test_a_token_is_given_shown_once_and_taken_away(page_at, sign_in, sound, desk, make_account):
    page = sign_in(page_at(360, "vi"), make_account("quan-tri", desk.agency, "administrator"))
    page.goto("/organisation/systems/")
    page.click("a.btn-primary")
    page.click("main form button.btn-primary")  # nothing filled in
    assert page.locator(".field-wrong").count() >= 3
    sound(page)
    page.fill("[name=name]", "Cổng dịch vụ công của tỉnh")
    page.check("[name=codes][value='dossiers:read']")
    page.check("[name=roles][value=counter]")
    if page.locator("select[name=unit]").count():
        page.select_option("[name=unit]", str(desk.agency.pk))
    page.click("main form button.btn-primary")
    key = page.locator("code, .copyable").filter(has_text="mb_").first.inner_text().strip()
    assert "/api/v1/" in page.inner_text("main")
    sound(page)
    token = Token.objects.get()
    assert key.split()[0].startswith(f"mb_{token.prefix}_")
    page.goto("/organisation/systems/")
    assert key.split()[0] not in page.content()
    page.click(f"a[href$='/{token.pk}/revoke/']")
    page.click("main form button.btn-danger")
    page.wait_for_url("**/organisation/systems/")
    token.refresh_from_db()
    assert "Đã thu hồi" in page.inner_text("main")
    assert token.revoked_at is not None
    sound(page)
