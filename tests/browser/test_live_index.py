"""The live index in Chromium: from the board of a round down to the dossiers that cost the points."""

from playwright.sync_api import expect

from minhbach.indices.actions import criteria
from minhbach.org.permissions import SYSTEM


def test_from_the_board_down_to_a_dossier(page_at, sign_in, sound, live, three_handled, width, lang):
    criteria.criterion_score(
        live.entry, "3.4.2", stage="self", inputs={"handled": "200", "on_time": "197"}, acting=SYSTEM
    )
    page = sign_in(page_at(width, lang), live.officer)
    page.goto(f"/rounds/{live.round.pk}/live/")
    sound(page)
    page.locator(".live-table").get_by_role("link", name="Sở Giáo dục và Đào tạo").click()
    page.wait_for_url(f"**/entries/{live.entry.pk}/live/")
    sound(page)
    page.locator('.live-sheet .point-link[aria-label*="3.4.2"]').click()
    page.wait_for_url(f"**/entries/{live.entry.pk}/criteria/3.4.2/live/")
    sound(page)
    rows = page.locator(".live-rows tbody tr")
    expect(rows).to_have_count(2)  # of three_handled, one was in time
    code = three_handled[1].code
    page.locator(".live-rows").get_by_role("link", name=code).click()
    expect(page.locator("h1")).to_contain_text(code)


def test_the_measured_figures_are_taken_over(page_at, sign_in, sound, live, three_handled, width, lang):
    page = sign_in(page_at(width, lang), live.officer)
    page.goto(f"/entries/{live.entry.pk}/criteria/3.4.2/")
    sound(page)
    page.locator(".take-measured a").click()
    page.wait_for_url("**/?measured=1*")
    expect(page.locator('[name="in.handled"]')).to_have_value("3")
    expect(page.locator('[name="in.on_time"]')).to_have_value("1")
    sound(page)


def test_how_the_points_went(page_at, sign_in, sound, live, three_handled, width, lang):
    page = sign_in(page_at(width, lang), live.manager)
    page.goto(f"/entries/{live.entry.pk}/criteria/3.4.2/live/")
    expect(page.locator("#days .chart-canvas svg")).to_be_visible()
    page.locator("#days summary").click()
    expect(page.locator("#days .days-table tbody tr").first).to_be_visible()
    sound(page)
    page.goto(f"/rounds/{live.round.pk}/live/")
    expect(page.locator("#days .sparkline").first).to_be_visible()
    sound(page)
    page.goto(f"/rounds/{live.round.pk}/live/days/")
    sound(page)


def test_the_live_board_for_everybody(page_at, sign_in, sound, live, three_handled, width, lang):
    page = sign_in(page_at(width, lang), live.manager)
    page.goto(f"/rounds/{live.round.pk}/manage/live/")
    sound(page)
    page.locator('[name="live_shown"][value="measured"]').check()
    page.locator("main .btn-primary").click()
    page.wait_for_url(f"**/rounds/{live.round.pk}/manage/")
    visitor = page_at(width, lang)
    visitor.goto(f"/rounds/{live.round.pk}/live/public/")
    sound(visitor)
    visitor.locator(".live-table").get_by_role("link", name="Sở Giáo dục và Đào tạo").click()
    visitor.wait_for_url(f"**/live/public/{live.entry.pk}/")
    expect(visitor.locator(".public-criteria tbody tr").filter(has_text="3.4.2")).to_be_visible()
    sound(visitor)
    visitor.goto(f"/entries/{live.entry.pk}/live/")
    visitor.wait_for_url("**/account/login/**")
