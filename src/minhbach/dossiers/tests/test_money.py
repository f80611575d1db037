"""What a dossier owes and how it is paid: fees by the procedure, exemptions, cash with receipts, refunds."""

import pytest
from django.db import IntegrityError, transaction

from minhbach.dossiers.actions import ending, intake, moving, waiting
from minhbach.dossiers.actions.money import cash_take, due_cancel, due_exempt, payment_cancel, payment_refund
from minhbach.dossiers.actions.owing import Owed
from minhbach.dossiers.models import Dossier, Due, Payment
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.references import keys_in, reference_of
from minhbach.dossiers.states import Status
from minhbach.dossiers.tests.test_way import refused
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.org.trail.verifying import verify
from minhbach.papers.vietqr import read_vietqr

pytestmark = pytest.mark.django_db


def told(dossier, verb):
    return [event.data for event in Event.objects.filter(chain__name=dossier.chain, verb=verb).order_by("seq")]


def seen(dossier):
    """The dues as an officer sees them who takes all that is open."""
    return {due.pk: due.amount for due in accounts.open_dues(dossier)}


def test_the_fees_of_the_procedure_are_due_from_receipt(paid_desk, make_paid):
    dossier = make_paid()
    assert [(due.kind, due.title, due.amount, due.stage, due.source) for due in dossier.dues.all()] == [
        ("fee", "Phí thẩm định", 150_000, "received", "Điều 4, 43/2024/TT-BTC"),
        ("charge", "Lệ phí cấp bản sao", 20_000, "returned", ""),
    ]
    assert told(dossier, "dossiers.due_asked") == [
        {
            "dues": [["Phí thẩm định", 150_000], ["Lệ phí cấp bản sao", 20_000]],
            "amount": 170_000,
            "to_status": Status.RECEIVED,
        }
    ]


def test_fees_of_another_way_or_a_later_stage_are_not_due_yet(paid_desk, make_paid):
    online = make_paid(channel="online")
    assert [due.title for due in online.dues.all()] == ["Phí thẩm định", "Lệ phí cấp bản sao", "Phí dịch vụ trực tuyến"]
    waiting.supplement_ask(online, items=["ảnh"], because="thiếu", acting=paid_desk.counter)
    assert [due.title for due in online.dues.all()][3:] == ["Phí bổ sung"]
    waiting.supplement_take(online, acting=paid_desk.counter)
    waiting.supplement_ask(online, items=["ảnh"], because="mờ", again_because="ảnh mờ", acting=paid_desk.counter)
    assert online.dues.filter(title="Phí bổ sung").count() == 1


def test_a_registered_dossier_owes_from_the_moment_it_is_received(paid_desk, make_applicant):
    papers = [intake.HandedIn("request")]
    dossier = intake.dossier_submit(
        paid_desk.offer, applicant=make_applicant(), papers=papers, acting=paid_desk.counter
    )
    assert not dossier.dues.exists()
    intake.dossier_accept(dossier, acting=paid_desk.counter)
    assert accounts.account_of(dossier).total == 150_000 + 20_000 + 5_000


def test_cash_is_taken_once_with_a_numbered_receipt(paid_desk, make_paid):
    one, other = make_paid(), make_paid()
    dues = seen(one)
    payment = cash_take(one, dues=dues, acting=paid_desk.counter)
    assert (payment.amount, payment.settled, payment.receipt, payment.taken_by) == (
        170_000,
        170_000,
        1,
        paid_desk.counter.person,
    )
    assert accounts.account_of(one).open == [] and accounts.account_of(one).paid == 170_000
    refused("paid", cash_take, one, dues=dues, acting=paid_desk.counter)
    refused("nothing", cash_take, one, dues={}, acting=paid_desk.counter)
    assert Payment.objects.count() == 1
    assert cash_take(other, dues=seen(other), acting=paid_desk.counter).receipt == 2
    assert [(said["amount"], said["receipt"]) for said in told(one, "dossiers.paid")] == [
        (170_000, f"0001/{payment.year}")
    ]
    assert not list(verify())


def test_part_of_what_is_due_is_paid_and_the_rest_stays_open(paid_desk, make_paid):
    dossier = make_paid()
    fee, charge = dossier.dues.all()
    cash_take(dossier, dues={fee.pk: 150_000}, acting=paid_desk.counter)
    assert accounts.open_dues(dossier) == [charge]
    refused("changed", cash_take, dossier, dues={charge.pk: 10_000}, acting=paid_desk.counter)
    refused("changed", cash_take, dossier, dues={charge.pk: 20_000, 999_999: 1}, acting=paid_desk.counter)
    assert Payment.objects.count() == 1


