"""A unit in a round: its scores at every stage, evidence, explanations, comments, and who answers for what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minhbach.indices.models.rounds import Round

_ACCOUNT = settings.AUTH_USER_MODEL
_POINTS = {"max_digits": 24, "decimal_places": 12, "null": True, "blank": True}


class Entry(models.Model):
    """A unit in a round. The totals are those of its score rows, written in the transaction that changes a row, so that
    a board of any number of units is one query; `figures.py` computes them."""

    class Status(models.TextChoices):
        SCORING = "scoring", _("being self-scored")
        REVIEW = "review", _("internal review")
        APPROVED = "approved", _("approved by the head")
        SUBMITTED = "submitted", _("submitted")
        APPRAISAL_1 = "appraisal_1", _("first appraisal")
        EXPLANATION = "explanation", _("explanation asked")
        APPRAISAL_2 = "appraisal_2", _("second appraisal")
        CONCLUDED = "concluded", _("concluded")

    round = models.ForeignKey(Round, models.PROTECT, related_name="entries")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="entries")
    group = models.CharField(_("unit group"), max_length=40)
    set_version = models.ForeignKey("indices.SetVersion", models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SCORING)
    status_at = models.DateTimeField(_("since"), auto_now_add=True)
    is_ranked = models.BooleanField(_("ranked"), default=True)
    absent = models.JSONField(_("blocks not held"), default=list, blank=True)
    answered = models.PositiveSmallIntegerField(_("criteria answered"), default=0)
    criteria = models.PositiveSmallIntegerField(_("criteria to answer"), default=0)
    self_score = models.DecimalField(_("self-score"), **_POINTS)
    appraised_score = models.DecimalField(_("appraised score"), **_POINTS)
    final_score = models.DecimalField(_("final score"), **_POINTS)
    self_maximum = models.DecimalField(_("maximum at self-scoring"), **_POINTS)
    appraised_maximum = models.DecimalField(_("maximum at appraisal"), **_POINTS)
    final_maximum = models.DecimalField(_("final maximum"), **_POINTS)
    parts = models.JSONField(default=dict, blank=True)
    """stage → node id → [score, maximum, open]: exact figures as text, for ranking by part and the profile."""
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    band = models.CharField(_("band"), max_length=40, blank=True)
    sealed = models.JSONField(_("concluded results with explanations"), default=dict, blank=True)

    class Meta:
        ordering = ["round", "unit"]
        verbose_name = _("unit in a round")
        verbose_name_plural = _("units in a round")
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="entry_once")]

    def __str__(self) -> str:
        return f"{self.unit} – {self.round}"

    @property
    def chain(self) -> str:
        """The name of this entry's chain in the trail."""
        return f"entry:{self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may see its result: concluded, in a published round."""
        return self.round.status == Round.Status.PUBLISHED and self.status == self.Status.CONCLUDED

    @property
    def is_absent(self) -> bool:
        """Whether it has no result in a round that is over: never submitted, its drafts stay its own."""
        return self.round.is_over and self.status != self.Status.CONCLUDED


