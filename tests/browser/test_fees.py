"""Fees and the quality of handling in a real browser: from the code to the statement, and every page sound."""

import pytest

from minhbach.dossiers.actions.incoming import statement_read
from minhbach.dossiers.actions.money import cash_take, payment_cancel
from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Payment, StatementLine
from minhbach.dossiers.money import accounts
from minhbach.dossiers.money.references import reference_of
from minhbach.dossiers.money.statements import guess, read_grid, read_rows
from minhbach.dossiers.tests.test_handling import make_finished
from minhbach.dossiers.tests.test_money import seen

__all__ = ["make_finished"]
HEAD = "Ngày;Số tham chiếu;Ghi có;Nội dung\n"


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_taken_in_and_what_is_left_is_matched_by_hand(page_at, sign_in, sound, paid_desk, make_paid):
    one, other = make_paid(), make_paid()
    page = sign_in(page_at(1280, "vi"), paid_desk.counter)
    page.goto(f"/dossiers/of/{one.code}/")
    page.click("#fees summary")
    assert page.is_visible(".pay-qr svg") and reference_of(one.pk) in page.inner_text("#fees")
    text = HEAD + f"21/11/2026;F1;170.000;{reference_of(one.pk)} nop le phi\n21/11/2026;F2;190.000;chuyen tien\n"
    page.goto("/dossiers/fees/statement/")
    page.set_input_files("[name=file]", {"name": "sao-ke.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("form button.btn-primary")
    page.wait_for_selector("[name=take]")
    sound(page)
    page.click("[name=take]")
    page.wait_for_url("**/fees/open/")
    assert Payment.objects.get().dossier == one
    page.click("tbody a")
    page.fill("[name=code]", other.code)
    page.click("form[method=get].filter-line button")
    page.wait_for_selector("[name=match]")
    sound(page)
    page.click("[name=match]")
    page.wait_for_url("**/fees/open/")
    assert Payment.objects.get(dossier=other).surplus == 20_000 and accounts.open_dues(other) == []


@pytest.mark.django_db(transaction=True)
def test_every_page_of_fees_is_sound(page_at, sign_in, sound, paid_desk, make_paid, width, lang):
    one, other = make_paid(), make_paid()
    payment = cash_take(one, dues=seen(one), acting=paid_desk.counter)
    payment_cancel(payment, because="nhầm", acting=paid_desk.counter)
    payment = cash_take(one, dues=seen(one), acting=paid_desk.counter)
    sheet = read_grid((HEAD + "21/11/2026;F1;5.000;ung ho\n").encode(), "a.csv")
    statement_read(paid_desk.agency, "1", read_rows(sheet, *guess(sheet)).rows, name="a.csv", acting=paid_desk.counter)
    page = sign_in(page_at(width, lang), paid_desk.counter)
    for address in (
        "/dossiers/fees/",
        "/dossiers/fees/paid/",
        "/dossiers/fees/cash/",
        "/dossiers/fees/statement/",
        "/dossiers/fees/open/",
        f"/dossiers/fees/open/line/{StatementLine.objects.get().pk}/",
        f"/dossiers/of/{one.code}/",
        f"/dossiers/of/{other.code}/do/cash/",
        f"/dossiers/of/{other.code}/do/exempt/",
        f"/dossiers/of/{other.code}/do/undue/",
        f"/dossiers/payments/{payment.pk}/cancel/",
        f"/dossiers/payments/{payment.pk}/pay-back/",
    ):
        page.goto(address)
        sound(page)


@pytest.mark.django_db(transaction=True)
def test_the_quality_of_handling_is_sound(page_at, sign_in, sound, desk, make_finished, width, lang):
    dossier = make_finished(early=2)
    page = sign_in(page_at(width, lang), desk.head)
    for address in ("/dossiers/quality/", f"/dossiers/of/{dossier.code}/quality/"):
        page.goto(address)
        sound(page)


@pytest.mark.django_db(transaction=True)
def test_the_account_is_set_and_an_applicant_pays_online(page_at, sign_in, sound, desk, paid_desk, make_paid, settings):
    settings.DEMO = True
    dossier = make_paid()
    page = sign_in(page_at(1280, "vi"), paid_desk.head)
    page.goto("/dossiers/payment-settings/")
    page.fill("[name=account_number]", "0011 0044 5566 7")
    page.check("[name=gateway]")
    page.click("[name=look]")
    assert page.is_visible(".pay-qr svg")
    sound(page)
    page.click(".form-actions .btn-primary")
    page.wait_for_selector("text=Đã đặt nơi nhận")
    payer = page_at(360, "vi")
    payer.goto(f"/follow/{dossier.code}/{token_of(dossier.code)}/")
    sound(payer)
    payer.click("#fees a.btn-primary")
    payer.wait_for_selector("[name=pay]")
    sound(payer)
    payer.click("[name=pay]")
    payer.wait_for_url(f"**/follow/{dossier.code}/**")
    assert Payment.objects.get().way == "gateway" and "đã nộp" in payer.inner_text("#fees").lower()
