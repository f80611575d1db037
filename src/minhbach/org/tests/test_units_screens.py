"""Units on screen: the tree of a day, a unit's history, and who may change it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from minhbach.org.dates import today
from minhbach.org.models import Event, Unit
from minhbach.org.people.actions import post_assign
from minhbach.org.permissions import SYSTEM
from minhbach.org.units import tree
from minhbach.org.units.actions import unit_close, unit_move, unit_rename

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
REFORM = date(2025, 7, 1)
DECISION = {"document_number": "1671/NQ-HĐND", "document_date": date(2025, 6, 16), "document_title": "Sắp xếp bộ máy"}


@pytest.fixture
def city(make_unit):
    """A city, a department in it, a district's office that closed, its school that moved, a ward that took over."""

    class City:
        top = make_unit("tp", kind="so", name="Thành phố")
        so = make_unit("so", top, kind="so", name="Sở Giáo dục và Đào tạo")
        office = make_unit("pgd", top, name="Phòng Giáo dục quận Bắc")
        school = make_unit("thcs", office, kind="truong", name="Trường THCS Đông Bến")
        ward = make_unit("px", top, kind="xa", name="Phường Đông Bến", begins=REFORM)

    City.school = unit_move(City.school, parent=City.ward, on=REFORM, acting=SYSTEM)
    City.so = unit_rename(City.so, name="Sở Giáo dục", on=REFORM, acting=SYSTEM)
    unit_close(City.office, on=date(2025, 6, 30), successors=[City.ward], acting=SYSTEM, **DECISION)
    City.office.refresh_from_db()
    return City


@pytest.fixture
def admin(make_account, city):
    return make_account("admin", city.top, "administrator")


def text(answer) -> str:
    return answer.content.decode()


def test_a_visitor_sees_the_tree_of_today_and_of_a_day(client, city):
    page = text(client.get(reverse("org:units")))
    assert "Phường Đông Bến" in page and "Sở Giáo dục</a>" in page
    # Closed units stand below, with who took over and by which document.
    assert "Phòng Giáo dục quận Bắc" in page and "1671/NQ-HĐND" in page and "Ended" in page
    before = client.get(reverse("org:units"), {"day": "2024-05-01"})
    rows = [(row.name, row.indent) for row in before.context["tree"].rows]
    assert ("Sở Giáo dục và Đào tạo", 1) in rows, "the name of that day"
    assert ("Trường THCS Đông Bến", 2) in rows
    assert [u.name for u in before.context["tree"].coming] == ["Phường Đông Bến"]
    assert not before.context["tree"].closed


def test_days_are_taken_as_people_write_them_and_a_wrong_one_is_named(client, city):
    assert client.get(reverse("org:units"), {"day": "01/05/2024"}).context["day"] == date(2024, 5, 1)
    wrong = client.get(reverse("org:units"), {"day": "31/02/2024"})
    assert wrong.status_code == 200 and wrong.context["day"] == today()
    assert "Give a day that exists" in text(wrong)


@pytest.mark.parametrize("words", ["dong ben", "THCS đông", "thcs"])
def test_units_are_found_without_marks(client, city, words):
    answer = client.get(reverse("org:units"), {"q": words})
    assert "Trường THCS Đông Bến" in [row.name for row in answer.context["tree"].rows]


def test_a_unit_is_found_under_its_old_name_on_the_old_day(client, city):
    rows = client.get(reverse("org:units"), {"q": "dao tao", "day": "2024-05-01"}).context["tree"].rows
    assert [row.unit for row in rows] == [city.so]
    assert client.get(reverse("org:units"), {"q": "dao tao"}).context["tree"].rows == []
    kind = client.get(reverse("org:units"), {"kind": "xa"}).context["tree"]
    assert [row.unit for row in kind.rows] == [city.ward]


def test_a_large_tree_is_opened_branch_by_branch(client, city, make_unit, monkeypatch):
    monkeypatch.setattr(tree, "MOST_ROWS", 3)
    rows = client.get(reverse("org:units")).context["tree"].rows
    assert [(row.name, row.cut) for row in rows][1:] == [("Sở Giáo dục", False), ("Phường Đông Bến", True)]
    branch = client.get(reverse("org:units"), {"under": city.ward.pk}).context["tree"]
    assert [row.name for row in branch.rows] == ["Phường Đông Bến", "Trường THCS Đông Bến"]
    for nonsense in ("x", "9" * 40, "²", "0"):
        assert client.get(reverse("org:units"), {"under": nonsense}).status_code == 200


def test_queries_do_not_grow_with_the_tree(client, city, make_unit, django_assert_num_queries):
    with django_assert_num_queries(6):  # kinds to choose from; places, names; closed, successors; coming
        client.get(reverse("org:units"))
    for n in range(6):
        unit = make_unit(f"p{n}", city.so)
        if n % 2:
            unit_close(unit, on=date(2025, 1, 1), successors=[city.so], acting=SYSTEM)
    with django_assert_num_queries(6):
        client.get(reverse("org:units"))


