"""Other systems whose dossiers stand here, read-only, and what they told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minhbach.dossiers.states import Status


class Source(models.Model):
    """A system that keeps the dossiers of an agency, and how its tables are to be read."""

    MIRROR, OLD = "mirror", "old"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    agency = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("agency"))
    kind = models.CharField(
        _("kind of system"),
        max_length=10,
        choices=[(MIRROR, _("works on; mirrored here daily")), (OLD, _("replaced by this one; brought in once"))],
        default=MIRROR,
    )
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    """`columns`: field → heading; `statuses`: their word → code of the portal; `procedures`: their word → our code."""
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("other system")
        verbose_name_plural = _("other systems")

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        """The name of its chain in the trail: what it told, batch by batch."""
        return f"source:{self.pk}"


class Batch(models.Model):
    """Rows of another system that came in together: a file of many, or a call of the API. Long work on it is a job
    whose every step is kept here, so that it outlives the process that does it."""

    IMPORT, CALL, COMPARE = "import", "call", "compare"
    DRAFT, WAITING, RUNNING, CHECKED, DONE, FAILED = "draft", "waiting", "running", "checked", "done", "failed"

    source = models.ForeignKey(Source, models.PROTECT, related_name="batches", verbose_name=_("other system"))
    kind = models.CharField(max_length=10, default=IMPORT)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (DRAFT, _("columns to be chosen")),
            (WAITING, _("waiting to begin")),
            (RUNNING, _("running")),
            (CHECKED, _("checked; nothing is brought in yet")),
            (DONE, _("done")),
            (FAILED, _("failed")),
        ],
        default=DRAFT,
    )
    attachment = models.ForeignKey("org.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    as_of = models.DateTimeField(_("what it says holds as of"), null=True, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    """Field → heading, as chosen for this file."""
    begins = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)
    only_check = models.BooleanField(default=True)
    all_or_nothing = models.BooleanField(_("all or nothing"), default=True)

    rows = models.PositiveIntegerField(_("rows read"), default=0)
    of = models.PositiveIntegerField(_("rows in all"), default=0)
    """0 until they were counted."""
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("unchanged"), default=0)
    older = models.PositiveIntegerField(_("older than what is known"), default=0)
    bad = models.PositiveIntegerField(_("not usable"), default=0)
    result = models.JSONField(default=dict, blank=True)
    failure = models.CharField(_("why it failed"), max_length=500, blank=True)

    worker = models.CharField(max_length=40, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("begun"), auto_now_add=True)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("delivery of another system")
        verbose_name_plural = _("deliveries of other systems")
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["waiting", "running"]), name="batch_to_work_on")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")), name="batch_dates")
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.name or self.kind}"

    @property
    def is_working(self) -> bool:
        return self.state in (self.WAITING, self.RUNNING)


class BadRow(models.Model):
    """Something wrong in a row of a delivery. The words are made when it is read, in the reader's language."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="bad_rows")
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    field = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20)
    value = models.CharField(_("what it says"), max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "line", "id"]
        verbose_name = _("row not usable")
        verbose_name_plural = _("rows not usable")

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line} {self.code}"


class Mirror(models.Model):
    """What another system says of a dossier beyond what every dossier has, and our clock's reading beside it."""

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, primary_key=True, related_name="mirror")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("other system"))
    told_at = models.DateTimeField(_("as of"))
    """The moment for which the other system's row holds: an older row never overwrites it."""
    digest = models.CharField(max_length=64)
    status_words = models.CharField(_("status in that system"), max_length=200, blank=True)
    due_told = models.DateTimeField(_("due, as that system says"), null=True, blank=True)
    due_here = models.DateTimeField(_("due, by our clock"), null=True, blank=True)
    carried_on_at = models.DateTimeField(_("carried on here since"), null=True, blank=True)

    class Meta:
        verbose_name = _("mirrored dossier")
        verbose_name_plural = _("mirrored dossiers")
        indexes = [models.Index(fields=["source"], name="mirror_of_source")]

    def __str__(self) -> str:
        return str(self.dossier_id)


class ToldFile(models.Model):
    """That another system has a dossier's papers, or its result, as files: from when on it said so, and until when."""

    PAPERS, RESULT = "papers", "result"

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="told_files")
    what = models.CharField(
        _("what is there as a file"),
        max_length=10,
        choices=[(PAPERS, _("papers as files")), (RESULT, _("result as a file"))],
    )
    since = models.DateTimeField(_("as of"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("file another system has")
        verbose_name_plural = _("files another system has")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "what"], condition=Q(until=None), name="told_file_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="told_file_until_later"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.what}"


class Told(models.Model):
    """A status another system told, as of a moment: the history of a mirrored dossier. Never changed; the trail holds
    the digest of all of a delivery."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="told")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="told")
    status = models.PositiveSmallIntegerField(_("status"), choices=Status.choices)
    words = models.CharField(_("in that system's words"), max_length=200, blank=True)
    at = models.DateTimeField(_("as of"))
    digest = models.CharField(max_length=64)
    """Of the row's facts without personal data, so that nothing of a person can be guessed from it."""

    class Meta:
        ordering = ["dossier_id", "at", "id"]
        verbose_name = _("status told")
        verbose_name_plural = _("statuses told")
        constraints = [models.UniqueConstraint(fields=["dossier", "at", "digest"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.status} {self.at}"
