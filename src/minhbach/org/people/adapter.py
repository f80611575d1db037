"""How django-allauth signs people in here: only into accounts that administrators opened."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from minhbach.org.models import Account
from minhbach.org.people.single_sign_on import OUT_OF_ORDER

log = logging.getLogger(__name__)


def remember_language(answer: HttpResponse, language: str) -> None:
    """Keep the language on this machine, as Django's own switch does."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name or the password is wrong, or the account is closed."),
    }

    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        # A person finds the interface in their own language on a machine that has none chosen yet.
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response

    def send_mail(self, template_prefix, email, context):
        # Accounts keep no address; whatever page of allauth comes to it sends nothing.
        pass


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A provider (VNeID, the province's single sign-on) signs in to an existing account: one that its
    owner has linked before, or, if OIDC_USERNAME_CLAIM says which claim is our user name, that one."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        account = self._named(sociallogin)
        if account is None:
            messages.error(
                request,
                _(
                    "No account here is linked to this sign-in. Sign in with your user name first,"
                    " then link it on your account page."
                ),
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, account)

    def _named(self, sociallogin) -> Account | None:
        name = sociallogin.account.extra_data.get(settings.OIDC_USERNAME_CLAIM)
        people = Account.objects.filter(is_active=True, is_system=False)
        return people.filter(username__iexact=str(name)).first() if name else None

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """A page that says whose fault it is and which way is left; the reason itself is for the log."""
        if error == AuthError.CANCELLED:
            return
        silent = isinstance(exception, OUT_OF_ORDER)
        log.log(
            logging.ERROR if silent else logging.WARNING,
            "Sign-in by %s failed: %s",
            provider.name,
            str(exception or "no sign-in was under way in this session")[:500],
        )
        answer = render(
            request,
            "socialaccount/authentication_error.html",
            {"provider": provider, "silent": silent},
            status=502 if silent else 401,
        )
        raise ImmediateHttpResponse(answer)