def test_the_page_of_a_closed_unit_tells_what_became_of_it(client, city, make_unit):
    page = text(client.get(reverse("org:unit", args=[city.office.pk])))
    assert "Phường Đông Bến" in page and "1671/NQ-HĐND" in page and "Sắp xếp bộ máy" in page
    assert "Change this unit" not in page
    # The ward itself ends: who holds the duties today is found at the end of the chain.
    unit_move(city.school, parent=city.so, on=date(2026, 1, 1), acting=SYSTEM)
    last = make_unit("px-2", city.top, kind="xa", name="Phường Bến")
    unit_close(city.ward, on=date(2026, 1, 31), successors=[last], acting=SYSTEM)
    answer = client.get(reverse("org:unit", args=[city.office.pk]))
    assert answer.context["life"].holders == [last]
    heir = client.get(reverse("org:unit", args=[last.pk])).context["life"]
    assert [row.unit for row in heir.inheritances] == [city.ward] and heir.earlier == [city.office]
    assert client.get(reverse("org:unit", args=[999999])).status_code == 404


def test_places_bear_the_names_of_their_time(client, city):
    unit_rename(city.ward, name="Phường Bến Mới", on=date(2026, 1, 1), acting=SYSTEM)
    places = client.get(reverse("org:unit", args=[city.school.pk])).context["life"].places
    assert [place.name for place in places] == ["Phường Đông Bến", "Phòng Giáo dục quận Bắc"]


def test_people_of_a_unit_are_shown_only_to_those_who_may_see_people(client, city, make_account):
    teacher = make_account("co-lan", city.school, full_name="Nguyễn Thị Lan")
    post_assign(teacher.person, unit=city.school, title="Giáo viên", begins=REFORM, acting=SYSTEM)
    head = make_account("head", city.school, "head", full_name="Trần Hiệu Trưởng")
    elsewhere = make_account("so-head", city.so, "head")
    address = reverse("org:unit", args=[city.school.pk])
    for viewer, sees in ((None, False), (elsewhere, False), (teacher, False), (head, True)):
        if viewer:
            client.force_login(viewer)
        page = text(client.get(address)).split("</header>")[1]
        assert ("Nguyễn Thị Lan" in page) is sees
        assert ("Trần Hiệu Trưởng" in page) is sees


FORMS = ["unit_rename", "unit_move", "unit_classify", "unit_close"]


@pytest.mark.parametrize("name", FORMS)
def test_only_administrators_of_the_unit_change_it(client, city, make_account, make_unit, name):
    address = reverse(f"org:{name}", args=[city.so.pk])
    for method in (client.get, client.post):
        assert method(address).status_code == 302, "a visitor signs in first"
    for role in ("head", "office", "auditor", "reform_officer", "appraiser", "school_reporter"):
        client.force_login(make_account(role, city.so, role))
        assert (client.get(address).status_code, client.post(address, {}).status_code) == (403, 403)
    client.force_login(make_account("foreign", make_unit("khac", city.top), "administrator"))
    assert (client.get(address).status_code, client.post(address, {}).status_code) == (403, 403)
    client.force_login(make_account("own", city.so, "administrator"))
    assert client.get(address).status_code == 200


def test_a_unit_is_opened(client, city, admin, kinds):
    address = reverse("org:unit_new")
    assert client.get(address).status_code == 302
    client.force_login(admin)
    good = {
        "name": "Phòng  Pháp chế",
        "code": "pc",
        "kind": kinds["phong"].pk,
        "begins": "01/02/2026",
        "parent": city.so.pk,
    }
    for change, words in (
        ({"code": "so"}, "belongs to another unit already"),
        ({"code": "có dấu"}, "letters without marks"),
        ({"begins": "32/01/2026"}, "Give a day that exists"),
        ({"begins": "2019-01-01"}, "is not open on"),
        ({"parent": city.office.pk}, "You cannot choose this unit here"),
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 301}, "at most 300 characters"),
    ):
        answer = client.post(address, good | change)
        assert answer.status_code == 422 and words in text(answer), change
        assert not Unit.objects.filter(code="pc").exists()
    answer = client.post(address, good)
    made = Unit.objects.get(code="pc")
    assert answer.url == reverse("org:unit", args=[made.pk])
    assert (made.name, made.parent, made.begins) == ("Phòng Pháp chế", city.so, date(2026, 2, 1))
    assert Event.objects.get(verb="org.unit_opened", subject_id=made.pk).actor == admin


def test_an_administrator_opens_units_only_under_their_own(client, city, make_account, kinds):
    client.force_login(make_account("a", city.so, "administrator"))
    data = {"name": "X", "code": "x", "kind": kinds["phong"].pk, "begins": "2026-01-01", "parent": city.ward.pk}
    assert client.post(reverse("org:unit_new"), data).status_code == 422
    assert not Unit.objects.filter(code="x").exists()


