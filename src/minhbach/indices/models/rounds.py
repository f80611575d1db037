"""A round: one year, one set per unit group, dates for each stage, and who appraises what."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import years_on


class Round(models.Model):
    """One year's scoring (*đợt chấm điểm*), run by `unit` (the home affairs department, or a department for
    its schools)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        OPEN = "open", _("open")
        CLOSED = "closed", _("concluded")
        PUBLISHED = "published", _("published")

    class Stage(models.TextChoices):
        """The stages in their order, each ending at its own moment."""

        SELF = "self", _("self-scoring")
        APPRAISAL_1 = "appraisal_1", _("first appraisal")
        EXPLANATION = "explanation", _("explanation")
        APPRAISAL_2 = "appraisal_2", _("second appraisal")

    class Shown(models.TextChoices):
        """When a unit sees the points it is appraised at. What it is asked to explain, it always sees.

        Usual is the end of each stage: the unit explains the first appraisal before there is a second, so it must know
        that one; no source has been found for showing an appraisal that still runs. Thừa Thiên Huế opens the points and
        comments of each criterion to the unit after the notice of the results (14/01/2022), which is PUBLISHED here.
        """

        CONCLUDED = "concluded", _("when the stage is concluded for the unit")
        PUBLISHED = "published", _("when the results are published")
        AT_ONCE = "at_once", _("at once, while the appraisal runs")

    class LiveShown(models.TextChoices):
        """Who sees the live index while the round is open, beside the units themselves, their appraisers and whoever
        runs the round. No source has been found that says, so nobody else does unless it is chosen."""

        INSIDE = "inside", _("nobody else")
        MEASURED = "measured", _("everybody, of what is measured")
        WHOLE = "whole", _("everybody, with what the units declared")

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="rounds", verbose_name=_("run by"))
    title = models.CharField(_("title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    counts_from = models.DateField(_("work counts from"))
    counts_to = models.DateField(_("work counts to"))
    """The first and the last day whose work counts: of what is measured, and of what is declared."""
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    self_opens = models.DateTimeField(_("self-scoring begins"))
    internal_due = models.DateTimeField(_("offices answer by"))
    self_closes = models.DateTimeField(_("self-scoring ends"))
    appraisal_1_closes = models.DateTimeField(_("first appraisal ends"))
    explanation_closes = models.DateTimeField(_("explanation ends"))
    appraisal_2_closes = models.DateTimeField(_("second appraisal ends"))
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("round of the year before")
    )
    carried_forward = models.BooleanField(_("the sets are carried forward from an earlier year"), default=False)
    appraisal_shown = models.CharField(
        _("the unit sees its appraisal points"), max_length=10, choices=Shown, default=Shown.CONCLUDED
    )
    live_shown = models.CharField(
        _("who else sees the live index"), max_length=10, choices=LiveShown, default=LiveShown.INSIDE
    )
    note = models.TextField(_("note"), blank=True)
    closed_at = models.DateTimeField(_("concluded at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    decision = models.CharField(_("decision on the results"), max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "title"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.CheckConstraint(
                condition=Q(self_opens__lt=F("self_closes"))
                & Q(internal_due__lte=F("self_closes"))
                & Q(self_closes__lte=F("appraisal_1_closes"))
                & Q(appraisal_1_closes__lte=F("explanation_closes"))
                & Q(explanation_closes__lte=F("appraisal_2_closes")),
                name="round_stages_in_order",
            ),
            models.CheckConstraint(condition=Q(counts_from__lte=F("counts_to")), name="round_period_in_order"),
            models.UniqueConstraint(fields=["unit", "year", "title"], name="round_once"),
        ]

    def __str__(self) -> str:
        return (self.title_en if (get_language() or "").startswith("en") else "") or self.title

    @property
    def chain(self) -> str:
        """The name of this round's chain in the trail."""
        return f"round:{self.pk}"

    def closes(self, stage: str) -> datetime:
        """The moment a stage ends."""
        return getattr(self, f"{stage}_closes")

    def opens(self, stage: str) -> datetime:
        """The moment a stage begins: the end of the one before."""
        stages = list(self.Stage)
        n = stages.index(self.Stage(stage))
        return self.self_opens if n == 0 else self.closes(stages[n - 1])

    @property
    def is_over(self) -> bool:
        """Whether it is concluded, published or not: nothing of its results changes any more."""
        return self.status in (self.Status.CLOSED, self.Status.PUBLISHED)

    @property
    def is_live_public(self) -> bool:
        """Whether everybody may see its live index; after the conclusion what was sealed counts, and is published."""
        return self.status == self.Status.OPEN and self.live_shown != self.LiveShown.INSIDE

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day that count."""
        return self.counts_from, self.counts_to

    @property
    def period_before(self) -> tuple[date, date]:
        """The same days a year before, for what is compared with the previous year."""
        return years_on(self.counts_from, -1), years_on(self.counts_to, -1)


class RoundSet(models.Model):
    """The set that the units of a group are scored on."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="sets")
    group = models.CharField(_("unit group"), max_length=40)
    set_version = models.ForeignKey("indices.SetVersion", models.PROTECT, related_name="+", verbose_name=_("set"))

    class Meta:
        ordering = ["round", "group"]
        constraints = [models.UniqueConstraint(fields=["round", "group"], name="roundset_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.set_version}"


class AppraisalField(models.Model):
    """The body that appraises a part or criterion of a set (home affairs, justice, finance …).

    The nearest ancestor with a body decides; without one, the unit that runs the round.
    """

    round_set = models.ForeignKey(RoundSet, models.CASCADE, related_name="fields")
    node = models.CharField(_("part or criterion"), max_length=40)
    body = models.ForeignKey(
        "org.Unit", models.PROTECT, related_name="appraisal_fields", verbose_name=_("appraised by")
    )

    class Meta:
        ordering = ["round_set", "node"]
        constraints = [models.UniqueConstraint(fields=["round_set", "node"], name="appraisalfield_once")]

    def __str__(self) -> str:
        return f"{self.node}: {self.body}"


class OfficeFor(models.Model):
    """Which office of a unit answers for a code of the set's responsibles (VP, P, TT …)."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="offices_for")
    code = models.CharField(_("code in the set"), max_length=40)
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("office"))

    class Meta:
        ordering = ["unit", "code"]
        constraints = [models.UniqueConstraint(fields=["unit", "code", "office"], name="officefor_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.code}: {self.office}"
