"""The files of an entry and of a round on screen, and a result appraised elsewhere, in a real browser."""

import pytest
from playwright.sync_api import expect

from minhbach.indices import figures
from minhbach.indices.actions import criteria, entries
from minhbach.org.permissions import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
RESULT = "Mã;Điểm;Nhận xét\n3.4.2;1,2;Có hồ sơ chậm cập nhật\n7.3;0,3;\n"


@pytest.fixture
def submitted(entry, province):
    for leaf in figures.set_of(entry.set_version).leaves:
        inputs = {"handled": "200", "on_time": "197"} if leaf.id == "3.4.2" else {}
        note = "" if inputs else "Không phát sinh"
        criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, note=note, acting=SYSTEM)
    for step in (entries.entry_review, entries.entry_approve, entries.entry_submit):
        step(entry, acting=SYSTEM)
    return entry


def test_pages_are_sound(page_at, sign_in, sound, submitted, province, width, lang, tmp_path):
    page = sign_in(page_at(width, lang), province.manager)
    for address in (f"/entries/{submitted.pk}/", f"/entries/{submitted.pk}/report/"):
        page.goto(address)
        sound(page)
    address = f"/entries/{submitted.pk}/appraised/"
    page.goto(address)
    page.locator("details.disclosure summary").click()
    sound(page)
    for name, text in (("wrong.csv", RESULT.replace("1,2", "9")), ("right.csv", RESULT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        page.goto(address)
        page.set_input_files("input[type=file]", tmp_path / name)
        page.locator("form[enctype] .btn-primary").click()
        sound(page)
        assert page.locator(".error-summary").count() == (name == "wrong.csv")
    expect(page.locator("main .btn-primary")).to_have_count(1)
    assert "98,5" in page.locator("tbody tr").first.inner_text().replace("98.5", "98,5")
    page.locator("main .btn-primary").click()
    page.wait_for_url(f"**/entries/{submitted.pk}/")
    sound(page)
    assert submitted.scores.filter(stage="appraisal_1").count() == 2


def test_files_come_down_by_keyboard_and_without_scripts(page_at, sign_in, submitted, province):
    page = sign_in(page_at(1280, "vi", java_script_enabled=False), province.officer)
    page.goto(f"/entries/{submitted.pk}/")
    link = page.locator("#files a[href$='self-score.xlsx']")
    link.focus()
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    assert caught.value.suggested_filename == "phieu-tu-cham_so-gd_2023.xlsx"
    page.goto(f"/entries/{submitted.pk}/report/")
    with page.expect_download() as caught:
        page.locator("#report-files a[href*='pdf']").click()
    assert caught.value.suggested_filename.endswith(".pdf")
