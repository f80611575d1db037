"""Inbox, lists, bulk deeds, overview, search and notices in a real browser: at both widths, in both languages, by
keyboard, without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from minhbach.dossiers.actions import moving, opinions, waiting
from minhbach.dossiers.models import Dossier


@pytest.fixture
def busy(desk, make_dossier, make_applicant):
    """Eight dossiers at the office, one late, one waiting, one asked about."""
    made = []
    for number in range(8):
        applicant = make_applicant(name=f"Trần Thị Đào {number}", id_number=f"0310990000{number:02}")
        dossier = make_dossier(applicant=applicant)
        moving.dossier_forward(dossier, acting=desk.counter)
        moving.dossier_forward(dossier, person=desk.office_head.person, acting=desk.office_head)
        made.append(dossier)
    waiting.supplement_ask(made[0], items=["Ảnh"], because="Thiếu", acting=desk.office_head)
    opinions.opinion_ask(made[1], desk.office, question="Có đồng ý không?", acting=desk.office_head)
    past = timezone.now() - timedelta(days=30)
    Dossier.objects.filter(pk=made[2].pk).update(submitted_at=past, received_at=past, first_due_at=past, due_at=past)
    return made


PAGES = [
    "/inbox/",
    "/inbox/?list=units&late=yes&procedure=1&channel=counter",
    "/inbox/?list=units&q=khong+co",
    "/dossiers/?q=dao",
    "/overview/",
    "/overview/?by=step",
    "/search/?q=dao",
    "/search/?q=khongcogi",
    "/notices/",
    "/notices/choice/",
]


def test_every_page_is_sound(page_at, sign_in, sound, desk, busy, width, lang):
    page = sign_in(page_at(width, lang), desk.office_head)
    for address in PAGES:
        answer = page.goto(address)
        assert answer.status == 200, (address, answer.status)
        assert page.locator("html").get_attribute("lang") == lang
        expect(page.locator("h1")).to_have_count(1)
        sound(page)
    page.goto("/inbox/?list=mine")
    page.locator("[name=pick]").first.check()
    page.locator("button[value=forward]").click()
    expect(page.locator("input[name=how]")).to_have_count(2)
    sound(page)


def test_the_inbox_by_keyboard(page_at, sign_in, desk, busy):
    page = sign_in(page_at(1280, "en"), desk.office_head)
    page.goto("/inbox/?list=mine")
    rows = page.locator("[data-open]")
    rows.first.focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    assert rows.nth(1).evaluate("row => row === document.activeElement")
    expect(page.locator("[name=pick]:checked")).to_have_count(2)
    assert "2" in page.locator("[data-picked]").inner_text()
    code = rows.nth(1).inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dossiers/of/{code}/")


def test_several_are_approved_and_one_is_named(page_at, sign_in, desk, busy):
    page = sign_in(page_at(1280, "en"), desk.office_head)
    page.goto("/inbox/?list=mine")
    page.locator("[data-pick-all]").check()
    page.locator("button[value=forward]").click()
    page.locator("main form .btn-primary").click()
    refused = page.locator(".callout-bad")
    assert busy[0].code in refused.inner_text()
    assert Dossier.objects.filter(step="approve").count() == 0
    page.locator("input[name=how][value=good]").check()
    page.locator("main form .btn-primary").click()
    page.locator(".callout-ok").wait_for()
    assert Dossier.objects.filter(step="approve").count() == 7


def test_without_scripts(page_at, sign_in, desk, busy):
    page = sign_in(page_at(360, "vi", java_script_enabled=False), desk.office_head)
    page.goto("/inbox/?list=units")
    page.locator("[name=pick]").nth(1).check()
    page.locator("button[value=forward]").click()
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/inbox/?list=units")
    assert Dossier.objects.filter(step="approve").count() == 1
    page.locator("#site-search").fill("dao tran")
    page.locator(".site-search button").click()
    assert page.locator(".task-list a").count() >= 8
