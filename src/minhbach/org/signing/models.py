"""Certificates, their public part only, and requests for a signature."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.signatures import read_certificates


class Certificate(models.Model):
    """The certificate by which a person signs, or an organisation. The key stays in the token."""

    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name=_("organisation")
    )
    pem = models.TextField(_("certificate"))
    """The certificate, and after it those above it as far as they were given."""
    fingerprint = models.CharField(_("SHA-256 of the certificate"), max_length=64)
    holder = models.CharField(_("holder"), max_length=300)
    issuer = models.CharField(_("issuer"), max_length=300)
    serial = models.CharField(_("serial number"), max_length=80)
    begins_at = models.DateTimeField(_("valid from"))
    ends_at = models.DateTimeField(_("valid until"))
    image = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    """A picture of the signature or the seal (PNG), drawn on papers in place of words."""
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["-registered_at", "-id"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, unit__isnull=False) | Q(person__isnull=False, unit__isnull=True),
                name="certificate_of_one",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(withdrawn_at__isnull=True), name="certificate_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} ({self.issuer})"

    @property
    def owner(self):
        return self.person or self.unit

    @property
    def chain(self) -> list[bytes]:
        """The certificate itself first (DER), then what stands above it."""
        return read_certificates(self.pem.encode())


class SigningRequest(models.Model):
    """A paper prepared for one signature by one certificate, to be given by one account before it expires, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    title = models.CharField(_("what is signed"), max_length=500)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="requests")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    """Who asked and must answer; empty for the product itself, with a key of its own."""
    base = models.CharField(max_length=64)
    """SHA-256 of the file the signature is added to: it must still be the one."""
    field = models.CharField(max_length=40)
    digest = models.CharField(_("hash to be signed"), max_length=64)
    prepared = models.BinaryField(null=True)
    attributes = models.BinaryField()
    document_digest = models.BinaryField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    made_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("expires at"))
    done_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("request for a signature")
        verbose_name_plural = _("requests for a signature")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="signing_expires_later"),
        ]
        indexes = [models.Index(fields=["purpose", "subject_id"], name="signing_subject")]

    def __str__(self) -> str:
        return self.title
