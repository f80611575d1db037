"""People, posts, roles and accounts: the only code that writes them."""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, memory, trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Account, Person, Post, RoleGrant, Unit
from minhbach.org.people.queries import require_over
from minhbach.org.permissions import SYSTEM, Refused, require, role
from minhbach.org.permissions.org_verbs import ACCOUNTS_MANAGE, GRANTS_MANAGE, PEOPLE_MANAGE
from minhbach.vietnamese import collation_key, fold

DAY = timedelta(days=1)


@transaction.atomic
def person_register(*, full_name: str, unit: Unit, code: str = "", email: str = "", acting) -> Person:
    """Make a person known; `unit` is the one that keeps the record.

    Raises Refused; NotPossible with code `code_taken` or `no_name`.
    """
    require(acting, PEOPLE_MANAGE, unit)
    person = Person(full_name=" ".join(full_name.split()), unit=unit, code=code.strip(), email=email)
    if not person.full_name:
        raise NotPossible(_("Give the person's full name."), "no_name")
    _code_must_be_free(person)
    _index(person)
    person.save()
    _record(person, events.PERSON_REGISTERED, acting, {"unit": unit.code})
    return person


@transaction.atomic
def person_change(
    person: Person,
    *,
    full_name: str | None = None,
    unit: Unit | None = None,
    email: str | None = None,
    acting,
) -> Person:
    """Correct a name or address, or hand the record to another unit; None leaves it as it is.

    Raises Refused (both units are asked).
    """
    require(acting, PEOPLE_MANAGE, person.unit)
    if unit is not None:
        require(acting, PEOPLE_MANAGE, unit)
        person.unit = unit
    person.full_name = " ".join((full_name or "").split()) or person.full_name
    person.email = person.email if email is None else email
    _index(person)
    person.save()
    _record(person, events.PERSON_CHANGED, acting, {"unit": person.unit.code})
    return person


@transaction.atomic
def post_assign(person: Person, *, unit: Unit, title: str, begins: date, ends: date | None = None, acting) -> Post:
    """Give the person a post at the unit. Raises Refused; NotPossible with code `unit_closed`,
    `bad_dates` or `already` (the same post is open)."""
    require(acting, PEOPLE_MANAGE, unit)
    _dates_must_fit(unit, begins, ends)
    _lock(person)
    if ends is None and Post.objects.filter(person=person, unit=unit, title=title, ends=None).exists():
        raise NotPossible(_("%(person)s holds this post already."), "already", {"person": person})
    post = Post.objects.create(person=person, unit=unit, title=title, begins=begins, ends=ends)
    _record(
        person,
        events.POST_ASSIGNED,
        acting,
        {"unit": unit.code, "title": title, "begins": begins, "ends": ends},
    )
    memory.changed()
    return post


@transaction.atomic
def post_end(post: Post, *, on: date, acting) -> Post:
    """End the post; `on` is its last day. Raises Refused; NotPossible with code `ended` or `bad_dates`."""
    require(acting, PEOPLE_MANAGE, post.unit)
    _lock(post.person)
    post.refresh_from_db()
    _end(post, on, _("This post has ended already."))
    _record(post.person, events.POST_ENDED, acting, {"unit": post.unit.code, "title": post.title, "on": on})
    memory.changed()
    return post