def test_a_unit_is_renamed_moved_and_reclassified(client, city, admin, kinds):
    client.force_login(admin)
    data = {"name": "Sở GD", "on": "2026-03-01", "name_en": "", "short_name": ""}
    assert client.post(reverse("org:unit_rename", args=[city.so.pk]), data).status_code == 302
    late = client.post(reverse("org:unit_rename", args=[city.so.pk]), data | {"on": "2026-02-01"})
    assert late.status_code == 422 and "later change of name" in text(late)
    ahead = (today() + timedelta(days=30)).isoformat()
    page = client.post(reverse("org:unit_rename", args=[city.so.pk]), data | {"name": "Sở Y", "on": ahead}, follow=True)
    assert "it begins on its day" in text(page)
    city.so.refresh_from_db()
    assert city.so.name == "Sở GD"

    move = reverse("org:unit_move", args=[city.so.pk])
    assert client.post(move, {"parent": city.ward.pk, "on": "2026-03-01"}).status_code == 302
    city.so.refresh_from_db()
    assert city.so.parent == city.ward
    for parent in (city.so.pk, 999999, "x"):
        assert client.post(move, {"parent": parent, "on": "2026-03-02"}).status_code == 422

    classify = reverse("org:unit_classify", args=[city.so.pk])
    assert client.post(classify, {"kind": kinds["phong"].pk, "group": "so"}).status_code == 302
    city.so.refresh_from_db()
    assert (city.so.kind, city.so.group) == (kinds["phong"], "so")


def test_a_unit_is_closed_with_its_successors(client, city, admin, make_unit):
    client.force_login(admin)
    address = reverse("org:unit_close", args=[city.ward.pk])
    good = {
        "on": "2026-06-30",
        "rows": "4",
        "successor_1": city.so.pk,
        "successor_2": city.so.pk,
        "document_number": "9/QĐ",
    }
    page = client.get(address)
    assert "Units still stand under it" in text(page)
    stuck = client.post(address, good)
    assert stuck.status_code == 422 and "Trường THCS Đông Bến" in text(stuck)
    unit_move(city.school, parent=city.so, on=date(2026, 1, 1), acting=SYSTEM)

    more = client.post(address, good | {"more": "1"})
    assert more.status_code == 200 and "successor_8" in text(more) and 'value="9/QĐ"' in text(more)
    assert not more.context["form"].is_bound
    city.ward.refresh_from_db()
    assert city.ward.ends is None, "asking for more room closes nothing"
    for rows in ("x", "-1", "999999", "²"):
        assert client.post(address, good | {"rows": rows, "more": "1"}).status_code == 200

    assert client.post(address, good).status_code == 302
    city.ward.refresh_from_db()
    assert city.ward.ends == date(2026, 6, 30)
    assert [row.successor for row in city.ward.successions.all()] == [city.so]
    assert client.post(address, good).status_code == 422, "once"


@pytest.fixture
def many(monkeypatch):
    """So few units as there are here are many: fields for units search."""
    from minhbach.org.ui import unitfields

    monkeypatch.setattr(unitfields, "FEW", 2)


@pytest.mark.parametrize(
    ("name", "field", "found"),
    [
        ("org:unit_new", "parent", {"Phường Đông Bến", "Trường THCS Đông Bến"}),
        ("org:unit_move", "parent", {"Phường Đông Bến"}),  # the school is the one that moves
        ("org:unit_close", "successor_2", {"Phường Đông Bến"}),
        ("org:person_new", "unit", {"Phường Đông Bến", "Trường THCS Đông Bến"}),
        ("org:people", "unit", {"Phường Đông Bến", "Trường THCS Đông Bến"}),
        ("org:trail", "unit", {"Phường Đông Bến", "Trường THCS Đông Bến"}),
    ],
)
def test_every_field_for_a_unit_searches_among_what_may_be_chosen_there(client, city, admin, many, name, field, found):
    client.force_login(admin)
    address = reverse(name, args=[city.school.pk] if name in ("org:unit_move", "org:unit_close") else [])
    query = {"find": field, f"{field}.q": "dong ben"}
    page = text(client.get(address, query, headers={"hx-request": "true"}))
    assert "<html" not in page
    assert {name for name in ("Phường Đông Bến", "Trường THCS Đông Bến") if name in page} == found
    whole = text(client.get(address))
    assert f'name="{field}.q"' in whole and "<html" in whole


def test_a_form_without_scripts_comes_back_with_the_units_to_choose_from(client, city, admin, kinds, many):
    client.force_login(admin)
    data = {"name": "Trường Mới", "code": "moi", "kind": kinds["truong"].pk, "begins": "2026-01-01", "parent.q": "dong"}
    answer = client.post(reverse("org:unit_new"), data)
    page = text(answer)
    assert answer.status_code == 422 and "More than one unit fits" in page and 'value="Trường Mới"' in page
    answer = client.post(reverse("org:unit_new"), data | {"parent.seen": "dong", "parent": city.ward.pk})
    assert answer.status_code == 302 and Unit.objects.get(code="moi").parent == city.ward


def test_words_for_a_successor_stay_while_more_fields_are_asked_for(client, city, admin, many):
    client.force_login(admin)
    answer = client.post(reverse("org:unit_close", args=[city.ward.pk]), {"more": "1", "successor_1.q": "giao duc"})
    page = text(answer)
    assert 'value="giao duc"' in page and 'name="successor_8.q"' in page and "Sở Giáo dục" in page
