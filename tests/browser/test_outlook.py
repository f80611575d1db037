"""Looking ahead in Chromium: the forecast, what would win points, and a way to a target; also without scripts."""

from playwright.sync_api import expect

from minhbach.indices.actions import criteria
from minhbach.indices.tests.outlook import entry, officer
from minhbach.org.permissions import SYSTEM

__all__ = ["entry", "officer"]


def test_the_page_and_a_way_to_a_target(page_at, sign_in, sound, entry, officer, width, lang):
    criteria.criterion_score(entry, "3.4.5", stage="self", inputs={"petitions": "20", "handled": "17"}, acting=SYSTEM)
    page = sign_in(page_at(width, lang), officer)
    page.goto(f"/entries/{entry.pk}/")
    page.get_by_role("link", name="Dự báo và khuyến nghị" if lang == "vi" else "Looking ahead").click()
    expect(page.locator("h1")).to_have_count(1)
    page.locator(".way details summary").first.click()
    expect(page.locator(".way details[open] table").first).to_be_visible()
    sound(page)
    page.locator("#id_target").fill("3,5" if lang == "vi" else "3.5")
    page.locator("#id_target").press("Enter")
    expect(page.locator("#target .callout")).to_be_visible()
    expect(page.locator("#target tbody tr").first).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Lưu mục tiêu và công sức" if lang == "vi" else "Keep target and efforts").click()
    page.goto(f"/entries/{entry.pk}/outlook/")
    expect(page.locator("#id_target")).to_have_value("3,5" if lang == "vi" else "3.5")
    expect(page.locator("#target tbody tr").first).to_be_visible()
    sound(page)
    page.locator("#id_target").fill("23")
    page.locator("#id_target").press("Enter")
    expect(page.locator("#target .callout")).to_contain_text("23")
    page.locator("#id_target").fill("x")
    page.locator("#id_target").press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    sound(page)
