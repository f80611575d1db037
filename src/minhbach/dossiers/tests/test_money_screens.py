"""The screens of fees, walked by a counter officer."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minhbach.dossiers.actions.money import cash_take, payment_cancel
from minhbach.dossiers.models import Payment, StatementAccount, StatementLine
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.states import Status
from minhbach.dossiers.testing import do, page
from minhbach.dossiers.tests.test_money import at_specialist, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client, paid_desk):
    client.force_login(paid_desk.counter)
    return client


def shown(answer):
    return answer.content.decode()


def choices(dossier):
    return [f"{key}:{amount}" for key, amount in seen(dossier).items()]


def test_the_page_shows_what_is_due_and_the_code_to_scan(counter, make_paid):
    dossier = make_paid()
    text = shown(counter.get(page(dossier)))
    assert "Phí thẩm định" in text and "170.000 đ" in text
    assert "113366668888" in text and f"{reference_of(dossier.pk)} nop le phi" in text and "<svg" in text


def test_right_after_the_intake_the_fee_can_be_taken(counter, make_paid):
    dossier = make_paid()
    text = shown(counter.get(reverse("dossiers:received", args=[dossier.code])))
    assert "170.000 đ" in text and reverse("dossiers:deed", args=[dossier.code, "cash"]) in text


def test_cash_is_taken_on_screen_and_a_second_officer_is_told(counter, make_paid):
    dossier = make_paid()
    taken = choices(dossier)
    text = shown(do(counter, dossier, "cash", dues=taken))
    assert "0001/" in text and Payment.objects.get().amount == 170_000
    dossier.refresh_from_db()
    again = counter.post(
        reverse("dossiers:deed", args=[dossier.code, "cash"]), {"edition": dossier.edition, "dues": taken}
    )
    assert again.status_code == 422 and Payment.objects.count() == 1
    assert "đã được nộp lúc" in shown(again) and "0001/" in shown(again)


def test_an_exemption_of_the_procedure_is_chosen_on_screen(counter, make_paid):
    dossier = make_paid()
    fee = dossier.dues.first()
    address = reverse("dossiers:deed", args=[dossier.code, "exempt"])
    assert "Hộ nghèo" in shown(counter.get(address))
    do(counter, dossier, "exempt", what=f"{fee.pk}:0", paper="")
    fee.refresh_from_db()
    assert (fee.amount, fee.exempt_as, fee.exempt_source) == (0, "Hộ nghèo", "Điều 5, 43/2024/TT-BTC")
    other = dossier.dues.last()
    answer = do(counter, dossier, "exempt", what=f"{other.pk}:", exempt_as="Con liệt sĩ", amount="")
    assert answer.status_code == 422
    do(counter, dossier, "exempt", what=f"{other.pk}:", exempt_as="Con liệt sĩ", amount="5.000", source="QĐ 1")
    other.refresh_from_db()
    assert other.amount == 5_000
    do(counter, dossier, "undue", due=other.pk, because="thu nhầm")
    assert accounts.open_dues(dossier) == []


def test_what_is_asked_for_with_its_amount_is_paid_and_the_wait_is_over(client, paid_desk, make_paid):
    dossier = at_specialist(paid_desk, make_paid())
    client.force_login(paid_desk.specialist)
    do(client, dossier, "finance", items="Phí xác minh: 1.500.000 đ\nGiấy tờ khác", because="Cần xác minh")
    due = dossier.dues.get(kind="obligation")
    assert (due.title, due.amount) == ("Phí xác minh", 1_500_000)
    client.force_login(paid_desk.counter)
    do(client, dossier, "cash", dues=[f"{due.pk}:1500000"])
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS


def test_receipts_as_pdf_and_word_say_number_amount_and_words(counter, paid_desk, make_paid):
    dossier = make_paid()
    payment = cash_take(dossier, dues=seen(dossier), payer="Trần Thị Bích", acting=paid_desk.counter)
    address = reverse("dossiers:receipt", args=[payment.pk, "pdf"])
    answer = counter.get(address)
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "private, no-store"
    text = words(answer.content)
    for said in ("0001/PT", "Trần Thị Bích", dossier.code, "170.000", "Một trăm bảy mươi nghìn đồng chẵn"):
        assert said in text, said
    assert counter.get(reverse("dossiers:receipt", args=[payment.pk, "docx"])).content[:2] == b"PK"
    assert counter.get(reverse("dossiers:receipt", args=[payment.pk, "exe"])).status_code == 404
    payment_cancel(payment, because="Ghi nhầm", acting=paid_desk.counter)
    assert "ĐÃ HỦY. Lý do: Ghi nhầm" in words(counter.get(address).content)


def test_the_request_to_pay_bears_the_code(counter, paid_desk, make_paid):
    dossier = make_paid()
    address = reverse("dossiers:payment_request", args=[dossier.code, "pdf"])
    text = words(counter.get(address).content)
    assert "113366668888" in text and "170.000" in text and reference_of(dossier.pk) in text
    cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)
    assert counter.get(address).status_code == 302


def test_the_cash_of_a_day_by_officer(counter, paid_desk, make_paid, make_account):
    other = make_account("thuy", paid_desk.agency, "counter")
    one, two, three = make_paid(), make_paid(), make_paid()
    cash_take(one, dues=seen(one), acting=paid_desk.counter)
    wrong = cash_take(two, dues=seen(two), acting=paid_desk.counter)
    cash_take(three, dues=seen(three), acting=other)
    payment_cancel(wrong, because="nhầm", acting=paid_desk.counter)
    address = reverse("dossiers:cash_day")
    text = shown(counter.get(address))
    assert "340.000" in text and text.count("170.000") >= 4 and "nhầm" in text
    mine = {"as": "xlsx", "day": timezone.localdate().isoformat(), "agency": paid_desk.agency.pk}
    book = openpyxl.load_workbook(io.BytesIO(counter.get(address, mine).content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert any(340_000 in row for row in cells)
    text = shown(counter.get(address, {"officer": other.person_id, **mine, "as": ""}))
    assert "0003/" in text and "0001/" not in text
    assert "0001/" not in shown(counter.get(address, {"day": "2020-01-01"}))


def test_a_payment_is_cancelled_and_paid_back_on_screen(counter, paid_desk, make_paid):
    one, two = make_paid(), make_paid()
    wrong = cash_take(one, dues=seen(one), acting=paid_desk.counter)
    right = cash_take(two, dues=seen(two), acting=paid_desk.counter)
    assert counter.post(reverse("dossiers:payment_cancel", args=[wrong.pk]), {"because": ""}).status_code == 422
    counter.post(reverse("dossiers:payment_cancel", args=[wrong.pk]), {"because": "Nhầm"})
    back = reverse("dossiers:payment_refund", args=[right.pk])
    answer = counter.post(back, {"amount": "170.001", "way": "cash", "because": "x"})
    assert answer.status_code == 422 and "170.000" in shown(answer)
    counter.post(back, {"amount": "20.000", "way": "cash", "because": "Thu thừa"})
    wrong.refresh_from_db(), right.refresh_from_db()
    assert wrong.cancelled_because == "Nhầm" and right.refunded == 20_000


STATEMENT = (
    "Ngày giao dịch;Số GD;Có;Nội dung\n21/11/2026;F1;170.000;{0}\n22/11/2026;F2;5.000;ung ho\nx1;F3;9.000;hong\n"
)


def upload(client, text, name="sao-ke.csv", **more):
    agency = more.pop("agency")
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("dossiers:statement"), {"agency": agency.pk, "number": "113366668888", "file": file})


def columns(**more):
    said = {"day": "Ngày giao dịch", "credit": "Có", "text": "Nội dung", "reference": "Số GD", **more}
    return {f"column_{name}": words for name, words in said.items()}


def test_a_statement_is_read_looked_at_and_taken_in(counter, paid_desk, make_paid):
    dossier = make_paid()
    answer = upload(counter, STATEMENT.format(reference_of(dossier.pk)), agency=paid_desk.agency)
    text = shown(answer)
    assert answer.status_code == 200 and dossier.code in text and "“x1” không phải là ngày" in text
    assert not StatementLine.objects.exists()
    grid = answer.context["grid"]
    # All or nothing, unless the bad rows are left out.
    refused = counter.post(reverse("dossiers:statement"), {"grid": grid, "take": "1", **columns()})
    assert refused.status_code == 422 and not StatementLine.objects.exists()
    taken = {"grid": grid, "take": "1", "leave": "1", **columns()}
    assert counter.post(reverse("dossiers:statement"), taken).status_code == 302
    assert Payment.objects.get().dossier == dossier and StatementLine.objects.count() == 2
    counter.post(reverse("dossiers:statement"), taken)
    assert Payment.objects.count() == 1 and StatementLine.objects.count() == 2
    assert "đã có" in shown(upload(counter, STATEMENT.format(reference_of(dossier.pk)), agency=paid_desk.agency))


def test_columns_told_once_are_kept_for_the_account(counter, paid_desk, make_paid):
    text = f"A;B;C\n21/11/2026;170.000;{reference_of(make_paid().pk)}\n"
    answer = upload(counter, text, agency=paid_desk.agency)
    assert answer.status_code == 422
    told = {"column_day": "A", "column_amount": "B", "column_text": "C"}
    again = counter.post(reverse("dossiers:statement"), {"grid": answer.context["grid"], "again": "1", **told})
    assert again.status_code == 200 and again.context["matched"] == 1
    counter.post(reverse("dossiers:statement"), {"grid": again.context["grid"], "take": "1", **told})
    assert StatementAccount.objects.get().columns == {"day": "A", "amount": "B", "text": "C"}
    assert upload(counter, text, agency=paid_desk.agency).context["known"] == 1


def test_a_page_that_was_changed_on_the_way_is_not_believed(counter, paid_desk):
    answer = counter.post(reverse("dossiers:statement"), {"grid": "x:y:z", "take": "1"})
    assert answer.status_code == 302 and not StatementLine.objects.exists()
    bad = upload(counter, "x", name="a.pdf", agency=paid_desk.agency)
    assert bad.status_code == 422 and "XLSX" in shown(bad)


def test_what_is_in_doubt_is_matched_by_hand_or_put_aside(counter, paid_desk, make_paid):
    dossier = make_paid()
    text = f"Ngày;Có;Nội dung\n21/11/2026;200.000;{reference_of(dossier.pk)}\n21/11/2026;1.000;x\n"
    answer = upload(counter, text, agency=paid_desk.agency)
    told = {"column_day": "Ngày", "column_credit": "Có", "column_text": "Nội dung"}
    counter.post(reverse("dossiers:statement"), {"grid": answer.context["grid"], "take": "1", **told})
    over, small = StatementLine.objects.order_by("-amount")
    listed = shown(counter.get(reverse("dossiers:money_open")))
    assert "Nhiều hơn số tiền phải nộp" in listed and "200.000" in listed
    address = reverse("dossiers:money_match", args=["line", over.pk])
    assert "Phí thẩm định" in shown(counter.get(address))
    counter.post(f"{address}?code={dossier.code}", {"match": "1", "dues": choices(dossier)})
    assert Payment.objects.get().surplus == 30_000
    counter.post(reverse("dossiers:money_match", args=["line", small.pk]), {"aside": "1", "note": "ủng hộ"})
    small.refresh_from_db()
    assert small.state == "aside"
    unknown = counter.get(reverse("dossiers:money_match", args=["line", small.pk]), {"code": "KHONG-CO"})
    assert unknown.status_code == 200 and "KHONG-CO" in shown(unknown)


@pytest.mark.parametrize("name", ["fees", "fees_paid", "cash_day"])
def test_lists_cost_the_same_however_long(counter, paid_desk, make_paid, django_assert_num_queries, name):
    address = reverse(f"dossiers:{name}")

    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as said:
            assert counter.get(address).status_code == 200
        return len(said)

    def more():
        make_paid()
        dossier = make_paid()
        cash_take(dossier, dues=seen(dossier), acting=paid_desk.counter)

    more()
    cost()
    first = cost()
    for _ in range(3):
        more()
    assert cost() == first <= 16


def test_the_preview_costs_the_same_however_many_rows(counter, paid_desk, make_paid):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(n):
        lines = "".join(f"21/11/2026;170.000;{reference_of(make_paid().pk)}\n" for _ in range(n))
        with CaptureQueriesContext(connection) as said:
            upload(counter, f"Ngày;Có;Nội dung\n{lines}", agency=paid_desk.agency)
        return len(said)

    assert cost(2) == cost(6)


def words(pdf: bytes) -> str:
    import pypdf

    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())
