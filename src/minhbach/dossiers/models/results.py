"""The results of dossiers, from the draft to the sealed paper, and who approved them on the way."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """What nobody can guess: whoever holds the paper has it in the QR code."""
    return secrets.token_urlsafe(24)


class Result(models.Model):
    """What the applicant gets: a decision, a certificate, a reasoned refusal.

    Its moments are dated facts, in the order of Decree 30/2020: drafted, signed by the competent person, numbered and
    dated by the clerk, signed for the organisation. From then on it is issued. One on paper is recorded with its number
    and date and a scan, and is issued at once.
    """

    GRANT, REFUSAL = "grant", "refusal"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="results")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[(GRANT, _("what was asked for")), (REFUSAL, _("reasoned refusal"))],
        default=GRANT,
    )
    code = models.CharField(_("code in the national database"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=500)
    template = models.CharField(_("template"), max_length=60, blank=True)
    draft = models.JSONField(_("answers of the officer"), default=dict, blank=True)
    said = models.JSONField(_("what it says"), default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    """SHA-256 of what it says: an approval holds for these words and no others."""
    on_paper = models.BooleanField(_("on paper"), default=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    pdf = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    """The latest edition of the paper; each earlier one is the beginning of it, and stays attached."""
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(_("signing form"), max_length=200, blank=True)
    series = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    symbol = models.CharField(_("number and symbol"), max_length=100, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    numbered_at = models.DateTimeField(_("numbered at"), null=True, blank=True)
    numbered_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    sealed_at = models.DateTimeField(_("signed for the organisation at"), null=True, blank=True)
    sealed_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    recalled_at = models.DateTimeField(_("recalled at"), null=True, blank=True)
    recalled_because = models.TextField(_("recalled because"), blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(recalled_at=None), name="result_one_valid"),
            models.UniqueConstraint(fields=["series", "number"], name="result_number_once"),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(signed_by__isnull=False, pdf__isnull=False), name="result_signed_by"
            ),
            models.CheckConstraint(
                condition=Q(numbered_at=None)
                | Q(on_paper=True)
                | Q(signed_at__isnull=False, number__isnull=False, issued_on__isnull=False),
                name="result_numbered_after_signed",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None) | (Q(numbered_at__isnull=False) & ~Q(symbol="")),
                name="result_sealed_after_numbered",
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None) | Q(recalled_at__gte=F("drafted_at")), name="result_recalled_later"
            ),
        ]
        indexes = [models.Index(fields=["code", "dossier"], name="result_code")]

    def __str__(self) -> str:
        return f"{self.title} {self.symbol}".strip()

    @property
    def is_issued(self) -> bool:
        return self.sealed_at is not None

    @property
    def is_valid(self) -> bool:
        return self.is_issued and self.recalled_at is None


class Approval(models.Model):
    """Somebody on the way up agreed with the draft as it read then."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="approvals")
    step = models.CharField(_("step"), max_length=40)
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("approved at"))
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["result", "id"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(fields=["result", "step", "fingerprint"], name="approval_once"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.step}"

    @property
    def holds(self) -> bool:
        """Whether the draft still reads as it did."""
        return self.fingerprint == self.result.fingerprint
