"""django-axes is the one owner of lock-out; here it also counts wrong second-step codes and wrong passwords of people
who are signed in, and says when to try again."""

from datetime import datetime, timedelta

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.signals import authentication_failed
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.org.models import Account

_SECOND_STEP = " (second step) "  # ends in a space, so that nobody can write it as their name


def username(request: HttpRequest, credentials=None) -> str:
    """Whom a try is counted for (AXES_USERNAME_CALLABLE): in one spelling, or each spelling of the same
    name would have tries of its own."""
    given = credentials or {}
    name = given.get("username") or request.POST.get("login") or ""
    name = Account.normalize_username(str(name)).casefold().strip()[:200]  # one letter can become eighteen
    return name + _SECOND_STEP if given.get("second_step") else name


def client_address(request: HttpRequest) -> str | None:
    """Where a try comes from (AXES_CLIENT_IP_CALLABLE). None for a socket that has no address.

    Each of the BEHIND_PROXY proxies adds to X-Forwarded-For whom it was called by; what stands before those, the
    client wrote itself. Raises ImproperlyConfigured if there are fewer proxies than BEHIND_PROXY says: then the
    client's own words would be believed, so nobody signs in until the setting is right.
    """
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None
    except ImproperlyConfigured:
        raise ImproperlyConfigured(
            "BEHIND_PROXY is larger than the number of proxies that wrote X-Forwarded-For"
        ) from None


def counted_by(request, credentials=None) -> list:
    """What tries are added up by (AXES_LOCKOUT_PARAMETERS).

    Passwords by name and address: nobody locks out somebody else by guessing. Second-step codes by name alone:
    whoever comes so far knows the password, and has only a million codes to try from as many addresses as they like.
    """
    return ["username"] if (credentials or {}).get("second_step") else [["username", "ip_address"]]


def locked_out(request: HttpRequest, original_response=None, credentials=None) -> HttpResponse:
    """The page of a locked-out sign-in (AXES_LOCKOUT_CALLABLE)."""
    until = locked_until(request, credentials)
    wait = max(until - timezone.now(), timedelta(minutes=1))
    response = render(request, "429.html", {"cooloff_timedelta": wait, "until": until}, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


def locked_until(request: HttpRequest, credentials=None) -> datetime:
    """When the lock opens: the pause counts from the last wrong try that was still looked at."""
    tries = AccessAttempt.objects.filter(username=username(request, credentials))
    if not (credentials or {}).get("second_step"):
        tries = tries.filter(ip_address=get_client_ip_address(request))
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return (last or timezone.now()) + get_cool_off(request)


def sign_ins_forget() -> None:
    """Drop what was noted of sign-ins more than SIGN_IN_LOG_DAYS ago: names and addresses are kept no longer than they
    serve."""
    before = timezone.now() - timedelta(days=settings.SIGN_IN_LOG_DAYS)
    for noted in (AccessAttempt, AccessFailureLog, AccessLog):
        noted.objects.filter(attempt_time__lt=before).delete()


def _second_step(account: Account) -> dict:
    return {"username": account.username, "second_step": True}


class _NotWhileLocked:
    """A second step that is not even looked at while the account is locked."""

    def clean_code(self):
        tried = _second_step(self.user)
        if not AxesProxyHandler.is_allowed(context.request, tried):
            context.request.axes_locked_out = True
            context.request.axes_credentials = tried
            raise ValidationError(_("Too many wrong tries; wait and try again."), code="locked")
        return super().clean_code()


class AuthenticateForm(_NotWhileLocked, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(_NotWhileLocked, mfa.ReauthenticateForm):
    pass


class ChangePasswordForm(allauth.ChangePasswordForm):
    """Asks for the old password the way signing in does, so that it cannot be tried out on a screen left open."""

    def clean_oldpassword(self) -> str:
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


@receiver(authentication_failed)
def _count(sender, request, user, **kwargs) -> None:
    # allauth's own limiter is off, so a wrong code counts like a wrong password.
    user_login_failed.send(sender=sender, credentials=_second_step(user), request=request)


@receiver(user_logged_in)
def _forget(sender, request, user, **kwargs) -> None:
    AxesProxyHandler.update_request(request)
    AxesProxyHandler.get_implementation().reset_user_attempts(request, _second_step(user))
