"""Checks of dossiers and of procedures: each finds its constructed fault, and nothing where all is well."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from minhbach.dossiers.actions.money import cash_take
from minhbach.dossiers.models import (
    Batch,
    Delivery,
    Desk,
    Dossier,
    Due,
    Filed,
    Hook,
    Outgoing,
    Payment,
    PortalLink,
    Result,
    Source,
)
from minhbach.dossiers.states import Outcome, Status
from minhbach.measures import tallies
from minhbach.measures.declaring import REGISTRY
from minhbach.measures.models import Cell
from minhbach.org.calendars.actions import year_confirm
from minhbach.org.health import Look, all_checks
from minhbach.org.health.looking import look
from minhbach.org.models import Account, RoleGrant, Unit
from minhbach.org.permissions import SYSTEM
from minhbach.org.tokens.actions import token_make
from minhbach.procedures.models import Offer, Procedure, Version

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def shown(key, *, account=SYSTEM):
    check = next(check for check in all_checks() if check.key == key)
    return look(account, check, Look(timezone.now(), whole=True), size=50).faults


def found(key, **more):
    return [fault.says for fault in shown(key, **more)]


@pytest.fixture
def house(desk, make_dossier, make_account):
    """A department in order, with an administrator and a dossier that has come in."""
    make_account("quan-tri", desk.agency, "administrator")
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        year_confirm(year, acting=SYSTEM)
    desk.dossier = make_dossier()
    return desk


def change(dossier, **fields):
    Dossier.objects.filter(pk=dossier.pk).update(**fields)


def test_a_department_in_order(house):
    assert {check.key: found(check.key) for check in all_checks() if found(check.key)} == {}


def test_a_late_dossier_that_nobody_holds(house):
    due = timezone.now() - 8 * DAY
    change(house.dossier, due_at=due, first_due_at=due, at_person=None, received_at=due - DAY, submitted_at=due - DAY)
    [fault] = shown("dossiers.unheld")
    assert fault.says == f"{house.dossier.code}, due {timezone.localdate(due):%d/%m/%Y}"
    assert (fault.unit, fault.address) == (house.office, reverse("dossiers:dossier", args=[house.dossier.code]))
    change(house.dossier, at_person=house.counter.person)
    assert found("dossiers.unheld") == []
    change(house.dossier, at_person=None, due_at=timezone.now() - 6 * DAY)
    assert found("dossiers.unheld") == []


def test_who_may_not_see_dossiers_gets_no_way_to_them(house, make_account):
    change(house.dossier, due_at=timezone.now() - 8 * DAY, at_person=None)
    administrator = Account.objects.get(username="quan-tri")
    auditor = make_account("kiem-toan", house.agency, "auditor")
    assert [fault.address for fault in shown("dossiers.unheld", account=administrator)] == [""]
    assert [bool(fault.address) for fault in shown("dossiers.unheld", account=auditor)] == [True]


def test_a_dossier_held_by_somebody_who_has_left(house):
    change(house.dossier, at_person=house.second.person)
    assert found("dossiers.held_by_left") == []
    grant = RoleGrant.objects.filter(person=house.second.person)
    grant.update(ends=timezone.localdate() - DAY)
    assert found("dossiers.held_by_left") == [f"{house.dossier.code}, held by Binh"]
    grant.update(ends=None)
    Account.objects.filter(pk=house.second.pk).update(is_active=False, closed_at=timezone.now())
    assert found("dossiers.held_by_left") == [f"{house.dossier.code}, held by Binh"]
    change(house.dossier, status=Status.STOPPED, outcome=Outcome.STOPPED, finished_at=timezone.now())
    assert found("dossiers.held_by_left") == []


def test_a_closed_unit_with_open_dossiers(house, make_dossier):
    elsewhere, over = make_dossier(), make_dossier()
    change(elsewhere, office=house.one_stop, at_unit=house.one_stop)
    change(over, status=Status.STOPPED, outcome=Outcome.STOPPED, finished_at=timezone.now())
    last = timezone.localdate() - DAY
    Unit.objects.filter(pk=house.office.pk).update(ends=last)
    assert found("dossiers.at_closed_unit") == [
        f"1 open dossier, closed on {last:%d/%m/%Y}; no successor is known",
    ]
    from minhbach.org.models import Succession

    Succession.objects.create(unit=house.office, successor=house.one_stop, on=timezone.localdate())
    assert found("dossiers.at_closed_unit") == [f"1 open dossier, closed on {last:%d/%m/%Y}"]
    change(elsewhere, at_unit=house.office)
    assert found("dossiers.at_closed_unit") == [f"2 open dossiers, closed on {last:%d/%m/%Y}"]


def test_a_step_that_nobody_can_take(house):
    assert found("dossiers.unheld_role") == []
    RoleGrant.objects.filter(person=house.clerk.person).update(ends=timezone.localdate() - DAY)
    [said] = found("dossiers.unheld_role")
    assert said.startswith("nobody can act as “") and said.endswith("” at Sở Giáo dục và Đào tạo")
    Offer.objects.update(mode=Offer.MIRROR)
    assert found("dossiers.unheld_role") == []


def test_an_agency_without_a_one_stop_shop(house):
    Desk.objects.all().delete()
    assert found("dossiers.without_desk") == ["Sở Giáo dục và Đào tạo has no one-stop shop"]


def test_a_result_that_nobody_fetches(house):
    ended = {"status": Status.FINISHED, "outcome": Outcome.GRANTED}
    change(house.dossier, finished_at=timezone.now() - 29 * DAY, **ended)
    assert found("dossiers.unreturned") == []
    change(house.dossier, finished_at=timezone.now() - 31 * DAY)
    assert len(found("dossiers.unreturned")) == 1


def test_a_result_signed_and_not_numbered(house, to_step):
    dossier = to_step("number")
    assert found("dossiers.result_unnumbered") == []
    signed = timezone.now() - 4 * DAY
    Result.objects.update(signed_at=signed, drafted_at=signed)
    says = f"{dossier.code}, signed on {timezone.localdate(signed):%d/%m/%Y}"
    assert found("dossiers.result_unnumbered") == [says]
    Result.objects.update(recalled_at=timezone.now())
    assert found("dossiers.result_unnumbered") == []


@pytest.fixture
def paid(house, paid_desk, make_paid):
    dossier = make_paid()
    due = dossier.dues.order_by("pk").first()
    return cash_take(dossier, dues={due.pk: due.amount}, acting=paid_desk.counter)


def test_a_payment_that_is_not_what_it_paid(paid):
    assert found("dossiers.payment_differs") == []
    other = Due.objects.exclude(payment=paid).get()
    Due.objects.filter(pk=other.pk).update(payment=paid)
    assert found("dossiers.payment_differs") == [
        f"{paid.dossier.code}: settled 150000 đồng, for 170000 đồng due",
    ]
    Due.objects.filter(payment=paid).update(payment=None)
    assert found("dossiers.payment_differs") == [f"{paid.dossier.code}: settled 150000 đồng, for 0 đồng due"]


def test_a_due_paid_by_a_cancelled_payment(paid):
    assert found("dossiers.paid_by_cancelled") == []
    Payment.objects.update(cancelled_at=timezone.now())
    assert found("dossiers.paid_by_cancelled") == [f"{paid.dossier.code}: Phí thẩm định"]
    assert found("dossiers.payment_differs") == []


def test_a_source_that_is_silent(house):
    source = Source.objects.create(code="igate", name="iGate", agency=house.agency)
    assert found("dossiers.source_silent") == ["iGate: never"]
    at = timezone.now() - 4 * DAY
    Batch.objects.create(source=source, state=Batch.DONE, finished_at=at)
    Batch.objects.create(source=source, kind=Batch.COMPARE, state=Batch.DONE, finished_at=timezone.now())
    assert found("dossiers.source_silent") == [f"iGate: last on {timezone.localdate(at):%d/%m/%Y}"]
    Batch.objects.create(source=source, kind=Batch.CALL, state=Batch.DONE, finished_at=timezone.now())
    assert found("dossiers.source_silent") == []
    Batch.objects.all().delete()
    Source.objects.update(active=False)
    assert found("dossiers.source_silent") == []


def _message(table, dossier, **more):
    now = timezone.now()
    return table.objects.create(
        **{"dossier": dossier, "key": uuid4(), "made_at": now, "next_at": now, "attempts": 5, "failure": "503", **more}
    )


def test_messages_that_keep_failing(house):
    message = _message(Outgoing, house.dossier, attempts=4, verb="dossiers.received")
    assert found("dossiers.portal_stuck") == []
    Outgoing.objects.update(attempts=5)
    assert found("dossiers.portal_stuck") == [f"{house.dossier.code}, tried 5 times: 503"]
    Outgoing.objects.filter(pk=message.pk).update(state=Outgoing.SKIPPED)
    assert found("dossiers.portal_stuck") == []
    token, _key = token_make(
        name="Kho",
        unit=house.agency,
        codes=["webhooks"],
        roles=["counter"],
        expires=timezone.localdate(),
        acting=SYSTEM,
    )
    hook = Hook.objects.create(token=token, url="https://kho.example.vn/told", secret="bí mật")
    _message(Delivery, house.dossier, hook=hook, state=Delivery.FAILED, made_at=timezone.now() - 31 * DAY)
    assert found("dossiers.hooks_stuck") == []
    _message(Delivery, house.dossier, hook=hook, state=Delivery.FAILED, attempts=9)
    assert found("dossiers.hooks_stuck") == [f"{house.dossier.code}, tried 9 times: 503"]


def test_a_filed_dossier_that_was_not_taken_in(house):
    link = PortalLink.objects.create(agency=house.agency)
    Filed.objects.create(link=link, code="H24-1", state=Filed.HELD, failure="không có thủ tục này")
    assert found("dossiers.filed_held") == []
    Filed.objects.update(came_at=timezone.now() - 2 * DAY)
    assert found("dossiers.filed_held") == ["H24-1: không có thủ tục này"]


def test_a_tally_that_is_not_what_its_rows_say(house):
    tallies.refresh([REGISTRY["dossiers.received"]], [house.office.pk])
    assert found("measures.tallies") == []
    slot = REGISTRY["dossiers.received"].slots["all"]
    Cell.objects.filter(shelf__rows="dossiers.received").update(**{slot: F(slot) + 2})
    day = timezone.localdate(house.dossier.received_at)
    assert found("measures.tallies") == [f"dossiers received on {day:%d/%m/%Y}: received 3 ≠ 1"]


# Procedures ---------------------------------------------------------------------------------------------------------


def test_an_offer_of_a_closed_unit(house):
    Unit.objects.filter(pk=house.one_stop.pk).update(ends=timezone.localdate() - DAY)
    [fault] = shown("procedures.offer_of_closed")
    procedure = house.offer.procedure_id
    assert (fault.says, fault.unit) == ("1.900001 Copy for tests", house.agency)
    assert fault.address == reverse("procedures:procedure", args=[procedure])
    Offer.objects.update(ends=timezone.localdate() - DAY)
    assert found("procedures.offer_of_closed") == []


def test_a_repealed_procedure_still_offered(house):
    Procedure.objects.update(repealed_on=date(2026, 7, 1))
    assert found("procedures.repealed_offered") == ["1.900001, repealed on 01/07/2026"]


def test_a_procedure_without_a_time(house):
    content = {**Version.objects.get().content}
    assert content.pop("times")
    Version.objects.update(content=content)
    assert found("procedures.without_time") == ["1.900001 Copy for tests"]
    Offer.objects.update(committed="3 ngày làm việc")
    assert found("procedures.without_time") == []
    Offer.objects.update(committed="")
    Version.objects.update(content={**content, "channels": [{"kind": "online", "time": "3 ngày làm việc"}]})
    assert found("procedures.without_time") == []


def test_a_procedure_made_public_late(house):
    Version.objects.update(effective_on=date(2026, 7, 1))
    assert found("procedures.made_public_late") == ["1.900001 Copy for tests"]
    Version.objects.update(public_on=date(2026, 7, 1))
    assert found("procedures.made_public_late") == []
