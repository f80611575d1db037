"""Criteria given to offices in a round that runs: one, several, in place of others or with them, and by when."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.indices import work
from minhbach.indices.actions import criteria, entries, opening
from minhbach.indices.models import Entry, Round
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.org.ui import unitfields

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def due():
    return timezone.now() + 3 * DAY


@pytest.fixture
def signed_in(client, province):
    def as_(who):
        client.force_login(getattr(province, who), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        return client

    return as_


def todo(account):
    return set(work.writable_now(work.assignments_of_offices(account)).values_list("criterion", flat=True))


def offices(entry, criterion):
    """Codes of the offices that have it, the leading one first."""
    return list(entry.assignments.filter(criterion=criterion).order_by("-leads").values_list("office__code", flat=True))


def refusal(entry, criterion="3.1", **more):
    with pytest.raises(NotPossible) as caught:
        entries.criterion_assign(entry, criterion, **more)
    return caught.value.code


# The action -------------------------------------------------------------------------------------------------------


def test_a_criterion_moves_from_one_to_do_list_to_another_at_once(entry, province, due):
    criteria.criterion_score(entry, "3.1", stage="self", inputs={}, note="Đang làm", acting=province.clerk)
    assert "3.1" in todo(province.clerk) and "3.1" not in todo(province.specialist)
    entries.criterion_assign(entry, "3.1", office=province.division, due=due, alone=True, acting=province.officer)
    assert "3.1" not in todo(province.clerk) and "3.1" in todo(province.specialist)
    assert offices(entry, "3.1") == ["gd-th"]
    with pytest.raises(Refused):  # it is no longer the office's
        criteria.criterion_score(entry, "3.1", stage="self", inputs={}, note="x", edition=1, acting=province.clerk)
    row = entry.scores.get(criterion="3.1")
    assert row.note == "Đang làm"  # what was entered stays
    criteria.criterion_score(entry, "3.1", stage="self", inputs={}, note="Tiếp", edition=1, acting=province.specialist)


def test_the_history_says_from_whom_to_whom_and_by_when(entry, province, due, signed_in):
    entries.criterion_assign(entry, "3.1", office=province.division, due=due, alone=True, acting=province.officer)
    event = Event.objects.filter(chain__name=entry.chain, verb="indices.assigned").last()
    assert (event.data["office"], event.data["released"], event.data["criterion"]) == ("gd-th", ["gd-vp"], "3.1")
    assert event.actor == province.officer
    page = signed_in("officer").get(reverse("indices:criterion", args=[entry.pk, "3.1"])).content.decode()
    local = timezone.localtime(due)
    assert f"Văn phòng Sở → Phòng Trung học; by {local:%H:%M} on {local:%d/%m/%Y}" in " ".join(page.split())


def test_the_others_may_go_on_answering_with_it(entry, province, due):
    entries.criterion_assign(entry, "3.1", office=province.division, due=due, acting=province.officer)
    assert offices(entry, "3.1") == ["gd-th", "gd-vp"]
    assert entry.assignments.filter(criterion="3.1", leads=True).get().office == province.division
    entries.criterion_assign(entry, "3.1", office=province.education, due=due, leads=False, acting=province.officer)
    assert offices(entry, "3.1")[0] == "gd-th" and len(offices(entry, "3.1")) == 3


def test_another_day_for_the_same_office_changes_nothing_else(entry, province, due):
    entry.assignments.filter(criterion="3.1").update(state="answered")
    entries.criterion_assign(entry, "3.1", office=province.office, due=due, alone=True, acting=province.officer)
    given = entry.assignments.get(criterion="3.1")
    assert (given.due, given.state, given.leads) == (due, "answered", True)


def test_several_go_together_or_not_at_all(entry, province, due):
    with pytest.raises(NotPossible) as caught:
        entries.criteria_assign(
            entry, ["3.1", "9.9"], office=province.division, due=due, alone=True, acting=province.officer
        )
    assert caught.value.code == "unknown_criterion"
    assert offices(entry, "3.1") == ["gd-vp"]
    given = entries.criteria_assign(
        entry, ["3.1", "3.2", "3.1"], office=province.division, due=due, alone=True, acting=province.officer
    )
    assert [each.criterion for each in given] == ["3.1", "3.2"]
    assert offices(entry, "3.1") == offices(entry, "3.2") == ["gd-th"]


def test_what_is_not_possible(entry, open_round, province, due, make_unit):
    officer, division = province.officer, province.division
    assert refusal(entry, office=province.justice, due=due, acting=officer) == "foreign_office"
    assert refusal(entry, office=division, due=timezone.now() - DAY, acting=officer) == "bad_due"
    after = open_round.self_closes + DAY
    assert refusal(entry, office=division, due=after, acting=officer) == "bad_due"
    opening.stage_reopen(entry, stage="self", until=after + DAY, reason="Lũ", acting=SYSTEM)
    entries.criterion_assign(entry, "3.1", office=division, due=after, acting=officer)  # its own end counts
    with pytest.raises(NotPossible) as caught:
        entries.criteria_assign(entry, [], office=division, due=due, acting=officer)
    assert caught.value.code == "nothing_chosen"
    for who in (province.clerk, province.head, province.outsider, province.auditor, province.manager):
        with pytest.raises(Refused):
            entries.criterion_assign(entry, "3.1", office=division, due=due, acting=who)
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    assert refusal(entry, office=division, due=due, acting=officer) == "out_of_order"
    Entry.objects.filter(pk=entry.pk).update(status="scoring")
    Round.objects.filter(pk=open_round.pk).update(status="closed")
    assert refusal(entry, office=division, due=due, acting=officer) == "out_of_order"


# The screen -------------------------------------------------------------------------------------------------------


@pytest.fixture
def address(entry):
    return reverse("indices:entry_offices", args=[entry.pk])


def form(province, **more):
    day = timezone.localdate() + 2 * DAY
    return {"office": province.division.pk, "day": day.isoformat()} | more


def test_those_ticked_are_given(signed_in, entry, province, address):
    answer = signed_in("officer").post(address, form(province, criterion=["3.1", "7.3"]), follow=True)
    page = " ".join(answer.content.decode().split())
    assert "Phòng Trung học answers 2 criteria, by 17:00" in page
    assert offices(entry, "3.1") == offices(entry, "7.3") == ["gd-th"]
    assert timezone.localtime(entry.assignments.get(criterion="3.1").due).hour == 17
    signed_in("officer").post(address, form(province, office=province.office.pk, criterion=["3.1"], keep="on"))
    assert offices(entry, "3.1") == ["gd-vp", "gd-th"]


def test_all_that_are_shown_are_given(signed_in, entry, province, address):
    before = {c: offices(entry, c) for c in ("3.1", "3.4.2")}
    assert before == {"3.1": ["gd-vp"], "3.4.2": ["gd-th"]}
    entry.assignments.filter(criterion="8.1").delete()
    client = signed_in("officer")
    page = client.get(address, {"office": "-"}).content.decode()
    assert 'value="8.1"' in page and 'value="3.1"' not in page
    client.post(f"{address}?office=-", form(province, all="1"))
    assert offices(entry, "8.1") == ["gd-th"] and offices(entry, "3.1") == ["gd-vp"]
    page = client.get(address, {"code": "VP"}).content.decode()
    assert 'value="3.1"' in page and 'value="3.4.2"' not in page


def test_what_was_ticked_stays_when_something_is_wrong(signed_in, entry, province, address):
    client = signed_in("officer")
    answer = client.post(address, form(province, criterion=["3.1"], day="31/02/2026"))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="3.1" id="c1" checked' in page
    answer = client.post(address, form(province, criterion=[]))
    assert answer.status_code == 422 and "Choose at least one criterion" in answer.content.decode()
    assert client.post(address, form(province, criterion=["3.1"], office=province.justice.pk)).status_code == 422
    late = (timezone.localdate() + 300 * DAY).isoformat()
    assert "Self-scoring ends at" in client.post(address, form(province, criterion=["3.1"], day=late)).content.decode()
    assert offices(entry, "3.1") == ["gd-vp"]


def test_the_last_day_ends_with_self_scoring(signed_in, entry, open_round, province, address):
    closes = timezone.localtime(open_round.self_closes)
    data = form(province, criterion=["3.1"], day=closes.date().isoformat())
    assert signed_in("officer").post(address, data).status_code == 302
    given = entry.assignments.get(criterion="3.1").due
    assert given <= open_round.self_closes and timezone.localtime(given).date() == closes.date()


def test_after_submission_it_is_only_read(signed_in, entry, province, address):
    Entry.objects.filter(pk=entry.pk).update(status="submitted")
    page = signed_in("officer").get(address).content.decode()
    assert "while the unit scores itself" in page and 'name="criterion"' not in page
    assert signed_in("officer").post(address, form(province, criterion=["3.1"])).status_code == 422
    assert offices(entry, "3.1") == ["gd-vp"]


def test_one_criterion_from_its_own_page(signed_in, entry, province):
    client = signed_in("officer")
    step = reverse("indices:criterion_step", args=[entry.pk, "3.1", "assign"])
    assert client.post(step, form(province)).status_code == 302
    assert offices(entry, "3.1") == ["gd-th"]
    answer = client.post(step, form(province, day="hôm qua"))
    assert answer.status_code == 409 and 'value="hôm qua"' in answer.content.decode()


def test_where_the_offices_are_many_they_are_searched_for(signed_in, entry, province, address, make_unit, monkeypatch):
    monkeypatch.setattr(unitfields, "FEW", 2)
    make_unit("thpt-dd", parent=province.education, kind="truong", name="Trường THPT Đống Đa", group="thpt")
    client = signed_in("officer")
    criterion = reverse("indices:criterion", args=[entry.pk, "3.1"])
    for page in (address, criterion):
        found = client.get(page, {"find": "office", "office.q": "dong da"}, headers={"hx-request": "true"})
        assert "Trường THPT Đống Đa" in found.content.decode() and "<html" not in found.content.decode()
    assert f'hx-get="{criterion}?find=office"' in client.get(criterion).content.decode()
    # offices come before units that are scored themselves
    page = client.get(address).content.decode()
    assert page.index("Văn phòng Sở <span") < page.index("Sở Giáo dục và Đào tạo <span")
    data = {key: value for key, value in form(province).items() if key != "office"}
    client.post(address, data | {"criterion": ["3.1"], "office.q": "trung hoc"})
    assert offices(entry, "3.1") == ["gd-th"]