@transaction.atomic
def role_grant(
    person: Person,
    *,
    role_code: str,
    unit: Unit,
    begins: date | None = None,
    ends: date | None = None,
    acting,
) -> RoleGrant:
    """Give the person a role over the unit and all under it, from `begins` (today) to `ends`.

    Raises Refused; NotPossible with code `no_role`, `own_role`, `unit_closed`, `bad_dates` or `already`.
    """
    require(acting, GRANTS_MANAGE, unit)
    try:
        grantable = role(role_code).grantable
    except LookupError:
        grantable = False
    if not grantable:
        raise NotPossible(_("There is no role “%(role)s” to give."), "no_role", {"role": role_code})
    if acting is not SYSTEM and acting.person_id == person.pk:
        # Two people see every widening of rights: nobody can quietly give themselves another role.
        raise NotPossible(_("Nobody gives a role to themselves; ask another administrator."), "own_role")
    begins = begins or today()
    _dates_must_fit(unit, begins, ends)
    _lock(person)
    overlapping = RoleGrant.objects.filter(person=person, role=role_code, unit=unit).filter(
        Q(ends__isnull=True) | Q(ends__gte=begins)
    )
    if ends is not None:
        overlapping = overlapping.filter(begins__lte=ends)
    if overlapping.exists():
        raise NotPossible(_("%(person)s holds this role there already."), "already", {"person": person})
    grant = RoleGrant.objects.create(
        person=person,
        role=role_code,
        unit=unit,
        begins=begins,
        ends=ends,
        granted_by=None if acting is SYSTEM else acting,
    )
    data = {"role": role_code, "unit": unit.code, "begins": begins, "ends": ends}
    _record(person, events.ROLE_GRANTED, acting, data)
    memory.changed()
    return grant


@transaction.atomic
def role_revoke(grant: RoleGrant, *, on: date | None = None, acting) -> RoleGrant | None:
    """Take the role away; `on` is the last day it holds (yesterday, so that it is gone at once).

    A grant that has not held a single day by then is removed; the trail remembers it, and None is
    returned. Raises Refused; NotPossible with code `ended`.
    """
    require(acting, GRANTS_MANAGE, grant.unit)
    _lock(grant.person)
    grant.refresh_from_db()
    on = on or today() - DAY
    data = {"role": grant.role, "unit": grant.unit.code, "begins": grant.begins, "on": on}
    person = grant.person
    kept: RoleGrant | None = grant
    if grant.ends is not None and grant.ends <= on:
        raise NotPossible(_("This role has ended already."), "ended")
    if on < grant.begins:
        grant.delete()
        kept = None
    else:
        grant.ends = on
        grant.save(update_fields=["ends"])
    _record(person, events.ROLE_REVOKED, acting, data)
    memory.changed()
    return kept


@transaction.atomic
def account_open(
    person: Person,
    *,
    username: str,
    password: str | None = None,
    language: str = "vi",
    is_system: bool = False,
    acting,
) -> Account:
    """Let the person sign in. Without a password only by a linked provider, or once one is set. The account of a system
    never signs in: it acts by a token.

    Raises Refused; NotPossible with code `already`, `username_taken` or `weak_password`.
    """
    require_over(acting, person)
    _lock(person)
    username = Account.normalize_username(username.strip())
    if Account.objects.filter(person=person).exists():
        raise NotPossible(_("%(person)s has an account already."), "already", {"person": person})
    if not username or Account.objects.filter(username__iexact=username).exists():
        raise NotPossible(
            _("The user name %(username)s is taken or empty; choose another."),
            "username_taken",
            {"username": username},
        )
    account = Account(person=person, username=username, language=language, is_system=is_system)
    _set_password(account, None if is_system else password)
    account.save()
    _record(person, events.ACCOUNT_OPENED, acting, {"account": account.pk})
    return account


@transaction.atomic
def account_close(account: Account, *, acting) -> Account:
    """End the right to sign in, at once and for running sessions too. Raises Refused; NotPossible with
    code `closed`."""
    require_over(acting, account.person)
    _lock(account.person)
    account.refresh_from_db()
    if not account.is_active:
        raise NotPossible(_("This account is closed already."), "closed")
    account.is_active, account.closed_at = False, timezone.now()
    account.save(update_fields=["is_active", "closed_at"])
    _record(account.person, events.ACCOUNT_CLOSED, acting, {"account": account.pk})
    memory.changed()
    return account


@transaction.atomic
def account_reopen(account: Account, *, acting) -> Account:
    """Let a closed account sign in again. Raises Refused; NotPossible with code `open`."""
    require_over(acting, account.person)
    _lock(account.person)
    account.refresh_from_db()
    if account.is_active:
        raise NotPossible(_("This account is open already."), "open")
    account.is_active, account.closed_at = True, None
    account.save(update_fields=["is_active", "closed_at"])
    _record(account.person, events.ACCOUNT_REOPENED, acting, {"account": account.pk})
    memory.changed()
    return account


