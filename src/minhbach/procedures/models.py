"""The catalogue of procedures: what each says, version by version, and who offers it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import Dated, ends_after_begins
from minhbach.procedures.content.model import ONLINE, Content
from minhbach.procedures.content.reading import stored
from minhbach.procedures.content.words import word
from minhbach.records.texts import Text


class Procedure(models.Model):
    """One procedure through all its versions, known by its code."""

    code = models.CharField(_("procedure code"), max_length=40, unique=True)
    keeper = models.ForeignKey(
        "org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit that keeps the procedure")
    )
    current = models.ForeignKey(
        "procedures.Version", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("current version")
    )
    """The version released last; kept so that lists are one join."""
    repealed_on = models.DateField(_("repealed on"), null=True, blank=True)
    repealed_by = models.CharField(_("repealing decision"), max_length=100, blank=True)
    replaced_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="replaces")

    class Meta:
        ordering = ["code"]
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")

    def __str__(self) -> str:
        return self.code

    @property
    def called(self) -> str:
        """Its code and its present name."""
        return f"{self.code} {self.current or ''}".strip()


class Version(Dated):
    """What a procedure says from one day to another: its content, word for word, and what lists and measures ask of it.

    A released version is never changed: dossiers keep the one they were filed under.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions", verbose_name=_("procedure"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    is_draft = models.BooleanField(_("draft"), default=True)
    edition = models.PositiveIntegerField(default=1)
    """Counts the saves of a draft, so that of two people editing it the later one sees both."""
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    # Drawn from the content when it is saved.
    name = models.CharField(_("name"), max_length=1000)
    name_en = models.CharField(_("English name"), max_length=1000, blank=True)
    field = models.CharField(_("field"), max_length=200, blank=True, db_index=True)
    level = models.CharField(_("level"), max_length=20, blank=True)
    online = models.CharField(_("online level"), max_length=10, blank=True)
    internal = models.BooleanField(_("between agencies"), default=False)
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    effective_on = models.DateField(_("date it takes effect"), null=True, blank=True)
    public_on = models.DateField(_("made public on"), null=True, blank=True)
    public_parts = models.PositiveSmallIntegerField(_("parts made public"), default=0)
    search_key = models.CharField(max_length=2000, editable=False, default="")

    class Meta:
        ordering = ["procedure", "-number"]
        verbose_name = _("version of a procedure")
        verbose_name_plural = _("versions of procedures")
        constraints = [
            ends_after_begins("procedureversion_dates"),
            models.UniqueConstraint(fields=["procedure", "number"], name="procedureversion_number_once"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(is_draft=True), name="procedureversion_one_draft"
            ),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(is_draft=False, ends__isnull=True), name="procedureversion_one_open"
            ),
        ]

    def __str__(self) -> str:
        return (self.name_en if (get_language() or "").startswith("en") else "") or self.name

    @cached_property
    def meaning(self) -> Content:
        """The content, read once for this object: lists share it among their rows."""
        return stored(self.content)


class Offer(Dated):
    """A procedure as one agency offers it: who receives, who handles, in which mode, in which time."""

    OWN, MIRROR = "own", "mirror"

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="offers", verbose_name=_("procedure"))
    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="offers", verbose_name=_("agency"))
    one_stop = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("one-stop shop"))
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("handling office"))
    mode = models.CharField(
        _("where the work is done"),
        max_length=10,
        choices=[(OWN, _("here")), (MIRROR, _("in another system, mirrored here"))],
        default=OWN,
    )
    committed = models.CharField(_("time committed to"), max_length=100, blank=True)
    online = models.CharField(_("online level offered"), max_length=10, blank=True)
    post = models.BooleanField(_("public post"), default=True)
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        ordering = ["agency", "procedure"]
        verbose_name = _("procedure offered")
        verbose_name_plural = _("procedures offered")
        constraints = [
            ends_after_begins("offer_dates"),
            models.UniqueConstraint(fields=["procedure", "agency", "begins"], name="offer_one_beginning"),
            models.UniqueConstraint(
                fields=["procedure", "agency"], condition=Q(ends__isnull=True), name="offer_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} @ {self.agency_id}"

    @property
    def online_words(self) -> Text:
        """The online level offered; nothing where it is that of the procedure."""
        return word(ONLINE, self.online)


class Review(models.Model):
    """A review of a procedure: what was found, what was proposed to cut, and what became of it."""

    PROPOSED, ACCEPTED, REJECTED, DONE = "proposed", "accepted", "rejected", "done"

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="reviews", verbose_name=_("procedure"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("reviewing unit"))
    reviewed_on = models.DateField(_("date of the review"))
    finding = models.TextField(_("finding"))
    proposal = models.TextField(_("proposal"), blank=True)
    cuts_steps = models.PositiveSmallIntegerField(_("steps cut"), default=0)
    cuts_days = models.DecimalField(_("working days cut"), max_digits=6, decimal_places=2, default=0)
    cuts_components = models.PositiveSmallIntegerField(_("components cut"), default=0)
    cuts_fee = models.PositiveIntegerField(_("cost cut (đồng per dossier)"), default=0)
    status = models.CharField(
        _("what became of it"),
        max_length=10,
        choices=[
            (PROPOSED, _("proposed")),
            (ACCEPTED, _("accepted")),
            (REJECTED, _("not accepted")),
            (DONE, _("carried out")),
        ],
        default=PROPOSED,
    )
    document = models.CharField(_("document"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering = ["-reviewed_on", "id"]
        verbose_name = _("review of a procedure")
        verbose_name_plural = _("reviews of procedures")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(decided_on__isnull=False), name="review_decided_when"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("reviewed_on")), name="review_decided_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id}: {self.reviewed_on}"
