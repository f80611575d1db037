"""An OpenID Connect provider on 127.0.0.1, for tests: discovery, keys, authorisation code with PKCE, signed tokens.

It is as strict as a real one, and can be told to be wrong: `claims` go into the ID token over the right ones,
`answers` replace what a path answers, `key` signs in place of the published key.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "minh-bach", "a-shared-secret"
NOBODY: dict = {}


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = new_key()


class Provider:
    """with Provider() as there: `there.url`, and `there.person` is whoever is signed in at the provider."""

    def __init__(self):
        self.person = {
            "sub": "u-1",
            "preferred_username": "lan",
            "name": "Nguyễn Thị Lan",
            "phone_number": "0900000000",
        }
        self.userinfo: dict = {}
        self.claims: dict = {}
        self.answers: dict = {}
        self.discovery: dict = {}
        self.key = KEY
        self.sent: list[tuple[str, dict]] = []
        self._codes: dict = {}
        self._tokens: dict = {}
        self._over = threading.Event()

    def __enter__(self):
        there = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                there._answer(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                there._answer(self, parse_qs(self.rfile.read(length).decode()))

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def settings(self, **more) -> dict:
        """SOCIALACCOUNT_PROVIDERS with this provider."""
        app = {"provider_id": "sso", "name": "VNeID", "client_id": CLIENT, "secret": SECRET}
        return {"openid_connect": {"APPS": [{**app, "settings": {"server_url": self.url, **more}}]}}

    def never(self, handler):
        """An answer that does not come as long as the provider runs."""
        self._over.wait()

    # What it answers -----------------------------------------------------------------------------------------

    def _answer(self, handler, sent: dict) -> None:
        path = urlsplit(handler.path).path
        values = {name: value[0] for name, value in sent.items()}
        self.sent.append((path, values))
        if path in self.answers:
            answer = self.answers[path]
            if callable(answer):
                answer(handler)
            else:
                _write(handler, *answer)
            return
        does = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }[path]
        try:
            does(handler, values)
        except AssertionError as wrong:
            _json(handler, {"error": "invalid_request", "error_description": str(wrong)}, 400)

    def _discovery(self, handler, sent):
        known = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        _json(handler, {name: value for name, value in (known | self.discovery).items() if value is not None})

    def _keys(self, handler, sent):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        _json(handler, {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]})

    def _authorize(self, handler, sent):
        """The person is known here already and agrees: straight back with a code."""
        assert sent["client_id"] == CLIENT, "client_id"
        assert sent["response_type"] == "code", "response_type"
        assert "openid" in sent["scope"].split(), "scope"
        assert sent["code_challenge_method"] == "S256", "code_challenge_method"
        assert len(sent["nonce"]) >= 32, "nonce"
        assert len(sent["state"]) >= 16, "state"
        if not self.person:
            back = {"error": "access_denied", "state": sent["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = sent
            back = {"code": code, "state": sent["state"]}
        handler.send_response(302)
        handler.send_header("Location", f"{sent['redirect_uri']}?{urlencode(back)}")
        handler.end_headers()

    def _token(self, handler, sent):
        assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET), "client"
        assert sent["grant_type"] == "authorization_code", "grant_type"
        asked = self._codes.pop(sent["code"], None)
        assert asked, "the code is used up or was never given"
        assert sent["redirect_uri"] == asked["redirect_uri"], "redirect_uri"
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"], "code_verifier"
        now = int(time.time())
        right = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "jti": secrets.token_hex(8),
            **self.person,
        }
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        access = secrets.token_urlsafe(16)
        self._tokens[access] = self.person
        token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})
        _json(handler, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _userinfo(self, handler, sent):
        person = self._tokens.get(handler.headers.get("Authorization", "").removeprefix("Bearer "))
        assert person, "access token"
        _json(handler, {**person, **self.userinfo})


def _write(handler, status: int, body: bytes, media_type: str = "text/html") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _json(handler, value, status: int = 200) -> None:
    _write(handler, status, json.dumps(value).encode(), "application/json")
