"""Signing in by an OpenID Connect provider (VNeID, a province's single sign-on), on top of django-allauth.

allauth walks the way there and back. Added here: a nonce, the signature checked whatever the way the token came by, a
minute of difference between the clocks, and a page in place of a failure when the provider is silent or answers
nonsense. OpenID Connect Core 1.0, sections 3.1.2.1 (nonce), 3.1.3.7 (checking the ID token), 5.3.2 (same subject).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from requests import RequestException

from minhbach.org.permissions import public

CLOCK_SKEW = 60  # seconds two machines may be apart
# Signatures by the provider's own key: neither "none" nor one that our shared secret could make.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class Nonsense(ProviderException):
    """The provider answered, but not as OpenID Connect says."""


#: The provider's fault: nothing the person did, and nothing they can mend.
OUT_OF_ORDER = (RequestException, Nonsense)


@contextmanager
def _reading() -> Iterator[None]:
    """allauth reads answers without asking for their shape; nonsense shows itself as one of these."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, RequestException):  # JSON that is none is a ValueError, too
            raise
        raise Nonsense(f"unexpected answer: {error!r}") from error


def _nonce(code_verifier: str) -> str:
    """What the provider must put into the token: it comes from the secret that this session alone keeps."""
    return hashlib.sha256(f"nonce:{code_verifier}".encode()).hexdigest()


class Adapter(OpenIDConnectOAuth2Adapter):
    @property
    def openid_config(self) -> dict:
        with _reading():
            config = super().openid_config
            wrong = [name for name in ENDPOINTS if not str(config[name]).startswith(("https://", "http://"))]
        if wrong:
            raise Nonsense(f"no address as {', '.join(wrong)}")
        return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        self._expected_nonce = _nonce(pkce_code_verifier)
        with _reading():
            return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def parse_token(self, data):
        with _reading():
            return super().parse_token(data)

    def complete_login(self, request, app, token, **kwargs):
        if not kwargs["response"].get("id_token"):
            raise Nonsense("no ID token")
        with _reading():
            return super().complete_login(request, app, token, **kwargs)

    def _fetch_user_info(self, access_token: str) -> dict | None:
        if "userinfo_endpoint" not in self.openid_config:  # need not be; then the ID token says everything
            return None
        return dict(super()._fetch_user_info(access_token))

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            wanted = jwt.get_unverified_header(id_token).get("kid")
            key = next((key for key in keys if wanted in (None, key.key_id)), None)
            if key is None:
                raise OAuth2Error(f"ID token: no key {wanted!r}")
            claims = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWKSetError as error:
            raise Nonsense(f"keys: {error}") from error
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"ID token: {error}") from error
        if claims.get("nonce") != self._expected_nonce:
            raise OAuth2Error("ID token: made for another sign-in")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("ID token: made for another application")
        return claims


class Provider(OpenIDConnectProvider):
    package = "allauth.socialaccount.providers.openid_connect"  # its addresses; config.urls puts ours before them
    oauth2_adapter_class = Adapter
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict:
        params = super().get_pkce_params()
        return {**params, "nonce": _nonce(params["code_verifier"])}

    # What is asked of the provider comes from the settings alone, never from the address of a link.

    def get_auth_params_from_request(self, request, action):
        return self.get_auth_params()

    def get_scope_from_request(self, request):
        return self.get_scope()

    def sociallogin_from_response(self, request, response):
        named, seen = response["id_token"], response.get("userinfo")
        if seen is not None and seen["sub"] != named["sub"]:
            raise OAuth2Error("the ID token and the user information are about different people")
        return super().sociallogin_from_response(request, {**named, **(seen or {})})

    def extract_extra_data(self, data: dict) -> dict:
        """Only what tells the link apart from another: a national identity comes with much more, and none of it is ours
        to keep."""
        kept = {"sub", "name", "preferred_username", settings.OIDC_USERNAME_CLAIM}
        return {name: value for name, value in data.items() if name in kept}


def _way(view_class):
    @public
    def view(request: HttpRequest, provider_id: str) -> HttpResponse:
        adapter = Adapter(request, provider_id)
        try:
            provider = adapter.get_provider()
        except SocialApp.DoesNotExist:
            raise Http404 from None
        try:
            answer = view_class.adapter_view(adapter)(request)
        except OUT_OF_ORDER as error:
            return render_authentication_error(request, provider, exception=error)
        if view_class is OAuth2LoginView and isinstance(answer, HttpResponseRedirect):
            # Browsers stop a form that is answered by leading to another site: our policy says so (form-action).
            return render(request, "socialaccount/leaving.html", {"provider": provider, "address": answer.url})
        return answer

    return view


login = _way(OAuth2LoginView)
callback = _way(OAuth2CallbackView)
