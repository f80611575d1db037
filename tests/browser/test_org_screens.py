"""Units, people and the trail in a real browser: at both widths, in both languages, by keyboard, without scripts."""

from datetime import date

import pytest
from playwright.sync_api import expect

from minhbach.org.models import Chain, Event
from minhbach.org.people.actions import person_register, post_assign
from minhbach.org.permissions import SYSTEM
from minhbach.org.units.actions import unit_close, unit_rename


class Place:
    """A department with offices, one of them closed, a school, an administrator and a person without an account."""


@pytest.fixture
def place(make_unit, make_account):
    p = Place()
    p.so = make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo", name_en="Department of Education and Training")
    p.office = make_unit("vp", p.so, name="Văn phòng Sở", short_name="VP")
    p.school = make_unit("thpt", p.so, kind="truong", name="Trường THPT Bến Bắc", group="upper_secondary")
    p.closed = make_unit("ttra", p.so, name="Thanh tra Sở")
    unit_rename(p.office, name="Văn phòng", on=date(2025, 7, 1), acting=SYSTEM)
    unit_close(p.closed, on=date(2025, 6, 30), successors=[p.office], document_number="16/NQ", acting=SYSTEM)
    p.admin = make_account("quan-tri", p.so, "administrator", full_name="Quản trị viên", password="một mật khẩu dài")
    p.person = person_register(full_name="Nguyễn Thị Minh Họa", unit=p.office, code="01", acting=p.admin)
    post_assign(p.person, unit=p.office, title="Chuyên viên", begins=date(2024, 1, 1), acting=p.admin)
    return p


def addresses(place) -> list[str]:
    units, people, trail = ("/organisation/units/", "/organisation/people/", "/organisation/trail/")
    account = place.admin.pk
    post = place.person.posts.get().pk
    event = Event.objects.get(verb="org.unit_closed").pk
    chain = Chain.objects.get(name="units").pk
    grant = place.admin.person.grants.get().pk
    return [
        units,
        f"{units}?q=van+phong&day=2024-05-01",
        f"{units}?q=nothing+like+this",
        f"{units}{place.office.pk}/",
        f"{units}{place.closed.pk}/",
        f"{units}new/",
        *(f"{units}{place.office.pk}/{step}/" for step in ("name", "place", "kind", "close")),
        people,
        f"{people}new/",
        f"{people}{place.person.pk}/",
        f"{people}{place.admin.person_id}/",
        *(f"{people}{place.person.pk}/{step}/" for step in ("particulars", "posts/new", "roles/new", "account/new")),
        f"/organisation/posts/{post}/end/",
        f"/organisation/roles/{grant}/end/",
        *(f"/organisation/accounts/{account}/{step}/" for step in ("password", "close", "reopen", "second-factor")),
        trail,
        f"{trail}events/{event}/",
        f"{trail}chains/{chain}/",
        f"{trail}chains/{chain}/?verify=1",
        f"{trail}roots/",
        "/organisation/health/",
        "/organisation/health/org.roles_at_closed_units/",
        "/me/",
    ]


def test_every_page_is_sound(page_at, sign_in, sound, place, width, lang):
    page = sign_in(page_at(width, lang), place.admin)
    for address in addresses(place):
        answer = page.goto(address)
        assert answer.status == 200, (address, answer.status)
        assert page.locator("html").get_attribute("lang") == lang
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator("main .btn-primary").count() <= 1, f"{address}: one clear next step"
        sound(page)


def test_visitors_and_wrong_forms(page_at, sign_in, sound, place, width, lang):
    page = page_at(width, lang)
    for address in ("/organisation/units/", f"/organisation/units/{place.office.pk}/"):
        page.goto(address)
        assert "Minh Họa" not in page.inner_text("main")
        sound(page)
    page = sign_in(page_at(width, lang), place.admin)
    for address in (
        "/organisation/units/new/",
        f"/organisation/units/{place.office.pk}/close/",
        "/organisation/people/new/",
        f"/organisation/people/{place.person.pk}/roles/new/",
    ):
        page.goto(address)
        page.click("main form .form-actions button")
        page.wait_for_selector(".error-summary")
        sound(page)
        page.click(".error-summary a >> nth=0")
        assert page.evaluate("document.activeElement.matches('input, select, textarea')"), (
            "the error leads to its field"
        )


def test_a_person_gets_an_account_without_scripts_and_by_keyboard(page_at, sign_in, place):
    page = sign_in(page_at(360, "en", java_script_enabled=False), place.admin)
    page.goto(f"/organisation/people/{place.person.pk}/")
    page.click("main .btn-primary")
    page.fill("#id_username", "minh-hoa")
    password = page.input_value("#id_password")
    page.focus("#id_username")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{place.person.pk}/")
    expect(page.locator(".message-ok")).to_have_count(1)
    place.person.refresh_from_db()
    assert place.person.account.check_password(password)
    assert page.locator("main .btn-primary").inner_text().strip() == "Give a role"


def test_the_close_form_gives_more_room_and_keeps_what_was_typed(page_at, sign_in, place):
    page = sign_in(page_at(1280, "en"), place.admin)
    page.goto(f"/organisation/units/{place.school.pk}/close/")
    page.fill("#id_document_number", "9/QĐ")
    page.select_option("#id_successor_1", str(place.office.pk))
    page.click("button[name=more]")
    page.wait_for_selector("#id_successor_8")
    assert page.input_value("#id_document_number") == "9/QĐ"
    assert page.input_value("#id_successor_1") == str(place.office.pk)


def test_ones_language_is_kept(page_at, sign_in, place):
    page = sign_in(page_at(1280, "vi"), place.admin)
    page.goto("/me/")
    page.check("input[name=language][value=en]")
    page.click("main form button")
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
