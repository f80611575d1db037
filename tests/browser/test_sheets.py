"""Home, to-do, a unit's sheet and a criterion as people use them: looked at, typed into, by keyboard."""

from django.conf import settings as django_settings
from playwright.sync_api import expect

from minhbach.indices.actions import appraisal, criteria, entries
from minhbach.org.permissions import SYSTEM

FACTS = {"handled": "200", "on_time": "197"}


def criterion(entry, code="3.4.2"):
    return f"/entries/{entry.pk}/criteria/{code}/"


def _explaining(entry, province):
    """The entry on its way, with every stage on the sheet of 3.4.2."""
    from minhbach.indices import figures

    criteria.evidence_add(
        entry, "3.4.2", document_number="1/BC", document_title="Báo cáo kết quả", acting=province.specialist
    )
    for leaf in figures.set_of(entry.set_version).leaves:
        inputs, note = (FACTS, "") if leaf.id == "3.4.2" else ({}, "Không phát sinh")
        criteria.criterion_score(entry, leaf.id, stage="self", inputs=inputs, note=note, acting=SYSTEM)
    for step in (entries.entry_review, entries.entry_approve, entries.entry_submit):
        step(entry, acting=SYSTEM)
    criteria.criterion_score(
        entry,
        "3.4.2",
        stage="appraisal_1",
        inputs={"handled": "200", "on_time": "190"},
        note="Bảy hồ sơ quá hạn theo hệ thống",
        acting=province.justice_appraiser,
    )
    appraisal.explanation_ask(
        entry, "3.4.2", question="Vì sao chênh lệch bảy hồ sơ?", acting=province.justice_appraiser
    )


def test_pages_are_sound(page_at, sign_in, sound, entry, province, width, lang):
    page = page_at(width, lang)
    page.goto("/")
    sound(page)
    page = sign_in(page_at(width, lang), province.officer)
    for address in (
        "/",
        "/to-do/",
        "/to-do/?view=all",
        f"/entries/{entry.pk}/",
        criterion(entry),
        criterion(entry, "7.1.1"),
    ):
        assert page.goto(address).status == 200
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator(".next-step").count() <= 1
        sound(page)
    _explaining(entry, province)
    for who in (province.justice_appraiser, province.specialist):
        page = sign_in(page_at(width, lang), who)
        for address in ("/", f"/entries/{entry.pk}/?show=differs", criterion(entry)):
            assert page.goto(address).status == 200
            sound(page)


def test_the_points_follow_while_typing(page_at, sign_in, sound, entry, province):
    page = sign_in(page_at(1280, "vi"), province.specialist)
    page.goto(criterion(entry))
    page.get_by_label("Hồ sơ đã giải quyết trong năm").fill("200")
    page.get_by_label("Hồ sơ giải quyết đúng hạn").fill("197")
    page.locator("#preview", has_text="1,4775").wait_for(timeout=3000)
    assert "1,4775" in page.locator("#announcer").text_content()
    page.get_by_label("Hồ sơ giải quyết đúng hạn").fill("201")
    page.wait_for_selector(".preview-wrong")
    sound(page)
    assert not entry.scores.exists()
    page.locator("#score-form .form-actions button").first.click()
    page.wait_for_selector(".error-summary")
    assert page.get_by_label("Hồ sơ giải quyết đúng hạn").input_value() == "201"
    sound(page)


def test_by_keyboard_alone(page_at, sign_in, entry, province):
    page = sign_in(page_at(1280, "vi"), province.specialist)
    page.goto(criterion(entry))
    page.get_by_label("Hồ sơ đã giải quyết trong năm").focus()
    page.keyboard.type("200")
    page.keyboard.press("Tab")
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    page.wait_for_selector(".message-ok")
    assert entry.scores.get().points == 1.5


def test_two_people_save_the_same_criterion(page_at, sign_in, sound, entry, province):
    page = sign_in(page_at(360, "vi"), province.specialist)
    page.goto(criterion(entry))
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, acting=province.officer)
    page.locator("[name='in.handled']").fill("9")
    page.locator("[name='in.on_time']").fill("8")
    page.locator("#preview", has_text="88,89").wait_for()
    page.locator("#score-form .form-actions button").last.click()
    page.wait_for_selector(".error-summary table")
    sound(page)
    page.locator(".error-summary button").click()
    page.wait_for_selector(".message-ok")
    assert entry.scores.get().inputs == {"handled": "9", "on_time": "8"}


def test_without_scripts_an_office_answers(page_at, sign_in, entry, province):
    page = sign_in(page_at(360, "vi", java_script_enabled=False), province.clerk)
    page.goto("/to-do/")
    page.locator(f"a[href='{criterion(entry, '3.1')}']").click()
    for name in ("plan_issued", "plan_on_time", "tasks_completed"):
        page.locator(f"[name='in.{name}'][value='yes']").check()
    page.locator("#score-form summary").last.click()
    page.locator("[name='document_number']").fill("12/KH-SGDĐT")
    page.locator("[name='document_title']").fill("Kế hoạch kiểm soát thủ tục hành chính")
    page.locator("button[value='answered']").click()
    expect(page.locator(".message-ok")).to_have_count(2)
    assert entry.assignments.get(criterion="3.1").state == "answered"


def test_what_was_typed_outlives_the_session(page_at, sign_in, sound, entry, province):
    page = sign_in(page_at(360, "en"), province.specialist)
    note, on_time = page.locator("[name=note]"), page.locator("[name='in.on_time']")

    def end_session():
        page.context.clear_cookies(name=django_settings.SESSION_COOKIE_NAME)

    page.goto(criterion(entry))
    end_session()
    note.fill("Bảy hồ sơ chờ phối hợp")
    on_time.fill("19")
    page.locator("#preview a").click()  # the points cannot be shown any more; the page stays
    page.wait_for_url("**/account/login/?next=**/criteria/3.4.2/")
    sign_in(page, province.specialist).goto(criterion(entry))
    assert (note.input_value(), on_time.input_value()) == ("Bảy hồ sơ chờ phối hợp", "19")
    sound(page)

    page.locator("[name='in.handled']").fill("20")
    end_session()
    page.locator("#score-form .form-actions button").last.click()
    page.wait_for_url("**/account/login/?next=**/save/")
    sign_in(page, province.officer).goto(criterion(entry))
    assert note.input_value() == "", "what one person typed is not shown to another"
    sign_in(page, province.specialist).goto(f"{criterion(entry)}save/")
    assert page.url.endswith(criterion(entry))
    assert (note.input_value(), on_time.input_value()) == ("Bảy hồ sơ chờ phối hợp", "19")
    page.locator("#score-form .form-actions button").last.click()
    page.wait_for_selector(".message-ok")
    assert entry.scores.get().inputs == {"handled": "20", "on_time": "19"}
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('typed:'))") == []
    assert not page.locator("[role=status] .callout-warn").count()


def test_long_unbroken_words_stay_within_the_screen(page_at, sign_in, sound, entry, province):
    word = "x" * 400
    criteria.evidence_add(entry, "3.4.2", document_number=word[:100], document_title=word, acting=province.specialist)
    criteria.comment_add(entry, "3.4.2", text=word, acting=province.specialist)
    criteria.criterion_score(entry, "3.4.2", stage="self", inputs=FACTS, note=word, acting=province.specialist)
    for who in (province.specialist, province.head):
        page = sign_in(page_at(360, "vi"), who)
        for address in (criterion(entry), f"/entries/{entry.pk}/"):
            page.goto(address)
            sound(page)
