"""What the workspace keeps: filters under a name, notices, and the letters that go out about them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A narrowed list under a name: its owner's, and, if shared, that of a unit's people. It widens nobody's rights:
    each sees through it what they may see."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("list"), max_length=10)
    query = models.CharField(max_length=1000, blank=True)
    """As in the address of the list."""
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shared with")
    )

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="savedfilter_name_once")]

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What a notice is about."""

    CAME = "came", _("A dossier came to you")
    OPINION = "opinion", _("An opinion is asked of your unit")
    OPINION_GIVEN = "given", _("An opinion you waited for was given")
    ANSWERED = "answered", _("The applicant has answered")
    DUE = "due", _("A dossier is due on the next working day")
    LATE = "late", _("A dossier has become late")


class Notice(models.Model):
    """Something a person should know of, written in the transaction of what happened."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    dossier = models.ForeignKey("dossiers.Dossier", models.CASCADE, related_name="+")
    once = models.CharField(max_length=40)
    """What it must not be told of twice: the event, or the due moment."""
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "dossier", "kind", "once"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.dossier_id}"


class NoticeChoice(models.Model):
    """How a person wants to be told. Without a row: everything in the application, a digest by e-mail."""

    person = models.OneToOneField("org.Person", models.CASCADE, related_name="+")
    muted = models.JSONField(default=list)
    """Kinds not shown in the application."""
    mailed = models.JSONField(default=list)
    """Kinds sent by e-mail at once."""
    digest = models.BooleanField(_("daily digest by e-mail"), default=True)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")

    def __str__(self) -> str:
        return str(self.person_id)


class Letter(models.Model):
    """An e-mail to be sent: about one notice, or the digest of a day. It holds no text: that is drawn up when it goes
    out, of what still holds then."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, blank=True, related_name="+")
    day = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField()
    """When it is tried, or tried again."""
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    """Given up after too many attempts, or no longer worth sending."""
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], condition=Q(day__isnull=False), name="letter_digest_once"
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, day=None) | Q(notice=None, day__isnull=False),
                name="letter_about_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(sent_at=None, dropped_at=None), name="letter_to_send")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.day or self.notice_id}"
