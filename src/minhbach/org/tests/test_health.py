"""Checks of the data: declared, looked at by permission, shown and printed; those of org on constructed faults."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from minhbach.org.calendars.actions import year_confirm
from minhbach.org.files import store
from minhbach.org.health import ERROR, Check, Fault, Look, all_checks, register, registry
from minhbach.org.health.looking import look
from minhbach.org.models import Chain, DailyRoot, RoleGrant, StoredFile, Unit
from minhbach.org.permissions import SYSTEM
from minhbach.org.units.actions import unit_close

YEAR = 2026


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def office(clock_at, make_unit, make_account):
    """A department with an administrator and an auditor, on 21 November of a year with official days off."""

    class Office:
        pass

    clock_at(f"{YEAR}-11-21T09:00")
    o = Office()
    o.top = make_unit("so", kind="so", name="Sở Giáo dục và Đào tạo")
    o.part = make_unit("vp", o.top, name="Văn phòng")
    o.admin = make_account("quan-tri", o.top, "administrator")
    o.auditor = make_account("kiem-toan", o.top, "auditor")
    for year in (YEAR, YEAR + 1):
        year_confirm(year, acting=SYSTEM)
    return o


def found(key, *, whole=True, account=SYSTEM):
    check = next(check for check in all_checks() if check.key == key)
    return [fault.says for fault in look(account, check, Look(timezone.now(), whole), size=50).faults]


def test_nothing_is_found_where_all_is_well(office):
    assert {check.key: found(check.key) for check in all_checks() if found(check.key)} == {}


def test_every_check_says_what_it_means_and_what_to_do():
    checks = all_checks()
    assert len(checks) >= 20
    for check in checks:
        assert all(str(words).endswith(".") for words in (check.means, check.remedy)), check.key
        assert not str(check.title).endswith("."), check.key


def test_a_key_is_taken_once_and_a_severity_is_one_of_three():
    taken = all_checks()[0]
    with pytest.raises(ValueError, match="declared twice"):
        register(Check(taken.key, ERROR, "", "", "", find=lambda look: []))
    try:
        with pytest.raises(ValueError, match="no severity"):
            register(Check("tests.odd", "bad", "", "", "", find=lambda look: []))
    finally:
        del registry._checks["tests.odd"]


def test_a_file_that_is_gone_or_changed(office):
    from minhbach.org.models import Attachment

    for content in (b"one", b"two", b"three"):
        sha256, size = store.put([content])
        stored = StoredFile.objects.create(sha256=sha256, size=size, media_type="text/plain", extension="txt")
        Attachment.objects.create(file=stored, kind="org.signature_image", name="a.txt", at=timezone.now())
    assert found("org.files") == []
    first, second, _third = StoredFile.objects.order_by("pk")
    store.path_of(first.sha256).unlink()
    store.path_of(second.sha256).write_bytes(b"six")
    assert found("org.files") == [
        f"{first.sha256[:16]}… (txt, 3 B): missing",
        f"{second.sha256[:16]}… (txt, 3 B): not what was stored",
    ]


def test_each_file_has_its_day(office, monkeypatch):
    from minhbach.org.health import own
    from minhbach.org.models import Attachment

    monkeypatch.setattr(own, "FILES", 2)
    for n in range(7):
        sha256, size = store.put([b"%d" % n])
        stored = StoredFile.objects.create(sha256=sha256, size=size, media_type="text/plain", extension="txt")
        Attachment.objects.create(file=stored, kind="org.signature_image", name="a.txt", at=timezone.now())
        store.path_of(sha256).unlink()
    check = next(check for check in all_checks() if check.key == "org.files")
    days = [look(SYSTEM, check, Look(timezone.now() + timedelta(days=n)), size=9) for n in range(8)]
    assert all(one.count <= 2 for one in days)
    assert len({fault.says for one in days for fault in one.faults}) == 7


def test_a_chain_whose_head_was_changed(office):
    chain = Chain.objects.get(name="units")
    Chain.objects.filter(pk=chain.pk).update(hash="0" * 64)
    assert found("org.trail_heads") == [f"units: its head is not its event #{chain.seq}"]


def test_a_trail_that_is_not_sealed(office, clock_at):
    assert found("org.trail_unsealed") == []
    clock_at(f"{YEAR}-11-29T09:00")
    assert found("org.trail_unsealed") == ["never sealed"]
    DailyRoot.objects.create(day=date(YEAR, 11, 24), count=0, merkle="", root="", sealed_at=timezone.now())
    assert found("org.trail_unsealed") == ["sealed last for 24/11/2026"]
    DailyRoot.objects.create(day=date(YEAR, 11, 28), count=0, merkle="", root="", sealed_at=timezone.now())
    assert found("org.trail_unsealed") == []


def test_days_off_of_the_next_year(office, clock_at):
    year_confirm(YEAR + 1, confirmed=False, acting=SYSTEM)
    assert found("org.calendar_year") == ["2027: the days off are an estimate"]
    clock_at(f"{YEAR}-09-30T09:00")
    assert found("org.calendar_year") == []
    clock_at("2040-11-01T09:00")
    assert found("org.calendar_year") == ["2040: no days off are known", "2041: no days off are known"]


def test_a_top_without_an_administrator(office):
    RoleGrant.objects.filter(role="administrator").update(ends=date(YEAR, 11, 20))
    assert found("org.no_administrator") == ["Sở Giáo dục và Đào tạo has no administrator"]


def test_roles_at_a_closed_unit(office, make_account):
    make_account("lan", office.part, "office", full_name="Trần Thị Lan")
    unit_close(office.part, on=date(YEAR, 11, 10), acting=SYSTEM)
    assert found("org.roles_at_closed_units") == ["Trần Thị Lan, closed on 10/11/2026"]


def test_an_account_of_somebody_who_has_left(office, make_account, clock_at):
    account = make_account("cu", office.part, "office", full_name="Nguyễn Văn Cũ")
    account.person.grants.update(ends=date(YEAR, 11, 20))
    assert found("org.idle_accounts") == []  # opened today: there is a week's time
    clock_at(f"{YEAR}-12-01T09:00")
    assert found("org.idle_accounts") == ["Nguyễn Văn Cũ"]


def test_a_certificate_that_expires(office, make_token):
    make_token(office.admin.person)
    from minhbach.org.models import Certificate

    Certificate.objects.update(ends_at=timezone.now() + timedelta(days=40))
    assert found("org.certificates") == []
    Certificate.objects.update(ends_at=timezone.now() + timedelta(days=20), holder="Quản trị")
    assert found("org.certificates") == ["Quản trị: valid until 11/12/2026"]


# Who sees what ------------------------------------------------------------------------------------------------------


@pytest.fixture
def faulty():
    """A check that finds a fault at each unit, and one that belongs to none."""

    def find(at):
        yield Fault("everywhere")
        yield from (Fault(unit.code, unit.pk, "/x/") for unit in Unit.objects.order_by("path"))

    check = register(Check("tests.faulty", ERROR, "Faulty things", "They are bad.", "Mend them.", find=find))
    all_checks()
    yield check
    del registry._checks["tests.faulty"]


def test_faults_are_shown_of_units_whose_health_one_may_see(office, make_unit, make_account, faulty):
    make_unit("khac", kind="so")
    below = make_account("duoi", office.part, "administrator")
    assert found("tests.faulty", account=office.auditor) == ["so", "vp"]
    assert found("tests.faulty", account=below) == ["vp"]
    assert found("tests.faulty") == ["everywhere", "so", "vp", "khac"]


def test_rows_are_shown_of_units_whose_health_one_may_see(office, make_unit, make_account):
    other = make_unit("khac", kind="so")
    make_account("quan-tri-khac", other, "administrator")
    gone = make_unit("khac-vp", other)
    for unit in (office.part, gone):
        make_account(f"nguoi-{unit.code}", unit, "office", full_name=f"Người {unit.code}")
        unit_close(unit, on=date(YEAR, 11, 10), acting=SYSTEM)
    assert found("org.roles_at_closed_units", account=office.admin) == ["Người vp, closed on 10/11/2026"]
    assert len(found("org.roles_at_closed_units")) == 2


def test_the_pages(office, as_, faulty, make_account):
    clerk = make_account("thu", office.part, "clerk")
    address, one = reverse("org:health"), reverse("org:health_check", args=["tests.faulty"])
    for account, status in ((office.admin, 200), (office.auditor, 200), (clerk, 403)):
        client = as_(account)
        client.cookies["django_language"] = "en"
        assert [client.get(page).status_code for page in (address, one)] == [status, status]
    client = as_(office.admin)
    client.cookies["django_language"] = "en"
    assert "Faulty things" in client.get(address).text
    page = client.get(one).text
    assert "Mend them." in page and '<a href="/x/">vp</a>' in page and "everywhere" in page
    assert client.get(reverse("org:health_check", args=["none"])).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_long_lists_come_in_pages(office, as_):
    def find(at):
        yield from (Fault(f"fault {n}") for n in range(1, 1200))

    register(Check("tests.long", ERROR, "Long", "Bad.", "Mend.", find=find))
    try:
        client = as_(office.admin)
        client.cookies["django_language"] = "en"
        address = reverse("org:health_check", args=["tests.long"])
        first, last = client.get(address).text, client.get(address + "?page=20").text
        assert "more than 1,000" in first and "fault 50<" in first and "fault 51<" not in first
        assert "fault 1000<" in last and "fault 1001<" not in last and 'rel="next"' not in last
        assert "fault 1000<" in client.get(address + "?page=999").text
        assert "fault 1<" in client.get(address + "?page=x").text
    finally:
        del registry._checks["tests.long"]


def test_the_overview_asks_few_questions(office, as_):
    client = as_(office.auditor)
    client.get(reverse("org:health"))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("org:health")).status_code == 200
    assert len(captured) <= 5 * len(all_checks())