def test_only_who_takes_fees_of_the_agency_touches_money(paid_desk, make_paid, make_account, make_unit):
    dossier = make_paid()
    stranger = make_account("la", make_unit("so-khac", kind="so"), "counter")
    payment = cash_take(dossier, dues={dossier.dues.first().pk: 150_000}, acting=paid_desk.counter)
    [due] = accounts.open_dues(dossier)
    for account in (stranger, paid_desk.specialist, paid_desk.head):
        for act in (
            lambda who: cash_take(dossier, dues=seen(dossier), acting=who),
            lambda who: due_exempt(dossier, due.pk, amount=0, exempt_as="x", source="y", acting=who),
            lambda who: due_cancel(dossier, due.pk, because="x", acting=who),
            lambda who: payment_cancel(payment, because="x", acting=who),
            lambda who: payment_refund(payment, amount=1, way="cash", because="x", acting=who),
        ):
            with pytest.raises(Refused):
                act(account)
    assert Payment.objects.get() == payment and accounts.open_dues(dossier) == [due]


def test_an_exemption_names_its_reason_and_its_rule_or_paper(paid_desk, make_paid):
    dossier = make_paid()
    fee = dossier.dues.first()
    paper = dossier.papers.first()
    refused("no_paper", due_exempt, dossier, fee.pk, amount=0, exempt_as="hộ nghèo", acting=paid_desk.counter)
    refused("no_reason", due_exempt, dossier, fee.pk, amount=0, exempt_as=" ", source="NĐ 1", acting=paid_desk.counter)
    refused("amount", due_exempt, dossier, fee.pk, amount=150_000, exempt_as="x", source="y", acting=paid_desk.counter)
    foreign = make_paid().papers.first()
    refused("no_paper", due_exempt, dossier, fee.pk, amount=0, exempt_as="x", paper=foreign, acting=paid_desk.counter)
    due_exempt(
        dossier,
        fee.pk,
        amount=75_000,
        exempt_as="Hộ cận nghèo",
        source="Điều 5, 43/2024/TT-BTC",
        paper=paper,
        acting=paid_desk.counter,
    )
    fee.refresh_from_db()
    assert (fee.tariff, fee.amount, fee.exempt_as, fee.exempt_paper) == (150_000, 75_000, "Hộ cận nghèo", paper)
    refused("changed", cash_take, dossier, dues={fee.pk: 150_000}, acting=paid_desk.counter)
    due_exempt(dossier, fee.pk, amount=0, exempt_as="Hộ nghèo", paper=paper, acting=paid_desk.counter)
    assert [due.title for due in accounts.open_dues(dossier)] == ["Lệ phí cấp bản sao"]
    assert [said["because"] for said in told(dossier, "dossiers.due_exempted")] == ["Hộ cận nghèo", "Hộ nghèo"]


def test_an_obligation_is_met_by_its_payment_and_not_before(paid_desk, make_paid):
    dossier = at_specialist(paid_desk, make_paid())
    owed = [Owed("Kinh phí xác minh", 500_000), Owed("Tem", 3_000)]
    waiting.finance_ask(
        dossier,
        items=["Kinh phí xác minh: 500.000", "Tem: 3.000"],
        because="xác minh",
        owed=owed,
        acting=paid_desk.specialist,
    )
    refused("unpaid", waiting.finance_settle, dossier, acting=paid_desk.counter)
    big, small = dossier.dues.filter(kind="obligation")
    cash_take(dossier, dues={big.pk: 500_000}, acting=paid_desk.counter)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.FINANCE
    due_exempt(dossier, small.pk, amount=0, exempt_as="hộ nghèo", source="Điều 5", acting=paid_desk.counter)
    now = Dossier.objects.get(pk=dossier.pk)
    assert (now.status, now.paused_at) == (Status.IN_PROCESS, None)
    assert now.pauses.get().answered_at is not None


def test_the_last_payment_of_an_obligation_starts_the_clock(paid_desk, make_paid):
    dossier = at_specialist(paid_desk, make_paid())
    waiting.finance_ask(
        dossier, items=["Phí"], because="x", owed=[Owed("Kinh phí", 9_000)], acting=paid_desk.specialist
    )
    cash_take(dossier, dues={dossier.dues.get(kind="obligation").pk: 9_000}, acting=paid_desk.counter)
    now = Dossier.objects.get(pk=dossier.pk)
    assert now.status == Status.IN_PROCESS and "9.000 đồng" in now.pauses.get().answer


def test_an_obligation_without_an_amount_is_settled_by_hand_as_before(paid_desk, make_paid):
    dossier = at_specialist(paid_desk, make_paid())
    waiting.finance_ask(dossier, items=["Tiền sử dụng đất"], because="x", acting=paid_desk.specialist)
    assert waiting.finance_settle(dossier, acting=paid_desk.counter).status == Status.IN_PROCESS
    refused(
        "amount",
        waiting.finance_ask,
        dossier,
        items=["x"],
        because="x",
        owed=[Owed("x", 0)],
        acting=paid_desk.specialist,
    )
    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROCESS


