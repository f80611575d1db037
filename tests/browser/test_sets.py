"""Indicator sets in a real browser: read, edited with the check beside, imported; results of others. Both widths."""

import io

import pytest

from minhbach.indices.actions.results import results_import
from minhbach.indices.actions.sets import catalogue_load, set_save
from minhbach.org.files.tables import rows_of
from minhbach.org.permissions import SYSTEM
from minhbach.scoring.catalogue import find
from minhbach.scoring.reading import to_yaml

TABLE = (
    "STT\tTiêu chí\tĐiểm tối đa\tCách chấm\n"
    "1\tCải cách thủ tục hành chính\t2\t\n"
    "1.1\tTỷ lệ hồ sơ giải quyết đúng hạn\t1\tTừ 95% trở lên: 1 điểm\n"
    "1.2\tThực hiện theo tinh thần chỉ đạo\t1\tTùy mức độ\n"
)


@pytest.fixture
def unit(make_unit):
    return make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo")


@pytest.fixture
def officer(unit, make_account):
    return make_account("cchc", unit, "reform_officer", full_name="Cán bộ cải cách hành chính")


@pytest.fixture
def released(unit):
    return catalogue_load("hai-phong-so-2023", unit=unit, acting=SYSTEM)


@pytest.fixture
def draft(unit, officer):
    text = to_yaml(find("hai-phong-so-2023")).replace("hai-phong-so-2023", "ban-sao")
    return set_save(text=text, unit=unit, acting=officer)


def test_visitors_read(page_at, sound, released, width, lang):
    older = catalogue_load("hai-phong-so-2022", acting=SYSTEM)
    page = page_at(width, lang)
    page.goto("/sets/")
    sound(page)
    page.click("main tbody th a >> nth=0")
    page.wait_for_selector(".crit")
    page.locator(".disclosure > summary").first.click()
    sound(page)
    page.goto(f"/sets/{released.pk}/diff/{older.pk}/")
    sound(page)


def test_the_pages_of_the_editor(page_at, sign_in, sound, officer, draft, width, lang):
    page = sign_in(page_at(width, lang), officer)
    for address in (
        "/sets/",
        "/sets/new/",
        "/sets/catalogue/truong-minh-hoa/",
        f"/sets/{draft.pk}/edit/",
        f"/sets/{draft.pk}/edit/?code=3.4.2",
        f"/sets/{draft.pk}/edit/?code=7.1.1",
        f"/sets/{draft.pk}/edit/?tab=set",
        f"/sets/{draft.pk}/edit/?tab=yaml",
        f"/sets/{draft.pk}/edit/?tab=release",
    ):
        assert page.goto(address).status == 200, address
        sound(page)


def test_a_rule_is_tried_while_it_is_typed(page_at, sign_in, sound, officer, draft):
    page = sign_in(page_at(1280, "vi"), officer)
    page.goto(f"/sets/{draft.pk}/edit/?code=3.4.2")
    page.fill("[name='try-given.handled']", "200")
    page.fill("[name='try-given.on_time']", "197")
    page.wait_for_selector(".tried-points >> text=1,4775")
    page.fill("[name='rule-0-when']", "value >= 99%")
    page.wait_for_selector(".live .bad")
    sound(page)
    page.click("button[value='add:inputs']")
    page.wait_for_selector("[name='inputs-2-title']")
    page.wait_for_function("document.activeElement.name === 'inputs-2-title'")
    assert page.input_value("[name='rule-0-when']") == "value >= 99%"
    assert page.input_value("[name='try-given.on_time']") == "197"
    sound(page)
    # Nothing of that was saved; a wrong value is told beside its field.
    page.fill("[name='f-maximum']", "nhiều")
    page.click(".record-actions .btn-primary")
    page.wait_for_selector("[aria-invalid='true']")
    sound(page)


