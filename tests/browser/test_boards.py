"""Rounds, boards, rankings, profiles and what-if in Chromium: both widths and languages, and without scripts."""

import pytest
from playwright.sync_api import expect

from minhbach.indices.actions import appraisal, concluding, criteria, publishing
from minhbach.indices.models import Entry, Score
from minhbach.org.permissions import SYSTEM


@pytest.fixture
def scored(entry, open_round, province):
    other = open_round.entries.get(unit=province.justice)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs={"handled": "200", "on_time": "189"}, acting=SYSTEM)
    criteria.criterion_score(entry, "7.3", stage="self", inputs={"items": "180"}, acting=SYSTEM)
    criteria.criterion_score(other, "3.4.2", stage="self", inputs={"handled": "200", "on_time": "200"}, acting=SYSTEM)
    entry.refresh_from_db()
    return entry


def test_pages_of_an_open_round(page_at, sign_in, sound, scored, open_round, province, width, lang):
    pages = {
        province.manager: [
            "/rounds/", "/rounds/new/", f"/rounds/{open_round.pk}/", f"/rounds/{open_round.pk}/ranking/?incomplete=on",
            f"/rounds/{open_round.pk}/ranking/?by=3.4.2", f"/rounds/{open_round.pk}/manage/",
            f"/rounds/{open_round.pk}/manage/dates/", f"/rounds/{open_round.pk}/manage/reopen/",
            f"/rounds/{open_round.pk}/manage/sets/so/bodies/", f"/rounds/{open_round.pk}/manage/survey/",
        ],
        province.officer: [
            f"/rounds/{open_round.pk}/", f"/entries/{scored.pk}/profile/", f"/entries/{scored.pk}/what-if/",
            f"/units/{province.education.pk}/offices/",
        ],
        province.clerk: [f"/rounds/{open_round.pk}/ranking/", f"/entries/{scored.pk}/profile/"],
    }  # fmt: skip
    for account, addresses in pages.items():
        page = sign_in(page_at(width, lang), account)
        for address in addresses:
            assert page.goto(address).status == 200, address
            expect(page.locator("h1")).to_have_count(1)
            sound(page)


def test_what_visitors_see(page_at, sound, scored, open_round, width, lang):
    Entry.objects.filter(pk=scored.pk).update(status="submitted")
    scored.refresh_from_db()
    appraisal.scores_copy(scored, stage="appraisal_1", acting=SYSTEM)
    appraisal.explanations_send(scored, acting=SYSTEM)
    appraisal.entry_conclude(scored, acting=SYSTEM)
    concluding.round_close(open_round, acting=SYSTEM)
    publishing.round_publish(open_round, decision="01/QĐ-UBND", acting=SYSTEM)
    page = page_at(width, lang)
    addresses = ("/rounds/", f"/rounds/{open_round.pk}/", f"/rounds/{open_round.pk}/ranking/")
    for address in (*addresses, f"/entries/{scored.pk}/profile/"):
        assert page.goto(address).status == 200, address
        sound(page)
    page.goto(addresses[-1])
    first = page.locator(".ranking-table tbody tr").first
    first.get_by_role("link").click()
    page.wait_for_url(f"**/entries/{scored.pk}/profile/")
    page.locator(".explained details").first.locator("summary").click()
    assert page.locator(".explained details[open] li").first.is_visible()
    sound(page)


def test_a_ranked_unit_stands_on_one_line_with_its_bar(page_at, sign_in, scored, open_round, province):
    page = sign_in(page_at(360), province.manager)
    page.goto(f"/rounds/{open_round.pk}/ranking/?incomplete=on")
    rows = page.locator(".ranking-table tbody tr:has(.rank)")
    assert rows.count() == 2
    drawn = [row.locator("progress").evaluate("bar => bar.value") for row in rows.all()]
    assert drawn == sorted(drawn, reverse=True) and all(0 < value < 0.2 for value in drawn)
    tops = [rows.first.locator(cell).bounding_box()["y"] for cell in (".place", "th", ".score")]
    assert max(tops) - min(tops) < 8


def test_what_if_answers_within_a_keystroke(page_at, sign_in, sound, scored, province):
    from playwright.sync_api import expect

    page = sign_in(page_at(1280, "en"), province.officer)
    page.goto(f"/entries/{scored.pk}/what-if/")
    field = page.locator('input[name="x:3.4.2:on_time"]')
    expect(page.locator(".answer-then strong")).to_have_text("0.30")
    field.fill("200")
    expect(page.locator(".answer-then strong")).to_have_text("1.80")
    assert page.locator('input[data-for="' + field.get_attribute("id") + '"]').input_value() == "200"
    sound(page)
    # The slider, by keyboard.
    slider = page.locator('input[data-for="' + field.get_attribute("id") + '"]')
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".answer-then strong")).to_have_text("0.30")
    assert field.input_value() == "0"
    field.fill("nhiều")
    page.wait_for_selector(".answer-wrong")
    sound(page)
    assert Score.objects.get(entry=scored, criterion="3.4.2").inputs == {"handled": "200", "on_time": "189"}


def test_what_if_without_scripts(page_at, sign_in, scored, province):
    page = sign_in(page_at(360, "en", java_script_enabled=False), province.officer)
    page.goto(f"/entries/{scored.pk}/what-if/")
    assert not page.locator(".pair-range").first.is_visible()
    page.locator('input[name="x:3.4.2:on_time"]').fill("200")
    page.locator("[data-fallback]").click()
    assert page.locator(".answer-then strong").inner_text() == "1.80"
    assert page.locator('input[name="x:3.4.2:on_time"]').input_value() == "200"


def test_a_profile_and_a_criterion_on_paper(page_at, sign_in, scored, province):
    page = sign_in(page_at(1280), province.officer)
    page.goto(f"/entries/{scored.pk}/profile/")
    page.locator(".chart-canvas svg").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".explained details:not([open])").count() == 0
    # What was drawn is as wide as an A4 page, and shrinks with it.
    drawn = page.evaluate("document.querySelector('.chart-canvas svg').viewBox.baseVal.width")
    assert drawn == 680
    pages = page.pdf(prefer_css_page_size=True).count(b"/MediaBox [0 0 594.95996 841.91998]")
    assert pages >= 1, "the paper is not A4"
    page.emulate_media(media="screen")
    page.goto(f"/entries/{scored.pk}/criteria/3.4.2/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#score-form details[open]").count() == 0
    assert not page.locator("#score-form details").first.is_visible()
    assert not page.locator("#comments form").is_visible()
    assert page.locator("#rule").is_visible()