def test_a_cancelled_receipt_stays_to_be_seen_and_its_number_is_not_given_again(paid_desk, make_paid):
    dossier = make_paid()
    first = cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    refused("no_reason", payment_cancel, first, because="", acting=paid_desk.counter)
    payment_cancel(first, because="Ghi nhầm hồ sơ", acting=paid_desk.counter)
    refused("cancelled", payment_cancel, first, because="x", acting=paid_desk.counter)
    refused("cancelled", payment_refund, first, amount=1, way="cash", because="x", acting=paid_desk.counter)
    assert accounts.account_of(dossier).total == 170_000
    second = cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    kept = list(Payment.objects.order_by("receipt").values_list("receipt", "cancelled_because", "items"))
    items = [["Phí thẩm định", 150_000], ["Lệ phí cấp bản sao", 20_000]]
    assert kept == [(1, "Ghi nhầm hồ sơ", items), (2, "", items)] and second.receipt == 2


def test_no_more_is_paid_back_than_came_in(paid_desk, make_paid):
    dossier = make_paid()
    payment = cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    payment_refund(payment, amount=100_000, way="cash", because="Thu thừa", acting=paid_desk.counter)
    refused("amount", payment_refund, payment, amount=70_001, way="cash", because="x", acting=paid_desk.counter)
    refused("amount", payment_refund, payment, amount=0, way="cash", because="x", acting=paid_desk.counter)
    refused("refunded", payment_cancel, payment, because="x", acting=paid_desk.counter)
    payment_refund(payment, amount=70_000, way="transfer", because="x", document="12/QĐ", acting=paid_desk.counter)
    payment.refresh_from_db()
    assert payment.refunded == 170_000 and accounts.account_of(dossier).paid == 0


def test_nothing_is_paid_for_a_stopped_dossier(paid_desk, make_paid):
    dossier = make_paid()
    ending.dossier_stop(dossier, because="rút", acting=paid_desk.counter)
    refused("state", cash_take, dossier, dues=seen(dossier), acting=paid_desk.counter)
    assert not Payment.objects.exists()


def test_a_demand_is_taken_back_with_a_reason(paid_desk, make_paid):
    dossier = make_paid()
    fee, charge = dossier.dues.all()
    refused("no_reason", due_cancel, dossier, fee.pk, because=" ", acting=paid_desk.counter)
    due_cancel(dossier, fee.pk, because="Thủ tục được miễn", acting=paid_desk.counter)
    refused("changed", cash_take, dossier, dues={fee.pk: 150_000}, acting=paid_desk.counter)
    assert accounts.open_dues(dossier) == [charge]


def test_the_database_itself_refuses_a_receipt_number_twice(paid_desk, make_paid):
    payment = cash_take(one := make_paid(), dues=seen(one), acting=paid_desk.counter)
    payment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Due.objects.filter(dossier=one).update(amount=1)


def test_the_code_to_scan_names_account_amount_and_dossier(paid_desk, make_paid):
    dossier = make_paid()
    transfer = accounts.transfer_of(dossier, accounts.account_of(dossier).total)
    said = read_vietqr(accounts.qr_of(transfer))
    assert (said.bank, said.account, said.amount) == ("970415", "113366668888", 170_000)
    assert keys_in(said.purpose) == {dossier.pk}
    assert said.purpose == f"{reference_of(dossier.pk)} nop le phi"


def test_without_an_account_there_is_no_code(desk, make_dossier):
    assert accounts.transfer_of(make_dossier(), 5) is None


def test_a_reference_is_found_in_what_banks_make_of_it():
    word = reference_of(48_213)
    assert keys_in(f"MBVCB.3278907687.{word} nop phi.CT tu 0441000 toi") == {48_213}
    assert keys_in(f"IBFT {word[:6]} {word[6:]}NOP PHI") == {48_213}
    assert keys_in(word.lower()) == {48_213}
    assert keys_in(f"{word} {reference_of(7)}") == {48_213, 7}
    assert keys_in("nop phi le phi") == set()
    assert reference_of(1) != reference_of(2)


def test_the_check_sign_is_that_of_the_standard():
    # The example of ISO/IEC 7064 for MOD 37,36, in the Global Release Identifier (GRid): A1-2425G-ABC1234002-M.
    from minhbach.dossiers.money.references import _check

    assert _check("A12425GABC1234002") == "M"


@pytest.mark.parametrize("key", [1, 31, 32, 48_213, 32**7 - 1])
def test_one_wrong_sign_or_two_changed_ones_name_no_dossier(key):
    word = reference_of(key)
    for place in range(4, len(word)):
        for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if sign != word[place]:
                assert keys_in(word[:place] + sign + word[place + 1 :]) == set()
        if place + 1 < len(word) and word[place] != word[place + 1]:
            swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            assert keys_in(swapped) == set()


def at_specialist(desk, dossier):
    moving.dossier_forward(dossier, acting=desk.counter)
    moving.dossier_forward(dossier, person=desk.specialist.person, acting=desk.office_head)
    return dossier
