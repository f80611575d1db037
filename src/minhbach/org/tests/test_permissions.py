"""Who may do what where, and when."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.views import View
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.org import permissions
from minhbach.org.models import Account, Post, RoleGrant, Unit
from minhbach.org.people.actions import account_close, role_grant, role_revoke
from minhbach.org.permissions import (
    SYSTEM,
    Refused,
    asks,
    holds,
    may,
    needs,
    public,
    require,
    signed_in,
    units_where,
    visible,
)
from minhbach.org.permissions.decisions import Address, addresses, undecided
from minhbach.org.permissions.registry import ROLES, _verbs, register
from minhbach.org.permissions.views import Decision
from minhbach.org.units.actions import unit_close, unit_move

VERB = "test.write"
READ = "test.read"
OPEN = "test.open"


@pytest.fixture(autouse=True)
def verbs():
    before = dict(_verbs)
    register(VERB, "write a test", roles=["office", "administrator"])
    register(READ, "read a test", roles=["office"], reads=True)
    register(OPEN, "look at a test", roles=["visitor"], reads=True)
    yield
    _verbs.clear()
    _verbs.update(before)


@pytest.fixture
def tree(make_unit):
    """so over phong and school; other beside them."""
    so = make_unit("so", kind="so")
    phong = make_unit("phong", so)
    school = make_unit("school", phong, kind="truong")
    other = make_unit("other", kind="so")
    return so, phong, school, other


def codes(queryset):
    return sorted(queryset.values_list("code", flat=True))


def fresh(account):
    """The account as the next request would load it."""
    return Account.objects.get(pk=account.pk)


def test_a_role_holds_in_the_subtree_and_nowhere_else(tree, make_account):
    so, phong, school, other = tree
    account = make_account("lan", phong, "office")
    assert [may(account, VERB, unit) for unit in (so, phong, school, other)] == [False, True, True, False]
    assert codes(units_where(account, VERB)) == ["phong", "school"]
    assert holds(account, VERB)
    require(account, VERB, school)
    with pytest.raises(Refused) as refused:
        require(account, VERB, so)
    assert (refused.value.verb, refused.value.unit) == (VERB, so)
    with pytest.raises(Refused):
        require(account, VERB, None)


# role → (may write, may read) at a unit of its own; OPEN is everybody's
MATRIX = {
    "administrator": (True, False),
    "reform_officer": (False, False),
    "head": (False, False),
    "office_head": (False, False),
    "office": (True, True),
    "counter": (False, False),
    "specialist": (False, False),
    "clerk": (False, False),
    "appraiser": (False, False),
    "school_reporter": (False, False),
    "auditor": (False, True),
}


@pytest.mark.parametrize("role", MATRIX)
def test_each_role_at_its_own_and_at_a_foreign_unit(tree, make_account, role):
    _so, phong, _school, other = tree
    account = make_account("lan", phong, role)
    for unit, (writes, reads) in ((phong, MATRIX[role]), (other, (False, False))):
        assert (may(account, VERB, unit), may(account, READ, unit), may(account, OPEN, unit)) == (
            writes,
            reads,
            True,
        )


def test_the_matrix_names_every_role():
    assert {code for code, role in ROLES.items() if role.grantable} == MATRIX.keys()


def test_units_by_id_are_those_of_the_rows(tree, make_account, django_assert_num_queries):
    so, phong, school, other = tree
    account = fresh(make_account("lan", phong, "office"))
    with django_assert_num_queries(3):  # the grants, the units under them, how many there are
        assert permissions.unit_ids(account, VERB) == {phong.pk, school.pk}
        assert permissions.unit_ids(account, READ) == {phong.pk, school.pk}
    assert permissions.unit_ids(account, OPEN) is None
    assert permissions.unit_ids(SYSTEM, VERB) is None
    assert permissions.unit_ids(None, VERB) == frozenset()
    everywhere = make_account("ha", so, "office")
    role_grant(everywhere.person, role_code="office", unit=other, begins=date(2020, 1, 1), acting=SYSTEM)
    assert permissions.unit_ids(fresh(everywhere), VERB) is None


def test_visitors_hold_only_what_is_everybodys(tree):
    so, *_rest = tree
    for nobody in (AnonymousUser(), None):
        assert not may(nobody, VERB, so)
        assert not holds(nobody, READ)
        assert may(nobody, OPEN, so)
        assert codes(units_where(nobody, VERB)) == []
        assert codes(units_where(nobody, OPEN)) == ["other", "phong", "school", "so"]


def test_auditors_are_given_no_verb_that_writes():
    with pytest.raises(ImproperlyConfigured):
        register("test.audit", "x", roles=["auditor"])
    for verb in permissions.verbs():
        assert verb.reads or "auditor" not in verb.roles
        assert not verb.reads or "auditor" in verb.roles or verb.public


def test_a_misspelt_verb_or_role_is_an_error_and_never_a_no(tree, make_account):
    so, *_rest = tree
    account = make_account("lan", so, "office")
    for ask in (
        lambda: may(account, "test.wrong", so),
        lambda: require(SYSTEM, "test.wrong", so),
        lambda: units_where(account, "test.wrong"),
    ):
        with pytest.raises(LookupError):
            ask()
    with pytest.raises(ImproperlyConfigured):
        register("test.x", "x", roles=["director"])
    with pytest.raises(ImproperlyConfigured):
        register(VERB, "something else", roles=["head"])
    with pytest.raises(TypeError):
        may(account, VERB, None)


@pytest.mark.parametrize(
    ("begins", "ends", "held"),
    [(0, None, True), (0, 0, True), (-5, -1, False), (1, None, False), (-5, 5, True)],
)
def test_a_grant_holds_between_its_days(tree, make_account, begins, ends, held):
    so, *_rest = tree
    account = make_account("lan", so)
    today = date.today()
    RoleGrant.objects.create(
        person=account.person,
        role="office",
        unit=so,
        begins=today + timedelta(days=begins),
        ends=None if ends is None else today + timedelta(days=ends),
    )
    assert may(account, VERB, so) is held
    assert units_where(account, VERB).exists() is held


def test_a_closed_account_may_nothing(tree, make_account):
    so, *_rest = tree
    account = make_account("lan", so, "office")
    stale = fresh(account)
    assert may(stale, VERB, so)
    account_close(account, acting=SYSTEM)
    for object_ in (fresh(account), stale):
        assert not may(object_, VERB, so)
        assert not units_where(object_, VERB).exists()


def test_what_changes_is_seen_at_once_by_objects_already_loaded(tree, make_account):
    so, phong, school, other = tree
    account = make_account("lan", phong)
    assert not may(account, VERB, school)
    grant = role_grant(account.person, role_code="office", unit=phong, begins=date(2024, 1, 1), acting=SYSTEM)
    assert may(account, VERB, school)
    school = unit_move(school, parent=other, on=date(2024, 5, 1), acting=SYSTEM)
    assert not may(account, VERB, school)
    assert may(account, VERB, phong)
    role_revoke(grant, acting=SYSTEM)
    assert not may(account, VERB, phong)


def test_a_closed_unit_stays_readable_from_above(tree, make_account):
    so, _phong, school, _other = tree
    account = make_account("lan", so, "auditor")
    unit_close(school, on=date(2024, 1, 1), acting=SYSTEM)
    assert "school" in codes(units_where(account, READ))


def test_units_whose_ids_begin_alike_are_not_confused(make_unit, make_account):
    units = [make_unit(f"u{i}", kind="so") for i in range(12)]
    account = make_account("lan", units[0], "office")
    assert codes(units_where(account, VERB)) == ["u0"]


def test_rows_are_filtered_by_their_unit(tree, make_account, django_assert_num_queries):
    so, phong, school, other = tree
    account = make_account("lan", phong, "office")
    for unit in tree:
        Post.objects.create(person=account.person, unit=unit, title="t", begins=date(2024, 1, 1))
    with django_assert_num_queries(1):  # the grants are read in the same query
        rows = list(visible(Post.objects.order_by("pk"), account, VERB))
    assert [row.unit_id for row in rows] == [phong.pk, school.pk]
    grants = visible(RoleGrant.objects.all(), account, VERB, unit_field="person__unit")
    assert grants.count() == 1
    assert visible(Post.objects.all(), SYSTEM, VERB).count() == 4


def test_asking_again_costs_nothing(tree, make_account, django_assert_num_queries):
    account = fresh(make_account("lan", tree[1], "office", "head", "auditor"))
    with django_assert_num_queries(1):  # the grants, once
        for unit in tree:
            may(account, VERB, unit)
            may(account, READ, unit)
        holds(account, VERB)
    with django_assert_num_queries(1):  # the units and the grants in one
        list(units_where(account, VERB))
    account = fresh(account)
    with django_assert_num_queries(0):
        may(account, OPEN, tree[0])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 6), min_size=3, max_size=7),
    grants=st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from(["office", "head", "auditor"])), max_size=4, unique=True
    ),
)
def test_the_query_and_the_question_agree(kinds, make_account, parents, grants):
    """units_where and may answer alike, and both like a walk up the tree."""
    from django.db import transaction

    from minhbach.org.units.actions import unit_open

    with transaction.atomic():
        units, above = [], {}
        for i, p in enumerate(parents):
            parent = units[p % i] if i and p % (i + 1) else None
            units.append(
                unit_open(
                    code=f"h{i}",
                    name=f"h{i}",
                    kind=kinds["so"],
                    begins=date(2024, 1, 1),
                    parent=parent,
                    acting=SYSTEM,
                )
            )
            above[units[i].pk] = parent
        account = make_account("hyp", units[0])
        held = {(units[i % len(units)].pk, role) for i, role in grants}
        for pk, role in held:
            role_grant(account.person, role_code=role, unit=Unit.objects.get(pk=pk), acting=SYSTEM)
        for verb, roles in ((VERB, {"office"}), (READ, {"office", "auditor"})):
            expected = set()
            for unit in units:
                at = unit
                while at is not None:
                    if any((at.pk, role) in held for role in roles):
                        expected.add(unit.pk)
                    at = above[at.pk]
            assert set(units_where(account, verb).values_list("pk", flat=True)) == expected
            assert {unit.pk for unit in units if may(account, verb, unit)} == expected
        transaction.set_rollback(True)


def test_the_refusal_speaks_the_readers_language_and_names_what_and_where(tree):
    so, *_rest = tree
    with translation.override("en"):
        assert "write a test" in str(Refused(VERB, so))
        assert "so" in str(Refused(VERB, so))
        assert str(Refused(VERB, None, "words of my own")) == "words of my own"


# Views


def view(request):
    return HttpResponse("inside")


class Page(View):
    def get(self, request):
        return HttpResponse("inside")


def ask(decided, user):
    request = RequestFactory().get("/somewhere/?a=1")
    request.user = user
    return decided(request)


@pytest.mark.parametrize("make", [lambda: view, lambda: Page.as_view()])
def test_decorated_views(tree, make_account, make):
    so, *_rest = tree
    nobody, without, office = AnonymousUser(), make_account("a", so), make_account("b", so, "office")
    assert ask(public(make()), nobody).content == b"inside"
    assert ask(asks("a rule")(make()), nobody).content == b"inside"
    for decided in (signed_in(make()), needs(VERB)(make())):
        answer = ask(decided, nobody)
        assert answer.status_code == 302
        assert answer.url == "/account/login/?next=/somewhere/%3Fa%3D1"
        assert ask(decided, office).content == b"inside"
    assert ask(signed_in(make()), without).content == b"inside"
    with pytest.raises(Refused):
        ask(needs(VERB)(make()), without)
    assert ask(needs(OPEN)(make()), nobody).content == b"inside"


def test_a_class_can_be_decided_as_a_whole(tree, make_account):
    @needs(VERB)
    class Decided(View):
        def get(self, request):
            return HttpResponse("inside")

    assert Decided.as_view().decision == Decision("needs", VERB)
    assert ask(Decided.as_view(), make_account("b", tree[0], "office")).content == b"inside"
    assert ask(Decided.as_view(), AnonymousUser()).status_code == 302


def test_a_fragment_request_is_led_to_the_sign_in_page_as_a_whole():
    from django_htmx.middleware import HtmxDetails

    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/?year=1"}
    request = RequestFactory().get("/board/part/", headers=headers)
    request.user, request.htmx = AnonymousUser(), HtmxDetails(request)
    answer = signed_in(view)(request)
    assert answer["HX-Redirect"] == "/account/login/?next=/board/%3Fyear%3D1"


def test_a_view_is_decided_once():
    with pytest.raises(TypeError):
        public(signed_in(view))


def test_every_address_has_a_decision():
    """If this fails: put @public, @signed_in, @needs("…") or @asks("…") on the view named here."""
    assert undecided() == []
    assert len(addresses()) > 30
    for address in addresses():
        if address.decision.kind == "needs":
            permissions.verb(address.decision.detail)


def test_an_undecided_view_is_found_whatever_its_name(monkeypatch):
    import types

    from django.urls import include, path

    urls = types.ModuleType("some_urls")
    urls.urlpatterns = [
        path("a/", view, name="account_new"),
        path("b/", include(([path("c/", public(view), name="c")], "inner"))),
        path("d/", Page.as_view(), name="mfa_new"),
    ]
    monkeypatch.setitem(__import__("sys").modules, "some_urls", urls)
    assert addresses("some_urls") == [
        Address("a/", "account_new", __name__, None),
        Address("b/c/", "inner:c", __name__, Decision("public")),
        Address("d/", "mfa_new", __name__, None),
    ]


@pytest.mark.postgresql
def test_a_subtree_is_an_index_range(tree):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Unit.objects.within(tree[0]).order_by().explain()
    assert "Index Cond: (((path)::text >=" in plan
