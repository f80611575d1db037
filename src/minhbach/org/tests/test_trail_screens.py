"""The trail on screen: who reads which events, filters, paging by key, and checking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from minhbach.org.dates import today
from minhbach.org.models import Chain, Event
from minhbach.org.people.actions import person_register, role_grant
from minhbach.org.permissions import ROLES, SYSTEM
from minhbach.org.trail import queries, seal, triggers, views, words
from minhbach.org.units.actions import unit_rename

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def auditor(make_account, so):
    return make_account("auditor", so, "auditor")


@pytest.fixture
def school_admin(make_account, school):
    return make_account("school-admin", school, "administrator", full_name="Phạm Thị Hiền")


@pytest.fixture
def lan(school):
    return person_register(full_name="Nguyễn Thị Lan", unit=school, acting=SYSTEM)


@pytest.fixture
def minh(other):
    return person_register(full_name="Trần Văn Minh", unit=other, acting=SYSTEM)


def body(answer) -> str:
    return answer.content.decode().split("</header>")[1]


def pages():
    event = Event.objects.first()
    return [
        reverse("org:trail"),
        reverse("org:trail_roots"),
        reverse("org:trail_event", args=[event.pk]),
        reverse("org:trail_chain", args=[event.chain_id]),
    ]


def test_only_readers_of_the_trail(client, so, make_account):
    viewers = {role: make_account(role, so, role) for role, it in ROLES.items() if it.grantable}
    for address in pages():
        client.logout()
        assert client.get(address).status_code == 302
        for role, viewer in viewers.items():
            client.force_login(viewer)
            wanted = 200 if role in ("administrator", "auditor") else 403
            assert client.get(address).status_code == wanted, (address, role)


def test_each_reader_reads_the_trail_of_their_own_units(client, so, school, other, lan, minh, school_admin, auditor):
    unit_rename(other, name="Trường Hai Mới", on=today(), acting=SYSTEM)
    chains = {name: Chain.objects.get(name=name).pk for name in (f"person:{lan.pk}", f"person:{minh.pk}", "units")}
    events = {name: Event.objects.filter(chain=pk).last().pk for name, pk in chains.items()}
    client.force_login(school_admin)
    page = body(client.get(reverse("org:trail")))
    assert "Nguyễn Thị Lan" in page and "Trần Văn Minh" not in page
    assert "Trường Một" in page and "Trường Hai" not in page, "of the tree's chain, the events of their units"
    opened = {
        name: (
            client.get(reverse("org:trail_event", args=[events[name]])).status_code,
            client.get(reverse("org:trail_chain", args=[chains[name]])).status_code,
        )
        for name in chains
    }
    assert list(opened.values()) == [(200, 200), (404, 404), (404, 404)]
    assert client.get(reverse("org:trail"), {"chain": f"person:{minh.pk}"}).context["lines"] == []
    assert client.get(reverse("org:trail"), {"unit": other.pk}).context["form"].errors
    # Events of the tree are shown, but its chain holds those of others too: no way there.
    own = Event.objects.get(verb="org.unit_opened", subject_id=school.pk)
    assert reverse("org:trail_chain", args=[own.chain_id]) not in body(
        client.get(reverse("org:trail_event", args=[own.pk]))
    )
    client.force_login(auditor)
    assert Event.objects.count() == queries.events_visible(auditor).count()
    for name in chains:
        assert client.get(reverse("org:trail_event", args=[events[name]])).status_code == 200
        assert client.get(reverse("org:trail_chain", args=[chains[name]])).status_code == 200


def test_what_belongs_to_no_unit_is_for_readers_of_the_whole_tree(client, auditor, school_admin, make_unit):
    kind = Event.objects.filter(verb="org.unit_kind_set").first()
    for viewer, status in ((auditor, 200), (school_admin, 404)):
        client.force_login(viewer)
        assert client.get(reverse("org:trail_event", args=[kind.pk])).status_code == status
    make_unit("elsewhere", kind="so")  # a second top: the whole is now more than the auditor's part
    client.force_login(auditor)
    assert client.get(reverse("org:trail_event", args=[kind.pk])).status_code == 404


def test_filters(client, so, school, lan, minh, auditor, school_admin):
    role_grant(lan, role_code="office", unit=school, acting=school_admin)
    client.force_login(auditor)

    def found(**given):
        return [event.verb for event, _about, _open in client.get(reverse("org:trail"), given).context["lines"]]

    assert found(who="pham thi hien") == ["org.role_granted"]
    assert found(who="hien", verb="org.unit_opened") == []
    assert set(found(who="system", verb="org.person_registered")) == {"org.person_registered"}
    assert found(chain=f"person:{lan.pk}") == ["org.role_granted", "org.person_registered"]
    assert found(unit=school.pk, verb="org.unit_opened") == ["org.unit_opened"]
    assert (
        found(unit=so.pk, verb="org.unit_opened")
        == ["org.unit_opened"] * Event.objects.filter(verb="org.unit_opened").count()
    )
    day = today()
    assert found(begins=day + timedelta(days=1)) == []
    assert found(ends=day - timedelta(days=1)) == []
    assert found(begins=day, ends=day, verb="org.role_granted", who="hien") == ["org.role_granted"]
    wrong = client.get(reverse("org:trail"), {"begins": "31/02/2024", "verb": "no.such", "before": "x", "after": "²"})
    assert wrong.status_code == 200 and len(wrong.context["form"].errors) == 2


def test_paging_by_key_shows_every_event_once(client, auditor, lan, monkeypatch, make_unit):
    for n in range(7):
        make_unit(f"u{n}", lan.unit)
    monkeypatch.setattr(views, "PER_PAGE", 4)
    client.force_login(auditor)
    seen, address, forward = [], "", []
    while True:
        page = client.get(reverse("org:trail") + address).context
        seen += [event.pk for event, _about, _open in page["lines"]]
        forward.append([event.pk for event, _about, _open in page["lines"]])
        if not page["page"].older:
            break
        address = f"?before={page['page'].older}"
    assert seen == list(Event.objects.order_by("-pk").values_list("pk", flat=True))
    for expected in reversed(forward[:-1]):
        page = client.get(reverse("org:trail"), {"after": page["page"].newer}).context
        assert [event.pk for event, _about, _open in page["lines"]][-1:] == expected[-1:]
    assert page["page"].newer is None


def test_the_list_costs_the_same_however_many_events(client, school, school_admin, lan, django_assert_max_num_queries):
    client.force_login(school_admin)
    client.get(reverse("org:trail"))
    with django_assert_max_num_queries(12) as captured:
        client.get(reverse("org:trail"))
    before = len(captured)
    for n in range(10):
        person_register(full_name=f"Người {n}", unit=school, acting=SYSTEM)
    with django_assert_max_num_queries(before):
        assert len(client.get(reverse("org:trail")).context["lines"]) > 10


def test_an_event_is_told_in_words(client, school, lan, auditor, school_admin):
    grant = role_grant(lan, role_code="office", unit=school, acting=school_admin)
    event = Event.objects.get(verb="org.role_granted", actor=school_admin)
    client.force_login(auditor)
    page = body(client.get(reverse("org:trail_event", args=[event.pk])))
    for said in ("Phạm Thị Hiền", "gave the role", "Responsible office", "Trường Một (school)", event.hash):
        assert said in page
    assert grant.begins.strftime("%d/%m/%Y") in page


def test_data_of_every_shape_is_readable(school, django_assert_num_queries):
    now = timezone.now()
    data = {
        "unit": "school",
        "units": ["school", "gone"],
        "on": "2025-06-30",
        "begins": now.astimezone(__import__("datetime").UTC).isoformat(timespec="microseconds"),
        "before": {"points": None, "inputs": {"a": "1"}},
        "leads": True,
        "document": ["9/QĐ", None, ""],
        "differences": [{"a": [1, 2]}],
        "strange_key": "2025-13-45",
        "empty": {},
    }
    with django_assert_num_queries(1):
        rows = {row.label: row for row in words.rows(data)}
    assert rows["Unit"].value == "Trường Một (school)"
    assert rows["Units"].value == "Trường Một (school); gone"
    assert rows["Day"].value == "30/06/2025"
    assert str(now.year) in rows["First day"].value and "T" not in rows["First day"].value
    assert rows["Before"].value == "" and rows["A"].depth == 2
    assert rows["Document"].value == "9/QĐ"
    assert rows["Strange_key"].value == "2025-13-45"


def test_a_chain_is_verified_on_its_page(client, lan, auditor):
    client.force_login(auditor)
    chain = Chain.objects.get(name=f"person:{lan.pk}")
    address = reverse("org:trail_chain", args=[chain.pk])
    assert "Verify now" in body(client.get(address))
    assert "The chain is whole" in body(client.get(address, {"verify": "1"}))
    triggers.remove(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE org_event SET actor_name = 'nobody' WHERE chain_id = %s", [chain.pk])
        page = body(client.get(address, {"verify": "1"}))
    finally:
        triggers.install(connection)
    assert "tampered" in page and "was changed after it was recorded" in page


def test_a_long_chain_is_left_to_the_command_line(client, lan, auditor, monkeypatch):
    monkeypatch.setattr(views, "MOST_TO_VERIFY", 0)
    client.force_login(auditor)
    chain = Chain.objects.get(name=f"person:{lan.pk}")
    page = client.get(reverse("org:trail_chain", args=[chain.pk]), {"verify": "1"})
    assert "checked" not in page.context
    assert f"minhbach trail verify --chain person:{lan.pk}" in body(page)


def test_daily_roots_are_listed_page_by_page(client, lan, auditor, monkeypatch):
    client.force_login(auditor)
    assert "No day is sealed yet" in body(client.get(reverse("org:trail_roots")))
    real = today()
    monkeypatch.setattr(seal, "today", lambda: real + timedelta(days=9))
    roots = [seal.seal_day(real + timedelta(days=n)) for n in range(5)]
    monkeypatch.setattr(views, "ROOTS_PER_PAGE", 2)
    first = client.get(reverse("org:trail_roots"))
    assert roots[-1].root in body(first) and "minhbach trail verify" in body(first)
    seen, page = [], first
    while True:
        assert all(line.follows for line in page.context["lines"])
        seen += [line.root for line in page.context["lines"]]
        if not page.context["older"]:
            break
        page = client.get(reverse("org:trail_roots"), {"before": page.context["older"]})
    assert seen == roots[::-1]
    chain = Chain.objects.get(name=f"person:{lan.pk}")
    assert "by the daily root of" in body(client.get(reverse("org:trail_chain", args=[chain.pk])))
    assert client.get(reverse("org:trail_roots"), {"before": "x"}).status_code == 200
