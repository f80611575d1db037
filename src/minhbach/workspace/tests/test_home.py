"""The first page: what each kind of person is told at once, and at which cost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from minhbach.dossiers.actions import moving, waiting
from minhbach.dossiers.models import Outgoing
from minhbach.indices.tests.sheets import ROLES, submitted

pytestmark = pytest.mark.django_db
HOME = "/"


def text(client, account=None):
    client.logout()
    if account is not None:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return " ".join(client.get(HOME).content.decode().split())


def test_visitors_find_procedures_their_dossier_and_the_index(client, desk, django_assert_max_num_queries):
    page = text(client)
    assert 'action="/procedures/"' in page and 'name="q"' in page
    assert 'action="/follow/"' in page and 'name="digits"' in page
    assert "How a point comes about" in page
    assert "Your work" not in page
    with django_assert_max_num_queries(4):
        client.get(HOME)


def test_the_box_of_the_first_page_leads_to_the_procedure(client, desk):
    found = client.get("/procedures/", {"q": "ban sao de kiem"}).content.decode()
    assert "Cấp bản sao để kiểm thử" in found


def test_what_the_index_asks_of_each(client, entry, province):
    page = text(client, province.clerk)
    assert "criteria to answer" in page and 'class="btn btn-primary"' in page
    assert "Offices that have not answered" in text(client, province.officer)
    assert "Rounds you run" in text(client, province.manager)
    submitted(entry)
    assert "to appraise" in text(client, province.justice_appraiser)
    for who in ROLES:
        assert text(client, getattr(province, who)).count('class="next-step"') <= 1


def test_what_is_late_comes_first_with_what_to_do(client, desk, make_dossier, due):
    moments = {"late": timedelta(days=-30), "later": timedelta(days=30)}
    made = {}
    for name, left in moments.items():
        dossier = make_dossier()
        moving.dossier_forward(dossier, acting=desk.counter)
        moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
        moment = timezone.now() + left
        begun = {"submitted_at": moment, "received_at": moment} if name == "late" else {}
        made[name] = due(dossier, moment, **begun)
    page = text(client, desk.specialist)
    assert '<strong class="num">1</strong> <span>Late</span>' in page
    step = page.partition('class="next-step"')[2].partition("</section>")[0]
    assert made["late"].code in step and "overdue" in step
    panel = page.partition("Dossiers to handle")[2]
    assert panel.index(made["late"].code) < panel.index(made["later"].code)
    # what lies in other hands is no step of the head of the office, but is seen to be late
    page = text(client, desk.office_head)
    assert "Dossiers at your units" in page and "Dossiers to handle" not in page.partition("<main")[2]
    overseen = page.partition("Where dossiers are late")[2].partition("</section>")[0]
    assert str(desk.specialist.person) in overseen and "1 late" in overseen


def test_a_counter_officer_receives_from_here(client, desk, make_dossier):
    dossier = make_dossier()
    page = text(client, desk.counter)
    assert 'href="/dossiers/new/"' in page and dossier.code in page
    assert 'href="/dossiers/new/"' not in text(client, desk.specialist)


def test_while_the_applicant_is_waited_for_there_is_nothing_to_do(client, desk, make_dossier):
    dossier = make_dossier()
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    waiting.supplement_ask(dossier, items=["Ảnh"], because="Thiếu", acting=desk.specialist)
    page = text(client, desk.specialist)
    assert "Nothing waits for you" in page and dossier.code not in page


def test_the_rest_is_found_by_those_who_may_open_it(client, desk, make_account):
    places = text(client, desk.specialist).partition('class="places"')[2]
    assert 'href="/dossiers/"' in places and 'href="/inbox/"' in places and 'href="/overview/"' not in places
    places = text(client, make_account("vp", desk.agency, "office")).partition('class="places"')[2]
    assert 'href="/to-do/"' in places and 'href="/inbox/"' not in places


def test_those_who_look_after_other_systems_see_what_is_stuck(client, desk, make_dossier, make_account):
    keeper = make_account("quan-tri", desk.agency, "administrator")
    assert "Stuck between us" not in text(client, keeper)
    now = timezone.now()
    Outgoing.objects.create(
        dossier=make_dossier(), key=uuid4(), verb="x", made_at=now, next_at=now, state=Outgoing.FAILED
    )
    page = text(client, keeper)
    assert "Stuck between us and the national portal" in page and 'href="/dossiers/portal/"' in page
    assert "1 waiting" in page


@pytest.mark.parametrize(("who", "most"), [("counter", 45), ("specialist", 40), ("office_head", 55), ("head", 60)])
def test_the_cost_does_not_grow(client, desk, make_dossier, due, who, most, django_assert_max_num_queries):
    def more(times):
        for n in range(times):
            dossier = make_dossier()
            if n % 2:
                moving.dossier_forward(dossier, acting=desk.counter)
                due(dossier, timezone.now() - timedelta(days=n))

    more(4)
    account = getattr(desk, who)
    text(client, account)
    with django_assert_max_num_queries(most) as few:
        client.get(HOME)
    more(8)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(HOME)
