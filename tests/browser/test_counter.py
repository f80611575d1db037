"""The counter in a real browser: a whole intake by keyboard alone, at both widths and in both languages, without
scripts."""

import time
from datetime import date

import pytest
from playwright.sync_api import expect

from minhbach.dossiers.actions.desks import delegation_set
from minhbach.dossiers.actions.opinions import opinion_ask
from minhbach.dossiers.actions.waiting import supplement_ask
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.tests.test_beginning import counting
from minhbach.org.calendars.actions import day_set

__all__ = ["counting"]


class Keyboard:
    """Types and counts: a key for every character, Tab, Space or Enter."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def type(self, text):
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def press(self, key, times=1):
        for _n in range(times):
            self.pressed += 1
            self.page.keyboard.press(key)


@pytest.mark.django_db(transaction=True)
def test_an_intake_by_keyboard_alone(page_at, sign_in, sound, desk, make_dossier, make_applicant):
    make_dossier(applicant=make_applicant(phone="0912345678", address="12 Lê Lợi"))
    page = sign_in(page_at(1280, "vi"), desk.counter)
    page.goto("/dossiers/new/")
    keys, begun = Keyboard(page), time.monotonic()
    keys.type("ban sao")
    page.wait_for_selector("[data-offers][data-shown='ban sao']")
    keys.press("Enter")
    page.wait_for_url("**/dossiers/new/*/")
    keys.type("031099000001")  # focus is there
    page.wait_for_selector("#who .state-ok")
    assert page.input_value("[name=name]") == "Nguyễn Văn An" and page.input_value("[name=phone]") == "0912345678"
    assert page.evaluate("document.activeElement.name") == "id_number"
    while page.evaluate("document.activeElement.id") != "id_paper_request":
        keys.press("Tab")
        assert keys.pressed < 60, "the papers cannot be reached"
    keys.press("Space")
    keys.press("Control+Enter")
    page.wait_for_url("**/received/")
    took = time.monotonic() - begun
    # Enter on what is focused would open the receipt.
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("/forms/receipt.pdf")
    sound(page)
    latest = Dossier.objects.order_by("-pk").first()
    assert Dossier.objects.count() == 2 and latest.applicant.name == "Nguyễn Văn An"
    assert latest.issued.get().number == 1
    # At a keystroke in 0.3 seconds a slow typist needs a quarter of a minute; the pages themselves a few seconds.
    assert keys.pressed <= 45 and took < 30, (keys.pressed, took)


def test_the_day_from_which_the_time_counts_is_stated_with_the_intake(
    page_at, sign_in, sound, desk, counting, width, lang
):
    page = sign_in(page_at(width, lang), desk.counter)
    page.goto(f"/dossiers/new/{counting.pk}/")
    expect(page.locator("[name=counted_document]")).to_be_visible()
    page.locator("[name=name]").fill("Trần Thị Bình")
    page.locator("#id_paper_request").check()
    page.locator("[name=counted_day]").fill("2026-11-06")
    page.locator("button[value=receive]").click()
    expect(page.locator("[name=counted_document][aria-invalid=true]")).to_be_visible()
    sound(page)
    page.locator("[name=counted_document]").fill("Thông báo số 12/TB-SGDĐT")
    page.locator("button[value=receive]").click()
    page.wait_for_url("**/received/")
    expect(page.locator("main")).to_contain_text("Thông báo số 12/TB-SGDĐT")
    sound(page)


def test_every_page_of_the_counter_is_sound(page_at, sign_in, sound, desk, make_dossier, width, lang):
    dossier = make_dossier()
    opinion = opinion_ask(dossier, desk.office, question="Có đồng ý không?", acting=desk.counter)
    page = sign_in(page_at(width, lang), desk.counter)
    day = dossier.received_at.date().isoformat()
    for address in (
        "/dossiers/new/",
        f"/dossiers/new/{desk.offer.pk}/",
        f"/dossiers/of/{dossier.code}/",
        f"/dossiers/of/{dossier.code}/received/",
        "/dossiers/print/",
        f"/dossiers/print/?agency={desk.agency.pk}&first={day}&last=2999-12-31",
        "/follow/",
        f"/follow/{dossier.code}/{token_of(dossier.code)}/",
    ):
        assert page.goto(address).status == 200, address
        expect(page.locator("h1")).to_have_count(1)
        sound(page)
    supplement_ask(dossier, items=["Ảnh"], because="Thiếu", acting=desk.counter)
    for address in (
        f"/dossiers/of/{dossier.code}/",
        f"/dossiers/of/{dossier.code}/papers/",
        f"/dossiers/of/{dossier.code}/do/supplemented/",
        f"/follow/{dossier.code}/{token_of(dossier.code)}/",
    ):
        assert page.goto(address).status == 200, address
        sound(page)
    sign_in(page, desk.office_head).goto(f"/dossiers/of/{dossier.code}/opinions/{opinion.pk}/")
    sound(page)
    sign_in(page, desk.counter)
    page.goto(f"/dossiers/new/{desk.offer.pk}/")
    page.click("[name=go][value=missing]")
    assert page.locator("[name='ask-items']").input_value() == "Phiếu đề nghị"
    sound(page)


def test_what_is_typed_while_the_number_is_looked_up_stays(page_at, sign_in, desk, make_applicant):
    """The answer comes late, as on a slow line: it fills in what is known, and takes away nothing that was typed."""
    make_applicant("Lê Thị Ba", "031099000002", phone="0912345678", address="12 Lê Lợi")
    page = sign_in(page_at(1280, "vi"), desk.counter)
    page.goto(f"/dossiers/new/{desk.offer.pk}/")
    held = []
    page.route("**/dossiers/new/*/", lambda route: held.append(route))
    with page.expect_request(lambda request: request.method == "POST"):
        page.fill("[name=id_number]", "031099000002")
    page.fill("[name=name]", "Lê Thị Bà")
    page.check("[name=by_other]")
    page.fill("[name=sender_name]", "Lê Văn Bốn")
    held[0].continue_()
    page.locator(".look-answer p").first.wait_for()
    assert page.input_value("[name=name]") == "Lê Thị Bà"
    assert page.input_value("[name=sender_name]") == "Lê Văn Bốn" and page.is_checked("[name=by_other]")
    assert page.input_value("[name=phone]") == "0912345678" and page.input_value("[name=address]") == "12 Lê Lợi"


def test_without_scripts_the_number_is_looked_up_by_a_button(page_at, sign_in, desk, make_applicant):
    make_applicant(phone="0912345678")
    page = sign_in(page_at(360, "vi", java_script_enabled=False), desk.counter)
    page.goto("/dossiers/new/?q=ban+sao")  # the only one that fits
    page.fill("[name=id_number]", "031099000001")
    page.click("[name=look]")
    assert page.input_value("[name=phone]") == "0912345678"
    page.check("#id_paper_request")
    page.click("[name=go][value=receive]")
    assert page.url.endswith("/received/") and Dossier.objects.count() == 1


def test_every_page_of_the_set_up_is_sound(page_at, sign_in, sound, desk, make_account, make_dossier, width, lang):
    make_dossier()
    admin = make_account("quan-tri", desk.agency, "administrator")
    day_set(unit=desk.agency, day=date(2026, 12, 24), kind="off", part="morning", reason="Khánh thành", acting=admin)
    delegation_set(
        desk.specialist.person, desk.second.person, unit=desk.office, begins=date(2026, 1, 1), acting=desk.specialist
    )
    page = sign_in(page_at(width, lang), admin)
    for address in (
        f"/organisation/calendar/?unit={desk.agency.pk}&year=2026",
        f"/organisation/calendar/?unit={desk.agency.pk}&year=2035",
        f"/organisation/calendar/{desk.agency.pk}/hours/",
        f"/organisation/calendar/{desk.agency.pk}/days/new/",
        "/dossiers/settings/",
        f"/dossiers/settings/{desk.agency.pk}/",
    ):
        assert page.goto(address).status == 200, address
        assert page.locator("main .btn-primary").count() <= 1, f"{address}: one clear next step"
        sound(page)
    sign_in(page, desk.office_head)
    for address in (
        "/dossiers/delegations/",
        "/dossiers/hand-over/",
        f"/dossiers/hand-over/?person={desk.counter.person_id}",
    ):
        assert page.goto(address).status == 200, address
        sound(page)
