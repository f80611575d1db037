"""The open data of a published round, as a visitor finds them: on the page of the round and of its ranking."""

import hashlib

from playwright.sync_api import expect

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
