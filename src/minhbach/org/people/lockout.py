"""django-axes is the one owner of lock-out; here it also counts wrong second-step codes, and says
when to try again."""

from datetime import datetime, timedelta

from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.signals import authentication_failed
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minhbach.org.models import Account


def username(request: HttpRequest, credentials=None) -> str:
    """Whom a try is counted for (AXES_USERNAME_CALLABLE): in one spelling, or each spelling of the same
    name would have tries of its own."""
    name = (credentials or {}).get("username") or request.POST.get("login") or ""
    return Account.normalize_username(str(name)).strip().casefold()


def locked_out(request: HttpRequest, original_response=None, credentials=None) -> HttpResponse:
    """The page of a locked-out sign-in (AXES_LOCKOUT_CALLABLE)."""
    until = locked_until(request, credentials)
    wait = max(until - timezone.now(), timedelta(minutes=1))
    response = render(request, "429.html", {"cooloff_timedelta": wait, "until": until}, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


def locked_until(request: HttpRequest, credentials=None) -> datetime:
    """When the lock opens: the pause counts from the last wrong try that was still looked at."""
    tries = AccessAttempt.objects.filter(
        username=username(request, credentials), ip_address=get_client_ip_address(request)
    )
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return (last or timezone.now()) + get_cool_off(request)


class _NotWhileLocked:
    """A second step that is not even looked at while the account is locked."""

    def clean_code(self):
        if not AxesProxyHandler.is_allowed(context.request, {"username": self.user.username}):
            context.request.axes_locked_out = True
            context.request.axes_credentials = {"username": self.user.username}
            raise ValidationError(_("Too many wrong tries; wait and try again."), code="locked")
        return super().clean_code()


class AuthenticateForm(_NotWhileLocked, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(_NotWhileLocked, mfa.ReauthenticateForm):
    pass


@receiver(authentication_failed)
def _count(sender, request, user, **kwargs) -> None:
    # allauth's own limiter is off, so a wrong code counts like a wrong password.
    user_login_failed.send(sender=sender, credentials={"username": user.username}, request=request)
