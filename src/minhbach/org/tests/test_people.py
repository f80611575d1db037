"""People, posts, roles and accounts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from minhbach.org.errors import NotPossible
from minhbach.org.models import Account, Event, Person, Post, RoleGrant
from minhbach.org.people import queries
from minhbach.org.people.actions import (
    account_close,
    account_open,
    account_reopen,
    language_set,
    password_set,
    person_change,
    person_register,
    post_assign,
    post_end,
    role_grant,
    role_revoke,
)
from minhbach.org.permissions import SYSTEM, Refused, may
from minhbach.org.trail.verifying import verify
from minhbach.org.units.actions import unit_close

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 1)
GOOD = "một-mật-khẩu-dài"


@pytest.fixture
def so(make_unit):
    return make_unit("so", kind="so")


@pytest.fixture
def school(make_unit, so):
    return make_unit("school", so, kind="truong")


@pytest.fixture
def admin(make_account, so):
    return make_account("admin", so, "administrator")


@pytest.fixture
def school_admin(make_account, school):
    return make_account("school_admin", school, "administrator")


def events(person):
    return list(Event.objects.filter(chain__name=f"person:{person.pk}").values_list("verb", flat=True))


def test_a_person_gets_a_post_an_account_and_a_role_and_loses_them(so, admin):
    person = person_register(full_name="  Nguyễn  Văn Đức ", unit=so, code="NV01", acting=admin)
    assert person.full_name == "Nguyễn Văn Đức"
    post = post_assign(person, unit=so, title="Chuyên viên", begins=DAY, acting=admin)
    account = account_open(person, username="Duc", password=GOOD, acting=admin)
    grant = role_grant(person, role_code="office", unit=so, begins=DAY, acting=admin)
    assert grant.granted_by == admin
    assert account.check_password(GOOD)
    role_revoke(grant, on=date(2024, 6, 1), acting=admin)
    post_end(post, on=date(2024, 6, 1), acting=admin)
    account = account_close(account, acting=admin)
    assert (account.is_active, account.closed_at is not None) == (False, True)
    account_reopen(account, acting=admin)
    password_set(account, password=GOOD + "2", acting=admin)
    assert events(person) == [
        "org.person_registered",
        "org.post_assigned",
        "org.account_opened",
        "org.role_granted",
        "org.role_revoked",
        "org.post_ended",
        "org.account_closed",
        "org.account_reopened",
        "org.password_set",
    ]
    assert verify() == []
    # No name, code or password of the person in what can never be erased.
    for event in Event.objects.filter(chain__name=f"person:{person.pk}"):
        assert not any(word in str(event.data) for word in ("Đức", "NV01", "Duc", GOOD))


def test_people_are_listed_by_given_name_and_found_without_marks(so, admin, django_assert_max_num_queries):
    names = ["Trần Thị Ánh", "Lê Văn An", "Nguyễn Bá Đạt", "Phạm Thị Dung", "Bùi Văn Ân"]
    for name in names:
        person_register(full_name=name, unit=so, acting=admin)
    listed = [p.full_name for p in Person.objects.exclude(pk=admin.person_id)]
    # an < ánh < ân < dung < đạt: a before â, d before đ
    assert listed == ["Lê Văn An", "Trần Thị Ánh", "Bùi Văn Ân", "Phạm Thị Dung", "Nguyễn Bá Đạt"]
    with django_assert_max_num_queries(2):  # people; their posts
        assert [p.full_name for p in queries.people(admin, text="dat nguyen")] == ["Nguyễn Bá Đạt"]


def test_one_sees_the_people_of_units_one_may_look_into(so, school, admin, make_account):
    here = person_register(full_name="A", unit=so, acting=SYSTEM)
    posted = person_register(full_name="B", unit=so, acting=SYSTEM)
    post_assign(posted, unit=school, title="Giáo viên", begins=DAY, acting=SYSTEM)
    head = make_account("head", school, "head")
    assert {p.full_name for p in queries.people(head)} == {"B", "Head"}
    assert here in queries.people(admin)
    assert set(queries.people(admin, unit=school)) == {posted, head.person}
    assert not queries.people(make_account("nobody", so)).exists()


def test_holders_of_a_role_are_found_from_below(so, school, make_account):
    above = make_account("above", so, "appraiser")
    here = make_account("here", school, "appraiser")
    make_account("other", school, "head")
    assert set(queries.holders("appraiser", school)) == {above.person, here.person}
    assert set(queries.holders("appraiser", so)) == {above.person}


def test_a_school_cannot_make_itself_the_department(so, school, school_admin, admin):
    """The record of a person may be kept by a school while the person holds a role over the department."""
    person = person_register(full_name="C", unit=school, acting=SYSTEM)
    role_grant(person, role_code="head", unit=so, begins=DAY, acting=SYSTEM)
    with pytest.raises(Refused):
        account_open(person, username="c", password=GOOD, acting=school_admin)
    account = account_open(person, username="c", password=GOOD, acting=admin)
    for attempt in (
        lambda: password_set(account, password=GOOD, acting=school_admin),
        lambda: account_close(account, acting=school_admin),
        lambda: role_grant(person, role_code="office", unit=so, acting=school_admin),
        lambda: person_change(person, unit=so, acting=school_admin),
    ):
        with pytest.raises(Refused):
            attempt()


def test_nobody_gives_a_role_to_themselves(so, admin):
    with pytest.raises(NotPossible) as refused:
        role_grant(admin.person, role_code="head", unit=so, acting=admin)
    assert refused.value.code == "own_role"


@pytest.mark.parametrize("role", ["reform_officer", "head", "office", "appraiser", "school_reporter", "auditor"])
def test_only_administrators_write_here(so, admin, make_account, role):
    account = make_account("x", so, role)
    person = person_register(full_name="D", unit=so, acting=admin)
    grant = role_grant(person, role_code="head", unit=so, begins=DAY, acting=admin)
    post = post_assign(person, unit=so, title="t", begins=DAY, acting=admin)
    count = Event.objects.count()
    for attempt in (
        lambda: person_register(full_name="E", unit=so, acting=account),
        lambda: person_change(person, full_name="E", acting=account),
        lambda: post_assign(person, unit=so, title="u", begins=DAY, acting=account),
        lambda: post_end(post, on=DAY, acting=account),
        lambda: role_grant(person, role_code="office", unit=so, acting=account),
        lambda: role_revoke(grant, acting=account),
        lambda: account_open(person, username="y", acting=account),
        lambda: account_close(admin, acting=account),
        lambda: account_reopen(admin, acting=account),
        lambda: password_set(admin, password=GOOD, acting=account),
    ):
        with pytest.raises(Refused):
            attempt()
    assert Event.objects.count() == count


def test_what_the_state_forbids(so, school, admin):
    person = person_register(full_name="F", unit=so, code="X", acting=admin)
    post_assign(person, unit=so, title="t", begins=DAY, acting=admin)
    ended = post_assign(person, unit=so, title="u", begins=DAY, ends=DAY, acting=admin)
    role_grant(person, role_code="office", unit=so, begins=DAY, acting=admin)
    account = account_open(person, username="f", acting=admin)
    unit_close(school, on=date(2023, 1, 1), acting=admin)
    cases = [
        ("no_name", lambda: person_register(full_name=" ", unit=so, acting=admin)),
        ("code_taken", lambda: person_register(full_name="G", unit=so, code="X", acting=admin)),
        ("already", lambda: post_assign(person, unit=so, title="t", begins=DAY, acting=admin)),
        ("unit_closed", lambda: post_assign(person, unit=school, title="t", begins=DAY, acting=admin)),
        (
            "bad_dates",
            lambda: post_assign(person, unit=so, title="v", begins=DAY, ends=date(2023, 1, 1), acting=admin),
        ),
        ("ended", lambda: post_end(ended, on=DAY, acting=admin)),
        ("no_role", lambda: role_grant(person, role_code="king", unit=so, acting=admin)),
        ("no_role", lambda: role_grant(person, role_code="visitor", unit=so, acting=admin)),
        ("already", lambda: role_grant(person, role_code="office", unit=so, acting=admin)),
        ("unit_closed", lambda: role_grant(person, role_code="office", unit=school, acting=admin)),
        ("already", lambda: account_open(person, username="ff", acting=admin)),
        ("weak_password", lambda: password_set(account, password="12345678", acting=admin)),
        ("open", lambda: account_reopen(account, acting=admin)),
    ]
    for code, attempt in cases:
        with pytest.raises(NotPossible) as refused:
            attempt()
        assert refused.value.code == code
        assert str(refused.value)
    other = person_register(full_name="H", unit=so, acting=admin)
    with pytest.raises(NotPossible) as refused:
        account_open(other, username="F", acting=admin)
    assert refused.value.code == "username_taken"


def test_a_revoked_role_is_gone_the_same_day(so, admin):
    person = person_register(full_name="I", unit=so, acting=admin)
    account = account_open(person, username="i", acting=admin)
    grant = role_grant(person, role_code="head", unit=so, acting=admin)
    assert may(account, "org.people.view", so)
    assert role_revoke(grant, acting=admin) is None
    assert not may(account, "org.people.view", so)
    assert not RoleGrant.objects.filter(person=person).exists()
    old = role_grant(person, role_code="head", unit=so, begins=DAY, acting=admin)
    kept = role_revoke(old, acting=admin)
    assert kept.ends == date.today() - timedelta(days=1)


def test_everybody_chooses_their_own_language(so, admin, make_account):
    account = make_account("x", so)
    assert language_set(account, language="en", acting=account).language == "en"
    with pytest.raises(Refused):
        language_set(account, language="vi", acting=admin)
    with pytest.raises(NotPossible):
        language_set(account, language="fr", acting=account)


def test_the_posts_of_a_closed_unit_end_with_it(school, admin):
    person = person_register(full_name="J", unit=school, acting=admin)
    post = post_assign(person, unit=school, title="Hiệu trưởng", begins=DAY, acting=admin)
    unit_close(school, on=date(2024, 6, 30), acting=admin)
    post.refresh_from_db()
    assert post.ends == date(2024, 6, 30)


def test_the_database_keeps_what_must_hold(so, admin):
    person = person_register(full_name="K", unit=so, acting=admin)
    account_open(person, username="k", acting=admin)
    other = person_register(full_name="L", unit=so, acting=admin)
    for attempt in (
        lambda: Account.objects.create(person=other, username="K"),
        lambda: Account.objects.filter(username="k").update(is_active=False),
        lambda: Post.objects.create(person=person, unit=so, title="t", begins=DAY, ends=date(2023, 1, 1)),
        lambda: RoleGrant.objects.create(person=person, role="head", unit=so, begins=DAY, ends=date(2023, 1, 1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
