"""What people change about their own sign-in on allauth's pages, recorded like what administrators change of it.

allauth has done it by the time it tells, so these events follow their change instead of sharing its transaction.
"""

from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.db import transaction
from django.dispatch import receiver

from minhbach.org import events, trail
from minhbach.org.models import Account


@receiver([password_changed, password_set])
def _password(sender, user, **kwargs) -> None:
    _record(user, events.OWN_PASSWORD_CHANGED)


@receiver(authenticator_added)
def _added(sender, user, authenticator, **kwargs) -> None:
    _record(user, events.SECOND_FACTOR_ADDED, kind=authenticator.type)


@receiver(authenticator_removed)
def _removed(sender, user, authenticator, **kwargs) -> None:
    _record(user, events.SECOND_FACTOR_REMOVED, kind=authenticator.type)


@receiver(authenticator_reset)
def _renewed(sender, user, authenticator, **kwargs) -> None:
    _record(user, events.RECOVERY_CODES_RENEWED)


@receiver(social_account_added)
def _linked(sender, sociallogin, **kwargs) -> None:
    _record(sociallogin.user, events.PROVIDER_LINKED, provider=sociallogin.account.provider)


@receiver(social_account_removed)
def _unlinked(sender, socialaccount, **kwargs) -> None:
    _record(socialaccount.user, events.PROVIDER_UNLINKED, provider=socialaccount.provider)


@transaction.atomic
def _record(account: Account, event: str, **data: str) -> None:
    person = account.person
    trail.record(f"person:{person.pk}", event, acting=account, subject=person, data={"account": account.pk, **data})
