"""Giving other systems tokens and taking them away."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.org import events, trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Repeat, Token, Unit
from minhbach.org.people.actions import account_close, account_open, person_register, role_grant
from minhbach.org.permissions import require, scopes
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE

MARK = "mb"
LONGEST = timedelta(days=731)
USED_EVERY = timedelta(minutes=15)
REPEATS_KEPT = timedelta(days=30)


@transaction.atomic
def token_make(
    *, name: str, unit: Unit, codes: Iterable[str], roles: Iterable[str], expires: date, acting
) -> tuple[Token, str]:
    """Give a system a token: an account of its own with these roles over the unit, limited to these scopes until the
    end of `expires`. The key in the answer is shown once and kept nowhere.

    Raises Refused; NotPossible with code `no_name`, `no_scopes`, `no_roles`, `bad_scope`, `bad_dates`, or those of
    `role_grant`.
    """
    require(acting, TOKENS_MANAGE, unit)
    wanted, roles = sorted(set(codes)), sorted(set(roles))
    if not wanted:
        raise NotPossible(_("Choose what the system may do."), "no_scopes")
    if unknown := [code for code in wanted if code not in {scope.code for scope in scopes()}]:
        raise NotPossible(_("There is no scope “%(scope)s”."), "bad_scope", {"scope": unknown[0]})
    if not roles:
        raise NotPossible(_("Choose the roles of the system: without one it may do nothing."), "no_roles")
    if not today() <= expires <= today() + LONGEST:
        raise NotPossible(_("A token lasts until a day of the next two years."), "bad_dates")
    person = person_register(full_name=name, unit=unit, acting=acting)
    account = account_open(person, username=f"system-{person.pk}", is_system=True, acting=acting)
    for role_code in roles:
        role_grant(person, role_code=role_code, unit=unit, acting=acting)
    prefix = secrets.token_hex(4)
    key = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        account=account,
        unit=unit,
        scopes=wanted,
        prefix=prefix,
        digest=digest_of(key),
        expires=expires,
        made_by=acting if acting.is_authenticated else None,
    )
    data = {"prefix": prefix, "scopes": wanted, "unit": unit.code, "ends": expires}
    trail.record(f"person:{person.pk}", events.TOKEN_MADE, acting=acting, subject=token, data=data)
    return token, key


@transaction.atomic
def token_revoke(token: Token, *, acting) -> Token:
    """Take the token away, at once and for good; its account is closed with it. Raises Refused; NotPossible with code
    `revoked`."""
    require(acting, TOKENS_MANAGE, token.unit)
    token = Token.objects.select_for_update(of=("self",)).select_related("account__person", "unit").get(pk=token.pk)
    if token.revoked_at is not None:
        raise NotPossible(_("This token was taken away already."), "revoked")
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    data = {"prefix": token.prefix, "unit": token.unit.code}
    chain = f"person:{token.account.person_id}"
    trail.record(chain, events.TOKEN_REVOKED, acting=acting, subject=token, data=data)
    if token.account.is_active:
        account_close(token.account, acting=acting)
    return token


def token_used(token: Token, at: datetime) -> None:
    """Note that it was used, once a quarter of an hour: no matter for the trail."""
    if token.used_at is None or at - token.used_at > USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=at)


def repeats_forget() -> int:
    """Forget idempotency keys of more than 30 days ago; a daily job. Returns how many."""
    return Repeat.objects.filter(at__lt=timezone.now() - REPEATS_KEPT).delete()[0]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
