"""Fees: what is unpaid and paid, the cash of a day, receipts, cancelling and paying back."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers.actions.money import payment_cancel, payment_refund
from minhbach.dossiers.models import Payment
from minhbach.dossiers.money import queries as money_queries
from minhbach.dossiers.money.forms import CancelForm, DayForm, FindFees, RefundForm
from minhbach.dossiers.permissions import CASH, SEE
from minhbach.dossiers.printing import receipts
from minhbach.dossiers.views.page import found_dossier
from minhbach.org.dates import today
from minhbach.org.permissions import needs, require
from minhbach.org.ui.forms import attempt
from minhbach.papers import Document, to_docx, to_pdf, to_xlsx

ROWS = 20
_DRAW = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def money_tabs(account, current: str) -> list[dict]:
    """The views of this area, with how many things wait for a person."""
    waiting = money_queries.waiting(account)
    return [
        {"label": label, "url": reverse(f"dossiers:{name}"), "current": name == current, "count": count}
        for name, label, count in (
            ("fees", _("Unpaid"), None),
            ("fees_paid", _("Paid fees"), None),
            ("cash_day", _("Cash of a day"), None),
            ("statement", _("Bank statement"), None),
            ("money_open", _("To be looked at"), waiting or None),
        )
    ]


@require_safe
@needs(CASH)
def fees(request: HttpRequest) -> HttpResponse:
    """What is still to be paid, the oldest first."""
    form = FindFees(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = money_queries.unpaid(request.user, text)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "text": text, "page": page, "total": money_queries.total_of(found)}
    return render(request, "dossiers/money/unpaid.html", context | {"tabs": money_tabs(request.user, "fees")})


@require_safe
@needs(CASH)
def fees_paid(request: HttpRequest) -> HttpResponse:
    """Payments, the latest first; cancelled ones stay."""
    form = FindFees(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(money_queries.payments(request.user, text), ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "text": text, "page": page, "tabs": money_tabs(request.user, "fees_paid")}
    return render(request, "dossiers/money/paid.html", context)


@require_safe
@needs(CASH)
def cash_day(request: HttpRequest) -> HttpResponse:
    """The cash of one day at one agency, by officer; as a list to print and as a workbook."""
    agencies = money_queries.cash_agencies(request.user)
    given = request.GET.copy()
    given.setdefault("day", today().isoformat())
    given.setdefault("agency", str(agencies[0].pk) if agencies else "")
    officers = money_queries.cash_officers(request.user)
    form = DayForm(given, agencies=agencies, officers=officers)
    context = {"form": form, "tabs": money_tabs(request.user, "cash_day"), "agencies": agencies}
    if form.is_valid():
        said = form.cleaned_data
        rows = list(money_queries.cash_of(said["agency"], said["day"], said["officer"]))
        kind = request.GET.get("as")
        if kind in ("pdf", "xlsx"):
            day = timezone.make_aware(datetime.combine(said["day"], time()))
            document = receipts.cash_list(
                rows, said["agency"], day, officer=str(said["officer"] or ""), acting=request.user
            )
            return _file(document, kind, f"thu-tien-mat-{said['day']:%Y%m%d}")
        live = [row for row in rows if row.cancelled_at is None]
        by_officer: dict[str, list[int]] = {}
        for row in live:
            by_officer.setdefault(str(row.taken_by or ""), []).append(row.amount)
        context |= {
            "rows": rows,
            "total": sum(row.amount for row in live),
            "by_officer": [(name, len(found), sum(found)) for name, found in sorted(by_officer.items())],
            "query": given.urlencode(),
        }
    return render(request, "dossiers/money/cash.html", context)


@require_safe
@needs(CASH)
def receipt(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    payment = _payment(request, pk)
    name = f"phieu-thu-{payment.receipt_code.replace('/', '-') or payment.pk}"
    return _file(receipts.receipt(payment, acting=request.user), kind, name)


@require_safe
@needs(SEE)
def payment_request(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    dossier = found_dossier(request, code)
    require(request.user, CASH, dossier.agency)
    form = forms.Form({})
    document = attempt(form, lambda: receipts.payment_request(dossier, acting=request.user))
    if document is None:
        messages.info(request, " ".join(form.non_field_errors()))
        return redirect("dossiers:dossier", dossier.code)
    return _file(document, kind, f"bao-nop-{dossier.code}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASH)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        done = attempt(form, lambda: payment_cancel(payment, **form.cleaned_data, acting=request.user))
        if done is not None:
            messages.success(request, _("The payment is cancelled; what it paid is open again."))
            return redirect("dossiers:dossier", payment.dossier.code)
    return _form(request, payment, form, _("Cancel a payment"), grave=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASH)
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    form = RefundForm(request.POST or None, initial={"amount": payment.surplus or payment.amount - payment.refunded})
    if form.is_valid():
        done = attempt(
            form, lambda: payment_refund(payment, **form.cleaned_data, acting=request.user), {"amount": "amount"}
        )
        if done is not None:
            messages.success(request, _("Recorded as paid back."))
            return redirect("dossiers:dossier", payment.dossier.code)
    return _form(request, payment, form, _("Pay money back"))


def _form(request: HttpRequest, payment: Payment, form, title: str, *, grave: bool = False) -> HttpResponse:
    context = {"payment": payment, "form": form, "title": title, "grave": grave}
    return render(request, "dossiers/money/payment_form.html", context, status=422 if form.is_bound else 200)


def _payment(request: HttpRequest, pk: int) -> Payment:
    """404 for one of an agency whose fees this person does not take."""
    rows = Payment.objects.select_related("agency", "taken_by", "dossier__version", "dossier__applicant")
    found = get_object_or_404(rows, pk=pk)
    if not money_queries.may_cash(request.user, found.agency):
        raise Http404
    return found


def _file(document: Document, kind: str, name: str) -> HttpResponse:
    if kind not in _DRAW:
        raise Http404
    draw, media_type = _DRAW[kind]
    return HttpResponse(
        draw(document),
        content_type=media_type,
        headers={
            "Content-Disposition": f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"',
            "Cache-Control": "private, no-store",
        },
    )
