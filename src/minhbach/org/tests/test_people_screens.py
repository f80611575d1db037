"""People on screen: whom one sees, what one may change about them, accounts, and one's own page."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from minhbach.org.dates import today
from minhbach.org.models import Account, Event, Person, Post, RoleGrant
from minhbach.org.people import particulars
from minhbach.org.people.actions import account_close, person_register, post_assign, role_grant
from minhbach.org.permissions import ROLES, SYSTEM
from minhbach.org.permissions.registry import verbs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = date(2024, 1, 1)
GOOD = "một-mật-khẩu-dài"


@pytest.fixture
def admin(make_account, so):
    return make_account("admin", so, "administrator", full_name="Quản Trị")


@pytest.fixture
def school_admin(make_account, school):
    return make_account("school-admin", school, "administrator", full_name="Quản Trị Trường")


@pytest.fixture
def teacher(school):
    person = person_register(
        full_name="Nguyễn Thị Lan", unit=school, code="GV-01", email="lan@example.org", acting=SYSTEM
    )
    post_assign(person, unit=school, title="Giáo viên", begins=DAY, acting=SYSTEM)
    return person


def text(answer) -> str:
    return answer.content.decode()


def body(answer) -> str:
    return text(answer).split("</header>")[1]


def test_people_are_found_without_marks_and_only_where_one_may_look(client, so, school, other, teacher, make_account):
    elsewhere = person_register(full_name="Nguyễn Thị Lánh", unit=other, acting=SYSTEM)
    address = reverse("org:people")
    assert client.get(address).status_code == 302, "visitors see no people"
    client.force_login(make_account("none", so))
    assert client.get(address).status_code == 403
    client.force_login(make_account("head", school, "head"))
    found = client.get(address, {"q": "nguyen thi lan"}).context["page"].object_list
    assert list(found) == [teacher]
    assert client.get(reverse("org:person", args=[elsewhere.pk])).status_code == 404
    assert client.get(address, {"unit": other.pk}).context["form"].errors, "no unit of others to choose"
    client.force_login(make_account("auditor", so, "auditor"))
    assert set(client.get(address, {"q": "lan"}).context["page"].object_list) == {teacher, elsewhere}
    assert list(client.get(address, {"unit": other.pk}).context["page"].object_list) == [elsewhere]


def test_the_list_costs_the_same_however_many_people(client, admin, school, teacher, django_assert_max_num_queries):
    client.force_login(admin)
    for n in range(8):
        person = person_register(full_name=f"Người {n}", unit=school, acting=SYSTEM)
        post_assign(person, unit=school, title="Giáo viên", begins=DAY, acting=SYSTEM)
    with django_assert_max_num_queries(9) as captured:
        client.get(reverse("org:people"))
    before = len(captured)
    for n in range(8):
        person = person_register(full_name=f"Người khác {n}", unit=school, acting=SYSTEM)
        post_assign(person, unit=school, title="Giáo viên", begins=DAY, acting=SYSTEM)
    with django_assert_max_num_queries(before):
        client.get(reverse("org:people"))


def test_particulars_and_sign_in_are_for_those_who_manage_them(client, school, teacher, make_account, school_admin):
    address = reverse("org:person", args=[teacher.pk])
    client.force_login(make_account("head", school, "head"))
    page = body(client.get(address))
    assert "Giáo viên" in page
    assert "GV-01" not in page and "lan@example.org" not in page and "No account" not in page
    client.force_login(school_admin)
    page = body(client.get(address))
    assert "GV-01" in page and "lan@example.org" in page and "No account" in page


def test_posts_and_roles_at_units_of_others_stay_unseen(client, so, school, other, teacher, make_account):
    post_assign(teacher, unit=other, title="Giáo viên thỉnh giảng", begins=DAY, acting=SYSTEM)
    role_grant(teacher, role_code="auditor", unit=so, begins=DAY, acting=SYSTEM)
    client.force_login(make_account("head", school, "head"))
    sheet = client.get(reverse("org:person", args=[teacher.pk])).context["sheet"]
    assert ([held.title for held in sheet.posts], sheet.roles) == (["Giáo viên"], [])
    own = make_account("lan", so)
    Account.objects.filter(pk=own.pk).update(person=teacher)
    client.force_login(Account.objects.get(pk=own.pk))
    sheet = client.get(reverse("org:me")).context["sheet"]
    assert len(sheet.posts) == 2 and len(sheet.roles) == 1, "of oneself one sees all"


def steps(person, post, grant, account):
    """Every form about a person, by its address."""
    return {
        "person_change": person.pk,
        "post_new": person.pk,
        "role_new": person.pk,
        "post_end": post.pk,
        "role_end": grant.pk,
        "account_password": account.pk,
        "account_close": account.pk,
        "account_reopen": account.pk,
        "account_second_factor": account.pk,
        "account_provider": (account.pk, SocialAccount.objects.get_or_create(user=account, provider="sso")[0].pk),
    }


def test_every_form_asks_for_the_right_at_the_unit(client, so, school, other, teacher, make_account):
    grant = role_grant(teacher, role_code="office", unit=school, begins=DAY, acting=SYSTEM)
    account = make_account("hv", school)
    Account.objects.filter(pk=account.pk).update(person=teacher)
    forms = steps(teacher, teacher.posts.get(), grant, account)
    viewers = [(role, make_account(f"x-{role}", so, role)) for role, it in ROLES.items() if it.grantable]
    viewers.append(("foreign", make_account("foreign", other, "administrator")))
    before = list(Event.objects.values_list("pk", flat=True))
    for name, pk in forms.items():
        address = reverse(f"org:{name}", args=pk if isinstance(pk, tuple) else [pk])
        client.logout()
        assert (client.get(address).status_code, client.post(address, {}).status_code) == (302, 302)
        for role, viewer in viewers:
            client.force_login(viewer)
            wanted = {"administrator": 200, "foreign": 404}.get(role, 403)
            assert client.get(address).status_code == wanted, (name, role)
            if wanted != 200:
                assert client.post(address, {}).status_code == wanted, (name, role)
    assert list(Event.objects.values_list("pk", flat=True)) == before, "looking changes nothing"


def test_a_school_does_not_reach_the_account_of_who_holds_a_role_above(client, so, teacher, school_admin, make_account):
    account = make_account("hv", so)
    Account.objects.filter(pk=account.pk).update(person=teacher)
    role_grant(teacher, role_code="appraiser", unit=so, begins=DAY, acting=SYSTEM)
    client.force_login(school_admin)
    page = client.get(reverse("org:person", args=[teacher.pk]))
    assert page.status_code == 200 and "Set a new password" not in body(page)
    for name in ("account_password", "account_close", "account_second_factor"):
        assert client.get(reverse(f"org:{name}", args=[account.pk])).status_code == 403
    link = SocialAccount.objects.create(user=account, provider="sso", uid="1")
    assert client.post(reverse("org:account_provider", args=[account.pk, link.pk])).status_code == 403


def test_a_person_is_registered_posted_given_a_role_and_an_account(client, school, other, school_admin):
    client.force_login(school_admin)
    data = {"full_name": "  Trần  Văn Đạt ", "unit": school.pk, "code": "GV-09", "email": ""}
    wrong = client.post(reverse("org:person_new"), data | {"unit": other.pk, "email": "x"})
    assert wrong.status_code == 422 and "You cannot choose this unit here" in text(wrong)
    answer = client.post(reverse("org:person_new"), data)
    person = Person.objects.get(code="GV-09")
    assert (person.full_name, answer.url) == ("Trần Văn Đạt", reverse("org:person", args=[person.pk]))
    again = client.post(reverse("org:person_new"), data)
    assert again.status_code == 422 and "belongs to another person already" in text(again)
    assert "Open an account" in body(client.get(answer.url))

    post = {"title": "Văn thư", "unit": school.pk, "begins": "01/09/2025", "ends": ""}
    bad = client.post(reverse("org:post_new", args=[person.pk]), post | {"ends": "2025-08-01"})
    assert bad.status_code == 422 and "lies before the first" in text(bad)
    assert client.post(reverse("org:post_new", args=[person.pk]), post).status_code == 302
    twice = client.post(reverse("org:post_new", args=[person.pk]), post)
    assert twice.status_code == 422 and Post.objects.filter(person=person).count() == 1

    role = {"role": "school_reporter", "unit": school.pk, "begins": today().isoformat(), "ends": ""}
    assert client.post(reverse("org:role_new", args=[person.pk]), role | {"role": "visitor"}).status_code == 422
    assert client.post(reverse("org:role_new", args=[person.pk]), role | {"unit": other.pk}).status_code == 422
    assert client.post(reverse("org:role_new", args=[person.pk]), role).status_code == 302
    assert client.post(reverse("org:role_new", args=[person.pk]), role).status_code == 422
    page = body(client.get(answer.url))
    assert "School reporter" in page and "answer the criteria of an office" in page

    form = client.get(reverse("org:account_new", args=[person.pk])).context["form"]
    assert len(form.initial["password"]) == 17
    account = {"username": "dat", "password": "abc", "language": "vi"}
    weak = client.post(reverse("org:account_new", args=[person.pk]), account)
    assert weak.status_code == 422 and not Account.objects.filter(username="dat").exists()
    client.post(reverse("org:account_new", args=[person.pk]), account | {"password": GOOD})
    assert Account.objects.get(username="dat").check_password(GOOD)
    assert particulars.account_state(Account.objects.get(username="dat")) == "waiting"


def test_nobody_gives_a_role_to_themselves(client, so, admin):
    client.force_login(admin)
    page = client.get(reverse("org:person", args=[admin.person_id]))
    assert "Give a role" not in body(page)
    data = {"role": "auditor", "unit": so.pk, "begins": today().isoformat(), "ends": ""}
    answer = client.post(reverse("org:role_new", args=[admin.person_id]), data)
    assert answer.status_code == 422 and "ask another administrator" in text(answer)


def test_posts_and_roles_end(client, school, teacher, school_admin):
    grant = role_grant(teacher, role_code="office", unit=school, begins=DAY, acting=SYSTEM)
    post = teacher.posts.get()
    client.force_login(school_admin)
    early = client.post(reverse("org:post_end", args=[post.pk]), {"on": "2020-01-01"})
    assert early.status_code == 422 and "lies before the first" in text(early)
    client.post(reverse("org:post_end", args=[post.pk]), {"on": "2025-06-30"})
    post.refresh_from_db()
    assert post.ends == date(2025, 6, 30)
    client.post(reverse("org:role_end", args=[grant.pk]), {"on": ""})
    grant.refresh_from_db()
    assert grant.ends == today() - timedelta(days=1)
    assert client.post(reverse("org:role_end", args=[grant.pk]), {"on": ""}).status_code == 422
    page = body(client.get(reverse("org:person", args=[teacher.pk])))
    assert "Earlier posts" in page and "Earlier roles" in page
    assert RoleGrant.objects.filter(person=teacher).count() == 1


def test_accounts_are_closed_reopened_and_given_passwords(client, school, school_admin, make_account):
    account = make_account("hv", school, password=GOOD)
    client.force_login(school_admin)
    back = reverse("org:person", args=[account.person_id])
    assert client.post(reverse("org:account_close", args=[account.pk])).url == back
    twice = client.post(reverse("org:account_close", args=[account.pk]), follow=True)
    assert "closed already" in text(twice)
    assert "Reopen the account" in body(client.get(back))
    client.post(reverse("org:account_reopen", args=[account.pk]))
    address = reverse("org:account_password", args=[account.pk])
    assert client.post(address, {"password": "12345"}).status_code == 422
    assert client.post(address, {"password": GOOD + "x"}).status_code == 302
    account.refresh_from_db()
    assert account.is_active and account.check_password(GOOD + "x")


def test_a_lost_second_factor_is_removed(client, school, school_admin, make_account):
    account = make_account("hv", school, password=GOOD)
    client.force_login(school_admin)
    address = reverse("org:account_second_factor", args=[account.pk])
    nothing = client.post(address, follow=True)
    assert "has no second factor" in text(nothing)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    assert "Remove the second factor" in body(client.get(reverse("org:person", args=[account.person_id])))
    client.post(address)
    assert not Authenticator.objects.filter(user=account).exists()
    assert Event.objects.filter(verb="org.second_factor_removed").count() == 1


def test_a_link_to_a_provider_is_seen_and_removed(client, school, school_admin, make_account, settings):
    apps = [{"provider_id": "sso", "name": "VNeID", "client_id": "x", "secret": "", "settings": {}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    account = make_account("hv", school, password=GOOD)
    link = SocialAccount.objects.create(user=account, provider="sso", uid="012345678901")
    left = SocialAccount.objects.create(user=make_account("khac", school), provider="sso", uid="2")
    client.force_login(school_admin)
    page = reverse("org:person", args=[account.person_id])
    shown = body(client.get(page))
    assert "Remove the link to VNeID" in shown
    assert "012345678901" not in shown, "what the provider knows them as is theirs"
    address = reverse("org:account_provider", args=[account.pk, link.pk])
    assert "goes on signing in with the password" in text(client.get(address))
    assert client.post(address).url == page
    assert list(SocialAccount.objects.all()) == [left]
    (event,) = Event.objects.filter(verb="org.provider_unlinked")
    assert (event.data["provider"], event.actor_id) == ("sso", school_admin.pk)
    assert "removed already" in text(client.post(address, follow=True))
    assert client.get(address).status_code == 404
    # A link of another account does not answer under this one's address.
    assert client.get(reverse("org:account_provider", args=[account.pk, left.pk])).status_code == 404
    assert "VNeID" not in body(client.get(page))


def test_removing_the_last_way_to_sign_in_is_said_before(client, school, school_admin, make_account, settings):
    settings.OIDC_USERNAME_CLAIM = "preferred_username"
    account = make_account("hv", school)
    link = SocialAccount.objects.create(user=account, provider="gone-provider", uid="1")
    client.force_login(school_admin)
    said = text(client.get(reverse("org:account_provider", args=[account.pk, link.pk])))
    assert "has no password and can then no longer sign in" in said
    assert "is linked again at once" in said
    assert "gone-provider" in said, "a provider that has left the settings goes by its short name"


def test_ones_own_page_and_language(client, school, make_account):
    assert client.get(reverse("org:me")).status_code == 302
    account = make_account("hv", school, "office")
    client.force_login(account)
    page = body(client.get(reverse("org:me")))
    assert "Responsible office" in page and reverse("mfa_index") in page and reverse("account_change_password") in page
    answer = client.post(reverse("org:my_language"), {"language": "en"})
    account.refresh_from_db()
    assert (account.language, answer.cookies["django_language"].value) == ("en", "en")
    client.post(reverse("org:my_language"), {"language": "fr"})
    account.refresh_from_db()
    assert account.language == "en"
    account_close(account, acting=SYSTEM)
    assert client.get(reverse("org:me")).status_code == 302, "a closed account is signed out"


def test_what_a_role_lets_one_do_is_what_the_registry_says():
    for role in ROLES.values():
        said = {verb.code for area in particulars.lets(role) for verb in area.verbs}
        assert said == {verb.code for verb in verbs() if role.code in verb.roles and not verb.public}
