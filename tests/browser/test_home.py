"""The first page: for visitors and for officers, at both widths, in both languages, without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from minhbach.dossiers.actions import moving
from minhbach.dossiers.models import Dossier


@pytest.fixture
def late(desk, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    past = timezone.now() - timedelta(days=30)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=past, received_at=past, first_due_at=past, due_at=past)
    return dossier


def test_a_parent_finds_a_procedure_and_follows_a_dossier(page_at, sound, width, lang, late):
    page = page_at(width, lang, java_script_enabled=False) if width == 360 else page_at(width, lang)
    page.goto("/")
    if width != 360:
        sound(page)
    page.fill("#welcome-q", "ban sao de kiem")
    page.press("#welcome-q", "Enter")
    page.locator("#found th a").first.click()
    expect(page.locator("main")).to_contain_text("5 ngày làm việc" if lang == "vi" else "5 working days")
    page.goto("/")
    page.locator("[name=code]").fill(late.code)
    page.locator("[name=digits]").fill("0001")
    page.locator("#welcome-follow ~ form button").click()
    expect(page.locator("main")).to_contain_text(late.code)
    assert page.url.split("/")[-3] == late.code


def test_what_is_late_is_one_click_away(page_at, sign_in, sound, width, lang, late, desk):
    page = sign_in(page_at(width, lang), desk.specialist)
    page.goto("/")
    sound(page)
    expect(page.locator(".bands .state-bad strong")).to_have_text("1")
    page.locator(".next-step a").click()
    page.wait_for_url(f"**/dossiers/of/{late.code}/")
    page = sign_in(page_at(width, lang), desk.office_head)
    page.goto("/")
    sound(page)
    page.get_by_role("link", name=str(desk.specialist.person)).click()
    expect(page.locator("main")).to_contain_text(late.code)