def test_a_criterion_is_typed_by_keyboard(page_at, sign_in, sound, officer, draft):
    page = sign_in(page_at(1280, "vi"), officer)
    page.goto(f"/sets/{draft.pk}/edit/?code=3.4.2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**new=1**")
    page.wait_for_function("document.activeElement.name === 'f-title' && getSelection().toString() !== ''")
    page.keyboard.type("Công khai kết quả")
    page.fill("[name='f-maximum']", "1")
    page.fill("#wording", "Từ 90% trở lên: 1\nDưới 90%: 0")
    page.click("button[value='wording']")
    page.wait_for_selector("[name='rule-1-when']")
    # The panel beside follows without another key.
    page.wait_for_selector("#live-body .rule-lines >> text=90")
    sound(page)
    page.fill("[name='rule-0-when']", "từ 95% trở lên")
    page.fill("[name='rule-1-when']", "còn lại")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".message, .messages, [class*='callout'] >> nth=0")
    page.wait_for_function("document.querySelector(\"[name='rule-0-when']\").value.includes('>= 95%')")
    page.click("button[value='duplicate']")
    page.wait_for_url("**new=1**")
    assert page.input_value("[name='f-title']") == "Công khai kết quả"
    page.locator("[data-english]").uncheck()
    assert not page.locator("[name='f-title.en']").is_visible()
    page.reload()
    assert page.locator("[name='f-title']").is_visible()
    sound(page)


def test_doubtful_places_are_answered(page_at, sign_in, sound, officer, unit, width, lang):
    page = sign_in(page_at(width, lang), officer)
    page.goto("/sets/import/")
    page.fill("#id_pasted", TABLE.replace("1 điểm\n", "1 điểm\nDưới 95%: 0 điểm\n"))
    page.click("button[name='paste']")
    page.wait_for_selector("[data-only-doubtful]")
    sound(page)
    page.fill("#title", "Bộ dán vào")
    page.click("main .btn-primary")
    page.wait_for_url("**/edit/")
    address = page.url
    page.goto(f"{address}?code=1.2")
    sound(page)
    page.locator(".doubts button[value^='dismiss:']").first.click()
    page.wait_for_selector(".doubts-done")
    sound(page)
    page.goto(f"{address}?tab=release")
    assert page.locator("form[action$='/release/']").count() == 0
    sound(page)
    page.click("[data-tick-all]")
    page.click("button[value='settle']")
    page.wait_for_selector("form[action$='/release/']")
    sound(page)


def test_the_editor_works_without_scripts(page_at, sign_in, officer, draft):
    page = sign_in(page_at(360, "vi", java_script_enabled=False), officer)
    page.goto(f"/sets/{draft.pk}/edit/?code=3.4.2")
    page.locator("button[value='add:rule']").click()
    page.wait_for_selector("[name='rule-2-points']")
    page.fill("[name='try-given.handled']", "200")
    page.fill("[name='try-given.on_time']", "200")
    page.locator(".record-actions button[value='try']").click()
    assert "1,5" in page.locator(".tried-points").inner_text()
    page.fill("[name='f-title']", "Tên mới")
    page.locator(".record-actions .btn-primary").click()
    page.goto(f"/sets/{draft.pk}/")
    page.get_by_text("Tên mới").first.wait_for()


def test_a_table_is_imported(page_at, sign_in, sound, officer, unit, width, lang):
    page = sign_in(page_at(width, lang), officer)
    page.goto("/sets/import/")
    sound(page)
    page.set_input_files("#id_file", {"name": "bang.txt", "mimeType": "text/plain", "buffer": TABLE.encode()})
    page.click("main .btn-primary")
    page.wait_for_selector(".big-figures")
    sound(page)
    page.click("main .btn-primary")
    page.wait_for_url("**/edit/")
    page.goto("/sets/import/")
    page.set_input_files("#id_file", {"name": "x.xlsx", "mimeType": "text/plain", "buffer": b"PK?"})
    page.click("main .btn-primary")
    page.wait_for_selector(".error-summary")
    sound(page)


def test_published_results(page_at, sign_in, sound, officer, unit, width, lang):
    rows = "".join(f"sipas,so,{year},8{year % 10}.5,{year % 10 + 1},21,x\n" for year in range(2020, 2024))
    table = io.BytesIO(f"index,unit,year,result,rank,units,source\n{rows}".encode())
    results_import(rows_of(table, "csv"), indices={"sipas"}, acting=SYSTEM)
    page = sign_in(page_at(width, lang), officer)
    page.goto("/published-results/")
    page.wait_for_selector("[data-chart][data-drawn] svg")
    sound(page)
    page.goto("/published-results/enter/")
    sound(page)
    page.goto("/published-results/import/")
    page.set_input_files("#id_file", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"index,unit\n"})
    page.click("main .btn-primary")
    page.wait_for_selector(".error-summary")
    sound(page)
