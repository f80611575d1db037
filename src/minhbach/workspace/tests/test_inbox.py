"""The inbox: whose dossiers, in which order, narrowed to what, at which cost."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from minhbach.dossiers.actions import moving, opinions, waiting
from minhbach.dossiers.actions.desks import delegation_set
from minhbach.dossiers.models import Dossier
from minhbach.org.dates import today
from minhbach.workspace import bands, lists
from minhbach.workspace.models import SavedFilter

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")
INBOX, ALL = "/inbox/", "/dossiers/"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=VN)


def order(shown, *dossiers):
    places = [shown.index(f">{dossier.code}</a>") for dossier in dossiers]
    return places == sorted(places)


def test_bands_are_cut_by_working_time(desk, make_dossier, due, at):
    """Wednesday 18 November 2026, 09:00: two working days after today end on Friday; Monday is later."""
    made = {name: make_dossier() for name in ("late", "today", "soon", "later", "waiting")}
    at("2026-11-18 09:00")
    due(made["late"], moment("2026-11-18 08:59"))
    due(made["today"], moment("2026-11-18 17:00"))
    due(made["soon"], moment("2026-11-20 17:00"))
    due(made["later"], moment("2026-11-23 08:00"))
    due(made["waiting"], moment("2026-11-17 17:00"), status=5, paused_at=moment("2026-11-17 10:00"))
    found = lists.SCOPES[lists.UNITS].of(desk.counter)
    cut = bands.conditions(found, moment("2026-11-18 09:00"))
    assert bands.counted(found, cut) == {"late": 1, "new": 0, "today": 1, "soon": 1, "later": 1, "waiting": 1}
    for name, dossier in made.items():
        assert list(found.filter(cut[name])) == [dossier], name


def test_an_agency_that_works_on_saturday_has_its_own_bands(desk, make_dossier, due, make_unit, system):
    """On Thursday, two working days after today end on Saturday there, and on Monday elsewhere."""
    from minhbach.org.calendars.actions import week_set

    hours = {"mon-sat": ["07:30-11:30", "13:00-17:00"]}
    week_set(desk.agency, since=today() - timedelta(days=3000), hours=hours, decision="QĐ 1", acting=system)
    dossier = due(make_dossier(), moment("2026-11-23 17:00"))
    found = lists.SCOPES[lists.UNITS].of(desk.counter)
    now = moment("2026-11-19 09:00")
    assert not found.filter(bands.conditions(found, now)["soon"]).exists()
    due(dossier, moment("2026-11-21 17:00"))
    assert found.filter(bands.conditions(found, now)["soon"]).exists()


def test_whose_dossiers_stand_where(desk, make_dossier, as_):
    held, lying = make_dossier(), make_dossier()
    for dossier in (held, lying):
        moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(held, person=desk.specialist.person, acting=desk.office_head)
    moving.dossier_forward(lying, acting=desk.office_head)
    client = as_(desk.specialist)
    mine = client.get(INBOX, {"list": "mine"}).content.decode()
    assert held.code in mine and lying.code not in mine
    units = client.get(INBOX, {"list": "units"}).content.decode()
    assert held.code in units and lying.code in units
    second = as_(desk.second)
    assert "stand-in" not in second.get(INBOX).content.decode()
    delegation_set(desk.specialist.person, desk.second.person, unit=desk.office, begins=today(), acting=desk.specialist)
    standing = second.get(INBOX, {"list": "stand-in"}).content.decode()
    assert held.code in standing and lying.code not in standing


def test_a_line_says_what_to_know(desk, make_dossier, as_, due, at):
    dossier = make_dossier()
    at("2026-11-18 09:00")
    due(
        dossier,
        moment("2026-11-19 15:00"),
        submitted_at=moment("2026-11-16 08:00"),
        received_at=moment("2026-11-16 08:00"),
        allowed="3 ngày làm việc",
    )
    shown = as_(desk.counter).get(INBOX).content.decode()
    assert "Nguyễn Văn An" in shown and "Tiếp nhận" in shown and "Mai" in shown
    assert f"/dossiers/of/{dossier.code}/do/forward/" in shown
    assert "còn" in shown or "quá hạn" in shown


def test_names_are_masked_for_who_may_not_see_them(desk, make_dossier, make_account, as_):
    dossier = make_dossier()
    client = as_(make_account("kiem-toan", desk.agency, "auditor"))
    shown = client.get(ALL).content.decode()
    assert dossier.code in shown and "Nguyễn Văn An" not in shown and "N••• V••• A•••" in shown
    # Searching would tell them letter by letter; the code is no secret.
    for secret in ("nguyen", "0310990", "an"):
        assert dossier.code not in client.get(ALL, {"q": secret}).content.decode().replace(f"q={secret}", ""), secret
    assert dossier.code in client.get(ALL, {"q": dossier.code[-11:]}).content.decode()


def test_filters_narrow(desk, make_dossier, as_, due, make_applicant):
    now = datetime.now(VN)
    late = due(make_dossier(), now - timedelta(days=3))
    good = due(
        make_dossier(applicant=make_applicant(name="Trần Thị Đào", id_number="031099000002")), now + timedelta(days=30)
    )
    waits = make_dossier()
    waiting.supplement_ask(waits, items=["Ảnh"], because="Thiếu", acting=desk.counter)
    client = as_(desk.counter)

    def shows(*wanted, **asked):
        shown = client.get(INBOX, {"list": "units", **asked}).content.decode()
        assert {d.code for d in (late, good, waits) if f">{d.code}</a>" in shown} == {d.code for d in wanted}, asked

    shows(late, good, waits)
    shows(late, late="yes")
    shows(good, q="dao tran")
    shows(late, band="late")
    shows(waits, waiting="yes")
    shows(waits, status="5")
    shows(late, apology="no")
    shows(late, good, waits, procedure=desk.offer.procedure_id, step="receive")
    shows(late, good, waits, unit=desk.one_stop.pk)
    shows(unit=desk.office.pk)
    shows(late, good, waits, person=desk.counter.person_id)
    shows(person="none")
    shows(late, good, waits, received_from=today().isoformat())
    shows(received_to=(today() - timedelta(days=1)).isoformat())
    shows(late, good, waits, channel="counter")
    shows(late, good, waits, procedure="rubbish", unit="-1", person="99999999999999999999", received_from="32/13/2026")
    assert client.get(INBOX, {"after": "rubbish"}).status_code == 400
    assert client.get(ALL, {"after": "9" * 40}).status_code == 400


def test_paging_goes_through_every_dossier_once_in_order(desk, make_dossier, as_, due):
    now = datetime.now(VN).replace(second=0, microsecond=0)
    made = [
        due(make_dossier(), now + timedelta(days=day, hours=n % 2))
        for n, day in enumerate([-5] * 9 + [40] * 9 + [-2] * 9)
    ]
    made += [make_dossier() for _n in range(3)]
    found = lists.SCOPES[lists.UNITS].of(desk.counter)
    cut = bands.conditions(found, now)
    seen, after = [], ""
    for _page in range(10):
        page = lists.by_bands(found, cut, "", after, rows=7)
        seen += page.dossiers
        after = page.after
        if not after:
            break
    assert len(seen) == len(made) == len({d.pk for d in seen})
    late = [d for d in seen if d.due_at < now]
    assert seen[: len(late)] == sorted(late, key=lambda d: (d.due_at, d.pk))
    assert not lists.by_bands(found, cut, "late", "", rows=18).after


def test_all_dossiers_are_read_on_by_key(desk, make_dossier, as_):
    made = [make_dossier() for _n in range(lists.ROWS + 3)]
    client = as_(desk.counter)
    first = client.get(ALL).content.decode()
    assert first.count("data-open") == lists.ROWS
    rest = client.get(ALL, {"after": made[3].pk}).content.decode()
    assert rest.count("data-open") == 3


@pytest.mark.parametrize("address", [INBOX, f"{INBOX}?list=units", ALL])
def test_lists_cost_the_same_however_long(desk, make_dossier, as_, django_assert_max_num_queries, address):
    client = as_(desk.office_head)

    def make(count):
        for _n in range(count):
            dossier = make_dossier()
            moving.dossier_forward(dossier, acting=desk.counter)
            moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)

    make(3)
    client.get(address)
    # 1-2 session and account; roles; units of roles (several verbs); choices of filters 3; counts of lists and bands 4;
    # calendars 2; rows 3; sources of the inbox 2 each; kept filters 1
    with django_assert_max_num_queries(36) as few:
        client.get(address)
    make(57)
    Dossier.objects.filter(pk__lte=Dossier.objects.order_by("pk")[20].pk).update(
        due_at=datetime(2026, 1, 5, 9, tzinfo=VN)
    )
    with django_assert_max_num_queries(len(few.captured_queries) + 1):
        shown = client.get(address).content.decode()
    assert shown.count("data-open") == (lists.ROWS if address != INBOX else lists.ROWS)


def test_a_filter_is_kept_shared_replaced_and_removed(desk, as_, make_dossier):
    client = as_(desk.office_head)
    keep = reverse("workspace:filter_save")
    client.post(keep, {"name": "Trễ của phòng", "scope": "units", "query": "late=yes", "unit": desk.office.pk})
    client.post(keep, {"name": "Trễ của phòng", "scope": "units", "query": "late=yes&status=4", "unit": desk.office.pk})
    client.post(keep, {"name": "Riêng", "scope": "all", "query": "status=9"})
    assert list(SavedFilter.objects.values_list("name", "query")) == [
        ("Riêng", "status=9"),
        ("Trễ của phòng", "late=yes&status=4"),
    ]
    client.get(INBOX)  # shows the messages
    shown = as_(desk.specialist).get(INBOX).content.decode()
    assert "Trễ của phòng" in shown and "Riêng" not in shown
    shared = SavedFilter.objects.get(name="Trễ của phòng")
    client.post(reverse("workspace:filter_remove", args=[shared.pk]))
    assert SavedFilter.objects.filter(pk=shared.pk).exists(), "only its owner removes it"
    as_(desk.office_head).post(reverse("workspace:filter_remove", args=[shared.pk]))
    assert not SavedFilter.objects.filter(pk=shared.pk).exists()
    foreign = as_(desk.specialist).post(keep, {"name": "Lạ", "scope": "units", "query": "", "unit": desk.agency.pk})
    assert foreign.status_code == 403
    as_(desk.specialist).post(keep, {"name": " ", "scope": "units"})
    assert SavedFilter.objects.count() == 1


def test_other_sources_show_what_waits(desk, make_dossier, as_, due):
    late = due(make_dossier(), datetime.now(VN) - timedelta(days=3))
    shown = as_(desk.office_head).get(INBOX).content.decode()
    assert "Trễ hạn chưa có văn bản xin lỗi" in shown and late.code in shown
    asked = make_dossier()
    opinions.opinion_ask(asked, desk.office, question="Có đồng ý không?", acting=desk.counter)
    shown = as_(desk.specialist).get(INBOX).content.decode()
    assert "Có đồng ý không?" in shown
