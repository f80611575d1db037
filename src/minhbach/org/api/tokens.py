"""Who calls: a system by its token, limited to its scopes, with the rights of its account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from minhbach.org.api.problems import ApiError
from minhbach.org.memory import share
from minhbach.org.models import Token
from minhbach.org.people.lockout import locked_until
from minhbach.org.permissions import limit
from minhbach.org.tokens.actions import token_used
from minhbach.org.tokens.queries import prefix_of, token_of


class BearerToken(HttpBearer):
    """Asks for the operation's scope; the rights themselves are asked where they are for everybody."""

    def __init__(self, scope: str):
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str) -> Token | None:
        token = token_of(key)
        if token is None:
            return _failed(request, key)
        token_used(token, timezone.now())
        account = limit(token.account, token.scopes)
        share(account, token.digest)
        if self.scope and self.scope not in token.scopes:
            raise ApiError(403, "scope", _("This token does not have the scope %(scope)s.") % {"scope": self.scope})
        request.user = account
        return token


def _failed(request: HttpRequest, key: str) -> None:
    """Count the failure, by address and beginning of the key, where the failures of signing in are counted.

    A key that is right is never made to wait: nobody guesses 256 bits, and a neighbour behind the same address must not
    be locked out by another's mistake. What is limited is the noise.
    """
    tried: dict[str, Any] = {"username": f"token {prefix_of(key) or '-'}"}
    if AxesProxyHandler.is_allowed(request, tried):
        user_login_failed.send(sender=BearerToken, credentials=tried, request=request)
        request.axes_locked_out = False  # its answer would be a page
        return None
    wait = max(locked_until(request, tried) - timezone.now(), timedelta(minutes=1))
    seconds = str(int(wait.total_seconds()))
    raise ApiError(429, "locked", _("Too many wrong tokens; wait and try again."), headers={"Retry-After": seconds})


def scope(code: str, answers: Mapping[int, Any] | None = None) -> dict[str, Any]:
    """For an operation's decorator: `@router.get("/dossiers", **scope("dossiers:read"))`. An empty code takes any
    token. `answers` describes what is no JSON (`problems.binary`)."""
    more = {"responses": dict(answers)} if answers else {}
    return {"auth": BearerToken(code), "openapi_extra": {"x-scope": code, **more}}
