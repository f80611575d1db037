"""The catalogue of procedures in Chromium: read, filled in, written, brought in and reviewed, at both widths."""

import pytest
from playwright.sync_api import expect

from minhbach.procedures.actions import draft_save
from minhbach.procedures.content.reading import stored

PARTS = ("facts", "papers", "times", "results", "form", "process", "publication", "yaml", "release")


@pytest.fixture
def draft(catalogue):
    """A next version of the copy of a diploma, begun."""
    content = stored(catalogue.copy.current.content)
    return draft_save(content, keeper=catalogue.agency, acting=catalogue.officer)


def test_every_page_is_sound(page_at, sign_in, sound, catalogue, draft, width, lang):
    at = f"/procedures/{catalogue.copy.pk}/"
    pages = {
        None: ["/procedures/", at, f"{at}form/", f"/procedures/{catalogue.bare.pk}/"],
        catalogue.officer: [
            "/procedures/", at, "/procedures/new/", *(f"{at}edit/?part={part}" for part in PARTS),
            f"{at}repeal/", f"{at}offers/new/", f"/procedures/offers/{catalogue.offer.pk}/", "/procedures/import/",
            "/procedures/compare/", "/procedures/reviews/", f"{at}reviews/new/",
        ],
    }  # fmt: skip
    for account, addresses in pages.items():
        page = page_at(width, lang)
        if account is not None:
            sign_in(page, account)
        for address in addresses:
            assert page.goto(address).status == 200, address
            expect(page.locator("h1")).to_have_count(1)
            sound(page)


def test_a_question_comes_with_the_answer_that_asks_for_it(page_at, catalogue):
    page = page_at(1280, "vi")
    page.goto(f"/procedures/{catalogue.copy.pk}/form/")
    whose = page.get_by_label("Của ai")
    assert not whose.is_visible()
    page.get_by_label("Người khác").check()
    whose.wait_for(state="visible")
    page.get_by_label("Chính mình").check()
    whose.wait_for(state="hidden")


def test_without_scripts_the_form_says_when_a_question_counts(page_at, catalogue):
    page = page_at(360, "vi", java_script_enabled=False)
    page.goto(f"/procedures/{catalogue.copy.pk}/form/")
    assert page.get_by_label("Của ai").is_visible()
    assert "“Quan hệ”" in page.locator("main form").inner_text()


def test_a_draft_is_written_by_keyboard(page_at, sign_in, catalogue, draft):
    page = sign_in(page_at(1280, "vi"), catalogue.officer)
    page.goto(f"/procedures/{catalogue.copy.pk}/edit/?part=times")
    page.get_by_label("Theo quy định").first.fill("4 ngày làm việc")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    draft.refresh_from_db()
    assert str(stored(draft.content).times.by_law) == "4 ngày làm việc"
