"""What was paid against what was due."""

from __future__ import annotations

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers.health.rows import OF_A_DOSSIER
from minhbach.dossiers.models import Due, Payment
from minhbach.org.health import ERROR, Check, Look, register

PAYMENTS = 20_000
"""Payments that are compared with what they paid: the latest."""


def _unequal(look: Look) -> QuerySet[Payment]:
    latest = look.latest(Payment.objects.filter(cancelled_at=None), PAYMENTS)
    return latest.annotate(dues_paid=Sum("dues__amount", default=0)).exclude(dues_paid=F("settled")).order_by("-pk")


register(
    Check(
        "dossiers.payment_differs",
        ERROR,
        gettext_lazy("Payments that settled more or less than what was due"),
        gettext_lazy("What a payment is said to have settled is not the sum of the amounts due that it paid."),
        gettext_lazy(
            "Compare the payment with the bank statement or the receipt; cancel it or pay back what is too much."
        ),
        find=_unequal,
        unit="agency",
        says=lambda payment: (
            _("%(code)s: settled %(settled)s đồng, for %(due)s đồng due")
            % {"code": payment.dossier.code, "settled": payment.settled, "due": payment.dues_paid}
        ),
        **OF_A_DOSSIER,
    )
)


def _paid_by_nothing(look: Look) -> QuerySet[Due]:
    return Due.objects.filter(payment__cancelled_at__isnull=False).order_by("-pk")


register(
    Check(
        "dossiers.paid_by_cancelled",
        ERROR,
        gettext_lazy("Amounts paid by a payment that was cancelled"),
        gettext_lazy("The amount counts as paid, though the payment was taken back."),
        gettext_lazy("Tell whoever looks after the database: the amount is open, and must be shown as open."),
        find=_paid_by_nothing,
        unit="dossier__agency",
        says=lambda due: f"{due.dossier.code}: {due.title}",
        **OF_A_DOSSIER,
    )
)
