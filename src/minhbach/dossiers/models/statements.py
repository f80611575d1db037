"""Money that came in on a bank account or through a gateway, as bank and gateway tell it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OPEN, PAID, ASIDE = "open", "paid", "aside"
STATES = [(OPEN, _("to be looked at")), (PAID, _("matched")), (ASIDE, _("put aside"))]


class StatementAccount(models.Model):
    """An account whose statements are read, and which column of them says what. Its row is the lock of an import."""

    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.CharField(_("account number"), max_length=30)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    """field → the words at the head of its column."""

    class Meta:
        ordering = ["agency", "number"]
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="statement_account_once")]

    def __str__(self) -> str:
        return self.number


class StatementImport(models.Model):
    """A statement that was read: by whom, and how many of its rows were new, known, not money that came in, bad."""

    account = models.ForeignKey(StatementAccount, models.PROTECT, related_name="imports")
    name = models.CharField(_("file"), max_length=200)
    at = models.DateTimeField(_("read at"))
    by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    taken = models.PositiveIntegerField(_("new"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    bad = models.PositiveIntegerField(_("not readable"), default=0)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("statement read")
        verbose_name_plural = _("statements read")

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """Money that came in on the account. `key` is the same whenever the same line is read again."""

    account = models.ForeignKey(StatementAccount, models.PROTECT, related_name="lines")
    source = models.ForeignKey(StatementImport, models.PROTECT, related_name="lines")
    key = models.CharField(max_length=64)
    booked_on = models.DateField(_("booked on"))
    amount = models.PositiveBigIntegerField(_("amount"))
    text = models.CharField(_("words of the transfer"), max_length=1000, blank=True)
    reference = models.CharField(_("bank's reference"), max_length=100, blank=True)
    payer = models.CharField(_("paid by"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=STATES, default=OPEN)
    why = models.CharField(_("why it is open"), max_length=20, blank=True)
    """Why it was not matched by itself; codes of `money.WHY`."""
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, null=True, blank=True, related_name="+")
    """The dossier its words name, if they name just one."""
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-booked_on", "-id"]
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="statement_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="statement_line_came_in"),
        ]
        indexes = [models.Index(fields=["account", "state", "-booked_on"], name="statement_lines")]

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.amount}"


class GatewayNotice(models.Model):
    """What a gateway told us, signed: once per number it gave it."""

    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    gateway = models.CharField(_("gateway"), max_length=40)
    number = models.CharField(_("its number there"), max_length=100)
    digest = models.CharField(max_length=64)
    """Of what it says: the same number with other words is another matter."""
    at = models.DateTimeField(_("received at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=STATES, default=OPEN)
    why = models.CharField(_("why it is open"), max_length=20, blank=True)
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice of a gateway")
        verbose_name_plural = _("notices of gateways")
        constraints = [models.UniqueConstraint(fields=["agency", "gateway", "number"], name="gateway_notice_once")]
        indexes = [models.Index(fields=["agency", "state"], name="gateway_notices")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.number}"
