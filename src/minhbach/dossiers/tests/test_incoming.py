"""Money that comes in by bank or gateway: each payment once, whatever is sent how often."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.actions import ending, waiting
from minhbach.dossiers.actions.incoming import incoming_match, incoming_put_aside, statement_read
from minhbach.dossiers.actions.money import cash_take, payment_cancel, payment_refund
from minhbach.dossiers.actions.owing import Owed
from minhbach.dossiers.models import Dossier, GatewayNotice, Payment, StatementLine
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.gateways import StandIn
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.money.statements import guess, read_grid, read_rows
from minhbach.dossiers.states import Status
from minhbach.dossiers.tests.test_money import at_specialist, seen
from minhbach.dossiers.tests.test_way import refused
from minhbach.org.models import Event
from minhbach.org.permissions import Refused
from minhbach.org.trail.verifying import verify

pytestmark = pytest.mark.django_db
ACCOUNT = "113366668888"
SECRET = "0123456789abcdef0123456789abcdef"


def statement(*lines):
    """Rows of a statement from (reference of the bank, amount, words)."""
    text = "Ngày,Số tham chiếu,Ghi có,Nội dung\n" + "".join(
        f"21/11/2026,{number},{amount},{words}\n" for number, amount, words in lines
    )
    sheet = read_grid(text.encode(), "a.csv")
    return read_rows(sheet, *guess(sheet)).rows


def line_of(number):
    return StatementLine.objects.get(reference=number)


def test_a_transfer_pays_what_its_words_name_once(paid_desk, make_paid):
    one, other = make_paid(), make_paid()
    rows = statement(("FT1", 170000, f"MBVCB {reference_of(one.pk)} nop le phi"), ("FT2", 5000, "an trua"))
    done = statement_read(paid_desk.agency, ACCOUNT, rows, acting=paid_desk.counter)
    assert (done.source.taken, done.source.known, done.matched) == (2, 0, 1)
    payment = Payment.objects.get()
    assert (payment.way, payment.amount, payment.dossier, payment.receipt) == ("transfer", 170_000, one, None)
    assert timezone.localdate(payment.at) == date(2026, 11, 21)
    assert accounts.open_dues(one) == [] and len(accounts.open_dues(other)) == 2
    assert (line_of("FT2").state, line_of("FT2").why) == ("open", "none")
    for number in (ACCOUNT, "1133.6666-8888"):
        again = statement_read(paid_desk.agency, number, rows, acting=paid_desk.counter)
        assert (again.source.taken, again.source.known, again.matched) == (0, 2, 0)
    more = [*rows, *statement(("FT3", 170000, reference_of(other.pk)))]
    assert statement_read(paid_desk.agency, ACCOUNT, more, acting=paid_desk.counter).matched == 1
    assert Payment.objects.count() == 2 and not list(verify())


@pytest.mark.parametrize(
    ("amount", "words", "why"),
    [
        (169_999, "{0}", "under"),
        (170_001, "{0}", "over"),
        (170_000, "{0} {1}", "several"),
        (170_000, "nop phi", "none"),
        (170_000, "TTHC0000ZZZ{check}", "unknown"),
    ],
)
def test_what_is_in_doubt_waits_for_a_person(paid_desk, make_paid, amount, words, why):
    one, other = make_paid(), make_paid()
    unknown = reference_of(32**3 - 1)
    text = words.format(reference_of(one.pk), reference_of(other.pk), check="").replace("TTHC0000ZZZ", unknown)
    statement_read(paid_desk.agency, ACCOUNT, statement(("FT", amount, text)), acting=paid_desk.counter)
    assert (line_of("FT").state, line_of("FT").why) == ("open", why)
    assert not Payment.objects.exists()


def test_a_second_transfer_for_what_is_paid_and_one_for_an_ended_dossier_wait(paid_desk, make_paid):
    paid, stopped = make_paid(), make_paid()
    cash_take(paid, dues=seen(paid), acting=paid_desk.counter)
    ending.dossier_stop(stopped, because="rút", acting=paid_desk.counter)
    rows = statement(("A", 170000, reference_of(paid.pk)), ("B", 170000, reference_of(stopped.pk)))
    statement_read(paid_desk.agency, ACCOUNT, rows, acting=paid_desk.counter)
    assert (line_of("A").why, line_of("B").why) == ("nothing", "ended")
    assert Payment.objects.count() == 1


def test_another_agencys_dossier_is_not_paid_from_our_account(paid_desk, make_paid, make_unit, make_account):
    dossier = make_paid()
    other = make_unit("so-khac", kind="so")
    cashier = make_account("thu-quy", other, "counter")
    rows = statement(("A", 170000, reference_of(dossier.pk)))
    statement_read(other, "999", rows, acting=cashier)
    line = line_of("A")
    assert (line.why, line.dossier) == ("other", None)
    with pytest.raises(Refused):
        incoming_match(line, dossier, dues=seen(dossier), acting=cashier)
    with pytest.raises(Refused):
        statement_read(paid_desk.agency, ACCOUNT, rows, acting=cashier)
    with pytest.raises(Refused):
        incoming_put_aside(line, note="x", acting=paid_desk.counter)


def test_a_transfer_for_an_obligation_starts_the_clock(paid_desk, make_paid):
    dossier = make_paid()
    cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    at_specialist(paid_desk, dossier)
    waiting.finance_ask(dossier, items=["x"], because="x", owed=[Owed("Phí", 9_000)], acting=paid_desk.specialist)
    rows = statement(("A", 9000, reference_of(dossier.pk)))
    statement_read(paid_desk.agency, ACCOUNT, rows, acting=paid_desk.counter)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROCESS


def test_by_hand_too_much_leaves_a_surplus_and_too_little_pays_a_part(paid_desk, make_paid):
    one, other = make_paid(), make_paid()
    rows = statement(("OVER", 200000, reference_of(one.pk)), ("UNDER", 150000, reference_of(other.pk)))
    statement_read(paid_desk.agency, ACCOUNT, rows, acting=paid_desk.counter)
    payment = incoming_match(line_of("OVER"), one, dues=seen(one), acting=paid_desk.counter)
    assert (payment.amount, payment.settled, payment.surplus) == (200_000, 170_000, 30_000)
    payment_refund(payment, amount=30_000, way="transfer", because="thừa", acting=paid_desk.counter)
    fee, charge = accounts.open_dues(other)
    refused("short", incoming_match, line_of("UNDER"), other, dues=seen(other), acting=paid_desk.counter)
    incoming_match(line_of("UNDER"), other, dues={fee.pk: 150_000}, acting=paid_desk.counter)
    assert accounts.open_dues(other) == [charge]
    refused("done", incoming_match, line_of("UNDER"), other, dues={charge.pk: 20_000}, acting=paid_desk.counter)
    refused("done", incoming_put_aside, line_of("UNDER"), note="x", acting=paid_desk.counter)


def test_a_match_taken_back_can_be_made_again_and_what_is_put_aside_is_told(paid_desk, make_paid):
    one, other = make_paid(), make_paid()
    rows = statement(("A", 170000, reference_of(one.pk)), ("B", 7000, "ung ho"))
    statement_read(paid_desk.agency, ACCOUNT, rows, acting=paid_desk.counter)
    payment_cancel(Payment.objects.get(), because="nhầm hồ sơ", acting=paid_desk.counter)
    assert (line_of("A").state, line_of("A").why, len(accounts.open_dues(one))) == ("open", "undone", 2)
    incoming_match(line_of("A"), other, dues=seen(other), acting=paid_desk.counter)
    assert Payment.objects.filter(cancelled_at=None).get().dossier == other
    refused("no_reason", incoming_put_aside, line_of("B"), note=" ", acting=paid_desk.counter)
    incoming_put_aside(line_of("B"), note="tiền ủng hộ", acting=paid_desk.counter)
    assert line_of("B").state == "aside"
    assert Event.objects.filter(verb="dossiers.money_aside").get().data["because"] == "tiền ủng hộ"


def test_nothing_is_read_from_nothing(paid_desk):
    refused("no_rows", statement_read, paid_desk.agency, ACCOUNT, [], acting=paid_desk.counter)
    rows = statement(("A", 1, "x"))
    refused("no_account", statement_read, paid_desk.agency, " ", rows, acting=paid_desk.counter)


# Gateway ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway(settings, paid_desk):
    settings.PAYMENT_SECRETS = {"H24.15": SECRET}
    return StandIn(SECRET)


def send(headers, body, code="H24.15"):
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    address = reverse("dossiers:payment_notice", args=[code])
    return Client().post(address, body, content_type="application/json", **named)


def test_a_notice_pays_once_however_often_it_is_sent(gateway, make_paid):
    dossier = make_paid()
    now = timezone.now()
    notice = gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=now)
    answers = [send(*notice) for _ in range(3)]
    # Signed anew a minute later, as gateways repeat what they had no answer to.
    body = notice[1]
    stamp = str(int((now + timedelta(seconds=60)).timestamp()))
    answers.append(send({"X-Timestamp": stamp, "X-Signature": gateway.sign(stamp, body)}, body))
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"state": "paid", "id": "GD-1"})] * 4
    payment = Payment.objects.get()
    assert (payment.way, payment.amount, payment.dossier) == ("gateway", 170_000, dossier)
    assert GatewayNotice.objects.count() == 1 and not list(verify())
    refused("gateway", payment_cancel, payment, because="x", acting=_system())


def test_the_same_number_with_other_words_is_refused(gateway, make_paid):
    dossier, other = make_paid(), make_paid()
    now = timezone.now()
    send(*gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=now))
    answer = send(*gateway.notice("GD-1", reference_of(other.pk), 170_000, at=now))
    assert (answer.status_code, answer.json()) == (409, {"error": "other"})
    assert Payment.objects.get().dossier == dossier


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"amount": 169_999}, "under"),
        ({"amount": 170_001}, "over"),
        ({"currency": "USD"}, "currency"),
        ({"reference": "HOADON 77"}, "none"),
    ],
)
def test_what_does_not_fit_is_kept_for_a_person_and_pays_nothing(gateway, make_paid, change, why):
    dossier = make_paid()
    said = {"reference": reference_of(dossier.pk), "amount": 170_000} | change
    answer = send(*gateway.notice("GD-1", at=timezone.now(), **said))
    assert (answer.status_code, answer.json()) == (202, {"state": "held", "id": "GD-1", "why": why})
    assert not Payment.objects.exists() and GatewayNotice.objects.get().state == "open"


def test_a_notice_kept_is_matched_by_hand_but_not_in_another_currency(gateway, paid_desk, make_paid):
    dossier = make_paid()
    send(*gateway.notice("A", reference_of(dossier.pk), 170_000, at=timezone.now(), currency="USD"))
    send(*gateway.notice("B", "khong ro", 170_000, at=timezone.now()))
    dollars, unclear = GatewayNotice.objects.order_by("number")
    refused("currency", incoming_match, dollars, dossier, dues=seen(dossier), acting=paid_desk.counter)
    assert incoming_match(unclear, dossier, dues=seen(dossier), acting=paid_desk.counter).notice == unclear


def test_who_cannot_sign_is_told_nothing_and_leaves_no_trace(gateway, make_paid):
    dossier = make_paid()
    now = timezone.now()
    headers, body = gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=now)
    old, old_body = gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=now - timedelta(seconds=301))
    coming, coming_body = gateway.notice("GD-1", reference_of(dossier.pk), 170_000, at=now + timedelta(seconds=310))
    for said, error, status in (
        (({}, body), "time", 400),
        (({**headers, "X-Signature": "0" * 64}, body), "signature", 403),
        (({**headers, "X-Signature": "đ"}, body), "signature", 403),
        ((headers, body.replace(b"170000", b"17000")), "signature", 403),
        (({**headers, "X-Timestamp": str(int(headers["X-Timestamp"]) + 1)}, body), "signature", 403),
        ((old, old_body), "time", 400),
        ((coming, coming_body), "time", 400),
    ):
        answer = send(*said)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert send(headers, body, "H99").status_code == 404
    assert send(headers, b" " * 70_000).status_code == 413
    assert Client().get(reverse("dossiers:payment_notice", args=["H24.15"])).status_code == 405
    assert not GatewayNotice.objects.exists() and not Payment.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id": "", "reference": "x", "amount": 1, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": 0, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": -5, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": 1.5, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": true, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": "1", "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": 99999999999999999999, "currency": "VND"}',
        b'{"id": "1\\u0000", "reference": "x", "amount": 1, "currency": "VND"}',
        b'{"id": "1", "reference": "x", "amount": 1, "currency": "VND", "paid_at": "hom qua"}',
        b'{"id": "1", "reference": "x", "amount": 1, "currency": "VND", "paid_at": "2026-11-21T00:00:00"}',
        b"[" * 60_000,
        b"\xff\xfe",
    ],
)
def test_a_signed_body_that_is_no_notice_is_refused(gateway, body):
    stamp = str(int(timezone.now().timestamp()))
    answer = send({"X-Timestamp": stamp, "X-Signature": gateway.sign(stamp, body)}, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "body")
    assert not GatewayNotice.objects.exists()


def test_amounts_are_whole_numbers_everywhere(gateway, make_paid):
    dossier = make_paid()
    send(*gateway.notice("A", reference_of(dossier.pk), 170_000, at=timezone.now()))
    assert not isinstance(Payment.objects.get().amount, float | Decimal)


def _system():
    from minhbach.org.permissions import SYSTEM

    return SYSTEM
