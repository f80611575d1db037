"""What a dossier owes and what was paid for it, in whole đồng."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PaymentSettings(models.Model):
    """Where an agency's fees go: its bank account, and whether payers are sent to its payment gateway."""

    agency = models.OneToOneField("org.Unit", models.PROTECT, related_name="payment_settings", verbose_name=_("agency"))
    bank = models.CharField(_("bank (BIN)"), max_length=6, blank=True)
    account_number = models.CharField(_("account number"), max_length=19, blank=True)
    account_name = models.CharField(_("account holder"), max_length=100, blank=True)
    gateway = models.BooleanField(_("payers are sent to the payment gateway"), default=False)
    gateway_page = models.URLField(_("payment page of the gateway"), max_length=500, blank=True)

    class Meta:
        ordering = ["agency"]
        verbose_name = _("payment settings")
        verbose_name_plural = _("payment settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(bank="", account_number="") | (~Q(bank="") & ~Q(account_number="")),
                name="payment_account_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.account_number


class Due(models.Model):
    """An amount a dossier owes: a fee or charge of its procedure, or an obligation that was asked for on the way.

    It is open until it is paid, cancelled, or nothing of it is left to pay. `payment` is one: nothing is paid twice.
    """

    FEE, CHARGE, OBLIGATION = "fee", "charge", "obligation"
    RECEIVED, SUPPLEMENT, RETURNED = "received", "supplement", "returned"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="dues")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[(FEE, _("fee")), (CHARGE, _("charge")), (OBLIGATION, _("financial obligation"))],
    )
    title = models.CharField(_("what for"), max_length=500)
    code = models.CharField(_("code"), max_length=40, blank=True)
    stage = models.CharField(
        _("to be paid"),
        max_length=10,
        choices=[
            (RECEIVED, _("when the dossier is received")),
            (SUPPLEMENT, _("when it is supplemented")),
            (RETURNED, _("when the result is returned")),
        ],
        default=RECEIVED,
    )
    """HinhThucThu 1, 2 and 4 of DongBoHoSo."""
    tariff = models.PositiveBigIntegerField(_("by the tariff"))
    amount = models.PositiveBigIntegerField(_("to pay"))
    """What is left of the tariff after an exemption."""
    source = models.CharField(_("legal basis"), max_length=300, blank=True)
    exempt_as = models.CharField(_("exempted as"), max_length=500, blank=True)
    exempt_at = models.DateTimeField(_("exempted at"), null=True, blank=True)
    exempt_source = models.CharField(_("legal basis of the exemption"), max_length=300, blank=True)
    exempt_paper = models.ForeignKey("dossiers.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    pause = models.ForeignKey("dossiers.Pause", models.PROTECT, null=True, blank=True, related_name="dues")
    """The wait for the applicant that its payment ends."""
    asked_at = models.DateTimeField(_("asked for at"))
    payment = models.ForeignKey("dossiers.Payment", models.PROTECT, null=True, blank=True, related_name="dues")
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("amount due")
        verbose_name_plural = _("amounts due")
        constraints = [
            models.CheckConstraint(condition=Q(amount__lte=F("tariff")), name="due_within_tariff"),
            models.CheckConstraint(condition=Q(amount=F("tariff")) | ~Q(exempt_as=""), name="due_less_for_a_reason"),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(cancelled_at__isnull=True, amount__gt=0), name="due_paid_or_not"
            ),
        ]
        indexes = [
            models.Index(
                fields=["dossier"],
                condition=Q(payment__isnull=True, cancelled_at__isnull=True, amount__gt=0),
                name="due_open",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.payment_id is None and self.cancelled_at is None and self.amount > 0


class Payment(models.Model):
    """Money that came in for a dossier, once. A payment taken by mistake is cancelled and stays to be seen."""

    CASH, TRANSFER, GATEWAY = "cash", "transfer", "gateway"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="payments")
    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    way = models.CharField(
        _("way"),
        max_length=10,
        choices=[(CASH, _("in cash")), (TRANSFER, _("by bank transfer")), (GATEWAY, _("by payment gateway"))],
    )
    amount = models.PositiveBigIntegerField(_("amount"))
    settled = models.PositiveBigIntegerField(_("for what was due"))
    """Less than `amount` when more came in than was due."""
    refunded = models.PositiveBigIntegerField(_("paid back"), default=0)
    items = models.JSONField(_("for"), default=list)
    """What it paid, as it was called then: [title, amount] each."""
    payer = models.CharField(_("paid by"), max_length=300, blank=True)
    """Empty: the applicant."""
    at = models.DateTimeField(_("paid at"))
    taken_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    receipt = models.PositiveIntegerField(_("receipt number"), null=True, blank=True)
    """Of cash: counted by agency and year, without gaps."""
    line = models.ForeignKey(
        "dossiers.StatementLine", models.PROTECT, null=True, blank=True, related_name="payments", editable=False
    )
    notice = models.OneToOneField(
        "dossiers.GatewayNotice", models.PROTECT, null=True, blank=True, related_name="payment", editable=False
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_because = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(settled__gt=0, settled__lte=F("amount")), name="payment_settles"),
            models.CheckConstraint(condition=Q(refunded__lte=F("amount")), name="payment_refund_within"),
            models.CheckConstraint(
                condition=Q(way="cash", receipt__isnull=False, line__isnull=True, notice__isnull=True)
                | Q(way="transfer", receipt__isnull=True, line__isnull=False, notice__isnull=True)
                | Q(way="gateway", receipt__isnull=True, line__isnull=True, notice__isnull=False),
                name="payment_came_one_way",
            ),
            models.UniqueConstraint(
                fields=["agency", "year", "receipt"], condition=Q(receipt__isnull=False), name="payment_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(line__isnull=False, cancelled_at__isnull=True),
                name="payment_of_line_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-at"], name="payment_of_agency")]

    def __str__(self) -> str:
        return f"{self.receipt_code or self.get_way_display()}: {self.amount}"

    @property
    def surplus(self) -> int:
        """What came in beyond what was due."""
        return self.amount - self.settled

    @property
    def receipt_code(self) -> str:
        """Number and year of the receipt: “0012/2026”."""
        return f"{self.receipt:04}/{self.year}" if self.receipt else ""


class Refund(models.Model):
    """Money of a payment that was given back."""

    payment = models.ForeignKey("dossiers.Payment", models.PROTECT, related_name="refunds")
    amount = models.PositiveBigIntegerField(_("amount"))
    way = models.CharField(
        _("way"), max_length=10, choices=[(Payment.CASH, _("in cash")), (Payment.TRANSFER, _("by bank transfer"))]
    )
    at = models.DateTimeField(_("paid back at"))
    by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    because = models.CharField(_("reason"), max_length=1000)
    document = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        ordering = ["payment", "id"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something")]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.amount}"