@transaction.atomic
def password_set(account: Account, *, password: str, acting) -> Account:
    """Give a person who forgot it a new password. Raises Refused; NotPossible with code `weak_password`, or
    `system` for a system's account."""
    require_over(acting, account.person)
    if account.is_system:
        raise NotPossible(_("This account belongs to a system: it acts by a token and never signs in."), "system")
    _set_password(account, password)
    account.save(update_fields=["password"])
    _record(account.person, events.PASSWORD_SET, acting, {"account": account.pk})
    return account


@transaction.atomic
def second_factor_remove(account: Account, *, acting) -> Account:
    """Help a person who lost their telephone or key: codes, passkeys and recovery codes are gone, and the
    password alone signs in until they add new ones. Raises Refused; NotPossible with code `none`."""
    require_over(acting, account.person)
    _lock(account.person)
    removed, _rows = Authenticator.objects.filter(user=account).delete()
    if not removed:
        raise NotPossible(_("This account has no second factor."), "none")
    _record(account.person, events.SECOND_FACTOR_REMOVED, acting, {"account": account.pk})
    return account


@transaction.atomic
def provider_unlink(link: SocialAccount, *, acting) -> None:
    """Take away the link to an OpenID Connect provider: whoever signs in there is no longer signed in here by it.
    Running sessions go on until a new password is set or the account is closed.

    Raises Refused; NotPossible with code `none` when the link is gone already.
    """
    account: Account = link.user
    require_over(acting, account.person)
    _lock(account.person)
    removed, _rows = SocialAccount.objects.filter(pk=link.pk).delete()
    if not removed:
        raise NotPossible(_("This link has been removed already."), "none")
    data = {"account": account.pk, "provider": link.provider}
    _record(account.person, events.PROVIDER_UNLINKED, acting, data)


def language_set(account: Account, *, language: str, acting) -> Account:
    """Remember the language a person wants. Theirs alone to choose, and nothing for the trail.

    Raises Refused; NotPossible with code `no_language`.
    """
    if acting is not SYSTEM and acting.pk != account.pk:
        raise Refused(ACCOUNTS_MANAGE)
    if language not in dict(settings.LANGUAGES):
        raise NotPossible(_("There is no interface in this language."), "no_language")
    account.language = language
    account.save(update_fields=["language"])
    return account


def _set_password(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise NotPossible(" ".join(weak.messages), "weak_password") from weak
    account.set_password(password)


def _dates_must_fit(unit: Unit, begins: date, ends: date | None) -> None:
    if ends is not None and ends < begins:
        raise NotPossible(_("The last day lies before the first."), "bad_dates")
    # Read anew: the caller's object may be older than the unit's closing.
    if not Unit.objects.on(begins).filter(pk=unit.pk).exists():
        raise NotPossible(_("%(unit)s is not open on that day."), "unit_closed", {"unit": unit})


def _end(row: Post, on: date, message) -> None:
    if row.ends is not None and row.ends <= on:
        raise NotPossible(message, "ended")
    if on < row.begins:
        raise NotPossible(_("The last day lies before the first."), "bad_dates")
    row.ends = on
    row.save(update_fields=["ends"])


def _code_must_be_free(person: Person) -> None:
    if person.code and Person.objects.filter(code=person.code).exclude(pk=person.pk).exists():
        raise NotPossible(
            _("The code %(code)s belongs to another person already."), "code_taken", {"code": person.code}
        )


def _index(person: Person) -> None:
    # Vietnamese lists of people are ordered by the given name, which comes last.
    *before, given = person.full_name.split()
    person.sort_key = collation_key(" ".join([given, *before]))[:900]
    person.search_key = fold(f"{person.full_name} {person.code}")[:400]


def _lock(person: Person) -> None:
    trail.lock(f"person:{person.pk}")


def _record(person: Person, event: str, acting, data: dict) -> None:
    trail.record(f"person:{person.pk}", event, acting=acting, subject=person, data=data)
