"""People, their accounts, their posts, and the roles they hold over a part of the tree."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from minhbach.org.dates import Dated, ends_after_begins


class Person(models.Model):
    """A person known to the organisation, with or without an account."""

    full_name = models.CharField(_("full name"), max_length=200)
    code = models.CharField(_("staff code"), max_length=40, blank=True)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, related_name="people", verbose_name=_("unit that keeps the record")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    sort_key = models.CharField(max_length=900, editable=False, default="", db_index=True)
    search_key = models.CharField(max_length=400, editable=False, default="")

    class Meta:
        ordering = ["sort_key", "id"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="person_code_once"),
        ]

    def __str__(self) -> str:
        return self.full_name


class AccountManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """The right of one person to sign in. Rights to do anything come from RoleGrant alone."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account", verbose_name=_("person"))
    is_active = models.BooleanField(_("account is open"), default=True)
    is_system = models.BooleanField(_("account of a system"), default=False)
    """It acts by a token (org.tokens) and can never sign in."""
    is_staff = models.BooleanField(_("may enter the technical administration"), default=False)
    language = models.CharField(
        _("language"), max_length=5, choices=[("vi", _("Vietnamese")), ("en", _("English"))], default="vi"
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["person"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="account_username_any_case"),
            models.CheckConstraint(
                condition=Q(is_active=True, closed_at__isnull=True) | Q(is_active=False, closed_at__isnull=False),
                name="account_closed_when",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.person.full_name

    def get_short_name(self) -> str:
        return self.person.full_name


class Post(Dated):
    """What a person is, where, and when: "Trưởng phòng" of an office."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name=_("person"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title = models.CharField(_("title of the post"), max_length=200)

    class Meta:
        ordering = ["person", "-begins"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            ends_after_begins("post_dates"),
            models.UniqueConstraint(
                fields=["person", "unit", "title"], condition=Q(ends__isnull=True), name="post_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.unit}"


class RoleGrant(Dated):
    """A role held by a person over a unit and everything under it, between two days."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=40)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="grants", verbose_name=_("unit"))
    granted_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )

    class Meta:
        ordering = ["person", "role"]
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints = [
            ends_after_begins("rolegrant_dates"),
            models.UniqueConstraint(
                fields=["person", "role", "unit"], condition=Q(ends__isnull=True), name="rolegrant_one_open"
            ),
        ]
        indexes = [models.Index(fields=["person", "role"], name="rolegrant_person_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.unit}"
