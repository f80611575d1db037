"""The open data of a published round, as a visitor finds them: on the page of the round and of its ranking."""

import hashlib

from playwright.sync_api import expect

from minhbach.indices import jobs
from minhbach.indices.models import Publication
from minhbach.indices.tests.test_exports import published, scored

__all__ = ["published", "scored"]


def test_a_visitor_finds_and_takes_the_open_data(page_at, sound, published, width, lang):
    made = Publication.objects.select_related("stored").get()
    page = page_at(width, lang)
    for address in (f"/rounds/{made.round_id}/", f"/rounds/{made.round_id}/ranking/"):
        page.goto(address)
        panel = page.locator("#open-data")
        expect(panel).to_contain_text(made.stored.sha256)
        expect(panel).to_contain_text(f"minhbach verify ket-qua_2023_{made.round_id}.zip")
        sound(page)
    with page.expect_download() as waiting:
        panel.get_by_role("link").click()
    content = waiting.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == made.stored.sha256
    assert waiting.value.suggested_filename == f"ket-qua_2023_{made.round_id}.zip"


def test_who_waits_for_it_has_it_without_loading_the_page_again(page_at, sound, published):
    Publication.objects.update(stored=None, made_at=None)
    made = Publication.objects.get()
    page = page_at(1280, "en")
    page.goto(f"/rounds/{made.round_id}/")
    panel = page.locator("#open-data")
    expect(panel).to_contain_text("Being made")
    sound(page)
    assert jobs.open_data_make(made.pk)
    made = Publication.objects.select_related("stored").get()
    expect(panel).to_contain_text(made.stored.sha256)
    sound(page)


def test_who_runs_the_round_has_it_made_again(page_at, sign_in, sound, published, province, width, lang):
    Publication.objects.update(stored=None, made_at=None, failure="OSError: [Errno 28] No space left on device")
    page = sign_in(page_at(width, lang), province.manager)
    page.goto(f"/rounds/{published.round_id}/manage/")
    panel = page.locator("#open-data")
    expect(panel).to_contain_text("No space left on device")
    sound(page)
    panel.get_by_role("button").click()
    expect(panel.locator("a[href$='open-data.zip']")).to_be_visible()
    made = Publication.objects.select_related("stored").get()
    expect(panel).to_contain_text(made.stored.sha256)
    sound(page)


def test_without_scripts_a_link_looks_again(page_at, published):
    Publication.objects.update(stored=None, made_at=None)
    made = Publication.objects.get()
    page = page_at(360, "en", java_script_enabled=False)
    page.goto(f"/rounds/{made.round_id}/ranking/")
    assert jobs.open_data_make(made.pk)
    page.locator("#open-data").get_by_role("link").click()
    expect(page.locator("#open-data")).to_contain_text(Publication.objects.get().stored.sha256)