class Score(models.Model):
    """What one criterion got at one stage: every input, the branch, the points of the rule and the points given."""

    class Stage(models.TextChoices):
        SELF = "self", _("self-score")
        SURVEY = "survey", _("survey")
        APPRAISAL_1 = "appraisal_1", _("first appraisal")
        APPRAISAL_2 = "appraisal_2", _("second appraisal")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="scores")
    criterion = models.CharField(_("criterion"), max_length=40)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    inputs = models.JSONField(_("inputs"), default=dict, blank=True)
    """Input key → the fact as it was typed."""
    given_points = models.DecimalField(_("points given by a person"), **_POINTS)
    reason = models.TextField(_("why the points differ from the rule"), blank=True)
    note = models.TextField(_("explanation"), blank=True)
    points = models.DecimalField(_("points"), **_POINTS)
    rule_points = models.DecimalField(_("points by the rule"), **_POINTS)
    state = models.CharField(_("state"), max_length=16)
    branch = models.CharField(_("branch"), max_length=60, blank=True)
    source = models.CharField(_("entered through"), max_length=20, default="screen")
    edition = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["entry_id", "criterion", "stage"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["entry", "criterion", "stage"], name="score_once"),
            models.CheckConstraint(
                condition=Q(given_points__isnull=True) | ~Q(reason=""), name="score_given_points_have_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.stage}: {self.points}"

    #: States without points that are answers all the same: nothing is missing.
    WITHOUT_POINTS = frozenset({"pending", "not_applicable"})

    @property
    def has_result(self) -> bool:
        """Whether the figures say all they can: points, or a criterion that does not apply or is computed when the
        round closes."""
        return self.points is not None or (bool(self.inputs) and self.state in self.WITHOUT_POINTS)

    @property
    def wants_evidence(self) -> bool:
        """Whether evidence belongs to the result; none does to a criterion that leaves the maximum."""
        return self.has_result and (self.points is not None or self.state != "not_applicable")

    @property
    def is_answered(self) -> bool:
        """Whether there is a result, or an explanation why there is none."""
        return self.has_result or bool(self.note.strip())


class Assignment(models.Model):
    """The office that answers a criterion, by when, and how far it is."""

    class State(models.TextChoices):
        OPEN = "open", _("to answer")
        ANSWERED = "answered", _("answered")
        RETURNED = "returned", _("sent back")
        ACCEPTED = "accepted", _("accepted by the reform officer")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="assignments")
    criterion = models.CharField(_("criterion"), max_length=40)
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="assignments", verbose_name=_("office"))
    leads = models.BooleanField(_("leads"), default=True)
    due = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    returned_why = models.TextField(_("why it was sent back"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        ordering = ["due", "entry", "criterion"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["entry", "criterion", "office"], name="assignment_once"),
            models.UniqueConstraint(fields=["entry", "criterion"], condition=Q(leads=True), name="assignment_one_lead"),
        ]
        indexes = [models.Index(fields=["office", "state", "due"], name="assignment_todo")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.office}"


class Evidence(models.Model):
    """A document behind a score: a file, or a citation by number, date and title."""

    class Stage(models.TextChoices):
        """Where it was added: at a scoring, or by the unit with its explanation."""

        SELF = Score.Stage.SELF.value, Score.Stage.SELF.label
        SURVEY = Score.Stage.SURVEY.value, Score.Stage.SURVEY.label
        APPRAISAL_1 = Score.Stage.APPRAISAL_1.value, Score.Stage.APPRAISAL_1.label
        EXPLANATION = Round.Stage.EXPLANATION.value, Round.Stage.EXPLANATION.label
        APPRAISAL_2 = Score.Stage.APPRAISAL_2.value, Score.Stage.APPRAISAL_2.label

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="evidence")
    criterion = models.CharField(_("criterion"), max_length=40)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.SELF)
    attachment = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    document_number = models.CharField(_("number and symbol"), max_length=100, blank=True)
    document_date = models.DateField(_("date"), null=True, blank=True)
    document_title = models.CharField(_("title (summary)"), max_length=500, blank=True)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        ordering = ["entry_id", "criterion", "at", "id"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(attachment__isnull=False) | (~Q(document_number="") & ~Q(document_title="")),
                name="evidence_file_or_citation",
            )
        ]

    def __str__(self) -> str:
        return self.document_number or (self.attachment.name if self.attachment else "")


class ExplanationRequest(models.Model):
    """What the appraisers ask the unit to explain about a criterion, and the answer."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="requests")
    criterion = models.CharField(_("criterion"), max_length=40)
    question = models.TextField(_("question"))
    asked_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        ordering = ["entry_id", "criterion", "asked_at"]
        verbose_name = _("request for explanation")
        verbose_name_plural = _("requests for explanation")
        constraints = [models.UniqueConstraint(fields=["entry", "criterion"], name="request_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.question[:60]}"


class FieldConclusion(models.Model):
    """A body has concluded its criteria of an entry at an appraisal; its scores are locked then."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="conclusions")
    body = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    stage = models.CharField(_("stage"), max_length=12, choices=Score.Stage)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["entry_id", "stage", "body"]
        verbose_name = _("conclusion of a body")
        verbose_name_plural = _("conclusions of bodies")
        constraints = [models.UniqueConstraint(fields=["entry", "body", "stage"], name="fieldconclusion_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.stage}: {self.body}"


class Comment(models.Model):
    """A remark on a criterion, seen by all who may see its score; an appraiser's, by those who may see the points of
    the appraisal."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="comments")
    criterion = models.CharField(_("criterion"), max_length=40)
    stage = models.CharField(_("stage"), max_length=12, choices=Score.Stage, default=Score.Stage.SELF)
    """The appraisal it belongs to; self, where it comes from the unit's side."""
    text = models.TextField(_("comment"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["entry_id", "criterion", "at"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text[:60]


class Reopening(models.Model):
    """A stage opened again for one unit after its end (or ended early and opened), until a moment, for a reason."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="reopenings")
    stage = models.CharField(_("stage"), max_length=12, choices=Round.Stage)
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["entry_id", "-at"]
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")

    def __str__(self) -> str:
        return f"{self.stage}, {self.until}"


class KeptPlan(models.Model):
    """The target of a unit in a round, and what each kind of row costs in effort on the way there: with them the
    cheapest way is found again tomorrow."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="kept_plan")
    target = models.CharField(_("points to reach"), max_length=40)
    weights = models.JSONField(_("effort of a row by kind"), default=dict, blank=True)
    """Kind → exact figure, as `decimal_text` writes it; so is the target."""
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("kept plan")
        verbose_name_plural = _("kept plans")

    def __str__(self) -> str:
        return f"{self.entry}: {self.target}"


class SelfReport(models.Model):
    """What the self-score report says beyond the scores, in the unit's own words: the order it follows, difficulties
    and proposals (official letters 383 and 384/BNV-CCHC of 28/01/2021). Each line of the two lists is an item."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="report")
    basis = models.CharField(_("document that orders the self-score"), max_length=500, blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    edition = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("self-score report")
        verbose_name_plural = _("self-score reports")

    def __str__(self) -> str:
        return str(self.entry)
