"""What happened to a dossier on its way: in whose hands it lay, when it waited, what was extended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Stay(models.Model):
    """The time a dossier lay at one step in one unit's hands: a line of the control slip (form 06)."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="stays")
    step = models.CharField(_("step"), max_length=40)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    arrived_at = models.DateTimeField(_("arrived at"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    move = models.CharField(_("left by"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(left_at__isnull=True), name="stay_one_open"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")), name="stay_left_later"
            ),
        ]
        indexes = [models.Index(fields=["unit", "arrived_at"], name="stay_of_unit")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.step}"


class Pause(models.Model):
    """A wait for the applicant: asked for a supplement, or to meet a financial obligation."""

    SUPPLEMENT, FINANCE = "supplement", "finance"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="pauses")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[(SUPPLEMENT, _("supplement")), (FINANCE, _("financial obligation"))],
    )
    number = models.PositiveSmallIntegerField(_("number"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    items = models.JSONField(_("what is missing"), default=list)
    reason = models.TextField(_("reason"), blank=True)
    until = models.DateField(_("to be answered by"), null=True, blank=True)
    again_because = models.TextField(_("why a second time"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    due_before = models.DateTimeField(_("due before"), null=True, blank=True)
    due_after = models.DateTimeField(_("due after"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("wait for the applicant")
        verbose_name_plural = _("waits for the applicant")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "kind", "number"], name="pause_number_once"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(answered_at__isnull=True), name="pause_one_open"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")), name="pause_answered_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.kind} {self.number}"


class Extension(models.Model):
    """A due moment put off, with the letter of apology (form 04): once, and at least a day before the first one."""

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="extension")
    at = models.DateTimeField(_("decided at"))
    by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"))
    due_before = models.DateTimeField(_("due before"))
    due_after = models.DateTimeField(_("due after"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.CheckConstraint(condition=Q(due_after__gt=F("due_before")), name="extension_is_later"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.due_after}"


class Earlier(models.Model):
    """How a dossier stood before something was put in place of what it said: an end was taken back, a due moment
    moved. It held from `since` until just before `until`, so that figures of a past day can be counted as they were.

    What waited for the applicant, and how often, is told by the `Pause` rows.
    """

    FIELDS = (
        "first_due_at", "due_at", "finished_at", "outcome", "returned_at", "return_by", "extended", "apologised_at",
    )  # fmt: skip

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="earlier")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    first_due_at = models.DateTimeField(_("first due"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    finished_at = models.DateTimeField(_("processing finished at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True, default="")
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    return_by = models.CharField(_("result returned"), max_length=10)
    extended = models.BooleanField(_("extended"), default=False)
    apologised_at = models.DateTimeField(_("apologised at"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "until"]
        verbose_name = _("earlier standing")
        verbose_name_plural = _("earlier standings")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="earlier_lasted"),
            models.UniqueConstraint(fields=["dossier", "since"], name="earlier_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.until}"


class Opinion(models.Model):
    """Another unit's opinion, asked for while the work goes on."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="opinions")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit asked"))
    step = models.CharField(_("step"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    by_process = models.BooleanField(_("asked by the process"), default=False)
    """Then the step is not left before it is answered, or waived with a reason."""
    question = models.TextField(_("question"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    agrees = models.BooleanField(_("agrees"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    waived = models.BooleanField(_("gone on without it"), default=False)
    """Then `answer` is the reason."""

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")), name="opinion_answered_later"
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_at"], condition=Q(answered_at=None), name="opinion_waiting")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.unit_id}"


class Involvement(models.Model):
    """A unit outside the handling office that may see the dossier: it received it, or was asked for an opinion."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="involved")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))

    class Meta:
        ordering = ["dossier_id", "unit"]
        verbose_name = _("unit involved")
        verbose_name_plural = _("units involved")
        constraints = [models.UniqueConstraint(fields=["unit", "dossier"], name="involvement_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.unit_id}"
