"""The systems that call the API, and the token of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.org.errors import NotPossible
from minhbach.org.permissions import needs, role, scopes, units_where
from minhbach.org.permissions.org_verbs import TOKENS_MANAGE
from minhbach.org.screens import screen, with_form
from minhbach.org.tokens import actions, queries
from minhbach.org.tokens.forms import TokenForm
from minhbach.org.ui.forms import attempt
from minhbach.org.units.queries import not_closed


@require_safe
@needs(TOKENS_MANAGE)
def tokens(request: HttpRequest) -> HttpResponse:
    titles = {scope.code: scope.title for scope in scopes()}
    found = queries.tokens(request.user).prefetch_related("account__person__grants")
    rows = [
        {
            "token": token,
            "scopes": [titles.get(code, code) for code in token.scopes],
            "roles": sorted({str(role(grant.role).title) for grant in token.account.person.grants.all()}),
        }
        for token in found
    ]
    rows.sort(key=lambda row: not row["token"].holds)  # those that open something first, the newest of them on top
    return screen(request, "tokens/tokens", {"rows": rows}, here="tokens")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(TOKENS_MANAGE)
def token_new(request: HttpRequest) -> HttpResponse:
    """The answer to the form shows the key: it cannot be shown again."""
    form = TokenForm(request.POST or None, units=not_closed(units_where(request.user, TOKENS_MANAGE)))
    if form.is_valid():
        places = {"no_name": "name", "no_scopes": "codes", "no_roles": "roles", "bad_dates": "expires"}
        made = attempt(form, lambda: actions.token_make(**form.cleaned_data, acting=request.user), places)
        if made:
            token, key = made
            titles = [scope.title for scope in scopes() if scope.code in token.scopes]
            return screen(request, "tokens/made", {"token": token, "key": key, "titles": titles})
    return with_form(request, "tokens/new", form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(TOKENS_MANAGE)
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(queries.tokens(request.user), pk=pk)
    if request.method == "POST":
        try:
            actions.token_revoke(token, acting=request.user)
        except NotPossible as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _("The token opens nothing any more."))
        return redirect("org:tokens")
    return screen(request, "tokens/revoke", {"token": token})
