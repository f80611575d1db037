"""Every address with its decision: what the test of all URLs and the matrix test walk."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from minhbach.org.permissions.views import Decision


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    """With its namespace: "org:file"."""
    module: str
    decision: Decision | None


@dataclass(frozen=True)
class ThirdParty:
    """The decision for views of others, by URL name and by the package they come from, so that no
    view of ours slips through under a borrowed name."""

    names: str
    package: str
    decision: Decision


# The first line that fits decides.
THIRD_PARTY: list[ThirdParty] = [
    ThirdParty("account_login", "allauth", Decision("public")),
    ThirdParty("account_logout", "allauth", Decision("public")),
    ThirdParty("account_signup", "allauth", Decision("public", "closed: administrators open accounts")),
    ThirdParty("account_inactive", "allauth", Decision("public")),
    ThirdParty("account_reset_password*", "allauth", Decision("public", "sends nothing: no e-mail is kept")),
    ThirdParty("account_confirm_email", "allauth", Decision("public", "closed: no e-mail is kept")),
    ThirdParty("account_email_verification_sent", "allauth", Decision("public", "closed: no e-mail is kept")),
    ThirdParty("account_confirm_login_code", "allauth", Decision("public")),
    ThirdParty("account_*", "allauth", Decision("signed_in")),
    ThirdParty("mfa_login_webauthn", "allauth", Decision("public")),
    ThirdParty("mfa_signup_webauthn", "allauth", Decision("public", "closed: administrators open accounts")),
    ThirdParty("mfa_authenticate", "allauth", Decision("public", "second step of signing in")),
    ThirdParty("mfa_trust", "allauth", Decision("public", "last step of signing in")),
    ThirdParty("mfa_*", "allauth", Decision("signed_in")),
    ThirdParty("socialaccount_connections", "allauth", Decision("signed_in")),
    ThirdParty("socialaccount_*", "allauth", Decision("public", "closed: accounts are only linked")),
    ThirdParty("openid_connect_*", "allauth", Decision("public", "way to and from the provider")),
    ThirdParty("api:api-root", "functools", Decision("public", "stands behind the page of the interface")),
    ThirdParty("api:*", "ninja", Decision("asks", "the scope each operation states, and the rules it comes to")),
    ThirdParty("set_language", "django.views.i18n", Decision("public")),
    ThirdParty("javascript-catalog", "django.views.i18n", Decision("public")),
]


def addresses(urlconf: str | None = None) -> list[Address]:
    """Every URL pattern the site answers, with its decision (None if nobody decided)."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def undecided(urlconf: str | None = None) -> list[Address]:
    """The addresses that fail the build."""
    return [address for address in addresses(urlconf) if address.decision is None]


def _walk(patterns, route: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern):
            view = pattern.callback
            # A class-based view is a function of Django's; the class says where it comes from.
            origin = getattr(view, "view_class", view)
            module = getattr(origin, "__module__", "")
            name = namespace + (pattern.name or "")
            decision = getattr(view, "decision", None) or _third_party(name, module)
            if decision is None and origin is RedirectView:
                decision = Decision("public", "leads on to another address, shows nothing")
            yield Address(here, name, module, decision)


def _third_party(name: str, module: str) -> Decision | None:
    for rule in THIRD_PARTY:
        if fnmatchcase(name, rule.names) and (module + ".").startswith(rule.package + "."):
            return rule.decision
    return None
