"""The dossier itself: what it is about, where it stands, and the moments that clocks and measures ask for."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.states import ENDED, OPEN, WAITING, Channel, Outcome, Status


class Dossier(models.Model):
    """One request of one applicant under one version of a procedure.

    Only the actions write it. Moments are dated facts: what held on a past day is read from them and from the trail,
    never from `status`, which is today's.
    """

    code = models.CharField(_("dossier code"), max_length=60, unique=True)
    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("competent agency"))
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("handling office"))
    """Within the agency: whoever sees the dossiers of this unit, or of one above it, sees this one."""
    procedure = models.ForeignKey("procedures.Procedure", models.PROTECT, related_name="+")
    version = models.ForeignKey("procedures.Version", models.PROTECT, related_name="+")
    source = models.ForeignKey(
        "dossiers.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mirrored from")
    )
    """The system that keeps it; empty for our own. A mirrored dossier is read-only here."""
    foreign_code = models.CharField(_("code in that system"), max_length=100, blank=True)

    applicant = models.ForeignKey(
        "dossiers.Applicant", models.PROTECT, related_name="dossiers", verbose_name=_("applicant")
    )
    sender = models.JSONField(_("sent by a representative"), default=dict, blank=True)
    subject = models.CharField(_("what is asked for"), max_length=1000, blank=True)
    answers = models.JSONField(_("answers to the form"), default=dict, blank=True)
    channel = models.CharField(_("sent"), max_length=10, choices=Channel.choices, default=Channel.COUNTER)
    return_by = models.CharField(_("result returned"), max_length=10, choices=Channel.choices, default=Channel.COUNTER)
    sets = models.PositiveSmallIntegerField(_("sets of papers"), default=1)

    status = models.PositiveSmallIntegerField(_("status"), choices=Status.choices)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True, default=Outcome.NONE)
    step = models.CharField(_("step"), max_length=40, blank=True)
    at_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("in the hands of"))
    at_person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("held by")
    )

    submitted_at = models.DateTimeField(_("sent at"))
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    allowed = models.CharField(_("time allowed"), max_length=100, blank=True)
    """As promised when it was received: “3 ngày làm việc”."""
    counted_from = models.DateField(_("time counted from"), null=True, blank=True)
    """The day of the event from which the law counts, where that is not the reception; empty while nobody has stated
    it, and then the time counts from the reception."""
    counted_by = models.CharField(_("document that says so"), max_length=300, blank=True)
    first_due_at = models.DateTimeField(_("first due"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    paused_at = models.DateTimeField(_("waiting for the applicant since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("processing finished at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    supplements = models.PositiveSmallIntegerField(_("requests for a supplement"), default=0)
    extended = models.BooleanField(_("extended"), default=False)
    apologised_at = models.DateTimeField(_("apologised at"), null=True, blank=True)
    edition = models.PositiveIntegerField(default=1)
    """Counts the changes, so that of two officers at once the later one is told."""
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    """So that another system can ask for what changed since it last asked."""
    search_key = models.CharField(max_length=800, editable=False, default="")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "foreign_code"], condition=Q(source__isnull=False), name="dossier_foreign_once"
            ),
            models.CheckConstraint(condition=Q(status__in=sorted(Status.values)), name="dossier_status_known"),
            # Mirrored dossiers are as their system tells; ours hold together.
            models.CheckConstraint(
                condition=Q(source__isnull=False)
                | Q(status__in=[Status.NEW, Status.NOT_RECEIVED, Status.STOPPED, Status.SUPPLEMENT])
                | Q(received_at__isnull=False, first_due_at__isnull=False, due_at__isnull=False),
                name="dossier_received_when",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False)
                | Q(status__in=sorted(WAITING), paused_at__isnull=False)
                | Q(status=Status.WITHDRAWAL)
                | (~Q(status__in=sorted(WAITING)) & Q(paused_at__isnull=True)),
                name="dossier_waits_since",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False) | ~Q(status=Status.RETURNED) | Q(returned_at__isnull=False),
                name="dossier_returned_when",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False)
                | Q(status__in=sorted(OPEN), outcome="", finished_at__isnull=True)
                | (~Q(status__in=sorted(OPEN)) & ~Q(outcome="") & Q(finished_at__isnull=False)),
                name="dossier_finished_when",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False) | Q(received_at__isnull=True) | Q(received_at__gte=F("submitted_at")),
                name="dossier_received_after_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at_unit", "due_at", "id"], condition=Q(status__in=sorted(OPEN)), name="dossier_inbox"
            ),
            models.Index(
                fields=["at_person", "due_at", "id"], condition=Q(status__in=sorted(OPEN)), name="dossier_held"
            ),
            models.Index(fields=["office", "-id"], name="dossier_of_office"),
            models.Index(fields=["agency", "received_at"], name="dossier_of_agency"),
            models.Index(fields=["procedure", "received_at"], name="dossier_of_procedure"),
            models.Index(fields=["changed_at", "id"], name="dossier_changed"),
            # What a figure of an office and a day is counted from.
            models.Index(fields=["office", "received_at"], name="dossier_office_received"),
            models.Index(fields=["office", "finished_at"], name="dossier_office_finished"),
            models.Index(fields=["office", "returned_at"], name="dossier_office_returned"),
            models.Index(
                fields=["office", "first_due_at"], condition=Q(finished_at=None), name="dossier_office_open_due"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_mirrored(self) -> bool:
        return self.source_id is not None

    @property
    def chain(self) -> str:
        """The name of its chain in the trail."""
        return f"dossier:{self.pk}"
